//! The values of Usher's own extension (domain.md 2.8): from a canonical document's texts to types, and what to do with bad ones.
//!
//! Validation lets bad values of this extension pass, because nobody who leaves may be kept by one: the application calls
//! [`drop_bad`] when a request switches its user off, and [`read`] always. Never looks at tenants, groups or the time.

use super::{Error, USHER};
use crate::scim::validate::datetime;
use crate::scim::{Object, fold};
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;

/// What a client asks of Usher for one user.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnAttributes {
    /// `provisioningMode`
    pub mode: Option<Mode>,
    /// `deletionDate`
    pub deletion_date: Option<OwnDate>,
    /// `startDate`
    pub start_date: Option<OwnDate>,
    /// `suppressNotifications`
    pub suppress_notifications: Option<bool>,
    /// `generateCredentials`
    pub generate_credentials: Option<bool>,
    /// `labels`
    pub labels: Vec<String>,
    /// `groupRoles`
    pub group_roles: Vec<GroupRole>,
    /// `groupRoleList`
    pub group_role_list: Vec<NamedGroupRoles>,
    /// `invitedFrom`
    pub invited_from: Option<InvitedFrom>,
}

/// How somebody is added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// By an invitation.
    Invite,
    /// By a created account.
    Create,
}

/// A date as a client writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnDate {
    /// A calendar date, or a dateTime without an offset: the day as it stands there.
    Day(Date),
    /// A dateTime: the day it has in the tenant's time zone.
    Moment(Timestamp),
}

/// A role on a group named by its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupRole {
    /// The group's id.
    pub group: String,
    /// The name the client gave the group.
    pub display: Option<String>,
    /// One of [`ROLES`].
    pub role: &'static str,
}

/// Roles on a group named by its id or its displayName.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedGroupRoles {
    /// The group's id or displayName.
    pub group: String,
    /// Some of [`ROLES`]; learner where the entry names none.
    pub roles: Vec<&'static str>,
}

/// Where an invitation comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InvitedFrom {
    /// The platform.
    Platform,
    /// The group with this id.
    Group(String),
    /// The session with this id.
    Session(String),
}

/// The roles a client may name; whether it may grant them is the application's to say.
pub const ROLES: [&str; 5] = ["learner", "author", "coach", "userAdmin", "admin"];

/// Reads our own extension of a canonical document.
///
/// # Errors
/// 400 `invalidValue` naming the first bad attribute.
pub fn read(document: &Object) -> Result<OwnAttributes, Error> {
    let mut own = OwnAttributes::default();
    match document.get(USHER) {
        None => {}
        Some(Value::Object(extension)) => {
            for (name, value) in extension {
                read_one(&mut own, name, value).map_err(|what| fault(name, what))?;
            }
        }
        Some(_) => return Err(fault("", NO_OBJECT)),
    }
    Ok(own)
}

/// Gives the attributes [`read`] would refuse the value they had in the document `before` (an empty one at creation), and returns
/// their names, or the extension's URN when it is no object at all.
pub fn drop_bad(document: &mut Object, before: &Object) -> Vec<String> {
    let Some(extension) = document.get_mut(USHER) else { return vec![] };
    let mut dropped = vec![];
    let mut good = match extension.take() {
        Value::Object(good) => good,
        other => Object::from_iter([(String::new(), other)]),
    };
    good.retain(|name, value| {
        let is_good = read_one(&mut OwnAttributes::default(), name, value).is_ok();
        if !is_good {
            dropped.push(name.clone());
        }
        is_good
    });
    let before = before.get(USHER).and_then(Value::as_object);
    for (name, value) in before.into_iter().flatten() {
        let is_lost = |bad: &String| bad == name || bad.is_empty();
        if !good.contains_key(name) && dropped.iter().any(is_lost) {
            good.insert(name.clone(), value.clone());
        }
    }
    if good.is_empty() {
        document.shift_remove(USHER);
    } else {
        *extension = Value::Object(good);
    }
    dropped.into_iter().map(|name| if name.is_empty() { USHER.to_owned() } else { name }).collect()
}

const NO_OBJECT: &str = "takes an object of its attributes";

fn fault(name: &str, what: &str) -> Error {
    let colon = if name.is_empty() { "" } else { ":" };
    Error::invalid_value(format!("{USHER}{colon}{name}: the attribute {what}."))
}

fn read_one(own: &mut OwnAttributes, name: &str, value: &Value) -> Result<(), &'static str> {
    if holds_nul(value) {
        return Err("holds a NUL character");
    }
    match name {
        "provisioningMode" => own.mode = Some(mode(value)?),
        "deletionDate" => own.deletion_date = Some(date(value)?),
        "startDate" => own.start_date = Some(date(value)?),
        "suppressNotifications" => own.suppress_notifications = Some(flag(value)?),
        "generateCredentials" => own.generate_credentials = Some(flag(value)?),
        "labels" => own.labels = each(value, label)?,
        "groupRoles" => own.group_roles = each(value, group_role)?,
        "groupRoleList" => own.group_role_list = each(value, named_group_roles)?,
        "invitedFrom" => own.invited_from = Some(invited_from(value)?),
        "" => return Err(NO_OBJECT),
        _ => return Err("is none that a client can write"),
    }
    Ok(())
}

