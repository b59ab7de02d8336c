//! That what identity providers ask for is found by an index, and that nothing reads a whole tenant that need not.

use crate::support::{
    call::encode,
    plan::{self, Reach},
    world::{World, group, id_of, patch_of, person, seconds},
};
use serde_json::{Value, json};
use sqlx::{Connection, SqliteConnection};
use usher::{
    app::{seeding, tenants},
    store::{Engine, Store},
};

const PEOPLE: u64 = 600;

/// People enough for a plan to matter, in groups. Answers somebody's id, and those of a large and a small group.
async fn fill(world: &World) -> (String, String, String) {
    let caller = seeding::caller(&world.app, tenants::DEFAULT, "okta").await.unwrap();
    for first in (1..PEOPLE).step_by(60) {
        seeding::people(&world.app, &caller, first..=first + 59, |_| {}).await.unwrap();
        world.advance(seconds(60));
    }
    for size in [300, 50] {
        seeding::group(&world.app, &caller, size).await.unwrap();
    }
    for number in 0..60 {
        assert_eq!(world.post("/Groups", group(&format!("Group {number}"), &[])).await.status, 201);
    }
    for number in 0..30 {
        world.push(person(&format!("labelled{number}"), json!({ "labels": ["Cohort 7"] }))).await;
    }
    plan::enlarge(&world.database).await;
    let id = id_of(&world.get("/Users?count=1").await.body["Resources"][0]);
    let mut found = Vec::new();
    for size in [300, 50] {
        let path = format!("/Groups?filter={}", encode(&format!("displayName eq \"Group of {size}\"")));
        found.push(id_of(&world.get(&path).await.body["Resources"][0]));
    }
    (id, found[0].clone(), found[1].clone())
}

/// Makes a request and holds what it read against the most it may.
async fn assert_reach(world: &World, method: &str, path: &str, body: Option<&Value>, most: Reach) {
    world.app.store.record();
    let _ = world.app.store.recorded();
    let call = world.scim(method, path);
    let answer = body.map_or(call.clone(), |body| call.json(body)).send().await;
    assert!(answer.status < 300, "{method} {path}: {}", answer.text);
    assert_recorded(world, &format!("{method} {path}"), most).await;
}

async fn assert_recorded(world: &World, what: &str, most: Reach) {
    let recorded = world.app.store.recorded();
    assert!(!recorded.is_empty(), "{what} ran no statement");
    for plan in plan::plans(&world.app.store, &world.database, recorded).await {
        assert!(plan.reach <= most, "{what} reads {:?}, at most {most:?}:\n{}", plan.reach, plan.shown);
    }
}

fn users(filter: &str) -> String {
    format!("/Users?count=50&filter={}", encode(filter))
}

fn groups(filter: &str) -> String {
    format!("/Groups?excludedAttributes=members&filter={}", encode(filter))
}

