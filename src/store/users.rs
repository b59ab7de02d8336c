//! People.

use super::{
    Conn, StoreError,
    conn::{Bind, Builder, CHUNK, Column, Statement, Value, changed, sql},
    dialect,
    filter::Predicate,
    keys::Key,
    labels, locks,
    row::{Fields, Row},
};
use crate::{
    domain::{
        TenantId, UserId,
        calendar::to_millis,
        user::{Former, FormerLink, Mode, State, User},
    },
    scim::{Object, fold::fold},
};
use jiff::Timestamp;

// What `read_user` reads.
macro_rules! columns {
    () => {
        "tenant_id, id, connection_id, external_id, user_name, document, shows_active, state, state_reason, earlier, deleted_from,
         former_id, former_link, mode, start_date, deletion_date, start_at, deletion_at, warned_for, suppress_notifications, billable_since, password_hash,
         must_change_password, password_generation, episode, invitation_id, is_owner, is_visible, is_listed, version,
         created_at, modified_at, deleted_at"
    };
}

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT ", $crate::store::users::columns!(), " FROM users ", $rest)
    };
}

pub(super) use {columns, select};

/// Inserts the row and its email index rows (from `document.emails`).
///
/// # Errors
/// [`super::Conflict::UserName`].
pub async fn insert(conn: &mut Conn, user: &User) -> Result<(), StoreError> {
    let own = [
        ("tenant_id", user.tenant.into_value()),
        ("id", user.id.into_value()),
        ("created_at", to_millis(user.created_at).into_value()),
    ];
    let columns = own.into_iter().chain(indexed(user)).chain(unindexed(user)?);
    Builder::new("INSERT INTO users ").columns(columns).build().about(Key::all_of(user)).post(conn).await?;
    labels::insert(conn, user).await?;
    insert_emails(conn, user).await
}

/// Writes the row; columns that an index holds, and email index rows, only where they differ from `before`'s, which is the row as it is
/// stored.
///
/// # Errors
/// [`super::Conflict::UserName`].
pub async fn update(conn: &mut Conn, before: &User, user: &User) -> Result<(), StoreError> {
    let columns = unindexed(user)?.into_iter().chain(changed(indexed(before), indexed(user)));
    let statement = Builder::new("UPDATE users SET ").assignments(columns);
    let statement = statement.push(" WHERE tenant_id = ").bind(user.tenant).push(" AND id = ").bind(user.id);
    let keys = [Key::all_of(before), Key::all_of(user)].concat();
    statement.build().about(keys).post(conn).await?;
    labels::update(conn, before, user).await?;
    if before.document.get("emails") == user.document.get("emails") {
        return Ok(());
    }
    sql("DELETE FROM user_emails WHERE tenant_id = $1 AND user_id = $2")
        .bind(user.tenant)
        .bind(user.id)
        .about([Key::person(user.tenant, user.id)])
        .post(conn)
        .await?;
    insert_emails(conn, user).await
}

/// Any row, tombstones included.
///
/// # Errors
/// The store's own.
pub async fn find(conn: &mut Conn, tenant: TenantId, id: UserId) -> Result<Option<User>, StoreError> {
    let row = sql(select!("WHERE tenant_id = $1 AND id = $2")).bind(tenant).bind(id).row(conn).await?;
    row.as_ref().map(read).transpose()
}

/// As `find`, holding the row against other writers until the transaction ends (`FOR UPDATE` on PostgreSQL).
///
/// # Errors
/// The store's own.
pub async fn lock(conn: &mut Conn, tenant: TenantId, id: UserId) -> Result<Option<User>, StoreError> {
    let statement = sql(select!("WHERE tenant_id = $1 AND id = $2")).for_update(conn);
    let row = statement.bind(tenant).bind(id).row(conn).await?;
    row.as_ref().map(read).transpose()
}

/// Holds somebody's row against other writers until the transaction ends; answers whether it is still as it was read.
///
/// # Errors
/// The store's own.
pub async fn hold(conn: &mut Conn, user: &User) -> Result<bool, StoreError> {
    if !dialect::waits_for_rows(conn.engine()) {
        return Ok(true);
    }
    Ok(lock(conn, user.tenant, user.id).await?.is_some_and(|held| held == *user))
}

