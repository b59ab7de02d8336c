//! Whoever writes groups and people holds the groups first, then the people, then what follows from mappings, so that no two wait for each
//! other.

use crate::support::world::{World, group, id_of, patch_of, person};
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection, query, query_scalar};
use usher::{
    app::connections,
    domain::{connection::GroupMapping, role::Role},
    scim::schema::USHER,
};

/// A connection beside the service's own.
async fn link_to(world: &World) -> PgConnection {
    PgConnection::connect(&world.database).await.unwrap()
}

/// Waits until another transaction waits for this one.
async fn somebody_waits(link: &mut PgConnection) {
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))";
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
    let mut link = link_to(world).await;
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
    async fn who_joins_another_group_meanwhile_is_not_held_while_that_one_is_waited_for(world: World) {
        let ada = world.create("Ada").await;
        let pilots = id_of(&world.post("/Groups", group("Pilots", &[&ada])).await.body);
        let coaches = id_of(&world.post("/Groups", group("Coaches", &[])).await.body);
        let call = world.scim("DELETE", &format!("/Users/{ada}"));
        if world.database.starts_with("sqlite:") {
            assert_eq!(call.send().await.status, 204);
            return;
        }
        let mut links = [link_to(&world).await, link_to(&world).await];
        let [one, other] = &mut links;
        let (mut one, mut other) = (one.begin().await.unwrap(), other.begin().await.unwrap());
        let holding = "SELECT id FROM groups WHERE id = $1 FOR UPDATE";
        query(holding).bind(&pilots).fetch_one(&mut *one).await.unwrap();
        query(holding).bind(&coaches).fetch_one(&mut *other).await.unwrap();
        let deleting = tokio::spawn(async move { call.send().await.status });
        somebody_waits(&mut one).await;
        let joining = "INSERT INTO memberships (tenant_id, group_id, member_kind, member_id, source, connection_key, role, created_at)
                       SELECT tenant_id, $1, member_kind, member_id, source, connection_key, role, created_at FROM memberships WHERE group_id = $2";
        query(joining).bind(&coaches).bind(&pilots).execute(&mut *one).await.unwrap();
        one.commit().await.unwrap();
        somebody_waits(&mut other).await;
        query("SELECT id FROM users WHERE id = $1 FOR UPDATE NOWAIT").bind(&ada).fetch_one(&mut *other).await.unwrap();
        other.commit().await.unwrap();
        assert_eq!(deleting.await.unwrap(), 204);
        for id in [pilots, coaches] {
            assert_eq!(world.get(&format!("/Groups/{id}")).await.body.get("members"), None);
        }
        for link in links {
            link.close().await.unwrap();
        }
    }

    async fn a_mapping_is_not_taken_away_while_somebody_follows_the_others(world: World) {
        let sales = id_of(&world.desk().await.make("/groups", json!({ "name": "Sales" })).await);
        let mapping = |pushed: &str| GroupMapping { pushed: pushed.to_owned(), group: sales.parse().unwrap(), role: Role::Author };
        for pushed in ["Alpha", "Beta"] {
            connections::map(&world.app, "default", "okta", mapping(pushed)).await.unwrap();
        }
        let (app, beta) = (world.app.clone(), mapping("Beta"));
        let unmapping = async move { connections::unmap(&app, "default", "okta", beta).await.is_ok() };
        if world.database.starts_with("sqlite:") {
            assert!(unmapping.await);
            return;
        }
        let mut link = link_to(&world).await;
        let mut other = link.begin().await.unwrap();
        query("SELECT id FROM tenants FOR UPDATE").fetch_all(&mut *other).await.unwrap();
        query("SELECT pushed FROM group_mappings WHERE pushed = 'Alpha' FOR UPDATE").fetch_one(&mut *other).await.unwrap();
        let unmapping = tokio::spawn(unmapping);
        somebody_waits(&mut other).await;
        query("SELECT pushed FROM group_mappings WHERE pushed = 'Beta' FOR UPDATE NOWAIT").fetch_one(&mut *other).await.unwrap();
        other.commit().await.unwrap();
        assert!(unmapping.await.unwrap());
        link.close().await.unwrap();
    }

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
