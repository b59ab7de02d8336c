//! What may be done at the same time, and that nobody can tell it from one after the other.

use super::*;
use crate::scim::bulk::{PREFIX, References, plan};
use proptest::prelude::*;
use serde_json::json;
use std::collections::HashMap;

const URN: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

fn bulk(operations: &[Value]) -> Bulk {
    let bulk = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
    let body = json!({ "schemas": [bulk], "Operations": operations });
    Bulk::parse(body.as_object().expect("an object")).expect("a bulk request")
}

fn post(bulk_id: usize, data: &Value) -> Value {
    json!({ "method": "POST", "path": "/Users", "bulkId": format!("n{bulk_id}"), "data": data })
}

fn put(id: &str, data: &Value) -> Value {
    json!({ "method": "PUT", "path": format!("/Users/{id}"), "data": data })
}

fn patch(id: &str, path: &Value, value: &Value) -> Value {
    let operation = json!({ "op": "replace", "path": path, "value": value });
    json!({ "method": "PATCH", "path": format!("/Users/{id}"), "data": [operation] })
}

fn delete(id: &str) -> Value {
    json!({ "method": "DELETE", "path": format!("/Users/{id}") })
}

/// How large the first wave of these is.
fn first(operations: &[Value]) -> usize {
    let bulk = bulk(operations);
    let owners = bulk.owners();
    let declared = owners.keys().map(|id| (*id).to_owned()).collect();
    let nodes = bulk.nodes(&owners, &declared);
    Waves::new(&bulk, &nodes).next(&plan(&nodes), &BTreeMap::new())
}

#[test]
fn strangers_go_together_as_many_as_are_allowed() {
    let newcomers: Vec<Value> = (0..40).map(|n| post(n, &json!({ "userName": format!("p{n}") }))).collect();
    assert_eq!([first(&newcomers), first(&newcomers[..3]), first(&newcomers[..1]), first(&[])], [WIDTH, 3, 1, 0]);
    let others = [
        post(1, &json!({ "userName": "a", "emails": [{ "value": "a", "type": "work" }], "externalId": "a" })),
        put("1", &json!({ "userName": "b", "emails": [{ "value": "c", "type": "work" }], "externalId": "b" })),
        patch("2", &json!("active"), &json!(false)),
        patch("3", &json!(null), &json!({ "title": "x", "name.givenName": "y" })),
        delete("4"),
        json!({ "method": "GET", "path": "/Users/5" }),
    ];
    assert_eq!(first(&others), others.len());
}

#[test]
fn who_is_recognised_by_the_same_waits() {
    let ada = post(1, &json!({ "userName": "Ada", "externalId": "7", "emails": [{ "value": "ada@example.com" }] }));
    for other in [
        json!({ "userName": "ＡＤＡ" }),
        json!({ "USERNAME": "ada" }),
        json!({ "userName": "ADA@example.com" }),
        json!({ "userName": "x", "externalid": 7 }),
        json!({ "userName": "x", "emails": { "value": "ada" } }),
        json!({ "userName": "x", "emails": ["Ada"] }),
        json!({ (URN): { "userName": ["ada"] } }),
        json!({ (format!("{URN}:userName")): "ada" }),
        json!({ (format!("{URN}:emails")): [{ "Value": "ada@EXAMPLE.com" }] }),
    ] {
        assert_eq!(first(&[ada.clone(), post(2, &other)]), 1, "{other}");
        assert_eq!(first(&[ada.clone(), put("2", &other)]), 1, "{other}");
    }
    let title = || patch("1", &json!("title"), &json!("x"));
    assert_eq!(first(&[title(), title()]), 1);
    assert_eq!(first(&[title(), put("1", &json!({ "userName": "x" })), delete("1")]), 1);
    assert_eq!(first(&[put("1", &json!({ "userName": "x" })), delete("1")]), 1);
}

#[test]
fn what_can_not_be_told_from_its_text_is_alone() {
    let title = || patch("1", &json!("title"), &json!("x"));
    for alone in [
        patch("2", &json!("userName"), &json!("x")),
        patch("2", &json!("USERNAME"), &json!("x")),
        patch("2", &json!(format!("{URN}:externalId")), &json!("x")),
        patch("2", &json!("emails[type eq \"work\"].value"), &json!("x")),
        patch("2", &json!(null), &json!({ "Emails": [] })),
        patch("2", &json!(null), &json!({ (URN): { "username": "x" } })),
        patch("2", &json!(null), &json!([{ (format!("{URN}:userName")): "x" }])),
        patch("2", &json!("password"), &json!("x")),
        put("2", &json!({ "userName": "x", "password": "y" })),
        post(2, &json!({ "userName": "x", "urn:example:usher": { "generateCredentials": "True" } })),
        json!({ "method": "POST", "path": "/Groups", "bulkId": "g", "data": {} }),
        json!({ "method": "DELETE", "path": "/Groups/2" }),
    ] {
        assert_eq!(first(&[title(), alone.clone()]), 1, "{alone}");
        assert_eq!(first(&[alone.clone(), title()]), 1, "{alone}");
    }
}

