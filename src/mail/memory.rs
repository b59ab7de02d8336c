//! A mailbox in memory, for tests: keeps what was accepted, and answers as scripted.

use super::{Mail, Outcome};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// A mailbox in memory; clones share it.
#[derive(Clone, Default)]
pub struct Memory {
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    accepted: Vec<Mail>,
    attempts: usize,
    script: VecDeque<Outcome>,
}

impl Memory {
    /// The accepted mails, oldest first.
    #[must_use]
    pub fn mails(&self) -> Vec<Mail> {
        self.state().accepted.clone()
    }

    /// How many attempts were made, accepted or not.
    #[must_use]
    pub fn attempts(&self) -> usize {
        self.state().attempts
    }

    /// Answers the next attempts so, one each; after them everything is accepted again.
    pub fn script(&self, outcomes: impl IntoIterator<Item = Outcome>) {
        self.state().script.extend(outcomes);
    }

    /// Forgets the accepted mails.
    pub fn clear(&self) {
        self.state().accepted.clear();
    }

    pub(super) fn send(&self, mail: &Mail) -> Outcome {
        let mut state = self.state();
        state.attempts += 1;
        let outcome = state.script.pop_front().unwrap_or_else(|| Outcome::Accepted { reply: "250 kept".to_owned() });
        if matches!(outcome, Outcome::Accepted { .. }) {
            state.accepted.push(mail.clone());
        }
        outcome
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::notification::Code,
        mail::{Mailer, Sink, compose, sample::letter},
    };
    use std::{future::Future, pin::Pin};

    #[tokio::test]
    async fn it_answers_as_scripted_and_keeps_what_it_accepted() {
        let memory = Memory::default();
        let mailer = Mailer::Memory(memory.clone());
        let mail = compose(&letter(Code::E1)).expect("mail");
        memory.script([Outcome::Delayed { reply: "451".to_owned() }, Outcome::Refused { reply: "550".to_owned() }]);
        assert!(matches!(mailer.send(&mail).await, Outcome::Delayed { .. }));
        assert!(matches!(mailer.send(&mail).await, Outcome::Refused { .. }));
        assert!(memory.mails().is_empty());
        assert!(matches!(mailer.send(&mail).await, Outcome::Accepted { .. }));
        assert_eq!((memory.mails(), memory.attempts()), (vec![mail], 3));
    }

    struct Full;

    impl Sink for Full {
        fn deliver(&self, _mail: Mail) -> Pin<Box<dyn Future<Output = Result<(), String>> + Send + '_>> {
            Box::pin(async { Err("the database is not available".to_owned()) })
        }
    }

    #[tokio::test]
    async fn an_inbox_that_fails_delays() {
        let mailer = Mailer::Inbox(Arc::new(Full));
        let mail = compose(&letter(Code::E1)).expect("mail");
        assert_eq!(mailer.send(&mail).await, Outcome::Delayed { reply: "the database is not available".to_owned() });
    }
}
