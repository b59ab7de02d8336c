//! PUT.

use crate::support::world::{id_of, person};
use serde_json::{Value, json};
use usher::scim::schema::{ENTERPRISE, USHER};

installed! {
    async fn a_put_replaces_what_the_client_may_write(world: World) {
        let mut body = person("Ada", json!({}));
        body["nickName"] = json!("Countess");
        let id = id_of(&world.push(body).await);
        let mut body = person("Ada", json!({}));
        body["title"] = json!("Analyst");
        body["schemas"].as_array_mut().unwrap().push(json!(ENTERPRISE));
        body[ENTERPRISE] = json!({ "department": "Engines" });
        let answer = world.put(&format!("/Users/{id}"), body).await;
        assert_eq!((answer.status, answer.header("etag")), (200, "W/\"v2\""), "{}", answer.text);
        assert_eq!(answer.body["title"], "Analyst");
        assert_eq!(answer.body["nickName"], Value::Null);
        assert_eq!(answer.body[ENTERPRISE]["department"], "Engines");
        assert_eq!(answer.body["meta"]["lastModified"], "2027-03-10T09:00:00.001Z");
        assert_eq!(world.read(&id).await, answer.body);
    }

    async fn a_put_that_says_nothing_of_active_and_of_our_extension_leaves_them(world: World) {
        let made = world.push(person("Ada", json!({ "provisioningMode": "create", "labels": ["Cohort 7"] }))).await;
        let id = id_of(&made);
        world.switch(&id, false).await;
        let answer = world.put(&format!("/Users/{id}"), person("Ada", json!({}))).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.body["active"], false);
        assert_eq!(answer.body[USHER]["labels"], json!(["Cohort 7"]));
        assert_eq!(answer.body[USHER]["provisioningMode"], "create");
    }

    async fn a_put_of_the_same_changes_nothing(world: World) {
        let body =
            || person("Ada", json!({ "provisioningMode": "create", "labels": ["a"], "deletionDate": "2027-06-30" }));
        let id = id_of(&world.push(body()).await);
        world.deliver().await;
        let before = world.read(&id).await;
        world.advance(crate::support::world::hours(1));
        for _ in 0..3 {
            let answer = world.put(&format!("/Users/{id}"), body()).await;
            assert_eq!((answer.status, &answer.body), (200, &before));
        }
        // What was read can be written back.
        let answer = world.put(&format!("/Users/{id}"), before.clone()).await;
        assert_eq!((answer.status, &answer.body), (200, &before));
        assert_eq!(world.deliver().await, 0);
        assert_eq!(world.events(&id).await, ["user.created", "user.activated"]);
    }

    async fn a_put_may_not_take_anothers_user_name(world: World) {
        world.push(person("Bob", json!({}))).await;
        let id = id_of(&world.push(person("Ada", json!({}))).await);
        let mut body = person("Ada", json!({}));
        body["userName"] = json!("BOB@example.com");
        world.put(&format!("/Users/{id}"), body).await.refused(409, "uniqueness");
        let mut body = person("Ada", json!({}));
        body["userName"] = json!("ADA@example.com");
        let answer = world.put(&format!("/Users/{id}"), body).await;
        assert_eq!((answer.status, answer.body["userName"].as_str()), (200, Some("ADA@example.com")));
        assert_eq!(world.read(&id).await["meta"]["version"], "W/\"v2\"");
    }

    async fn a_put_without_what_is_required_is_refused(world: World) {
        let id = id_of(&world.push(person("Ada", json!({}))).await);
        let path = format!("/Users/{id}");
        let mut body = person("Ada", json!({}));
        body.as_object_mut().unwrap().remove("userName");
        world.put(&path, body).await.refused(400, "invalidValue");
        let mut body = person("Ada", json!({}));
        body.as_object_mut().unwrap().remove("schemas");
        world.put(&path, body).await.refused(400, "invalidSyntax");
        world.put("/Users/nobody", person("Ada", json!({}))).await.refused(404, "");
        assert_eq!(world.read(&id).await["meta"]["version"], "W/\"v1\"");
    }
}
