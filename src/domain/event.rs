//! Events: one for each state change, written in its transaction. They carry ids and facts, never names, addresses or secrets: who follows the
//! feed asks the API for the rest.

use super::{
    GroupId, SessionId, UserId,
    group::{MemberId, Membership},
    invitation::{self, Invitation},
    notification::Notification,
    user::{FormerLink, State, User},
};
use crate::scim::schema;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident => $word:literal,)*) => {
        /// What happened, in the words of the feed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Kind {
            $($(#[$doc])* $name,)*
        }

        impl Kind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The `type` in the feed.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }
        }
    };
}

kinds! {
    /// Added, waiting for a start date.
    UserStaged => "user.staged",
    /// An invitation is out.
    UserInvited => "user.invited",
    /// Put on the create path.
    UserCreated => "user.created",
    /// Active and billed from now.
    UserActivated => "user.activated",
    /// Attributes changed.
    UserUpdated => "user.updated",
    /// Switched off.
    UserSuspended => "user.suspended",
    /// Switched on again, in whatever state that is.
    UserReactivated => "user.reactivated",
    /// Gone, by date or by request.
    UserDeleted => "user.deleted",
    /// Back from deletion, in whatever state that is.
    UserRestored => "user.restored",
    /// A connection manages the person from now.
    UserAdopted => "user.adopted",
    /// Another connection manages the person from now.
    UserTransferred => "user.transferred",
    /// The relay accepted an invitation.
    InvitationSent => "invitation.sent",
    /// An invitation got a new link and a new life.
    InvitationResent => "invitation.resent",
    /// An invitation ended early.
    InvitationCancelled => "invitation.cancelled",
    /// An invitation gave way to the create path.
    InvitationSuperseded => "invitation.superseded",
    /// An invitation's time is over.
    InvitationExpired => "invitation.expired",
    /// The relay refused a mail, or it was given up.
    MailFailed => "mail.failed",
    /// A mail came back after the relay had accepted it.
    MailBounced => "mail.bounced",
    /// A group was made.
    GroupCreated => "group.created",
    /// A group's attributes changed.
    GroupUpdated => "group.updated",
    /// A group is gone.
    GroupDeleted => "group.deleted",
    /// Somebody's roles in a group changed.
    MembershipChanged => "membership.changed",
    /// A program session was made.
    SessionCreated => "session.created",
    /// Somebody takes part in a program session.
    SessionRegistered => "session.registered",
}

impl Kind {
    /// The kind of a word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == text)
    }

    /// Whether it tells of a person's own state or attributes.
    #[must_use]
    pub fn is_of_user(self) -> bool {
        self.as_str().starts_with("user.")
    }
}

/// One event to be written.
#[derive(Debug, Clone)]
pub struct Event {
    /// Which kind it is.
    pub kind: Kind,
    /// The person.
    pub user: Option<UserId>,
    /// The group.
    pub group: Option<GroupId>,
    /// What else is worth telling.
    pub data: Value,
}

impl Event {
    /// What happened to a person; `before` is none for somebody new.
    #[must_use]
    pub fn of_user(kind: Kind, user: &User, before: Option<&User>, source: &str) -> Self {
        let mut data = Map::new();
        let mut put = |name: &str, value: Value| data.insert(name.to_owned(), value);
        put("state", json!(user.state.as_str()));
        if let Some(before) = before {
            put("before", json!(before.state.as_str()));
        }
        put("mode", json!(user.mode.as_str()));
        put("source", json!(source));
        if let Some(connection) = user.connection {
            put("connectionId", json!(connection.to_string()));
        }
        if let Some(invitation) = user.invitation.filter(|_| user.state == State::Invited) {
            put("invitationId", json!(invitation.to_string()));
        }
        if let Some(date) = user.start_date {
            put("startDate", json!(date.to_string()));
        }
        if let Some(date) = user.deletion_date {
            put("deletionDate", json!(date.to_string()));
        }
        if let Some(since) = user.billable_since {
            put("billableSince", json!(since));
        }
        // The account before is told of once, when it is known for sure.
        let former = user.former.filter(|former| former.link != FormerLink::Likeness);
        if let Some(former) = former.filter(|_| before.is_none_or(|before| before.former != user.former)) {
            put("formerId", json!(former.id.to_string()));
        }
        let changed = before.map(|before| changed(before, user)).unwrap_or_default();
        if !changed.is_empty() {
            put("changed", json!(changed));
        }
        Self { kind, user: Some(user.id), group: None, data: Value::Object(data) }
    }

