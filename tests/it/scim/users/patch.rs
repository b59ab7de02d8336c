//! PATCH.

use crate::support::world::{hours, id_of, patch_of, person};
use serde_json::{Value, json};
use usher::scim::schema::USHER;

installed! {
    async fn a_patch_answers_with_the_whole_resource(world: World) {
        let id = id_of(&world.push(person("Ada", json!({}))).await);
        let operations = json!([
            { "op": "Replace", "path": "name.givenName", "value": "Augusta" },
            { "op": "add", "value": { "title": "Analyst", "emails": [{ "value": "ada@home.example", "type": "home" }] } },
            { "op": "remove", "path": "name.familyName" },
        ]);
        let answer = world.patch(&format!("/Users/{id}"), operations).await;
        assert_eq!((answer.status, answer.header("etag")), (200, "W/\"v2\""), "{}", answer.text);
        assert_eq!(answer.body["name"], json!({ "givenName": "Augusta" }));
        assert_eq!(answer.body["title"], "Analyst");
        assert_eq!(answer.body["emails"].as_array().unwrap().len(), 2);
        assert_eq!(world.read(&id).await, answer.body);
    }

    async fn a_patch_is_atomic(world: World) {
        let id = id_of(&world.push(person("Ada", json!({ "provisioningMode": "invite" }))).await);
        world.deliver().await;
        let before = world.read(&id).await;
        let events = world.events(&id).await;
        let operations = json!([
            { "op": "replace", "path": "title", "value": "Analyst" },
            { "op": "replace", "path": "active", "value": false },
            { "op": "replace", "path": "meta.version", "value": "W/\"v9\"" },
        ]);
        world.patch(&format!("/Users/{id}"), operations).await.refused(400, "mutability");
        let operations = json!([
            { "op": "replace", "path": "emails[type eq \"work\"].value", "value": "other@example.com" },
            { "op": "replace", "path": format!("{USHER}:groupRoles"), "value": [{ "value": "x", "role": "coach" }] },
        ]);
        world.patch(&format!("/Users/{id}"), operations).await.refused(400, "invalidValue");
        assert_eq!(world.read(&id).await, before);
        assert_eq!(world.events(&id).await, events);
        assert_eq!(world.deliver().await, 0);
    }

    async fn a_patch_that_changes_nothing_is_no_new_version(world: World) {
        let id = id_of(&world.push(person("Ada", json!({ "provisioningMode": "invite", "labels": ["a"] }))).await);
        world.deliver().await;
        let before = world.read(&id).await;
        world.advance(hours(1));
        for operations in [
            json!([{ "op": "replace", "path": "active", "value": true }]),
            json!([{ "op": "replace", "path": "active", "value": "True" }]),
            json!([{ "op": "add", "path": "emails", "value": [{ "value": "ada@example.com", "type": "work", "primary": true }] }]),
            json!([{ "op": "remove", "path": "title" }]),
            json!([{ "op": "remove", "path": "emails[type eq \"other\"]" }]),
            json!([{ "op": "replace", "value": { "name": { "givenName": "Ada" } } }]),
            json!([{ "op": "add", "path": format!("{USHER}:labels"), "value": ["a"] }]),
            json!([{ "op": "replace", "path": format!("{USHER}:provisioningMode"), "value": "invite" }]),
        ] {
            let answer = world.patch(&format!("/Users/{id}"), operations.clone()).await;
            assert_eq!(answer.status, 200, "{operations}: {}", answer.text);
            assert_eq!(answer.body, before, "{operations}");
        }
        assert_eq!(world.deliver().await, 0);
    }

    async fn a_request_is_judged_before_its_target_is_looked_for(world: World) {
        let unknown = "/Users/00000000-0000-7000-8000-000000000000";
        for (operations, scim_type) in [
            (json!([]), "invalidSyntax"),
            (json!([{ "op": "move", "path": "title" }]), "invalidSyntax"),
            (json!([{ "op": "replace", "path": "emails[0]", "value": "x" }]), "invalidPath"),
            (json!([{ "op": "replace", "path": "nothing", "value": "x" }]), "invalidPath"),
            (json!([{ "op": "add", "path": "title" }]), "invalidValue"),
            (json!([{ "op": "remove" }]), "noTarget"),
        ] {
            let answer = world.patch(unknown, operations.clone()).await;
            assert_eq!((answer.status, answer.body["scimType"].as_str()), (400, Some(scim_type)), "{operations}");
        }
        world.patch(unknown, json!([{ "op": "remove", "path": "userName" }])).await.refused(404, "");
        let id = id_of(&world.push(person("Ada", json!({}))).await);
        let answer = world.patch(&format!("/Users/{id}"), json!([{ "op": "remove", "path": "userName" }])).await;
        answer.refused(400, "mutability");
    }

    async fn the_envelope_is_read_as_it_is_sent_in_the_wild(world: World) {
        let id = id_of(&world.push(person("Ada", json!({}))).await);
        let path = format!("/Users/{id}");
        let replace = |title: &str| json!([{ "op": "replace", "path": "title", "value": title }]);
        let send = |body: Value| world.scim("PATCH", &path).json(&body).send();
        assert_eq!(send(json!({ "operations": replace("a") })).await.body["title"], "a");
        assert_eq!(send(json!({ "Operations": replace("b") })).await.body["title"], "b");
        for schemas in [json!([]), json!([null]), json!(["urn:ietf:params:scim:schemas:core:2.0:User"])] {
            let answer = send(json!({ "schemas": schemas, "Operations": replace("c") })).await;
            assert_eq!(answer.status, 400, "{}", answer.text);
        }
        assert_eq!(world.read(&id).await["title"], "b");
    }

    async fn an_unmatched_value_filter_creates_the_element(world: World) {
        let id = id_of(&world.push(person("Ada", json!({}))).await);
        let path = format!("/Users/{id}");
        let add = json!([
            { "op": "add", "path": "addresses[type eq \"work\"].locality", "value": "London" },
            { "op": "add", "path": "addresses[type eq \"work\"].country", "value": "GB" },
        ]);
        let answer = world.patch(&path, add).await;
        assert_eq!(answer.body["addresses"], json!([{ "type": "work", "locality": "London", "country": "GB" }]));
        let replace = json!([{ "op": "replace", "path": "addresses[type sw \"h\"].locality", "value": "Paris" }]);
        world.patch(&path, replace).await.refused(400, "noTarget");
    }

    async fn a_new_primary_takes_over(world: World) {
        let id = id_of(&world.push(person("Ada", json!({}))).await);
        let path = format!("/Users/{id}");
        let add = json!([{ "op": "add", "path": "emails", "value": { "value": "ada@home.example", "type": "home", "primary": true } }]);
        let answer = world.patch(&path, add).await;
        let primaries: Vec<_> =
            answer.body["emails"].as_array().unwrap().iter().filter(|mail| mail["primary"] == true).collect();
        assert_eq!(primaries.len(), 1, "{}", answer.text);
        assert_eq!(primaries[0]["value"], "ada@home.example");
        let two = json!([{ "op": "replace", "path": "emails", "value": [
            { "value": "a@example.com", "primary": true }, { "value": "b@example.com", "primary": true }] }]);
        world.patch(&path, two).await.refused(400, "invalidValue");
    }

    async fn active_can_be_removed_and_written_again(world: World) {
        let (id, _) = world.onboard("Ada").await;
        let path = format!("/Users/{id}");
        let answer = world.patch(&path, json!([{ "op": "remove", "path": "active" }])).await;
        assert_eq!((answer.status, answer.body.get("active")), (200, None), "{}", answer.text);
        assert_eq!(world.state(&id).await, "active");
        let answer = world.patch(&path, json!([{ "op": "add", "path": "active", "value": true }])).await;
        assert_eq!(answer.body["active"], true);
        assert_eq!(world.events(&id).await.iter().filter(|kind| *kind == "user.suspended").count(), 0);
    }

    async fn a_projection_is_honoured(world: World) {
        let id = id_of(&world.push(person("Ada", json!({}))).await);
        let path = format!("/Users/{id}?attributes=title");
        let body = patch_of(&json!([{ "op": "replace", "path": "title", "value": "Analyst" }]));
        let answer = world.scim("PATCH", &path).json(&body).send().await;
        assert_eq!(answer.body, json!({ "schemas": answer.body["schemas"], "id": id, "title": "Analyst" }));
    }

    async fn removing_our_extension_clears_what_may_be_cleared(world: World) {
        let id = id_of(&world.push(person("Ada", json!({ "deletionDate": "2027-06-30", "labels": ["a"] }))).await);
        let answer = world.patch(&format!("/Users/{id}"), json!([{ "op": "remove", "path": USHER }])).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(answer.body[USHER].get("deletionDate"), None);
        assert_eq!(answer.body[USHER].get("labels"), None);
        assert_eq!(answer.body[USHER]["state"], "invited");
        assert_eq!(world.row(&id).await.deletion_date, None);
    }
}
