//! People as their resources show them: each with the summary of an invitation, the manager's name and, where asked for, memberships, all
//! read in one go. Who only shows them reads a [`Profile`] of each, not the whole person: every column costs.

use super::{
    Conn, Engine, StoreError,
    conn::{Builder, CHUNK, Statement, sql},
    dialect,
    filter::Predicate,
    keys::Key,
    memberships::{self, Belonging},
    order::{Order, Start},
    row::{Fields, Row},
    users,
};
use crate::{
    domain::{
        ConnectionId, TenantId, UserId,
        group::MemberId,
        invitation::{self, Summary},
        user::{State, User},
    },
    scim::Object,
};
use jiff::Timestamp;
use std::collections::HashMap;

// What a `Profile` is read from.
macro_rules! profile_columns {
    () => {
        "id, connection_id, document, shows_active, state, state_reason, billable_since, is_visible, is_listed, version, created_at,
         modified_at"
    };
}

// The derived tables rename what they have, so that names without a table mean the person's own.
macro_rules! select_shown {
    ($is_member:literal, $columns:expr, $rest:literal) => {
        concat!(
            "SELECT ",
            $columns,
            ", i_status, i_sent_at, i_sent_count, i_expires_at, i_delivery, m_listed, m_name",
            $is_member,
            "
             FROM users
             LEFT JOIN (SELECT tenant_id AS i_tenant_id, id AS i_id, status AS i_status, sent_at AS i_sent_at,
                               sent_count AS i_sent_count, expires_at AS i_expires_at, delivery AS i_delivery FROM invitations) i
                    ON i_tenant_id = users.tenant_id AND i_id = users.invitation_id
             LEFT JOIN (SELECT tenant_id AS m_tenant_id, id AS m_id, is_listed AS m_listed, display_name AS m_name FROM users) m
                    ON m_tenant_id = users.tenant_id AND m_id = users.manager_id ",
            $rest
        )
    };
    ($conn:expr, $columns:expr, $rest:literal) => {
        match $conn.engine() {
            // Memberships come with the same text.
            Engine::Sqlite => select_shown!("", $columns, $rest),
            Engine::Postgres => select_shown!(
                ", EXISTS (SELECT 1 FROM memberships WHERE tenant_id = users.tenant_id AND member_id = users.id) AS is_member",
                $columns,
                $rest
            ),
        }
    };
}

/// A person with what their resource shows of other rows.
#[derive(Debug, Clone)]
pub struct Shown<P = User> {
    /// The person.
    pub user: P,
    /// The person's last invitation.
    pub invitation: Option<Summary>,
    /// The manager, where one of our people is.
    pub manager: Option<Manager>,
    /// The memberships, where they were asked for.
    pub belongings: Option<Vec<Belonging>>,
}

/// A person who is read only to be shown.
#[derive(Debug, Clone)]
pub struct Stored {
    /// What is shown of the row.
    pub profile: Profile,
    /// The canonical SCIM document, as it is stored.
    pub document: String,
}

impl Stored {
    /// The document as a tree.
    ///
    /// # Errors
    /// `Corrupt`.
    pub fn parse(&self) -> Result<Object, StoreError> {
        serde_json::from_str(&self.document).map_err(|_| self.corrupt())
    }

    /// The error for a document that can't be read.
    #[must_use]
    pub fn corrupt(&self) -> StoreError {
        StoreError::Corrupt { table: "users", column: "document", id: self.profile.id.to_string() }
    }
}

/// What a resource shows of the person's row besides the document.
#[derive(Debug, Clone)]
pub struct Profile {
    /// Its id.
    pub id: UserId,
    /// The connection that manages the person.
    pub connection: Option<ConnectionId>,
    /// Whether the resource shows `active`.
    pub shows_active: bool,
    /// Where the person stands.
    pub state: State,
    /// Why, in words.
    pub state_reason: Option<String>,
    /// Since when the person is billed.
    pub billable_since: Option<Timestamp>,
    /// Readable by id over SCIM.
    pub is_visible: bool,
    /// In lists and filters.
    pub is_listed: bool,
    /// Counts the changes.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub modified_at: Timestamp,
}

