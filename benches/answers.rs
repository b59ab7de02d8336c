//! What an answer costs inside of the process, on SQLite and without sockets: router, authentication, rows, rendering, bytes.
//! `cargo bench --bench answers`. What a server costs under load is measured by `cargo run --release --bin load`.
#![allow(clippy::unwrap_used, reason = "a benchmark that meets what it does not expect has failed")]

use axum::{
    Router,
    body::Body,
    http::{Request, header},
};
use divan::{Bencher, counter::BytesCount};
use jiff::SignedDuration;
use std::sync::{Arc, OnceLock};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tower::ServiceExt;
use usher::{
    app::{App, Settings, connections, seeding, tenants, tokens},
    config::{SystemClock, SystemRng},
    http::{self, Inbox, Options, Proxies},
    jobs,
    mail::Sender,
    store::{Store, tokens::Scope},
};

/// What programs allocate with, so that figures mean something.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const PEOPLE: u64 = 1_000;

fn main() {
    divan::main();
}

/// A service with its people.
struct Service {
    runtime: Runtime,
    router: Router,
    token: String,
    /// Somebody's id.
    id: String,
    _folder: TempDir,
}

impl Service {
    fn shared() -> &'static Self {
        static SHARED: OnceLock<Service> = OnceLock::new();
        SHARED.get_or_init(|| {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
            let folder = tempfile::tempdir().unwrap();
            let url = format!("sqlite://{}", folder.path().join("usher.db").display());
            let (router, token) = runtime.block_on(install(&url));
            let mut service = Self { runtime, router, token, id: String::new(), _folder: folder };
            let page: serde_json::Value = serde_json::from_slice(&service.get("/scim/v2/Users?count=1")).unwrap();
            let id = page.pointer("/Resources/0/id").and_then(serde_json::Value::as_str);
            id.unwrap().clone_into(&mut service.id);
            service
        })
    }

    fn get(&self, path: &str) -> Vec<u8> {
        let request = Request::get(path).header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        let request = request.body(Body::empty()).unwrap();
        self.runtime.block_on(async {
            let Ok(answer) = self.router.clone().oneshot(request).await;
            assert_eq!(answer.status(), 200, "{path}");
            axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap().to_vec()
        })
    }

    fn bench(&self, bencher: Bencher<'_, '_>, path: &str) {
        bencher.counter(BytesCount::of_slice(&self.get(path))).bench(|| self.get(path));
    }
}

async fn install(url: &str) -> (Router, String) {
    let store = Store::open(url).await.unwrap();
    store.migrate().await.unwrap();
    let settings = Settings { public_url: "https://people.example.com".to_owned() };
    let clock = Arc::new(SystemClock::with_offset(SignedDuration::ZERO));
    let app = App::new(store, clock, Arc::new(SystemRng), b"a secret key of thirty-two bytes", settings);
    tenants::ensure_default(&app).await.unwrap();
    let caller = seeding::caller(&app, tenants::DEFAULT, connections::DEFAULT).await.unwrap();
    seeding::people(&app, &caller, 1..=PEOPLE, |_| {}).await.unwrap();
    let wanted = tokens::Wanted {
        name: "bench".to_owned(),
        scope: Scope::Scim,
        connection: Some(connections::DEFAULT.to_owned()),
        user: None,
        group: None,
        lifetime: SignedDuration::from_hours(24),
    };
    let token = tokens::create(&app, tenants::DEFAULT, wanted).await.unwrap().secret;
    let sender = Sender::parse("Usher <no-reply@example.com>").unwrap();
    let typesetter = jobs::typesetter(&app, &sender);
    let options = Options { inbox: Inbox::Absent, metrics: None, proxies: Proxies::default(), typesetter };
    (http::router(app, options), token)
}

#[divan::bench]
fn user_by_id(bencher: Bencher<'_, '_>) {
    let service = Service::shared();
    service.bench(bencher, &format!("/scim/v2/Users/{}", service.id));
}

#[divan::bench]
fn user_by_user_name(bencher: Bencher<'_, '_>) {
    Service::shared().bench(bencher, "/scim/v2/Users?filter=userName%20eq%20%22person-0000500@example.com%22");
}

#[divan::bench]
fn user_by_nobodys_user_name(bencher: Bencher<'_, '_>) {
    Service::shared().bench(bencher, "/scim/v2/Users?filter=userName%20eq%20%22nobody@example.com%22");
}

#[divan::bench]
fn list_of_100(bencher: Bencher<'_, '_>) {
    Service::shared().bench(bencher, "/scim/v2/Users?count=100");
}

#[divan::bench]
fn list_of_100_names(bencher: Bencher<'_, '_>) {
    Service::shared().bench(bencher, "/scim/v2/Users?count=100&attributes=userName");
}
