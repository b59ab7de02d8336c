//! Whoever writes groups and people holds the groups first, so that no two wait for each other.

use crate::support::world::{World, group, id_of, patch_of, person};
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection, query, query_scalar};
use usher::scim::schema::USHER;

/// Waits until another transaction of this database waits for a row.
async fn somebody_waits(link: &mut PgConnection) {
    let waiting =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while query_scalar::<_, i64>(waiting).fetch_one(&mut *link).await.unwrap() == 0 {}
}

/// Sends a date while another transaction holds the person's group; the person stays free meanwhile.
async fn waits_for_the_group_alone(world: &World, group: &str, person: &str, date: Value) {
    let path = format!("/Users/{person}");
    let operations = json!([{ "op": "replace", "path": format!("{USHER}:deletionDate"), "value": date }]);
    let call = world.scim("PATCH", &path).json(&patch_of(&operations));
    if world.database.starts_with("sqlite:") {
        // One transaction at a time writes anyway.
        assert_eq!(call.send().await.status, 200);
        return;
    }
    let mut link = PgConnection::connect(&world.database).await.unwrap();
    let mut other = link.begin().await.unwrap();
    query("SELECT id FROM groups WHERE id = $1 FOR UPDATE").bind(group).fetch_one(&mut *other).await.unwrap();
    let pushing = tokio::spawn(async move { call.send().await.status });
    somebody_waits(&mut other).await;
    query("SELECT id FROM users WHERE id = $1 FOR UPDATE NOWAIT").bind(person).fetch_one(&mut *other).await.unwrap();
    other.commit().await.unwrap();
    assert_eq!(pushing.await.unwrap(), 200);
    link.close().await.unwrap();
}

installed! {
    async fn a_date_that_has_come_or_moves_on_holds_the_groups_before_the_person(world: World) {
        let ada = world.create("Ada").await;
        let pilots = id_of(&world.post("/Groups", group("Pilots", &[&ada])).await.body);
        waits_for_the_group_alone(&world, &pilots, &ada, json!("2027-03-01")).await;
        assert_eq!(world.state(&ada).await, "deleted");
        assert_eq!(world.get(&format!("/Groups/{pilots}")).await.body.get("members"), None);
        // What the person had comes back to the same groups.
        waits_for_the_group_alone(&world, &pilots, &ada, json!("2027-12-31")).await;
        assert_ne!(world.state(&ada).await, "deleted");
        assert_eq!(world.get(&format!("/Groups/{pilots}")).await.body["members"][0]["value"], ada.as_str());
    }

    async fn whoever_takes_the_name_of_somebody_deleted_undoes_no_other_write_on_them(world: World) {
        let gone = id_of(&world.push(person("Ada", json!({ "deletionDate": "2020-01-01" }))).await);
        if world.database.starts_with("sqlite:") {
            assert_eq!(world.delete(&format!("/Users/{gone}")).await.status, 204);
            assert_eq!(world.post("/Users", person("Ada", json!({}))).await.status, 201);
        } else {
            let mut link = PgConnection::connect(&world.database).await.unwrap();
            let mut other = link.begin().await.unwrap();
            let removal = "UPDATE users SET is_visible = FALSE, is_listed = FALSE, version = version + 1 WHERE id = $1";
            query(removal).bind(&gone).execute(&mut *other).await.unwrap();
            let adding = tokio::spawn(world.scim("POST", "/Users").json(&person("Ada", json!({}))).send());
            somebody_waits(&mut other).await;
            other.commit().await.unwrap();
            assert_eq!(adding.await.unwrap().status, 201);
            let version: i64 = query_scalar("SELECT version FROM users WHERE id = $1").bind(&gone).fetch_one(&mut link).await.unwrap();
            assert_eq!(version, 2);
            link.close().await.unwrap();
        }
        assert_eq!(world.get(&format!("/Users/{gone}")).await.status, 404);
    }
}