/// One query: several people, any state, in no particular order.
///
/// # Errors
/// The store's own.
pub async fn find_many(conn: &mut Conn, tenant: TenantId, ids: &[UserId]) -> Result<Vec<User>, StoreError> {
    let mut found = Vec::with_capacity(ids.len());
    for ids in ids.chunks(CHUNK) {
        for row in every(tenant).push(" AND id").within(ids.iter().copied()).build().rows(conn).await? {
            found.push(read(&row)?);
        }
    }
    Ok(found)
}

/// Keeps people as they are until the transaction ends, held in the order of their ids: who is there does not leave before.
///
/// # Errors
/// The store's own.
pub async fn hold_many(conn: &mut Conn, tenant: TenantId, ids: &[UserId]) -> Result<(), StoreError> {
    if !dialect::waits_for_rows(conn.engine()) {
        return Ok(());
    }
    for ids in ids.chunks(CHUNK) {
        ids_of(tenant, ids).push(" ORDER BY id").build().for_share(conn).rows(conn).await?;
    }
    Ok(())
}

/// Those of these people who are live and can be read over SCIM, in no particular order, as [`hold_many`] holds them.
///
/// # Errors
/// The store's own.
pub async fn hold_live(conn: &mut Conn, tenant: TenantId, ids: &[UserId]) -> Result<Vec<UserId>, StoreError> {
    let mut found = Vec::with_capacity(ids.len());
    for ids in ids.chunks(CHUNK) {
        for row in holding_live(conn, tenant, ids).rows(conn).await? {
            found.push(row.fields("users").parsed("id")?);
        }
    }
    Ok(found)
}

/// What [`hold_live`] reads, of at most [`CHUNK`] people.
pub(super) fn holding_live(conn: &Conn, tenant: TenantId, ids: &[UserId]) -> Statement {
    let statement = ids_of(tenant, ids).push(" AND state <> 'deleted' AND is_visible ORDER BY id").build();
    statement.for_share(conn).about(Key::people(tenant, ids.iter().copied()))
}

/// As [`hold_many`], without waiting for anybody: who is just being changed is waited for by a new try.
///
/// # Errors
/// The store's own.
pub async fn hold_free(conn: &mut Conn, tenant: TenantId, ids: &[UserId]) -> Result<(), StoreError> {
    if !dialect::waits_for_rows(conn.engine()) {
        return Ok(());
    }
    for ids in ids.chunks(CHUNK) {
        let free = ids_of(tenant, ids).build().for_share_of_free(conn).rows(conn).await?.len();
        if free < ids_of(tenant, ids).build().rows(conn).await?.len() {
            return Err(locks::passed_over(conn));
        }
    }
    Ok(())
}

/// The beginning of a query for the ids of those of these people who are there.
fn ids_of(tenant: TenantId, ids: &[UserId]) -> Builder {
    let statement = Builder::new("SELECT id FROM users WHERE tenant_id = ").bind(tenant);
    statement.push(" AND id").within(ids.iter().copied())
}

/// The listed person (live, or a tombstone that still holds the name) of a folded userName.
///
/// # Errors
/// The store's own.
pub async fn find_by_user_name(
    conn: &mut Conn,
    tenant: TenantId,
    user_name_key: &str,
) -> Result<Option<User>, StoreError> {
    let row = sql(select!("WHERE tenant_id = $1 AND user_name_key = $2 AND is_listed"))
        .bind(tenant)
        .bind(user_name_key)
        .row(conn)
        .await?;
    row.as_ref().map(read).transpose()
}

/// The person of a folded userName: the listed one, else the one who was deleted last.
///
/// # Errors
/// The store's own.
pub async fn find_by_any_user_name(
    conn: &mut Conn,
    tenant: TenantId,
    user_name_key: &str,
) -> Result<Option<User>, StoreError> {
    let row = sql(concat!(
        select!("WHERE tenant_id = $1 AND user_name_key = $2 AND is_listed"),
        " UNION ALL ",
        select!("WHERE tenant_id = $1 AND user_name_key = $2 AND NOT is_listed"),
        " ORDER BY is_listed DESC, deleted_at DESC, id DESC LIMIT 1"
    ))
    .bind(tenant)
    .bind(user_name_key)
    .about([Key::name(tenant, user_name_key)])
    .row(conn)
    .await?;
    row.as_ref().map(read).transpose()
}

/// The beginning of a query for people of a tenant.
pub(super) fn every(tenant: TenantId) -> Builder {
    Builder::new(select!("WHERE tenant_id = ")).bind(tenant)
}

