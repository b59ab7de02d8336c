//! `/Roles` and `/Entitlements`.

use crate::support::world::{World, id_of, person};
use serde_json::{Value, json};
use usher::{app::connections::Changes, domain::connection::Extension};

fn names(list: &Value) -> Vec<&str> {
    list["Resources"].as_array().unwrap().iter().map(|resource| resource["displayName"].as_str().unwrap()).collect()
}

async fn labelled(world: &World, name: &str, labels: &[&str]) -> String {
    id_of(&world.push(person(name, json!({ "labels": labels }))).await)
}

installed! {
    async fn roles_are_those_a_push_may_grant(world: World) {
        let roles = world.get("/Roles").await;
        assert_eq!((roles.status, roles.header("content-type")), (200, "application/scim+json"));
        let ids: Vec<&Value> = roles.body["Resources"].as_array().unwrap().iter().map(|role| &role["id"]).collect();
        assert_eq!(ids, ["learner", "author", "coach"]);
        let coach = world.get("/Roles/coach").await.body;
        assert_eq!(coach, roles.body["Resources"][2]);
        assert_eq!(coach["schemas"], json!(["urn:okta:scim:schemas:core:1.0:Role"]));
        assert_eq!(coach["meta"]["resourceType"], "Role");
        assert_eq!(world.get("/Roles?filter=id%20eq%20%22coach%22").await.body["totalResults"], 1);
        world.get("/Roles?filter=userName%20pr").await.refused(400, "invalidFilter");
        world.get("/Roles/admin").await.refused(404, "");
        for method in ["POST", "PUT", "PATCH", "DELETE"] {
            world.scim(method, "/Roles").raw("application/scim+json", "{}").send().await.refused(405, "");
            world.scim(method, "/Roles/coach").raw("application/scim+json", "{}").send().await.refused(405, "");
        }
    }

    async fn entitlements_are_the_labels_in_use(world: World) {
        let ada = labelled(&world, "Ada", &["Cohort 7", "Paris"]).await;
        labelled(&world, "Ben", &["paris"]).await;
        let list = world.get("/Entitlements?sortBy=displayName&sortOrder=descending").await.body;
        assert_eq!((names(&list), &list["totalResults"]), (vec!["Paris", "Cohort 7"], &json!(2)));
        let one = &list["Resources"][0];
        assert_eq!(world.get(&format!("/Entitlements/{}", one["id"].as_str().unwrap())).await.body, *one);
        let request = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
            "filter": "displayName sw \"coh\"",
            "attributes": ["displayName"]
        });
        let found = world.scim("POST", "/Entitlements/.search").json(&request).send().await.body;
        assert_eq!(names(&found), ["Cohort 7"]);
        assert_eq!(found["Resources"][0]["type"], Value::Null);
        assert_eq!(world.delete(&format!("/Users/{ada}")).await.status, 204);
        assert_eq!(names(&world.get("/Entitlements").await.body), ["paris"]);
        world.get("/Entitlements/nothing").await.refused(404, "");
    }

    async fn entitlements_are_paged_both_ways(world: World) {
        labelled(&world, "Ada", &["A", "B", "C", "D", "E"]).await;
        assert_eq!(names(&world.get("/Entitlements?startIndex=4&count=5").await.body), ["D", "E"]);
        let (mut seen, mut path) = (Vec::new(), "/Entitlements?count=2&cursor".to_owned());
        loop {
            let page = world.get(&path).await.body;
            seen.extend(names(&page).into_iter().map(str::to_owned));
            let Some(next) = page["nextCursor"].as_str() else { break };
            path = format!("/Entitlements?count=2&cursor={next}");
        }
        assert_eq!(seen, ["A", "B", "C", "D", "E"]);
        world.get("/Entitlements?cursor=forged").await.refused(400, "invalidCursor");
    }

    async fn a_connection_without_extensions_shows_none(world: World) {
        world.set_connection(Changes { extension: Some(Extension::Off), ..Changes::default() }).await;
        assert_eq!(world.get("/ResourceTypes").await.body["totalResults"], 2);
        world.get("/Roles").await.refused(404, "");
        world.get("/Entitlements").await.refused(404, "");
        world.get("/ResourceTypes/Role").await.refused(404, "");
    }
}
