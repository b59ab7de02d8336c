//! Single set-up; finding, changing, suspending, reactivating, activating and deleting people.

use crate::support::world::{Desk, PASSWORD, id_of, person};
use serde_json::{Value, json};
use usher::{
    domain::notification::{Code, Status},
    mail::Outcome,
};

fn wanted(name: &str) -> Value {
    json!({ "firstName": name, "lastName": "Example", "email": format!("{}@example.com", name.to_lowercase()) })
}

fn with(mut body: Value, more: Value) -> Value {
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

async fn user(desk: &Desk, id: &str) -> Value {
    let answer = desk.get(&format!("/users/{id}")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.body
}

installed! {
    async fn generated_credentials_are_mailed_and_must_be_changed(world: World) {
        let desk = world.desk().await;
        let groups = [
            id_of(&desk.make("/groups", json!({ "name": "Sales" })).await),
            id_of(&desk.make("/groups", json!({ "name": "Research" })).await),
        ];
        let body = with(wanted("Ada"), json!({
            "sendCredentials": true, "groupIds": groups, "roles": ["coach", "author"], "language": "fr",
            "deletionDate": "2027-06-30", "labels": ["Cohort 7"]
        }));
        let made = desk.make("/users", body).await;
        assert_eq!((&made["state"], &made["billableSince"]), (&json!("staged"), &Value::Null));
        assert_eq!(made["memberships"].as_array().unwrap().len(), 4, "each role on each group");
        assert_eq!(world.deliver().await, 1);
        let mail = world.last_mail();
        assert_eq!((mail.code, mail.language.as_str()), (Code::E7, "fr"));
        let ada = user(&desk, made["id"].as_str().unwrap()).await;
        assert_eq!((&ada["state"], ada["billableSince"].is_string()), (&json!("active"), true));
        assert_eq!((&ada["firstName"], &ada["deletionDate"], &ada["labels"]), (&json!("Ada"), &json!("2027-06-30"), &json!(["Cohort 7"])));
        let password = mail.text.lines().find_map(|line| line.strip_prefix("Mot de passe\u{a0}: ").or(line.strip_prefix("Mot de passe : ")));
        let password = password.unwrap_or_else(|| panic!("{}", mail.text)).trim().to_owned();
        let answer = world.sign_in("ada@example.com", &password).await;
        assert!(answer.header("location").starts_with("/set-password/"), "{:?}", answer.headers);
    }

    async fn a_typed_password_is_not_mailed(world: World) {
        let desk = world.desk().await;
        let made = desk.make("/users", with(wanted("Ada"), json!({ "password": PASSWORD }))).await;
        assert_eq!(made["memberships"][0]["role"], "learner");
        world.deliver().await;
        let mail = world.last_mail();
        assert_eq!(mail.code, Code::E6);
        assert!(!mail.text.contains(PASSWORD));
        assert_eq!(world.sign_in("ada@example.com", PASSWORD).await.header("location"), "/me");
    }

    async fn a_set_up_names_what_is_wrong_and_leaves_nothing(world: World) {
        let desk = world.desk().await;
        for (more, field) in [
            (json!({}), "password"),
            (json!({ "password": PASSWORD, "sendCredentials": true }), "password"),
            (json!({ "password": "short" }), "password"),
            (json!({ "sendCredentials": true, "email": "a@x.org, b@x.org" }), "email"),
            (json!({ "sendCredentials": true, "firstName": " " }), "firstName"),
            (json!({ "sendCredentials": true, "groupIds": ["x"] }), "groupIds"),
            (json!({ "sendCredentials": true, "groupIds": ["0192f0c1-7b7a-7c3e-9d55-1f2e3d4c5b6a"] }), "groupIds"),
            (json!({ "sendCredentials": true, "roles": ["owner"] }), "roles"),
            (json!({ "sendCredentials": "yes" }), "sendCredentials"),
        ] {
            let answer = desk.post("/users", with(wanted("Ada"), more.clone())).await;
            assert_eq!((answer.status, &answer.body["field"]), (422, &json!(field)), "{more}: {}", answer.text);
        }
        world.create("Bob").await;
        let taken = desk.post("/users", with(wanted("Bob"), json!({ "sendCredentials": true }))).await;
        assert_eq!(taken.status, 409);
        assert!(taken.text.contains("the following user already has an active account: bob@example.com"), "{}", taken.text);
        assert_eq!(desk.get("/users?query=ada").await.body["items"], json!([]));
    }

    async fn people_are_found_by_part_of_a_name_state_and_group(world: World) {
        let desk = world.desk().await;
        let group = id_of(&desk.make("/groups", json!({ "name": "Sales" })).await);
        let ada = world.create("Ada").await;
        let (bob, _) = world.invite("Bob").await;
        desk.make(&format!("/groups/{group}/members"), json!({ "userId": ada, "roles": ["coach"] })).await;
        let found = |query: &'static str| {
            let desk = desk.clone();
            async move {
                let items = desk.get(&format!("/users?{query}")).await.body["items"].clone();
                items.as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
            }
        };
        assert_eq!(found("query=ADA").await, [ada.clone()]);
        assert_eq!(found("query=b%25b").await, Vec::<String>::new(), "a percent sign means itself");
        assert_eq!(found("state=invited").await, [bob.clone()]);
        let of_group = desk.get(&format!("/users?groupId={group}")).await.body["items"].clone();
        assert_eq!((of_group.as_array().unwrap().len(), &of_group[0]["id"]), (1, &json!(ada)));
        assert_eq!(of_group[0]["managedBy"], "okta");
    }

    async fn a_merge_patch_changes_what_it_names(world: World) {
        let desk = world.desk().await;
        let made = desk.make("/users", with(wanted("Ada"), json!({ "password": PASSWORD, "labels": ["a"], "deletionDate": "2027-06-30" }))).await;
        let path = format!("/users/{}", made["id"].as_str().unwrap());
        world.deliver().await;
        let body = json!({ "lastName": "King", "language": "fr", "deletionDate": null, "labels": ["b", "c"] });
        let changed = desk.send("PATCH", &path, body).await;
        assert_eq!(changed.status, 200, "{}", changed.text);
        let body = &changed.body;
        assert_eq!((&body["firstName"], &body["lastName"], &body["language"]), (&json!("Ada"), &json!("King"), &json!("fr")));
        assert_eq!((&body["deletionDate"], &body["labels"]), (&Value::Null, &json!(["b", "c"])));
        assert_eq!(world.deliver().await, 0);
        for (body, field) in [
            (json!({ "deletionDate": "2020-01-01" }), "deletionDate"),
            (json!({ "email": "nonsense" }), "email"),
            (json!({ "state": "active" }), "state"),
            (json!({ "lastName": "" }), "lastName"),
        ] {
            let answer = desk.send("PATCH", &path, body).await;
            assert_eq!((answer.status, &answer.body["field"]), (422, &json!(field)), "{}", answer.text);
        }
    }

    async fn a_new_address_signs_in_and_the_old_one_is_told(world: World) {
        let desk = world.desk().await;
        let made = desk.make("/users", with(wanted("Ada"), json!({ "password": PASSWORD }))).await;
        let path = format!("/users/{}", made["id"].as_str().unwrap());
        world.deliver().await;
        let changed = desk.send("PATCH", &path, json!({ "email": "augusta@example.com" })).await;
        assert_eq!((&changed.body["email"], &changed.body["userName"]), (&json!("augusta@example.com"), &json!("augusta@example.com")));
        assert_eq!(world.deliver().await, 1);
        assert_eq!((world.last_mail().code, world.last_mail().to.as_str()), (Code::AddressChanged, "ada@example.com"));
        assert_eq!(world.sign_in("augusta@example.com", PASSWORD).await.header("location"), "/me");
        assert_eq!(world.sign_in("ada@example.com", PASSWORD).await.status, 401);
        world.create("Bob").await;
        assert_eq!(desk.send("PATCH", &path, json!({ "email": "bob@example.com" })).await.status, 409);
    }

    async fn suspending_and_reactivating_by_hand(world: World) {
        let desk = world.desk().await;
        let (id, cookie) = world.onboard("Ada").await;
        let suspended = desk.post(&format!("/users/{id}/suspend"), json!({})).await;
        assert_eq!((suspended.status, &suspended.body["state"], &suspended.body["billableSince"]), (200, &json!("suspended"), &Value::Null));
        assert_eq!(world.call("GET", "/me").cookie(&cookie).send().await.status, 303);
        assert_eq!(desk.post(&format!("/users/{id}/suspend"), json!({})).await.status, 409);
        let back = desk.post(&format!("/users/{id}/reactivate"), json!({})).await;
        assert_eq!(back.body["state"], "active");
        assert_eq!(desk.post(&format!("/users/{id}/reactivate"), json!({})).await.status, 409);
        assert_eq!(world.deliver().await, 0);
    }

    async fn who_waits_for_a_mail_is_activated_by_hand(world: World) {
        let desk = world.desk().await;
        world.mailbox.script([Outcome::Refused { reply: "550 unknown".to_owned() }]);
        let id = id_of(&world.push(person("Ada", json!({ "provisioningMode": "create" }))).await);
        world.deliver().await;
        let waiting = user(&desk, &id).await;
        assert_eq!(waiting["state"], "staged");
        assert!(waiting["stateReason"].as_str().unwrap().contains("550 unknown"), "{waiting}");
        let mail = desk.get(&format!("/notifications?userId={id}&status=failed")).await.body["items"][0].clone();
        assert_eq!((&mail["code"], mail["reason"].as_str().unwrap().contains("550")), (&json!("E8"), true));
        let active = desk.post(&format!("/users/{id}/activate"), json!({})).await;
        assert_eq!((&active.body["state"], active.body["billableSince"].is_string()), (&json!("active"), true));
        assert_eq!(desk.post(&format!("/users/{id}/activate"), json!({})).await.status, 409);
    }

    async fn what_a_person_can_not_be_without_is_not_taken_away(world: World) {
        let desk = world.desk().await;
        let owner = world.administrator("owner@example.com", usher::app::administrators::Rank::Owner).await;
        let id = world.create("Ada").await;
        for (id, body, field) in [
            (&id, json!({ "email": null }), "email"),
            (&id, json!({ "firstName": null }), "firstName"),
            (&id, json!({ "lastName": null, "language": "fr" }), "lastName"),
            (&owner, json!({ "deletionDate": "2030-01-01" }), "deletionDate"),
        ] {
            let answer = desk.send("PATCH", &format!("/users/{id}"), body.clone()).await;
            assert_eq!((answer.status, &answer.body["field"]), (422, &json!(field)), "{body}: {}", answer.text);
        }
        assert_eq!(user(&desk, &id).await["language"], Value::Null);
        let date = json!([{ "op": "replace", "path": format!("{}:deletionDate", usher::scim::schema::USHER), "value": "2030-01-01" }]);
        world.patch(&format!("/Users/{owner}"), date).await.refused(403, "");
        assert_eq!(user(&desk, &owner).await["deletionDate"], Value::Null);
    }

    async fn the_last_administrator_stays(world: World) {
        let desk = world.desk().await;
        let root = desk.get("/users?query=root").await.body["items"][0]["id"].as_str().unwrap().to_owned();
        assert_eq!(desk.post(&format!("/users/{root}/suspend"), json!({})).await.status, 403);
        assert_eq!(desk.send("DELETE", &format!("/users/{root}"), json!({})).await.status, 403);
        world.administrator("second@example.com", usher::app::administrators::Rank::Administrator).await;
        assert_eq!(desk.send("DELETE", &format!("/users/{root}"), json!({})).await.status, 204);
        assert_eq!(desk.get("/users").await.status, 401, "its own word ends with it");
    }

    async fn deleting_ends_everything(world: World) {
        let desk = world.desk().await;
        let id = world.create("Ada").await;
        assert_eq!(desk.send("DELETE", &format!("/users/{id}"), json!({})).await.status, 204);
        assert_eq!(user(&desk, &id).await["state"], "deleted");
        assert_eq!(world.get(&format!("/Users/{id}")).await.status, 404);
        assert_eq!(desk.get("/users?query=ada").await.body["items"], json!([]));
        assert_eq!(desk.get("/users?state=deleted").await.body["items"].as_array().unwrap().len(), 1);
        assert_eq!(desk.send("DELETE", &format!("/users/{id}"), json!({})).await.status, 404);
        let mails = world.notifications(&id).await;
        assert!(mails.iter().all(|mail| mail.status != Status::Queued));
    }
}
