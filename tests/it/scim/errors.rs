//! Whatever goes wrong, the answer is SCIM's own error.

use crate::support::world::{id_of, patch_of, person};
use serde_json::{Value, json};

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

installed! {
    async fn a_body_that_is_no_json_object_is_refused(world: World) {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        let deep_object = format!("{{\"schemas\":[\"{USER}\"],\"userName\":\"a\",\"x\":{deep}}}");
        for body in [
            String::new(),
            "{".to_owned(),
            "[]".to_owned(),
            "null".to_owned(),
            "\"text\"".to_owned(),
            "{\"userName\":\"a\"} x".to_owned(),
            format!("{{\"schemas\":[\"{USER}\"],\"userName\":\"a\",\"userName\":\"b\"}}"),
            format!("{{\"schemas\":[\"{USER}\"],\"userName\":\"a\",\"USERNAME\":\"b\"}}"),
            deep_object,
        ] {
            let shown: String = body.chars().take(80).collect();
            let answer = world.scim("POST", "/Users").raw("application/scim+json", body).send().await;
            assert_eq!((answer.status, answer.body["scimType"].as_str()), (400, Some("invalidSyntax")), "{shown}");
        }
        let answer =
            world.scim("POST", "/Users").raw("application/json", b"{\"userName\":\"\xff\"}".to_vec()).send().await;
        answer.refused(400, "invalidSyntax");
        assert_eq!(world.get("/Users").await.body["totalResults"], 0);
    }

    async fn a_body_of_another_type_or_encoding_is_refused(world: World) {
        let body = person("Ada", json!({})).to_string();
        for content_type in
            ["text/plain", "application/xml", "application/json; charset=iso-8859-1", "multipart/form-data"]
        {
            world.scim("POST", "/Users").raw(content_type, body.clone()).send().await.refused(415, "");
        }
        let gzip =
            world.scim("POST", "/Users").raw("application/json", body.clone()).header("content-encoding", "gzip");
        gzip.send().await.refused(415, "");
        let plain = world.scim("POST", "/Users").raw("application/json; charset=UTF-8", body).send().await;
        assert_eq!(plain.status, 201, "{}", plain.text);
    }

    async fn a_body_beyond_the_limit_is_refused(world: World) {
        let mut body = person("Ada", json!({}));
        body["title"] = json!("x".repeat(1024 * 1024));
        world.post("/Users", body).await.refused(413, "");
    }

    async fn an_unknown_method_or_path_is_refused(world: World) {
        world.scim("PUT", "/Users").json(&json!({})).send().await.refused(405, "");
        let answer = world.scim("POST", "/Users/1").json(&json!({})).send().await;
        answer.refused(405, "");
        assert!(answer.header("allow").contains("PATCH"));
        world.get("/Nothing").await.refused(404, "");
        world.get("/Users/1/2").await.refused(404, "");
        world.get("/Me").await.refused(501, "");
    }

    async fn a_document_with_a_wrong_type_is_refused(world: World) {
        for (name, value) in [
            ("userName", json!(["Ada", "Bob"])),
            ("userName", json!("")),
            ("userName", json!("a\nb")),
            ("active", json!("perhaps")),
            ("name", json!("Ada")),
            ("emails", json!({ "primary": "maybe" })),
            ("schemas", json!("urn:nothing")),
        ] {
            let mut body = person("Ada", json!({}));
            body[name] = value.clone();
            let answer = world.post("/Users", body).await;
            assert_eq!(answer.status, 400, "{name}: {value}: {}", answer.text);
        }
        assert_eq!(world.get("/Users").await.body["totalResults"], 0);
    }

    async fn an_answer_is_of_the_type_that_was_asked_for(world: World) {
        let id = id_of(&world.push(person("Ada", json!({}))).await);
        for path in [format!("/Users/{id}"), "/Users".to_owned(), "/Schemas".to_owned()] {
            let plain = world.scim("GET", &path).header("accept", "application/json").send().await;
            assert_eq!((plain.status, plain.header("content-type")), (200, "application/json"), "{path}");
            assert_eq!(world.get(&path).await.header("content-type"), "application/scim+json");
        }
    }

    async fn an_error_tells_nothing_of_the_inside(world: World) {
        let id = id_of(&world.push(person("Ada", json!({}))).await);
        for answer in [
            world.get("/Users/nobody").await,
            world.post("/Users", person("Ada", json!({}))).await,
            world.get("/Users?filter=%27").await,
            world.scim("PATCH", &format!("/Users/{id}")).json(&patch_of(&json!("x"))).send().await,
        ] {
            assert!(answer.status >= 400 && answer.status < 500);
            let text = answer.text.to_lowercase();
            for word in ["select ", "sqlite", "postgres", "src/", "panicked", "sqlx"] {
                assert!(!text.contains(word), "{}", answer.text);
            }
            assert!(answer.headers.contains_key("x-request-id"));
            assert_eq!(answer.body.get("meta"), None::<&Value>);
        }
    }
}
