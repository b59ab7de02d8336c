//! Group mappings: who is pushed into one group holds a role on another.

use crate::support::world::{Desk, World, group, id_of};
use serde_json::{Value, json};
use usher::{
    app::connections::{self, Changes},
    domain::{GroupId, connection::GroupMapping, role::Role},
};

fn mapping(pushed: &str, group: &str, role: Role) -> GroupMapping {
    GroupMapping { pushed: pushed.to_owned(), group: group.parse::<GroupId>().unwrap(), role }
}

async fn map(world: &World, pushed: &str, group: &str, role: Role) {
    connections::map(&world.app, "default", "okta", mapping(pushed, group, role)).await.unwrap();
}

/// The person's roles on a group by the word of an identity provider.
async fn roles_on(desk: &Desk, id: &str, group: &str) -> Vec<String> {
    let user = desk.get(&format!("/users/{id}")).await.body;
    let rows = user["memberships"].as_array().unwrap().iter();
    let rows = rows.filter(|row| row["groupId"] == group && row["source"] == "idp");
    rows.map(|row| row["role"].as_str().unwrap().to_owned()).collect()
}

async fn platform_group(desk: &Desk, name: &str) -> String {
    id_of(&desk.make("/groups", json!({ "name": name })).await)
}

async fn pushed(world: &World, name: &str, members: &[&str]) -> String {
    let answer = world.post("/Groups", group(name, members)).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    format!("/Groups/{}", id_of(&answer.body))
}

fn add(id: &str) -> Value {
    json!([{ "op": "add", "path": "members", "value": [{ "value": id }] }])
}

fn remove(id: &str) -> Value {
    json!([{ "op": "remove", "path": format!("members[value eq \"{id}\"]") }])
}

