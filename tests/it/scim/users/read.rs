//! GET by id.

use crate::support::world::{id_of, person};
use serde_json::{Value, json};
use usher::scim::schema::{ENTERPRISE, USHER};

/// A person of example.com with this attribute.
fn with(name: &str, attribute: &str, value: Value) -> Value {
    let mut body = person(name, json!({}));
    body[attribute] = value;
    body
}

installed! {
    async fn a_read_shows_the_invitation(world: World) {
        let id = id_of(&world.push(person("Ada", json!({}))).await);
        let own = world.own(&id).await;
        assert_eq!(own["invitationStatus"], "pending");
        assert_eq!(own["invitation"]["status"], "pending");
        assert_eq!((&own["invitation"]["delivery"], &own["invitation"]["sentCount"]), (&json!("queued"), &json!(0)));
        world.deliver().await;
        let invitation = world.own(&id).await["invitation"].clone();
        assert_eq!((&invitation["delivery"], &invitation["sentCount"]), (&json!("sent"), &json!(1)));
        assert_eq!(invitation["sentAt"], "2027-03-10T09:00:00.000Z");
        assert_eq!(invitation["expiresAt"], "2027-03-24T09:00:00.000Z");
        // A mail's delivery is no new version.
        assert_eq!(world.read(&id).await["meta"]["version"], "W/\"v1\"");
        let list = world.get("/Users").await.body;
        assert_eq!(list["Resources"][0][USHER]["invitationStatus"], "pending");
        let found = world.get(&format!("/Users?filter={USHER}:invitationStatus%20eq%20%22pending%22")).await.body;
        assert_eq!(found["totalResults"], 1, "{found}");
    }

    async fn a_read_shows_what_is_asked_for(world: World) {
        let id = id_of(&world.push(person("Ada", json!({}))).await);
        let read = async |query: &str| world.get(&format!("/Users/{id}?{query}")).await.body;
        let only = read("attributes=userName,name.givenName").await;
        assert_eq!(
            only,
            json!({ "schemas": only["schemas"], "id": id, "userName": "ada@example.com", "name": { "givenName": "Ada" } })
        );
        let status = read(&format!("attributes={USHER}:invitationStatus")).await;
        assert_eq!(status[USHER], json!({ "invitationStatus": "pending" }));
        let without = read(&format!("excludedAttributes=emails,{USHER}:invitation,id")).await;
        assert_eq!((&without["emails"], &without[USHER]["invitation"]), (&Value::Null, &Value::Null));
        assert_eq!((without["id"].as_str(), &without[USHER]["state"]), (Some(id.as_str()), &json!("invited")));
    }

    async fn a_manager_is_shown_by_name_where_there_is_one(world: World) {
        let boss = id_of(&world.push(with("Bea", "displayName", json!("Bea Boss"))).await);
        let manager = async |id: &str| world.read(id).await[ENTERPRISE]["manager"].clone();
        let pushed = json!({ "value": boss, "displayName": "Somebody else", "$ref": "https://idp.example.com/Users/9" });
        let id = id_of(&world.push(with("Ada", ENTERPRISE, json!({ "manager": pushed }))).await);
        let shown = manager(&id).await;
        assert_eq!((&shown["value"], &shown["displayName"]), (&json!(boss), &json!("Bea Boss")));
        assert!(shown["$ref"].as_str().unwrap().ends_with(&format!("/scim/v2/Users/{boss}")));
        let found = world.get("/Users?filter=manager.displayName%20eq%20%22bea%20boss%22").await.body;
        assert_eq!((&found["totalResults"], &found["Resources"][0]["id"]), (&json!(1), &json!(id)), "{found}");
        // What was read can be put back and changes nothing.
        let read = world.read(&id).await;
        assert_eq!(world.put(&format!("/Users/{id}"), read.clone()).await.body["meta"], read["meta"]);
        assert_eq!(world.delete(&format!("/Users/{boss}")).await.status, 204);
        assert_eq!(manager(&id).await, json!({ "value": boss }));
        let id = id_of(&world.push(with("Cem", ENTERPRISE, json!({ "manager": "26118915" }))).await);
        assert_eq!(manager(&id).await, json!({ "value": "26118915" }));
    }
}
