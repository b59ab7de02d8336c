//! What the pure room costs: the filters and bodies that identity providers send, read, checked, applied and shown. `cargo bench --bench scim`.
#![allow(clippy::unwrap_used, reason = "a benchmark that meets what it does not expect has failed")]

use divan::Bencher;
use serde_json::{Value, json};
use std::sync::LazyLock;
use usher::scim::{
    Kind, Object, Registry,
    filter::Filter,
    json as text, messages,
    patch::Patch,
    projection::Projection,
    schema::{ENTERPRISE, GROUP, USER, USHER},
    validate::{self, Context},
};

fn main() {
    divan::main();
}

const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

static REGISTRY: LazyLock<Registry> = LazyLock::new(Registry::builtin);

/// What Okta, Entra ID and their like ask for.
const FILTERS: [&str; 8] = [
    r#"userName eq "ada@example.com""#,
    r#"externalId eq "0f1a2b3c-0000-4000-8000-000000000001""#,
    r#"id eq "0192f0c1-0000-7000-8000-000000000001" and manager eq "0192f0c1-0000-7000-8000-000000000002""#,
    r#"emails[type eq "work"].value eq "ada@example.com""#,
    r#"emails.value eq "ada@example.com" or userName eq "ada@example.com""#,
    r#"meta.lastModified gt "2027-03-10T09:00:00Z""#,
    r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "Sales" and active eq true"#,
    r#"userName sw "a" and not (title co "engineer")"#,
];

#[divan::bench(args = FILTERS)]
fn filter_parse_and_check(text: &str) {
    divan::black_box(Filter::parse(text).unwrap().check(&REGISTRY, Kind::User).unwrap());
}

#[divan::bench(args = FILTERS)]
fn filter_evaluate(bencher: Bencher<'_, '_>, text: &str) {
    let filter = Filter::parse(text).unwrap().check(&REGISTRY, Kind::User).unwrap();
    let resource = rendered(1);
    bencher.bench(|| filter.matches(&REGISTRY, &resource));
}

/// One change each, as it comes from the wire.
const CHANGES: [&str; 5] = [
    "okta deactivates",
    "entra deactivates",
    "entra changes an address",
    "entra sets an extension",
    "okta replaces a profile",
];

fn change(name: &str) -> Value {
    let operations = match name {
        "okta deactivates" => json!([{ "op": "replace", "value": { "active": false } }]),
        "entra deactivates" => json!([{ "op": "Replace", "path": "active", "value": "False" }]),
        "entra changes an address" => json!([
            { "op": "Replace", "path": "emails[type eq \"work\"].value", "value": "ada.king@example.com" },
            { "op": "Replace", "path": "name.familyName", "value": "King" },
        ]),
        "entra sets an extension" => json!([
            { "op": "Add", "path": format!("{ENTERPRISE}:department"), "value": "Research" },
            { "op": "Add", "path": format!("{USHER}:provisioningMode"), "value": "create" },
        ]),
        _ => {
            let profile = json!({ "title": "Countess", "displayName": "Ada King", "locale": "en-GB" });
            json!([{ "op": "replace", "value": profile }])
        }
    };
    json!({ "schemas": [PATCH], "Operations": operations })
}

#[divan::bench(args = CHANGES)]
fn patch_parse_and_apply(bencher: Bencher<'_, '_>, name: &str) {
    let bytes = change(name).to_string();
    let before = stored(1);
    bencher.bench(|| {
        let body = text::parse(bytes.as_bytes()).unwrap();
        let patch = Patch::parse(&body, &REGISTRY, Kind::User).unwrap();
        patch.apply(&before, &REGISTRY, Kind::User).unwrap()
    });
}

/// A push of many members, which is split off before the group is touched.
#[divan::bench(args = [1, 100, 1_000])]
fn patch_members_split(bencher: Bencher<'_, '_>, members: usize) {
    let value: Vec<Value> = (0..members).map(|number| json!({ "value": id(number) })).collect();
    let bytes = json!({
        "schemas": [PATCH],
        "Operations": [{ "op": "add", "path": "members", "value": value }],
    })
    .to_string();
    bencher.bench(|| {
        let body = text::parse(bytes.as_bytes()).unwrap();
        Patch::parse(&body, &REGISTRY, Kind::Group).unwrap().split_members(&REGISTRY).unwrap()
    });
}

/// A change that needs the members there are: a filter on something else than their ids.
#[divan::bench(args = [10, 1_000, 10_000], sample_count = 20)]
fn patch_whole_group(bencher: Bencher<'_, '_>, members: usize) {
    let members: Vec<Value> =
        (0..members).map(|number| json!({ "value": id(number), "display": format!("Person {number}") })).collect();
    let before = object(json!({ "displayName": "Pilots", "members": members }));
    let body = object(json!({
        "schemas": [PATCH],
        "Operations": [{ "op": "remove", "path": "members[display eq \"Person 5\"]" }],
    }));
    let patch = Patch::parse(&body, &REGISTRY, Kind::Group).unwrap();
    bencher.bench(|| patch.apply(&before, &REGISTRY, Kind::Group).unwrap());
}

