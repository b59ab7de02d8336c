//! People whom no connection manages, and the connection that takes them over.

use crate::support::world::{World, person, user_id};
use serde_json::{Value, json};
use usher::{
    app::{administrators::Rank, tenants::Changes},
    domain::tenant::Adoption,
    store::{self, StoreError},
};

/// Somebody whom no connection manages and who is no administrator.
async fn local(world: &World) -> String {
    world.administrator("root@example.com", Rank::Administrator).await;
    let id = world.administrator("local@example.com", Rank::Administrator).await;
    let (tenant, user) = (world.tenant.id, user_id(&id));
    let demote = world.app.store.write(move |tx| {
        Box::pin(async move {
            store::memberships::remove_user(tx, tenant, user).await?;
            Ok::<_, StoreError>(())
        })
    });
    demote.await.unwrap();
    id
}

fn title(text: &str) -> Value {
    json!([{ "op": "replace", "path": "title", "value": text }])
}

installed! {
    async fn the_first_change_adopts(world: World) {
        let id = local(&world).await;
        let path = format!("/Users/{id}");
        let unchanged = json!([{ "op": "replace", "path": "userName", "value": "local@example.com" }]);
        assert_eq!(world.patch(&path, unchanged).await.status, 200);
        assert_eq!(world.row(&id).await.connection, None, "nothing changed, nothing adopted");
        assert_eq!(world.patch(&path, title("Analyst")).await.body["title"], "Analyst");
        assert!(world.row(&id).await.connection.is_some());
        assert!(world.events(&id).await.contains(&"user.adopted".to_owned()));
        let entra = World { token: world.token_of("default", "entra").await, ..world.clone() };
        entra.patch(&path, title("Other")).await.refused(403, "");
        assert_eq!(world.switch(&id, false).await["active"], false);
    }

    async fn a_request_that_changes_name_or_addresses_does_not_adopt(world: World) {
        let id = local(&world).await;
        for operation in [
            json!({ "op": "replace", "path": "userName", "value": "mine@example.com" }),
            json!({ "op": "replace", "path": "emails", "value": [{ "value": "mine@example.com" }] }),
            json!({ "op": "add", "path": "emails", "value": [{ "value": "mine@example.com" }] }),
        ] {
            let detail = world.patch(&format!("/Users/{id}"), json!([operation])).await.refused(403, "");
            assert!(detail.contains("userName or emails"), "{detail}");
        }
        world.put(&format!("/Users/{id}"), person("Mine", json!({}))).await.refused(403, "");
        assert_eq!(world.row(&id).await.connection, None);
    }

    async fn switched_off_nobody_is_adopted(world: World) {
        let id = local(&world).await;
        world.set_tenant(Changes { adoption: Some(Adoption::Off), ..Changes::default() }).await;
        let detail = world.patch(&format!("/Users/{id}"), title("Analyst")).await.refused(403, "");
        assert!(detail.contains("adoption is switched off"), "{detail}");
        assert_eq!(world.read(&id).await.get("title"), None);
    }

    async fn an_administrator_is_never_adopted(world: World) {
        world.administrator("root@example.com", Rank::Administrator).await;
        let id = world.administrator("second@example.com", Rank::Administrator).await;
        let detail = world.patch(&format!("/Users/{id}"), title("Analyst")).await.refused(403, "");
        assert!(detail.contains("administrator"), "{detail}");
    }
}
