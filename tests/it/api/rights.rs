//! Who may make which call: every route, every kind of actor.

use crate::support::world::{Desk, PASSWORD, TOKEN_LIFE, World, id_of};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use usher::{
    app::{administrators, tenants, tokens},
    domain::parked::Parked,
    http::api_calls,
    store::{self, tokens::Scope},
};

/// Those who may, by letter: **P**latform administrator, **G**roup administrator, **U**serAdmin, **C**oach, **T**eacher (an instructor who
/// coaches), **I**nstructor who does not coach, **L**earner. `userAdmin` opens nothing here: the table of paths names administrators only.
const ALL: &str = "PGUCTIL";

/// What the calls are made on; fresh for each actor, so that one who may does not spoil it for the next.
struct Things {
    /// An active learner of the group.
    user: String,
    /// A person who is suspended.
    suspended: String,
    /// A person who can be brought back.
    deleted: String,
    group: String,
    session: String,
    /// From the group.
    invitation: String,
    mail: String,
    suppressed: String,
    webhook: String,
    /// A request of the connection `okta`.
    request: String,
    import: String,
    mark: String,
}

struct Row {
    method: &'static str,
    /// As the router has it.
    route: &'static str,
    path: String,
    /// A text is a file.
    body: Value,
    who: &'static str,
}

fn row(method: &'static str, route: &'static str, path: String, body: Value, who: &'static str) -> Row {
    Row { method, route, path, body, who }
}

fn rows(on: &Things) -> Vec<Row> {
    let mut all = rows_of_people(on);
    all.extend(rows_of_the_platform(on));
    all.extend(rows_of_many_people(on));
    all.extend(rows_of_events(on));
    // At the very end, since it takes the person away.
    all.push(row("DELETE", "/users/{id}", format!("/users/{}", on.user), Value::Null, "P"));
    all
}

fn rows_of_people(on: &Things) -> Vec<Row> {
    let Things { user, suspended, deleted, group, session, invitation, mark, .. } = on;
    let none = || Value::Null;
    let guest = |kind: &str| format!("{kind}-{mark}@example.com");
    vec![
        row("GET", "/invitations", "/invitations".into(), none(), "P"),
        row("GET", "/invitations", format!("/invitations?groupId={group}"), none(), "PG"),
        row("POST", "/invitations", "/invitations".into(), json!({ "emails": guest("platform") }), "P"),
        row("POST", "/invitations", "/invitations".into(), json!({ "emails": guest("group"), "groupId": group }), "PG"),
        row(
            "POST",
            "/invitations",
            "/invitations".into(),
            json!({ "emails": guest("session"), "sessionId": session }),
            "T",
        ),
        row("GET", "/invitations/{id}", format!("/invitations/{invitation}"), none(), "PG"),
        row("POST", "/invitations/{id}/resend", format!("/invitations/{invitation}/resend"), none(), "PG"),
        row("POST", "/invitations/{id}/cancel", format!("/invitations/{invitation}/cancel"), none(), "PG"),
        row("GET", "/users", "/users".into(), none(), "P"),
        row("GET", "/users", format!("/users?groupId={group}"), none(), "PG"),
        row(
            "POST",
            "/users",
            "/users".into(),
            json!({ "firstName": "A", "lastName": "B", "email": guest("new"), "sendCredentials": true }),
            "P",
        ),
        row("GET", "/users/{id}", format!("/users/{user}"), none(), "PG"),
        row("PATCH", "/users/{id}", format!("/users/{user}"), json!({ "lastName": "King" }), "P"),
        row("POST", "/users/{id}/reactivate", format!("/users/{suspended}/reactivate"), none(), "P"),
        row("POST", "/users/{id}/suspend", format!("/users/{suspended}/suspend"), none(), "P"),
        row("POST", "/users/{id}/activate", format!("/users/{user}/activate"), none(), "P"),
        row("POST", "/users/{id}/restore", format!("/users/{deleted}/restore"), none(), "P"),
        row("POST", "/users/{id}/confirm-return", format!("/users/{user}/confirm-return"), none(), "P"),
        row("PUT", "/connections/{name}", format!("/connections/hr-{mark}"), json!({}), "P"),
        row(
            "POST",
            "/users/{id}/transfer",
            format!("/users/{user}/transfer"),
            json!({ "connection": format!("hr-{mark}") }),
            "P",
        ),
    ]
}

