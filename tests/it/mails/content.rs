//! Languages, hostile names, addresses.

use crate::support::world::{PUBLIC_URL, World, id_of, person};
use serde_json::{Value, json};
use usher::app::tenants::Changes;

async fn language_of(world: &World, name: &str, preferred: Value) -> String {
    let mut body = person(name, json!({}));
    body["preferredLanguage"] = preferred;
    world.push(body).await;
    world.deliver().await;
    world.last_mail().language
}

installed! {
    async fn a_mail_is_in_the_persons_language_else_the_tenants_else_english(world: World) {
        for (number, (preferred, tenant, expected)) in [
            (json!("fr"), "en", "fr"),
            (json!("fr-CA"), "en", "fr"),
            (json!("sv, fr;q=0.8, en;q=0.2"), "en", "fr"),
            (json!("pt-BR"), "en", "pt"),
            (json!("ar"), "en", "ar"),
            (json!("xx"), "fr", "fr"),
            (Value::Null, "fr", "fr"),
            (json!("en-GB"), "fr", "en"),
            (json!("xx"), "xx", "en"),
        ]
        .into_iter()
        .enumerate()
        {
            world.set_tenant(Changes { language: Some(tenant.to_owned()), ..Changes::default() }).await;
            let language = language_of(&world, &format!("p{number}"), preferred.clone()).await;
            assert_eq!(language, expected, "{preferred} {tenant}");
        }
    }

    async fn the_form_speaks_the_mails_language(world: World) {
        language_of(&world, "Ada", json!("fr")).await;
        let mail = world.last_mail();
        let page = world.page(&crate::support::world::link_in(&mail)).await;
        assert!(page.text.contains("lang=\"fr\""), "{}", page.text);
    }

    async fn a_hostile_name_stays_text(world: World) {
        for (number, name) in [
            "Ada\u{202e}tfihs <b>bold</b>",
            "<script>alert(1)</script>",
            "{{7*7}}",
            "https://evil.example/now",
            &"x".repeat(10_000),
        ]
        .into_iter()
        .enumerate()
        {
            let mut body = person(&format!("p{number}"), json!({ "provisioningMode": "create" }));
            body["name"] = json!({ "givenName": name, "familyName": name });
            body["displayName"] = json!(name.chars().take(500).collect::<String>());
            let id = id_of(&world.push(body).await);
            assert_eq!(world.deliver().await, 1);
            let mail = world.last_mail();
            assert_eq!(
                (world.state(&id).await.as_str(), mail.to.as_str()),
                ("active", format!("p{number}@example.com").as_str())
            );
            for unwanted in ["<script>", "<b>bold", "\u{202e}", "evil.example/now", "\r\nBcc"] {
                assert!(!mail.html.contains(unwanted), "{unwanted}: {}", mail.html);
            }
            assert!(!mail.subject.contains('\n') && mail.text.len() < 5_000);
            assert!(mail.text.contains(PUBLIC_URL));
        }
    }

    async fn an_address_that_is_none_gets_no_mail(world: World) {
        for (number, address) in [
            "a@example.com,b@example.com",
            "a@example.com\r\nBcc: b@example.com",
            "<a@example.com>",
            "nobody",
            "\"x\r\n\"@example.com",
        ]
        .into_iter()
        .enumerate()
        {
            let mut body = person(&format!("p{number}"), json!({ "provisioningMode": "create" }));
            body["userName"] = json!(format!("p{number}"));
            body["emails"] = json!([{ "value": address }]);
            let answer = world.post("/Users", body).await;
            if answer.status == 201 {
                world.deliver().await;
                let row = world.outbox(&id_of(&answer.body)).await.remove(0);
                assert_eq!(row.1, "omitted", "{address:?}: {row:?}");
            } else {
                answer.refused(400, "invalidValue");
            }
        }
        assert_eq!(world.mails().len(), 0);
    }
}
