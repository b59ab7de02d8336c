//! Mails of letters that are only looked at.

use crate::{
    app::{App, outbox::Letter, simulations::Typesetter},
    mail::Sender,
};
use std::{fmt, sync::Arc};

struct Preview {
    app: App,
    sender: Sender,
}

impl fmt::Debug for Preview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Preview").finish_non_exhaustive()
    }
}

impl Typesetter for Preview {
    fn set(&self, letter: &Letter) -> Option<(String, String)> {
        let mail = super::mails::compose(letter, &self.sender, self.app.clock.now()).ok()?;
        Some((mail.subject, mail.text))
    }
}

/// Makes mails as the worker would, and sends none.
#[must_use]
pub fn typesetter(app: &App, sender: &Sender) -> Arc<dyn Typesetter> {
    Arc::new(Preview { app: app.clone(), sender: sender.clone() })
}