/// Values that validation let pass may hold what no database keeps.
fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(holds_nul),
        Value::Object(members) => members.values().any(holds_nul),
        _ => false,
    }
}

fn mode(value: &Value) -> Result<Mode, &'static str> {
    match value.as_str() {
        Some("invite") => Ok(Mode::Invite),
        Some("create") => Ok(Mode::Create),
        _ => Err("takes 'invite' or 'create'"),
    }
}

fn flag(value: &Value) -> Result<bool, &'static str> {
    value.as_bool().ok_or("takes true or false")
}

fn date(value: &Value) -> Result<OwnDate, &'static str> {
    let wrong = "takes a date such as 2027-06-30";
    let text = value.as_str().ok_or(wrong)?;
    let day = |text: &str| if text.len() == 10 { text.parse::<Date>().ok().map(OwnDate::Day) } else { None };
    if let Some(day) = day(text) {
        return Ok(day);
    }
    let moment = datetime::parse(text).ok_or(wrong)?;
    let (date, time) = text.split_at_checked(10).ok_or(wrong)?;
    if time.contains(['z', 'Z', '+', '-']) { Ok(OwnDate::Moment(moment)) } else { day(date).ok_or(wrong) }
}

fn label(value: &Value) -> Result<String, &'static str> {
    let label = value.as_str().map(str::trim).filter(|text| fold::is_printable(text));
    label.map(str::to_owned).ok_or("takes texts without control characters")
}

fn group_role(value: &Value) -> Result<GroupRole, &'static str> {
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let group = text("value").filter(|id| !id.is_empty()).ok_or("needs the id of a group as each element's value")?;
    let role = match value.get("role") {
        None => "learner",
        Some(role) => role_named(role.as_str().unwrap_or_default())?,
    };
    Ok(GroupRole { group: group.to_owned(), display: text("display").map(str::to_owned), role })
}

fn named_group_roles(value: &Value) -> Result<NamedGroupRoles, &'static str> {
    let wrong = "takes texts such as 'Sales=coach,author'";
    let text = value.as_str().ok_or(wrong)?;
    // A group's name may hold an equals sign; a role never does.
    let (group, roles) = text.rsplit_once('=').unwrap_or((text, "learner"));
    let group = group.trim();
    if group.is_empty() {
        return Err(wrong);
    }
    let roles = roles.split(',').map(|role| role_named(role.trim())).collect::<Result<_, _>>()?;
    Ok(NamedGroupRoles { group: group.to_owned(), roles })
}

fn role_named(name: &str) -> Result<&'static str, &'static str> {
    let role = ROLES.into_iter().find(|role| role.eq_ignore_ascii_case(name));
    role.ok_or("names a role that is none of learner, author, coach, userAdmin, admin")
}

fn invited_from(value: &Value) -> Result<InvitedFrom, &'static str> {
    let text = |name: &str| value.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let id = || text("value").map(str::to_owned).ok_or("needs the id of the group or session as its value");
    match text("kind") {
        Some("platform") => Ok(InvitedFrom::Platform),
        Some("group") => Ok(InvitedFrom::Group(id()?)),
        Some("session") => Ok(InvitedFrom::Session(id()?)),
        _ => Err("needs 'platform', 'group' or 'session' as its kind"),
    }
}