/// Live people who have this folded address among their emails (at most `limit`).
///
/// # Errors
/// The store's own.
pub async fn find_by_email(
    conn: &mut Conn,
    tenant: TenantId,
    email_key: &str,
    limit: i64,
) -> Result<Vec<User>, StoreError> {
    let rows = sql(select!(
        "WHERE tenant_id = $1 AND state <> 'deleted'
           AND id IN (SELECT user_id FROM user_emails WHERE tenant_id = $1 AND value_key = $2)
         ORDER BY id LIMIT $3"
    ))
    .bind(tenant)
    .bind(email_key)
    .bind(limit)
    .rows(conn)
    .await?;
    rows.iter().map(read).collect()
}

/// Somebody who has this folded address among their emails: a live one, else the one who was deleted last.
///
/// # Errors
/// The store's own.
pub async fn find_by_any_email(conn: &mut Conn, tenant: TenantId, email_key: &str) -> Result<Option<User>, StoreError> {
    let row = sql(select!(
        "WHERE tenant_id = $1 AND id IN (SELECT user_id FROM user_emails WHERE tenant_id = $1 AND value_key = $2)
         ORDER BY CASE WHEN state = 'deleted' THEN 1 ELSE 0 END, deleted_at DESC, id DESC LIMIT 1"
    ))
    .bind(tenant)
    .bind(email_key)
    .row(conn)
    .await?;
    row.as_ref().map(read).transpose()
}

/// How many listed people match the SQL part of a filter.
///
/// # Errors
/// The store's own.
pub async fn count(conn: &mut Conn, tenant: TenantId, predicate: &Predicate) -> Result<u64, StoreError> {
    Builder::new("SELECT count(*) FROM users WHERE is_listed AND tenant_id = ")
        .bind(tenant)
        .matching(predicate)
        .build()
        .number(conn)
        .await
}

/// A page of listed people in id order: those after `after`, or skipping `offset`.
///
/// # Errors
/// The store's own.
pub async fn page(
    conn: &mut Conn,
    tenant: TenantId,
    predicate: &Predicate,
    from: From,
    limit: u64,
) -> Result<Vec<User>, StoreError> {
    let mut statement = Builder::new(select!("WHERE is_listed AND tenant_id = ")).bind(tenant).matching(predicate);
    if let From::After(id) = from {
        statement = statement.push(" AND id > ").bind(id);
    }
    statement = statement.push(" ORDER BY id LIMIT ").bind(bounded(limit));
    if let From::Offset(offset @ 1..) = from {
        statement = statement.push(" OFFSET ").bind(bounded(offset));
    }
    statement.build().rows(conn).await?.iter().map(read).collect()
}

/// Where a page begins.
#[derive(Debug, Clone, Copy)]
pub enum From {
    /// After so many.
    Offset(u64),
    /// After this one.
    After(UserId),
}

