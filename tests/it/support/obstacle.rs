//! A write that keeps all others waiting on SQLite, whose one writer it holds.

use std::sync::Arc;
use tokio::{sync::Notify, task::JoinHandle};
use usher::store::{Store, StoreError};

/// Holds SQLite's writer from its beginning to its end.
pub struct Obstacle {
    free: Arc<Notify>,
    write: JoinHandle<()>,
}

impl Obstacle {
    pub async fn begin(store: &Store) -> Self {
        let (begun, free) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (told, wait, store) = (Arc::clone(&begun), Arc::clone(&free), store.clone());
        let write = tokio::spawn(async move {
            let work = store.write(move |_| {
                let (told, wait) = (Arc::clone(&told), Arc::clone(&wait));
                Box::pin(async move {
                    told.notify_one();
                    wait.notified().await;
                    Ok::<(), StoreError>(())
                })
            });
            work.await.unwrap();
        });
        begun.notified().await;
        Self { free, write }
    }

    pub async fn end(self) {
        self.free.notify_one();
        self.write.await.unwrap();
    }
}