impl From<&User> for Profile {
    fn from(user: &User) -> Self {
        Self {
            id: user.id,
            connection: user.connection,
            shows_active: user.shows_active,
            state: user.state,
            state_reason: user.state_reason.clone(),
            billable_since: user.billable_since,
            is_visible: user.is_visible,
            is_listed: user.is_listed,
            version: user.version,
            created_at: user.created_at,
            modified_at: user.modified_at,
        }
    }
}

/// Somebody whose columns stand first in a row.
trait Person: Sized {
    fn read(fields: &mut Fields<'_>) -> Result<Self, StoreError>;
    fn id(&self) -> UserId;
}

impl Person for User {
    fn read(fields: &mut Fields<'_>) -> Result<Self, StoreError> {
        users::read_user(fields)
    }

    fn id(&self) -> UserId {
        self.id
    }
}

impl Person for Stored {
    fn read(fields: &mut Fields<'_>) -> Result<Self, StoreError> {
        let id = fields.parsed("id")?;
        let connection = fields.opt_parsed("connection_id")?;
        let document = fields.text("document")?;
        let profile = Profile {
            id,
            connection,
            shows_active: fields.flag("shows_active")?,
            state: fields.word("state", State::parse)?,
            state_reason: fields.opt_text("state_reason")?,
            billable_since: fields.opt_time("billable_since")?,
            is_visible: fields.flag("is_visible")?,
            is_listed: fields.flag("is_listed")?,
            version: fields.int("version")?,
            created_at: fields.time("created_at")?,
            modified_at: fields.time("modified_at")?,
        };
        Ok(Self { profile, document })
    }

    fn id(&self) -> UserId {
        self.profile.id
    }
}

/// A person's manager.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manager {
    /// The displayName.
    pub display_name: Option<String>,
}

/// Whether memberships are read as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Groups {
    /// They are.
    Load,
    /// They stay unread.
    Skip,
}

/// Any row as it is shown, tombstones included, with the whole person.
///
/// # Errors
/// The store's own.
pub async fn find(conn: &mut Conn, tenant: TenantId, id: UserId, groups: Groups) -> Result<Option<Shown>, StoreError> {
    let people = sql(select_shown!(conn, users::columns!(), "WHERE users.tenant_id = $1 AND users.id = $2"));
    let people = people.bind(tenant).bind(id).brief();
    let belongings = memberships::belonging(tenant).push(" = ").bind(id);
    Ok(read(conn, people, belongings, groups).await?.pop())
}

/// Any row as it is shown, tombstones included.
///
/// # Errors
/// The store's own.
pub async fn find_stored(
    conn: &mut Conn,
    tenant: TenantId,
    id: UserId,
    groups: Groups,
) -> Result<Option<Shown<Stored>>, StoreError> {
    let people = sql(select_shown!(conn, profile_columns!(), "WHERE users.tenant_id = $1 AND users.id = $2"));
    let people = people.bind(tenant).bind(id).brief();
    let belongings = memberships::belonging(tenant).push(" = ").bind(id);
    Ok(read(conn, people, belongings, groups).await?.pop())
}

/// As [`find`] with memberships, holding the person's row against other writers until the transaction ends.
///
/// # Errors
/// The store's own.
pub async fn lock(conn: &mut Conn, tenant: TenantId, id: UserId) -> Result<Option<Shown>, StoreError> {
    if dialect::waits_for_rows(conn.engine()) {
        // What is joined to a row that had to be waited for may be older than that row, so it is read when the row is held.
        let row = sql("SELECT id FROM users WHERE tenant_id = $1 AND id = $2").for_update(conn);
        row.bind(tenant).bind(id).row(conn).await?;
    }
    let people = sql(select_shown!(conn, users::columns!(), "WHERE users.tenant_id = $1 AND users.id = $2"))
        .bind(tenant)
        .bind(id);
    let people = people.about([Key::person(tenant, id), Key::invitations(tenant, id)]);
    let belongings = memberships::belonging(tenant).push(" = ").bind(id);
    Ok(read(conn, people, belongings, Groups::Load).await?.pop())
}

/// Somebody's manager as the resource shows them, where that is one of our people.
///
/// # Errors
/// The store's own.
pub async fn manager(conn: &mut Conn, user: &User) -> Result<Option<Manager>, StoreError> {
    let Some(manager) = user.manager() else { return Ok(None) };
    // Shown as it is at the moment; nothing is decided by it.
    let row = sql("SELECT display_name FROM users WHERE tenant_id = $1 AND id = $2 AND is_listed")
        .bind(user.tenant)
        .bind(manager)
        .about([])
        .row(conn)
        .await?;
    row.map(|row| Ok(Manager { display_name: row.fields("users").opt_text("display_name")? })).transpose()
}