    /// What happened to an invitation; `cause` says by what, where that is not the kind itself.
    #[must_use]
    pub fn of_invitation(kind: Kind, invitation: &Invitation, cause: Option<&str>, source: &str) -> Self {
        let from = &invitation.kind;
        let mut data = Map::new();
        let mut put = |name: &str, value: Value| data.insert(name.to_owned(), value);
        put("invitationId", json!(invitation.id.to_string()));
        put("status", json!(invitation.status.as_str()));
        put("from", json!(from.word()));
        if let invitation::Kind::Session(session) = from {
            put("sessionId", json!(session));
        }
        put("sentCount", json!(invitation.sent_count));
        put("expiresAt", json!(invitation.expires_at));
        put("source", json!(source));
        if let Some(cause) = cause {
            put("cause", json!(cause));
        }
        let group = match from {
            invitation::Kind::Group(group) => group.parse().ok(),
            invitation::Kind::Platform | invitation::Kind::Session(_) => None,
        };
        Self { kind, user: Some(invitation.user), group, data: Value::Object(data) }
    }

    /// What happened to a mail.
    #[must_use]
    pub fn of_mail(kind: Kind, mail: &Notification) -> Self {
        let data = json!({
            "notificationId": mail.id.to_string(),
            "code": mail.code.as_str(),
            "reason": without_addresses(mail.reason.as_deref().unwrap_or_default()),
        });
        Self { kind, user: Some(mail.user), group: None, data }
    }

    /// What happened to a group.
    #[must_use]
    pub fn of_group(kind: Kind, group: GroupId, data: Value) -> Self {
        Self { kind, user: None, group: Some(group), data }
    }

    /// Somebody takes part in a session.
    #[must_use]
    pub fn of_registration(user: UserId, group: GroupId, session: SessionId, source: &str) -> Self {
        let data = json!({ "sessionId": session.to_string(), "source": source });
        Self { kind: Kind::SessionRegistered, user: Some(user), group: Some(group), data }
    }

    /// What changed about who is in which group: one event for each member of each group, in order of both.
    #[must_use]
    pub fn of_memberships(added: &[Membership], removed: &[Membership]) -> Vec<Self> {
        let mut exchanges: BTreeMap<(GroupId, MemberId), Exchange> = BTreeMap::new();
        for row in added {
            exchanges.entry((row.group, row.member)).or_default().added.push(role_of(row));
        }
        for row in removed {
            exchanges.entry((row.group, row.member)).or_default().removed.push(role_of(row));
        }
        exchanges.into_iter().map(|((group, member), exchange)| of_member(group, member, &exchange)).collect()
    }
}

/// Roles that a member of a group got and lost.
#[derive(Default)]
struct Exchange {
    added: Vec<Value>,
    removed: Vec<Value>,
}

fn role_of(row: &Membership) -> Value {
    json!({ "role": row.role.as_str(), "source": row.source.word() })
}

fn of_member(group: GroupId, member: MemberId, exchange: &Exchange) -> Event {
    let mut data = json!({ "added": exchange.added, "removed": exchange.removed });
    let user = match member {
        MemberId::User(user) => Some(user),
        MemberId::Group(held) => {
            if let Value::Object(data) = &mut data {
                data.insert("memberGroupId".to_owned(), json!(held.to_string()));
            }
            None
        }
    };
    Event { kind: Kind::MembershipChanged, user, group: Some(group), data }
}

