//! Sorting, cursors, `.search` and the root.

use crate::support::service::Service;
use jiff::SignedDuration;
use serde_json::{Value, json};

const SEARCH: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";

/// userName, displayName, title; made in this order.
const PEOPLE: [(&str, Option<&str>, Option<&str>); 5] = [
    ("Ä", Some("Zoe"), Some("b")),
    ("b", Some("adam"), None),
    ("C", Some("Éva"), Some("a")),
    ("d", None, Some("c")),
    ("e", Some("bob"), Some("D")),
];

async fn populated(store: usher::store::Store) -> Service {
    let service = Service::on(store).await;
    for (name, display, title) in PEOPLE {
        let email = json!([{ "value": "z@example.com" }, { "value": format!("{name}@example.com"), "primary": true }]);
        let body =
            json!({ "userName": name, "displayName": display, "title": title, "nickName": "n", "emails": email });
        service.create("/Users", body).await;
        service.pass(SignedDuration::from_secs(1));
    }
    service
}

fn names(page: &Value) -> String {
    let resources = page["Resources"].as_array().unwrap();
    resources.iter().map(|user| user["userName"].as_str().unwrap()).collect()
}

/// All pages from a query on, forward; and the same backward from the last.
async fn walk(service: &Service, query: &str) -> (Vec<String>, Vec<String>) {
    let follow = |cursor: &str| format!("/Users?{query}&cursor={cursor}");
    let mut page = service.get(&follow("")).await;
    assert!(page.get("previousCursor").is_none(), "{page}");
    let mut forward = vec![names(&page)];
    while let Some(next) = page.get("nextCursor") {
        page = service.get(&follow(next.as_str().unwrap())).await;
        forward.push(names(&page));
        assert!(page.get("startIndex").is_none() && page.get("previousCursor").is_some(), "{page}");
    }
    let mut backward = vec![names(&page)];
    while let Some(previous) = page.get("previousCursor") {
        page = service.get(&follow(previous.as_str().unwrap())).await;
        assert!(page.get("nextCursor").is_some(), "{page}");
        backward.insert(0, names(&page));
    }
    (forward, backward)
}