fn rows_of_many_people(on: &Things) -> Vec<Row> {
    let Things { import, mark, .. } = on;
    let none = || Value::Null;
    let file = |kind: &str| Value::from(format!("email\n{kind}-{mark}@example.com\n"));
    vec![
        row("POST", "/imports", "/imports?dryRun=true".into(), file("rehearsed"), "P"),
        row("POST", "/imports", "/imports".into(), file("imported"), "P"),
        row("GET", "/imports/{id}", format!("/imports/{import}"), none(), "P"),
        row("GET", "/imports/{id}/report", format!("/imports/{import}/report"), none(), "P"),
        row("GET", "/parked-deletions", "/parked-deletions".into(), none(), "P"),
        row("POST", "/parked-deletions/discard", "/parked-deletions/discard".into(), none(), "P"),
        row("POST", "/parked-deletions/release", "/parked-deletions/release".into(), none(), "P"),
    ]
}

fn rows_of_events(on: &Things) -> Vec<Row> {
    let Things { webhook, .. } = on;
    let none = || Value::Null;
    let verb = |verb: &str| format!("/webhooks/{webhook}/{verb}");
    vec![
        row("GET", "/events", "/events".into(), none(), "P"),
        row("GET", "/webhooks", "/webhooks".into(), none(), "P"),
        row("POST", "/webhooks", "/webhooks".into(), receiver(), "P"),
        row("GET", "/webhooks/{id}", format!("/webhooks/{webhook}"), none(), "P"),
        row("POST", "/webhooks/{id}/rotate-secret", verb("rotate-secret"), json!({ "overlapHours": 1 }), "P"),
        row("POST", "/webhooks/{id}/replay", verb("replay"), json!({ "after": 0 }), "P"),
        row("POST", "/webhooks/{id}/resume", verb("resume"), none(), "P"),
        row("GET", "/webhooks/{id}/deliveries", verb("deliveries"), none(), "P"),
        row("DELETE", "/webhooks/{id}", format!("/webhooks/{webhook}"), none(), "P"),
    ]
}

/// A webhook to a port that nobody listens at.
fn receiver() -> Value {
    json!({ "url": "http://127.0.0.1:9/", "allowPrivate": true })
}

fn rows_of_the_platform(on: &Things) -> Vec<Row> {
    let Things { user, group, session, mail, suppressed, request, mark, .. } = on;
    let none = || Value::Null;
    vec![
        row("GET", "/groups", "/groups".into(), none(), ALL),
        row("POST", "/groups", "/groups".into(), json!({ "name": format!("Top {mark}") }), "P"),
        row("POST", "/groups", "/groups".into(), json!({ "name": format!("Below {mark}"), "parentId": group }), "PG"),
        row(
            "POST",
            "/groups/{id}/members",
            format!("/groups/{group}/members"),
            json!({ "userId": user, "roles": ["author"] }),
            "PG",
        ),
        row("GET", "/sessions", "/sessions".into(), none(), ALL),
        row("GET", "/sessions", format!("/sessions?groupId={group}"), none(), ALL),
        row("POST", "/sessions", "/sessions".into(), json!({ "title": "Closing", "groupId": group }), "PG"),
        row(
            "POST",
            "/sessions/{id}/registrations",
            format!("/sessions/{session}/registrations"),
            json!({ "userId": user }),
            "PGT",
        ),
        row("GET", "/notifications", "/notifications".into(), none(), "P"),
        row("POST", "/notifications/release", "/notifications/release".into(), json!({}), "P"),
        row("POST", "/notifications/discard", "/notifications/discard".into(), json!({}), "P"),
        row("GET", "/notifications/{id}", format!("/notifications/{mail}"), none(), "P"),
        row("POST", "/notifications/{id}/retry", format!("/notifications/{mail}/retry"), none(), "P"),
        row("POST", "/notifications/{id}/bounced", format!("/notifications/{mail}/bounced"), json!({}), "P"),
        row("GET", "/suppressed-addresses", "/suppressed-addresses".into(), none(), "P"),
        row("DELETE", "/suppressed-addresses/{address}", format!("/suppressed-addresses/{suppressed}"), none(), "P"),
        row("GET", "/connections", "/connections".into(), none(), "P"),
        row("GET", "/connections/{name}", "/connections/okta".into(), none(), "P"),
        row("GET", "/connections/{name}/group-mappings", "/connections/okta/group-mappings".into(), none(), "P"),
        row(
            "PUT",
            "/connections/{name}/group-mappings",
            "/connections/okta/group-mappings".into(),
            json!({ "items": [] }),
            "P",
        ),
        row("GET", "/connections/{name}/requests", "/connections/okta/requests".into(), none(), "P"),
        row("GET", "/connections/{name}/requests/{id}", format!("/connections/okta/requests/{request}"), none(), "P"),
        row(
            "POST",
            "/simulations",
            "/simulations".into(),
            json!({ "connection": "okta", "method": "GET", "path": "/Users" }),
            "P",
        ),
        row("GET", "/billing", "/billing".into(), none(), "P"),
        row("GET", "/audit", "/audit".into(), none(), "P"),
        row("GET", "/me", "/me".into(), none(), ALL),
    ]
}