installed! {
    async fn the_filters_of_identity_providers_are_answered_by_an_index(world: World) {
        let (id, large, small) = fill(&world).await;
        let mail = "person-0000007@example.com";
        let manager = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value";
        for path in [
            format!("/Users/{id}"),
            users(&format!("userName eq \"{mail}\"")),
            users(&format!("userName eq \"{mail}\"")) + "&attributes=id,userName",
            users("externalId eq \"seed-0000007\""),
            users(&format!("id eq \"{id}\"")),
            users(&format!("emails.value eq \"{mail}\"")),
            users(&format!("emails eq \"{mail}\"")),
            users(&format!("emails[type eq \"work\"].value eq \"{mail}\"")),
            users(&format!("emails[type eq \"work\" and value eq \"{mail}\"]")),
            users("displayName eq \"Hana Abel 7\""),
            users(&format!("{manager} eq \"{id}\"")),
            users(&format!("userName eq \"{mail}\" and active eq true")),
            users(&format!("userName eq \"{mail}\" or externalId eq \"seed-0000009\"")),
            users(&format!("userName eq \"{mail}\" or emails.value eq \"{mail}\"")),
            users("userName sw \"person-00000071\""),
            users("meta.lastModified gt \"2099-01-01T00:00:00Z\""),
            users("meta.lastModified ge \"2099-01-01T00:00:00Z\""),
            format!("/Groups/{large}"),
            format!("/Groups/{large}?excludedAttributes=members"),
            groups("displayName eq \"Group of 50\""),
            groups("externalId eq \"seed-group-50\""),
            groups(&format!("id eq \"{large}\"")),
            groups(&format!("members.value eq \"{id}\"")),
            groups(&format!("id eq \"{small}\" and members eq \"{id}\"")),
            groups("displayName eq \"Group of 50\" or externalId eq \"seed-group-300\""),
        ] {
            assert_reach(&world, "GET", &path, None, Reach::Found).await;
        }
    }

    async fn pages_of_everybody_stop_at_their_end(world: World) {
        fill(&world).await;
        for query in [
            "count=50",
            "startIndex=101&count=50",
            "startIndex=551&count=50",
            "cursor&count=50",
            "sortBy=userName&count=50",
            "sortBy=userName&startIndex=301&count=50",
            "sortBy=id&sortOrder=descending&count=50",
            "sortBy=meta.lastModified&sortOrder=descending&count=50",
        ] {
            assert_reach(&world, "GET", &format!("/Users?{query}"), None, Reach::Page).await;
        }
        let first = world.get("/Users?cursor&count=50").await.body;
        let next = format!("/Users?count=50&cursor={}", first["nextCursor"].as_str().unwrap());
        assert_reach(&world, "GET", &next, None, Reach::Page).await;
    }

    // Each with the reason. Whoever makes one of them better moves it up.
    async fn what_reads_more_is_known(world: World) {
        let (_, _, small) = fill(&world).await;
        for (path, most) in [
            // Everybody, counted for totalResults.
            (users("active eq true"), Reach::Whole),
            // Nobody: looked for in the order of the page, to the end. An index on a switch would cost every write.
            (users("active eq false"), Reach::Page),
            // Evaluated on each person, 500 at a time: no index knows the middle of a text, or an attribute that has no column.
            (users("userName co \"007\""), Reach::Page),
            (users("title eq \"Countess\""), Reach::Page),
            // Its members are found by index; should it hold groups, which it does not, everybody is a candidate.
            (users(&format!("groups.value eq \"{small}\"")), Reach::Whole),
            // No index has this order, and each costs every write.
            ("/Users?sortBy=meta.created&count=50".to_owned(), Reach::Whole),
            ("/Users?sortBy=displayName&count=50".to_owned(), Reach::Whole),
            // Groups are few, and are counted for totalResults.
            ("/Groups?count=10".to_owned(), Reach::Whole),
            ("/Groups?sortBy=displayName&count=10".to_owned(), Reach::Whole),
        ] {
            assert_reach(&world, "GET", &path, None, most).await;
        }
    }

    async fn writes_read_no_more_than_they_change(world: World) {
        let (id, large, small) = fill(&world).await;
        let switch = |on: bool| patch_of(&json!([{ "op": "replace", "path": "active", "value": on }]));
        let add = patch_of(&json!([{ "op": "add", "path": "members", "value": [{ "value": id }] }]));
        let remove = patch_of(&json!([{ "op": "remove", "path": format!("members[value eq \"{id}\"]") }]));
        let mut renamed = person("Countess", json!({ "labels": ["Cohort 8"] }));
        renamed["displayName"] = json!("Ada, Countess of Lovelace");
        let (user, whole) = (format!("/Users/{id}"), format!("/Groups/{large}"));
        let large = format!("{whole}?excludedAttributes=members");
        for (method, path, body) in [
            ("POST", "/Users", Some(&person("Ada", json!({ "labels": ["Cohort 7"] })))),
            ("PATCH", &user, Some(&switch(false))),
            ("PATCH", &user, Some(&switch(true))),
            ("PATCH", &user, Some(&switch(true))),
            ("PUT", &user, Some(&renamed)),
            ("PUT", &user, Some(&renamed)),
            ("PATCH", &large, Some(&remove)),
            ("PATCH", &large, Some(&add)),
            ("PATCH", &whole, Some(&remove)),
            ("PATCH", &whole, Some(&add)),
            ("PATCH", &format!("/Groups/{small}"), Some(&remove)),
            ("PATCH", &format!("/Groups/{small}"), Some(&add)),
            ("POST", "/Groups", Some(&group("Newcomers", &[&id]))),
            ("DELETE", &user, None),
        ] {
            assert_reach(&world, method, path, body, Reach::Found).await;
        }
    }
}

installed! {
    async fn jobs_look_for_what_is_due_and_at_nothing_else(world: World) {
        fill(&world).await;
        world.deliver().await;
        world.app.store.record();
        let _ = world.app.store.recorded();
        world.deliver().await;
        assert_recorded(&world, "sending mails", Reach::Page).await;
        world.tick().await;
        assert_recorded(&world, "the calendar", Reach::Page).await;
        world.log_requests().await;
        assert_recorded(&world, "the request log", Reach::Page).await;
    }
}

/// An index without a line looks better than one with a line, whatever it is good for.
#[test]
fn sqlite_knows_every_index_of_a_table_it_knows() {
    crate::support::block_on(async {
        let database = crate::support::fresh(Engine::Sqlite).await.unwrap();
        let store = Store::open(&database.url).await.unwrap();
        store.migrate().await.unwrap();
        let mut link = SqliteConnection::connect(&database.url).await.unwrap();
        let unknown: Vec<String> = sqlx::query_scalar(
            "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name IN (SELECT tbl FROM sqlite_stat1)
             UNION SELECT name FROM pragma_table_list WHERE wr AND name IN (SELECT tbl FROM sqlite_stat1)
             EXCEPT SELECT idx FROM sqlite_stat1",
        )
        .fetch_all(&mut link)
        .await
        .unwrap();
        let gone: Vec<String> = sqlx::query_scalar(
            "SELECT idx FROM sqlite_stat1 EXCEPT SELECT name FROM sqlite_schema WHERE type = 'index'
             EXCEPT SELECT name FROM pragma_table_list WHERE wr",
        )
        .fetch_all(&mut link)
        .await
        .unwrap();
        assert_eq!((unknown, gone), (vec![], vec![]));
        link.close().await.unwrap();
        store.close().await;
    });
}
