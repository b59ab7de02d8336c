//! Billing intervals (domain 2.6): one ledger row per time somebody was active.

use super::{TenantId, UserId};
use jiff::Timestamp;

/// One interval of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interval {
    pub tenant: TenantId,
    pub user: UserId,
    pub started_at: Timestamp,
    pub ended_at: Option<Timestamp>,
}
