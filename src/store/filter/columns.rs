//! Which attribute is answered by which column: the one place where attributes and SQL meet.
//!
//! `eval` looks at the rendered resource; a line here is exact only where the column holds precisely what is rendered. `$1` is the
//! tenant in every statement a predicate goes into, which keeps the subqueries independent of the rows around them.

use super::{Plan, Predicate, Scope};
use crate::{
    domain::role::Source,
    scim::{
        AttrRef, Kind, Registry,
        filter::{Filter, Literal, Op},
        schema::{ENTERPRISE, USHER},
    },
};
use jiff::Timestamp;

/// A column that holds one text or none.
struct Text {
    column: &'static str,
    /// The column is never NULL.
    is_required: bool,
}

const EXTERNAL_ID: Text = Text { column: "users.external_id", is_required: false };
const DISPLAY_NAME: &str = "users.display_name_key";
const STATE: &str = "users.state";
const MODIFIED: &str = "users.modified_at";
/// How many characters of a person's displayName the index takes; the migrations and the predicate say the same number.
const INDEXED_CHARS: usize = 500;

enum Column {
    Text(Text),
    /// A person's `externalId`, which only the connection that manages the person has; nobody's people have theirs for everybody.
    ExternalId,
    /// Microseconds, cut to milliseconds as they are rendered.
    Instant(&'static str),
    Active,
    Email,
    InvitationStatus,
    GroupOfUser,
    Member,
}

fn column(path: &str, kind: Kind) -> Option<Column> {
    let text = |column, is_required| Some(Column::Text(Text { column, is_required }));
    match (kind, path) {
        (Kind::User, "id") => text("users.id", true),
        (Kind::User, "userName") => text("users.user_name_key", true),
        (Kind::User, "externalId") => Some(Column::ExternalId),
        (Kind::User, "displayName") => text(DISPLAY_NAME, false),
        (Kind::User, "active") => Some(Column::Active),
        (Kind::User, "emails.value") => Some(Column::Email),
        (Kind::User, "groups.value") => Some(Column::GroupOfUser),
        (Kind::User, "meta.created") => Some(Column::Instant("users.created_at")),
        (Kind::User, "meta.lastModified") => Some(Column::Instant(MODIFIED)),
        (Kind::User, path) => match path.rsplit_once(':') {
            Some((ENTERPRISE, "manager.value")) => text("users.manager_id", false),
            Some((USHER, "state")) => text(STATE, true),
            Some((USHER, "invitationStatus" | "invitation.status")) => Some(Column::InvitationStatus),
            _ => None,
        },
        (Kind::Group, "id") => text("groups.id", true),
        (Kind::Group, "displayName") => text("groups.display_name_key", true),
        (Kind::Group, "externalId") => text("groups.external_id", false),
        (Kind::Group, "members.value") => Some(Column::Member),
        (Kind::Group, "meta.created") => Some(Column::Instant("groups.created_at")),
        (Kind::Group, "meta.lastModified") => Some(Column::Instant("groups.modified_at")),
        (Kind::Group, _) => None,
    }
}

/// The attribute whose value is the table's own.
const RESOURCE_TYPE: &str = "meta.resourceType";

/// Whether a resource may have several values there.
pub(super) fn is_multi_valued(path: &str) -> bool {
    matches!(path, "emails.value" | "groups.value" | "members.value")
}

/// `attr pr`.
pub(super) fn present(path: &str, kind: Kind, scope: Scope) -> Plan {
    if path == RESOURCE_TYPE {
        return Plan::exactly(Predicate::everything());
    }
    match column(path, kind) {
        Some(Column::Text(text)) => {
            let filled = Predicate::sql(text.column).push(" <> ''");
            Plan::exactly(if text.is_required { filled } else { guarded(text.column, filled) })
        }
        Some(Column::ExternalId) => {
            own(scope, guarded(EXTERNAL_ID.column, Predicate::sql(EXTERNAL_ID.column).push(" <> ''")))
        }
        Some(Column::Instant(_)) => Plan::exactly(Predicate::everything()),
        Some(Column::Active) => Plan::exactly(Predicate::sql("users.shows_active")),
        Some(Column::Email | Column::InvitationStatus | Column::GroupOfUser | Column::Member) | None => Plan::unknown(),
    }
}

/// A comparison other than `ne`.
pub(super) fn compare(path: &str, kind: Kind, op: Op, literal: &Literal, scope: Scope) -> Plan {
    if let (RESOURCE_TYPE, Op::Eq, Literal::String(operand)) = (path, op, literal) {
        // The same for all rows: it chooses between the types of a query over several.
        return Plan::exactly(if operand == kind.name() { Predicate::everything() } else { Predicate::nothing() });
    }
    match (column(path, kind), literal) {
        (Some(Column::Text(text)), Literal::String(operand)) => compare_text(&text, op, operand),
        (Some(Column::ExternalId), Literal::String(operand)) => {
            let plan = compare_text(&EXTERNAL_ID, op, operand);
            if plan.exact { own(scope, plan.predicate) } else { plan }
        }
        (Some(Column::Instant(MODIFIED)), Literal::Instant(instant)) if matches!(op, Op::Gt | Op::Ge) => {
            since(compare_instant(MODIFIED, op, *instant))
        }
        (Some(Column::Instant(column)), Literal::Instant(instant)) => compare_instant(column, op, *instant),
        (Some(Column::Active), Literal::Bool(is_on)) if op == Op::Eq => Plan::exactly(active(*is_on)),
        (Some(Column::Email), Literal::String(operand)) if op == Op::Eq => Plan::exactly(email(operand, None)),
        (Some(Column::InvitationStatus), Literal::String(operand)) if op == Op::Eq => Plan::exactly(
            Predicate::sql(
                "EXISTS (SELECT 1 FROM invitations i
                         WHERE i.tenant_id = users.tenant_id AND i.id = users.invitation_id AND i.status = ",
            )
            .bind(operand)
            .push(")"),
        ),
        (Some(Column::GroupOfUser), Literal::String(operand)) if op == Op::Eq => Plan::at_most(in_group(operand)),
        (Some(Column::Member), Literal::String(operand)) if op == Op::Eq => match scope.connection {
            Some(connection) => Plan::exactly(
                Predicate::sql(
                    "groups.id IN (SELECT m.group_id FROM memberships m WHERE m.tenant_id = $1 AND m.member_id = ",
                )
                .bind(operand)
                .push(" AND m.source = ")
                .bind(Source::IdpMembers.as_str())
                .push(" AND m.connection_key = ")
                .bind(connection)
                .push(")")
                .selective(),
            ),
            None => Plan::unknown(),
        },
        _ => Plan::unknown(),
    }
}

/// `emails[…]` where the brackets hold `eq` of value and type only.
pub(super) fn email_with(inner: &Filter<AttrRef>, registry: &Registry) -> Plan {
    let mut value = None;
    let mut ty = None;
    let is_known = equalities(inner, &mut |attr, operand| {
        let slot = match registry.path_of(attr).as_str() {
            "emails.value" => &mut value,
            "emails.type" => &mut ty,
            _ => return false,
        };
        slot.replace(operand.to_owned()).is_none()
    });
    match (is_known, value) {
        // Addresses without a value have no row, so a type alone can't be answered.
        (true, Some(value)) => Plan::exactly(email(&value, ty.as_deref())),
        _ => Plan::unknown(),
    }
}

/// Hands each comparison of a conjunction of `eq` to `each`; false when there is anything else.
fn equalities(filter: &Filter<AttrRef>, each: &mut impl FnMut(AttrRef, &str) -> bool) -> bool {
    match filter {
        Filter::Compare(attr, Op::Eq, Literal::String(operand)) => each(*attr, operand),
        Filter::And(parts) => parts.iter().all(|part| equalities(part, each)),
        _ => false,
    }
}

fn compare_text(text: &Text, op: Op, operand: &str) -> Plan {
    let column = Predicate::sql(text.column);
    let compared = match op {
        // The index holds no longer ones, so that no name is too long for it.
        Op::Eq if text.column == DISPLAY_NAME && operand.chars().count() <= INDEXED_CHARS => {
            column.push(" = ").bind(operand).push(" AND length(users.display_name_key) <= 500").selective()
        }
        Op::Eq if text.column == STATE => column.push(" = ").bind(operand),
        Op::Eq => column.push(" = ").bind(operand).selective(),
        Op::Gt => column.push(" > ").bind(operand),
        Op::Ge => column.push(" >= ").bind(operand),
        Op::Lt => column.push(" < ").bind(operand),
        Op::Le => column.push(" <= ").bind(operand),
        Op::Sw => starting_with(text.column, operand),
        Op::Ne | Op::Co | Op::Ew => return Plan::unknown(),
    };
    Plan::exactly(if text.is_required { compared } else { guarded(text.column, compared) })
}

/// Restricts a predicate to people whose `externalId` the caller has.
fn own(scope: Scope, predicate: Predicate) -> Plan {
    let Some(connection) = scope.connection else { return Plan::unknown() };
    let known =
        predicate.push(" AND (users.connection_id IS NULL OR users.connection_id = ").bind(connection).push(")");
    Plan::exactly(known)
}

/// False instead of NULL where the column is NULL.
fn guarded(column: &'static str, predicate: Predicate) -> Predicate {
    Predicate::sql(column).push(" IS NOT NULL AND ").append(predicate)
}

/// Both engines compare bytes, and bytes of UTF-8 sort as code points do.
fn starting_with(column: &'static str, prefix: &str) -> Predicate {
    let from = Predicate::sql(column).push(" >= ").bind(prefix);
    match successor(prefix) {
        Some(end) => from.push(" AND ").push(column).push(" < ").bind(end),
        None => from,
    }
}

/// The least text above all that begin with `prefix`; none for the empty prefix.
pub(super) fn successor(prefix: &str) -> Option<String> {
    let mut chars: Vec<char> = prefix.chars().collect();
    while let Some(last) = chars.pop() {
        // A range of characters steps over the surrogates.
        if let Some(next) = (last..=char::MAX).nth(1) {
            chars.push(next);
            return Some(chars.into_iter().collect());
        }
    }
    None
}

fn compare_instant(column: &'static str, op: Op, instant: Timestamp) -> Plan {
    let nanos = instant.as_nanosecond();
    let Ok(floor) = i64::try_from(nanos.div_euclid(1_000)) else { return Plan::unknown() };
    let is_whole = nanos.rem_euclid(1_000) == 0;
    let column = Predicate::sql(column);
    Plan::exactly(match op {
        Op::Eq if is_whole => column.push(" = ").bind(floor),
        Op::Eq => Predicate::nothing(),
        Op::Ge if is_whole => column.push(" >= ").bind(floor),
        Op::Gt | Op::Ge => column.push(" > ").bind(floor),
        Op::Lt if is_whole => column.push(" < ").bind(floor),
        Op::Lt | Op::Le => column.push(" <= ").bind(floor),
        Op::Ne | Op::Co | Op::Sw | Op::Ew => return Plan::unknown(),
    })
}

/// What a client asks who wants to know what changed lately, mostly nothing: as a set of ids, or SQLite would go through all people in the order
/// of the page until it is full.
fn since(plan: Plan) -> Plan {
    let ids = Predicate::sql("users.id IN (SELECT users.id FROM users WHERE tenant_id = $1 AND ");
    Plan { predicate: ids.append(plan.predicate).push(")"), exact: plan.exact }
}

fn active(is_on: bool) -> Predicate {
    Predicate::sql(if is_on {
        "users.shows_active AND users.state IN ('staged', 'invited', 'active')"
    } else {
        "users.shows_active AND users.state NOT IN ('staged', 'invited', 'active')"
    })
}

fn email(value: &str, ty: Option<&str>) -> Predicate {
    let rows =
        Predicate::sql("users.id IN (SELECT e.user_id FROM user_emails e WHERE e.tenant_id = $1 AND e.value_key = ");
    let rows = rows.bind(value);
    let rows = match ty {
        Some(ty) => rows.push(" AND e.type_key IS NOT NULL AND e.type_key = ").bind(ty),
        None => rows,
    };
    rows.push(")").selective()
}

/// Direct members, and everybody when the group holds groups: whom it holds through those only rendering tells. One set of ids, since an `OR`
/// would have both engines look at the whole tenant, and a `CROSS JOIN`, since SQLite keeps its order: mostly there is no such group.
fn in_group(group: &str) -> Predicate {
    Predicate::sql("users.id IN (SELECT m.member_id FROM memberships m WHERE m.tenant_id = $1 AND m.group_id = ")
        .bind(group)
        .push(" UNION SELECT u.id FROM memberships m CROSS JOIN users u WHERE m.tenant_id = $1 AND u.tenant_id = $1 AND m.member_kind = 'group' AND m.group_id = ")
        .bind(group)
        .push(")")
}