fn each<T>(value: &Value, read: impl Fn(&Value) -> Result<T, &'static str>) -> Result<Vec<T>, &'static str> {
    value.as_array().ok_or("takes an array")?.iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scim::Registry;
    use crate::scim::schema::Kind;
    use crate::scim::validate::{self, Context};
    use serde_json::json;

    #[expect(clippy::needless_pass_by_value, reason = "tests build the value in place")]
    fn document(own: Value) -> Object {
        let body = json!({"schemas": [super::super::USER], "userName": "x", "active": false, USHER: own});
        validate::document(body.as_object().unwrap(), &Registry::builtin(), Kind::User, Context::Create).unwrap()
    }

    #[test]
    fn good_values_become_types() {
        let own = read(&document(json!({
            "ProvisioningMode": "CREATE", "deletionDate": "2027-06-30", "startDate": "2027-01-01T23:30:00+02:00",
            "suppressNotifications": "True", "generateCredentials": false, "labels": "Cohort 7; Paris",
            "groupRoles": [{"value": "g1", "display": "Sales", "role": "COACH"}, "g2"],
            "groupRoleList": "Sales=coach, useradmin;a=b=author;Sales", "invitedFrom": {"kind": "Session", "value": "s1"}
        })));
        let expected = OwnAttributes {
            mode: Some(Mode::Create),
            deletion_date: Some(OwnDate::Day("2027-06-30".parse().unwrap())),
            start_date: Some(OwnDate::Moment("2027-01-01T21:30:00Z".parse().unwrap())),
            suppress_notifications: Some(true),
            generate_credentials: Some(false),
            labels: vec!["Cohort 7".into(), "Paris".into()],
            group_roles: vec![
                GroupRole { group: "g1".into(), display: Some("Sales".into()), role: "coach" },
                GroupRole { group: "g2".into(), display: None, role: "learner" },
            ],
            group_role_list: vec![
                NamedGroupRoles { group: "Sales".into(), roles: vec!["coach", "userAdmin"] },
                NamedGroupRoles { group: "a=b".into(), roles: vec!["author"] },
                NamedGroupRoles { group: "Sales".into(), roles: vec!["learner"] },
            ],
            invited_from: Some(InvitedFrom::Session("s1".into())),
        };
        assert_eq!(own, Ok(expected));
    }

    #[test]
    fn nothing_and_empty_text_say_nothing() {
        let empty = json!({"provisioningMode": "", "deletionDate": "", "startDate": null, "labels": "", "labels2": 1,
            "groupRoles": [], "groupRoleList": " ; ", "invitedFrom": {"kind": "", "value": null}, "state": "active"});
        for own in [json!({}), json!(null), empty] {
            let document = document(own);
            assert!(!document.contains_key(USHER));
            assert_eq!(read(&document), Ok(OwnAttributes::default()));
        }
    }

    #[test]
    fn bad_values_are_named_or_dropped() {
        let cases = [
            ("provisioningMode", json!("later")),
            ("provisioningMode", json!(["invite", "create"])),
            ("provisioningMode", json!({"value": "invite"})),
            ("deletionDate", json!("soon")),
            ("deletionDate", json!("2027-02-30")),
            ("deletionDate", json!(20_270_630)),
            ("startDate", json!(true)),
            ("suppressNotifications", json!("yes")),
            ("suppressNotifications", json!(1)),
            ("generateCredentials", json!([true, false])),
            ("labels", json!([{"a": 1}])),
            ("labels", json!(["a\nb"])),
            ("groupRoles", json!([{"value": "g", "role": "owner"}])),
            ("groupRoles", json!([{"role": "coach"}])),
            ("groupRoleList", json!([7, {"a": 1}])),
            ("groupRoleList", json!("=coach")),
            ("groupRoleList", json!("Sales=king")),
            ("groupRoleList", json!("Sales=")),
            ("groupRoles", json!([{"value": "g\u{0}"}])),
            ("invitedFrom", json!("g1")),
            ("invitedFrom", json!({"kind": "moon", "value": "1"})),
            ("invitedFrom", json!({"kind": "group"})),
        ];
        for (name, value) in cases {
            let mut document = document(json!({name: value, "state": "deleted"}));
            let error = read(&document).unwrap_err();
            assert_eq!(error.status, 400);
            assert!(error.detail.contains(name), "{}", error.detail);
            assert_eq!(drop_bad(&mut document, &Object::new()), [name], "{value}");
            assert_eq!(read(&document), Ok(OwnAttributes::default()));
            assert!(!document.contains_key(USHER));
        }
    }

    #[test]
    fn good_values_outlive_bad_neighbours() {
        let mut document = document(json!({"deletionDate": "soon", "provisioningMode": "create", "startDate": 5}));
        assert_eq!(drop_bad(&mut document, &Object::new()), ["deletionDate", "startDate"]);
        assert_eq!(read(&document).unwrap().mode, Some(Mode::Create));
    }

    #[test]
    fn an_extension_that_is_no_object_is_bad_as_a_whole() {
        let mut document = document(json!("create"));
        assert!(read(&document).unwrap_err().detail.contains(USHER));
        assert_eq!(drop_bad(&mut document, &Object::new()), [USHER]);
        assert_eq!(read(&document), Ok(OwnAttributes::default()));
    }

    #[test]
    fn a_bad_value_leaves_what_was_there() {
        let before = document(json!({"deletionDate": "2027-06-30", "labels": ["a"]}));
        let mut after = document(json!({"deletionDate": "soon", "provisioningMode": "create"}));
        assert_eq!(drop_bad(&mut after, &before), ["deletionDate"]);
        assert_eq!(after[USHER], json!({"provisioningMode": "create", "deletionDate": "2027-06-30"}));
        let mut after = document(json!(["junk"]));
        assert_eq!(drop_bad(&mut after, &before), [USHER]);
        assert_eq!(after, before);
    }

    #[test]
    fn a_date_time_without_offset_is_its_day() {
        let own = read(&document(json!({"deletionDate": "2027-06-30T00:00:00"}))).unwrap();
        assert_eq!(own.deletion_date, Some(OwnDate::Day("2027-06-30".parse().unwrap())));
    }

    #[test]
    fn roles_are_those_the_schema_suggests() {
        let registry = Registry::builtin();
        let own = registry.extension(Kind::User, USHER).unwrap();
        let roles = registry.in_schema(own, "groupRoles").and_then(|attr| registry.sub(attr, "role")).unwrap();
        assert!(registry.attribute(roles).canonical_values.iter().map(AsRef::as_ref).eq(ROLES));
    }
}