/// The names of the attributes that differ, those of our own extension without its URN.
fn changed(before: &User, after: &User) -> Vec<String> {
    let empty = Map::new();
    let own = |user: &'_ User| match user.document.get(schema::USHER) {
        Some(Value::Object(own)) => own.clone(),
        _ => empty.clone(),
    };
    let mut names = differing(&before.document, &after.document);
    names.retain(|name| name != "schemas" && name != schema::USHER);
    names.extend(differing(&own(before), &own(after)));
    if before.password_hash != after.password_hash {
        names.push("password".to_owned());
    }
    names
}

fn differing(before: &Map<String, Value>, after: &Map<String, Value>) -> Vec<String> {
    let gone = before.keys().filter(|name| !after.contains_key(*name));
    let other = after.iter().filter(|(name, value)| before.get(*name) != Some(value)).map(|(name, _)| name);
    other.chain(gone).cloned().collect()
}

/// A relay's reply as a rule repeats the address it refuses.
fn without_addresses(text: &str) -> String {
    let words: Vec<&str> = text.split(' ').map(|word| if word.contains('@') { "(address)" } else { word }).collect();
    words.join(" ").chars().take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        TenantId,
        role::{Role, Source},
    };

    fn user() -> User {
        let mut user =
            User::new(TenantId::from_bytes([1; 16]), UserId::from_bytes([2; 16]), None, jiff::Timestamp::UNIX_EPOCH);
        user.document = serde_json::from_value(json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
            "userName": "ada@example.com",
            "title": "Analyst",
            (schema::USHER): { "labels": ["a"], "deletionDate": "2027-01-01" },
        }))
        .unwrap();
        user
    }

    #[test]
    fn words_lead_back_to_their_kinds() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.as_str()), Some(*kind));
        }
        assert_eq!(Kind::parse("user.exploded"), None);
    }

    #[test]
    fn an_update_names_what_changed_and_tells_no_value() {
        let before = user();
        let mut after = user();
        after.document.shift_remove("title");
        after.document.insert("nickName".to_owned(), json!("Countess"));
        after.document.insert(schema::USHER.to_owned(), json!({ "labels": ["b"], "deletionDate": "2027-01-01" }));
        after.password_hash = Some("hash".to_owned());
        let event = Event::of_user(Kind::UserUpdated, &after, Some(&before), "scim");
        assert_eq!(event.data["changed"], json!(["nickName", "title", "labels", "password"]));
        assert!(!event.data.to_string().contains("Countess") && !event.data.to_string().contains("example.com"));
        assert!(Event::of_user(Kind::UserInvited, &after, None, "scim").data.get("changed").is_none());
    }

    #[test]
    fn memberships_are_told_member_by_member() {
        let row = |group: u8, member: MemberId, role| Membership {
            group: GroupId::from_bytes([group; 16]),
            member,
            role,
            source: Source::Admin,
            connection: None,
            display: None,
        };
        let ada = MemberId::User(UserId::from_bytes([7; 16]));
        let nested = MemberId::Group(GroupId::from_bytes([9; 16]));
        let events = Event::of_memberships(
            &[row(1, ada, Role::Coach), row(1, nested, Role::Learner)],
            &[row(1, ada, Role::Learner), row(2, ada, Role::Learner)],
        );
        assert_eq!(events.len(), 3);
        let learner = json!({ "role": "learner", "source": "admin" });
        let coach = json!({ "role": "coach", "source": "admin" });
        assert_eq!(events[0].data, json!({ "added": [coach], "removed": [learner] }));
        assert_eq!(events[2].group, Some(GroupId::from_bytes([2; 16])));
        assert_eq!(
            (events[1].user, &events[1].data["memberGroupId"]),
            (None, &json!(GroupId::from_bytes([9; 16]).to_string()))
        );
    }

    #[test]
    fn a_relay_that_repeats_the_address_is_not_repeated() {
        assert_eq!(without_addresses("550 5.1.1 <ada@example.com> unknown"), "550 5.1.1 (address) unknown");
    }
}
