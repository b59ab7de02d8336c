//! Values of a tenant's own attributes that only one resource may have.

use crate::support::world::{World, group, id_of, person, seconds};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use usher::app::{schemas, tenants};

const URN: &str = "urn:ietf:params:scim:schemas:extension:acme:2.0:User";
const GROUP_URN: &str = "urn:ietf:params:scim:schemas:extension:acme:2.0:Group";

fn attribute(name: &str, uniqueness: &str, case_exact: bool) -> Value {
    json!({
        "name": name, "type": "string", "multiValued": false, "required": false, "caseExact": case_exact,
        "mutability": "readWrite", "returned": "default", "uniqueness": uniqueness
    })
}

fn schema(urn: &str, attributes: &[Value]) -> Value {
    json!({ "id": urn, "name": "Acme", "description": "Acme's own", "attributes": attributes })
}

async fn add(world: &World, tenant: &str, definition: Value) -> Result<String, usher::app::Error> {
    let kind = schemas::kind_of(&definition).unwrap();
    schemas::add(&world.app, tenant, kind, definition).await
}

async fn with_badges(world: &World) {
    add(world, "default", schema(URN, &[attribute("badge", "server", false), attribute("desk", "none", false)]))
        .await
        .unwrap();
}

fn wearing(name: &str, badge: &str) -> Value {
    let mut body = person(name, json!({}));
    body["schemas"].as_array_mut().unwrap().push(json!(URN));
    body[URN] = json!({ "badge": badge, "desk": "D-1" });
    body
}

fn badge(value: &str) -> Value {
    json!([{ "op": "replace", "path": format!("{URN}:badge"), "value": value }])
}

