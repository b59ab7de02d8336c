//! Cursors (RFC 9865): a place in a list, sealed, so that nobody can make one up or read the key it holds, and tied to the query it was
//! made for. Nothing is kept on the server.

use super::{CURSOR_TIMEOUT, Entry};
use crate::{
    app::{App, Error, access::Principal, users::Caller},
    domain::group::MemberId,
    scim::{
        Kind,
        cursor::{Place, foreign},
    },
};

pub(super) use crate::scim::cursor::Way;

/// No cursor of ours is longer.
const LONGEST: usize = 128 * 1024;

/// A place in a list: beyond `entry`, or at the end the way begins from.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cursor {
    pub way: Way,
    pub entry: Option<Entry>,
    /// The page size.
    pub count: u64,
}

impl Cursor {
    /// The beginning.
    pub fn first(count: u64) -> Self {
        Self { way: Way::Forward, entry: None, count }
    }

    /// Reads what [`Cursor::write`] made for the same context.
    ///
    /// # Errors
    /// 400 `invalidCursor`, `expiredCursor`.
    pub fn read(app: &App, context: &str, text: &str) -> Result<Self, Error> {
        let refuse = || Error::from(foreign());
        if text.len() > LONGEST {
            return Err(refuse());
        }
        let plain = app.keys.open_cursor(context, text).map_err(|_| refuse())?;
        let place = Place::read(&plain, app.clock.now().as_second())?;
        let user = place.user.map(|id| id.parse().map(MemberId::User)).transpose().map_err(|_| refuse())?;
        let group = place.group.map(|id| id.parse().map(MemberId::Group)).transpose().map_err(|_| refuse())?;
        let entry = user.or(group).map(|id| Entry { key: place.key, id });
        Ok(Self { way: place.way, entry, count: place.count })
    }

    /// The text a client sends back: characters a URL takes as they are.
    ///
    /// # Errors
    /// `Sealed` when the cipher refuses.
    pub fn write(self, app: &App, context: &str) -> Result<String, Error> {
        let (key, id) = self.entry.map_or((None, None), |entry| (entry.key, Some(entry.id)));
        let (user, group) = match id {
            Some(MemberId::User(id)) => (Some(id.to_string()), None),
            Some(MemberId::Group(id)) => (None, Some(id.to_string())),
            None => (None, None),
        };
        let expires = app.clock.now().as_second().saturating_add(CURSOR_TIMEOUT);
        let place = Place { expires, way: self.way, count: self.count, key, user, group };
        let plain = place.write().ok_or(Error::Sealed)?;
        app.keys.seal_cursor(&*app.rng, context, &plain)
    }

    /// The cursors of the pages before and after the one that was read from here, whose ends are given.
    pub fn neighbours(self, first: Option<Entry>, last: Option<Entry>, goes_on: bool) -> (Option<Self>, Option<Self>) {
        let is_first = self.way == Way::Forward && self.entry.is_none();
        let beyond = |way, entry| Some(Self { way, entry, count: self.count });
        match self.way {
            // From an empty page the way back begins at the very end.
            Way::Forward => (
                if is_first { None } else { beyond(Way::Backward, first) },
                if goes_on { beyond(Way::Forward, last) } else { None },
            ),
            Way::Backward => (
                if goes_on { beyond(Way::Backward, first) } else { None },
                if self.entry.is_some() { beyond(Way::Forward, last) } else { None },
            ),
        }
    }
}

/// What a cursor is tied to: tenant, connection, endpoint, and the query's parameters.
pub(super) fn context(principal: &Principal, caller: &Caller, kinds: &[Kind], parameters: &str) -> String {
    let kinds: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
    format!("{} {} {} {parameters}", principal.tenant.id, caller.connection.id, kinds.join("+"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::Settings,
        domain::{Clock, Rng, UserId},
        scim::{ScimType, sort::Key},
        store::Store,
    };
    use jiff::{SignedDuration, Timestamp};
    use std::sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    };

    struct Hands(AtomicI64);

    impl Clock for Hands {
        fn now(&self) -> Timestamp {
            Timestamp::from_second(self.0.load(Ordering::Relaxed)).expect("a time")
        }

        fn elapsed(&self) -> SignedDuration {
            SignedDuration::ZERO
        }
    }

    struct Fixed;

    impl Rng for Fixed {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(7);
        }
    }

    async fn app(key: u8) -> (App, Arc<Hands>) {
        let clock = Arc::new(Hands(AtomicI64::new(1_000)));
        let settings = Settings { public_url: "https://usher.example.com".to_owned() };
        let store = Store::open("sqlite::memory:").await.expect("a store");
        (App::new(store, Arc::clone(&clock) as Arc<dyn Clock>, Arc::new(Fixed), &[key; 32], settings), clock)
    }

    fn entry(byte: u8) -> Entry {
        Entry { key: Some(Key::Text("böb".to_owned())), id: MemberId::User(UserId::from_bytes([byte; 16])) }
    }

    fn word(outcome: Result<Cursor, Error>) -> Option<ScimType> {
        match outcome {
            Err(Error::Scim(error)) => error.scim_type,
            _ => None,
        }
    }

    #[tokio::test]
    async fn a_cursor_is_read_back_in_its_context_and_time_only() {
        let (app, clock) = app(1).await;
        let cursor = Cursor { way: Way::Backward, entry: Some(entry(3)), count: 10 };
        let text = cursor.clone().write(&app, "here").expect("sealed");
        assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)), "{text}");
        assert_eq!(Cursor::read(&app, "here", &text).expect("read"), cursor);
        assert_eq!(word(Cursor::read(&app, "there", &text)), Some(ScimType::InvalidCursor));
        for forged in ["x", "AAAA", &text[1..], &format!("{text}A"), "ü", &"A".repeat(LONGEST + 1)] {
            assert_eq!(word(Cursor::read(&app, "here", forged)), Some(ScimType::InvalidCursor), "{forged}");
        }
        clock.0.store(1_000 + CURSOR_TIMEOUT, Ordering::Relaxed);
        assert_eq!(word(Cursor::read(&app, "here", &text)), Some(ScimType::ExpiredCursor));
        let (other, _) = self::app(2).await;
        assert_eq!(word(Cursor::read(&other, "here", &text)), Some(ScimType::InvalidCursor));
    }

    #[test]
    fn the_ends_have_no_further_neighbours() {
        let forward = |entry| Cursor { way: Way::Forward, entry, count: 2 };
        let backward = |entry| Cursor { way: Way::Backward, entry, count: 2 };
        let ends = || (Some(entry(1)), Some(entry(2)));
        let (first, last) = ends();
        assert_eq!(Cursor::first(2).neighbours(first, last, false), (None, None));
        let (first, last) = ends();
        assert_eq!(Cursor::first(2).neighbours(first, last, true), (None, Some(forward(Some(entry(2))))));
        let (first, last) = ends();
        let middle = forward(Some(entry(0))).neighbours(first, last, true);
        assert_eq!(middle, (Some(backward(Some(entry(1)))), Some(forward(Some(entry(2))))));
        let (first, last) = ends();
        let back = backward(Some(entry(3))).neighbours(first, last, false);
        assert_eq!(back, (None, Some(forward(Some(entry(2))))));
        // Everything behind the cursor was deleted.
        assert_eq!(forward(Some(entry(0))).neighbours(None, None, false), (Some(backward(None)), None));
    }
}
