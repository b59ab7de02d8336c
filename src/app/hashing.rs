//! Argon2id off the async threads, behind a bounded queue.

use super::Error;
use argon2::{Argon2, PasswordHasher, PasswordVerifier, password_hash::phc::PasswordHash};
use std::{
    sync::{Arc, Mutex, PoisonError},
    thread,
};
use tokio::sync::{mpsc, oneshot};

/// How many passwords may wait for a core before the answer is "busy".
const MAX_WAITING: usize = 64;
/// What an unknown login is verified against, so that it takes as long as a wrong password.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IG5vYm9keSBu$R2fCXBbBnqSTeN4DiVdZQXoPj5dHGjhkzBoeE5yB0Do";

type Work = Box<dyn FnOnce() + Send>;

/// Hashes and verifies passwords on threads of its own, one a core: each hash needs 19 MiB, and a thread gives them to the next one.
#[derive(Debug, Clone)]
pub struct Hasher {
    /// None for a stand-in.
    queue: Option<mpsc::Sender<Work>>,
}

impl Default for Hasher {
    fn default() -> Self {
        let (queue, waiting) = mpsc::channel(MAX_WAITING);
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            let waiting = Arc::clone(&waiting);
            thread::spawn(move || serve(&waiting));
        }
        Self { queue: Some(queue) }
    }
}

/// One thread's life: work after work, until the last hasher is gone.
fn serve(waiting: &Mutex<mpsc::Receiver<Work>>) {
    loop {
        let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv();
        let Some(work) = next else { return };
        work();
    }
}

impl Hasher {
    /// One that answers at once, with a hash no password has: for simulations.
    #[must_use]
    pub(super) fn stand_in() -> Self {
        Self { queue: None }
    }

    /// Hashes a prepared password; answers a PHC string.
    ///
    /// # Errors
    /// `Busy` when too many wait already.
    pub async fn hash(&self, password: String) -> Result<String, Error> {
        if self.queue.is_none() {
            return Ok(NOBODY.to_owned());
        }
        self.run(move || hashed(&password)).await?.ok_or(Error::Busy { retry_after_seconds: 1 })
    }

    /// As [`Self::hash`], but waits for its turn: for work that nobody looks at, a few passwords at a time.
    ///
    /// # Errors
    /// `Busy` when the threads are gone.
    pub async fn hash_in_turn(&self, password: String) -> Result<String, Error> {
        let busy = || Error::Busy { retry_after_seconds: 1 };
        let Some(queue) = &self.queue else { return Ok(NOBODY.to_owned()) };
        let place = queue.reserve().await.map_err(|_| busy())?;
        let (answer, done) = oneshot::channel();
        place.send(Box::new(move || {
            // Nobody waits any more when the caller went away.
            let _ = answer.send(hashed(&password));
        }));
        done.await.ok().flatten().ok_or_else(busy)
    }

    /// Whether a prepared password belongs to a hash; with no hash it only takes the time.
    ///
    /// # Errors
    /// `Busy` when too many wait already.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, Error> {
        self.run(move || {
            let known = hash.is_some();
            let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
            let matches = PasswordHash::new(&hash)
                .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
            known && matches
        })
        .await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
        let busy = || Error::Busy { retry_after_seconds: 5 };
        let (answer, done) = oneshot::channel();
        let job = move || {
            // Nobody waits any more when the caller went away.
            let _ = answer.send(work());
        };
        let queue = self.queue.as_ref().ok_or_else(busy)?;
        queue.try_send(Box::new(job)).map_err(|_| busy())?;
        done.await.map_err(|_| busy())
    }
}

fn hashed(password: &str) -> Option<String> {
    Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_verifies_against_its_hash_only() {
        let hasher = Hasher::default();
        let hash = hasher.hash("violet tractor".to_owned()).await.unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(hasher.verify("violet tractor".to_owned(), Some(hash.clone())).await.unwrap());
        assert!(!hasher.verify("violet tracto".to_owned(), Some(hash)).await.unwrap());
    }

    #[tokio::test]
    async fn nobody_has_a_password() {
        assert!(PasswordHash::new(NOBODY).is_ok());
        assert!(!Hasher::default().verify("nobody".to_owned(), None).await.unwrap());
    }

    #[tokio::test]
    async fn a_full_queue_refuses_at_once() {
        let (queue, waiting) = mpsc::channel(1);
        let hasher = Hasher { queue: Some(queue) };
        hasher.queue.as_ref().unwrap().try_send(Box::new(|| ())).unwrap();
        assert!(matches!(hasher.hash("x".to_owned()).await, Err(Error::Busy { .. })));
        drop(waiting);
    }
}