/// Everybody of the table at their desks, with group and session.
async fn staff(root: &Desk) -> (String, String, Vec<(char, Desk)>) {
    let world = &root.world;
    let group = id_of(&root.make("/groups", json!({ "name": "Sales" })).await);
    let mut people = Vec::new();
    let mut instructors = Vec::new();
    for (letter, name, role) in [
        ('G', "Grace", "admin"),
        ('U', "Ulla", "userAdmin"),
        ('C', "Cem", "coach"),
        ('T', "Tara", "coach"),
        ('I', "Ines", "author"),
        ('L', "Lena", "learner"),
    ] {
        world.deliver().await;
        let id = world.create(name).await;
        root.make(&format!("/groups/{group}/members"), json!({ "userId": id, "roles": [role] })).await;
        if "TI".contains(letter) {
            instructors.push(id);
        }
        people.push((letter, world.desk_of(&format!("{}@example.com", name.to_lowercase())).await));
    }
    let session = json!({ "title": "Negotiation", "groupId": group, "instructorIds": instructors });
    let session = id_of(&root.make("/sessions", session).await);
    world.deliver().await;
    people.push(('P', root.clone()));
    (group, session, people)
}

async fn things(root: &Desk, group: &str, session: &str, mark: &str) -> Things {
    let world = &root.world;
    world.deliver().await;
    let user = world.create(&format!("user{mark}")).await;
    root.make(&format!("/groups/{group}/members"), json!({ "userId": user, "roles": ["learner"] })).await;
    world.deliver().await;
    let suspended = world.create(&format!("away{mark}")).await;
    assert_eq!(root.post(&format!("/users/{suspended}/suspend"), json!({})).await.status, 200);
    let deleted = world.create(&format!("gone{mark}")).await;
    assert_eq!(root.send("DELETE", &format!("/users/{deleted}"), json!({})).await.status, 204);
    let invited = json!({ "emails": format!("guest{mark}@example.com"), "groupId": group });
    let invited = root.make("/invitations", invited).await["results"][0].clone();
    world.deliver().await;
    world.advance(crate::support::world::hours(1));
    let mail = |user: String| async move {
        root.get(&format!("/notifications?userId={user}")).await.body["items"][0]["id"].as_str().unwrap().to_owned()
    };
    let bounced = mail(suspended.clone()).await;
    assert_eq!(root.post(&format!("/notifications/{bounced}/bounced"), json!({})).await.status, 200);
    let import = world.call("POST", "/api/v1/imports?dryRun=true").token(&root.token);
    let import = import.raw("text/csv", "email\nada@example.com\n").send().await;
    park(world).await;
    world.log_requests().await;
    let request = root.get("/connections/okta/requests?limit=1").await.body["items"][0].clone();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    Things {
        webhook: id_of(&root.make("/webhooks", receiver()).await),
        request: id_of(&request),
        import: id_of(&import.body),
        deleted,
        mail: mail(text(&invited["userId"])).await,
        suppressed: format!("away{mark}@example.com"),
        user,
        suspended,
        group: group.to_owned(),
        session: session.to_owned(),
        invitation: text(&invited["invitationId"]),
        mark: mark.to_owned(),
    }
}

/// Deletions that wait for an administrator.
async fn park(world: &World) {
    let (tenant, now) = (world.tenant.id, world.now());
    let parked = Parked { until: now, parked_at: now, people: 12, of: 30, decision: None };
    let written = world.app.store.write(move |tx| {
        let parked = parked.clone();
        Box::pin(async move { store::parked::put(tx, tenant, &parked).await })
    });
    written.await.unwrap();
}

