//! `/i/{token}`.

use crate::support::{
    call::Answer,
    world::{PASSWORD, World, hours, id_of, link_in, person},
};
use serde_json::json;
use tokio::task::JoinSet;

fn fields<'a>(first: &'a str, last: &'a str, password: &'a str) -> [(&'a str, &'a str); 3] {
    [("firstName", first), ("lastName", last), ("password", password)]
}

/// What a person can tell one dead link from another by.
fn face(answer: &Answer) -> (u16, String, Vec<(String, String)>) {
    let mut headers: Vec<_> = answer
        .headers
        .iter()
        .filter(|(name, _)| name.as_str() != "x-request-id")
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    headers.sort();
    (answer.status, answer.text.clone(), headers)
}

async fn dead_links(world: &World) -> Vec<String> {
    let (_, used) = world.invite("Used").await;
    world.accept(&used).await;
    let (id, cancelled) = world.invite("Cancelled").await;
    world.switch(&id, false).await;
    let (id, deleted) = world.invite("Deleted").await;
    world.delete(&format!("/Users/{id}")).await;
    let (_, renewed) = world.invite("Renewed").await;
    world.advance(hours(1));
    world.form("/forgot", &[("email", "renewed@example.com")]).await;
    world.push(person("Other", json!({ "provisioningMode": "create" }))).await;
    world.deliver().await;
    let mails = world.mails();
    let password = mails.iter().map(link_in).find(|link| link.starts_with("/set-password/")).unwrap();
    let swapped = password.replace("/set-password/", "/i/");
    let truncated = renewed[..renewed.len() - 1].to_owned();
    vec![used, cancelled, deleted, renewed, swapped, truncated, "/i/unknown".to_owned(), "/i/%ff".to_owned()]
}

installed! {
    async fn reading_a_link_changes_nothing(world: World) {
        let (id, link) = world.invite("Ada").await;
        let before = world.read(&id).await;
        for number in 0..30 {
            let method = if number % 2 == 0 { "GET" } else { "HEAD" };
            let answer =
                world.call(method, &link).header("purpose", "prefetch").header("user-agent", "scanner").send().await;
            assert_eq!(answer.status, 200);
        }
        assert_eq!(world.read(&id).await, before);
        world.accept(&link).await;
    }

    async fn the_form_shows_who_is_invited_where(world: World) {
        let (_, link) = world.invite("Ada").await;
        let page = world.page(&link).await;
        assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
        for part in [
            "ada@example.com",
            "name=\"firstName\"",
            "name=\"lastName\"",
            "name=\"password\"",
            "value=\"Ada\"",
            "method=\"post\"",
        ] {
            assert!(page.text.contains(part), "{part}: {}", page.text);
        }
        assert!(!page.text.contains("<script"));
    }

    async fn a_form_with_a_fault_names_the_field_and_keeps_the_link(world: World) {
        let (id, link) = world.invite("Ada").await;
        for (answers, field) in [
            (fields("", "Lovelace", PASSWORD), "firstName"),
            (fields("  \u{202e} ", "Lovelace", PASSWORD), "firstName"),
            (fields("Augusta", "", PASSWORD), "lastName"),
            (fields("Augusta", "Lovelace", "short"), "password"),
            (fields("Augusta", "Lovelace", "password1234"), "password"),
            (fields("Augusta", "Lovelace", "ada@example.com"), "password"),
            (fields("Augusta", "Lovelace", &"x".repeat(2_000)), "password"),
        ] {
            let answer = world.form(&link, &answers).await;
            assert_eq!(answer.status, 422, "{field}");
            let tag = answer.text.split("<input").find(|tag| tag.contains(&format!("name=\"{field}\""))).unwrap();
            assert!(tag.contains("aria-invalid=\"true\""), "{field}: {tag}");
            if field != "firstName" {
                assert!(answer.text.contains("value=\"Augusta\""), "what was typed is kept");
            }
            assert!(!answer.text.contains("password1234"));
        }
        assert_eq!((world.state(&id).await.as_str(), world.billing(&id).await), ("invited", vec![]));
        world.accept(&link).await;
    }

    async fn dead_links_look_alike(world: World) {
        let links = dead_links(&world).await;
        let (_, expired) = world.invite("Expired").await;
        world.advance(hours(14 * 24));
        let expected = face(&world.page("/i/unknown").await);
        assert_eq!(expected.0, 404);
        assert!(expected.1.contains("/forgot") && expected.1.contains("/login"), "both ways out are offered");
        for link in links.iter().chain([&expired]) {
            assert_eq!(face(&world.page(link).await), expected, "{link}");
            let posted = world.form(link, &fields("Ada", "Lovelace", PASSWORD)).await;
            assert_eq!(face(&posted), expected, "{link}");
            // Also with a fault in the form.
            assert_eq!(face(&world.form(link, &fields("", "", "")).await), expected, "{link}");
        }
    }

    async fn of_fifty_simultaneous_answers_one_counts(world: World) {
        let (id, link) = world.invite("Ada").await;
        let mut posts = JoinSet::new();
        for number in 0..50 {
            let (world, link) = (world.clone(), link.clone());
            posts.spawn(async move {
                let password = format!("{PASSWORD} {number}");
                let answer = world.form(&link, &fields("Ada", "Lovelace", &password)).await;
                (answer.status, password)
            });
        }
        let answers = posts.join_all().await;
        let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|(status, _)| *status == 303);
        assert_eq!(won.len(), 1);
        assert!(
            lost.iter().all(|(status, _)| *status == 404),
            "{:?}",
            lost.iter().map(|(status, _)| status).collect::<Vec<_>>()
        );
        assert_eq!(world.billing(&id).await.len(), 1);
        assert_eq!(world.sign_in("ada@example.com", &won[0].1).await.status, 303);
        assert_eq!(world.sign_in("ada@example.com", &lost[0].1).await.status, 401);
    }

    async fn a_form_from_elsewhere_is_refused_and_the_link_lives(world: World) {
        let (_, link) = world.invite("Ada").await;
        let answers = fields("Ada", "Lovelace", PASSWORD);
        let foreign = world.call("POST", &link).header("origin", "https://evil.example").form(&answers).send().await;
        assert_eq!(foreign.status, 403);
        let cross = world.call("POST", &link).header("sec-fetch-site", "cross-site").form(&answers).send().await;
        assert_eq!(cross.status, 403);
        let json = world.call("POST", &link).json(&json!({ "password": PASSWORD })).send().await;
        assert_eq!(json.status, 415);
        world.accept(&link).await;
    }

    async fn nothing_usable_is_kept_of_a_link(world: World) {
        let (id, link) = world.invite("Ada").await;
        let token = link.strip_prefix("/i/").unwrap();
        for row in world.notifications(&id).await {
            assert!(!format!("{row:?}").contains(token));
        }
        assert_eq!(id_of(&world.read(&id).await), id);
        assert!(!world.get("/Users").await.text.contains(token));
    }
}
