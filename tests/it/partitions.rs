//! The recipe of `docs/scaling.md`, run as it stands there: large tables partitioned by tenant, and everything as before.

use crate::support::{
    self,
    world::{World, group, hours, id_of, person},
};
use serde_json::{Value, json};
use usher::{
    app::backup,
    store::{Engine, Store},
};

/// The SQL of the page.
fn recipe() -> &'static str {
    let page = include_str!("../../docs/scaling.md");
    page.split("```sql\n").nth(1).unwrap().split("```").next().unwrap()
}

#[test]
fn a_database_that_is_partitioned_by_tenant_serves_as_before() {
    support::block_on(async {
        let Some(database) = support::fresh(Engine::Postgres).await else { return };
        let store = Store::open(&database.url).await.unwrap();
        let world = World::install(store.clone(), &database.url).await;
        let early = world.create("Early").await;
        support::execute(&database.url, recipe()).await;
        assert_eq!(world.state(&early).await, "active", "what was there before is there");
        let partitioned = serve(&world, &early).await;
        assert_eq!(partitioned, on_whole_tables().await);
        move_to_one_file_and_back(&store).await;
        store.close().await;
        support::discard(database).await;
    });
}

/// What the same requests lead to in a database as it is made.
async fn on_whole_tables() -> Vec<Value> {
    let database = support::fresh(Engine::Postgres).await.unwrap();
    let store = Store::open(&database.url).await.unwrap();
    let world = World::install(store.clone(), &database.url).await;
    let early = world.create("Early").await;
    let told = serve(&world, &early).await;
    store.close().await;
    support::discard(database).await;
    told
}

/// A life of some people; answers what lists say of it at the end.
async fn serve(world: &World, early: &str) -> Vec<Value> {
    let (ada, _) = world.onboard("Ada").await;
    let bob = id_of(&world.push(person("Bob", json!({ "deletionDate": "2027-03-12" }))).await);
    let again = world.post("/Users", person("Ada", json!({}))).await;
    assert_eq!((again.status, &again.body["scimType"]), (409, &json!("uniqueness")), "{}", again.text);
    let made = world.post("/Groups", group("Sales", &[&ada, early])).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let of_group = format!("/Groups/{}", id_of(&made.body));
    let taken = world.post("/Groups", group("Sales", &[])).await;
    assert_eq!((taken.status, &taken.body["scimType"]), (409, &json!("uniqueness")), "{}", taken.text);
    let more = world.patch(&of_group, json!([{ "op": "add", "path": "members", "value": [{ "value": bob }] }])).await;
    assert!(matches!(more.status, 200 | 204), "{}", more.text);
    assert_eq!(world.get(&of_group).await.body["members"].as_array().unwrap().len(), 3);
    let found = world.get("/Users?filter=userName%20eq%20%22ada@example.com%22").await;
    assert_eq!((&found.body["totalResults"], &found.body["Resources"][0]["id"]), (&json!(1), &json!(ada)));
    assert_eq!(world.get("/Users?startIndex=2&count=1").await.body["totalResults"], 3);
    world.switch(&ada, false).await;
    assert_eq!(world.switch(&ada, true).await["active"], true);
    assert_eq!(world.delete(&format!("/Users/{early}")).await.status, 204);
    world.pass(hours(96)).await;
    assert_eq!(world.events(&bob).await.last().map(String::as_str), Some("user.deleted"));
    let people = world.get("/Users").await.body;
    assert_eq!(people["totalResults"], people["Resources"].as_array().unwrap().len());
    let desk = world.desk().await;
    let feed = desk.get("/events").await;
    let events = feed.body["items"].as_array().unwrap();
    // Ids are made by chance, and lists are in their order.
    std::iter::once(&people["totalResults"]).chain(events.iter().map(|event| &event["type"])).cloned().collect()
}

/// Every table is compared after copying.
async fn move_to_one_file_and_back(store: &Store) {
    let file = support::fresh(Engine::Sqlite).await.unwrap();
    let one = Store::open(&file.url).await.unwrap();
    one.migrate().await.unwrap();
    let copied = backup::copy(store, &one).await.unwrap();
    assert!(copied.summary.rows > 20 && !copied.is_behind);
    let database = support::fresh(Engine::Postgres).await.unwrap();
    support::execute(&database.url, recipe()).await;
    let partitioned = Store::open(&database.url).await.unwrap();
    partitioned.migrate().await.unwrap();
    let back = backup::copy(&one, &partitioned).await.unwrap();
    assert_eq!(back.summary.rows, copied.summary.rows);
    one.close().await;
    partitioned.close().await;
    support::discard(database).await;
    support::discard(file).await;
}