async fn ask(desk: &Desk, row: &Row) -> (u16, String) {
    let call = desk.world.call(row.method, &format!("/api/v1{}", row.path)).token(&desk.token);
    let call = match &row.body {
        Value::Null => call,
        Value::String(file) => call.raw("text/csv", file.clone()),
        body => call.raw("application/json", body.to_string()),
    };
    let answer = call.send().await;
    (answer.status, answer.text)
}

async fn administrator_elsewhere(world: &World) -> Desk {
    tenants::create(&world.app, "other", tenants::Changes::default()).await.unwrap();
    let (email, password) = ("root@other.example.org", Some(PASSWORD.to_owned()));
    administrators::create(&world.app, "other", email, password, administrators::Rank::Administrator).await.unwrap();
    let wanted = tokens::Wanted {
        name: "api".to_owned(),
        scope: Scope::Api,
        connection: None,
        user: Some(email.to_owned()),
        group: None,
        lifetime: TOKEN_LIFE,
    };
    let token = tokens::create(&world.app, "other", wanted).await.unwrap().secret;
    Desk { world: world.clone(), token }
}

installed! {
    async fn each_call_is_open_to_those_of_the_table_and_to_nobody_else(world: World) {
        let root = world.desk().await;
        let (group, session, people) = staff(&root).await;
        for (letter, desk) in &people {
            let on = things(&root, &group, &session, &letter.to_lowercase().to_string()).await;
            let before = (root.get(&format!("/users/{}", on.user)).await.body, world.mails().len());
            let rows = rows(&on);
            let (allowed, refused): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row.who.contains(*letter));
            for row in refused {
                let (status, text) = ask(desk, row).await;
                assert_eq!(status, 403, "{letter}: {} {} {} {text}", row.method, row.path, row.body);
            }
            world.deliver().await;
            let after = (root.get(&format!("/users/{}", on.user)).await.body, world.mails().len());
            assert_eq!(before, after, "{letter}: a refused call has no effect");
            for row in allowed {
                let (status, text) = ask(desk, row).await;
                assert!(matches!(status, 200..300 | 409), "{letter}: {} {} {status} {text}", row.method, row.path);
            }
        }
    }

    async fn every_route_stands_in_the_table_and_needs_credentials(world: World) {
        let root = world.desk().await;
        let (group, session, _) = staff(&root).await;
        let on = things(&root, &group, &session, "x").await;
        let rows = rows(&on);
        let named: BTreeSet<_> = rows.iter().map(|row| (row.method, format!("/api/v1{}", row.route))).collect();
        assert_eq!(named, api_calls().into_iter().collect::<BTreeSet<_>>());
        let scim = world.token.clone();
        for row in &rows {
            let path = format!("/api/v1{}", row.path);
            let answer = world.call(row.method, &path).send().await;
            assert_eq!((answer.status, answer.header("www-authenticate")), (401, "Bearer realm=\"api\""), "{path}");
            assert_eq!((answer.header("content-type"), &answer.body["status"]), ("application/problem+json", &json!(401)));
            let answer = world.call(row.method, &path).token("usher_api_nonsense").send().await;
            assert_eq!((answer.status, answer.header("www-authenticate")), (401, "Bearer realm=\"api\", error=\"invalid_token\""));
            assert_eq!(world.call(row.method, &path).token(&scim).send().await.status, 403, "{path}");
        }
        for path in ["/api", "/api/v1", "/api/v1/nothing", "/api/v1/users/"] {
            assert_eq!(world.call("GET", path).send().await.status, 401, "{path}");
        }
    }

    async fn another_tenants_administrator_finds_nothing(world: World) {
        let root = world.desk().await;
        let (group, session, _) = staff(&root).await;
        let on = things(&root, &group, &session, "x").await;
        let elsewhere = administrator_elsewhere(&world).await;
        let before = root.get(&format!("/users/{}", on.user)).await.body;
        for row in rows(&on) {
            let (status, text) = ask(&elsewhere, &row).await;
            if row.route.contains("{id}") || row.route.contains("{address}") {
                assert_eq!(status, 404, "{} {}: {text}", row.method, row.path);
            }
            for word in ["userx@", "guestx@", "awayx@", "gonex@", "Sales", "Negotiation"] {
                assert!(!text.contains(word), "{} {}: {text}", row.method, row.path);
            }
        }
        assert_eq!(root.get(&format!("/users/{}", on.user)).await.body, before);
        assert_eq!(root.get("/connections/hr-x").await.status, 404, "it was made in the other tenant");
    }
}
