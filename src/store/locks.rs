//! The order in which rows are held, which every write keeps, so that no two wait for each other: groups, then people, then the tenant's row
//! (whoever follows its mappings or counts its administrators), then what belongs to them, such as invitations and mails. Several of a kind are held in
//! the order of their ids.
//!
//! Which groups somebody is in may change until the person is held. A write that finds a group too late starts over and holds that one,
//! too, from the beginning. How long a write waits for others, all in all, has an end. On SQLite one writes at a time.

use super::{
    Conn, StoreError,
    conn::{Builder, CHUNK, Failure, Link, Statement, sql},
    dialect,
    driver::rows_postgres,
    row::Row,
};
use crate::domain::{GroupId, TenantId, UserId};
use std::{collections::BTreeSet, time::Duration};
use tokio::time::Instant;

/// So long may a write wait for others where nobody tunes it, repeats included: whoever waits has better be told to come again. A single wait
/// ends by then whatever is left, as the connections say ([`super::servers`]).
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
/// So long it may wait even then, so that work which took long is not lost over a moment.
const LAST: Duration = Duration::from_millis(250);
/// A statement that waits for several rows has at least so long, and so has each one after it.
const LEAST: Duration = Duration::from_secs(2);
/// A limit that is off by less is left as it is.
const STEP: Duration = Duration::from_millis(500);

/// What a write holds, and how long it has waited.
#[derive(Debug)]
pub(super) struct Locks {
    /// The groups that the transaction holds; nothing where nobody asked for any.
    held: Option<BTreeSet<(TenantId, GroupId)>>,
    /// Those that the next try holds first.
    early: BTreeSet<(TenantId, GroupId)>,
    /// How long the write has been held up.
    waited: Duration,
    /// How long the transaction waits for a row.
    limit: Duration,
}

impl Default for Locks {
    fn default() -> Self {
        Self { held: None, early: BTreeSet::new(), waited: Duration::ZERO, limit: PATIENCE }
    }
}

impl Locks {
    /// For another try, before which so much time has passed.
    fn again(&mut self, waited: Duration) {
        *self = Self { early: std::mem::take(&mut self.early), waited, ..Self::default() };
    }
}

impl Conn {
    /// For a write's first try.
    pub(super) fn forget_locks(&mut self) {
        self.locks = Locks::default();
    }

    /// How long a write may wait for others.
    pub(super) fn patience(&self) -> Duration {
        if let Link::Postgres(lease) = &self.link { lease.patience() } else { PATIENCE }
    }

    /// Holds what an earlier try of the write, so long ago, found too late.
    pub(super) async fn hold_early(&mut self, waited: Duration) -> Result<(), StoreError> {
        self.locks.again(waited);
        let early = self.locks.early.clone();
        let tenants: BTreeSet<TenantId> = early.iter().map(|(tenant, _)| *tenant).collect();
        for tenant in tenants {
            let groups: Vec<GroupId> = early.iter().filter(|(of, _)| *of == tenant).map(|(_, id)| *id).collect();
            hold_groups(self, tenant, &groups).await?;
        }
        Ok(())
    }

    /// Gives up a try that needs rows which were to be held first; the next one holds these groups first.
    fn start_over(&mut self, early: impl IntoIterator<Item = (TenantId, GroupId)>) -> StoreError {
        self.locks.early.extend(early);
        self.progress.failure = Some(Failure::Retryable);
        StoreError::InTheWay(sqlx::Error::Protocol("rows that are held first were found too late".to_owned()))
    }

    /// Lets a statement of the open transaction that may have to wait do so no longer than is left.
    pub(super) async fn limit_wait(&mut self) -> Result<(), StoreError> {
        if self.depth != 1 || self.unsent.is_some() {
            return Ok(());
        }
        let left = self.patience().saturating_sub(self.locks.waited).max(LAST);
        if self.locks.limit.saturating_sub(left) < STEP {
            return Ok(());
        }
        self.set_limit("lock_timeout", left).await?;
        self.locks.limit = left;
        Ok(())
    }

    /// The same for one that may have to wait for several rows, one after the other: the limit above is one for each.
    async fn limit_waits(&mut self) -> Result<(), StoreError> {
        if self.depth != 1 {
            return Ok(());
        }
        self.begin_in_earnest().await?;
        let left = self.patience().saturating_sub(self.locks.waited).max(LEAST);
        self.set_limit("statement_timeout", left).await
    }

