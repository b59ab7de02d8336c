//! That seeded people are what their pushes would have made of them, and that nobody hears of it.

use crate::support::{
    dump,
    world::{World, id_of, person},
};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use usher::{
    app::{seeding, tenants, users::seeding as people},
    domain::notification::MailSwitch,
};

/// How many rows each table has, but for the tallies: PostgreSQL spreads those over its connections, whichever comes first.
async fn rows(world: &World) -> BTreeMap<String, usize> {
    let tables = dump::dump(&world.database).await.into_iter().filter(|(table, _)| table != "user_tallies");
    tables.map(|(table, rows)| (table, rows.len())).collect()
}

fn grown(before: &BTreeMap<String, usize>, after: &BTreeMap<String, usize>) -> BTreeMap<String, usize> {
    after.iter().map(|(table, rows)| (table.clone(), rows - before[table])).filter(|(_, rows)| *rows > 0).collect()
}

/// All that is known of a person, without what no two people share.
async fn known(world: &World, id: &str, number: u64) -> String {
    let row = world.row(id).await;
    let (events, mails) = (world.told(id).await, world.notifications(id).await);
    let all = format!("{row:#?}\n{:#}\n{events:#?}\n{mails:#?}", world.read(id).await);
    without_ids(&all).replace(&format!("{number:07}"), "NUMBER")
}

fn without_ids(text: &str) -> String {
    let is_id = |word: &str| uuid::Uuid::try_parse(word).is_ok() && word.len() == 36;
    let mut words = Vec::new();
    for word in text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-') {
        if is_id(word) {
            words.push(word);
        }
    }
    words.iter().fold(text.to_owned(), |text, id| text.replace(id, "ID"))
}

async fn find(world: &World, number: u64) -> String {
    let path = format!("/Users?filter=userName%20eq%20%22{}%22", people::user_name(number));
    id_of(&world.get(&path).await.body["Resources"][0])
}

installed! {
    async fn seeded_people_are_what_their_pushes_would_have_made_of_them(world: World) {
        world.set_tenant(tenants::Changes { notifications: Some(MailSwitch::Hold), ..tenants::Changes::default() }).await;
        let caller = seeding::caller(&world.app, tenants::DEFAULT, "okta").await.unwrap();
        // With the first person some counters begin.
        world.push(person("Ada", json!({}))).await;
        let start = rows(&world).await;
        // The same names and the same numbers modulo those they are picked by.
        let pushed = id_of(&world.push(Value::Object(people::body(1))).await);
        let between = rows(&world).await;
        let one = 1 + 8 * 8 * 97 * 31;
        seeding::people(&world.app, &caller, one..=one, |_| {}).await.unwrap();
        let end = rows(&world).await;
        assert_eq!(grown(&start, &between), grown(&between, &end));
        assert_eq!(world.get("/Users?count=0").await.body["totalResults"], 3);
        let (seeded, number) = (find(&world, one).await, |text: String| text.replace(&one.to_string(), "1"));
        assert_eq!(known(&world, &pushed, 1).await, number(known(&world, &seeded, one).await));
    }

    async fn any_number_is_seeded_and_nobody_is_mailed(world: World) {
        let caller = seeding::caller(&world.app, tenants::DEFAULT, "fresh").await.unwrap();
        seeding::people(&world.app, &caller, 1..=250, |_| {}).await.unwrap();
        assert_eq!(seeding::group(&world.app, &caller, 210).await.unwrap(), 210);
        assert_eq!(world.deliver().await, 0);
        assert_eq!(world.get("/Users?count=0").await.body["totalResults"], 250);
        let token = world.token_of(tenants::DEFAULT, "fresh").await;
        let groups = world.scim("GET", "/Groups").token(&token).send().await.body;
        let members = groups["Resources"][0]["members"].as_array().unwrap();
        assert_eq!((&groups["Resources"][0]["displayName"], members.len()), (&json!("Group of 210"), 210));
        assert!(seeding::people(&world.app, &caller, 250..=251, |_| {}).await.is_err(), "a name is taken");
    }
}
