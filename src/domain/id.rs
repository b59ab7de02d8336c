//! Ids: time-ordered UUIDs (version 7) made from the clock and the random source, so that rows inserted together lie together.

use super::{Clock, Rng};
use jiff::Timestamp;
use std::{fmt, str::FromStr};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Uuid);

        impl $name {
            /// A fresh id.
            #[must_use]
            pub fn generate(clock: &dyn Clock, rng: &dyn Rng) -> Self {
                Self(time_ordered(clock, rng))
            }

            /// When it was made, to the millisecond; none for an id that is not time-ordered.
            #[must_use]
            pub fn made_at(&self) -> Option<Timestamp> {
                let (seconds, nanos) = self.0.get_timestamp()?.to_unix();
                Timestamp::new(i64::try_from(seconds).ok()?, i32::try_from(nanos).ok()?).ok()
            }

            /// The sixteen bytes, for signed links.
            #[must_use]
            pub fn bytes(&self) -> [u8; 16] {
                *self.0.as_bytes()
            }

            /// The id of sixteen bytes.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0.hyphenated(), f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            /// Takes the hyphenated lower-case form only, the one this server hands out (ids are caseExact).
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let id = Uuid::try_parse(text)?;
                let mut buffer = Uuid::encode_buffer();
                if *id.hyphenated().encode_lower(&mut buffer) == *text { Ok(Self(id)) } else { Uuid::try_parse("").map(Self) }
            }
        }
    )*};
}

ids! {
    /// A customer's own space: people, groups, settings.
    TenantId,
    /// A person.
    UserId,
    /// A group of the platform.
    GroupId,
    /// An identity provider's or HR system's integration.
    ConnectionId,
    /// A bearer token.
    TokenId,
    /// An invitation.
    InvitationId,
    /// A program session.
    SessionId,
    /// A mail in the outbox.
    NotificationId,
    /// A file of people that is taken in.
    ImportId,
    /// A receiver of events.
    WebhookId,
    /// A row of the request log.
    LoggedRequestId,
}

impl LoggedRequestId {
    /// The id of what was seen at an instant; ids of one process follow each other by `place`, also within a millisecond.
    #[must_use]
    pub fn at(instant: jiff::Timestamp, place: u32, rng: &dyn Rng) -> Self {
        let millis = u64::try_from(instant.as_millisecond()).unwrap_or(0);
        let micros = u16::try_from(instant.as_microsecond().rem_euclid(1_000)).unwrap_or(0);
        let mut chance = [0; 3];
        rng.fill(&mut chance);
        // The version takes the first four bits, the variant the first two of the third byte.
        let bytes = micros.to_be_bytes().into_iter().chain([0]).chain(place.to_be_bytes()).chain(chance);
        let mut tail = [0; 10];
        tail.iter_mut().zip(bytes).for_each(|(place, byte)| *place = byte);
        Self(uuid::Builder::from_unix_timestamp_millis(millis, &tail).into_uuid())
    }
}

fn time_ordered(clock: &dyn Clock, rng: &dyn Rng) -> Uuid {
    let millis = u64::try_from(clock.now().as_millisecond()).unwrap_or(0);
    let mut random = [0; 10];
    rng.fill(&mut random);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}
