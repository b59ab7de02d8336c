//! Argon2id off the async threads, behind a bounded queue.

use super::Error;
use argon2::{
    Argon2, PasswordHasher, PasswordVerifier,
    password_hash::phc::PasswordHash,
};
use std::{
    sync::{Arc, atomic::{AtomicUsize, Ordering}},
    thread,
};
use tokio::{sync::Semaphore, task};

/// How many passwords may wait for a core before the answer is "busy".
const MAX_WAITING: usize = 64;
/// What an unknown login is verified against, so that it takes as long as a wrong password.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IG5vYm9keSBu$R2fCXBbBnqSTeN4DiVdZQXoPj5dHGjhkzBoeE5yB0Do";

/// Hashes and verifies passwords; at most as many at once as there are cores, and a bounded number waiting.
#[derive(Debug, Clone)]
pub struct Hasher {
    cores: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
}

impl Default for Hasher {
    fn default() -> Self {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        Self { cores: Arc::new(Semaphore::new(cores)), waiting: Arc::default() }
    }
}

impl Hasher {
    /// Hashes a prepared password; answers a PHC string.
    ///
    /// # Errors
    /// `Busy` when too many wait already.
    pub async fn hash(&self, password: String) -> Result<String, Error> {
        let hashed = self.run(move || Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string()).ok()).await?;
        hashed.ok_or(Error::Busy { retry_after_seconds: 1 })
    }

    /// Whether a prepared password belongs to a hash; with no hash it only takes the time.
    ///
    /// # Errors
    /// `Busy` when too many wait already.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, Error> {
        self.run(move || {
            let known = hash.is_some();
            let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
            let matches = PasswordHash::new(&hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
            known && matches
        })
        .await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
        let busy = Error::Busy { retry_after_seconds: 5 };
        let waiting = Waiting::enter(&self.waiting).ok_or(busy)?;
        let Ok(core) = Arc::clone(&self.cores).acquire_owned().await else { return Err(Error::Busy { retry_after_seconds: 5 }) };
        let done = task::spawn_blocking(move || {
            let result = work();
            drop(core);
            result
        })
        .await;
        drop(waiting);
        done.map_err(|_| Error::Busy { retry_after_seconds: 5 })
    }
}

/// A place in the queue, given back on drop, also when the caller goes away.
struct Waiting(Arc<AtomicUsize>);

impl Waiting {
    fn enter(count: &Arc<AtomicUsize>) -> Option<Self> {
        let before = count.fetch_add(1, Ordering::Relaxed);
        let place = Self(Arc::clone(count));
        (before < MAX_WAITING).then_some(place)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
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
        let hasher = Hasher::default();
        let places: Vec<_> = (0..MAX_WAITING).map(|_| Waiting::enter(&hasher.waiting).unwrap()).collect();
        assert!(matches!(hasher.hash("x".to_owned()).await, Err(Error::Busy { .. })));
        drop(places);
        assert!(hasher.hash("x".to_owned()).await.is_ok());
    }
}
