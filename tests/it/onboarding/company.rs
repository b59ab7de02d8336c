//! Where people sign in with their company's account: invitations are confirmed, nobody is asked for a password.

use crate::support::world::{Desk, PASSWORD, PUBLIC_URL, World, hours, id_of, link_in, person};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use usher::{
    app::{administrators::Rank, connections, tenants::Changes},
    domain::{company::CompanySignIn, notification::Code, tenant::ScimPassword},
    scim::schema::USHER,
};

const COMPANY: &str = "https://login.example.com/start?to=learning&x=1";
const OTHER: &str = "https://sso.example.com/";

fn company(text: &str) -> CompanySignIn {
    CompanySignIn::parse(text).unwrap()
}

async fn set_tenant(world: &World, text: &str) {
    world.set_tenant(Changes { company_sign_in: Some(company(text)), ..Changes::default() }).await;
}

async fn set_connection(world: &World, company_sign_in: Option<CompanySignIn>) {
    let changes = connections::Changes { company_sign_in: Some(company_sign_in), ..connections::Changes::default() };
    world.set_connection(changes).await;
}

/// The page of a link: where its button leads, or none where it asks for a password.
async fn asks_for_nothing(world: &World, link: &str) -> bool {
    let page = world.page(link).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let is_form = page.text.contains("name=\"password\"");
    assert_ne!(is_form, page.text.contains("Continue with my company account"), "{}", page.text);
    !is_form
}

async fn activate(desk: &Desk, id: &str) -> (u16, String) {
    let answer = desk.post(&format!("/users/{id}/activate"), json!({})).await;
    (answer.status, answer.text)
}

fn created(name: &str) -> Value {
    person(name, json!({ "provisioningMode": "create" }))
}

