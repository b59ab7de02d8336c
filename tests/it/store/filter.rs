//! A filter finds the same people in SQLite, in PostgreSQL and in memory.

use crate::support::sample;
use proptest::{
    prelude::*,
    sample::select,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use usher::{
    domain::{
        ConnectionId, TenantId, calendar,
        group::{Group, MemberId, Membership},
        invitation,
        user::{State, User},
    },
    scim::{
        Kind, Object, Registry,
        filter::Filter,
        schema::{ENTERPRISE, USHER},
    },
    store::{
        filter::{Plan, Scope, plan},
        groups::{self, View},
        invitations, memberships, users,
    },
};

const USERS: usize = 60;
const FILTERS: usize = 250;

const NAMES: [&str; 9] = ["", "a", "A", "ab", "b", "\u{df}", "\u{e9}", "\u{1f600}b", "\u{ff42}"];
const TIMES: [i64; 3] = [0, 1, 2];
const IDS: [&str; 2] = ["m1", "M1"];

fn runner() -> TestRunner {
    TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

fn draw<T>(runner: &mut TestRunner, strategy: &impl Strategy<Value = T>) -> T {
    strategy.new_tree(runner).unwrap().current()
}

fn name() -> impl Strategy<Value = &'static str> {
    select(&NAMES[..])
}

/// What is drawn of a person; the rest follows from it.
#[derive(Debug, Clone)]
struct Person {
    owner: Owner,
    external: Option<&'static str>,
    display: Option<&'static str>,
    emails: Vec<(Option<&'static str>, Option<&'static str>)>,
    manager: Option<&'static str>,
    state: State,
    shows_active: bool,
    created: i64,
    modified: i64,
    invitation: Option<invitation::Status>,
}

/// Who manages a person.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Owner {
    Nobody,
    Caller,
    Other,
}

fn person() -> impl Strategy<Value = Person> {
    let some = || proptest::option::of(name());
    let emails = prop::collection::vec((some(), some()), 0..3);
    let states = select(&[State::Staged, State::Invited, State::Active, State::Suspended, State::Deleted][..]);
    let statuses = proptest::option::of(select(&[invitation::Status::Pending, invitation::Status::Accepted][..]));
    let times = || select(&TIMES[..]);
    let external = (select(&[Owner::Nobody, Owner::Caller, Owner::Other][..]), some());
    (
        external,
        some(),
        emails,
        proptest::option::of(select(&IDS[..])),
        states,
        any::<bool>(),
        times(),
        times(),
        statuses,
    )
        .prop_map(
            |((owner, external), display, emails, manager, state, shows_active, created, modified, invitation)| {
                Person { owner, external, display, emails, manager, state, shows_active, created, modified, invitation }
            },
        )
}

fn row(tenant: TenantId, number: usize, person: &Person) -> User {
    let mut user = sample::user(tenant, &format!("{}{number}", NAMES[number % NAMES.len()]));
    user.external_id = person.external.map(str::to_owned);
    if let Some(external) = person.external {
        user.document.insert("externalId".to_owned(), json!(external));
    }
    if let Some(display) = person.display {
        user.document.insert("displayName".to_owned(), json!(display));
    }
    let emails: Vec<Value> = person
        .emails
        .iter()
        .map(|(value, ty)| {
            let members = [("value", value), ("type", ty)].into_iter();
            members.filter_map(|(name, text)| Some((name.to_owned(), json!((*text)?)))).collect::<Object>().into()
        })
        .collect();
    if !emails.is_empty() {
        user.document.insert("emails".to_owned(), emails.into());
    }
    if let Some(manager) = person.manager {
        user.document.insert(ENTERPRISE.to_owned(), json!({"manager": {"value": manager}}));
    }
    user.state = person.state;
    user.shows_active = person.shows_active;
    user.created_at = sample::at(person.created);
    user.modified_at = sample::at(person.modified);
    user
}

/// As SCIM renders a person to the caller: the document, and what the server knows besides.
fn rendered(user: &User, owner: Owner, status: Option<invitation::Status>, groups: &[String]) -> Object {
    let mut body = user.document.clone();
    body.insert("id".to_owned(), json!(user.id.to_string()));
    if user.shows_active {
        body.insert("active".to_owned(), json!(user.is_switched_on()));
    }
    if owner == Owner::Other {
        body.remove("externalId");
    }
    if !groups.is_empty() {
        let groups: Vec<Value> = groups.iter().map(|id| json!({"value": id})).collect();
        body.insert("groups".to_owned(), groups.into());
    }
    let mut own = json!({"state": user.state.as_str()});
    if let Some(status) = status {
        own["invitation"] = json!({"status": status.as_str()});
        own["invitationStatus"] = json!(status.as_str());
    }
    body.insert(USHER.to_owned(), own);
    body.insert("meta".to_owned(), meta("User", user.created_at, user.modified_at));
    body
}