installed! {
    async fn a_pushed_member_holds_the_mapped_role_as_long_as_they_are_one(world: World) {
        let desk = world.desk().await;
        let sales = platform_group(&desk, "Sales").await;
        map(&world, "sales LEADS", &sales, Role::Admin).await;
        let (ada, bob) = (world.onboard("Ada").await.0, world.onboard("Bob").await.0);
        let leads = pushed(&world, "Sales Leads", &[&ada]).await;
        assert_eq!(roles_on(&desk, &ada, &sales).await, ["admin"]);
        assert_eq!(roles_on(&desk, &bob, &sales).await, [] as [&str; 0]);
        // The pushed group stands for the other one, and is none of the platform's own.
        let names = |answer: &Value, name: &str| answer.to_string().contains(name);
        assert!(!names(&desk.get("/groups").await.body, "Sales Leads"));
        assert!(!names(&desk.get(&format!("/users/{ada}")).await.body, "Sales Leads"));
        assert!(names(&world.read(&ada).await["groups"], "Sales Leads"));
        assert!(world.patch(&leads, add(&bob)).await.status < 300);
        assert_eq!(roles_on(&desk, &bob, &sales).await, ["admin"]);
        // Not a pushed member of the platform's group: there is nothing for the identity provider to repair.
        assert_eq!(world.get(&format!("/Groups/{sales}")).await.body.get("members"), None);
        assert!(world.patch(&leads, remove(&ada)).await.status < 300);
        assert_eq!(roles_on(&desk, &ada, &sales).await, [] as [&str; 0]);
        assert_eq!(roles_on(&desk, &bob, &sales).await, ["admin"]);
        world.put(&leads, group("Sales Leads", &[&ada])).await;
        assert_eq!((roles_on(&desk, &ada, &sales).await, roles_on(&desk, &bob, &sales).await), (vec!["admin".to_owned()], vec![]));
        assert!(world.patch(&leads, json!([{ "op": "remove", "path": "members" }])).await.status < 300);
        assert_eq!(roles_on(&desk, &ada, &sales).await, [] as [&str; 0]);
    }

    async fn deleting_the_pushed_group_ends_its_rows_only(world: World) {
        let desk = world.desk().await;
        let sales = platform_group(&desk, "Sales").await;
        map(&world, "Leads", &sales, Role::Coach).await;
        map(&world, "Seniors", &sales, Role::Coach).await;
        let (ada, bob) = (world.onboard("Ada").await.0, world.onboard("Bob").await.0);
        let (leads, _) = (pushed(&world, "Leads", &[&ada, &bob]).await, pushed(&world, "Seniors", &[&bob]).await);
        let by_hand = json!({ "userId": ada, "roles": ["coach"] });
        assert_eq!(desk.post(&format!("/groups/{sales}/members"), by_hand).await.status, 200);
        assert_eq!(world.delete(&leads).await.status, 204);
        assert_eq!(roles_on(&desk, &ada, &sales).await, [] as [&str; 0]);
        let seats = desk.get(&format!("/users/{ada}")).await.body["memberships"].clone();
        assert_eq!((&seats[0]["source"], &seats[0]["role"], &seats[0]["groupId"]), (&json!("admin"), &json!("coach"), &json!(sales)));
        assert_eq!(roles_on(&desk, &bob, &sales).await, ["coach"], "by the other group");
    }

    async fn a_mapping_that_comes_or_goes_counts_for_members_there_are(world: World) {
        let desk = world.desk().await;
        let (sales, research) = (platform_group(&desk, "Sales").await, platform_group(&desk, "Research").await);
        let (ada, _) = world.onboard("Ada").await;
        let leads = pushed(&world, "Leads", &[&ada]).await;
        map(&world, "Leads", &sales, Role::Author).await;
        map(&world, "Leads", &research, Role::UserAdmin).await;
        assert_eq!((roles_on(&desk, &ada, &sales).await, roles_on(&desk, &ada, &research).await), (vec!["author".to_owned()], vec!["userAdmin".to_owned()]));
        let okta = |pushed| connections::unmap(&world.app, "default", "okta", mapping(pushed, &sales, Role::Author));
        okta("leads").await.unwrap();
        assert_eq!((roles_on(&desk, &ada, &sales).await.len(), roles_on(&desk, &ada, &research).await.len()), (0, 1));
        assert!(okta("leads").await.unwrap_err().to_string().contains("does not map"));
        // A group that is renamed goes by its new name.
        world.patch(&leads, json!([{ "op": "replace", "path": "displayName", "value": "Followers" }])).await;
        assert_eq!(roles_on(&desk, &ada, &research).await, [] as [&str; 0]);
        world.patch(&leads, json!([{ "op": "replace", "path": "displayName", "value": "LEADS" }])).await;
        assert_eq!(roles_on(&desk, &ada, &research).await, ["userAdmin"]);
    }

    async fn another_connections_group_of_the_same_name_is_not_mapped(world: World) {
        let desk = world.desk().await;
        let sales = platform_group(&desk, "Sales").await;
        map(&world, "Leads", &sales, Role::Admin).await;
        let entra = World { token: world.token_of("default", "entra").await, ..world.clone() };
        let (ada, _) = world.onboard("Ada").await;
        pushed(&entra, "Leads", &[&ada]).await;
        assert_eq!(roles_on(&desk, &ada, &sales).await, [] as [&str; 0]);
    }

    async fn a_mapping_may_make_administrators_but_no_owner(world: World) {
        let desk = world.desk().await;
        let root = desk.get("/groups").await.body["items"].as_array().unwrap().iter().find(|group| group["isPlatform"] == true).cloned();
        let root = root.map(|group| id_of(&group)).expect("the platform's group in the list");
        map(&world, "Console admins", &root, Role::Admin).await;
        let (ada, cookie) = world.onboard("Ada").await;
        pushed(&world, "Console admins", &[&ada]).await;
        let secret = cookie.split_once('=').unwrap().1;
        assert!(usher::app::sign_in::who(&world.app, secret).await.unwrap().unwrap().is_administrator);
        let owner = connections::map(&world.app, "default", "okta", mapping("Console admins", &root, Role::Owner)).await;
        assert!(owner.unwrap_err().to_string().contains("owner"));
        let everybody = Changes { default_role: Some(Some(Role::Admin)), ..Changes::default() };
        assert!(connections::set(&world.app, "default", "okta", everybody).await.is_err());
    }
}