installed! {
    async fn an_invited_person_confirms_and_is_led_to_the_company(world: World) {
        set_tenant(&world, COMPANY).await;
        let (id, link) = world.invite("Ada").await;
        let mail = world.last_mail();
        assert_eq!(mail.code, Code::E1);
        assert!(mail.text.contains("Sign in with your company account") && !mail.text.contains("choose a password"), "{}", mail.text);
        assert!(link.starts_with("/i/") && !mail.text.contains("login.example.com"), "the mail leads here, to be told of it");
        let before = world.read(&id).await;
        for method in ["GET", "HEAD", "GET", "HEAD"] {
            let page = world.call(method, &link).header("user-agent", "scanner").send().await;
            assert_eq!(page.status, 200);
        }
        assert!(asks_for_nothing(&world, &link).await);
        assert_eq!((world.read(&id).await, world.billing(&id).await), (before, vec![]), "reading changes nothing");
        world.advance(hours(1));
        let answer = world.form(&link, &[]).await;
        assert_eq!((answer.status, answer.header("location")), (303, COMPANY), "{}", answer.text);
        assert_eq!(answer.header("set-cookie"), "", "a link is no proof of being somebody at the company");
        let own = world.own(&id).await;
        assert_eq!((&own["state"], &own["invitationStatus"]), (&json!("active"), &json!("accepted")));
        assert_eq!(world.billing(&id).await, [(world.now(), None)]);
        assert_eq!(world.read(&id).await["name"]["familyName"], "Example", "the name is the identity provider's");
        assert!(world.events(&id).await.contains(&"user.activated".to_owned()));
        assert_eq!(world.row(&id).await.password_hash, None);
        assert_eq!(world.form(&link, &[]).await.text, world.page("/i/unknown").await.text, "once");
    }

    async fn browsers_may_follow_the_button_to_the_company(world: World) {
        for (page, policy) in [(COMPANY, "form-action 'self' https:;"), ("http://127.0.0.1:9/", "form-action 'self' http: https:;")] {
            set_tenant(&world, page).await;
            let (_, link) = world.invite(if page == COMPANY { "Ada" } else { "Bob" }).await;
            let shown = world.page(&link).await;
            let followed = world.form(&link, &[]).await;
            for answer in [&shown, &followed] {
                let given = answer.header("content-security-policy");
                assert!(given.contains(policy) && given.contains("default-src 'none'") && given.contains("frame-ancestors 'none'"), "{given}");
                assert_eq!((answer.header("referrer-policy"), answer.header("cache-control")), ("no-referrer", "no-store"));
            }
        }
        set_tenant(&world, "off").await;
        let (_, link) = world.invite("Cem").await;
        assert!(world.page(&link).await.header("content-security-policy").contains("form-action 'self';"));
    }

    async fn of_many_simultaneous_confirmations_one_counts_and_none_from_elsewhere(world: World) {
        set_tenant(&world, COMPANY).await;
        let (id, link) = world.invite("Ada").await;
        let foreign = world.call("POST", &link).header("origin", "https://evil.example").form(&[]).send().await;
        assert_eq!(foreign.status, 403);
        let mut posts = JoinSet::new();
        for _ in 0..20 {
            let (world, link) = (world.clone(), link.clone());
            posts.spawn(async move { world.form(&link, &[]).await.status });
        }
        let mut answers = posts.join_all().await;
        answers.sort_unstable();
        assert_eq!((answers[0], &answers[1..]), (303, &[404; 19][..]));
        assert_eq!(world.billing(&id).await.len(), 1);
    }

    async fn dead_links_look_as_they_always_do(world: World) {
        let unknown = world.page("/i/unknown").await;
        set_tenant(&world, COMPANY).await;
        let (id, cancelled) = world.invite("Ada").await;
        world.switch(&id, false).await;
        let (_, expired) = world.invite("Bob").await;
        world.advance(hours(14 * 24));
        for link in [&cancelled, &expired] {
            assert_eq!((world.page(link).await.text, world.form(link, &[]).await.text), (unknown.text.clone(), unknown.text.clone()));
        }
        assert_eq!(world.state(&id).await, "suspended");
    }

    async fn every_invitation_speaks_of_the_company(world: World) {
        set_tenant(&world, COMPANY).await;
        let desk = world.desk().await;
        let group = id_of(&desk.make("/groups", json!({ "name": "Sales" })).await);
        desk.invite(json!({ "emails": "ada@example.com", "groupId": group })).await;
        world.deliver().await;
        let told = |code: Code| {
            let mail = world.last_mail();
            assert_eq!(mail.code, code, "{}", mail.subject);
            assert!(mail.text.contains("ign in with your company account") && !mail.text.contains("tell us your name"), "{}", mail.text);
            link_in(&mail)
        };
        told(Code::E2);
        world.pass(hours(3 * 24)).await;
        told(Code::E4);
        let row = desk.get("/invitations?email=ada@example.com").await.body["items"][0].clone();
        desk.make(&format!("/invitations/{}/resend", row["id"].as_str().unwrap()), json!({})).await;
        world.deliver().await;
        assert!(asks_for_nothing(&world, &told(Code::E5)).await);
        let id = row["userId"].as_str().unwrap();
        assert_eq!(desk.send("DELETE", &format!("/users/{id}"), json!({})).await.status, 204);
        world.advance(hours(24));
        desk.invite(json!({ "emails": "ada@example.com" })).await;
        world.deliver().await;
        assert_eq!(world.form(&told(Code::E10), &[]).await.header("location"), COMPANY);
    }

    async fn a_mail_of_right_to_left_words_says_it_too(world: World) {
        set_tenant(&world, COMPANY).await;
        let mut body = person("Ada", json!({}));
        body["preferredLanguage"] = json!("ar");
        world.push(body).await;
        world.deliver().await;
        let mail = world.last_mail();
        assert!(mail.html.contains("dir=\"rtl\"") && mail.text.contains("الدخول بحساب المؤسسة"), "{}", mail.text);
        let page = world.page(&link_in(&mail)).await;
        assert!(page.text.contains("dir=\"rtl\"") && page.text.contains("المتابعة بحساب المؤسسة"), "{}", page.text);
    }

    async fn a_connection_goes_before_the_tenant(world: World) {
        let entra = World { token: world.token_of("default", "entra").await, ..world.clone() };
        set_connection(&world, Some(company(OTHER))).await;
        let (_, link) = world.invite("Ada").await;
        assert_eq!(world.form(&link, &[]).await.header("location"), OTHER);
        let (_, link) = entra.invite("Bob").await;
        assert!(!asks_for_nothing(&world, &link).await, "others choose a password");
        // The page follows the setting of the moment, whatever the mail said.
        set_tenant(&world, COMPANY).await;
        assert!(asks_for_nothing(&world, &link).await);
        set_connection(&world, Some(company("off"))).await;
        let (_, own) = world.invite("Cem").await;
        assert!(!asks_for_nothing(&world, &own).await);
        set_connection(&world, None).await;
        assert!(asks_for_nothing(&world, &own).await);
        assert_eq!(world.form(&own, &[("firstName", "C"), ("password", PASSWORD)]).await.header("location"), COMPANY);
        // People whom no connection manages follow the tenant.
        world.desk().await.invite(json!({ "emails": "dan@example.com" })).await;
        world.deliver().await;
        assert!(asks_for_nothing(&world, &link_in(&world.last_mail())).await);
    }

    async fn a_created_person_is_told_to_sign_in_with_the_company(world: World) {
        set_tenant(&world, COMPANY).await;
        let id = world.create("Ada").await;
        let mail = world.last_mail();
        assert_eq!((mail.code, world.outbox(&id).await.len()), (Code::E6, 1));
        assert!(mail.text.contains(COMPANY) && mail.text.contains("Sign in with your company account; you need no other password"), "{}", mail.text);
        assert!(!mail.text.contains(PUBLIC_URL) && !mail.text.contains("Forgot"), "{}", mail.text);
        // Back again, and in a batch, in the same words.
        assert_eq!(world.delete(&format!("/Users/{id}")).await.status, 204);
        world.create("Ada").await;
        let back = world.last_mail();
        assert!(back.code == Code::E10 && back.text.contains(COMPANY) && back.text.contains("no other password"), "{}", back.text);
        let desk = world.desk().await;
        let file = "email,mode\nbob@example.com,create\n";
        world.call("POST", "/api/v1/imports").token(&desk.token).raw("text/csv", file).send().await;
        world.deliver().await;
        let batch = world.mails().into_iter().rfind(|mail| mail.to == "bob@example.com").unwrap();
        assert!(batch.code == Code::E9 && batch.text.contains(COMPANY), "{}", batch.text);
    }

    async fn generated_credentials_and_known_passwords_go_on_working(world: World) {
        world.set_tenant(Changes { company_sign_in: Some(company(COMPANY)), scim_password: Some(ScimPassword::Accept), ..Changes::default() }).await;
        world.push(person("Ada", json!({ "provisioningMode": "create", "generateCredentials": true }))).await;
        world.deliver().await;
        assert_eq!(world.last_mail().code, Code::E7, "somebody asked for them");
        let mut body = created("Bob");
        body["password"] = json!(PASSWORD);
        world.push(body).await;
        world.deliver().await;
        assert_eq!(link_in(&world.last_mail()), "/login");
        assert_eq!(world.sign_in("bob@example.com", PASSWORD).await.status, 303);
    }

    async fn who_has_no_password_is_never_mailed_a_link_to_choose_one(world: World) {
        // The mail and its link are older than the setting.
        let waiting = id_of(&world.push(created("Ada")).await);
        world.push(created("Bob")).await;
        world.mailbox.script([usher::mail::Outcome::Delayed { reply: "451".to_owned() }]);
        world.deliver().await;
        let old = world.mails().iter().map(link_in).find(|link| link.starts_with("/set-password/")).unwrap();
        set_tenant(&world, COMPANY).await;
        let page = world.page(&old).await;
        assert!(page.status == 200 && !page.text.contains("name=\"password\""), "{}", page.text);
        assert!(page.text.contains("You need no password") && page.text.contains("login.example.com"), "{}", page.text);
        let refused = world.form(&old, &[("password", PASSWORD)]).await;
        assert!(refused.status == 422 && refused.text.contains("You need no password"), "{}", refused.text);
        world.pass(hours(1)).await;
        let mail = world.last_mail();
        assert!(mail.code == Code::E8 && mail.text.contains(COMPANY) && !mail.text.contains("/set-password/"), "{}", mail.text);
        assert_eq!(world.state(&waiting).await, "active");
        let answer = world.form("/forgot", &[("email", "bob@example.com")]).await;
        assert_eq!(answer.text, world.form("/forgot", &[("email", "nobody@example.com")]).await.text, "the page tells nobody apart");
        world.deliver().await;
        let mail = world.last_mail();
        assert_eq!((mail.code, mail.subject.as_str()), (Code::Reset, "How to sign in to Usher"));
        assert!(mail.text.contains(COMPANY) && !mail.text.contains("/set-password/"), "{}", mail.text);
        set_tenant(&world, "off").await;
        assert!(world.page(&old).await.text.contains("name=\"password\""));
    }

    async fn who_has_a_password_can_renew_it(world: World) {
        world.administrator("root@example.com", Rank::Owner).await;
        set_tenant(&world, COMPANY).await;
        assert_eq!(world.sign_in("root@example.com", PASSWORD).await.status, 303, "a wrong address locks nobody out");
        world.form("/forgot", &[("email", "root@example.com")]).await;
        world.deliver().await;
        let link = link_in(&world.last_mail());
        assert!(link.starts_with("/set-password/"), "{link}");
        assert_eq!(world.form(&link, &[("password", "another phrase that is long enough")]).await.status, 303);
    }

    async fn an_invited_person_who_asks_for_a_link_gets_the_invitation(world: World) {
        set_tenant(&world, COMPANY).await;
        world.invite("Ada").await;
        world.advance(hours(1));
        world.form("/forgot", &[("email", "ada@example.com")]).await;
        world.deliver().await;
        assert!(asks_for_nothing(&world, &link_in(&world.last_mail())).await);
    }

    async fn the_platform_tells_that_somebody_signed_in(world: World) {
        let desk = world.desk().await;
        let (id, link) = world.invite("Ada").await;
        let (status, text) = activate(&desk, &id).await;
        assert!(status == 409 && text.contains("companySignIn"), "without company sign-in only the form counts: {text}");
        set_tenant(&world, COMPANY).await;
        assert_eq!(activate(&desk, &id).await.0, 200);
        let own = world.own(&id).await;
        assert_eq!((&own["state"], &own["invitationStatus"]), (&json!("active"), &json!("accepted")));
        assert_eq!(world.billing(&id).await.len(), 1);
        assert_eq!(world.page(&link).await.status, 404, "the link is used");
        assert_eq!(activate(&desk, &id).await.0, 409);
        let (cancelled, _) = world.invite("Bob").await;
        let row = desk.get("/invitations?email=bob@example.com").await.body["items"][0]["id"].clone();
        desk.make(&format!("/invitations/{}/cancel", row.as_str().unwrap()), json!({})).await;
        let (late, _) = world.invite("Cem").await;
        world.pass(hours(14 * 24)).await;
        for id in [&cancelled, &late] {
            let (status, text) = activate(&desk, id).await;
            assert!(status == 409 && text.contains("resend"), "{text}");
            assert_eq!(world.state(id).await, "invited");
        }
    }

    async fn an_administrator_sees_and_sets_where_people_sign_in(world: World) {
        let desk = world.desk().await;
        let put = async |value: Value| desk.send("PUT", "/connections/entra", json!({ "companySignIn": value })).await;
        for value in [json!(COMPANY), json!("off"), Value::Null] {
            let answer = put(value.clone()).await;
            assert!(matches!(answer.status, 200 | 201) && answer.body["companySignIn"] == value, "{}", answer.text);
            assert_eq!(desk.get("/connections/entra").await.body["companySignIn"], value);
        }
        for value in ["http://login.example.com/", "https://a:b@login.example.com/", "javascript:alert(1)", "login", ""] {
            let answer = put(json!(value)).await;
            assert_eq!((answer.status, &answer.body["field"]), (422, &json!("companySignIn")), "{value}: {}", answer.text);
        }
        put(json!(OTHER)).await;
        let row = desk.get("/audit?action=connection.changed").await.body["items"][0].clone();
        assert_eq!((&row["before"]["companySignIn"], &row["after"]["companySignIn"]), (&Value::Null, &json!(OTHER)));
        set_tenant(&world, COMPANY).await;
        let row = desk.get("/audit?action=tenant.changed").await.body["items"][0].clone();
        assert_eq!((&row["before"]["companySignIn"], &row["after"]["companySignIn"]), (&json!("off"), &json!(COMPANY)));
    }

    async fn our_extension_says_nothing_new(world: World) {
        set_tenant(&world, COMPANY).await;
        let id = id_of(&world.push(person("Ada", json!({}))).await);
        let again = world.put(&format!("/Users/{id}"), person("Ada", json!({}))).await;
        assert_eq!((again.status, &again.body["meta"]["version"]), (200, &json!("W/\"v1\"")), "a repeated push changes nothing");
        assert_eq!(again.body[USHER]["state"], "invited");
        assert_eq!(world.deliver().await, 1);
    }
}
