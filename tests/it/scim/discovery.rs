//! `/ServiceProviderConfig`, `/ResourceTypes`, `/Schemas`.

use crate::support::world::PUBLIC_URL;
use serde_json::{Value, json};
use usher::{
    app::tenants::Changes,
    domain::tenant::ScimPassword,
    scim::schema::{ENTERPRISE, GROUP, USER, USHER},
};

fn ids(list: &Value) -> Vec<&str> {
    list["Resources"].as_array().unwrap().iter().map(|resource| resource["id"].as_str().unwrap()).collect()
}

installed! {
    async fn the_configuration_says_what_is_there(world: World) {
        let answer = world.get("/ServiceProviderConfig").await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/scim+json"));
        let body = &answer.body;
        for (feature, supported) in [
            ("patch", true),
            ("filter", true),
            ("etag", true),
            ("bulk", true),
            ("sort", true),
            ("changePassword", false),
        ] {
            assert_eq!(body[feature]["supported"], supported, "{feature}");
        }
        assert_eq!(body["filter"]["maxResults"], 1000);
        assert_eq!(body["meta"]["location"], format!("{PUBLIC_URL}/scim/v2/ServiceProviderConfig"));
        assert_eq!(world.scim("GET", "/ServiceProviderConfig").anonymous().send().await.body, *body);
        world.set_tenant(Changes { scim_password: Some(ScimPassword::Accept), ..Changes::default() }).await;
        assert_eq!(world.get("/ServiceProviderConfig").await.body["changePassword"]["supported"], true);
    }

    async fn resource_types_and_schemas_are_listed_and_found(world: World) {
        let types = world.get("/ResourceTypes").await.body;
        assert_eq!((ids(&types), &types["totalResults"]), (vec!["User", "Group", "Role", "Entitlement"], &json!(4)));
        assert_eq!(world.get("/ResourceTypes/User").await.body, types["Resources"][0]);
        let schemas = world.get("/Schemas").await.body;
        for urn in [USER, GROUP, ENTERPRISE, USHER] {
            assert!(ids(&schemas).contains(&urn), "{urn}");
            assert_eq!(world.get(&format!("/Schemas/{urn}")).await.body["id"], urn);
        }
        world.get("/ResourceTypes/Nothing").await.refused(404, "");
        world.get("/Schemas/urn:nothing").await.refused(404, "");
    }

    async fn discovery_takes_no_filter_and_no_writes(world: World) {
        for path in ["/ServiceProviderConfig", "/ResourceTypes", "/Schemas", &format!("/Schemas/{USER}")] {
            world.get(&format!("{path}?filter=id%20pr")).await.refused(403, "");
            assert_eq!(world.get(&format!("{path}?startIndex=5&count=0&attributes=id")).await.status, 200, "{path}");
            for method in ["POST", "PUT", "PATCH", "DELETE"] {
                let answer = world.scim(method, path).raw("text/plain", "x").send().await;
                answer.refused(405, "");
                assert!(answer.header("allow").contains("GET"), "{method} {path}");
            }
        }
    }

    async fn a_tenants_own_schema_is_published_to_it_alone(world: World) {
        use usher::{
            app::{schemas, tenants},
            scim::Kind,
        };
        let urn = "urn:ietf:params:scim:schemas:extension:acme:2.0:User";
        let attribute = |name: &str| json!({ "name": name, "type": "string", "multiValued": false, "required": false, "caseExact": false, "mutability": "readWrite", "returned": "default", "uniqueness": "none" });
        let schema = json!({ "id": urn, "name": "Acme", "description": "Acme's own", "attributes": [attribute("badgeId"), attribute("costTag")] });
        tenants::create(&world.app, "other", Changes::default()).await.unwrap();
        assert_eq!(schemas::add(&world.app, "default", Kind::User, schema).await.unwrap(), urn);
        assert!(ids(&world.get("/Schemas").await.body).contains(&urn));
        let other = world.call("GET", "/scim/v2/Schemas").token(&world.token_of("other", "okta").await).send().await;
        assert!(!ids(&other.body).contains(&urn));
        let mut body = crate::support::world::person("Ada", json!({}));
        body["schemas"].as_array_mut().unwrap().push(json!(urn));
        body[urn] = json!({ "badgeId": "B-7", "unknown": 1 });
        let made = world.push(body).await;
        assert_eq!(made[urn], json!({ "badgeId": "B-7" }));
        let found = world.get(&format!("/Users?filter={urn}:badgeId%20eq%20%22b-7%22")).await.body;
        assert_eq!(found["totalResults"], 1, "{found}");
    }
}
