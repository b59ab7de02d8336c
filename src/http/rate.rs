//! How many requests one address may make to the people's pages: a token bucket for each, in a map that can't outgrow its bound.

use std::{collections::HashMap, net::IpAddr, sync::Mutex, time::Duration};
use tokio::time::Instant;

/// At most this many addresses are remembered; one more makes room by forgetting the idle, or everybody.
const ADDRESSES: usize = 20_000;

/// An allowance for every address.
#[derive(Debug)]
pub(super) struct Limiter {
    /// How many requests may come at once.
    burst: f64,
    /// How many come back in a second.
    per_second: f64,
    buckets: Mutex<HashMap<IpAddr, Bucket>>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    left: f64,
    at: Instant,
}

impl Limiter {
    /// An allowance of `per_minute` requests, all of which may come at once.
    pub fn per_minute(per_minute: u32) -> Self {
        let burst = f64::from(per_minute);
        Self { burst, per_second: burst / 60.0, buckets: Mutex::default() }
    }

    /// Takes one request from the address's allowance.
    ///
    /// # Errors
    /// How long to wait, when nothing is left.
    pub fn take(&self, address: IpAddr, now: Instant) -> Result<(), Duration> {
        // A poisoned lock guards plain numbers; they are as good as before.
        let mut buckets = self.buckets.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if buckets.len() >= ADDRESSES && !buckets.contains_key(&address) {
            self.make_room(&mut buckets, now);
        }
        let bucket = buckets.entry(address).or_insert(Bucket { left: self.burst, at: now });
        bucket.left = self.refilled(*bucket, now);
        bucket.at = now;
        if bucket.left < 1.0 {
            return Err(Duration::from_secs_f64((1.0 - bucket.left) / self.per_second));
        }
        bucket.left -= 1.0;
        Ok(())
    }

    fn refilled(&self, bucket: Bucket, now: Instant) -> f64 {
        let seconds = now.saturating_duration_since(bucket.at).as_secs_f64();
        (bucket.left + seconds * self.per_second).min(self.burst)
    }

    fn make_room(&self, buckets: &mut HashMap<IpAddr, Bucket>, now: Instant) {
        buckets.retain(|_, bucket| self.refilled(*bucket, now) < self.burst);
        if buckets.len() >= ADDRESSES {
            buckets.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(number: u32) -> IpAddr {
        IpAddr::V4(number.into())
    }

    #[test]
    fn spends_the_allowance_and_refills_it() {
        let (limiter, start) = (Limiter::per_minute(120), Instant::now());
        for _ in 0..120 {
            assert_eq!(limiter.take(address(1), start), Ok(()));
        }
        let wait = limiter.take(address(1), start).expect_err("the allowance is spent");
        assert!(wait <= Duration::from_millis(501), "{wait:?}");
        assert_eq!(limiter.take(address(2), start), Ok(()), "another address has its own");
        assert_eq!(limiter.take(address(1), start + Duration::from_millis(501)), Ok(()));
        assert!(limiter.take(address(1), start + Duration::from_millis(502)).is_err());
    }

    #[test]
    fn the_map_is_bounded() {
        let (limiter, start) = (Limiter::per_minute(1), Instant::now());
        for number in 0..u32::try_from(ADDRESSES).expect("fits") * 2 {
            let _ = limiter.take(address(number), start);
        }
        assert!(limiter.buckets.lock().expect("not poisoned").len() <= ADDRESSES);
    }
}
