//! The whole service in one process: requests go into its router, and the clock moves only when told to.

use super::sample::Seed;
use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};
use tower::ServiceExt;
use usher::{
    app::{App, Settings, tenants, tokens},
    domain::{Clock, Rng},
    http::{Inbox, Options, Proxies, router},
    store::{Store, tokens::Scope},
};

pub const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
pub const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
pub const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const PUBLIC_URL: &str = "https://usher.example.com";

/// A clock whose hands a test moves.
pub struct Hands(AtomicI64);

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::Relaxed)).unwrap()
    }

    fn elapsed(&self) -> SignedDuration {
        SignedDuration::ZERO
    }
}

/// The service with the tenant `default` and one SCIM token.
pub struct Service {
    pub app: App,
    pub clock: Arc<Hands>,
    router: Router,
    token: String,
}

impl Service {
    pub async fn on(store: Store) -> Self {
        let clock = Arc::new(Hands(AtomicI64::new(1_800_000_000)));
        let settings = Settings { public_url: PUBLIC_URL.to_owned() };
        let app =
            App::new(store, Arc::clone(&clock) as Arc<dyn Clock>, Arc::new(Seed) as Arc<dyn Rng>, &[1; 32], settings);
        tenants::ensure_default(&app).await.unwrap();
        let token = token(&app, "default").await;
        let typesetter = usher::jobs::typesetter(&app, &crate::support::world::sender());
        let options = Options { inbox: Inbox::Absent, metrics: None, proxies: Proxies::default(), typesetter };
        let router = router(app.clone(), options);
        Self { app, clock, router, token }
    }

    /// A token of another connection.
    pub async fn token(&self, connection: &str) -> String {
        token(&self.app, connection).await
    }

    pub fn pass(&self, time: SignedDuration) {
        self.clock.0.fetch_add(time.as_secs(), Ordering::Relaxed);
    }

    /// Sends a request; the path is relative to `/scim/v2`.
    pub async fn send(&self, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        self.send_as(&self.token, method, path, body).await
    }

    pub async fn send_as(&self, token: &str, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let uri = path.strip_prefix(PUBLIC_URL).map_or_else(|| format!("/scim/v2{path}"), str::to_owned);
        let request = Request::builder().method(method).uri(uri).header("authorization", format!("Bearer {token}"));
        let request = request.header("content-type", "application/scim+json");
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        let response = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        let body = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).unwrap() };
        (parts.status.as_u16(), body)
    }

    /// A GET that succeeds.
    pub async fn get(&self, path: &str) -> Value {
        let (status, body) = self.send("GET", path, None).await;
        assert_eq!(status, StatusCode::OK, "GET {path}: {body}");
        body
    }

    /// A POST that succeeds; answers the id.
    pub async fn create(&self, path: &str, mut body: Value) -> String {
        body["schemas"] = json!([if path == "/Users" { USER } else { GROUP }]);
        let (status, made) = self.send("POST", path, Some(body)).await;
        assert_eq!(status, StatusCode::CREATED, "{made}");
        made["id"].as_str().unwrap().to_owned()
    }

    /// A GET that is refused: status and scimType.
    pub async fn refusal(&self, path: &str) -> (u16, String) {
        let (status, body) = self.send("GET", path, None).await;
        (status, body["scimType"].as_str().unwrap_or_default().to_owned())
    }
}

async fn token(app: &App, connection: &str) -> String {
    let wanted = tokens::Wanted {
        name: "test".to_owned(),
        scope: Scope::Scim,
        connection: Some(connection.to_owned()),
        user: None,
        group: None,
        lifetime: SignedDuration::from_hours(24),
    };
    tokens::create(app, "default", wanted).await.unwrap().secret
}
