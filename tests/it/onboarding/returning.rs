//! People who come back: by an administrator's hand, to where they were; people who change hands between connections.

use crate::support::world::{Desk, PASSWORD, World, group, hours, id_of, link_in, person};
use serde_json::{Value, json};
use usher::{
    app::{connections, tenants::Changes},
    domain::{connection::GroupMapping, role::Role},
    scim::schema::USHER,
};

async fn restore(desk: &Desk, id: &str) -> Value {
    let answer = desk.post(&format!("/users/{id}/restore"), json!({})).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.body
}

fn mail_count(world: &World) -> usize {
    world.mails().len()
}

/// Group, role and source of a person's memberships.
fn seats(user: &Value) -> Vec<(String, String, String)> {
    let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    let rows = user["memberships"].as_array().unwrap();
    let mut rows: Vec<_> =
        rows.iter().map(|row| (text(row, "group"), text(row, "role"), text(row, "source"))).collect();
    rows.sort();
    rows
}

installed! {
    async fn somebody_active_comes_back_active_with_everything_and_no_mail(world: World) {
        let desk = world.desk().await;
        let (id, cookie) = world.onboard("Ada").await;
        let pilots = id_of(&world.post("/Groups", group("Pilots", &[&id])).await.body);
        let sales = id_of(&desk.make("/groups", json!({ "name": "Sales" })).await);
        let seat = json!({ "userId": id, "roles": ["coach", "admin"] });
        assert_eq!(desk.post(&format!("/groups/{sales}/members"), seat).await.status, 200);
        world.set_own(&id, "groupRoles", json!([{ "value": sales, "role": "author" }])).await;
        world.deliver().await;
        let (before, mails) = (seats(&desk.get(&format!("/users/{id}")).await.body), mail_count(&world));
        assert_eq!(before.len(), 4, "{before:?}");
        world.advance(hours(24));
        assert_eq!(world.delete(&format!("/Users/{id}")).await.status, 204);
        assert_eq!(seats(&desk.get(&format!("/users/{id}")).await.body), []);
        world.advance(hours(24 * 29));
        let back = restore(&desk, &id).await;
        assert_eq!((&back["state"], seats(&back)), (&json!("active"), before));
        world.pass(hours(1)).await;
        assert_eq!(mail_count(&world), mails);
        assert_eq!(world.billing(&id).await.len(), 2);
        assert_eq!(world.read(&id).await["active"], true);
        assert_eq!(world.get(&format!("/Groups/{pilots}")).await.body["members"][0]["value"], id.as_str());
        assert_eq!(world.call("GET", "/me").cookie(&cookie).send().await.header("location"), "/login");
        assert_eq!(world.sign_in("ada@example.com", PASSWORD).await.header("location"), "/me");
        assert!(world.events(&id).await.contains(&"user.restored".to_owned()));
        assert_eq!(desk.post(&format!("/users/{id}/restore"), json!({})).await.status, 409, "once");
    }

    async fn somebody_on_the_way_comes_back_with_one_mail(world: World) {
        let desk = world.desk().await;
        let (invited, link) = world.invite("Ada").await;
        let waiting = id_of(&world.push(person("Bob", json!({ "provisioningMode": "create", "startDate": "2028-01-01" }))).await);
        let staged = id_of(&world.push(person("Cy", json!({ "provisioningMode": "create" }))).await);
        for id in [&invited, &waiting, &staged] {
            assert_eq!(world.delete(&format!("/Users/{id}")).await.status, 204);
        }
        let mails = mail_count(&world);
        world.advance(hours(1));
        assert_eq!(restore(&desk, &invited).await["state"], "invited");
        assert_eq!(restore(&desk, &waiting).await["state"], "staged");
        assert_eq!(restore(&desk, &staged).await["state"], "staged");
        world.pass(hours(1)).await;
        assert_eq!(mail_count(&world), mails + 2);
        assert_eq!((world.state(&staged).await.as_str(), world.state(&waiting).await.as_str()), ("active", "staged"));
        assert_eq!(world.page(&link).await.status, 404, "the old link stays dead");
        let mail = world.mails().into_iter().rfind(|mail| mail.to.contains("ada@")).unwrap();
        world.accept(&link_in(&mail)).await;
    }

    async fn somebody_suspended_comes_back_suspended_and_then_active_without_mail(world: World) {
        let desk = world.desk().await;
        let (id, _) = world.onboard("Ada").await;
        world.switch(&id, false).await;
        assert_eq!(world.delete(&format!("/Users/{id}")).await.status, 204);
        assert_eq!(restore(&desk, &id).await["state"], "suspended");
        let mails = mail_count(&world);
        world.advance(hours(1));
        assert_eq!(world.switch(&id, true).await[USHER]["state"], "active");
        world.deliver().await;
        assert_eq!(mail_count(&world), mails);
    }

    async fn a_local_invitee_comes_back_with_the_invitation(world: World) {
        let desk = world.desk().await;
        let answer = desk.post("/invitations", json!({ "emails": "ada@example.com" })).await;
        let result = &answer.body["results"][0];
        let (id, invitation) = (result["userId"].as_str().unwrap(), result["invitationId"].as_str().unwrap());
        world.deliver().await;
        assert_eq!(desk.post(&format!("/invitations/{invitation}/cancel"), json!({})).await.status, 200);
        assert_eq!(desk.get(&format!("/users/{id}")).await.body["state"], "deleted");
        world.advance(hours(1));
        let back = restore(&desk, id).await;
        assert_eq!((&back["state"], back["invitationId"] != invitation), (&json!("invited"), true));
        assert_eq!(world.deliver().await, 1);
        world.accept(&link_in(&world.last_mail())).await;
    }

    async fn a_date_that_has_come_does_not_delete_again(world: World) {
        let desk = world.desk().await;
        let (id, _) = world.onboard("Ada").await;
        world.set_own(&id, "deletionDate", json!("2027-03-20")).await;
        world.set_time("2027-03-20T00:00:00Z".parse().unwrap());
        world.tick().await;
        assert_eq!(world.state(&id).await, "deleted");
        let back = restore(&desk, &id).await;
        assert_eq!((&back["state"], &back["deletionDate"]), (&json!("active"), &Value::Null));
        assert_eq!(world.own(&id).await.get("deletionDate"), None);
        world.pass(hours(48)).await;
        assert_eq!(world.state(&id).await, "active");
        // A date that was still ahead stays.
        world.set_own(&id, "deletionDate", json!("2027-06-30")).await;
        assert_eq!(world.delete(&format!("/Users/{id}")).await.status, 204);
        assert_eq!(restore(&desk, &id).await["deletionDate"], "2027-06-30");
        world.set_time("2027-06-30T00:00:00Z".parse().unwrap());
        world.tick().await;
        assert_eq!(world.state(&id).await, "deleted");
    }

    async fn somebody_switched_off_with_the_date_comes_back_switched_off(world: World) {
        let desk = world.desk().await;
        let (id, _) = world.onboard("Ada").await;
        let mut body = world.read(&id).await;
        body["active"] = json!(false);
        body[USHER]["deletionDate"] = json!("2020-01-01");
        let gone = world.put(&format!("/Users/{id}"), body).await;
        assert_eq!((gone.status, &gone.body[USHER]["state"]), (200, &json!("deleted")), "{}", gone.text);
        assert_eq!(restore(&desk, &id).await["state"], "suspended");
        world.advance(hours(1));
        assert_eq!(world.switch(&id, true).await[USHER]["state"], "active");
        assert_eq!(world.billing(&id).await.len(), 2);
    }

    async fn what_forbids_a_return_is_said(world: World) {
        let desk = world.desk().await;
        let (id, _) = world.onboard("Ada").await;
        let path = format!("/users/{id}/restore");
        let live = desk.post(&path, json!({})).await;
        assert_eq!((live.status, live.text.contains("not deleted")), (409, true), "{}", live.text);
        assert_eq!(world.delete(&format!("/Users/{id}")).await.status, 204);
        let new = id_of(&world.push(person("Ada", json!({}))).await);
        let taken = desk.post(&path, json!({})).await;
        assert_eq!((taken.status, taken.text.contains("another person signs in as ada@example.com")), (409, true), "{}", taken.text);
        assert_eq!(world.delete(&format!("/Users/{new}")).await.status, 204);
        world.advance(hours(24 * 30 + 1));
        let late = desk.post(&path, json!({})).await;
        assert_eq!((late.status, late.text.contains("30 days")), (409, true), "{}", late.text);
        world.set_tenant(Changes { retention: Some(hours(24 * 60)), ..Changes::default() }).await;
        assert_eq!(desk.post(&path, json!({})).await.status, 200);
        assert_eq!(desk.post("/users/nobody/restore", json!({})).await.status, 404);
    }

    async fn after_the_retention_time_nothing_is_known_of_a_person(world: World) {
        let desk = world.desk().await;
        let (gone, _) = world.onboard("Ada").await;
        let read = world.create("Bob").await;
        assert_eq!(world.delete(&format!("/Users/{gone}")).await.status, 204);
        world.set_own(&read, "deletionDate", json!("2027-03-10")).await;
        world.advance(hours(24 * 30));
        assert_eq!(usher::app::deletions::forget(&world.app).await.unwrap(), 0);
        world.advance(hours(1));
        assert_eq!(usher::app::deletions::forget(&world.app).await.unwrap(), 1);
        assert_eq!(usher::app::deletions::forget(&world.app).await.unwrap(), 0);
        let row = world.row(&gone).await;
        assert_eq!((row.user_name.as_str(), row.document.len(), row.external_id, row.password_hash), ("", 0, None, None));
        assert_eq!(world.billing(&gone).await.len(), 1, "the ledger stays");
        let late = desk.post(&format!("/users/{gone}/restore"), json!({})).await;
        assert_eq!((late.status, late.text.contains("30 days")), (409, true), "{}", late.text);
        assert_eq!(world.read(&read).await["userName"], "bob@example.com", "their identity provider reads them still");
        let back = world.push(person("Ada", json!({}))).await;
        assert_eq!(back["userName"], "ada@example.com");
    }

    async fn a_group_that_is_gone_or_was_left_does_not_come_back(world: World) {
        let desk = world.desk().await;
        let (id, _) = world.onboard("Ada").await;
        let pilots = id_of(&world.post("/Groups", group("Pilots", &[&id])).await.body);
        let crew = id_of(&world.post("/Groups", group("Crew", &[&id])).await.body);
        assert_eq!(world.delete(&format!("/Users/{id}")).await.status, 204);
        assert_eq!(world.delete(&format!("/Groups/{pilots}")).await.status, 204);
        let leave = json!([{ "op": "remove", "path": format!("members[value eq \"{id}\"]") }]);
        assert!(world.patch(&format!("/Groups/{crew}"), leave).await.status < 300);
        assert_eq!(seats(&restore(&desk, &id).await), []);
    }

    async fn a_push_that_revives_brings_back_what_it_had_pushed_only(world: World) {
        let desk = world.desk().await;
        let (id, _) = world.onboard("Ada").await;
        let pilots = id_of(&world.post("/Groups", group("Pilots", &[&id])).await.body);
        let sales = id_of(&desk.make("/groups", json!({ "name": "Sales" })).await);
        desk.post(&format!("/groups/{sales}/members"), json!({ "userId": id, "roles": ["admin"] })).await;
        world.set_own(&id, "deletionDate", json!("2027-03-10")).await;
        assert_eq!(world.get(&format!("/Groups/{pilots}")).await.body.get("members"), None);
        world.set_own(&id, "deletionDate", json!("2027-12-31")).await;
        assert_eq!(seats(&desk.get(&format!("/users/{id}")).await.body), [("Pilots".to_owned(), "learner".to_owned(), "idp".to_owned())]);
        assert_eq!(world.get(&format!("/Groups/{pilots}")).await.body["members"][0]["value"], id.as_str());
    }

    async fn a_transfer_leaves_the_old_connections_external_id_behind(world: World) {
        let desk = world.desk().await;
        let entra = World { token: world.token_of("default", "entra").await, ..world.clone() };
        let id = id_of(&world.push(person("Ada", json!({}))).await);
        let path = format!("/Users/{id}");
        let found = async |world: &World, name: &str| {
            world.get(&format!("/Users?filter=externalId+eq+%22{name}%22")).await.body["totalResults"].clone()
        };
        assert_eq!((found(&world, "hr-Ada").await, found(&entra, "hr-Ada").await), (json!(1), json!(0)));
        let answer = desk.post(&format!("/users/{id}/transfer"), json!({ "connection": "entra" })).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(entra.get(&path).await.body.get("externalId"), None);
        assert_eq!((found(&world, "hr-Ada").await, found(&entra, "hr-Ada").await), (json!(0), json!(0)));
        // The new connection's own name for the person is the new connection's alone.
        entra.patch(&path, json!([{ "op": "add", "path": "externalId", "value": "entra-7" }])).await;
        assert_eq!(entra.get(&path).await.body["externalId"], "entra-7");
        assert_eq!(world.get(&path).await.body.get("externalId"), None);
        assert_eq!((found(&world, "entra-7").await, found(&entra, "entra-7").await), (json!(0), json!(1)));
    }

    async fn after_a_transfer_the_new_connection_writes_and_the_old_does_not(world: World) {
        let desk = world.desk().await;
        let entra = World { token: world.token_of("default", "entra").await, ..world.clone() };
        let (id, _) = world.onboard("Ada").await;
        let path = format!("/Users/{id}");
        let title = |text: &str| json!([{ "op": "replace", "path": "title", "value": text }]);
        entra.post("/Users", person("Ada", json!({}))).await.refused(409, "uniqueness");
        entra.patch(&path, title("Mine")).await.refused(403, "");
        entra.delete(&path).await.refused(403, "");
        let sales = id_of(&desk.make("/groups", json!({ "name": "Sales" })).await);
        world.set_own(&id, "groupRoles", json!([{ "value": sales, "role": "coach" }])).await;
        let mails = mail_count(&world);

        let answer = desk.post(&format!("/users/{id}/transfer"), json!({ "connection": "entra" })).await;
        assert_eq!((answer.status, &answer.body["managedBy"]), (200, &json!("entra")), "{}", answer.text);
        let detail = world.patch(&path, title("Still mine")).await.refused(403, "");
        assert!(detail.contains("another connection"), "{detail}");
        assert_eq!(entra.patch(&path, title("Mine")).await.body["title"], "Mine");
        assert!(world.events(&id).await.contains(&"user.transferred".to_owned()));
        world.deliver().await;
        assert_eq!(mail_count(&world), mails);
        // Roles in the record are the new connection's to change.
        entra.set_own(&id, "groupRoles", Value::Null).await;
        assert_eq!(seats(&desk.get(&format!("/users/{id}")).await.body), []);

        for (body, status) in [
            (json!({ "connection": "entra" }), 409),
            (json!({ "connection": "nowhere" }), 422),
            (json!({}), 422),
            (json!({ "connection": 7 }), 422),
            (json!({ "connection": "okta", "why": "" }), 422),
        ] {
            let answer = desk.post(&format!("/users/{id}/transfer"), body.clone()).await;
            assert_eq!(answer.status, status, "{body}: {}", answer.text);
        }
        assert_eq!(entra.delete(&path).await.status, 204);
        assert_eq!(desk.post(&format!("/users/{id}/transfer"), json!({ "connection": "okta" })).await.status, 404);
    }

    async fn a_mapped_role_comes_back_with_the_membership_behind_it(world: World) {
        let desk = world.desk().await;
        let (id, _) = world.onboard("Ada").await;
        let sales = id_of(&desk.make("/groups", json!({ "name": "Sales" })).await);
        let mapping = GroupMapping { pushed: "Leads".to_owned(), group: sales.parse().unwrap(), role: Role::Coach };
        connections::map(&world.app, "default", "okta", mapping.clone()).await.unwrap();
        world.post("/Groups", group("Leads", &[&id])).await;
        assert_eq!(world.delete(&format!("/Users/{id}")).await.status, 204);
        connections::unmap(&world.app, "default", "okta", mapping).await.unwrap();
        let back = restore(&desk, &id).await;
        assert!(seats(&back).iter().all(|(group, ..)| group == "Leads"), "{back}");
    }
}
