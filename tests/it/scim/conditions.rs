//! `If-Match` and `If-None-Match`.

use crate::support::service::{Service, USER};
use serde_json::json;

on_both! {
    #[allow(clippy::large_futures)]
    async fn of_two_writes_that_mean_one_version_one_is_refused(store: Store) {
        let service = Service::on(store).await;
        let ann = service.create("/Users", json!({ "userName": "ann@example.com" })).await;
        let path = format!("/Users/{ann}");
        let put = |title: &str| {
            let body = json!({ "schemas": [USER], "userName": "ann@example.com", "title": title });
            service.send_if("PUT", &path, ("if-match", "W/\"v1\""), Some(body))
        };
        let (first, second) = tokio::join!(put("a"), put("b"));
        let mut statuses = [first.0, second.0];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412]);
        assert_eq!(service.get(&path).await["meta"]["version"], "W/\"v2\"");
        for (tag, expected) in [("W/\"v2\"", 304), ("\"v2\"", 304), ("*", 304), ("W/\"v1\"", 200)] {
            assert_eq!(service.send_if("GET", &path, ("if-none-match", tag), None).await.0, expected, "{tag}");
        }
        assert_eq!(service.send_if("DELETE", &path, ("if-match", "W/\"v1\""), None).await.0, 412);
        assert_eq!(service.send_if("DELETE", &path, ("if-match", "*"), None).await.0, 204);
    }
}