#[divan::bench]
fn body_parse(bencher: Bencher<'_, '_>) {
    let bytes = Value::Object(pushed(1)).to_string();
    bencher.bench(|| text::parse(bytes.as_bytes()).unwrap());
}

#[divan::bench]
fn body_validate_post(bencher: Bencher<'_, '_>) {
    let body = pushed(1);
    bencher.bench(|| validate::document(&body, &REGISTRY, Kind::User, Context::Create).unwrap());
}

#[divan::bench]
fn body_validate_put(bencher: Bencher<'_, '_>) {
    let (body, before) = (pushed(1), stored(1));
    bencher.bench(|| validate::document(&body, &REGISTRY, Kind::User, Context::Replace(&before)).unwrap());
}

#[divan::bench]
fn body_validate_group_of_1000(bencher: Bencher<'_, '_>) {
    let members: Vec<Value> = (0..1_000).map(|number| json!({ "value": id(number) })).collect();
    let body = object(json!({ "schemas": [GROUP], "displayName": "Pilots", "members": members }));
    bencher.bench(|| validate::document(&body, &REGISTRY, Kind::Group, Context::Create).unwrap());
}

/// The lists of attributes that clients name.
const CHOICES: [(Option<&str>, Option<&str>); 3] =
    [(None, None), (Some("id,userName,active"), None), (None, Some("groups,emails"))];

#[divan::bench(args = CHOICES)]
fn project(bencher: Bencher<'_, '_>, (attributes, excluded): (Option<&str>, Option<&str>)) {
    let projection = Projection::parse(&REGISTRY, Kind::User, attributes, excluded);
    bencher.with_inputs(|| rendered(1)).bench_values(|mut resource| {
        projection.apply(&REGISTRY, Kind::User, &mut resource);
        resource
    });
}

/// The answer of a list, from resources to bytes.
#[divan::bench(args = [1, 100])]
fn list_to_bytes(bencher: Bencher<'_, '_>, people: usize) {
    let projection = Projection::default();
    bencher.with_inputs(|| (0..people).map(rendered).collect::<Vec<_>>()).bench_values(|mut resources| {
        for resource in &mut resources {
            projection.apply(&REGISTRY, Kind::User, resource);
        }
        let resources = resources.into_iter().map(Value::Object).collect();
        serde_json::to_vec(&messages::list(resources, 100, 1)).unwrap()
    });
}

fn id(number: usize) -> String {
    format!("0192f0c1-0000-7000-8000-{number:012}")
}

/// As an identity provider pushes a person.
fn pushed(number: usize) -> Object {
    let address = format!("person-{number:07}@example.com");
    object(json!({
        "schemas": [USER, ENTERPRISE],
        "externalId": format!("00u{number:09}"),
        "userName": address,
        "name": { "givenName": "Ada", "familyName": "Lovelace", "formatted": "Ada Lovelace" },
        "displayName": "Ada Lovelace",
        "title": "Engineer",
        "preferredLanguage": "en-US",
        "locale": "en-US",
        "timezone": "Europe/Paris",
        "active": true,
        "emails": [
            { "value": address, "type": "work", "primary": true },
            { "value": format!("person-{number:07}@home.example.com"), "type": "home" },
        ],
        "phoneNumbers": [{ "value": "+46-8-5555", "type": "work" }],
        ENTERPRISE: { "employeeNumber": "1", "costCenter": "CC-1", "department": "Department 1", "manager": { "value": id(2) } },
    }))
}

/// As it is stored.
fn stored(number: usize) -> Object {
    validate::document(&pushed(number), &REGISTRY, Kind::User, Context::Create).unwrap()
}

/// As it is shown, before the projection.
fn rendered(number: usize) -> Object {
    let mut resource = stored(number);
    let location = format!("https://people.example.com/scim/v2/Users/{}", id(number));
    resource.insert("id".to_owned(), json!(id(number)));
    resource.insert(
        "groups".to_owned(),
        json!([{ "value": id(9), "$ref": "https://people.example.com/scim/v2/Groups/9", "display": "Pilots", "type": "direct" }]),
    );
    let invitation =
        json!({ "status": "pending", "sentCount": 1, "expiresAt": "2027-03-24T09:00:00Z", "delivery": "sent" });
    resource.insert(
        USHER.to_owned(),
        json!({ "state": "invited", "invitation": invitation, "invitationStatus": "pending" }),
    );
    resource.insert(
        "meta".to_owned(),
        json!({ "resourceType": "User", "created": "2027-03-10T09:00:00Z", "lastModified": "2027-03-10T09:00:00Z",
                "location": location, "version": "W/\"v1\"" }),
    );
    resource
}

fn object(value: Value) -> Object {
    serde_json::from_value(value).unwrap()
}