/// Live people whose deletion instant lies after `now`, at or before `until`, and whose date was not warned of, oldest first.
///
/// # Errors
/// The store's own.
pub async fn due_for_warning(
    conn: &mut Conn,
    now: Timestamp,
    until: Timestamp,
    limit: i64,
) -> Result<Vec<(TenantId, UserId)>, StoreError> {
    let statement = sql("SELECT tenant_id, id FROM users
                         WHERE deletion_at IS NOT NULL AND deletion_at > $1 AND deletion_at <= $2 AND state <> 'deleted'
                           AND (warned_for IS NULL OR warned_for <> deletion_date)
                         ORDER BY deletion_at, tenant_id, id LIMIT $3");
    due(conn, statement.bind(now), until, limit).await
}

/// Live people whose start instant has come, oldest first.
///
/// # Errors
/// The store's own.
pub async fn due_for_start(conn: &mut Conn, now: Timestamp, limit: i64) -> Result<Vec<(TenantId, UserId)>, StoreError> {
    let statement = sql("SELECT tenant_id, id FROM users
                         WHERE start_at IS NOT NULL AND start_at <= $1 AND state <> 'deleted'
                         ORDER BY start_at, tenant_id, id LIMIT $2");
    due(conn, statement, now, limit).await
}

/// Live people of a tenant whose start or deletion instant lies ahead.
///
/// # Errors
/// The store's own.
pub async fn waiting_for_a_day(conn: &mut Conn, tenant: TenantId, now: Timestamp) -> Result<Vec<User>, StoreError> {
    let rows =
        sql(select!("WHERE tenant_id = $1 AND state <> 'deleted' AND (deletion_at > $2 OR start_at > $2) ORDER BY id"))
            .for_update(conn)
            .bind(tenant)
            .bind(now)
            .rows(conn)
            .await?;
    rows.iter().map(read).collect()
}

/// People who were deleted before an instant, whom no client can read, and of whom something is still known.
///
/// # Errors
/// The store's own.
pub async fn forgettable(
    conn: &mut Conn,
    tenant: TenantId,
    before: Timestamp,
    limit: i64,
) -> Result<Vec<User>, StoreError> {
    let rows = sql(select!(
        "WHERE tenant_id = $1 AND state = 'deleted' AND NOT is_visible AND deleted_at < $2 AND user_name <> ''
         ORDER BY id LIMIT $3"
    ))
    .for_update(conn)
    .bind(tenant)
    .bind(before)
    .bind(limit)
    .rows(conn)
    .await?;
    rows.iter().map(read).collect()
}

/// How many people can act as platform administrators (admin on the root group or owner, neither deleted nor suspended), the given one left
/// out.
///
/// # Errors
/// The store's own.
pub async fn count_other_administrators(conn: &mut Conn, tenant: TenantId, except: UserId) -> Result<u64, StoreError> {
    sql("SELECT count(*) FROM users u JOIN (
            SELECT m.member_id AS id FROM groups g JOIN memberships m ON m.tenant_id = g.tenant_id AND m.group_id = g.id
            WHERE g.tenant_id = $1 AND g.is_root AND m.member_kind = 'user' AND m.role IN ('admin', 'owner')
            UNION SELECT id FROM users WHERE tenant_id = $1 AND is_owner
         ) a ON a.id = u.id
         WHERE u.tenant_id = $1 AND u.id <> $2 AND u.state NOT IN ('deleted', 'suspended')")
    .bind(tenant)
    .bind(except)
    .number(conn)
    .await
}

/// The live platform administrators: admin on the root group, or owner.
///
/// # Errors
/// The store's own.
pub async fn administrators(conn: &mut Conn, tenant: TenantId) -> Result<Vec<User>, StoreError> {
    let rows = sql(select!(
        "WHERE tenant_id = $1 AND state <> 'deleted' AND id IN (
            SELECT m.member_id FROM groups g JOIN memberships m ON m.tenant_id = g.tenant_id AND m.group_id = g.id
            WHERE g.tenant_id = $1 AND g.is_root AND m.member_kind = 'user' AND m.role IN ('admin', 'owner')
            UNION SELECT id FROM users WHERE tenant_id = $1 AND is_owner
         ) ORDER BY id"
    ))
    .bind(tenant)
    .rows(conn)
    .await?;
    rows.iter().map(read).collect()
}

/// A count or an offset as the engines take it.
pub(super) fn bounded(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The text of a document.
pub(super) fn document_text(document: &Object) -> Result<String, StoreError> {
    serde_json::to_string(document).map_err(|error| StoreError::Database(sqlx::Error::Encode(Box::new(error))))
}

async fn due(
    conn: &mut Conn,
    statement: Statement,
    instant: Timestamp,
    limit: i64,
) -> Result<Vec<(TenantId, UserId)>, StoreError> {
    let rows = statement.bind(instant).bind(limit).rows(conn).await?;
    places(&rows)
}

/// Whom rows of tenant and id mean.
pub(super) fn places(rows: &[Row]) -> Result<Vec<(TenantId, UserId)>, StoreError> {
    rows.iter()
        .map(|row| {
            let mut fields = row.fields("users");
            Ok((fields.parsed("tenant_id")?, fields.parsed("id")?))
        })
        .collect()
}

/// The columns that stand in an index, but for the time of the last change, which every change moves.
fn indexed(user: &User) -> [Column; 8] {
    [
        ("external_id", user.external_id.as_deref().into_value()),
        ("user_name_key", fold(&user.user_name).into_value()),
        ("display_name_key", display_name(user).map(fold).into_value()),
        ("manager_id", user.manager().into_value()),
        ("start_at", user.start_at.into_value()),
        ("deletion_at", user.deletion_at.into_value()),
        ("is_owner", user.is_owner.into_value()),
        ("is_listed", user.is_listed.into_value()),
    ]
}

/// The other columns that change.
fn unindexed(user: &User) -> Result<[Column; 26], StoreError> {
    Ok([
        ("connection_id", user.connection.into_value()),
        ("user_name", user.user_name.as_str().into_value()),
        ("document", document_text(&user.document)?.into_value()),
        ("shows_active", user.shows_active.into_value()),
        ("state", user.state.as_str().into_value()),
        ("state_reason", user.state_reason.as_deref().into_value()),
        ("earlier", user.earlier.map(State::as_str).into_value()),
        ("mode", user.mode.as_str().into_value()),
        ("start_date", user.start_date.into_value()),
        ("deletion_date", user.deletion_date.into_value()),
        ("warned_for", user.warned_for.into_value()),
        ("suppress_notifications", user.suppress_notifications.into_value()),
        ("billable_since", user.billable_since.into_value()),
        ("password_hash", user.password_hash.as_deref().into_value()),
        ("must_change_password", user.must_change_password.into_value()),
        ("password_generation", user.password_generation.into_value()),
        ("episode", user.episode.into_value()),
        ("invitation_id", user.invitation.into_value()),
        ("is_visible", user.is_visible.into_value()),
        ("version", user.version.into_value()),
        ("modified_at", to_millis(user.modified_at).into_value()),
        ("deleted_at", user.deleted_at.into_value()),
        ("display_name", display_name(user).into_value()),
        ("deleted_from", user.deleted_from.map(State::as_str).into_value()),
        ("former_id", user.former.map(|former| former.id).into_value()),
        ("former_link", user.former.map(|former| former.link.as_str()).into_value()),
    ])
}

fn display_name(user: &User) -> Option<&str> {
    user.document.get("displayName").and_then(|name| name.as_str())
}

async fn insert_emails(conn: &mut Conn, user: &User) -> Result<(), StoreError> {
    let mut rows: Vec<[Value; 5]> = Vec::new();
    let emails = user.document.get("emails").and_then(|emails| emails.as_array()).into_iter().flatten();
    for (ordinal, email) in (0_i64..).zip(emails) {
        let text = |name| email.get(name).and_then(|value| value.as_str()).map(fold);
        let Some(value) = text("value") else { continue };
        rows.push([
            user.tenant.into_value(),
            user.id.into_value(),
            ordinal.into_value(),
            value.into_value(),
            text("type").into_value(),
        ]);
    }
    if rows.is_empty() {
        return Ok(());
    }
    let insert = "INSERT INTO user_emails (tenant_id, user_id, ordinal, value_key, type_key) VALUES ";
    let statement = Builder::new(insert).rows(rows.into_iter()).build();
    statement.about([Key::person(user.tenant, user.id)]).post(conn).await
}

pub(super) fn read(row: &Row) -> Result<User, StoreError> {
    read_user(&mut row.fields("users"))
}

fn read_former(fields: &mut Fields<'_>) -> Result<Option<Former>, StoreError> {
    let id = fields.opt_parsed("former_id")?;
    let link = fields.opt_word("former_link", FormerLink::parse)?;
    Ok(id.zip(link).map(|(id, link)| Former { id, link }))
}

pub(super) fn read_user(fields: &mut Fields<'_>) -> Result<User, StoreError> {
    Ok(User {
        tenant: fields.parsed("tenant_id")?,
        id: fields.parsed("id")?,
        connection: fields.opt_parsed("connection_id")?,
        external_id: fields.opt_text("external_id")?,
        user_name: fields.text("user_name")?,
        document: fields.object("document")?,
        shows_active: fields.flag("shows_active")?,
        state: fields.word("state", State::parse)?,
        state_reason: fields.opt_text("state_reason")?,
        earlier: fields.opt_word("earlier", State::parse)?,
        deleted_from: fields.opt_word("deleted_from", State::parse)?,
        former: read_former(fields)?,
        mode: fields.word("mode", Mode::parse)?,
        start_date: fields.opt_parsed("start_date")?,
        deletion_date: fields.opt_parsed("deletion_date")?,
        start_at: fields.opt_time("start_at")?,
        deletion_at: fields.opt_time("deletion_at")?,
        warned_for: fields.opt_parsed("warned_for")?,
        suppress_notifications: fields.flag("suppress_notifications")?,
        billable_since: fields.opt_time("billable_since")?,
        password_hash: fields.opt_text("password_hash")?,
        must_change_password: fields.flag("must_change_password")?,
        password_generation: fields.int("password_generation")?,
        episode: fields.int("episode")?,
        invitation: fields.opt_parsed("invitation_id")?,
        is_owner: fields.flag("is_owner")?,
        is_visible: fields.flag("is_visible")?,
        is_listed: fields.flag("is_listed")?,
        version: fields.int("version")?,
        created_at: fields.time("created_at")?,
        modified_at: fields.time("modified_at")?,
        deleted_at: fields.opt_time("deleted_at")?,
    })
}
