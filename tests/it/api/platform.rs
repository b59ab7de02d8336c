//! Groups, sessions, mails and billing at the desk.

use crate::support::world::{hours, id_of, person};
use serde_json::{Value, json};
use usher::app::tenants::Changes;

installed! {
    async fn groups_make_a_tree_that_private_ones_hide_in(world: World) {
        let desk = world.desk().await;
        let sales = id_of(&desk.make("/groups", json!({ "name": "Sales" })).await);
        let secret = id_of(&desk.make("/groups", json!({ "name": "Board", "parentId": sales, "visibility": "private" })).await);
        let ada = world.create("Ada").await;
        let learner = world.desk_of("ada@example.com").await;
        let names = |answer: Value| answer["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
        assert_eq!(names(desk.get("/groups").await.body).len(), 3, "the platform group is shown here");
        assert!(!names(learner.get("/groups").await.body).contains(&"Board".to_owned()));
        let bob = world.create("Bob").await;
        desk.make(&format!("/groups/{sales}/members"), json!({ "userId": bob, "roles": ["admin"] })).await;
        let above = world.desk_of("bob@example.com").await;
        assert!(names(above.get("/groups").await.body).contains(&"Board".to_owned()), "who administers the group above");
        above.make(&format!("/groups/{secret}/members"), json!({ "userId": bob, "roles": ["coach"] })).await;
        let added = desk.make(&format!("/groups/{secret}/members"), json!({ "userId": ada, "roles": ["learner"] })).await;
        assert_eq!(added["status"], "added");
        let again = desk.make(&format!("/groups/{secret}/members"), json!({ "userId": ada, "roles": ["learner"] })).await;
        assert_eq!(again["status"], "unchanged");
        assert!(names(learner.get("/groups").await.body).contains(&"Board".to_owned()));
        for (body, status) in [
            (json!({ "name": "Sales" }), 409),
            (json!({ "name": " " }), 422),
            (json!({ "name": "X", "visibility": "secret" }), 422),
            (json!({ "name": "X", "parentId": ada }), 422),
        ] {
            assert_eq!(desk.post("/groups", body.clone()).await.status, status, "{body}");
        }
        world.deliver().await;
        let told = world.last_mail();
        assert_eq!((told.code.as_str(), told.subject.as_str()), ("E11", "You are now in Board"));
    }

    async fn nobody_grants_more_than_they_hold(world: World) {
        let root = world.desk().await;
        let group = id_of(&root.make("/groups", json!({ "name": "Sales" })).await);
        let (ada, bob) = (world.create("Ada").await, world.create("Bob").await);
        root.make(&format!("/groups/{group}/members"), json!({ "userId": ada, "roles": ["coach"] })).await;
        let desk = world.desk_of("ada@example.com").await;
        let path = format!("/groups/{group}/members");
        assert_eq!(desk.post(&path, json!({ "userId": bob, "roles": ["learner"] })).await.status, 403);
        root.make(&path, json!({ "userId": ada, "roles": ["admin"] })).await;
        assert_eq!(desk.post(&path, json!({ "userId": bob, "roles": ["coach"] })).await.status, 200);
        assert_eq!(desk.post(&path, json!({ "userId": bob, "roles": ["owner"] })).await.status, 422);
    }

    async fn sessions_are_listed_to_who_teaches_them(world: World) {
        let desk = world.desk().await;
        let group = id_of(&desk.make("/groups", json!({ "name": "Sales" })).await);
        let ada = world.create("Ada").await;
        for instructors in [json!([ada]), json!([])] {
            desk.make("/sessions", json!({ "title": "Negotiation", "groupId": group, "instructorIds": instructors })).await;
        }
        assert_eq!(desk.get("/sessions").await.body["items"].as_array().unwrap().len(), 2);
        let own = world.desk_of("ada@example.com").await.get("/sessions").await.body;
        assert_eq!((own["items"].as_array().unwrap().len(), &own["items"][0]["instructorIds"]), (1, &json!([ada])));
        for (body, field) in [
            (json!({ "title": "", "groupId": group }), "title"),
            (json!({ "title": "X", "groupId": ada }), "groupId"),
            (json!({ "title": "X", "groupId": group, "startDate": "soon" }), "startDate"),
            (json!({ "title": "X", "groupId": group, "instructorIds": [group] }), "instructorIds"),
        ] {
            let answer = desk.post("/sessions", body).await;
            assert_eq!((answer.status, &answer.body["field"]), (422, &json!(field)), "{}", answer.text);
        }
    }

    async fn held_mails_are_released_and_discarded(world: World) {
        let desk = world.desk().await;
        world.set_tenant(Changes { mail_budget_per_hour: Some(0), ..Changes::default() }).await;
        for name in ["Ada", "Bob", "Cem"] {
            world.push(person(name, json!({ "provisioningMode": "invite" }))).await;
        }
        world.deliver().await;
        let held = desk.get("/notifications?status=held").await.body["items"].clone();
        assert_eq!(held.as_array().unwrap().len(), 3);
        let ids = json!([held[0]["id"]]);
        assert_eq!(desk.make("/notifications/release", json!({ "ids": ids })).await, json!({ "released": 1 }));
        assert_eq!(desk.make("/notifications/discard", json!({})).await, json!({ "discarded": 2 }));
        assert_eq!(desk.make("/notifications/release", json!({})).await, json!({ "released": 0 }));
        assert_eq!(world.deliver().await, 1);
        let sent = desk.get("/notifications?status=sent&code=E1").await.body["items"].clone();
        assert_eq!(sent.as_array().unwrap().len(), 1);
        assert!(sent[0]["messageId"].as_str().unwrap().ends_with("@usher.example.com>"));
    }

    async fn an_address_that_bounced_gets_nothing_until_it_is_cleared(world: World) {
        let desk = world.desk().await;
        world.create("Ada").await;
        let id = desk.get("/notifications?code=E8").await.body["items"][0]["id"].as_str().unwrap().to_owned();
        let answer = desk.post(&format!("/notifications/{id}/bounced"), json!({ "reason": "mailbox full" })).await;
        assert_eq!((answer.status, &answer.body["status"]), (200, &json!("failed")), "{}", answer.text);
        let listed = desk.get("/suppressed-addresses").await.body["items"].clone();
        assert_eq!(listed[0]["address"], "ada@example.com");
        world.form("/forgot", &[("email", "ada@example.com")]).await;
        world.deliver().await;
        assert_eq!(desk.get("/notifications?code=RESET").await.body["items"][0]["reason"], "bounced address");
        assert_eq!(desk.send("DELETE", "/suppressed-addresses/ada@example.com", json!({})).await.status, 204);
        world.advance(hours(1));
        world.form("/forgot", &[("email", "ada@example.com")]).await;
        world.deliver().await;
        assert_eq!(desk.get("/notifications?code=RESET").await.body["items"][0]["status"], "sent");
    }

    async fn the_billing_report_counts_people_and_days(world: World) {
        let desk = world.desk().await;
        let id = world.create("Ada").await;
        world.advance(hours(48));
        world.switch(&id, false).await;
        let report = desk.get("/billing?from=2027-03-01&to=2027-03-31").await;
        assert_eq!(report.status, 200, "{}", report.text);
        let row = report.body["items"].as_array().unwrap().iter().find(|row| row["userId"] == json!(id)).cloned().unwrap();
        assert_eq!((&row["since"], &row["until"]), (&json!("2027-03-10T09:00:00Z"), &json!("2027-03-12T09:00:00Z")));
        assert_eq!(report.body["months"], json!([{ "month": "2027-03", "users": 2, "days": 6 }]));
        let file = world.call("GET", "/api/v1/billing?from=2027-03-01").token(&desk.token).header("accept", "text/csv").send().await;
        assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
        assert!(file.text.starts_with("userId,userName,displayName,since,until\r\n"), "{}", file.text);
        for query in ["from=x", "from=2027-03-02&to=2027-03-01"] {
            assert_eq!(desk.get(&format!("/billing?{query}")).await.status, 422, "{query}");
        }
    }
}
