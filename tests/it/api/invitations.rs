//! Invitations to the platform, from groups and from sessions; the list, resending and cancelling.

use crate::support::world::{Desk, hours, id_of, link_in, person, seconds};
use serde_json::{Value, json};
use usher::domain::notification::Code;

/// The single row of the list for an address.
async fn listed(desk: &Desk, email: &str) -> Value {
    let answer = desk.get(&format!("/invitations?email={email}")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.body["items"].as_array().unwrap().len(), 1, "{}", answer.text);
    answer.body["items"][0].clone()
}

async fn grant(desk: &Desk, group: &str, user: &str, role: &str) {
    desk.make(&format!("/groups/{group}/members"), json!({ "userId": user, "roles": [role] })).await;
}

/// A group, a coach of it who teaches a session, and the session; answers group, session and the coach's desk.
async fn class(desk: &Desk) -> (String, String, Desk) {
    let world = &desk.world;
    let group = id_of(&desk.make("/groups", json!({ "name": "Sales" })).await);
    let (coach, _) = world.onboard("Grace").await;
    grant(desk, &group, &coach, "coach").await;
    let session =
        json!({ "title": "Negotiation", "groupId": group, "startDate": "2027-04-01", "instructorIds": [coach] });
    let session = id_of(&desk.make("/sessions", session).await);
    world.deliver().await;
    (group, session, world.desk_of("grace@example.com").await)
}