#[test]
fn what_refers_to_what_is_made_waits_for_it() {
    let newcomer = |n: usize, manager: &str| post(n, &json!({ "userName": format!("p{n}"), "manager": manager }));
    let boss = newcomer(1, "");
    assert_eq!(first(&[boss.clone(), newcomer(2, ""), newcomer(3, "bulkId:n1")]), 2);
    assert_eq!(first(&[boss.clone(), newcomer(2, ""), delete("bulkId:n1")]), 2);
    // A circle is begun with less than was asked for.
    assert_eq!(first(&[newcomer(1, "bulkId:n2"), newcomer(2, "bulkId:n1")]), 1);
    let bulk = bulk(&[boss, newcomer(2, "bulkId:n1"), newcomer(3, "bulkId:n1")]);
    let owners = bulk.owners();
    let nodes = bulk.nodes(&owners, &owners.keys().map(|id| (*id).to_owned()).collect());
    let waves = Waves::new(&bulk, &nodes);
    assert_eq!(waves.next(&plan(&nodes)[1..], &BTreeMap::new()), 2);
    let stored = |reach| BTreeMap::from([(1, Reach::Marks([Mark::name("Eva")].into())), (2, reach)]);
    assert_eq!(waves.next(&plan(&nodes)[1..], &stored(Reach::Marks([Mark::name("eva")].into()))), 1);
    assert_eq!(waves.next(&plan(&nodes)[1..], &stored(Reach::Alone)), 1);
}

/// Somebody of a directory that works as ours does, as far as people can matter to each other.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Person {
    id: String,
    name: String,
    record: Option<String>,
    addresses: Vec<String>,
    version: u32,
    former: Option<String>,
    /// When they were deleted.
    gone: Option<usize>,
}

impl Person {
    fn of(id: String, body: &Object) -> Self {
        let text = |name: &str| body.get(name).and_then(Value::as_str);
        let addresses = body.get("emails").and_then(Value::as_array).into_iter().flatten();
        Self {
            id,
            name: fold(text("userName").unwrap_or_default()),
            record: text("externalId").map(str::to_owned),
            addresses: addresses.filter_map(|address| address["value"].as_str()).map(fold).collect(),
            version: 1,
            former: None,
            gone: None,
        }
    }

    fn reach(&self) -> Reach {
        if self.gone.is_some() {
            return Reach::Alone;
        }
        let names = self.addresses.iter().chain([&self.name]).map(|name| Mark::name(name));
        Reach::Marks(names.chain(self.record.iter().cloned().map(Mark::Record)).collect())
    }

