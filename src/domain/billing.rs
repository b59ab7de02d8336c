//! Billing intervals (domain 2.6): one ledger row per time somebody was active.

use super::{TenantId, UserId};
use jiff::Timestamp;

/// One interval of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interval {
    /// The tenant it belongs to.
    pub tenant: TenantId,
    /// The person.
    pub user: UserId,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended; none while it lasts.
    pub ended_at: Option<Timestamp>,
}