installed! {
    async fn several_addresses_each_get_an_answer(world: World) {
        let desk = world.desk().await;
        let (_, _) = world.onboard("Ada").await;
        let body = json!({
            "emails": "\"Bell, B.\" <bob@example.com>; ada@example.com, nonsense\ncem@example.com; BOB@example.com",
            "roles": ["coach", "author"], "language": "fr", "deletionDate": "2027-06-30", "labels": ["Cohort 7"]
        });
        let answer = desk.make("/invitations", body).await;
        let results = answer["results"].as_array().unwrap();
        let said: Vec<_> = results.iter().map(|row| (row["email"].as_str().unwrap(), row["status"].as_str().unwrap())).collect();
        assert_eq!(said, [
            ("bob@example.com", "invited"),
            ("ada@example.com", "alreadyActive"),
            ("nonsense", "invalid"),
            ("cem@example.com", "invited"),
        ]);
        assert_eq!(results[1]["message"], "the following user already has an active account: ada@example.com");
        assert_eq!(world.deliver().await, 2);
        let mail = world.last_mail();
        assert_eq!((mail.code, mail.language.as_str()), (Code::E1, "fr"));
        let bob = desk.get(&format!("/users/{}", results[0]["userId"].as_str().unwrap())).await.body;
        assert_eq!((&bob["state"], &bob["language"], &bob["deletionDate"]), (&json!("invited"), &json!("fr"), &json!("2027-06-30")));
        assert_eq!((&bob["labels"], &bob["managedBy"], &bob["billableSince"]), (&json!(["Cohort 7"]), &Value::Null, &Value::Null));
        let roles: Vec<_> = bob["memberships"].as_array().unwrap().iter().map(|row| row["role"].as_str().unwrap()).collect();
        assert_eq!(roles, ["author", "coach"]);
        let mails = world.mails();
        world.accept(&link_in(mails.iter().find(|mail| mail.to == "bob@example.com").unwrap())).await;
        assert_eq!(desk.invite(json!({ "emails": "bob@example.com" })).await, ["alreadyActive"]);
        assert_eq!(listed(&desk, "bob@example.com").await["status"], "accepted");
    }

    async fn a_second_invitation_joins_the_first(world: World) {
        let desk = world.desk().await;
        let group = id_of(&desk.make("/groups", json!({ "name": "Sales" })).await);
        assert_eq!(desk.invite(json!({ "emails": "ada@example.com" })).await, ["invited"]);
        assert_eq!(world.deliver().await, 1);
        let link = link_in(&world.last_mail());
        assert_eq!(desk.invite(json!({ "emails": "ada@example.com" })).await, ["alreadyInvited"]);
        assert_eq!(world.deliver().await, 0, "the same kind is mailed once");
        assert_eq!(desk.invite(json!({ "emails": "ada@example.com", "groupId": group, "roles": ["coach"] })).await, ["alreadyInvited"]);
        assert_eq!(world.deliver().await, 1);
        let mail = world.last_mail();
        assert_eq!((mail.code, mail.subject.as_str(), link_in(&mail)), (Code::E2, "Your invitation to Sales on Usher", link.clone()));
        assert_eq!(desk.invite(json!({ "emails": "ada@example.com", "groupId": group })).await, ["alreadyInvited"]);
        assert_eq!(world.deliver().await, 0);
        let user = listed(&desk, "ada@example.com").await["userId"].as_str().unwrap().to_owned();
        world.accept(&link).await;
        let memberships = desk.get(&format!("/users/{user}")).await.body["memberships"].clone();
        assert_eq!(memberships.as_array().unwrap().len(), 3, "{memberships}");
    }

    async fn an_administrator_of_a_group_invites_to_it_and_no_further(world: World) {
        let root = world.desk().await;
        let group = id_of(&root.make("/groups", json!({ "name": "Sales" })).await);
        let below = id_of(&root.make("/groups", json!({ "name": "Sales North", "parentId": group })).await);
        let other = id_of(&root.make("/groups", json!({ "name": "Research" })).await);
        let (ada, _) = world.onboard("Ada").await;
        grant(&root, &group, &ada, "admin").await;
        let desk = world.desk_of("ada@example.com").await;
        for target in [&group, &below] {
            let body = json!({ "emails": format!("{target}@example.com"), "groupId": target, "roles": ["admin"] });
            assert_eq!(desk.invite(body).await, ["invited"]);
        }
        for body in [
            json!({ "emails": "x@example.com" }),
            json!({ "emails": "x@example.com", "groupId": other }),
        ] {
            assert_eq!(desk.post("/invitations", body).await.status, 403);
        }
        let dated = json!({ "emails": "x@example.com", "groupId": group, "deletionDate": "2027-06-30" });
        let answer = desk.post("/invitations", dated).await;
        assert_eq!((answer.status, &answer.body["field"]), (422, &json!("deletionDate")));
        assert_eq!(desk.get("/invitations").await.status, 403);
        let own = desk.get(&format!("/invitations?groupId={group}")).await;
        assert_eq!(own.body["items"].as_array().unwrap().len(), 1, "{}", own.text);
        assert_eq!(own.body["items"][0]["kind"], "group");
        let id = own.body["items"][0]["id"].as_str().unwrap().to_owned();
        assert_eq!(desk.post(&format!("/invitations/{id}/cancel"), json!({})).await.status, 200);
    }

    async fn an_instructor_who_coaches_invites_to_a_session(world: World) {
        let desk = world.desk().await;
        let (group, session, coach) = class(&desk).await;
        assert_eq!(coach.invite(json!({ "emails": "ada@example.com\nbob@example.com", "sessionId": session })).await, ["invited", "invited"]);
        assert_eq!(world.deliver().await, 2);
        let mail = world.last_mail();
        assert_eq!((mail.code, mail.subject.as_str()), (Code::E3, "Ada Lovelace invites you to Negotiation"));
        assert!(mail.text.contains("1 April 2027"), "{}", mail.text);
        let user = listed(&desk, "ada@example.com").await["userId"].as_str().unwrap().to_owned();
        let memberships = desk.get(&format!("/users/{user}")).await.body["memberships"].clone();
        assert_eq!(memberships, json!([{ "groupId": group, "group": "Sales", "role": "learner", "source": "session" }]));
        for field in ["roles", "language", "deletionDate", "labels", "groupId"] {
            let value = if matches!(field, "roles" | "labels") { json!(["coach"]) } else { json!("fr") };
            let answer = coach.post("/invitations", json!({ "emails": "x@example.com", "sessionId": session, field: value })).await;
            assert_eq!((answer.status, &answer.body["field"]), (422, &json!(field)));
        }
        let answer = desk.post("/invitations", json!({ "emails": "x@example.com", "sessionId": session })).await;
        assert_eq!(answer.status, 403, "an administrator who does not teach the session");
        assert_eq!(world.deliver().await, 0);
    }

    async fn a_session_takes_in_who_has_an_account(world: World) {
        let desk = world.desk().await;
        let (_, session, coach) = class(&desk).await;
        let ada = world.create("Ada").await;
        let body = json!({ "emails": "ada@example.com", "sessionId": session });
        assert_eq!(coach.invite(body.clone()).await, ["registered"]);
        assert_eq!(world.deliver().await, 1);
        assert_eq!((world.last_mail().code, world.last_mail().to.as_str()), (Code::E12, "ada@example.com"));
        assert_eq!(coach.invite(body).await, ["registered"]);
        let again = coach.post(&format!("/sessions/{session}/registrations"), json!({ "userId": ada })).await;
        assert_eq!((again.status, &again.body["status"]), (200, &json!("unchanged")));
        assert_eq!(world.deliver().await, 0);
        assert!(world.events(&ada).await.contains(&"session.registered".to_owned()));
    }

    async fn resending_makes_a_new_link_and_kills_the_old_one(world: World) {
        let desk = world.desk().await;
        desk.invite(json!({ "emails": "ada@example.com" })).await;
        world.deliver().await;
        let old = link_in(&world.last_mail());
        let id = listed(&desk, "ada@example.com").await["id"].as_str().unwrap().to_owned();
        let early = desk.post(&format!("/invitations/{id}/resend"), json!({})).await;
        assert_eq!((early.status, early.header("retry-after")), (429, "300"));
        world.advance(seconds(301));
        let answer = desk.post(&format!("/invitations/{id}/resend"), json!({})).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(world.deliver().await, 1);
        let mail = world.last_mail();
        assert_eq!(mail.code, Code::E5);
        assert_ne!(link_in(&mail), old);
        assert_eq!(world.page(&old).await.status, 404);
        assert_eq!(world.page(&link_in(&mail)).await.status, 200);
        assert_eq!(listed(&desk, "ada@example.com").await["sentCount"], 2);
        world.advance(hours(15 * 24));
        world.tick().await;
        assert_eq!(listed(&desk, "ada@example.com").await["status"], "expired");
        assert_eq!(desk.post(&format!("/invitations/{id}/resend"), json!({})).await.body["status"], "pending");
        world.deliver().await;
        world.accept(&link_in(&world.last_mail())).await;
        assert_eq!(desk.post(&format!("/invitations/{id}/resend"), json!({})).await.status, 409);
        assert_eq!(desk.post(&format!("/invitations/{id}/cancel"), json!({})).await.status, 409);
    }

    async fn cancelling_takes_a_local_person_away(world: World) {
        let desk = world.desk().await;
        desk.invite(json!({ "emails": "ada@example.com" })).await;
        world.deliver().await;
        let link = link_in(&world.last_mail());
        let row = listed(&desk, "ada@example.com").await;
        let answer = desk.post(&format!("/invitations/{}/cancel", row["id"].as_str().unwrap()), json!({})).await;
        assert_eq!((answer.status, &answer.body["status"], &answer.body["cancelledBy"]), (200, &json!("cancelled"), &json!("administrator")));
        assert_eq!(world.page(&link).await.status, 404);
        let user = desk.get(&format!("/users/{}", row["userId"].as_str().unwrap())).await;
        assert_eq!(user.body["state"], "deleted");
        assert_eq!(desk.invite(json!({ "emails": "ada@example.com" })).await, ["invited"]);
        world.deliver().await;
        assert_eq!(world.last_mail().code, Code::E10);
    }

    async fn cancelled_stays_cancelled_for_who_an_idp_manages(world: World) {
        let desk = world.desk().await;
        let (id, link) = world.invite("Ada").await;
        let row = listed(&desk, "ada@example.com").await;
        let answer = desk.post(&format!("/invitations/{}/cancel", row["id"].as_str().unwrap()), json!({})).await;
        assert_eq!(answer.body["status"], "cancelled");
        assert_eq!(world.state(&id).await, "invited");
        assert_eq!(world.own(&id).await["invitationStatus"], "cancelled");
        assert!(world.own(&id).await["stateReason"].as_str().unwrap().contains("still assigned in your identity provider"));
        for _ in 0..3 {
            assert_eq!(world.put(&format!("/Users/{id}"), person("Ada", json!({ "provisioningMode": "invite" }))).await.status, 200);
        }
        world.switch(&id, false).await;
        world.switch(&id, true).await;
        assert_eq!(world.deliver().await, 0);
        assert_eq!(world.page(&link).await.status, 404);
        assert_eq!(desk.invite(json!({ "emails": "ada@example.com" })).await, ["invited"]);
        assert_eq!(world.deliver().await, 1);
        world.accept(&link_in(&world.last_mail())).await;
        assert_eq!(world.state(&id).await, "active");
    }

    async fn the_list_is_walked_with_cursors(world: World) {
        let desk = world.desk().await;
        let emails: Vec<String> = (0..7).map(|number| format!("p{number}@example.com")).collect();
        desk.invite(json!({ "emails": emails.join(",") })).await;
        let mut seen = Vec::new();
        let mut cursor = String::new();
        for _ in 0..4 {
            let page = desk.get(&format!("/invitations?status=pending&limit=2{cursor}")).await.body;
            seen.extend(page["items"].as_array().unwrap().iter().map(|row| row["email"].as_str().unwrap().to_owned()));
            match page["nextCursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        seen.sort();
        assert_eq!(seen, emails);
        assert_eq!(desk.get("/invitations?status=accepted").await.body["items"], json!([]));
    }

    async fn a_push_may_name_where_a_person_is_invited_from(world: World) {
        let desk = world.desk().await;
        let (group, session, _) = class(&desk).await;
        let from = |kind: &str, value: &str| json!({ "provisioningMode": "invite", "invitedFrom": { "kind": kind, "value": value } });
        world.push(person("Ada", from("group", &group))).await;
        world.deliver().await;
        assert_eq!((world.last_mail().code, world.last_mail().subject.as_str()), (Code::E2, "Your invitation to Sales on Usher"));
        let bob = id_of(&world.push(person("Bob", from("session", &session))).await);
        world.deliver().await;
        assert_eq!((world.last_mail().code, world.last_mail().subject.as_str()), (Code::E3, "Ada Lovelace invites you to Negotiation"));
        let memberships = desk.get(&format!("/users/{bob}")).await.body["memberships"].clone();
        assert_eq!((&memberships[0]["role"], &memberships[0]["group"]), (&json!("learner"), &json!("Sales")));
        let unknown = world.post("/Users", person("Cem", from("session", &group))).await;
        assert_eq!((unknown.status, &unknown.body["scimType"]), (400, &json!("invalidValue")));
    }
}
