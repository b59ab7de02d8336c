//! `/login`, `/logout`, `/me`.

use crate::support::world::{PASSWORD, World, hours, person};
use serde_json::json;
use usher::app::{administrators::Rank, tenants};

installed! {
    async fn a_person_signs_in_by_user_name_and_by_address(world: World) {
        let mut body = person("Ada", json!({ "provisioningMode": "invite" }));
        body["userName"] = json!("Countess");
        world.push(body).await;
        world.deliver().await;
        world.accept(&crate::support::world::link_in(&world.last_mail())).await;
        for login in ["countess", " COUNTESS ", "ada@example.com", "ADA@Example.com"] {
            let answer = world.sign_in(login, PASSWORD).await;
            assert_eq!((answer.status, answer.header("location")), (303, "/me"), "{login}");
            let cookie = answer.header("set-cookie");
            for attribute in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
                assert!(cookie.contains(attribute), "{cookie}");
            }
        }
    }

    async fn every_failure_looks_the_same(world: World) {
        world.onboard("Ada").await;
        let (suspended, _) = world.onboard("Bob").await;
        world.switch(&suspended, false).await;
        world.invite("Cy").await;
        let (deleted, _) = world.onboard("Dan").await;
        world.delete(&format!("/Users/{deleted}")).await;
        let bodies: Vec<String> = {
            let mut bodies = Vec::new();
            for (login, password) in [
                ("ada@example.com", "wrong"),
                ("bob@example.com", PASSWORD),
                ("cy@example.com", PASSWORD),
                ("dan@example.com", PASSWORD),
                ("nobody@example.com", PASSWORD),
                ("ada@example.com", &"x".repeat(5_000)),
            ] {
                let answer = world.sign_in(login, password).await;
                assert_eq!((answer.status, answer.header("set-cookie")), (401, ""), "{login}");
                assert!(!answer.text.contains(password));
                bodies.push(answer.text.replace(login, ""));
            }
            bodies
        };
        assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]));
        assert_eq!(world.sign_in("", "").await.status, 401);
    }

    async fn an_address_of_two_people_signs_nobody_in(world: World) {
        world.onboard("Ada").await;
        let mut body = person("Bob", json!({}));
        body["emails"] = json!([{ "value": "ada@example.com" }]);
        body["userName"] = json!("bob");
        world.push(body).await;
        // It is still Ada's userName.
        assert_eq!(world.sign_in("ada@example.com", PASSWORD).await.status, 303);
        let mut body = person("Cy", json!({}));
        body["emails"] = json!([{ "value": "shared@example.com" }]);
        for name in ["cy", "dan"] {
            body["userName"] = json!(name);
            world.push(body.clone()).await;
        }
        assert_eq!(world.sign_in("shared@example.com", PASSWORD).await.status, 401);
    }

    async fn signing_out_ends_the_session(world: World) {
        let (_, cookie) = world.onboard("Ada").await;
        let me = || world.call("GET", "/me").cookie(&cookie).send();
        assert!(me().await.text.contains("ada@example.com"));
        let foreign = world
            .call("POST", "/logout")
            .cookie(&cookie)
            .header("origin", "https://evil.example")
            .form(&[])
            .send()
            .await;
        assert_eq!((foreign.status, me().await.status), (403, 200));
        assert_eq!(world.call("GET", "/logout").cookie(&cookie).send().await.status, 405);
        let out = world.call("POST", "/logout").cookie(&cookie).form(&[]).send().await;
        assert_eq!((out.status, out.header("location")), (303, "/login"));
        assert!(out.header("set-cookie").contains("Max-Age=0"));
        assert_eq!(me().await.header("location"), "/login");
    }

    async fn a_session_ends_by_itself(world: World) {
        let (_, cookie) = world.onboard("Ada").await;
        world.advance(hours(12));
        assert_eq!(world.call("GET", "/me").cookie(&cookie).send().await.header("location"), "/login");
        assert_eq!(world.call("GET", "/me").cookie("usher_session=forged").send().await.status, 303);
    }

    async fn the_own_page_shows_groups_and_the_deletion_date(world: World) {
        let (id, cookie) = world.onboard("Ada").await;
        world.post("/Groups", crate::support::world::group("Pilots & <Crew>", &[&id])).await;
        world.set_own(&id, "deletionDate", json!("2027-12-31")).await;
        let page = world.call("GET", "/me").cookie(&cookie).send().await.text;
        assert!(page.contains("Pilots &amp; &lt;Crew&gt;") && page.contains("2027"), "{page}");
        assert!(page.contains("Ada Lovelace") && page.contains("Usher"));
    }

    async fn where_a_sign_in_leads_is_never_taken_from_the_request(world: World) {
        world.onboard("Ada").await;
        let fields = [
            ("email", "ada@example.com"),
            ("password", PASSWORD),
            ("next", "//evil.example"),
            ("redirect", "https://evil.example"),
        ];
        let path = "/login?next=https://evil.example&return=//evil.example";
        let answer = world.call("POST", path).form(&fields).send().await;
        assert_eq!((answer.status, answer.header("location")), (303, "/me"));
        assert!(!world.page(path).await.text.contains("evil.example"));
    }

    async fn tenants_do_not_share_people(world: World) {
        world.onboard("Ada").await;
        let other = tenants::create(&world.app, "other", tenants::Changes::default()).await.unwrap();
        let other = World { token: world.token_of("other", "okta").await, tenant: other, ..world.clone() };
        let password = "another phrase that is long enough";
        other.push(person("Ada", json!({}))).await;
        other.deliver().await;
        let link = crate::support::world::link_in(&other.last_mail());
        let fields = [("firstName", "Other"), ("lastName", "Ada"), ("password", password)];
        assert_eq!(other.form(&link, &fields).await.status, 303);
        for (password, name) in [(PASSWORD, "Ada Lovelace"), (password, "Other Ada")] {
            let cookie = world.sign_in("ada@example.com", password).await.cookie();
            assert!(world.call("GET", "/me").cookie(&cookie).send().await.text.contains(name), "{name}");
        }
        world.administrator("root@example.com", Rank::Owner).await;
        assert_eq!(other.get("/Users").await.body["totalResults"], 1);
    }
}
