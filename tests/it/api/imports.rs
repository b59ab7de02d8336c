//! People from CSV files: what becomes of each row, who is added how, who is changed, and what survives a crash.

use crate::support::{
    call::Answer,
    world::{Desk, PASSWORD, World, hours, id_of, link_in, person, seconds},
};
use serde_json::{Value, json};
use usher::{
    app::{
        administrators::Rank,
        desk::importing::{self, Intent, Sender, Step},
        tenants,
    },
    domain::{
        notification::{Code, MailSwitch, Status, Variant},
        user::Mode,
    },
    jobs,
};

async fn send(desk: &Desk, query: &str, file: impl Into<Vec<u8>>) -> Answer {
    let call = desk.world.call("POST", &format!("/api/v1/imports{query}")).token(&desk.token);
    call.raw("text/csv", file).send().await
}

/// Sends a file that must be read; answers the result.
async fn import(desk: &Desk, file: impl Into<Vec<u8>>) -> Value {
    let answer = send(desk, "", file).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.body
}

/// The statuses of the rows.
fn statuses(body: &Value) -> Vec<&str> {
    body["results"].as_array().unwrap().iter().map(|row| row["status"].as_str().unwrap()).collect()
}

/// Rows, created, updated, unchanged, rejected.
fn counts(body: &Value) -> [u64; 5] {
    ["rows", "created", "updated", "unchanged", "rejected"].map(|name| body[name].as_u64().unwrap())
}

/// The person who signs in with this, as the API shows them.
async fn find(desk: &Desk, login: &str) -> Value {
    let items = desk.get(&format!("/users?query={login}")).await.body["items"].clone();
    let found: Vec<_> = items.as_array().unwrap().iter().filter(|item| item["userName"] == login).cloned().collect();
    assert_eq!(found.len(), 1, "{items}");
    found[0].clone()
}

async fn count(desk: &Desk) -> usize {
    desk.get("/users?limit=200").await.body["items"].as_array().unwrap().len()
}

/// A file of one column more than the address, for so many people.
fn many(header: &str, people: usize, rest: &str) -> String {
    let rows: Vec<String> = (0..people).map(|number| format!("p{number}@example.com{rest}")).collect();
    format!("{header}\n{}\n", rows.join("\n"))
}

fn roles(person: &Value) -> Vec<(String, String, String)> {
    let word = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    let rows = person["memberships"].as_array().unwrap().iter();
    let mut roles: Vec<_> = rows.map(|row| (word(row, "group"), word(row, "role"), word(row, "source"))).collect();
    roles.sort();
    roles
}

async fn create_by_default(world: &World) {
    let changes = tenants::Changes { default_mode: Some(Mode::Create), ..tenants::Changes::default() };
    world.set_tenant(changes).await;
}