on_both! {
    #[allow(clippy::large_futures)]
    async fn lists_are_sorted_by_type_and_walked_by_cursor(store: Store) {
        let service = populated(store).await;
        for (sort, expected) in [
            ("", "ÄbCde"),
            ("sortBy=nothing", "ÄbCde"),
            ("sortOrder=descending", "ÄbCde"),
            ("sortBy=userName", "bCdeÄ"),
            ("sortBy=USERNAME&sortOrder=Descending", "ÄedCb"),
            ("sortBy=displayName", "beÄCd"),
            ("sortBy=displayName&sortOrder=descending", "dCÄeb"),
            ("sortBy=title", "CÄdeb"),
            ("sortBy=title&sortOrder=descending", "bedÄC"),
            ("sortBy=emails", "bCdeÄ"),
            ("sortBy=meta.created&sortOrder=descending", "edCbÄ"),
            ("sortBy=active", "ÄbCde"),
        ] {
            // The second filter is answered by evaluation.
            for filter in ["", "&filter=nickName%20eq%20%22n%22"] {
                let query = format!("{sort}{filter}");
                assert_eq!(names(&service.get(&format!("/Users?{query}")).await), expected, "{query}");
                let page = service.get(&format!("/Users?{query}&startIndex=2&count=2")).await;
                assert_eq!(names(&page), expected.chars().skip(1).take(2).collect::<String>(), "{query}");
                for count in [1, 2, 5, 7] {
                    let (forward, backward) = walk(&service, &format!("{query}&count={count}")).await;
                    assert_eq!(forward.concat(), expected, "{query}");
                    assert_eq!(backward.concat(), expected, "{query}");
                    assert_eq!(forward.len(), 5_usize.div_ceil(count), "{query}");
                }
            }
        }
    }

    #[allow(clippy::large_futures)]
    async fn who_comes_or_goes_during_a_walk_moves_nobody_else(store: Store) {
        let service = populated(store).await;
        // By SQL by id and by column, and by evaluation; each round takes the last one seen away and adds one before and one behind.
        for (round, sort) in ["", "&sortBy=userName", "&sortBy=title"].into_iter().enumerate() {
            let living = names(&service.get(&format!("/Users?sort{sort}")).await);
            let mut page = service.get(&format!("/Users?count=2&cursor={sort}")).await;
            let mut seen = names(&page);
            let gone = page["Resources"][1]["id"].as_str().unwrap().to_owned();
            service.send("DELETE", &format!("/Users/{gone}"), None).await;
            for name in [format!("{round}"), ["x", "y", "z"][round].to_owned()] {
                service.create("/Users", json!({ "userName": name, "title": name })).await;
            }
            while let Some(next) = page.get("nextCursor") {
                page = service.get(&format!("/Users?count=2&cursor={}{sort}", next.as_str().unwrap())).await;
                seen.push_str(&names(&page));
            }
            for name in living.chars() {
                assert_eq!(seen.matches(name).count(), 1, "{name} in {seen} of {living}, {sort}");
            }
        }
    }

    #[allow(clippy::large_futures)]
    async fn a_cursor_is_good_for_its_query_only(store: Store) {
        let service = populated(store).await;
        let page = service.get("/Users?cursor&count=2").await;
        let cursor = page["nextCursor"].as_str().unwrap();
        let ask = |path: &str| path.replace('@', cursor);
        for (path, scim_type) in [
            ("/Users?cursor=@x&count=2", "invalidCursor"),
            ("/Users?cursor=abc", "invalidCursor"),
            ("/Users?cursor=@&count=2&filter=id%20pr", "invalidCursor"),
            ("/Users?cursor=@&count=2&sortBy=userName", "invalidCursor"),
            ("/Users?cursor=@&count=2&attributes=userName", "invalidCursor"),
            ("/Groups?cursor=@&count=2", "invalidCursor"),
            ("/?cursor=@&count=2", "invalidCursor"),
            ("/Users?cursor=@&count=3", "invalidCount"),
            ("/Users?cursor=@&count=2&startIndex=1", "invalidValue"),
            ("/Users?sortBy=password", "invalidValue"),
            ("/Users?sortBy=userName&sortOrder=up", "invalidValue"),
        ] {
            assert_eq!(service.refusal(&ask(path)).await, (400, scim_type.to_owned()), "{path}");
        }
        let other = service.token("other").await;
        let (status, body) = service.send_as(&other, "GET", &ask("/Users?cursor=@&count=2"), None).await;
        assert_eq!((status, &body["scimType"]), (400, &json!("invalidCursor")));
        assert_eq!(names(&service.get(&ask("/Users?cursor=@&count=2")).await), "Cd");
        assert_eq!(names(&service.get(&ask("/Users?cursor=@")).await), "Cd");
        service.pass(SignedDuration::from_hours(1));
        assert_eq!(service.refusal(&ask("/Users?cursor=@&count=2")).await, (400, "expiredCursor".to_owned()));
    }

    #[allow(clippy::large_futures)]
    async fn the_root_covers_all_types(store: Store) {
        let service = populated(store).await;
        for name in ["alpha", "beta", "gamma"] {
            service.create("/Groups", json!({ "displayName": name })).await;
        }
        let kinds = |page: &Value| -> String {
            let resources = page["Resources"].as_array().unwrap().iter();
            resources.map(|one| one["meta"]["resourceType"].as_str().unwrap().chars().next().unwrap()).collect()
        };
        let all = service.get("").await;
        assert_eq!((kinds(&all).as_str(), &all["totalResults"]), ("UUUUUGGG", &json!(8)));
        let page = service.get("/?startIndex=5&count=2").await;
        assert_eq!((kinds(&page).as_str(), &page["totalResults"]), ("UG", &json!(8)));
        for (filter, expected) in [
            ("meta.resourceType eq \"Group\"", "GGG"),
            ("meta.resourceType eq \"User\" and not (title pr)", "U"),
            ("userName pr", "UUUUU"),
            ("members eq null", "UUUUUGGG"),
            ("title ne \"a\"", "UUUUGGG"),
            ("displayName sw \"a\" or members[type eq \"x\"]", "UG"),
        ] {
            let body = json!({ "schemas": [SEARCH], "filter": filter });
            let (status, page) = service.send("POST", "/.search", Some(body)).await;
            assert_eq!((status, kinds(&page).as_str()), (200, expected), "{filter}");
        }
        assert_eq!(service.get("/?filter=nothing%20pr").await["totalResults"], 0);
        assert_eq!(service.refusal("/Users?filter=members%20pr").await, (400, "invalidFilter".to_owned()));
        let (mut cursor, mut walked) = (String::new(), String::new());
        loop {
            let page = service.get(&format!("/?count=3&sortBy=displayName&attributes=displayName,meta&cursor={cursor}")).await;
            walked.push_str(&kinds(&page));
            let Some(next) = page.get("nextCursor") else { break };
            cursor = next.as_str().unwrap().to_owned();
        }
        assert_eq!(walked, "UGGUGUUU");
    }

    #[allow(clippy::large_futures)]
    async fn a_search_by_post_says_the_same_as_a_get(store: Store) {
        let service = populated(store).await;
        let body = json!({
            "schemas": [SEARCH], "filter": "title pr", "sortBy": "userName", "attributes": ["userName"], "startIndex": 2, "count": 2
        });
        let (status, page) = service.send("POST", "/Users/.search", Some(body)).await;
        let get = service.get("/Users?filter=title%20pr&sortBy=userName&attributes=userName&startIndex=2&count=2").await;
        assert_eq!((status, &page), (200, &get));
        assert_eq!((names(&page).as_str(), &page["totalResults"], &page["startIndex"]), ("de", &json!(4), &json!(2)));
        assert!(page["Resources"][0].get("emails").is_none());
        let (status, _) = service.send("POST", "/Groups/.search", Some(json!({ "filter": "id pr" }))).await;
        assert_eq!(status, 400);
    }
}
