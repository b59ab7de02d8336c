//! The accept loop: time limits against slow clients, a bound on connections, and an orderly end.

use super::unreadable::Explaining;
use axum::{Router, body::Body, extract::ConnectInfo, http::Request};
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};
use tower::ServiceBuilder;

/// Connections beyond this many wait in the kernel's queue.
const CONNECTIONS: usize = 10_000;
/// A request's head must be complete after this long; so an idle connection ends, too.
const HEAD_DEADLINE: Duration = Duration::from_secs(30);
/// How long requests under way may take to finish once the end was called.
const GRACE: Duration = Duration::from_secs(30);
/// How long to wait when the system has no socket to give (too many open files).
const EXHAUSTED: Duration = Duration::from_millis(50);

/// Serves until `shutdown` resolves; then stops accepting and gives requests under way 30 seconds to finish.
pub async fn serve(listener: TcpListener, router: Router, shutdown: impl Future<Output = ()> + Send) {
    let connections = Arc::new(Semaphore::new(CONNECTIONS));
    let graceful = GracefulShutdown::new();
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            accepted = accept(&listener, &connections) => {
                if let Some((stream, peer, permit)) = accepted {
                    start(stream, peer, router.clone(), &graceful, permit);
                }
            }
        }
    }
    drop(listener);
    if tokio::time::timeout(GRACE, graceful.shutdown()).await.is_err() {
        tracing::warn!("requests were still under way {} seconds after the end was called", GRACE.as_secs());
    }
}

async fn accept(
    listener: &TcpListener,
    connections: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let permit = Arc::clone(connections).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => Some((stream, peer, permit)),
        Err(error) => {
            tracing::debug!(%error, "a connection was not accepted");
            tokio::time::sleep(EXHAUSTED).await;
            None
        }
    }
}

fn start(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    graceful: &GracefulShutdown,
    permit: OwnedSemaphorePermit,
) {
    // Small answers leave at once; a failure only costs speed.
    let _ = stream.set_nodelay(true);
    let service = ServiceBuilder::new()
        .map_request(move |request: Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            request
        })
        .service(router);
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_DEADLINE)
        .serve_connection(TokioIo::new(Explaining::new(stream)), TowerToHyperService::new(service));
    let connection = graceful.watch(connection);
    tokio::spawn(async move {
        // A connection that ends badly concerns its client only.
        if let Err(error) = connection.await {
            tracing::trace!(%error, "a connection broke");
        }
        drop(permit);
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::get;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        sync::{Notify, oneshot},
    };

    #[tokio::test]
    async fn a_request_under_way_is_answered_after_the_end_was_called() {
        let (arrived, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (inside, gate) = (Arc::clone(&arrived), Arc::clone(&go_on));
        let handler = move |ConnectInfo(peer): ConnectInfo<SocketAddr>| async move {
            inside.notify_one();
            gate.notified().await;
            peer.ip().to_string()
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async move { stopped.await.unwrap_or_default() };
        let server = tokio::spawn(serve(listener, Router::new().route("/", get(handler)), shutdown));

        let mut client = TcpStream::connect(address).await.expect("a connection");
        client.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await.expect("sent");
        arrived.notified().await;
        stop.send(()).expect("still serving");
        go_on.notify_one();
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.expect("an answer, then the end");

        assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("127.0.0.1"), "{answer}");
        server.await.expect("an orderly end");
        assert!(TcpStream::connect(address).await.is_err());
    }
}
