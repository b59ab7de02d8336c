//! Simulations: nothing changes, and what is foretold is what happens.

use crate::support::{
    dump::dump,
    world::{Desk, PASSWORD, PUBLIC_URL, World, group, link_in, person},
};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use usher::{
    app::{connections, tenants},
    domain::tenant::{Adoption, ScimPassword},
    scim::schema::USHER,
};

const OKTA: &str = include_str!("../../../conformance/traces/okta-onboarding.json");
const TOMORROW: &str = "2027-03-11";

/// The requests of a recording as a simulation takes them.
fn recorded(recording: &str) -> Vec<Value> {
    let recording: Value = serde_json::from_str(&recording.replace("${tomorrow}", TOMORROW)).unwrap();
    let step = |step: &Value| {
        json!({
            "name": step["name"], "method": step["method"], "path": step["path"], "body": step["body"],
            "headers": recording["defaults"]["headers"], "capture": step.get("capture").cloned().unwrap_or(json!({})),
        })
    };
    recording["steps"].as_array().unwrap().iter().map(step).collect()
}

/// Simulates and must be answered; nothing may change, whatever it was.
async fn simulate(desk: &Desk, body: Value) -> Value {
    desk.world.deliver().await;
    let before = dump(&desk.world.database).await;
    let answer = desk.post("/simulations", body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(dump(&desk.world.database).await, before);
    assert_eq!(desk.world.deliver().await, 0);
    answer.body
}

/// What one request would come to.
async fn one(desk: &Desk, method: &str, path: &str, body: Value) -> Value {
    let body = json!({ "connection": "okta", "method": method, "path": path, "body": body });
    simulate(desk, body).await["requests"][0].clone()
}

/// A value without the ids in it: each stands as a number, the same wherever it was the same.
fn without_ids(value: &Value) -> Value {
    let text = value.to_string();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut plain = String::new();
    let mut rest = text.as_str();
    while let Some(first) = rest.chars().next() {
        let is_id = rest.get(..36).is_some_and(|word| {
            word.char_indices()
                .all(|(at, c)| if [8, 13, 18, 23].contains(&at) { c == '-' } else { c.is_ascii_hexdigit() })
        });
        if is_id {
            let next = seen.len();
            let number = *seen.entry(rest[..36].to_owned()).or_insert(next);
            plain.push_str("id-");
            plain.push_str(&number.to_string());
            rest = &rest[36..];
        } else {
            plain.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    serde_json::from_str(&plain).unwrap()
}

/// Sends the requests of a simulation in earnest, and answers status and body of each.
async fn in_earnest(world: &World, requests: &[Value]) -> Vec<(u16, Value)> {
    let mut answers = Vec::new();
    let mut variables: BTreeMap<String, String> = BTreeMap::new();
    for request in requests {
        let filled = |text: String| {
            variables.iter().fold(text, |text, (name, value)| text.replace(&format!("${{{name}}}"), value))
        };
        let mut call =
            world.scim(request["method"].as_str().unwrap(), &filled(request["path"].as_str().unwrap().to_owned()));
        for (name, value) in request["headers"].as_object().into_iter().flatten() {
            call = call.header(name, value.as_str().unwrap());
        }
        if request["body"].is_object() {
            call = call.raw("application/scim+json", filled(request["body"].to_string()));
        }
        let answer = call.send().await;
        for (variable, member) in request["capture"].as_object().into_iter().flatten() {
            let value = answer.body[member.as_str().unwrap()].as_str().unwrap_or_default();
            variables.insert(variable.clone(), value.to_owned());
        }
        answers.push((answer.status, answer.body));
    }
    answers
}

/// What the request log tells, as far as a simulation tells it in the same words.
fn comparable(consequences: &Value) -> Value {
    let mut told = consequences.clone();
    for mail in told["mails"].as_array_mut().into_iter().flatten() {
        *mail = json!({ "code": mail["code"], "status": mail["status"], "reason": mail["reason"] });
    }
    for role in told["roles"].as_array_mut().into_iter().flatten() {
        role.as_object_mut().unwrap().remove("group");
    }
    told.as_object_mut().unwrap().remove("billing");
    without_ids(&told)
}

/// Plays requests as a simulation and then in earnest, and compares everything.
async fn foretold(desk: &Desk, requests: Vec<Value>) -> Value {
    let world = &desk.world;
    let simulated = simulate(desk, json!({ "connection": "okta", "requests": requests })).await;
    world.log_requests().await;
    let answers = in_earnest(world, &requests).await;
    let predictions = simulated["requests"].as_array().unwrap();
    assert_eq!(predictions.len(), answers.len());
    for (prediction, (status, body)) in predictions.iter().zip(&answers) {
        assert_eq!(prediction["status"], *status, "{prediction}");
        assert_eq!(without_ids(&prediction["body"]), without_ids(body), "{prediction}");
    }
    world.log_requests().await;
    let log = desk.get("/connections/okta/requests?limit=200").await.body;
    let logged: Vec<Value> =
        log["items"].as_array().unwrap().iter().rev().filter(|row| row["method"] != "GET").cloned().collect();
    let written: Vec<&Value> = predictions.iter().filter(|prediction| prediction["method"] != "GET").collect();
    assert_eq!(logged.len(), written.len(), "{logged:?}");
    for (prediction, row) in written.iter().zip(&logged) {
        assert_eq!(comparable(&prediction["consequences"]), comparable(&row["consequences"]), "{prediction}");
    }
    mails_are_as_foretold(world, predictions).await;
    simulated
}

/// Lets the mails leave and compares them, but for their links and passwords.
async fn mails_are_as_foretold(world: &World, predictions: &[Value]) {
    world.deliver().await;
    let queued = |mail: &&Value| mail["inTheEnd"] == "queued";
    let mails =
        predictions.iter().flat_map(|prediction| prediction["consequences"]["mails"].as_array().into_iter().flatten());
    let mut expected: Vec<(String, String, String)> = mails
        .filter(queued)
        .map(|mail| {
            let text = |name: &str| mail[name].as_str().unwrap_or_default().to_owned();
            let (code, to, subject, body) = (text("code"), text("to"), text("subject"), text("text"));
            assert!(!body.is_empty(), "{mail}");
            (
                to,
                format!("{code} {subject}"),
                body.replace("/i/made-when-the-mail-leaves", "LINK")
                    .replace("/set-password/made-when-the-mail-leaves", "LINK"),
            )
        })
        .collect();
    let mut sent: Vec<_> = world
        .mails()
        .iter()
        .map(|mail| {
            let link = link_in(mail);
            let text = if link == "/login" { mail.text.clone() } else { mail.text.replace(&link, "LINK") };
            (mail.to.clone(), format!("{} {}", mail.code.as_str(), mail.subject), text)
        })
        .collect();
    expected.sort();
    sent.sort();
    assert_eq!(sent, expected);
}

installed! {
    async fn a_recorded_sync_is_foretold_exactly_and_changes_nothing(world: World) {
        let desk = world.desk().await;
        let simulated = foretold(&desk, recorded(OKTA)).await;
        let totals = &simulated["totals"];
        assert_eq!((&totals["refused"], &totals["skipped"]), (&json!(1), &json!(0)));
        assert_eq!(totals["people"], json!({ "created": 2, "invited": 3 }), "{totals}");
    }

    async fn a_life_is_foretold_exactly(world: World) {
        let desk = world.desk().await;
        let mut entra = person("Ada", json!({ "provisioningMode": "create", "preferredLanguage": "fr" }));
        entra["preferredLanguage"] = json!("fr");
        let patch = |value: Value| json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [value] });
        let group = group("Sales", &[]);
        let bulk = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
            "Operations": [
                { "method": "POST", "path": "/Users", "bulkId": "x", "data": person("Xue", json!({})) },
                { "method": "POST", "path": "/Groups", "bulkId": "g", "data": { "schemas": group["schemas"], "displayName": "Both", "members": [{ "value": "bulkId:x" }] } },
                { "method": "DELETE", "path": "/Users/nobody" },
            ],
        });
        let requests = vec![
            json!({ "method": "POST", "path": "/Groups", "body": group, "capture": { "sales": "id" } }),
            json!({ "method": "POST", "path": "/Users", "body": entra, "capture": { "ada": "id" } }),
            json!({ "method": "POST", "path": "/Users", "body": person("Ben", json!({ "groupRoleList": ["Sales=coach"], "startDate": "2027-04-01" })), "capture": { "ben": "id" } }),
            json!({ "method": "PATCH", "path": "/Groups/${sales}", "body": patch(json!({ "op": "add", "path": "members", "value": [{ "value": "${ada}" }] })) }),
            json!({ "method": "PUT", "path": "/Users/${ben}", "body": person("Ben", json!({ "provisioningMode": "invite", "groupRoles": [], "startDate": "" })) }),
            json!({ "method": "PATCH", "path": "/Users/${ada}", "body": patch(json!({ "op": "replace", "path": "active", "value": false })) }),
            json!({ "method": "PATCH", "path": "/Users/${ada}", "body": patch(json!({ "op": "replace", "path": format!("{USHER}:deletionDate"), "value": "soon" })) }),
            json!({ "method": "DELETE", "path": "/Users/${ada}" }),
            json!({ "method": "GET", "path": "/Users/${ada}" }),
            json!({ "method": "POST", "path": "/Users", "body": person("Ada", json!({})) }),
            json!({ "method": "GET", "path": "/Users?filter=userName%20sw%20%22a%22&sortBy=userName" }),
            json!({ "method": "POST", "path": "/Nothing", "body": {} }),
        ];
        let simulated = foretold(&desk, requests).await;
        assert_eq!(simulated["requests"][9]["consequences"]["mails"][0]["code"], "E10");
        // A bulk request's operations are told one by one.
        let bulk = one(&desk, "POST", "/Bulk", bulk).await;
        let statuses: Vec<_> = bulk["operations"].as_array().unwrap().iter().map(|operation| operation["status"].as_u64().unwrap()).collect();
        assert_eq!(statuses, [201, 201, 404]);
        assert_eq!(bulk["operations"][0]["consequences"]["mails"][0]["code"], "E1");
    }

    async fn it_says_when_billing_begins_and_ends(world: World) {
        let desk = world.desk().await;
        let ada = world.create("Ada").await;
        for (own, when) in [
            (json!({ "provisioningMode": "invite" }), "formCompleted"),
            (json!({ "provisioningMode": "create" }), "notificationAccepted"),
            (json!({ "provisioningMode": "create", "suppressNotifications": true }), "now"),
            (json!({ "provisioningMode": "create", "startDate": "2027-05-01" }), "startDate"),
            (json!({ "provisioningMode": "create", "deletionDate": "2027-01-01" }), "never"),
        ] {
            let told = one(&desk, "POST", "/Users", person("Ben", own.clone())).await;
            assert_eq!(told["consequences"]["billing"]["when"], when, "{own}");
        }
        let told = one(&desk, "DELETE", &format!("/Users/{ada}"), Value::Null).await;
        assert_eq!((&told["status"], &told["consequences"]["billing"]["when"]), (&json!(204), &json!("ends")));
        assert_eq!(world.state(&ada).await, "active");
    }

    async fn no_link_and_no_password_can_be_used(world: World) {
        let desk = world.desk().await;
        world.set_tenant(tenants::Changes { scim_password: Some(ScimPassword::Accept), ..Default::default() }).await;
        let mut known = person("Ada", json!({ "provisioningMode": "create" }));
        known["password"] = json!(PASSWORD);
        let told = one(&desk, "POST", "/Users", known).await;
        assert_eq!((&told["status"], &told["consequences"]["mails"][0]["code"]), (&json!(201), &json!("E6")));
        assert!(!told.to_string().contains(PASSWORD));
        let own = json!({ "provisioningMode": "create", "generateCredentials": true });
        let told = one(&desk, "POST", "/Users", person("Ben", own)).await;
        let mail = &told["consequences"]["mails"][0];
        assert_eq!(mail["code"], "E7");
        assert!(mail["text"].as_str().unwrap().contains("(generated-password)"), "{mail}");
        let told = one(&desk, "POST", "/Users", person("Cleo", json!({ "provisioningMode": "create" }))).await;
        let text = told["consequences"]["mails"][0]["text"].as_str().unwrap();
        assert!(text.contains(&format!("{PUBLIC_URL}/set-password/made-when-the-mail-leaves")), "{text}");
        assert_eq!(world.page("/set-password/made-when-the-mail-leaves").await.status, world.page("/set-password/x").await.status);
    }

    async fn it_says_who_is_there_already(world: World) {
        let desk = world.desk().await;
        desk.make("/users", json!({ "firstName": "Ada", "lastName": "Example", "email": "ada@example.com", "sendCredentials": true })).await;
        world.deliver().await;
        let body = |name: &str| person(name, json!({}));
        let told = one(&desk, "POST", "/Users", body("Ada")).await;
        assert_eq!((&told["status"], &told["existing"]["userName"]), (&json!(409), &json!("ada@example.com")));
        let verdict = told["existing"]["verdict"].as_str().unwrap().to_owned();
        assert!(["adoptable", "notAdoptable"].contains(&verdict.as_str()), "{told}");
        world.set_tenant(tenants::Changes { adoption: Some(Adoption::Off), ..Default::default() }).await;
        let told = one(&desk, "POST", "/Users", body("Ada")).await;
        assert_eq!(told["existing"]["verdict"], "notAdoptable");
        assert!(told["existing"]["reason"].as_str().unwrap().contains("switched off"), "{told}");
        world.set_tenant(tenants::Changes { adoption: Some(Adoption::On), ..Default::default() }).await;
        let token = world.token_of(tenants::DEFAULT, "entra").await;
        world.call("POST", "/scim/v2/Users").token(&token).json(&body("Ben")).send().await;
        assert_eq!(one(&desk, "POST", "/Users", body("Ben")).await["existing"]["verdict"], "otherConnection");
        world.push(body("Cleo")).await;
        assert_eq!(one(&desk, "POST", "/Users", body("Cleo")).await["existing"]["verdict"], "own");
        // Root is an administrator.
        let told = one(&desk, "POST", "/Users", json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "root@example.com" })).await;
        assert_eq!(told["existing"]["reason"], "the user is an administrator");
    }

    async fn the_matched_person_goes_on_in_later_requests(world: World) {
        let desk = world.desk().await;
        let made = desk.make("/users", json!({ "firstName": "Ada", "lastName": "Example", "email": "ada@example.com", "sendCredentials": true })).await;
        let patch = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [{ "op": "add", "path": "title", "value": "Engineer" }] });
        let requests = json!([
            { "method": "POST", "path": "/Users", "body": person("Ada", json!({})) },
            { "method": "PATCH", "path": "/Users/${1.id}", "body": patch },
        ]);
        world.deliver().await;
        let told = simulate(&desk, json!({ "connection": "okta", "requests": requests })).await;
        let second = &told["requests"][1];
        assert_eq!((&second["status"], &second["consequences"]["adopted"]), (&json!(200), &json!(true)), "{second}");
        assert_eq!(second["body"]["id"], made["id"]);
        assert_eq!(told["totals"]["people"]["adopted"], 1);
    }

    async fn what_refers_to_nothing_is_skipped(world: World) {
        let desk = world.desk().await;
        let requests = json!([
            { "method": "POST", "path": "/Users", "body": { "schemas": [] }, "capture": { "ada": "id" } },
            { "method": "DELETE", "path": "/Users/${ada}" },
        ]);
        let told = simulate(&desk, json!({ "connection": "okta", "requests": requests })).await;
        assert_eq!(told["requests"][0]["status"], 400);
        assert_eq!(told["requests"][1]["status"], json!(null));
        assert!(told["requests"][1]["skipped"].as_str().unwrap().contains("${ada}"), "{told}");
        assert_eq!((&told["totals"]["refused"], &told["totals"]["skipped"]), (&json!(1), &json!(1)));
    }

    async fn the_budget_is_foretold(world: World) {
        let desk = world.desk().await;
        world.set_tenant(tenants::Changes { mail_budget_per_hour: Some(2), ..Default::default() }).await;
        let create = |name: &str| json!({ "method": "POST", "path": "/Users", "body": person(name, json!({})) });
        let told = simulate(&desk, json!({ "connection": "okta", "requests": [create("Ada"), create("Ben"), create("Cleo")] })).await;
        assert_eq!(told["totals"]["budget"], json!({ "perHour": 2, "left": 2, "asked": 3, "held": 1 }));
        assert_eq!(told["totals"]["mails"], json!({ "E1": { "queued": 3 } }));
    }

    async fn bad_simulations_say_what_is_wrong(world: World) {
        let desk = world.desk().await;
        let many: Vec<Value> = (0..101).map(|_| json!({ "method": "GET", "path": "/Users" })).collect();
        for (body, status, field) in [
            (json!({}), 422, json!("connection")),
            (json!({ "connection": "okta" }), 422, json!("method")),
            (json!({ "connection": "okta", "method": "GET" }), 422, json!("path")),
            (json!({ "connection": "okta", "method": "GET", "path": "Users" }), 422, json!("path")),
            (json!({ "connection": "okta", "method": "POST", "path": "/Users", "body": "x" }), 422, json!("body")),
            (json!({ "connection": "okta", "method": "GET", "path": "/Users", "colour": 1 }), 422, json!("colour")),
            (json!({ "connection": "okta", "requests": [] }), 422, json!("requests")),
            (json!({ "connection": "okta", "requests": [1] }), 422, json!("requests")),
            (json!({ "connection": "okta", "requests": many }), 422, json!("requests")),
            (json!({ "connection": "okta", "requests": [{ "method": "GET", "path": "x" }] }), 422, json!("requests[0].path")),
            (json!({ "connection": "okta", "requests": [{ "method": "GET", "path": "/Users", "headers": { "a": 1 } }] }), 422, json!("requests[0].headers")),
            (json!({ "connection": "nobody", "method": "GET", "path": "/Users" }), 404, json!(null)),
        ] {
            let answer = desk.post("/simulations", body.clone()).await;
            assert_eq!((answer.status, &answer.body["field"]), (status, &field), "{body}: {}", answer.text);
        }
        let odd = one(&desk, "BR EW", "/Users", Value::Null).await;
        assert!(odd["skipped"].as_str().unwrap().contains("no method"), "{odd}");
    }

    async fn writes_go_on_afterwards_and_meanwhile_on_other_people(world: World) {
        let desk = world.desk().await;
        let simulations = (0..4).map(|turn| {
            let desk = desk.clone();
            let body = json!({ "connection": "okta", "method": "POST", "path": "/Users", "body": person(&format!("S{turn}"), json!({})) });
            tokio::spawn(async move { desk.post("/simulations", body).await.status })
        });
        let simulations: Vec<_> = simulations.collect();
        for name in ["Ada", "Ben", "Cleo"] {
            world.push(person(name, json!({}))).await;
        }
        for simulation in simulations {
            let status = simulation.await.unwrap();
            assert!(matches!(status, 200 | 503), "{status}");
        }
        let left = world.get("/Users?count=100").await;
        assert_eq!(left.body["totalResults"], 4, "{}", left.text);
        assert_eq!(world.set_connection(connections::Changes::default()).await.name, "okta");
    }

    async fn a_simulation_that_nobody_waits_for_gives_the_writer_back(world: World) {
        let desk = world.desk().await;
        let requests: Vec<Value> = (0..100).map(|turn| json!({ "method": "POST", "path": "/Users", "body": person(&format!("S{turn}"), json!({})) })).collect();
        let other = desk.clone();
        let simulation = tokio::spawn(async move { other.post("/simulations", json!({ "connection": "okta", "requests": requests })).await });
        tokio::task::yield_now().await;
        simulation.abort();
        let _ = simulation.await;
        world.push(person("Ada", json!({}))).await;
        assert_eq!(one(&desk, "POST", "/Users", person("Ben", json!({}))).await["status"], 201);
    }
}
