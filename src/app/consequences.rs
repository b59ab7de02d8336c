//! What a request came to, beside its answer: the path and why, the state before and after, mails, roles, billing, events.
//!
//! Use cases note it down while they write, in the [`Notes`] of their scene, and hand it back with the resource, so that the request log and
//! simulations tell what happened rather than guess it. Noting decides nothing.

use crate::domain::{
    GroupId, NotificationId, UserId,
    connection::Connection,
    event,
    group::{MemberId, Membership},
    notification::Notification,
    role::{Role, Source},
    user::{Mode, State, User},
};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What a request came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Consequences {
    /// The person it was about.
    pub person: Option<Person>,
    /// The group it was about.
    pub group: Option<GroupId>,
    /// The person's path and why it is that one.
    pub path: Option<(Mode, Because)>,
    /// Where the person stood, none for a new one, and stands.
    pub state: Option<(Option<State>, State)>,
    /// Mails that entered the outbox, also those that will not leave.
    pub mails: Vec<Mail>,
    /// Mails that had not left and were dropped: why.
    pub dropped_mails: Vec<&'static str>,
    /// Roles the push gives the person.
    pub roles: Vec<(GroupId, Role)>,
    /// How many members a group gained or lost.
    pub members: u64,
    /// What happens to the bill.
    pub billing: Option<Billing>,
    /// Whether the connection took the person over.
    pub is_adoption: bool,
    /// Who the newcomer was here before.
    pub former: Option<UserId>,
    /// Attributes of our extension that were bad and did not count, so that a leaver is not kept by them.
    pub ignored: Vec<String>,
    /// The events written, in order.
    pub events: Vec<event::Kind>,
}

/// The person a request was about, as they are called afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The id.
    pub id: UserId,
    /// The sign-in name.
    pub user_name: String,
    /// The client's own id.
    pub external_id: Option<String>,
}

/// Why somebody is on a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    /// The push says so.
    Extension,
    /// The push says nothing, and the connection has a default.
    Connection,
    /// Neither the push nor the connection says anything.
    Tenant,
    /// It was chosen before.
    Before,
}

impl Because {
    /// Why a newcomer takes the path they take.
    #[must_use]
    pub fn of(wished: Option<Mode>, connection: Option<&Connection>) -> Self {
        match (wished, connection.and_then(|connection| connection.default_mode)) {
            (Some(_), _) => Self::Extension,
            (None, Some(_)) => Self::Connection,
            (None, None) => Self::Tenant,
        }
    }

    /// The word in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Extension => "extension",
            Self::Connection => "connectionDefault",
            Self::Tenant => "tenantDefault",
            Self::Before => "unchanged",
        }
    }
}

/// A mail that entered the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Its id.
    pub id: NotificationId,
    /// Its kind.
    pub code: &'static str,
    /// Queued, held or omitted.
    pub status: &'static str,
    /// Why it is not queued.
    pub reason: Option<String>,
}

/// What happens to the bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Billing {
    /// An interval begins.
    Begins(Timestamp),
    /// The interval ends.
    Ends(Timestamp),
}

impl Consequences {
    /// As JSON for people and scripts; what there is nothing to say about is left out.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let words: Vec<_> = self.events.iter().map(|kind| kind.as_str()).collect();
        let mails: Vec<_> = self.mails.iter().map(Mail::to_json).collect();
        let role = |(group, role): &(GroupId, Role)| json!({ "groupId": group.to_string(), "role": role.as_str() });
        let roles: Vec<_> = self.roles.iter().map(role).collect();
        let mut told = serde_json::Map::new();
        let mut put = |name: &str, value: Value| {
            let is_empty = value.is_null()
                || value.as_array().is_some_and(Vec::is_empty)
                || value == json!(0)
                || value == json!(false);
            if !is_empty {
                told.insert(name.to_owned(), value);
            }
        };
        put("userId", json!(self.person.as_ref().map(|person| person.id.to_string())));
        put("groupId", json!(self.group.map(|group| group.to_string())));
        put(
            "path",
            self.path.map_or(Value::Null, |(mode, why)| json!({ "mode": mode.as_str(), "because": why.as_str() })),
        );
        let state = |(before, after): (Option<State>, State)| json!({ "before": before.map(State::as_str), "after": after.as_str() });
        put("state", self.state.map_or(Value::Null, state));
        put("mails", json!(mails));
        put("droppedMails", json!(self.dropped_mails));
        put("roles", json!(roles));
        put("membersChanged", json!(self.members));
        put("billing", self.billing.map_or(Value::Null, Billing::to_json));
        put("adopted", json!(self.is_adoption));
        put("formerId", json!(self.former.map(|former| former.to_string())));
        put("ignored", json!(self.ignored));
        put("events", json!(words));
        Value::Object(told)
    }
}

impl Mail {
    fn to_json(&self) -> Value {
        json!({ "id": self.id.to_string(), "code": self.code, "status": self.status, "reason": self.reason })
    }
}

impl Billing {
    fn to_json(self) -> Value {
        match self {
            Self::Begins(at) => json!({ "begins": at }),
            Self::Ends(at) => json!({ "ends": at }),
        }
    }
}

/// Where a use case notes down what it does. Clones are the same notes.
#[derive(Debug, Clone, Default)]
pub(super) struct Notes(Arc<Mutex<Consequences>>);

impl Notes {
    /// Begins anew: a transaction may run more than once.
    pub fn clear(&self) {
        *self.open() = Consequences::default();
    }

    /// What was noted.
    pub fn take(&self) -> Consequences {
        std::mem::take(&mut *self.open())
    }

    pub fn mail(&self, mail: &Notification) {
        let (code, status) = (mail.code.as_str(), mail.status.as_str());
        self.open().mails.push(Mail { id: mail.id, code, status, reason: mail.reason.clone() });
    }

    pub fn dropped_mails(&self, count: u64, reason: &'static str) {
        if count > 0 {
            self.open().dropped_mails.push(reason);
        }
    }

    pub fn billing(&self, billing: Billing) {
        self.open().billing = Some(billing);
    }

    pub fn events(&self, kinds: impl Iterator<Item = event::Kind>) {
        let mut noted = self.open();
        noted.events.extend(kinds);
        noted.is_adoption = noted.events.contains(&event::Kind::UserAdopted);
    }

    /// Roles a push gives people; their mere membership is none.
    pub fn roles(&self, rows: &[Membership]) {
        let given =
            rows.iter().filter(|row| matches!(row.member, MemberId::User(_)) && row.source != Source::IdpMembers);
        self.open().roles.extend(given.map(|row| (row.group, row.role)));
    }

    pub fn members(&self, group: GroupId, changed: u64) {
        let mut noted = self.open();
        (noted.group, noted.members) = (Some(group), changed);
    }

    pub fn former(&self, former: Option<UserId>) {
        self.open().former = former;
    }

    pub fn ignored(&self, names: &[String]) {
        self.open().ignored = names.to_vec();
    }

    pub fn person(&self, before: Option<&User>, user: &User, why: Because) {
        let mut noted = self.open();
        let external_id = user.external_id.clone();
        noted.person = Some(Person { id: user.id, user_name: user.user_name.clone(), external_id });
        noted.path = Some((user.mode, why));
        noted.state = Some((before.map(|before| before.state), user.state));
    }

    fn open(&self) -> MutexGuard<'_, Consequences> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
