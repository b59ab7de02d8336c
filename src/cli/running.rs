//! A running server: HTTP and jobs started together, stopped in order.

use super::failure::Failure;
use crate::{
    app::{App, requests::Extent},
    config::Settings,
    http::{self, Inbox, Options},
    jobs, mail, telemetry,
};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

/// A server at work.
pub struct Running {
    app: App,
    stop: CancellationToken,
    jobs: jobs::Handle,
    http: JoinHandle<()>,
}

/// Starts serving on this listener and doing the jobs.
pub fn start(app: &App, settings: &Settings, listener: TcpListener) -> Result<Running, Failure> {
    let (mailer, inbox) = match &settings.smtp_url {
        Some(url) => {
            let smtp = mail::Smtp::from_url(url.reveal()).map_err(|error| Failure::failed(error.to_string()))?;
            (mail::Mailer::Smtp(smtp), Inbox::Absent)
        }
        None => (jobs::local_inbox(app), Inbox::Served),
    };
    let stop = CancellationToken::new();
    let sender = settings.mail_from.clone();
    let typesetter = jobs::typesetter(app, &sender);
    let jobs = jobs::start(app, mailer, sender, stop.clone());
    let router = http::router(
        app.clone(),
        Options { inbox, metrics: telemetry::metrics(), proxies: settings.trusted_proxies.clone(), typesetter },
    );
    let http = tokio::spawn(http::serve(listener, router, stop.clone().cancelled_owned()));
    Ok(Running { app: app.clone(), stop, jobs, http })
}

impl Running {
    /// Stops accepting, lets requests and mails under way finish, gives leases back and closes the database.
    pub async fn stop(self) {
        self.stop.cancel();
        if let Err(error) = self.http.await {
            tracing::error!(error = %error, "the HTTP server ended badly");
        }
        self.jobs.finished().await;
        jobs::flush_request_log(&self.app, Extent::All).await;
        self.app.store.close().await;
    }
}

/// Resolves when the process is told to end: SIGTERM, SIGINT or Ctrl-C.
pub async fn told_to_stop() -> Result<(), Failure> {
    let failed = |error| Failure::failed(format!("signals can't be received: {error}"));
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
        let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        Ok(())
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await.map_err(failed)
}