installed! {
    async fn a_file_from_a_french_spreadsheet_adds_people_on_every_path(world: World) {
        let desk = world.desk().await;
        let sales = id_of(&desk.make("/groups", json!({ "name": "Équipe ventes" })).await);
        let file = format!(
            "E-mail;First name;LAST_NAME;Password;send-credentials;language;roles;group_ids;deletion_date;labels;mode\r\n\
             chloe@example.com;Chloé;Lefèvre;;;fr;coach;{sales};30/06/2027;\"Été;Cohorte 7\";create\r\n\
             zoe@example.com;Zoé;\"Ça\r\nva\";{PASSWORD};;fr;;équipe VENTES;;;\r\n\
             jean@example.com;Jean;Noël;;VRAI;fr;;;;;\r\n\
             ana@example.com;Ana;Œuvre;;;;;;;;\r\n"
        );
        let (bytes, _, is_lossy) = encoding_rs::WINDOWS_1252.encode(&file);
        assert!(!is_lossy);
        let body = import(&desk, bytes).await;
        assert_eq!(counts(&body), [4, 4, 0, 0, 0], "{body}");
        assert_eq!(statuses(&body), ["created", "created", "created", "invited"]);
        let lines: Vec<_> = body["results"].as_array().unwrap().iter().map(|row| row["line"].as_u64().unwrap()).collect();
        assert_eq!(lines, [2, 3, 5, 6]);

        let chloe = find(&desk, "chloe@example.com").await;
        assert_eq!((&chloe["firstName"], &chloe["lastName"]), (&json!("Chloé"), &json!("Lefèvre")));
        assert_eq!((&chloe["language"], &chloe["deletionDate"]), (&json!("fr"), &json!("2027-06-30")));
        assert_eq!(chloe["labels"], json!(["Été", "Cohorte 7"]));
        assert_eq!(roles(&chloe), [("Équipe ventes".to_owned(), "coach".to_owned(), "csv".to_owned())]);
        let zoe = find(&desk, "zoe@example.com").await;
        assert_eq!((&zoe["lastName"], roles(&zoe)[0].1.as_str()), (&json!("Ça va"), "learner"));

        world.deliver().await;
        let mail = |to: &str| world.mails().into_iter().find(|mail| mail.to == to).expect("a mail");
        for (login, code, variant) in [
            ("chloe@example.com", Code::E9, Variant::Link),
            ("zoe@example.com", Code::E9, Variant::Known),
            ("jean@example.com", Code::E9, Variant::Generated),
            ("ana@example.com", Code::E1, Variant::Plain),
        ] {
            let rows = world.notifications(&id_of(&find(&desk, login).await)).await;
            assert_eq!((rows[0].code, rows[0].variant, rows[0].status), (code, variant, Status::Sent), "{login}");
            assert!(!mail(login).text.contains(PASSWORD));
        }
        assert!(link_in(&mail("chloe@example.com")).starts_with("/set-password/"));
        assert_eq!(world.sign_in("zoe@example.com", PASSWORD).await.header("location"), "/me");
        let generated = mail("jean@example.com").text;
        let password = generated.lines().find_map(|line| line.strip_prefix("Mot de passe")).unwrap();
        let password = password.trim_start_matches(|letter: char| letter.is_whitespace() || letter == ':');
        assert!(world.sign_in("jean@example.com", password).await.header("location").starts_with("/set-password/"));
        for (login, state) in [("chloe@example.com", "active"), ("ana@example.com", "invited")] {
            let person = find(&desk, login).await;
            assert_eq!((&person["state"], person["billableSince"].is_string()), (&json!(state), state == "active"));
        }
        let report = mail("root@example.com");
        assert_eq!(report.code, Code::E9);
        assert!(report.text.contains("4 rows of your file were read") && report.text.contains("Added: 4"), "{}", report.text);
    }

    async fn ten_broken_rows_come_back_with_reasons(world: World) {
        create_by_default(&world).await;
        let desk = world.desk().await;
        let before = count(&desk).await;
        let file = format!(
            "email,first_name,last_name,password,send_credentials,language,roles,group_ids,deletion_date,labels,mode,active_without_mail,billed_since\n\
             good1@example.com,Good,One,,,,,,,,,,\n\
             nobody,Bad,Address,,,,,,,,,,\n\
             ,No,Address,,,,,,,,,,\n\
             king@example.com,Bad,Role,,,,king,,,,,,\n\
             lost@example.com,No,Group,,,,,Nowhere,,,,,\n\
             past@example.com,Past,Date,,,,,,2027-03-10,,,,\n\
             weak@example.com,Weak,Word,password1234,,,,,,,,,\n\
             both@example.com,Both,Ways,{PASSWORD},yes,,,,,,,,\n\
             =HYPERLINK(\"http://evil.example.com\"),\"=1+1\",X,,,,,,,,,,\n\
             few@example.com,Few\n\
             soon@example.com,Future,Bill,,,,,,,,,yes,2027-03-11\n\
             good2@example.com,Good,Two,,,,,,,,,,\n"
        );
        let body = import(&desk, file).await;
        assert_eq!(counts(&body), [12, 2, 0, 0, 10], "{body}");
        let rejected: Vec<_> = body["results"].as_array().unwrap().iter().filter(|row| row["status"] == "rejected").cloned().collect();
        let told: Vec<_> = rejected.iter().map(|row| (row["line"].as_u64().unwrap(), row["column"].as_str())).collect();
        assert_eq!(told, [
            (3, Some("email")), (4, Some("email")), (5, Some("roles")), (6, Some("group_ids")), (7, Some("deletion_date")),
            (8, Some("password")), (9, Some("send_credentials")), (10, Some("email")), (11, None), (12, Some("billed_since")),
        ], "{body}");
        assert!(rejected.iter().all(|row| !row["message"].as_str().unwrap().is_empty()));
        assert_eq!(count(&desk).await, before + 2);

        let report = desk.get(&format!("/imports/{}/report", body["id"].as_str().unwrap())).await;
        assert_eq!((report.status, report.header("content-type")), (200, "text/csv; charset=utf-8"));
        assert!(report.text.starts_with("\u{feff}email,first_name"), "{}", report.text);
        assert!(report.text.contains("\"'=HYPERLINK(\"\"http://evil.example.com\"\")\",'=1+1,") || report.text.contains("\"'=1+1\""), "{}", report.text);
        assert!(!report.text.contains(PASSWORD) && !report.text.contains("password1234"), "no password leaves");
        let corrected = report.text.replace("Nowhere", "").replace("king,", "coach,");
        let again = import(&desk, corrected).await;
        assert_eq!(counts(&again), [10, 3, 0, 0, 7], "the short row came back with the cells it lacked: {again}");
        let withheld = again["results"].as_array().unwrap().iter().find(|row| row["email"] == "weak@example.com").unwrap();
        assert!(withheld["message"].as_str().unwrap().contains("fill it in again"), "{withheld}");
    }

    async fn a_dry_run_says_the_same_and_changes_nothing(world: World) {
        create_by_default(&world).await;
        let desk = world.desk().await;
        let group = id_of(&desk.make("/groups", json!({ "name": "Sales" })).await);
        import(&desk, "email,first_name\nold@example.com,Old\nsame@example.com,Same\n").await;
        world.deliver().await;
        let (people, mails) = (count(&desk).await, world.mails().len());
        let file = format!(
            "email,first_name,password,group_ids,mode\n\
             new@example.com,New,{PASSWORD},,\n\
             asked@example.com,Asked,,,invite\n\
             old@example.com,Older,,,\n\
             same@example.com,Same,,,\n\
             new@example.com,New,,{group},\n\
             new@example.com,Newer,,,\n\
             weak@example.com,Weak,aaaaaaaaaaaa,,\n\
             lost@example.com,Lost,,Nowhere,\n\
             new2@example.com,New,,,\n"
        );
        let foretold = send(&desk, "?dryRun=true", file.clone()).await;
        assert_eq!((foretold.status, &foretold.body["dryRun"]), (200, &json!(true)), "{}", foretold.text);
        world.deliver().await;
        assert_eq!((count(&desk).await, world.mails().len()), (people, mails));
        assert_eq!(find(&desk, "old@example.com").await["firstName"], "Old");
        let done = import(&desk, file).await;
        assert_eq!(foretold.body["results"], done["results"]);
        assert_eq!(statuses(&done), ["created", "invited", "updated", "unchanged", "updated", "rejected", "rejected", "rejected", "created"]);
        assert_eq!(counts(&done), [9, 3, 2, 1, 3]);
    }

    async fn rows_of_one_person_add_up(world: World) {
        create_by_default(&world).await;
        let desk = world.desk().await;
        for name in ["Sales", "Research"] {
            desk.make("/groups", json!({ "name": name })).await;
        }
        let file = "email,first_name,last_name,roles,group_ids\n\
                    ada@example.com,Ada,,coach,Sales\n\
                    bob@example.com,Bob,B,,\n\
                    ADA@example.com,,Lovelace,author|coach,Research\n\
                    ada@example.com,Ada,,coach,sales\n\
                    ada@example.com,Augusta,,,Sales\n";
        let body = import(&desk, file).await;
        assert_eq!(statuses(&body), ["created", "created", "updated", "unchanged", "rejected"], "{body}");
        let last = &body["results"][4];
        assert_eq!(last["column"], "first_name");
        assert!(last["message"].as_str().unwrap().contains("line 2"), "{last}");
        let ada = find(&desk, "ada@example.com").await;
        assert_eq!((&ada["firstName"], &ada["lastName"]), (&json!("Ada"), &json!("Lovelace")));
        let held = roles(&ada);
        let pairs: Vec<_> = held.iter().map(|(group, role, _)| (group.as_str(), role.as_str())).collect();
        assert_eq!(pairs, [("Research", "author"), ("Research", "coach"), ("Sales", "coach")]);
        world.deliver().await;
        let mails = world.mails().into_iter().filter(|mail| mail.to == "ada@example.com").count();
        assert_eq!(mails, 1, "one person, one mail");
    }

    async fn nobody_is_added_by_half(world: World) {
        let desk = world.desk().await;
        desk.make("/groups", json!({ "name": "Sales" })).await;
        let file = "email,first_name,mode,roles,group_ids\n\
                    ada@example.com,Ada,create,king,Sales\n\
                    ada@example.com,Ada,,coach,Sales\n\
                    bob@example.com,Bob,create,king,Sales\n\
                    bob@example.com,Bob,create,coach,Sales\n";
        let body = import(&desk, file).await;
        assert_eq!(statuses(&body), ["rejected", "rejected", "rejected", "created"], "{body}");
        assert_eq!(body["results"][1]["column"], "mode", "without it Ada would have been invited");
    }

    async fn who_is_there_is_changed_as_far_as_the_row_says(world: World) {
        create_by_default(&world).await;
        let desk = world.desk().await;
        desk.make("/groups", json!({ "name": "Sales" })).await;
        let first = format!("email,first_name,last_name,password,labels\nada@example.com,Ada,King,{PASSWORD},a;b\n").replace("a;b", "\"a;b\"");
        import(&desk, first.clone()).await;
        world.deliver().await;
        let again = import(&desk, first).await;
        assert_eq!(statuses(&again), ["unchanged"]);
        assert!(again["results"][0]["message"].as_str().unwrap().contains("the following user already has an account"), "{again}");
        let before = find(&desk, "ada@example.com").await;
        let file = "email,first_name,last_name,password,language,deletion_date,labels,group_ids,external_id\n\
                    Ada@Example.com,,Lovelace,another violet tractor moonlight,fr,2027-06-30,,Sales,hr-7\n";
        let body = import(&desk, file).await;
        assert_eq!(statuses(&body), ["updated"], "{body}");
        let ada = find(&desk, "ada@example.com").await;
        assert_eq!((&ada["id"], &ada["firstName"], &ada["lastName"]), (&before["id"], &json!("Ada"), &json!("Lovelace")));
        assert_eq!((&ada["language"], &ada["deletionDate"], &ada["labels"]), (&json!("fr"), &json!("2027-06-30"), &json!(["a", "b"])));
        assert_eq!(roles(&ada).len(), 2);
        assert_eq!(world.row(&id_of(&ada)).await.external_id.as_deref(), Some("hr-7"));
        assert_eq!(world.sign_in("ada@example.com", PASSWORD).await.header("location"), "/me", "the password is the old one");
        world.deliver().await;
        let codes: Vec<_> = world.outbox(&id_of(&ada)).await.into_iter().map(|mail| mail.0).collect();
        assert_eq!(codes, ["E9", "E11"], "told of the new group");
        assert_eq!(statuses(&import(&desk, file).await), ["unchanged"]);
    }

    async fn who_an_identity_provider_manages_only_joins_groups(world: World) {
        let desk = world.desk().await;
        desk.make("/groups", json!({ "name": "Sales" })).await;
        world.push(person("Ada", json!({ "provisioningMode": "create" }))).await;
        world.deliver().await;
        let same = import(&desk, "email,first_name,last_name,group_ids\nada@example.com,Ada,Example,Sales\n").await;
        assert_eq!(statuses(&same), ["updated"], "{same}");
        let other = import(&desk, "email,first_name\nada@example.com,Augusta\n").await;
        assert_eq!((statuses(&other), &other["results"][0]["column"]), (vec!["rejected"], &json!("first_name")));
        assert!(other["results"][0]["message"].as_str().unwrap().contains("connection okta"), "{other}");
        let ada = find(&desk, "ada@example.com").await;
        assert_eq!((&ada["firstName"], &ada["managedBy"]), (&json!("Ada"), &json!("okta")));
        assert!(roles(&ada).contains(&("Sales".to_owned(), "learner".to_owned(), "csv".to_owned())));
    }

    async fn who_came_from_another_platform_is_in_without_a_mail(world: World) {
        world.set_zone("Europe/Paris").await;
        let desk = world.desk().await;
        let file = format!(
            "email,user_name,external_id,password,active_without_mail,billed_since\n\
             ada@example.com,ada.lovelace,hr-1,{PASSWORD},yes,2024-09-01\n\
             bob@example.com,,hr-2,,yes,2025-01-15T08:00:00Z\n\
             cyd@example.com,,,,yes,\n\
             dan@example.com,,,,,2024-09-01\n\
             eve@example.com,ada.lovelace,,,yes,\n\
             fay@example.com,,hr-2,,yes,\n"
        );
        let body = import(&desk, file).await;
        assert_eq!(statuses(&body), ["created", "created", "created", "rejected", "rejected", "rejected"], "{body}");
        let columns: Vec<_> = (3..6).map(|row| body["results"][row]["column"].as_str().unwrap()).collect();
        assert_eq!(columns, ["billed_since", "user_name", "external_id"]);
        world.deliver().await;
        assert!(world.mails().iter().all(|mail| mail.to == "root@example.com"));
        let ada = find(&desk, "ada.lovelace").await;
        assert_eq!((&ada["state"], &ada["email"]), (&json!("active"), &json!("ada@example.com")));
        let id = id_of(&ada);
        assert_eq!(world.billing(&id).await, [("2024-08-31T22:00:00Z".parse().unwrap(), None)]);
        assert_eq!(world.outbox(&id).await, [("E6".to_owned(), "omitted".to_owned(), "the person was active before the import".to_owned())]);
        assert_eq!(world.events(&id).await, ["user.created", "user.activated", "membership.changed"]);
        assert_eq!(world.sign_in("ada.lovelace", PASSWORD).await.header("location"), "/me");
        let bob = id_of(&find(&desk, "bob@example.com").await);
        assert_eq!(world.billing(&bob).await, [("2025-01-15T08:00:00Z".parse().unwrap(), None)]);
        let cyd = id_of(&find(&desk, "cyd@example.com").await);
        assert_eq!(world.billing(&cyd).await, [(world.now(), None)]);
        let pushed = world.get("/Users?filter=externalId%20eq%20%22hr-1%22").await;
        assert_eq!(pushed.body["totalResults"], 1, "an identity provider finds its people: {}", pushed.text);
    }

    async fn a_group_is_named_by_id_or_by_a_name_it_alone_has(world: World) {
        let desk = world.desk().await;
        let wanted = json!({ "displayName": "Twins", "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"] });
        for connection in ["okta", "entra"] {
            let token = world.token_of(tenants::DEFAULT, connection).await;
            assert_eq!(world.scim("POST", "/Groups").token(&token).json(&wanted).send().await.status, 201);
        }
        let sales = id_of(&desk.make("/groups", json!({ "name": "Sales" })).await);
        let file = format!("email,group_ids\na@example.com,Twins\nb@example.com,\"sales; {sales}\"\nc@example.com,sales|None\n");
        let body = import(&desk, file).await;
        assert_eq!(statuses(&body), ["rejected", "invited", "rejected"], "{body}");
        assert!(body["results"][0]["message"].as_str().unwrap().contains("several groups"), "{body}");
        assert_eq!(roles(&find(&desk, "b@example.com").await).len(), 1);
    }

    async fn protected_people_keep_no_date(world: World) {
        let desk = world.desk().await;
        let body = import(&desk, "email,deletion_date,last_name\nroot@example.com,2027-06-30,Root\n").await;
        assert_eq!((statuses(&body), &body["results"][0]["column"]), (vec!["rejected"], &json!("deletion_date")), "{body}");
        world.administrator("second@example.com", Rank::Administrator).await;
        let body = import(&desk, "email,deletion_date\nroot@example.com,2027-06-30\n").await;
        assert_eq!(statuses(&body), ["updated"]);
    }

    async fn who_was_deleted_is_added_anew(world: World) {
        create_by_default(&world).await;
        let desk = world.desk().await;
        import(&desk, "email\nada@example.com\n").await;
        world.deliver().await;
        let before = id_of(&find(&desk, "ada@example.com").await);
        desk.send("DELETE", &format!("/users/{before}"), json!({})).await;
        assert_eq!(statuses(&import(&desk, "email\nada@example.com\n").await), ["created"]);
        assert_ne!(id_of(&find(&desk, "ada@example.com").await), before);
    }

    async fn a_file_that_can_not_be_read_is_refused_as_a_whole(world: World) {
        let desk = world.desk().await;
        for (file, field) in [
            ("", "file"),
            ("email\n", "file"),
            ("email,rolls\na@example.com,x\n", "header"),
            ("email,email\na@example.com,x\n", "email"),
            ("first_name\nAda\n", "email"),
            ("email\na\0@example.com\n", "file"),
        ] {
            let answer = send(&desk, "", file).await;
            assert_eq!((answer.status, &answer.body["field"]), (422, &json!(field)), "{file:?}: {}", answer.text);
        }
        assert_eq!(send(&desk, "?dryRun=maybe", "email\na@example.com\n").await.body["field"], "dryRun");
        assert_eq!(send(&desk, "?dry=true", "email\na@example.com\n").await.status, 422);
        let call = world.call("POST", "/api/v1/imports").token(&desk.token);
        assert_eq!(call.clone().raw("application/json", "{}").send().await.status, 415);
        let huge = call.raw("text/csv", vec![b'a'; 33 * 1024 * 1024]).send().await;
        assert_eq!(huge.status, 413);
        assert!(huge.text.contains("32 MiB"), "{}", huge.text);
        assert_eq!(desk.get("/imports/nonsense").await.status, 404);
        assert_eq!(desk.get("/imports/0192f0c1-7b7a-7c3e-9d55-1f2e3d4c5b6a").await.status, 404);
    }

    async fn a_long_file_is_taken_in_in_the_background(world: World) {
        let changes = tenants::Changes { notifications: Some(MailSwitch::Off), ..tenants::Changes::default() };
        world.set_tenant(changes).await;
        create_by_default(&world).await;
        let desk = world.desk().await;
        let file = many("email,first_name", 1_200, ",Person") + "p7@example.com,Other\n";
        let answer = send(&desk, "", file.clone()).await;
        assert_eq!((answer.status, &answer.body["status"]), (202, &json!("running")), "{}", answer.text);
        let id = answer.body["id"].as_str().unwrap().to_owned();
        assert!(answer.header("location").ends_with(&format!("/api/v1/imports/{id}")));
        let running = desk.get(&format!("/imports/{id}")).await.body;
        assert_eq!((&running["rows"], &running["processed"], running.get("results")), (&json!(1201), &json!(0), None));

        // A process that takes two steps and dies; another one goes on when its lease has run out.
        let owner = importing::owner(&world.app);
        let claimed = importing::claim(&world.app, &owner).await.unwrap().expect("it waits");
        for _ in 0..2 {
            assert_eq!(importing::advance(&world.app, &owner, &claimed).await.unwrap(), Step::More);
        }
        assert_eq!(jobs::drain_imports(&world.app).await.unwrap(), 0, "it is held");
        let halfway = desk.get(&format!("/imports/{id}")).await.body;
        assert_eq!((&halfway["processed"], &halfway["status"]), (&json!(400), &json!("running")));
        world.advance(seconds(61));
        assert_eq!(jobs::drain_imports(&world.app).await.unwrap(), 1);
        assert_eq!(importing::advance(&world.app, &owner, &claimed).await.unwrap(), Step::Lost, "the dead one may wake up");

        let done = desk.get(&format!("/imports/{id}")).await.body;
        assert_eq!((&done["status"], counts(&done)), (&json!("done"), [1201, 1200, 0, 0, 1]));
        assert_eq!(done["results"].as_array().unwrap().len(), 1201);
        assert_eq!(done["results"][1200]["column"], "first_name");
        let again = send(&desk, "?dryRun=true", file).await.body["id"].as_str().unwrap().to_owned();
        jobs::drain_imports(&world.app).await.unwrap();
        assert_eq!(counts(&desk.get(&format!("/imports/{again}")).await.body), [1201, 0, 0, 1200, 1]);
    }

    async fn two_workers_on_one_import_add_nobody_twice(world: World) {
        create_by_default(&world).await;
        let desk = world.desk().await;
        let actor = Sender::in_shell(&world.app, tenants::DEFAULT, None).await.unwrap();
        let file = many("email", 150, "");
        let owner = importing::owner(&world.app);
        let (import, rows) = importing::submit(&world.app, &actor, file.into_bytes(), Intent::TakeIn, &owner).await.unwrap();
        assert_eq!(rows, 150);
        let (one, other) = tokio::join!(
            importing::advance(&world.app, &owner, &import),
            importing::advance(&world.app, &owner, &import)
        );
        assert!(one.is_ok() && other.is_ok(), "{one:?} {other:?}");
        while importing::advance(&world.app, &owner, &import).await.unwrap() == Step::More {}
        let view = importing::view(&world.app, &import).await.unwrap();
        assert_eq!((view.tally.created, view.tally.rows(), view.is_done()), (150, 150, true));
        assert_eq!(count(&desk).await, 151);
        world.deliver().await;
        assert_eq!(world.mails().len(), 150, "an operator gets no report");
    }

    async fn passwords_are_nowhere_in_plain_text(world: World) {
        let desk = world.desk().await;
        let file = many("email,password,roles", 1_001, &format!(",{PASSWORD},king"));
        let id = send(&desk, "", file).await.body["id"].as_str().unwrap().to_owned();
        let list = |listed| {
            let (world, id) = (world.clone(), id.clone());
            async move {
                let mut reader = world.app.store.read().await.unwrap();
                let import = id.parse().unwrap();
                match listed {
                    None => usher::store::imports::waiting(&mut reader, world.tenant.id, import, 2_000).await.unwrap(),
                    Some(listed) => usher::store::imports::list(&mut reader, world.tenant.id, import, listed).await.unwrap(),
                }
            }
        };
        let waiting = list(None).await;
        assert_eq!(waiting.len(), 1_001);
        assert!(waiting.iter().all(|row| row.sealed.as_deref().is_some_and(|sealed| !sealed.contains("violet"))));
        jobs::drain_imports(&world.app).await.unwrap();
        assert_eq!(list(None).await.len(), 0);
        let report = desk.get(&format!("/imports/{id}/report")).await.text;
        assert!(report.contains("(withheld)") && !report.contains("violet"));
    }

    async fn the_sender_is_told_even_when_mails_are_held(world: World) {
        create_by_default(&world).await;
        world.set_tenant(tenants::Changes { mail_budget_per_hour: Some(2), ..tenants::Changes::default() }).await;
        let desk = world.desk().await;
        import(&desk, "email\na@example.com\nb@example.com\nc@example.com\nd@example.com\n").await;
        world.deliver().await;
        let report = world.mails().into_iter().filter(|mail| mail.to == "root@example.com" && mail.code == Code::E9);
        assert_eq!(report.count(), 1);
    }

    async fn the_report_by_mail_names_the_first_rejected_rows(world: World) {
        let desk = world.desk().await;
        let broken: Vec<String> = (0..23).map(|number| format!("p{number}@example.com,nobody knows{number},")).collect();
        let file = format!("email,group_ids,language\n{}\nada@example.com,,xx\n", broken.join("\n"));
        assert_eq!(import(&desk, file).await["rejected"], 24);
        world.deliver().await;
        let report = world.mails().into_iter().rfind(|mail| mail.to == "root@example.com" && mail.code == Code::E9).unwrap();
        let text = report.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let first = "Line 2, column group_ids: there is no group \"nobody knows0\"; make it first, or give another";
        assert!(text.contains(first) && text.contains("Rejected: 24"), "{text}");
        assert!(text.contains("Line 21, column group_ids") && !text.contains("Line 22,"), "{text}");
        assert!(text.contains("Further rejected rows: 4"), "{text}");
        assert!(report.html.contains("<bdi lang=\"en\">there is no group &quot;nobody knows0&quot;"), "{}", report.html);
        import(&desk, "email,language,group_ids\nada@example.com,xx,\nbob@example.com,,https://evil.example/now\n").await;
        world.deliver().await;
        let report = world.mails().into_iter().rfind(|mail| mail.to == "root@example.com" && mail.code == Code::E9).unwrap();
        assert!(report.text.contains("Line 2, column language: there are no texts in it"), "{}", report.text);
        assert!(report.text.contains("Line 3, column group_ids:") && !report.text.contains("evil.example"), "{}", report.text);
        assert!(!report.text.contains("Further") && !report.html.contains("evil.example"));
    }

    async fn results_are_forgotten_after_a_month(world: World) {
        let desk = world.desk().await;
        let id = import(&desk, "email\na@example.com\n").await["id"].as_str().unwrap().to_owned();
        assert_eq!(importing::forget_old(&world.app).await.unwrap(), 0);
        world.advance(hours(31 * 24));
        assert_eq!(importing::forget_old(&world.app).await.unwrap(), 1);
        assert_eq!(desk.get(&format!("/imports/{id}")).await.status, 404);
    }

    async fn only_administrators_of_the_platform_import(world: World) {
        world.create("Ada").await;
        let desk = world.desk_of("ada@example.com").await;
        let answer = send(&desk, "", "email\nnew@example.com\n").await;
        assert_eq!(answer.status, 403);
        let refused = Sender::in_shell(&world.app, tenants::DEFAULT, Some("ada@example.com")).await;
        assert!(refused.is_err());
        assert!(Sender::in_shell(&world.app, tenants::DEFAULT, Some("nobody@example.com")).await.is_err());
        let other = world.desk().await;
        let id = import(&other, "email\nnew@example.com\n").await["id"].as_str().unwrap().to_owned();
        assert_eq!(desk.get(&format!("/imports/{id}")).await.status, 403);
        assert_eq!(desk.get(&format!("/imports/{id}/report")).await.status, 403);
    }
}
