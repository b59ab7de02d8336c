//! The outbox.

use super::{Conn, StoreError};
use crate::domain::{
    NotificationId, TenantId, UserId,
    notification::{Code, Notification},
};
use jiff::Timestamp;

/// Inserts unless a row of the same (tenant, user, code, cause) exists; answers whether it did.
pub async fn insert(_conn: &mut Conn, _notification: &Notification) -> Result<bool, StoreError> {
    todo!()
}
/// Takes up to `limit` due mails (queued or delayed and due, or sending under a lease that ran out) for `owner` until `until`, sets them
/// `sending` and counts the attempt. Two workers never get the same row (`SKIP LOCKED` on PostgreSQL).
pub async fn claim(
    _conn: &mut Conn,
    _owner: &str,
    _now: Timestamp,
    _until: Timestamp,
    _limit: i64,
) -> Result<Vec<Notification>, StoreError> {
    todo!()
}
/// Writes status, reason, subject, sealed, due_at, sent_at, to and language, and ends the lease.
pub async fn update(_conn: &mut Conn, _notification: &Notification) -> Result<(), StoreError> {
    todo!()
}
/// Gives claimed rows of this owner back as `queued` (graceful stop).
pub async fn release(_conn: &mut Conn, _owner: &str, _now: Timestamp) -> Result<u64, StoreError> {
    todo!()
}
pub async fn find(
    _conn: &mut Conn,
    _tenant: TenantId,
    _id: NotificationId,
) -> Result<Option<Notification>, StoreError> {
    todo!()
}
/// As `find`, holding the row against other writers.
pub async fn lock(
    _conn: &mut Conn,
    _tenant: TenantId,
    _id: NotificationId,
) -> Result<Option<Notification>, StoreError> {
    todo!()
}
/// Cancels a person's open mails (all codes, or those given) with a reason; `sealed` goes too. Answers how many.
pub async fn cancel_open(
    _conn: &mut Conn,
    _tenant: TenantId,
    _user: UserId,
    _codes: Option<&[Code]>,
    _reason: &str,
) -> Result<u64, StoreError> {
    todo!()
}
/// A person's mails, newest first.
pub async fn of_user(_conn: &mut Conn, _tenant: TenantId, _user: UserId) -> Result<Vec<Notification>, StoreError> {
    todo!()
}
/// How many mails of a tenant were put into the outbox and not held, omitted or cancelled since `since` (the budget).
pub async fn count_since(_conn: &mut Conn, _tenant: TenantId, _since: Timestamp) -> Result<u64, StoreError> {
    todo!()
}
/// When the next queued or delayed mail is due, if any.
pub async fn next_due(_conn: &mut Conn) -> Result<Option<Timestamp>, StoreError> {
    todo!()
}
/// Open mails by status, for metrics.
pub async fn counts(_conn: &mut Conn) -> Result<Vec<(String, u64)>, StoreError> {
    todo!()
}
