//! What a cursor holds (RFC 9865), as text: a place in a list and until when it may be taken up. Sealing it, so that nobody can read it
//! or make one up, is the application's.

use super::{Error, ScimType, sort::Key};
use serde::{Deserialize, Serialize};

/// Which way a cursor leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Way {
    /// Towards the end.
    #[serde(rename = "f")]
    Forward,
    /// Towards the beginning.
    #[serde(rename = "b")]
    Backward,
}

/// A place in a list, with ids as text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// Seconds since 1970.
    pub expires: i64,
    /// Which way to go on.
    pub way: Way,
    /// The page size.
    pub count: u64,
    /// What the resource at this place is sorted by.
    pub key: Option<Key>,
    /// The resource at this place, where it is a user.
    pub user: Option<String>,
    /// The same, where it is a group.
    pub group: Option<String>,
}

impl Place {
    /// Reads what [`Place::write`] made; `now` is in seconds since 1970.
    ///
    /// # Errors
    /// 400 `invalidCursor`, `expiredCursor`.
    pub fn read(text: &str, now: i64) -> Result<Self, Error> {
        let place: Self = serde_json::from_str(text).map_err(|_| foreign())?;
        if place.expires <= now {
            let detail = "The cursor has expired; begin again without one.";
            return Err(Error::of(ScimType::ExpiredCursor, detail));
        }
        Ok(place)
    }

    /// The place as text; `None` where it can't be written, which no place that was read is.
    #[must_use]
    pub fn write(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }
}

/// 400 `invalidCursor`: this server did not make the cursor for this query.
#[must_use]
pub fn foreign() -> Error {
    let detail = "The cursor is not one of this query; repeat all parameters as they were, or begin again.";
    Error::of(ScimType::InvalidCursor, detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn place() -> impl Strategy<Value = Place> {
        let key = prop_oneof![
            any::<bool>().prop_map(Key::Flag),
            (-1e300..1e300).prop_map(Key::Number),
            any::<i64>().prop_map(Key::Instant),
            any::<String>().prop_map(Key::Text),
        ];
        let way = prop::sample::select(vec![Way::Forward, Way::Backward]);
        (1_i64.., way, any::<u64>(), prop::option::of(key), prop::option::of("[a-z]{3}"), prop::option::of("[a-z]{3}"))
            .prop_map(|(expires, way, count, key, user, group)| Place { expires, way, count, key, user, group })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_until_it_expires(place in place()) {
            let text = place.write().unwrap_or_default();
            prop_assert_eq!(Place::read(&text, place.expires - 1), Ok(place.clone()));
            let late = Place::read(&text, place.expires).map_err(|error| error.scim_type);
            prop_assert_eq!(late, Err(Some(ScimType::ExpiredCursor)));
        }

        #[test]
        fn any_text_is_answered(text in "\\PC{0,40}") {
            let refused = Place::read(&text, 0).map_err(|error| error.scim_type);
            prop_assert_eq!(refused, Err(Some(ScimType::InvalidCursor)));
        }
    }
}
