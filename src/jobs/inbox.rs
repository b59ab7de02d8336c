//! The local inbox as a place for mails.

use crate::{
    app::{self, App},
    mail::{Mail, Mailer, Sink},
};
use std::{future::Future, pin::Pin, sync::Arc};

struct LocalInbox {
    app: App,
}

impl Sink for LocalInbox {
    fn deliver(&self, mail: Mail) -> Pin<Box<dyn Future<Output = Result<(), String>> + Send + '_>> {
        let kept = app::inbox::Mail {
            message_id: mail.message_id,
            code: mail.code.as_str().to_owned(),
            recipient: mail.to,
            language: mail.language,
            subject: mail.subject,
            text: mail.text,
            html: mail.html,
            received_at: self.app.clock.now(),
        };
        Box::pin(async move { app::inbox::deliver(&self.app, kept).await.map_err(|error| error.to_string()) })
    }
}

/// A mailer that keeps mails for `/inbox`.
#[must_use]
pub fn local_inbox(app: &App) -> Mailer {
    Mailer::Inbox(Arc::new(LocalInbox { app: app.clone() }))
}