    /// Until the transaction ends.
    async fn set_limit(&mut self, name: &'static str, time: Duration) -> Result<(), StoreError> {
        let statement = sql("SELECT set_config($1, $2, true)").bind(name).bind(format!("{}ms", time.as_millis()));
        self.statements.keep(statement.sql.as_str(), &statement.values);
        let Link::Postgres(link) = &mut self.link else { return Ok(()) };
        let outcome = rows_postgres(link, statement).await;
        self.record(outcome).map(drop)
    }

    /// What came of a statement that may have had to wait since then.
    pub(super) fn record_wait<T>(&mut self, since: Instant, outcome: Result<T, sqlx::Error>) -> Result<T, StoreError> {
        self.locks.waited += since.elapsed();
        match outcome {
            Err(error) if dialect::is_out_of_time(&error) => {
                self.progress.failure = Some(Failure::Held);
                Err(StoreError::InTheWay(error))
            }
            outcome => self.record(outcome),
        }
    }
}

/// Holds the groups that a person is directly in, or was in before they were deleted, against other writers.
///
/// # Errors
/// The store's own.
pub(super) async fn groups_of(conn: &mut Conn, tenant: TenantId, member: UserId) -> Result<(), StoreError> {
    if !dialect::waits_for_rows(conn.engine()) {
        return Ok(());
    }
    let of_member = sql("SELECT id FROM groups WHERE tenant_id = $1
         AND id IN (SELECT group_id FROM memberships WHERE tenant_id = $1 AND member_id = $2
                    UNION ALL SELECT group_id FROM former_memberships WHERE tenant_id = $1 AND user_id = $2) ORDER BY id");
    let of_member = of_member.bind(tenant).bind(member);
    if conn.locks.held.is_some() {
        let groups = ids(&of_member.rows(conn).await?)?;
        return need_groups(conn, tenant, &groups).await;
    }
    conn.limit_waits().await?;
    let groups = ids(&of_member.for_update(conn).rows(conn).await?)?;
    conn.locks.held = Some(groups.into_iter().map(|group| (tenant, group)).collect());
    Ok(())
}

fn ids(rows: &[Row]) -> Result<Vec<GroupId>, StoreError> {
    rows.iter().map(|row| row.fields("groups").parsed("id")).collect()
}

/// Makes sure that these groups, which are about to be changed, are held.
///
/// # Errors
/// Where some are not, the try ends.
pub(super) async fn need_groups(conn: &mut Conn, tenant: TenantId, groups: &[GroupId]) -> Result<(), StoreError> {
    if !dialect::waits_for_rows(conn.engine()) {
        return Ok(());
    }
    let needed: BTreeSet<_> = groups.iter().map(|group| (tenant, *group)).collect();
    let Some(held) = &conn.locks.held else { return hold_groups(conn, tenant, groups).await };
    if needed.is_subset(held) {
        return Ok(());
    }
    let missing: Vec<GroupId> = needed.difference(held).map(|(_, group)| *group).collect();
    let all: Vec<_> = held.union(&needed).copied().collect();
    // A rehearsal is one transaction of many writes, and no write of its own can start over.
    if conn.depth > 1 {
        return hold_groups(conn, tenant, &missing).await;
    }
    // To take what is free is never out of order.
    let free = holding(conn, tenant, &missing, Statement::for_update_of_free).await?;
    if free == missing.len() {
        return Ok(());
    }
    Err(conn.start_over(all))
}

/// Ends the try where another transaction holds any of the rows that a statement passed over: to wait for them now would be out of order.
pub(super) fn passed_over(conn: &mut Conn) -> StoreError {
    conn.start_over([])
}

async fn hold_groups(conn: &mut Conn, tenant: TenantId, groups: &[GroupId]) -> Result<(), StoreError> {
    if groups.len() > 1 {
        conn.limit_waits().await?;
    }
    holding(conn, tenant, groups, Statement::for_update).await?;
    // Those that are gone need not be held.
    conn.locks.held.get_or_insert_default().extend(groups.iter().map(|group| (tenant, *group)));
    Ok(())
}

/// Holds those of these groups that can be held in this way; answers how many.
async fn holding(
    conn: &mut Conn,
    tenant: TenantId,
    groups: &[GroupId],
    held: impl Fn(Statement, &Conn) -> Statement,
) -> Result<usize, StoreError> {
    let mut count = 0;
    for groups in groups.chunks(CHUNK) {
        let statement = Builder::new("SELECT id FROM groups WHERE tenant_id = ").bind(tenant).push(" AND id");
        let statement = statement.within(groups.iter().copied()).push(" ORDER BY id").build();
        let taken = ids(&held(statement, conn).rows(conn).await?)?;
        count += taken.len();
        conn.locks.held.get_or_insert_default().extend(taken.into_iter().map(|group| (tenant, group)));
    }
    Ok(count)
}
