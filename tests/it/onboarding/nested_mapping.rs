//! Group mappings and groups in groups: who is in a group that is in a mapped one holds the mapped role.

use crate::support::world::{Desk, World, group, id_of};
use serde_json::{Value, json};
use usher::{
    app::connections,
    domain::{connection::GroupMapping, role::Role},
};

/// A platform group `Sales`, to which `Leads` is mapped or is to be.
struct Stage {
    world: World,
    desk: Desk,
    sales: String,
}

impl Stage {
    async fn set(world: World) -> Self {
        let desk = world.desk().await;
        let sales = id_of(&desk.make("/groups", json!({ "name": "Sales" })).await);
        Self { world, desk, sales }
    }

    fn mapping(&self, pushed: &str, role: Role) -> GroupMapping {
        GroupMapping { pushed: pushed.to_owned(), group: self.sales.parse().unwrap(), role }
    }

    async fn map(&self, pushed: &str, role: Role) {
        connections::map(&self.world.app, "default", "okta", self.mapping(pushed, role)).await.unwrap();
    }

    async fn unmap(&self, pushed: &str, role: Role) {
        connections::unmap(&self.world.app, "default", "okta", self.mapping(pushed, role)).await.unwrap();
    }

    /// The id of a new pushed group.
    async fn pushed(&self, name: &str, members: &[&str]) -> String {
        let answer = self.world.post("/Groups", group(name, members)).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        id_of(&answer.body)
    }

    async fn patch(&self, group: &str, operations: Value) {
        let answer = self.world.patch(&format!("/Groups/{group}"), operations).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }

    async fn add(&self, group: &str, member: &str) {
        self.patch(group, json!([{ "op": "add", "path": "members", "value": [{ "value": member }] }])).await;
    }

    async fn remove(&self, group: &str, member: &str) {
        self.patch(group, json!([{ "op": "remove", "path": format!("members[value eq \"{member}\"]") }])).await;
    }

    /// The person's roles on the platform's group.
    async fn roles(&self, id: &str) -> Vec<String> {
        let user = self.desk.get(&format!("/users/{id}")).await.body;
        let rows = user["memberships"].as_array().unwrap().iter().filter(|row| row["groupId"] == self.sales.as_str());
        rows.map(|row| row["role"].as_str().unwrap().to_owned()).collect()
    }
}

const NONE: [&str; 0] = [];

