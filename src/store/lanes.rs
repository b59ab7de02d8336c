//! Lanes: brief reads that wait at the same time travel to SQLite together.
//!
//! The way to the driver's thread and back costs several times what a lookup itself does, so a lane sends what has gathered while it was away
//! as one text and hands the rows out again. Only what an index answers with few rows may use a lane; everything else has a
//! connection of its own, so that nobody waits behind a long list. Each read still sees all that was committed before it was asked.

use super::{
    Conn, StoreError, connecting,
    row::Row,
    statement::{Errand, together},
};
use sqlx::sqlite::SqliteConnectOptions;
use std::{
    num::NonZero,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};
use tokio::sync::{mpsc, oneshot};

/// Lanes at most; each keeps one thread of the driver busy. With few, more reads travel together.
const LANES: usize = 4;
/// So many reads travel together at most.
const TOGETHER: usize = 16;
/// So many reads wait in a lane before further ones are kept out of the queue.
const QUEUE: usize = 1_024;

/// The lanes of a SQLite file.
#[derive(Debug)]
pub(super) struct Lanes {
    lanes: Vec<mpsc::Sender<Message>>,
    next: AtomicUsize,
}

enum Message {
    Ride(Ride),
    /// Finish what waits and close.
    Stop(oneshot::Sender<()>),
}

/// An errand and who waits for it.
struct Ride {
    errand: Errand,
    answer: oneshot::Sender<Result<Vec<Vec<Row>>, StoreError>>,
}

impl Lanes {
    pub(super) fn open(options: &SqliteConnectOptions) -> Self {
        let lane = || {
            let (lane, messages) = mpsc::channel(QUEUE);
            tokio::spawn(Lane { options: options.clone(), conn: None }.run(messages));
            lane
        };
        let processors = thread::available_parallelism().map_or(1, NonZero::get);
        let lanes = std::iter::repeat_with(lane).take((processors / 2).clamp(1, LANES)).collect();
        Self { lanes, next: AtomicUsize::new(0) }
    }

    /// Answers the rows of each statement of an errand.
    pub(super) async fn run(&self, errand: Errand) -> Result<Vec<Vec<Row>>, StoreError> {
        let next = self.next.fetch_add(1, Ordering::Relaxed);
        let lane = self.lanes.get(next % self.lanes.len().max(1)).ok_or_else(StoreError::closed)?;
        let (answer, rows) = oneshot::channel();
        lane.send(Message::Ride(Ride { errand, answer })).await.map_err(|_| StoreError::closed())?;
        rows.await.map_err(|_| StoreError::closed())?
    }

    /// Waits for the reads under way and closes the connections. Later reads are refused.
    pub(super) async fn close(&self) {
        for lane in &self.lanes {
            let (done, stopped) = oneshot::channel();
            if lane.send(Message::Stop(done)).await.is_ok() {
                // An error means that the task is gone already.
                let _ = stopped.await;
            }
        }
    }
}

/// One lane: it ends when it is told to, and when nobody can send it anything any more.
struct Lane {
    options: SqliteConnectOptions,
    conn: Option<Conn>,
}

impl Lane {
    async fn run(mut self, mut messages: mpsc::Receiver<Message>) {
        let mut arrived = Vec::with_capacity(TOGETHER);
        let mut stopped = Vec::new();
        while messages.recv_many(&mut arrived, TOGETHER).await > 0 {
            let mut waiting = Vec::with_capacity(arrived.len());
            for message in arrived.drain(..) {
                match message {
                    Message::Ride(ride) => waiting.push(ride),
                    Message::Stop(done) => {
                        messages.close();
                        stopped.push(done);
                    }
                }
            }
            while !waiting.is_empty() {
                let (alike, rest) =
                    together(waiting, TOGETHER, |ride, first| ride.errand.is_worded_like(&first.errand));
                waiting = rest;
                self.carry(alike).await;
            }
        }
        if let Some(mut conn) = self.conn.take() {
            super::open::close(&mut conn).await;
        }
        for done in stopped {
            let _ = done.send(());
        }
    }

    /// Runs errands of one wording and answers them. When they fail together each is run alone, so that only the one at fault is told.
    async fn carry(&mut self, rides: Vec<Ride>) {
        let conn = match self.connected().await {
            Ok(conn) => conn,
            Err(error) => return rides.into_iter().for_each(|ride| drop(ride.answer.send(Err(error.another())))),
        };
        if rides.len() > 1
            && let Ok(rows) = conn.carry(rides.iter().map(|ride| ride.errand.clone()).collect()).await
        {
            return rides.into_iter().zip(rows).for_each(|(ride, rows)| drop(ride.answer.send(Ok(rows))));
        }
        for ride in rides {
            let rows = conn.carry(vec![ride.errand]).await;
            // Whoever asked may have stopped waiting.
            drop(ride.answer.send(rows.map(|rows| rows.into_iter().next().unwrap_or_default())));
        }
    }

    async fn connected(&mut self) -> Result<&mut Conn, StoreError> {
        if self.conn.is_none() {
            let link = connecting::connect(&self.options).await?;
            // Whoever sent the errand has counted it.
            self.conn = Some(Conn::sqlite(link, Arc::default()));
        }
        self.conn.as_mut().ok_or_else(StoreError::spoilt)
    }
}
