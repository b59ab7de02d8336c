//! `/inbox`.

use crate::support::{
    call::encode,
    world::{World, id_of, person, sender},
};
use axum::extract::ConnectInfo;
use serde_json::json;
use std::net::SocketAddr;
use usher::jobs;

/// The surface with an inbox, as a browser on the same machine reaches it.
fn local(world: &World) -> World {
    let peer: SocketAddr = "127.0.0.1:50000".parse().unwrap();
    let world = world.with_inbox();
    World { router: world.router.clone().layer(axum::Extension(ConnectInfo(peer))), ..world }
}

installed! {
    async fn without_a_local_inbox_there_is_none(world: World) {
        for path in ["/inbox", "/inbox.json", "/inbox/x", "/inbox/x/html"] {
            assert_eq!(world.page(path).await.status, 404, "{path}");
        }
    }

    async fn it_shows_every_mail_to_this_machine_only(world: World) {
        let id = id_of(&world.push(person("Ada", json!({ "provisioningMode": "create" }))).await);
        let mailer = jobs::local_inbox(&world.app);
        assert_eq!(jobs::drain(&world.app, &mailer, &sender()).await.unwrap(), 1);
        assert_eq!(world.state(&id).await, "active");
        let local = local(&world);
        let list = local.page("/inbox.json").await;
        assert_eq!(list.status, 200, "{}", list.text);
        let mail = &list.body[0];
        assert_eq!((mail["to"].as_str(), mail["code"].as_str()), (Some("ada@example.com"), Some("E8")));
        let path = format!("/inbox/{}", encode(mail["messageId"].as_str().unwrap()));
        assert!(local.page("/inbox").await.text.contains("ada@example.com"));
        let page = local.page(&path).await;
        assert_eq!((page.status, page.header("x-frame-options")), (200, "DENY"));
        let html = local.page(&format!("{path}/html")).await;
        assert!(html.header("content-security-policy").contains("sandbox"));
        assert_eq!(local.page("/inbox/nothing").await.status, 404);
        for headers in [[("x-forwarded-for", "203.0.113.9")], [("host", "evil.example")]] {
            let [(name, value)] = headers;
            assert_eq!(local.call("GET", "/inbox").header(name, value).send().await.status, 404, "{name}");
        }
        assert_eq!(world.with_inbox().page("/inbox").await.status, 404, "a peer nobody knows is not this machine");
    }
}