installed! {
    async fn people_come_and_go_at_any_depth(world: World) {
        let stage = Stage::set(world).await;
        stage.map("Leads", Role::Coach).await;
        let world = &stage.world;
        let (ada, bob) = (world.onboard("Ada").await.0, world.onboard("Bob").await.0);
        let deep = stage.pushed("Berlin", &[&ada]).await;
        let middle = stage.pushed("Germany", &[&deep]).await;
        assert_eq!(stage.roles(&ada).await, NONE);
        let leads = stage.pushed("Leads", &[&middle]).await;
        assert_eq!(stage.roles(&ada).await, ["coach"], "with the group that is in it");
        stage.add(&deep, &bob).await;
        assert_eq!(stage.roles(&bob).await, ["coach"]);
        stage.remove(&deep, &ada).await;
        assert_eq!((stage.roles(&ada).await, stage.roles(&bob).await), (vec![], vec!["coach".to_owned()]));
        stage.remove(&leads, &middle).await;
        assert_eq!(stage.roles(&bob).await, NONE);
        stage.add(&leads, &middle).await;
        assert_eq!(stage.roles(&bob).await, ["coach"]);
        // By two ways: one that ends leaves the other.
        stage.add(&leads, &bob).await;
        stage.remove(&middle, &deep).await;
        assert_eq!(stage.roles(&bob).await, ["coach"]);
        stage.remove(&leads, &bob).await;
        assert_eq!(stage.roles(&bob).await, NONE);
        let told = world.told(&bob).await;
        let changes = told.iter().filter(|(kind, data)| kind == "membership.changed" && data.to_string().contains("coach"));
        assert_eq!(changes.count(), 4, "{told:?}");
    }

    async fn a_group_between_that_is_deleted_or_replaced_ends_it(world: World) {
        let stage = Stage::set(world).await;
        stage.map("Leads", Role::Coach).await;
        let (ada, _) = stage.world.onboard("Ada").await;
        let deep = stage.pushed("Berlin", &[&ada]).await;
        let middle = stage.pushed("Germany", &[&deep]).await;
        let leads = stage.pushed("Leads", &[&middle]).await;
        assert_eq!(stage.roles(&ada).await, ["coach"]);
        assert_eq!(stage.world.delete(&format!("/Groups/{middle}")).await.status, 204);
        assert_eq!(stage.roles(&ada).await, NONE);
        let path = format!("/Groups/{leads}");
        assert_eq!(stage.world.put(&path, group("Leads", &[&deep])).await.status, 200);
        assert_eq!(stage.roles(&ada).await, ["coach"]);
        assert_eq!(stage.world.put(&path, group("Leads", &[])).await.status, 200);
        assert_eq!(stage.roles(&ada).await, NONE);
        stage.add(&leads, &deep).await;
        assert_eq!(stage.world.delete(&path).await.status, 204);
        assert_eq!(stage.roles(&ada).await, NONE);
    }

    async fn a_mapping_counts_for_those_inside(world: World) {
        let stage = Stage::set(world).await;
        let (ada, bob) = (stage.world.onboard("Ada").await.0, stage.world.onboard("Bob").await.0);
        let deep = stage.pushed("Berlin", &[&ada]).await;
        let leads = stage.pushed("Leads", &[&deep, &bob]).await;
        stage.map("Leads", Role::Coach).await;
        assert_eq!((stage.roles(&ada).await, stage.roles(&bob).await), (vec!["coach".to_owned()], vec!["coach".to_owned()]));
        stage.map("Leads", Role::Author).await;
        stage.unmap("Leads", Role::Coach).await;
        assert_eq!(stage.roles(&ada).await, ["author"]);
        stage.patch(&leads, json!([{ "op": "replace", "path": "displayName", "value": "Others" }])).await;
        assert_eq!(stage.roles(&ada).await, NONE);
        stage.patch(&deep, json!([{ "op": "replace", "path": "displayName", "value": "Leads" }])).await;
        assert_eq!((stage.roles(&ada).await, stage.roles(&bob).await), (vec!["author".to_owned()], vec![]));
        stage.unmap("Leads", Role::Author).await;
        assert_eq!(stage.roles(&ada).await, NONE);
        let items = json!({ "items": [{ "group": "Others", "to": stage.sales, "role": "userAdmin" }] });
        assert_eq!(stage.desk.send("PUT", "/connections/okta/group-mappings", items).await.status, 200);
        assert_eq!((stage.roles(&ada).await, stage.roles(&bob).await), (vec!["userAdmin".to_owned()], vec!["userAdmin".to_owned()]));
    }

    async fn circles_end(world: World) {
        let stage = Stage::set(world).await;
        stage.map("Leads", Role::Coach).await;
        let (ada, _) = stage.world.onboard("Ada").await;
        let one = stage.pushed("One", &[]).await;
        let two = stage.pushed("Two", &[&one]).await;
        let leads = stage.pushed("Leads", &[&two]).await;
        stage.add(&one, &leads).await;
        stage.add(&one, &ada).await;
        assert_eq!(stage.roles(&ada).await, ["coach"]);
        stage.remove(&two, &one).await;
        assert_eq!(stage.roles(&ada).await, NONE);
        stage.add(&two, &one).await;
        assert_eq!(stage.roles(&ada).await, ["coach"]);
        assert_eq!(stage.world.delete(&format!("/Groups/{two}")).await.status, 204);
        assert_eq!(stage.roles(&ada).await, NONE);
    }

    async fn the_last_administrator_is_kept_through_groups_in_groups(world: World) {
        let root = usher::store::groups::find_root(&mut world.app.store.read().await.unwrap(), world.tenant.id).await.unwrap().unwrap().id;
        let mapping = GroupMapping { pushed: "Admins".to_owned(), group: root, role: Role::Admin };
        connections::map(&world.app, "default", "okta", mapping).await.unwrap();
        let (ada, _) = world.onboard("Ada").await;
        let inner = id_of(&world.post("/Groups", group("Inner", &[&ada])).await.body);
        let outer = id_of(&world.post("/Groups", group("Admins", &[&inner])).await.body);
        for (path, name) in [(&inner, "Inner"), (&outer, "Admins")] {
            world.put(&format!("/Groups/{path}"), group(name, &[])).await.refused(403, "");
            world.delete(&format!("/Groups/{path}")).await.refused(403, "");
        }
        assert_eq!(world.put(&format!("/Groups/{outer}"), group("Admins", &[&ada, &inner])).await.status, 200);
        assert_eq!(world.delete(&format!("/Groups/{inner}")).await.status, 204);
    }

    async fn many_people_cost_no_statement_each(world: World) {
        let stage = Stage::set(world).await;
        stage.map("Leads", Role::Coach).await;
        let leads = stage.pushed("Leads", &[]).await;
        let mut costs = Vec::new();
        for (name, count) in [("Few", 2), ("Many", 40)] {
            let mut people = Vec::new();
            for number in 0..count {
                let person = crate::support::world::person(&format!("{name}{number}"), json!({}));
                people.push(id_of(&stage.world.push(person).await));
            }
            let inner = stage.pushed(name, &people.iter().map(String::as_str).collect::<Vec<_>>()).await;
            let before = stage.world.app.store.statements();
            stage.add(&leads, &inner).await;
            costs.push(stage.world.app.store.statements() - before);
            assert_eq!(stage.roles(&people[count - 1]).await, ["coach"]);
        }
        assert_eq!(costs[0], costs[1]);
    }
}
