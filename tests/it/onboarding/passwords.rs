//! Pushed and generated passwords.

use crate::support::world::{PASSWORD, World, id_of, person, seconds};
use serde_json::{Value, json};
use usher::{app::tenants::Changes, domain::tenant::ScimPassword, mail::Outcome, scim::schema::USHER};

async fn accept_passwords(world: &World) {
    world.set_tenant(Changes { scim_password: Some(ScimPassword::Accept), ..Changes::default() }).await;
}

fn with_password(name: &str, password: &str, own: Value) -> Value {
    let mut body = person(name, own);
    body["password"] = json!(password);
    body
}

fn generating(name: &str) -> Value {
    person(name, json!({ "provisioningMode": "create", "generateCredentials": true }))
}

installed! {
    async fn a_pushed_password_is_ignored_by_default(world: World) {
        let body = with_password("Ada", PASSWORD, json!({ "provisioningMode": "create" }));
        let id = id_of(&world.push(body).await);
        world.deliver().await;
        assert_eq!((world.last_mail().code.as_str(), world.row(&id).await.password_hash), ("E8", None));
        assert_eq!(world.sign_in("ada@example.com", PASSWORD).await.status, 401);
        // Also one that would be refused.
        world.push(with_password("Bob", "x", json!({}))).await;
    }

    async fn an_accepted_password_signs_in(world: World) {
        accept_passwords(&world).await;
        let id = id_of(&world.push(with_password("Ada", PASSWORD, json!({ "provisioningMode": "create" }))).await);
        world.deliver().await;
        let mail = world.last_mail();
        assert_eq!(mail.code.as_str(), "E6");
        assert!(!mail.text.contains(PASSWORD) && mail.text.contains("/login"));
        assert_eq!(world.sign_in("ada@example.com", PASSWORD).await.header("location"), "/me");
        let other = "another long enough phrase of words";
        let change = json!([{ "op": "replace", "path": "password", "value": other }]);
        assert_eq!(world.patch(&format!("/Users/{id}"), change).await.status, 200);
        assert_eq!(world.sign_in("ada@example.com", PASSWORD).await.status, 401);
        assert_eq!(world.sign_in("ada@example.com", other).await.status, 303);
        world.post("/Users", with_password("Bob", "password1234", json!({}))).await.refused(400, "invalidValue");
    }

    async fn generated_credentials_are_mailed_once_and_must_be_changed(world: World) {
        let id = id_of(&world.push(generating("Ada")).await);
        let sealed = world.notifications(&id).await[0].sealed.clone().expect("a sealed password");
        world.mailbox.script([Outcome::Delayed { reply: "451 later".to_owned() }]);
        world.deliver().await;
        assert_eq!(world.notifications(&id).await[0].sealed.as_ref(), Some(&sealed));
        world.pass(seconds(12)).await;
        let mail = world.last_mail();
        assert_eq!((mail.code.as_str(), world.state(&id).await.as_str()), ("E7", "active"));
        assert_eq!(world.notifications(&id).await[0].sealed, None);

        let word = mail
            .text
            .split_whitespace()
            .find(|word| word.len() == 18 && word.bytes().all(|b| b.is_ascii_alphanumeric()));
        let password = word.expect("a password in the mail");
        assert!(!sealed.contains(password));
        let answer = world.sign_in("ada@example.com", password).await;
        assert_eq!((answer.status, answer.header("set-cookie")), (303, ""));
        let change = answer.header("location").to_owned();
        assert!(change.starts_with("/set-password/"), "{change}");
        let changed = world.form(&change, &[("password", PASSWORD)]).await;
        assert_eq!(changed.header("location"), "/me", "{}", changed.text);
        assert_eq!(world.sign_in("ada@example.com", password).await.status, 401);
        assert_eq!(world.sign_in("ada@example.com", PASSWORD).await.header("location"), "/me");
        assert_eq!(world.page(&change).await.status, 404);
        // The attribute is write-only.
        let shown = world.get(&format!("/Users/{id}?attributes={USHER}:generateCredentials")).await.text;
        assert!(!shown.contains("generateCredentials"), "{shown}");
    }

    async fn a_refused_credentials_mail_keeps_no_password(world: World) {
        world.mailbox.script([Outcome::Refused { reply: "550 unknown".to_owned() }]);
        let id = id_of(&world.push(generating("Ada")).await);
        world.deliver().await;
        assert_eq!(
            (world.state(&id).await.as_str(), world.notifications(&id).await[0].sealed.clone()),
            ("staged", None)
        );
        let bob = id_of(&world.push(generating("Bob")).await);
        world.switch(&bob, false).await;
        assert_eq!(world.notifications(&bob).await[0].sealed, None);
    }

    async fn generating_goes_with_create_alone(world: World) {
        for own in [
            json!({ "provisioningMode": "invite", "generateCredentials": true }),
            json!({ "generateCredentials": true }),
            json!({ "provisioningMode": "create", "generateCredentials": "True", "suppressNotifications": true }),
        ] {
            let detail = world.post("/Users", person("Ada", own)).await.refused(400, "invalidValue");
            assert!(detail.contains("generateCredentials"), "{detail}");
        }
        let mut body = generating("Ada");
        body["password"] = json!(PASSWORD);
        world.post("/Users", body).await.refused(400, "invalidValue");
        assert_eq!(world.get("/Users").await.body["totalResults"], 0);
    }

    async fn generating_again_changes_nothing(world: World) {
        let id = id_of(&world.push(generating("Ada")).await);
        world.deliver().await;
        let (before, hash) = (world.read(&id).await, world.row(&id).await.password_hash);
        assert_eq!(world.put(&format!("/Users/{id}"), generating("Ada")).await.body, before);
        assert_eq!((world.deliver().await, world.row(&id).await.password_hash), (0, hash));
    }
}