    fn is_like(&self, other: &Self) -> bool {
        let names = || other.addresses.iter().chain([&other.name]);
        (self.record.is_some() && self.record == other.record)
            || names().any(|name| *name == self.name || self.addresses.contains(name))
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Directory {
    people: Vec<Person>,
    made: HashMap<String, Option<String>>,
    outcomes: BTreeMap<usize, String>,
}

impl Directory {
    fn taken(&self, name: &str, own: &str) -> Option<String> {
        let holder = self.people.iter().find(|other| other.gone.is_none() && other.name == name && other.id != own)?;
        // The refusal shows in which state the other one is.
        Some(format!("409 {} v{}", holder.id, holder.version))
    }

    fn perform(&mut self, index: usize, at: usize, operation: &Operation) -> String {
        let id = operation.id.clone().unwrap_or_default();
        if let Action::Create(body) = &operation.action {
            let mut person = Person::of(format!("made {index}"), body);
            if let Some(taken) = self.taken(&person.name, "") {
                return taken;
            }
            let earlier = self.people.iter().filter(|other| other.gone.is_some() && other.is_like(&person));
            person.former = earlier.max_by_key(|other| other.gone).map(|other| other.id.clone());
            let outcome = format!("201 {:?}", person.former);
            self.people.push(person);
            return outcome;
        }
        let found = self.people.iter().position(|person| person.id == id && person.gone.is_none());
        let Some(found) = found else { return "404".to_owned() };
        if let Action::Replace(body) = &operation.action {
            let wanted = Person::of(id.clone(), body);
            if let Some(taken) = self.taken(&wanted.name, &id) {
                return taken;
            }
            let before = &mut self.people[found];
            *before = Person { version: before.version, former: before.former.clone(), ..wanted };
        }
        let person = &mut self.people[found];
        person.version += 1;
        if matches!(operation.action, Action::Delete) {
            person.gone = Some(at);
        }
        format!("200 v{}", person.version)
    }
}

/// Does a request wave by wave, each wave backward, or all of it one by one.
fn run(bulk: &Bulk, people: &[Person], width: usize) -> Directory {
    let owners = bulk.owners();
    let declared: BTreeSet<String> = owners.keys().map(|id| (*id).to_owned()).collect();
    let nodes = bulk.nodes(&owners, &declared);
    let (steps, waves) = (plan(&nodes), Waves::new(bulk, &nodes));
    let mut directory = Directory { people: people.to_vec(), ..Directory::default() };
    let mut at = 0;
    while at < steps.len() {
        let rest = &steps[at..steps.len().min(at + width)];
        let operation = |step: &Step| match step {
            Step::Run { index, .. } => (*index, bulk.items[*index].operation.clone().expect("fine")),
            Step::Complete { .. } => unreachable!("there are no circles"),
        };
        let known = |directory: &Directory, id: &str| directory.made.get(id).cloned().flatten();
        let stored = rest.iter().map(operation).filter_map(|(index, operation)| {
            let id = operation.resolved_id(&declared, &|id| known(&directory, id))?;
            Some((index, directory.people.iter().find(|person| person.id == id)?.reach()))
        });
        let wave = &rest[..waves.next(rest, &stored.collect())];
        for (place, step) in wave.iter().enumerate().rev() {
            let (index, operation) = operation(step);
            let references = References::of(&operation, &declared);
            let outcome = if references.known.iter().all(|id| known(&directory, id).is_some()) {
                let resolved = operation.resolved(&declared, &|id| known(&directory, id));
                directory.perform(index, at + place, &resolved)
            } else {
                "409 a reference to nothing".to_owned()
            };
            if let Some(id) = bulk.items[index].bulk_id.clone() {
                directory.made.insert(id, outcome.starts_with("201").then(|| format!("made {index}")));
            }
            directory.outcomes.insert(index, outcome);
        }
        at += wave.len();
    }
    directory.people.sort();
    directory
}

fn name() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["ada", "ADA", "bob", "cleo", "dan", "eva", "finn", "gil", "hal", "ida", "jo", "kim"])
}

fn body() -> impl Strategy<Value = Value> {
    let record = prop::option::weighted(0.4, prop::sample::select(vec!["1", "2", "3", "4"]));
    let addresses = prop::collection::vec(name(), 0..2);
    (name(), record, addresses).prop_map(|(name, record, addresses)| {
        let addresses: Vec<Value> = addresses.iter().map(|address| json!({ "value": address })).collect();
        json!({ "userName": name, "externalId": record, "emails": addresses })
    })
}

/// A verb, a body, whom it is about or who is the manager, and whether that is rather one whom the request makes.
type Sketch = (u8, Value, prop::sample::Index, bool);

fn request(sketches: Vec<Sketch>) -> Vec<Value> {
    let are_made: Vec<bool> = sketches.iter().map(|(verb, ..)| *verb < 4).collect();
    let person = |at: &prop::sample::Index, prefers_made: bool, before: usize| {
        let index = at.index(are_made.len());
        let is_made = prefers_made && are_made[index] && index < before;
        if is_made { format!("{PREFIX}n{index}") } else { format!("p{}", at.index(5)) }
    };
    let written = sketches.into_iter().enumerate().map(|(index, (verb, mut body, at, prefers_made))| match verb {
        0..=3 => {
            // Whoever refers to those before them only is in no circle.
            body["manager"] = json!(person(&at, prefers_made, index));
            post(index, &body)
        }
        4 | 5 => put(&person(&at, prefers_made, usize::MAX), &body),
        6 => patch(&person(&at, prefers_made, usize::MAX), &json!("title"), &json!("x")),
        _ => delete(&person(&at, prefers_made, usize::MAX)),
    });
    written.collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn waves_come_to_what_one_by_one_comes_to(
        stored in prop::collection::vec((body(), any::<bool>()), 5),
        sketches in prop::collection::vec((0_u8..8, body(), any::<prop::sample::Index>(), any::<bool>()), 1..30),
    ) {
        let mut people: Vec<Person> = Vec::new();
        for (number, (body, is_gone)) in stored.iter().enumerate() {
            let person = Person::of(format!("p{number}"), body.as_object().expect("an object"));
            // Of those of one name one is left at most.
            let is_taken = people.iter().any(|other| other.name == person.name && other.gone.is_none());
            people.push(Person { gone: (*is_gone || is_taken).then_some(0), ..person });
        }
        let bulk = bulk(&request(sketches));
        prop_assert_eq!(run(&bulk, &people, WIDTH), run(&bulk, &people, 1));
    }
}
