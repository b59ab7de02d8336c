//! Lists: filters, pages, projections.

use crate::support::{
    call::encode,
    world::{World, id_of, person},
};
use serde_json::{Value, json};
use usher::scim::schema::{ENTERPRISE, USER, USHER};

async fn people(world: &World, names: &[&str]) {
    for name in names {
        world.push(person(name, json!({}))).await;
    }
}

async fn total(world: &World, filter: &str) -> Value {
    let answer = world.get(&format!("/Users?filter={}", encode(filter))).await;
    assert_eq!(answer.status, 200, "{filter}: {}", answer.text);
    answer.body["totalResults"].clone()
}

installed! {
    async fn an_empty_list_is_a_list(world: World) {
        let answer = world.get("/Users").await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/scim+json"));
        assert_eq!(answer.body["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:ListResponse"]));
        assert_eq!(answer.body["totalResults"], 0);
    }

    async fn pages_follow_the_rules(world: World) {
        people(&world, &["A", "B", "C", "D", "E"]).await;
        for (query, start, shown) in [
            ("", 1, 5),
            ("?count=2", 1, 2),
            ("?startIndex=4&count=2", 4, 2),
            ("?startIndex=5&count=10", 5, 1),
            ("?startIndex=6", 6, 0),
            ("?startIndex=0&count=1", 1, 1),
            ("?startIndex=-5&count=1", 1, 1),
            ("?count=0", 1, 0),
            ("?count=-1", 1, 0),
            ("?count=1000000000", 1, 5),
            ("?startIndex=9223372036854775807", 0, 0),
        ] {
            let body = world.get(&format!("/Users{query}")).await.body;
            assert_eq!(body["totalResults"], 5, "{query}: {body}");
            assert_eq!(body["Resources"].as_array().map_or(0, Vec::len), shown, "{query}");
            if shown > 0 {
                assert_eq!((&body["startIndex"], &body["itemsPerPage"]), (&json!(start), &json!(shown)), "{query}");
            }
        }
        world.get("/Users?count=ten").await.refused(400, "invalidValue");
        world.get("/Users?startIndex=9223372036854775808").await.refused(400, "invalidValue");
        let (first, rest) = (world.get("/Users?count=3").await.body, world.get("/Users?startIndex=4").await.body);
        let ids: Vec<&Value> = [&first, &rest]
            .iter()
            .flat_map(|page| page["Resources"].as_array().unwrap())
            .map(|user| &user["id"])
            .collect();
        let mut unique = ids.clone();
        unique.sort_by_key(|id| id.as_str());
        unique.dedup();
        assert_eq!(unique.len(), 5);
    }

    async fn filters_find_what_they_say(world: World) {
        people(&world, &["Ada", "Bob", "Cy"]).await;
        let id =
            id_of(&world.push(person("Dan", json!({ "provisioningMode": "create", "labels": ["Cohort 7"] }))).await);
        world.deliver().await;
        for (filter, expected) in [
            ("userName eq \"ADA@example.com\"".to_owned(), 1),
            ("username Eq \"ada@example.com\"".to_owned(), 1),
            ("userName ne \"ada@example.com\"".to_owned(), 3),
            ("userName sw \"b\" or userName sw \"c\"".to_owned(), 2),
            ("userName co \"@EXAMPLE\"".to_owned(), 4),
            ("not (userName sw \"a\")".to_owned(), 3),
            ("externalId eq \"hr-Ada\"".to_owned(), 1),
            ("externalId eq \"HR-ADA\"".to_owned(), 0),
            (format!("id eq \"{id}\""), 1),
            ("emails eq \"bob@example.com\"".to_owned(), 1),
            ("emails[type eq \"work\" and value co \"bob\"]".to_owned(), 1),
            ("emails[type eq \"work\"].value eq \"bob@example.com\"".to_owned(), 1),
            ("name.givenName eq \"ada\" and active eq true".to_owned(), 1),
            ("active eq \"False\"".to_owned(), 0),
            ("title pr".to_owned(), 0),
            (format!("{USHER}:state eq \"active\""), 1),
            (format!("{USHER}:invitationStatus eq \"pending\""), 3),
            (format!("{USHER}:labels eq \"cohort 7\""), 1),
            ("meta.lastModified ge \"2027-03-10T09:00:00Z\"".to_owned(), 4),
            ("meta.created lt \"2027-03-10T09:00:00Z\"".to_owned(), 0),
        ] {
            assert_eq!(total(&world, &filter).await, expected, "{filter}");
        }
    }

    async fn a_hostile_operand_is_only_a_value(world: World) {
        people(&world, &["Ada"]).await;
        for value in ["%", "_", "a%", "' OR '1'='1", "\\\\", "\\\"", "\\u0000", "\u{1f600}", "\u{202e}ada", "*"] {
            for operator in ["eq", "co", "sw", "ew"] {
                let filter = format!("userName {operator} \"{value}\"");
                assert_eq!(total(&world, &filter).await, 0, "{filter}");
            }
        }
    }

    async fn a_filter_that_means_nothing_is_refused(world: World) {
        people(&world, &["Ada"]).await;
        for filter in [
            "",
            "userName",
            "userName eq",
            "userName eq ada",
            "nothing eq \"x\"",
            "userName gt true",
            "(userName pr",
            "userName pr and",
            "emails[type eq \"work\"",
        ] {
            world.get(&format!("/Users?filter={}", encode(filter))).await.refused(400, "invalidFilter");
        }
        let deep = format!("{}userName pr{}", "(".repeat(10_000), ")".repeat(10_000));
        world.get(&format!("/Users?filter={}", encode(&deep))).await.refused(400, "invalidFilter");
        let twice = "/Users?filter=userName%20pr&filter=userName%20pr";
        world.get(twice).await.refused(400, "invalidFilter");
    }

    async fn a_list_is_projected(world: World) {
        people(&world, &["Ada"]).await;
        let body = world.get("/Users?attributes=userName").await.body;
        let user = &body["Resources"][0];
        assert_eq!(user.as_object().unwrap().keys().collect::<Vec<_>>(), ["schemas", "id", "userName"]);
        let body = world.get("/Users?excludedAttributes=emails,meta").await.body;
        assert_eq!((body["Resources"][0].get("emails"), body["Resources"][0].get("meta")), (None, None));
        assert!(body["Resources"][0].get("name").is_some());
    }

    async fn query_pieces_that_say_nothing_are_ignored(world: World) {
        people(&world, &["Ada"]).await;
        for query in
            ["?", "?&", "?count=5&", "?aadOptscim062020", "?sortBy=nothing&sortOrder=ascending", "?FILTER=userName+pr"]
        {
            assert_eq!(world.get(&format!("/Users{query}")).await.body["totalResults"], 1, "{query}");
        }
    }

    async fn schemas_can_be_filtered_by(world: World) {
        let mut ada = person("Ada", json!({}));
        ada[ENTERPRISE] = json!({ "department": "Research" });
        world.push(ada).await;
        people(&world, &["Ben"]).await;
        for (filter, count) in [
            (format!("schemas eq \"{USER}\""), 2),
            (format!("schemas eq \"{ENTERPRISE}\""), 1),
            ("schemas co \"enterprise\" and userName sw \"b\"".to_owned(), 0),
            (format!("not (schemas eq \"{ENTERPRISE}\")"), 1),
            ("schemas pr".to_owned(), 2),
        ] {
            assert_eq!(total(&world, &filter).await, count, "{filter}");
        }
    }
}
