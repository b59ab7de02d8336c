//! How many people a tenant lists. The triggers of the migrations keep the numbers, so that a total costs the same at any size.

use super::{Conn, StoreError, conn::sql};
use crate::domain::TenantId;

/// The size of a tenant's list of people.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many are listed.
    pub listed: u64,
    /// How often somebody left the list or came back into it. While it stands still, the list only grows at its end.
    pub departures: u64,
}

/// The tally of a tenant's people.
///
/// # Errors
/// The store's own.
pub async fn of_users(conn: &mut Conn, tenant: TenantId) -> Result<Tally, StoreError> {
    let row = sql("SELECT CAST(sum(listed) AS BIGINT) AS listed, CAST(sum(departures) AS BIGINT) AS departures
                   FROM user_tallies WHERE tenant_id = $1")
    .bind(tenant)
    .row(conn)
    .await?;
    let Some(row) = row else { return Ok(Tally::default()) };
    let mut fields = row.fields("user_tallies");
    let mut number = |name| fields.opt_int(name).map(|number| u64::try_from(number.unwrap_or(0)).unwrap_or(0));
    Ok(Tally { listed: number("listed")?, departures: number("departures")? })
}