/// Several people as they are shown, any state, in no particular order.
///
/// # Errors
/// The store's own.
pub async fn find_many(
    conn: &mut Conn,
    tenant: TenantId,
    ids: &[UserId],
    groups: Groups,
) -> Result<Vec<Shown<Stored>>, StoreError> {
    let mut found = Vec::with_capacity(ids.len());
    for ids in ids.chunks(CHUNK) {
        let people = Builder::new(select_shown!(conn, profile_columns!(), "WHERE users.tenant_id = ")).bind(tenant);
        let people = people.push(" AND users.id").within(ids.iter().copied()).build();
        let belongings = memberships::belonging(tenant).within(ids.iter().copied());
        found.extend(read(conn, people, belongings, groups).await?);
    }
    Ok(found)
}

/// What a page of a list holds.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// Which people.
    pub predicate: &'a Predicate,
    /// In which order.
    pub order: Order,
    /// From where on.
    pub start: &'a Start,
    /// So many at most.
    pub limit: u64,
    /// With their memberships?
    pub groups: Groups,
}

/// A page of listed people.
///
/// # Errors
/// The store's own.
pub async fn page(conn: &mut Conn, tenant: TenantId, page: &Page<'_>) -> Result<Vec<Shown<Stored>>, StoreError> {
    let Page { predicate, order, start, limit, groups } = *page;
    let ids = |outer: Builder| {
        outer.push("SELECT id FROM users WHERE is_listed AND tenant_id = ").bind(tenant).matching(predicate)
    };
    let people = Builder::new(select_shown!(conn, profile_columns!(), "WHERE is_listed AND tenant_id = "))
        .bind(tenant)
        .matching(predicate);
    let people = people.page(ids, order, predicate, start, limit).build();
    let people = if predicate.is_selective() { people.brief() } else { people };
    let among = ids(memberships::belonging(tenant).push(" IN ("));
    let belongings = among.page(ids, order, predicate, start, limit).push(")");
    read(conn, people, belongings, groups).await
}

/// Reads people and, if wanted, the rows of their memberships.
async fn read<P: Person>(
    conn: &mut Conn,
    people: Statement,
    belongings: Builder,
    groups: Groups,
) -> Result<Vec<Shown<P>>, StoreError> {
    if groups == Groups::Skip {
        return people.rows(conn).await?.iter().map(read_row).collect();
    }
    let is_member = |row: &Row| row.is_true("is_member");
    let (rows, belongings) = people.rows_with(memberships::in_order(belongings).build(), is_member, conn).await?;
    let mut of: HashMap<UserId, Vec<Belonging>> = HashMap::new();
    for row in &belongings {
        let belonging = memberships::read_belonging(row)?;
        if let MemberId::User(user) = belonging.membership.member {
            of.entry(user).or_default().push(belonging);
        }
    }
    let mut people = rows.iter().map(read_row::<P>).collect::<Result<Vec<_>, _>>()?;
    for shown in &mut people {
        shown.belongings = Some(of.remove(&shown.user.id()).unwrap_or_default());
    }
    Ok(people)
}

fn read_row<P: Person>(row: &Row) -> Result<Shown<P>, StoreError> {
    let mut fields = row.fields("users");
    let user = P::read(&mut fields)?;
    let status = fields.opt_word("i_status", invitation::Status::parse)?;
    let sent_at = fields.opt_time("i_sent_at")?;
    let sent_count = fields.opt_int("i_sent_count")?;
    let expires_at = fields.opt_time("i_expires_at")?;
    let delivery = fields.opt_text("i_delivery")?;
    let invitation = match (status, sent_count, expires_at, delivery) {
        (Some(status), Some(sent_count), Some(expires_at), Some(delivery)) => {
            Some(Summary { status, sent_at, sent_count, expires_at, delivery })
        }
        _ => None,
    };
    let is_listed = fields.opt_flag("m_listed")?.unwrap_or(false);
    let display_name = fields.opt_text("m_name")?;
    Ok(Shown { user, invitation, manager: is_listed.then_some(Manager { display_name }), belongings: None })
}
