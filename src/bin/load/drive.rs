//! Closed-loop load: so many clients, each with a connection of its own, make one request after the other until the time is over.

use crate::{
    client::{Client, Request},
    processes::{self, Watched},
};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::{Duration, Instant},
};

/// How a request is repeated.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// So many clients at a time.
    pub clients: usize,
    /// No longer than this.
    pub window: Duration,
    /// No more often than this.
    pub most: usize,
}

/// What came of it.
#[derive(Debug, Clone, Default)]
pub struct Load {
    pub requests: usize,
    pub errors: usize,
    /// What the first error said.
    pub first_error: Option<String>,
    pub elapsed: Duration,
    /// In microseconds, of those that went well, in order.
    pub delays: Vec<u32>,
    /// Seconds of CPU of the server and its database.
    pub cpu: f64,
    /// How much of the machine others took, in percent.
    pub others: f64,
}

/// Whose turn it is: the client, of how many, for the how manieth time.
#[derive(Debug, Clone, Copy)]
pub struct Turn {
    pub client: usize,
    pub clients: usize,
    pub step: usize,
}

impl Turn {
    /// One of `count` that no other client has, spread over all of them, and the same in every run.
    pub fn own(self, count: usize) -> usize {
        let lane = count / self.clients;
        if lane == 0 {
            return self.step % count.max(1);
        }
        self.client * lane + scattered(self.step) % lane
    }

    /// As `own`, one after the other.
    pub fn next(self, step: usize, count: usize) -> usize {
        let lane = (count / self.clients).max(1);
        (self.client * lane + step % lane) % count.max(1)
    }
}

/// Numbers that look random and are the same in every run (`SplitMix64`).
fn scattered(number: usize) -> usize {
    let seed = (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (seed ^ (seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    usize::try_from(mixed >> 1).unwrap_or(0)
}

/// Where the server is.
#[derive(Clone)]
pub struct Target {
    pub address: String,
    pub token: String,
    pub watched: Watched,
}

impl Target {
    /// A client of it.
    pub fn client(&self) -> Client {
        Client::new(&self.address, &self.token)
    }

    /// Makes requests until the time is over; `is_right` judges request, status and body.
    pub async fn load(
        &self,
        pace: Pace,
        next: impl Fn(Turn) -> Request + 'static,
        is_right: impl Fn(&Request, u16, &[u8]) -> bool + 'static,
    ) -> Load {
        let (next, is_right) = (Rc::new(next), Rc::new(is_right));
        let left = Rc::new(Cell::new(pace.most));
        let outcome = Rc::new(RefCell::new(Load::default()));
        let before = (self.watched.cpu(), processes::machine(), own_cpu());
        let began = Instant::now();
        let mut tasks = Vec::new();
        for client in 0..pace.clients {
            let (next, is_right, left) = (Rc::clone(&next), Rc::clone(&is_right), Rc::clone(&left));
            let (outcome, mut connection) = (Rc::clone(&outcome), self.client());
            tasks.push(tokio::task::spawn_local(async move {
                for step in 0.. {
                    if left.get() == 0 || began.elapsed() >= pace.window {
                        break;
                    }
                    left.set(left.get() - 1);
                    let request = next(Turn { client, clients: pace.clients, step });
                    let sent = Instant::now();
                    let answer = connection.send(&request).await;
                    let delay = sent.elapsed();
                    let fits = matches!(answer, Ok(status) if is_right(&request, status, &connection.body));
                    outcome.borrow_mut().note(delay, fits, || told(&request, &answer, &connection.body));
                }
            }));
        }
        for task in tasks {
            // One that panicked has made fewer requests.
            let _ = task.await;
        }
        let mut load = outcome.take();
        load.elapsed = began.elapsed();
        load.cpu = self.watched.cpu() - before.0;
        load.others = others(before.1, processes::machine(), load.cpu + own_cpu() - before.2);
        load.delays.sort_unstable();
        load
    }
}

impl Load {
    fn note(&mut self, delay: Duration, fits: bool, told: impl FnOnce() -> String) {
        self.requests += 1;
        if fits {
            self.delays.push(u32::try_from(delay.as_micros()).unwrap_or(u32::MAX));
        } else {
            self.errors += 1;
            self.first_error.get_or_insert_with(told);
        }
    }

    /// Seconds of CPU for a thousand requests.
    pub fn cpu_per_thousand(&self) -> f64 {
        if self.requests == 0 { f64::NAN } else { self.cpu * 1000.0 / count(self.requests) }
    }

    /// Good answers a second.
    pub fn rate(&self) -> f64 {
        count(self.requests - self.errors) / self.elapsed.as_secs_f64().max(f64::MIN_POSITIVE)
    }

    /// The delay that so many percent of the good answers did not exceed, in milliseconds.
    pub fn delay(&self, percent: usize) -> f64 {
        let last = self.delays.len().saturating_sub(1);
        self.delays.get(last * percent / 100).map_or(f64::NAN, |micros| f64::from(*micros) / 1000.0)
    }
}

#[expect(clippy::cast_precision_loss, reason = "no run makes that many requests")]
pub fn count(number: usize) -> f64 {
    number as f64
}

fn own_cpu() -> f64 {
    Watched::new(&[std::process::id()]).cpu()
}

/// How much of the machine was taken by neither the server nor us, in percent.
fn others(before: Option<(f64, f64)>, after: Option<(f64, f64)>, ours: f64) -> f64 {
    let (Some((busy, all)), Some((busy_after, all_after))) = (before, after) else { return 0.0 };
    // The machine counts in hundredths of a second.
    let (busy, all) = ((busy_after - busy) / 100.0, (all_after - all) / 100.0);
    if all > 0.0 { ((busy - ours) / all * 100.0).max(0.0) } else { 0.0 }
}

fn told(request: &Request, answer: &Result<u16, String>, body: &[u8]) -> String {
    let told = match answer {
        Ok(status) => {
            format!("{status} {}", String::from_utf8_lossy(body.get(..body.len().min(200)).unwrap_or_default()))
        }
        Err(error) => error.clone(),
    };
    format!("{} {}: {told}", request.method, request.path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_have_people_of_their_own() {
        let mut seen = std::collections::HashMap::new();
        for client in 0..4 {
            for step in 0..500 {
                let turn = Turn { client, clients: 4, step };
                assert_eq!(*seen.entry(turn.own(103)).or_insert(client), client);
                assert_eq!(*seen.entry(turn.next(step, 103)).or_insert(client), client);
            }
        }
    }

    #[test]
    fn figures_count_good_answers_only() {
        let mut load = Load { elapsed: Duration::from_secs(2), cpu: 0.3, ..Load::default() };
        for micros in [1000, 2000, 3000] {
            load.note(Duration::from_micros(micros), micros < 3000, || "why".to_owned());
        }
        assert_eq!((load.requests, load.errors, load.first_error.as_deref()), (3, 1, Some("why")));
        assert!((load.rate() - 1.0).abs() < 1e-9 && (load.cpu_per_thousand() - 100.0).abs() < 1e-9);
        assert!((load.delay(50) - 1.0).abs() < 1e-9);
    }
}
