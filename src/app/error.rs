//! The one error of the use cases. `http/error.rs` holds the single match from it to a status and a body.

use crate::{domain::UserId, scim, store::StoreError};

/// Why a use case did not happen.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request breaks a rule of SCIM; carries status, scimType and detail.
    #[error("{0}")]
    Scim(scim::Error),
    /// No credentials came with the request.
    #[error("credentials are missing")]
    Anonymous,
    /// The credentials are unknown, expired or revoked.
    #[error("the credentials are not valid")]
    BadCredentials,
    /// The credentials are good, but not for this.
    #[error("{0}")]
    Forbidden(String),
    /// The tenant would be left without a platform administrator: these people are the last.
    #[error(
        "this would take the role of platform administrator from the last who hold it ({}); make somebody else an administrator first",
        listed(.0)
    )]
    LastAdministrators(Vec<UserId>),
    /// There is no such thing, or it is not for this caller's eyes.
    #[error("{0}")]
    NotFound(String),
    /// The thing is not in a state that allows this.
    #[error("{0}")]
    Conflict(String),
    /// A value is wrong: the field's name and what to do.
    #[error("{field}: {message}")]
    ///
    Invalid {
        /// The field's name.
        field: &'static str,
        /// What to do, or a text key.
        message: String,
    },
    /// The caller's version of the resource is not the current one.
    #[error("the ETag given in If-Match is not the resource's current version")]
    PreconditionFailed,
    /// Too much work is waiting; worth trying again.
    #[error("the server is busy")]
    ///
    Busy {
        /// When to try again.
        retry_after_seconds: u64,
    },
    /// The same was asked for a moment ago.
    #[error("{message}")]
    ///
    TooOften {
        /// What was asked for too often.
        message: String,
        /// When to try again.
        retry_after_seconds: u64,
    },
    /// The database can't be reached; worth trying again. What was under way may have happened or not.
    #[error("the database is away")]
    Away(#[source] StoreError),
    /// The store failed.
    #[error("the store failed")]
    Store(#[source] StoreError),
    /// A stored secret can't be read with this secret key.
    #[error("a stored secret can't be opened with the present secret key")]
    Sealed,
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(reason) => {
                tracing::warn!(error = %reason, "the database is not available");
                Self::Busy { retry_after_seconds: 2 }
            }
            // The store repeats the write, and tells it where it gives up.
            StoreError::InTheWay(_) => Self::Busy { retry_after_seconds: 2 },
            // The store has told it, once.
            StoreError::Away(_) => Self::Away(error),
            other => Self::Store(other),
        }
    }
}

impl From<scim::Error> for Error {
    fn from(error: scim::Error) -> Self {
        Self::Scim(error)
    }
}

/// The most ids that a message lists.
const LISTED: usize = 20;

fn listed(people: &[UserId]) -> String {
    people.iter().take(LISTED).map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