fn meta(kind: &str, created: jiff::Timestamp, modified: jiff::Timestamp) -> Value {
    json!({"resourceType": kind, "created": calendar::render(created), "lastModified": calendar::render(modified)})
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

fn instants() -> impl Strategy<Value = String> {
    (select(&TIMES[..]), select(&[0, 1, 500_000, 1_000_000][..])).prop_map(|(seconds, nanos)| {
        quoted(&(sample::at(seconds) + jiff::SignedDuration::from_nanos(nanos)).to_string())
    })
}

fn term(paths: Vec<String>, ids: Vec<String>) -> BoxedStrategy<String> {
    let text = prop_oneof![3 => name().prop_map(quoted), 2 => select(ids).prop_map(|id| quoted(&id)), 1 => Just("null".to_owned())];
    let equal = || select(&["eq", "ne"][..]);
    let ordered = select(&["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"][..]);
    let not_null = prop_oneof![name().prop_map(quoted)];
    let times = select(&["meta.created", "meta.lastModified"][..]);
    let compared = select(&["eq", "ne", "gt", "ge", "lt", "le"][..]);
    prop_oneof![
        4 => (select(paths.clone()), equal(), text).prop_map(|(path, op, text)| format!("{path} {op} {text}")),
        4 => (select(paths.clone()), ordered, not_null).prop_map(|(path, op, text)| format!("{path} {op} {text}")),
        2 => select(paths).prop_map(|path| format!("{path} pr")),
        2 => (times, compared, instants()).prop_map(|(path, op, text)| format!("{path} {op} {text}")),
    ]
    .boxed()
}

fn filters(term: BoxedStrategy<String>) -> impl Strategy<Value = String> {
    term.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| format!("({})", parts.join(" and "))),
            prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| format!("({})", parts.join(" or "))),
            inner.prop_map(|inner| format!("not ({inner})")),
        ]
    })
}

fn user_filters(ids: Vec<String>) -> impl Strategy<Value = String> {
    let own = |name: &str| format!("{USHER}:{name}");
    let paths = [
        "id",
        "userName",
        "externalId",
        "displayName",
        "emails",
        "emails.value",
        "emails.type",
        "manager",
        "groups.value",
        "nickName",
    ]
    .map(str::to_owned)
    .into_iter()
    .chain([own("state"), own("invitationStatus"), own("invitation.status")])
    .collect();
    let words = select(&["active", "Suspended", "pending", "accepted"][..]);
    let own_terms = (select(vec![own("state"), own("invitationStatus")]), select(&["eq", "ne"][..]), words)
        .prop_map(|(path, op, word)| format!("{path} {op} {}", quoted(word)));
    let active = (select(&["eq", "ne"][..]), any::<bool>()).prop_map(|(op, value)| format!("active {op} {value}"));
    let pair = (name(), name(), select(&["and", "or"][..]))
        .prop_map(|(value, ty, join)| format!("emails[value eq {} {join} type eq {}]", quoted(value), quoted(ty)));
    let one = name().prop_map(|value| format!("emails[type eq {}]", quoted(value)));
    filters(prop_oneof![6 => term(paths, ids), 1 => own_terms, 1 => active, 1 => pair, 1 => one, 1 => Just("active pr".to_owned())].boxed())
}

/// Parses and plans; a filter the schema refuses is passed over.
fn planned(registry: &Registry, kind: Kind, text: &str, scope: Scope) -> Option<(impl Fn(&Object) -> bool, Plan)> {
    let filter = Filter::parse(text).unwrap_or_else(|error| panic!("{text}: {error}")).check(registry, kind).ok()?;
    let plan = plan(&filter, registry, kind, scope);
    let registry = registry.clone();
    Some((move |resource: &Object| filter.matches(&registry, resource), plan))
}

fn judge<T: Ord + std::fmt::Debug>(text: &str, plan: &Plan, in_sql: &BTreeSet<T>, in_memory: &BTreeSet<T>) {
    let missed: Vec<_> = in_memory.difference(in_sql).collect();
    assert!(missed.is_empty(), "{text}: SQL misses {missed:?} with {:?}", plan.predicate);
    assert!(!plan.exact || in_sql == in_memory, "{text}: not exact: {:?}", plan.predicate);
}

