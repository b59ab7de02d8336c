//! DELETE.

use crate::support::world::{id_of, person};
use serde_json::json;

installed! {
    async fn after_a_delete_the_id_is_unknown_and_the_name_is_free(world: World) {
        let id = id_of(&world.push(person("Ada", json!({}))).await);
        let path = format!("/Users/{id}");
        let answer = world.delete(&path).await;
        assert_eq!((answer.status, answer.text.as_str()), (204, ""));
        assert_eq!(world.get(&path).await.status, 404);
        world.put(&path, person("Ada", json!({}))).await.refused(404, "");
        world.patch(&path, json!([{ "op": "replace", "path": "title", "value": "x" }])).await.refused(404, "");
        world.delete(&path).await.refused(404, "");
        assert_eq!(world.get("/Users").await.body["totalResults"], 0);
        assert_eq!(world.get("/Users?filter=userName%20eq%20%22ada@example.com%22").await.body["totalResults"], 0);
        let again = world.push(person("Ada", json!({}))).await;
        assert_ne!(id_of(&again), id);
    }

    async fn a_delete_takes_the_person_out_of_every_group(world: World) {
        let id = id_of(&world.push(person("Ada", json!({}))).await);
        let other = id_of(&world.push(person("Bob", json!({}))).await);
        let group = world.post("/Groups", crate::support::world::group("Pilots", &[&id, &other])).await;
        assert_eq!(group.status, 201, "{}", group.text);
        let path = format!("/Groups/{}", id_of(&group.body));
        assert_eq!(world.delete(&format!("/Users/{id}")).await.status, 204);
        let read = world.get(&path).await;
        assert_eq!(read.body["members"].as_array().unwrap().len(), 1);
        assert_eq!(read.body["members"][0]["value"], other.as_str());
        assert_eq!(read.header("etag"), "W/\"v2\"");
    }

    async fn an_id_of_another_shape_is_just_unknown(world: World) {
        let id = id_of(&world.push(person("Ada", json!({}))).await);
        for other in [
            "1",
            "%00",
            "..%2f..",
            &id.to_uppercase(),
            &id.replace('-', ""),
            "' OR 1=1 --".replace(' ', "%20").as_str(),
        ] {
            world.get(&format!("/Users/{other}")).await.refused(404, "");
            world.delete(&format!("/Users/{other}")).await.refused(404, "");
        }
        assert_eq!(world.state(&id).await, "invited");
    }
}
