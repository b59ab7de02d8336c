//! People who were deleted and are added again as a new account: what comes back by itself, and what an administrator confirms.

use crate::support::world::{Desk, World, hours, id_of, person};
use serde_json::{Value, json};
use usher::{domain::notification::Code, scim::schema::USHER};

/// Somebody with a name, a language, labels, a group, a role and a deletion date.
async fn rich(world: &World, desk: &Desk) -> String {
    let sales = id_of(&desk.make("/groups", json!({ "name": "Sales" })).await);
    let own = json!({ "labels": ["Cohort 7"], "deletionDate": "2027-12-31", "groupRoles": [{ "value": sales, "role": "coach" }] });
    let mut body = person("Ada", own);
    body["preferredLanguage"] = json!("fr");
    body["displayName"] = json!("Ada L.");
    body["title"] = json!("Countess");
    let id = id_of(&world.push(body).await);
    world.deliver().await;
    id
}

async fn delete(world: &World, id: &str) {
    assert_eq!(world.delete(&format!("/Users/{id}")).await.status, 204);
    world.advance(hours(1));
}

/// Only what every push has.
fn bare(user_name: &str, external_id: &str) -> Value {
    json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": user_name, "externalId": external_id })
}

async fn seen(desk: &Desk, id: &str) -> Value {
    let answer = desk.get(&format!("/users/{id}")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.body
}

async fn confirm(desk: &Desk, id: &str) -> Value {
    let answer = desk.post(&format!("/users/{id}/confirm-return"), json!({})).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.body
}

async fn refused(desk: &Desk, id: &str) -> String {
    let answer = desk.post(&format!("/users/{id}/confirm-return"), json!({})).await;
    assert_eq!(answer.status, 409, "{}", answer.text);
    answer.text
}

fn profile(user: &Value) -> [&Value; 4] {
    [&user["firstName"], &user["lastName"], &user["language"], &user["labels"]]
}

installed! {
    async fn the_same_record_of_the_same_connection_brings_the_profile_back(world: World) {
        let desk = world.desk().await;
        let old = rich(&world, &desk).await;
        delete(&world, &old).await;
        let new = world.push(bare("ada@example.com", "hr-Ada")).await;
        world.deliver().await;
        let id = id_of(&new);
        assert_ne!(id, old);
        assert_eq!(new["displayName"], "Ada L.");
        assert_eq!((new.get("title"), new[USHER].get("deletionDate"), new[USHER].get("groupRoles")), (None, None, None));
        let shown = seen(&desk, &id).await;
        assert_eq!(profile(&shown), [&json!("Ada"), &json!("Example"), &json!("fr"), &json!(["Cohort 7"])]);
        assert_eq!((&shown["deletionDate"], &shown["memberships"]), (&Value::Null, &json!([])));
        let mail = world.last_mail();
        assert_eq!((mail.code, mail.language.as_str()), (Code::E10, "fr"));
        // The history stays with the earlier account, which the new one names.
        let earlier = &shown["earlier"];
        assert_eq!((&earlier["id"], &earlier["status"], &earlier["managedBy"]), (&json!(old), &json!("recognised"), &json!("okta")));
        assert!(earlier["deletedAt"].is_string());
        assert_eq!(seen(&desk, &old).await["state"], "deleted");
        assert!(!desk.get(&format!("/notifications?userId={old}")).await.body["items"].as_array().unwrap().is_empty());
        assert!(!desk.get(&format!("/audit?target={old}")).await.body["items"].as_array().unwrap().is_empty());
        assert_eq!(world.told(&id).await[0].1["formerId"], json!(old));
        let version = shown_version(&world, &id).await;
        assert_eq!(confirm(&desk, &id).await["earlier"]["status"], "recognised", "nothing is left to confirm");
        assert_eq!(shown_version(&world, &id).await, version);
    }

    async fn another_connection_brings_nothing_back_until_an_administrator_confirms(world: World) {
        let desk = world.desk().await;
        let entra = World { token: world.token_of("default", "entra").await, ..world.clone() };
        let old = rich(&world, &desk).await;
        delete(&world, &old).await;
        let id = id_of(&entra.push(bare("ADA@example.com", "hr-Ada")).await);
        entra.deliver().await;
        let mails = world.mails().len();
        let shown = seen(&desk, &id).await;
        assert_eq!(profile(&shown), [&json!(""), &json!(""), &Value::Null, &json!([])]);
        assert_eq!((&shown["earlier"]["id"], &shown["earlier"]["status"]), (&json!(old), &json!("unconfirmed")));
        assert_eq!(shown["earlier"]["userName"], "ada@example.com");
        assert_eq!(world.told(&id).await[0].1.get("formerId"), None, "a likeness is not told as a fact");
        let (before, state) = (shown_version(&entra, &id).await, entra.state(&id).await);
        world.advance(hours(1));

        let back = confirm(&desk, &id).await;
        assert_eq!(profile(&back), [&json!("Ada"), &json!("Example"), &json!("fr"), &json!(["Cohort 7"])]);
        assert_eq!((&back["earlier"]["status"], &back["deletionDate"], &back["memberships"]), (&json!("confirmed"), &Value::Null, &json!([])));
        let after = shown_version(&entra, &id).await;
        assert!(after.0 != before.0 && after.1 > before.1, "{before:?} {after:?}");
        assert_eq!((entra.state(&id).await, &back["managedBy"]), (state, &json!("entra")));
        let (kind, data) = world.told(&id).await.pop().unwrap();
        assert_eq!((kind.as_str(), &data["formerId"]), ("user.updated", &json!(old)));
        for name in ["name", "displayName", "preferredLanguage", "labels"] {
            assert!(data["changed"].as_array().unwrap().contains(&json!(name)), "{data}");
        }
        let row = desk.get(&format!("/audit?target={id}&action=user.return_confirmed")).await.body["items"][0].clone();
        assert_eq!((&row["before"]["labels"], &row["after"]["labels"]), (&Value::Null, &json!(["Cohort 7"])), "{row}");
        // Again: nothing.
        world.advance(hours(1));
        confirm(&desk, &id).await;
        assert_eq!(shown_version(&entra, &id).await, after);
        world.pass(hours(1)).await;
        assert_eq!(world.mails().len(), mails, "nobody is mailed");
        let labels = desk.get("/users?query=ada").await.body["items"][0]["labels"].clone();
        assert_eq!(labels, json!(["Cohort 7"]));
    }

    async fn what_the_new_account_has_is_kept(world: World) {
        let desk = world.desk().await;
        let old = rich(&world, &desk).await;
        delete(&world, &old).await;
        let made = json!({ "firstName": "Augusta", "lastName": "King", "email": "ada@example.com", "sendCredentials": true, "language": "de" });
        let id = id_of(&desk.make("/users", made).await);
        world.deliver().await;
        assert_eq!(world.last_mail().code, Code::E10);
        let back = confirm(&desk, &id).await;
        assert_eq!(profile(&back), [&json!("Augusta"), &json!("King"), &json!("de"), &json!(["Cohort 7"])]);
        assert_eq!(world.row(&id).await.document.get("displayName"), None, "that of another name");
        let labelled = id_of(&desk.make("/users", json!({ "firstName": "B", "lastName": "C", "email": "bob@example.com", "sendCredentials": true, "labels": ["old"] })).await);
        assert_eq!(desk.send("DELETE", &format!("/users/{labelled}"), json!({})).await.status, 204);
        let again = json!({ "emails": "bob@example.com", "labels": ["new"] });
        let answer = desk.make("/invitations", again).await;
        let back = confirm(&desk, answer["results"][0]["userId"].as_str().unwrap()).await;
        assert_eq!(profile(&back), [&json!("B"), &json!("C"), &Value::Null, &json!(["new"])]);
    }

    async fn an_address_alone_is_a_likeness_and_no_welcome(world: World) {
        let desk = world.desk().await;
        let old = rich(&world, &desk).await;
        delete(&world, &old).await;
        let mut body = bare("ada.king", "hr-99");
        body["emails"] = json!([{ "value": "Ada@Example.com", "primary": true }]);
        let id = id_of(&world.push(body).await);
        world.deliver().await;
        assert_eq!(world.last_mail().code, Code::E1, "a mailbox may be shared");
        assert_eq!(seen(&desk, &id).await["earlier"]["status"], "unconfirmed");
        assert_eq!(confirm(&desk, &id).await["firstName"], "Ada");
        // The earlier account lives again: these are two people.
        let mut body = bare("ada.two", "hr-100");
        body["emails"] = json!([{ "value": "ada@example.com" }]);
        let second = id_of(&world.push(body).await);
        assert_eq!(seen(&desk, &second).await["earlier"]["id"], json!(old));
        assert_eq!(desk.post(&format!("/users/{old}/restore"), json!({})).await.status, 200);
        assert_eq!(seen(&desk, &second).await["earlier"]["status"], "unavailable");
        assert!(refused(&desk, &second).await.contains("two people"));
    }

    async fn an_import_says_welcome_back_and_can_be_confirmed(world: World) {
        let desk = world.desk().await;
        let old = rich(&world, &desk).await;
        delete(&world, &old).await;
        let send = async |file: &str| {
            let call = world.call("POST", "/api/v1/imports").token(&desk.token).raw("text/csv", file.to_owned());
            assert_eq!(call.send().await.status, 200);
            world.deliver().await;
            world.mails().into_iter().rfind(|mail| mail.to == "ada@example.com").unwrap()
        };
        let created = send("email,mode\nada@example.com,create\n").await;
        assert_eq!(created.code, Code::E10);
        assert!(created.subject.starts_with("Welcome back") && created.text.contains("/set-password/"), "{}", created.text);
        let id = desk.get("/users?query=ada").await.body["items"][0]["id"].as_str().unwrap().to_owned();
        assert_eq!(world.row(&id).await.state.as_str(), "active", "the mail activates as that of a batch does");
        assert_eq!(confirm(&desk, &id).await["language"], "fr");
        assert_eq!(desk.send("DELETE", &format!("/users/{id}"), json!({})).await.status, 204);
        world.advance(hours(1));
        let invited = send("email,mode\nada@example.com,invite\n").await;
        assert_eq!((invited.code, invited.text.contains("/i/")), (Code::E10, true));
        let first = send("email,mode\nada@example.com,invite\nada2@example.com,create\n").await;
        assert_eq!(first.message_id, invited.message_id, "nothing new");
        let batch = world.mails().into_iter().rfind(|mail| mail.to == "ada2@example.com").unwrap();
        assert_eq!(batch.code, Code::E9, "who is new hears of a batch");
    }

    async fn what_forbids_a_confirmation_is_said(world: World) {
        let desk = world.desk().await;
        let fresh = world.create("Bob").await;
        assert_eq!(seen(&desk, &fresh).await["earlier"], Value::Null);
        assert!(refused(&desk, &fresh).await.contains("nothing to confirm"));
        let old = rich(&world, &desk).await;
        delete(&world, &old).await;
        let id = id_of(&world.push(bare("ada@example.com", "hr-other")).await);
        world.advance(hours(30 * 24));
        assert_eq!(seen(&desk, &id).await["earlier"]["status"], "unavailable");
        assert!(refused(&desk, &id).await.contains("30 days"));
        usher::app::deletions::forget(&world.app).await.unwrap();
        let shown = seen(&desk, &id).await["earlier"].clone();
        assert_eq!((&shown["id"], &shown["userName"], &shown["status"]), (&json!(old), &Value::Null, &json!("unavailable")));
        assert!(refused(&desk, &id).await.contains("30 days"));
        delete(&world, &id).await;
        for gone in [id.as_str(), "nobody"] {
            assert_eq!(desk.post(&format!("/users/{gone}/confirm-return"), json!({})).await.status, 404);
        }
    }

    async fn administrators_of_a_group_learn_nothing_of_the_deleted(world: World) {
        let desk = world.desk().await;
        let old = rich(&world, &desk).await;
        delete(&world, &old).await;
        let id = id_of(&world.push(bare("ada@example.com", "hr-other")).await);
        let group = id_of(&desk.make("/groups", json!({ "name": "Support" })).await);
        world.deliver().await;
        let lead = world.create("Grace").await;
        for (user, role) in [(&lead, "admin"), (&id, "learner")] {
            desk.make(&format!("/groups/{group}/members"), json!({ "userId": user, "roles": [role] })).await;
        }
        let lead = world.desk_of("grace@example.com").await;
        assert_eq!(seen(&lead, &id).await["earlier"], Value::Null);
        assert_eq!(lead.get(&format!("/users/{old}")).await.status, 403);
    }
}

async fn shown_version(world: &World, id: &str) -> (Value, String) {
    let meta = world.read(id).await["meta"].clone();
    (meta["version"].clone(), meta["lastModified"].as_str().unwrap().to_owned())
}