on_both! {
    async fn people_are_the_same_in_sql_and_in_memory(store: Store) {
        let mut runner = runner();
        let (tenant, connection, stranger) = (sample::tenant_id(), sample::connection_id(), sample::connection_id());
        let (inner, outer) = (sample::group(tenant, None, "inner"), sample::group(tenant, None, "outer"));
        let mut rows = Vec::new();
        let mut resources = Vec::new();
        for number in 0..USERS {
            let person = draw(&mut runner, &person());
            let mut user = row(tenant, number, &person);
            user.connection = match person.owner {
                Owner::Nobody => None,
                Owner::Caller => Some(connection),
                Owner::Other => Some(stranger),
            };
            if let Some(status) = person.invitation {
                let invitation = invitation::Invitation { status, ..sample::invitation(tenant, user.id) };
                user.invitation = Some(invitation.id);
                put!(store, (invitation) invitations::insert(&invitation)).unwrap();
            }
            put!(store, (user) users::insert(&user)).unwrap();
            let mut groups = Vec::new();
            if number % 3 == 0 {
                rows.push(sample::membership(inner.id, MemberId::User(user.id)));
                groups = vec![inner.id.to_string(), outer.id.to_string()];
            }
            resources.push((user.id, rendered(&user, person.owner, person.invitation, &groups)));
        }
        rows.push(sample::membership(outer.id, MemberId::Group(inner.id)));
        put!(store, (rows) memberships::insert(tenant, &rows, sample::at(0))).unwrap();

        let ids = vec![resources[0].0.to_string(), inner.id.to_string(), outer.id.to_string(), "m1".to_owned(), "M1".to_owned()];
        let (registry, strategy) = (Registry::builtin(), user_filters(ids));
        let scope = Scope { connection: Some(connection) };
        let mut exact = 0;
        for _ in 0..FILTERS {
            let text = draw(&mut runner, &strategy);
            let Some((matches, plan)) = planned(&registry, Kind::User, &text, scope) else { continue };
            let predicate = plan.predicate.clone();
            let found = get!(store, users::page(tenant, &predicate, users::From::Offset(0), 1_000));
            assert_eq!(get!(store, users::count(tenant, &predicate)), u64::try_from(found.len()).unwrap());
            let in_sql = found.into_iter().map(|user| user.id).collect();
            let in_memory = resources.iter().filter(|(_, body)| matches(body)).map(|(id, _)| *id).collect();
            judge(&text, &plan, &in_sql, &in_memory);
            exact += usize::from(plan.exact);
        }
        assert!(exact > FILTERS / 10, "only {exact} filters were left to SQL alone");
    }

    async fn groups_are_the_same_in_sql_and_in_memory(store: Store) {
        let mut runner = runner();
        let (tenant, connection) = (sample::tenant_id(), sample::connection_id());
        let members: Vec<_> = (0..4).map(|_| sample::user_id()).collect();
        let mut resources = Vec::new();
        for number in 0..30 {
            let (external, seconds) = draw(&mut runner, &(proptest::option::of(name()), select(&TIMES[..])));
            let owner = (number % 2 == 0).then_some(connection);
            let mut group: Group = sample::group(tenant, owner, &format!("{}{number}", NAMES[number % NAMES.len()]));
            group.modified_at = sample::at(seconds);
            group.external_id = external.map(str::to_owned);
            let mut body = group.document.clone();
            if let Some(external) = external {
                body.insert("externalId".to_owned(), json!(external));
            }
            body.insert("id".to_owned(), json!(group.id.to_string()));
            body.insert("meta".to_owned(), meta("Group", group.created_at, group.modified_at));
            put!(store, (group) groups::insert(&group)).unwrap();
            let held = draw(&mut runner, &prop::sample::subsequence(members.clone(), 0..3));
            let by = |connection: Option<ConnectionId>| Membership { connection, ..sample::membership(group.id, MemberId::User(held[0])) };
            if !held.is_empty() {
                // The same people by another connection's word, whom this one doesn't see.
                let hidden = Membership { member: MemberId::User(members[3]), ..by(Some(sample::connection_id())) };
                let mut rows: Vec<_> = held.iter().map(|id| Membership { member: MemberId::User(*id), ..by(Some(connection)) }).collect();
                rows.push(hidden);
                put!(store, (rows) memberships::insert(tenant, &rows, sample::at(0))).unwrap();
                let shown: Vec<Value> = held.iter().map(|id| json!({"value": id.to_string(), "type": "User"})).collect();
                body.insert("members".to_owned(), shown.into());
            }
            resources.push((group.id, body));
        }
        let paths = ["id", "displayName", "externalId", "members", "members.value", "members.type"].map(str::to_owned).to_vec();
        let mut ids: Vec<String> = members.iter().map(ToString::to_string).collect();
        ids.push(resources[0].0.to_string());
        let (registry, strategy) = (Registry::builtin(), filters(term(paths, ids)));
        for scope in [Scope { connection: Some(connection) }, Scope { connection: None }] {
            for _ in 0..FILTERS / 2 {
                let text = draw(&mut runner, &strategy);
                let Some((matches, plan)) = planned(&registry, Kind::Group, &text, scope) else { continue };
                let predicate = plan.predicate.clone();
                let view = View::Connection(connection);
                let found = get!(store, groups::page(tenant, view, &predicate, groups::From::Offset(0), 1_000));
                assert_eq!(get!(store, groups::count(tenant, view, &predicate)), u64::try_from(found.len()).unwrap());
                let in_sql = found.into_iter().map(|group| group.id).collect();
                let in_memory = resources.iter().filter(|(_, body)| matches(body)).map(|(id, _)| *id).collect();
                judge(&text, &plan, &in_sql, &in_memory);
            }
        }
    }
}