installed! {
    async fn a_second_resource_with_the_value_is_refused(world: World) {
        with_badges(&world).await;
        let ada = id_of(&world.push(wearing("Ada", "B-7")).await);
        let bob = id_of(&world.push(wearing("Bob", "B-8")).await);
        let detail = world.post("/Users", wearing("Eve", "b-7")).await.refused(409, "uniqueness");
        assert!(detail.contains(&format!("{URN}:badge")) && detail.contains("\"b-7\""), "{detail}");
        world.patch(&format!("/Users/{bob}"), badge("B-7")).await.refused(409, "uniqueness");
        world.put(&format!("/Users/{bob}"), wearing("Bob", "B-7")).await.refused(409, "uniqueness");
        assert_eq!(world.read(&bob).await[URN]["badge"], "B-8");
        assert_eq!(world.get("/Users").await.body["totalResults"], 2, "nothing is half done");
        // One's own value stays, in any case.
        assert_eq!(world.put(&format!("/Users/{ada}"), wearing("Ada", "B-7")).await.status, 200);
        assert_eq!(world.patch(&format!("/Users/{ada}"), badge("b-7")).await.status, 200);
        // What is given up is free.
        assert_eq!(world.patch(&format!("/Users/{ada}"), badge("B-9")).await.status, 200);
        assert_eq!(world.patch(&format!("/Users/{bob}"), badge("B-7")).await.status, 200);
        let removal = json!([{ "op": "remove", "path": format!("{URN}:badge") }]);
        assert_eq!(world.patch(&format!("/Users/{bob}"), removal).await.status, 200);
        world.push(wearing("Eve", "B-7")).await;
    }

    async fn a_deleted_persons_value_is_free(world: World) {
        with_badges(&world).await;
        let desk = world.desk().await;
        let ada = id_of(&world.push(wearing("Ada", "B-7")).await);
        assert_eq!(world.delete(&format!("/Users/{ada}")).await.status, 204);
        let bob = id_of(&world.push(wearing("Bob", "B-7")).await);
        // Who is brought back must not have it twice.
        let answer = desk.post(&format!("/users/{ada}/restore"), json!({})).await;
        assert_eq!(answer.status, 409, "{}", answer.text);
        assert!(answer.text.contains("B-7"), "{}", answer.text);
        // Deleted by an administrator.
        assert_eq!(desk.send("DELETE", &format!("/users/{bob}"), json!({})).await.status, 204);
        assert_eq!(desk.post(&format!("/users/{ada}/restore"), json!({})).await.status, 200);
        world.post("/Users", wearing("Eve", "B-7")).await.refused(409, "uniqueness");
        // Deleted by date, and back with a value that went to somebody else.
        world.set_own(&ada, "deletionDate", json!("2020-01-01")).await;
        let eve = id_of(&world.push(wearing("Eve", "B-7")).await);
        let back = json!([{ "op": "replace", "path": format!("{}:deletionDate", usher::scim::schema::USHER), "value": "" }]);
        world.patch(&format!("/Users/{ada}"), back.clone()).await.refused(409, "uniqueness");
        assert_eq!(world.patch(&format!("/Users/{eve}"), badge("B-8")).await.status, 200);
        assert_eq!(world.patch(&format!("/Users/{ada}"), back).await.status, 200);
    }

    async fn of_simultaneous_twins_one_is_created(world: World) {
        with_badges(&world).await;
        let mut posts = JoinSet::new();
        for number in 0..6 {
            let call = world.scim("POST", "/Users").json(&wearing(&format!("P{number}"), "B-7"));
            posts.spawn(async move { call.send().await.status });
        }
        let mut statuses = posts.join_all().await;
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409, 409, 409, 409, 409]);
    }

    async fn it_counts_within_the_tenant_and_the_attribute(world: World) {
        tenants::create(&world.app, "other", tenants::Changes::default()).await.unwrap();
        let two = schema(URN, &[attribute("badge", "global", true), attribute("locker", "server", false)]);
        for tenant in ["default", "other"] {
            add(&world, tenant, two.clone()).await.unwrap();
        }
        world.push(wearing("Ada", "B-7")).await;
        world.push(wearing("Bob", "b-7")).await;
        world.post("/Users", wearing("Eve", "B-7")).await.refused(409, "uniqueness");
        let mut body = wearing("Eve", "B-8");
        body[URN]["locker"] = json!("B-7");
        world.push(body).await;
        let other = World { token: world.token_of("other", "okta").await, ..world.clone() };
        other.push(wearing("Ada", "B-7")).await;
    }

    async fn parts_of_complex_and_multi_valued_attributes_count(world: World) {
        let card = json!({
            "name": "cards", "type": "complex", "multiValued": true, "required": false, "mutability": "readWrite",
            "returned": "default", "subAttributes": [attribute("number", "server", false), attribute("type", "none", false)]
        });
        let mut whole = card.clone();
        whole["uniqueness"] = json!("server");
        let refused = add(&world, "default", schema(URN, &[whole])).await.unwrap_err().to_string();
        assert!(refused.contains("cards") && refused.contains("sub-attribute"), "{refused}");
        add(&world, "default", schema(URN, &[card])).await.unwrap();
        let holding = |name: &str, numbers: &[&str]| {
            let mut body = wearing(name, "");
            let cards: Vec<Value> = numbers.iter().map(|number| json!({ "number": number, "type": "door" })).collect();
            body[URN] = json!({ "cards": cards });
            body
        };
        world.push(holding("Ada", &["1", "2"])).await;
        world.post("/Users", holding("Bob", &["3", "2"])).await.refused(409, "uniqueness");
        world.push(holding("Bob", &["3", "4"])).await;
    }

    async fn groups_have_values_of_their_own(world: World) {
        add(&world, "default", schema(GROUP_URN, &[attribute("code", "server", false)])).await.unwrap();
        let coded = |name: &str, code: &str| {
            let mut body = group(name, &[]);
            body["schemas"].as_array_mut().unwrap().push(json!(GROUP_URN));
            body[GROUP_URN] = json!({ "code": code });
            body
        };
        let pilots = id_of(&world.post("/Groups", coded("Pilots", "P")).await.body);
        let detail = world.post("/Groups", coded("Crew", "p")).await.refused(409, "uniqueness");
        assert!(detail.contains("code"), "{detail}");
        assert_eq!(world.put(&format!("/Groups/{pilots}"), coded("Pilots", "Q")).await.status, 200);
        assert_eq!(world.post("/Groups", coded("Crew", "p")).await.status, 201);
        world.put(&format!("/Groups/{pilots}"), coded("Pilots", "P")).await.refused(409, "uniqueness");
        assert_eq!(world.delete(&format!("/Groups/{pilots}")).await.status, 204);
        assert_eq!(world.post("/Groups", coded("Ground", "Q")).await.status, 201);
    }

    async fn a_new_version_of_the_schema_counts_for_who_is_there(world: World) {
        add(&world, "default", schema(URN, &[attribute("badge", "none", false)])).await.unwrap();
        let ada = id_of(&world.push(wearing("Ada", "B-7")).await);
        let bob = id_of(&world.push(wearing("Bob", "b-7")).await);
        let unique = schema(URN, &[attribute("badge", "server", false)]);
        let refused = add(&world, "default", unique.clone()).await.unwrap_err().to_string();
        assert!(refused.contains("badge") && refused.to_lowercase().contains("\"b-7\""), "{refused}");
        world.push(wearing("Eve", "B-7")).await;
        for name in ["Ada", "Bob"] {
            let id = if name == "Ada" { &ada } else { &bob };
            assert_eq!(world.patch(&format!("/Users/{id}"), badge(name)).await.status, 200);
        }
        world.advance(seconds(2));
        add(&world, "default", unique).await.unwrap();
        world.patch(&format!("/Users/{ada}"), badge("BOB")).await.refused(409, "uniqueness");
        add(&world, "default", schema(URN, &[attribute("badge", "none", false)])).await.unwrap();
        assert_eq!(world.patch(&format!("/Users/{ada}"), badge("BOB")).await.status, 200);
    }

    async fn it_costs_nothing_where_nothing_is_unique(world: World) {
        add(&world, "default", schema(URN, &[attribute("badge", "none", false)])).await.unwrap();
        let statements = || world.app.store.statements();
        world.push(wearing("P0", "0")).await;
        let before = statements();
        world.push(wearing("P1", "1")).await;
        let usual = statements() - before;
        with_badges(&world).await;
        world.push(wearing("P2", "2")).await;
        let before = statements();
        world.push(wearing("P3", "3")).await;
        assert_eq!(statements() - before, usual + 1);
        let mut plain = wearing("P4", "");
        plain[URN] = json!({ "desk": "D-2" });
        let before = statements();
        world.push(plain).await;
        assert_eq!(statements() - before, usual);
    }
}
