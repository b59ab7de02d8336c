//! POST and what GET shows of it.

use crate::support::world::{PUBLIC_URL, id_of, person};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use usher::scim::schema::USHER;

installed! {
    async fn a_person_is_created_with_a_location_and_a_version(world: World) {
        let answer = world.post("/Users", person("Ada", json!({}))).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        let id = id_of(&answer.body);
        assert_eq!(answer.header("location"), format!("{PUBLIC_URL}/scim/v2/Users/{id}"));
        assert_eq!(answer.header("etag"), "W/\"v1\"");
        assert_eq!(answer.header("content-type"), "application/scim+json");
        let meta = &answer.body["meta"];
        assert_eq!(meta["resourceType"], "User");
        assert_eq!(meta["version"], "W/\"v1\"");
        assert_eq!(meta["location"], answer.header("location"));
        assert_eq!(meta["created"], "2027-03-10T09:00:00.000Z");
        assert_eq!(meta["lastModified"], meta["created"]);
        assert_eq!(answer.body["active"], true);
        assert_eq!(answer.body["emails"][0]["value"], "ada@example.com");

        let read = world.get(&format!("/Users/{id}")).await;
        assert_eq!((read.status, read.header("etag")), (200, "W/\"v1\""));
        assert_eq!(read.header("content-location"), answer.header("location"));
        assert_eq!(read.body, answer.body);
        assert_eq!(world.scim("HEAD", &format!("/Users/{id}")).send().await.status, 200);
    }

    async fn what_a_client_may_not_set_is_ignored(world: World) {
        let mut body = person(
            "Ada",
            json!({ "provisioningMode": "invite", "state": "active", "billableSince": "2020-01-01T00:00:00Z" }),
        );
        for (name, value) in [
            ("id", json!("1")),
            ("meta", json!({ "version": "W/\"v9\"", "created": "2000-01-01T00:00:00Z" })),
            ("groups", json!([{ "value": "admins" }])),
            ("isAdmin", json!(true)),
            ("emailVerified", json!(true)),
            ("tenantId", json!("other")),
        ] {
            body[name] = value;
        }
        let made = world.push(body).await;
        assert_ne!(made["id"], "1");
        assert_eq!(made["meta"]["version"], "W/\"v1\"");
        assert_eq!(made[USHER]["state"], "invited");
        for absent in ["groups", "isAdmin", "emailVerified", "tenantId"] {
            assert_eq!(made[absent], Value::Null, "{absent}");
        }
        assert_eq!(made[USHER].get("billableSince"), None);
    }

    async fn a_user_name_is_unique_in_every_case_and_width(world: World) {
        world.push(person("Bob", json!({}))).await;
        for twin in ["bob@example.com", "BOB@EXAMPLE.COM", "\u{ff22}\u{ff2f}\u{ff22}@example.com"] {
            let mut body = person("Bob", json!({}));
            body["userName"] = json!(twin);
            let detail = world.post("/Users", body).await.refused(409, "uniqueness");
            assert!(detail.contains("already exists") && detail.contains("bob@example.com"), "{detail}");
        }
        assert_eq!(world.get("/Users").await.body["totalResults"], 1);
        assert_eq!(world.deliver().await, 1);
    }

    async fn the_answer_to_a_twin_says_what_stands_in_the_way(world: World) {
        let (id, link) = world.invite("Ada").await;
        let twin = || world.post("/Users", person("Ada", json!({})));
        assert!(twin().await.refused(409, "uniqueness").contains("a pending invitation: ada@example.com"));
        world.accept(&link).await;
        let detail = twin().await.refused(409, "uniqueness");
        assert!(detail.contains("the following user already has an active account: ada@example.com"), "{detail}");
        world.switch(&id, false).await;
        assert!(twin().await.refused(409, "uniqueness").contains("suspended"));
    }

    async fn of_many_simultaneous_twins_one_is_created(world: World) {
        let mut posts = JoinSet::new();
        for number in 0..20 {
            let mut body = person("Bob", json!({}));
            let names = ["Bob@example.com", "BOB@example.com", "\u{ff22}ob@example.com"];
            body["userName"] = json!(names[number % names.len()]);
            let world = world.clone();
            posts.spawn(async move { world.post("/Users", body).await.status });
        }
        let mut statuses = posts.join_all().await;
        statuses.sort_unstable();
        assert_eq!(statuses[0], 201);
        assert!(statuses[1..].iter().all(|status| *status == 409), "{statuses:?}");
        assert_eq!(world.deliver().await, 1);
    }

    async fn an_external_id_need_not_be_unique_and_is_only_text(world: World) {
        let ada = world.push(person("Ada", json!({}))).await;
        for (name, external) in
            [("Bob", "hr-Ada"), ("Cy", "' OR 1=1 --"), ("Dan", ada["id"].as_str().unwrap()), ("Eve", "1")]
        {
            let mut body = person(name, json!({}));
            body["externalId"] = json!(external);
            assert_eq!(world.push(body).await["externalId"], external);
        }
        assert_eq!(world.get("/Users").await.body["totalResults"], 5);
    }

    async fn active_omitted_is_true_and_a_word_counts_as_boolean(world: World) {
        assert_eq!(world.push(person("Ada", json!({}))).await["active"], true);
        let mut body = person("Bob", json!({}));
        body["active"] = json!("False");
        assert_eq!(world.push(body).await["active"], false);
    }

    async fn a_password_never_comes_out(world: World) {
        let mut body = person("Ada", json!({}));
        body["password"] = json!("violet tractor moonlight sandwich");
        let answer = world.post("/Users", body).await;
        assert_eq!(answer.status, 201);
        let path = format!("/Users/{}", id_of(&answer.body));
        for text in [
            answer.text,
            world.get(&path).await.text,
            world.get(&format!("{path}?attributes=password")).await.text,
            world.get("/Users?attributes=password,userName").await.text,
        ] {
            assert!(!text.contains("password") && !text.contains("violet"), "{text}");
        }
        world.get("/Users?filter=password%20pr").await.refused(400, "invalidFilter");
        world.get("/Users?sortBy=password").await.refused(400, "invalidValue");
    }

    async fn a_bad_value_in_our_extension_is_named_and_nothing_is_stored(world: World) {
        for (name, value) in [
            ("provisioningMode", json!("teleport")),
            ("deletionDate", json!("soon")),
            ("deletionDate", json!("2027-02-30")),
            ("startDate", json!("13/01/2027")),
            ("groupRoles", json!([{ "value": "no such group", "role": "coach" }])),
            ("groupRoleList", json!(["nothing"])),
        ] {
            let detail = world.post("/Users", person("Ada", json!({ name: value }))).await.refused(400, "invalidValue");
            assert!(
                detail.contains(name) || name == "groupRoleList" && detail.contains("groupRole"),
                "{name}: {detail}"
            );
        }
        assert_eq!(world.get("/Users").await.body["totalResults"], 0);
        assert_eq!(world.deliver().await, 0);
    }

    async fn a_connection_without_our_extension_neither_sees_nor_says_it(world: World) {
        use usher::{app::connections::Changes, domain::connection::Extension};
        world.set_connection(Changes { extension: Some(Extension::Off), ..Changes::default() }).await;
        let answer = world.post("/Users", person("Ada", json!({ "provisioningMode": "create" }))).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        assert!(!answer.text.contains("usher:2.0"), "{}", answer.text);
        for path in ["/Schemas", "/ResourceTypes", "/Users"] {
            let text = world.get(path).await.text;
            assert!(!text.contains("usher:2.0"), "{path}: {text}");
        }
        // The tenant's default path was taken: the attribute is unknown here.
        world.deliver().await;
        assert_eq!(world.last_mail().code.as_str(), "E1");
        let id = id_of(&answer.body);
        let version = world.read(&id).await["meta"]["version"].clone();
        world.accept(&crate::support::world::link_in(&world.last_mail())).await;
        // The form wrote a name, which this connection does see.
        assert_ne!(world.read(&id).await["meta"]["version"], version);
    }
}
