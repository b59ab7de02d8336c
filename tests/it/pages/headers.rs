//! What goes with every page.

use crate::support::world::{PUBLIC_URL, id_of, link_in, person};
use serde_json::json;

installed! {
    async fn every_page_protects_itself(world: World) {
        let (_, link) = world.invite("Ada").await;
        let (_, cookie) = world.onboard("Bob").await;
        for path in [link.as_str(), "/i/unknown", "/login", "/forgot", "/me", "/nothing", "/set-password/x"] {
            let answer = world.call("GET", path).cookie(&cookie).send().await;
            for (name, value) in [
                ("cache-control", "no-store"),
                ("referrer-policy", "no-referrer"),
                ("x-frame-options", "DENY"),
                ("x-content-type-options", "nosniff"),
                ("strict-transport-security", "max-age=31536000"),
            ] {
                assert_eq!(answer.header(name), value, "{path}");
            }
            let policy = answer.header("content-security-policy");
            assert!(
                policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
                "{path}: {policy}"
            );
            assert!(!answer.text.contains("http://") && !answer.text.contains("src=\"//"), "{path}: {}", answer.text);
        }
    }

    async fn no_header_moves_a_link(world: World) {
        let call = world.scim("POST", "/Users").json(&person("Ada", json!({})));
        let call = ["host", "x-forwarded-host", "x-original-host"]
            .iter()
            .fold(call, |call, name| call.header(name, "evil.example"));
        let answer =
            call.header("forwarded", "host=evil.example;proto=http").header("x-forwarded-proto", "http").send().await;
        assert_eq!(answer.status, 201);
        assert!(answer.header("location").starts_with(PUBLIC_URL));
        assert!(!answer.text.contains("evil.example"));
        world.call("POST", "/forgot").header("host", "evil.example").form(&[("email", "ada@example.com")]).send().await;
        world.deliver().await;
        for mail in world.mails() {
            assert!(!mail.text.contains("evil.example") && !mail.html.contains("evil.example"));
            assert!(link_in(&mail).starts_with("/i/"));
        }
        let read =
            world.scim("GET", &format!("/Users/{}", id_of(&answer.body))).header("host", "evil.example").send().await;
        assert!(!read.text.contains("evil.example"));
    }
}
