//! `If-Match` and `If-None-Match`.

use crate::support::world::{group, id_of, patch_of, person};
use serde_json::json;
use tokio::task::JoinSet;

installed! {
    async fn a_stale_version_is_refused(world: World) {
        let id = id_of(&world.push(person("Ada", json!({}))).await);
        let path = format!("/Users/{id}");
        world.patch(&path, json!([{ "op": "replace", "path": "title", "value": "a" }])).await;
        let patch = patch_of(&json!([{ "op": "replace", "path": "title", "value": "b" }]));
        let send = |method: &str, tag: &str| world.scim(method, &path).header("if-match", tag).json(&patch);
        let detail = send("PATCH", "W/\"v1\"").send().await.refused(412, "");
        assert!(detail.contains("ETag"), "{detail}");
        world
            .scim("PUT", &path)
            .header("if-match", "\"v1\"")
            .json(&person("Ada", json!({})))
            .send()
            .await
            .refused(412, "");
        world.scim("DELETE", &path).header("if-match", "\"other\"").send().await.refused(412, "");
        send("PATCH", "v2").send().await.refused(400, "invalidValue");
        assert_eq!(send("PATCH", "\"v2\"").send().await.body["title"], "b");
        assert_eq!(send("PATCH", "*").send().await.status, 200);
        assert_eq!(world.scim("DELETE", &path).header("if-match", "W/\"v1\", W/\"v3\"").send().await.status, 204);
    }

    async fn of_two_puts_on_one_version_one_wins(world: World) {
        let id = id_of(&world.push(person("Ada", json!({}))).await);
        let mut puts = JoinSet::new();
        for title in ["first", "second"] {
            let mut body = person("Ada", json!({}));
            body["title"] = json!(title);
            let call = world.scim("PUT", &format!("/Users/{id}")).header("if-match", "W/\"v1\"").json(&body);
            puts.spawn(async move { call.send().await.status });
        }
        let mut statuses = puts.join_all().await;
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412]);
        assert_eq!(world.read(&id).await["meta"]["version"], "W/\"v2\"");
    }

    async fn what_a_client_has_is_not_sent_again(world: World) {
        let id = id_of(&world.push(person("Ada", json!({}))).await);
        let gid = id_of(&world.post("/Groups", group("Pilots", &[])).await.body);
        for path in [format!("/Users/{id}"), format!("/Groups/{gid}")] {
            let read = |tag: &str| world.scim("GET", &path).header("if-none-match", tag).send();
            let answer = read("W/\"v1\"").await;
            assert_eq!((answer.status, answer.text.as_str(), answer.header("etag")), (304, "", "W/\"v1\""));
            assert_eq!(read("W/\"v2\"").await.status, 200);
        }
    }

    async fn a_groups_version_is_heeded(world: World) {
        let id = id_of(&world.post("/Groups", group("Pilots", &[])).await.body);
        let path = format!("/Groups/{id}");
        let put = |tag: &str| world.scim("PUT", &path).header("if-match", tag).json(&group("Crew", &[])).send();
        put("W/\"v2\"").await.refused(412, "");
        assert_eq!(put("W/\"v1\"").await.header("etag"), "W/\"v2\"");
        world.scim("DELETE", &path).header("if-match", "W/\"v1\"").send().await.refused(412, "");
    }
}
