//! A whole installation in one process: a fresh database, the use cases with a clock that is set by hand, a mailbox in memory, and the
//! router driven without sockets.

use super::{
    call::{Answer, Call},
    postgres,
};
use axum::Router;
use jiff::{SignedDuration, Timestamp, civil, tz::TimeZone};
use serde_json::{Value, json};
use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
};
use usher::{
    app::{App, Settings, administrators, calendar, connections, requests, tenants, tokens},
    domain::{
        Clock, GroupId, Rng, UserId, billing::Interval, connection::Connection, notification::Notification,
        tenant::Tenant,
    },
    http::{self, Inbox, Options, Proxies},
    jobs,
    mail::{Mail, Mailer, Memory, Sender},
    scim::schema::USHER,
    store::{self, Engine, Store, tokens::Scope},
};

/// What every link starts with.
pub const PUBLIC_URL: &str = "https://usher.example.com";
/// A password the policy takes.
pub const PASSWORD: &str = "violet tractor moonlight sandwich";

/// How long the tokens of a test live.
pub const TOKEN_LIFE: SignedDuration = SignedDuration::from_hours(1_000 * 24);

/// Makes each `async fn name(world: World)` two tests, `name::sqlite` and `name::postgres`.
macro_rules! installed {
    ($($(#[$attribute:meta])* async fn $name:ident($world:ident: World) $body:block)*) => {$(
        $(#[$attribute])*
        async fn $name($world: crate::support::world::World) $body

        mod $name {
            #[test]
            fn sqlite() {
                crate::support::world::run(usher::store::Engine::Sqlite, super::$name);
            }

            #[test]
            fn postgres() {
                crate::support::world::run(usher::store::Engine::Postgres, super::$name);
            }
        }
    )*};
}

/// Time that stands still until it is moved. What has elapsed in the process moves with every look of the calendar only.
pub struct HandClock {
    now: AtomicI64,
    elapsed: AtomicI64,
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.now.load(Ordering::SeqCst)).unwrap()
    }

    fn elapsed(&self) -> SignedDuration {
        SignedDuration::from_secs(self.elapsed.load(Ordering::SeqCst))
    }
}

/// Numbers that look random and are the same in every run (`SplitMix64`).
struct SeededRng(AtomicU64);

impl Rng for SeededRng {
    fn fill(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(8) {
            let seed = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::SeqCst).wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (seed ^ (seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            let bytes = (mixed ^ (mixed >> 31)).to_le_bytes();
            chunk.copy_from_slice(&bytes[..chunk.len()]);
        }
    }
}

/// One installation with its default tenant, a connection `okta` and a token of it. Clones share everything.
#[derive(Clone)]
pub struct World {
    pub app: App,
    pub clock: Arc<HandClock>,
    pub mailbox: Memory,
    pub tenant: Tenant,
    /// A SCIM token of the connection `okta`.
    pub token: String,
    pub router: Router,
    /// Where the database is.
    pub database: String,
}

/// Runs the body of a test in a fresh installation on one engine.
pub fn run<F, Fut>(engine: Engine, body: F)
where
    F: FnOnce(World) -> Fut,
    Fut: Future<Output = ()>,
{
    super::block_on(async {
        if engine == Engine::Postgres && postgres::Cluster::shared().is_none() {
            return;
        }
        let database = super::fresh(engine).await.unwrap();
        let store = Store::open(&database.url).await.unwrap();
        store.migrate().await.unwrap();
        let world = World::install(store.clone(), &database.url).await;
        body(world).await;
        store.close().await;
        super::discard(database).await;
    });
}

impl World {
    /// An installation on this migrated database, empty or not.
    pub async fn install(store: Store, database: &str) -> Self {
        let start: Timestamp = "2027-03-10T09:00:00Z".parse().unwrap();
        let clock = Arc::new(HandClock { now: AtomicI64::new(start.as_microsecond()), elapsed: AtomicI64::new(0) });
        let app = app(store, clock.clone(), 1);
        let tenant = tenants::ensure_default(&app).await.unwrap();
        let router = http::router(app.clone(), options(&app, Inbox::Absent));
        let (mailbox, token, database) = (Memory::default(), String::new(), database.to_owned());
        let mut world = Self { app, clock, mailbox, tenant, token, router, database };
        world.token = world.token_of(tenants::DEFAULT, "okta").await;
        world
    }

    /// A second process of this installation: its own connections and caches, the same database, key, clock and mailbox.
    pub async fn beside(&self) -> Self {
        let app = app(Store::open(&self.database).await.unwrap(), self.clock.clone(), 2);
        let router = http::router(app.clone(), options(&app, Inbox::Absent));
        Self { app, router, ..self.clone() }
    }

    // Time and jobs.

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub fn advance(&self, by: SignedDuration) {
        self.set_time(self.now().checked_add(by).unwrap());
    }

    pub fn set_time(&self, now: Timestamp) {
        self.clock.now.store(now.as_microsecond(), Ordering::SeqCst);
    }

    /// Sets the clock to a wall time in a zone.
    pub fn set_local(&self, at: civil::DateTime, zone: &str) {
        self.set_time(at.in_tz(zone).unwrap().timestamp());
    }

    /// Sends what is due; answers how many mails were handled.
    pub async fn deliver(&self) -> usize {
        jobs::drain(&self.app, &self.mailer(), &sender()).await.unwrap()
    }

    /// Does what the calendar says is due, with the two looks that takes; answers how much changed.
    pub async fn tick(&self) -> u64 {
        self.look().await + self.look().await
    }

    /// One look of the calendar, some seconds after the last one.
    pub async fn look(&self) -> u64 {
        self.clock.elapsed.fetch_add(5, Ordering::SeqCst);
        calendar::run_due(&self.app).await.unwrap()
    }

    /// Writes what the request log has taken in; answers how many rows.
    pub async fn log_requests(&self) -> usize {
        requests::flush(&self.app, requests::Extent::All).await.unwrap()
    }

    /// Lets a whole time pass as a running server would see it: calendar, then mails.
    pub async fn pass(&self, by: SignedDuration) {
        self.advance(by);
        self.tick().await;
        self.deliver().await;
    }

    pub fn mailer(&self) -> Mailer {
        Mailer::Memory(self.mailbox.clone())
    }

    // Settings.

    /// A token of a connection, made on demand.
    pub async fn token_of(&self, tenant: &str, connection: &str) -> String {
        let wanted = wanted(Scope::Scim, Some(connection), None);
        tokens::create(&self.app, tenant, wanted).await.unwrap().secret
    }

    /// A SCIM token that is bound to a group.
    pub async fn token_bound_to(&self, group: &str) -> String {
        let group: GroupId = group.parse().unwrap();
        let wanted = tokens::Wanted { group: Some(group), ..wanted(Scope::Scim, Some("okta"), None) };
        tokens::create(&self.app, tenants::DEFAULT, wanted).await.unwrap().secret
    }

    /// An API token of a person.
    pub async fn api_token_of(&self, login: &str) -> String {
        tokens::create(&self.app, tenants::DEFAULT, wanted(Scope::Api, None, Some(login))).await.unwrap().secret
    }

    /// An API token of a person of another tenant.
    pub async fn api_token_in(&self, tenant: &str, login: &str) -> String {
        tokens::create(&self.app, tenant, wanted(Scope::Api, None, Some(login))).await.unwrap().secret
    }

    pub async fn set_tenant(&self, changes: tenants::Changes) {
        tenants::set(&self.app, tenants::DEFAULT, changes).await.unwrap();
    }

    pub async fn set_zone(&self, zone: &str) {
        let time_zone = Some(TimeZone::get(zone).unwrap());
        self.set_tenant(tenants::Changes { time_zone, ..tenants::Changes::default() }).await;
    }

    pub async fn set_connection(&self, changes: connections::Changes) -> Connection {
        connections::set(&self.app, tenants::DEFAULT, "okta", changes).await.unwrap()
    }

    /// An administrator, whom no connection manages; answers the id.
    pub async fn administrator(&self, email: &str, rank: administrators::Rank) -> String {
        let password = Some(PASSWORD.to_owned());
        let created = administrators::create(&self.app, tenants::DEFAULT, email, password, rank).await.unwrap();
        created.user.to_string()
    }

    /// A second surface over the same application, with the local inbox.
    pub fn with_inbox(&self) -> Self {
        Self { router: http::router(self.app.clone(), options(&self.app, Inbox::Served)), ..self.clone() }
    }

    // Requests.

    /// A request to any path, without credentials.
    pub fn call(&self, method: &str, path: &str) -> Call {
        Call::new(&self.router, method, path)
    }

    /// A SCIM request with the token of `okta`; the path is relative to the base URL.
    pub fn scim(&self, method: &str, path: &str) -> Call {
        self.call(method, &format!("/scim/v2{path}")).token(&self.token)
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.scim("GET", path).send().await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.scim("POST", path).json(&body).send().await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.scim("PUT", path).json(&body).send().await
    }

    /// A PATCH of these operations.
    pub async fn patch(&self, path: &str, operations: Value) -> Answer {
        self.scim("PATCH", path).json(&patch_of(&operations)).send().await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.scim("DELETE", path).send().await
    }

    /// A page as a person's browser asks for it.
    pub async fn page(&self, path: &str) -> Answer {
        self.call("GET", path).send().await
    }

    /// A form as a person's browser sends it.
    pub async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.call("POST", path).header("origin", PUBLIC_URL).form(fields).send().await
    }

    pub async fn sign_in(&self, login: &str, password: &str) -> Answer {
        self.form("/login", &[("email", login), ("password", password)]).await
    }

    /// Fills the invitation form and must succeed; answers the session cookie.
    pub async fn accept(&self, link: &str) -> String {
        let fields = [("firstName", "Ada"), ("lastName", "Lovelace"), ("password", PASSWORD)];
        let answer = self.form(link, &fields).await;
        assert_eq!((answer.status, answer.header("location")), (303, "/me"), "{}", answer.text);
        answer.cookie()
    }

    // People.

    /// POSTs a person, who must be accepted; answers the resource.
    pub async fn push(&self, body: Value) -> Value {
        let answer = self.post("/Users", body).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.body
    }

    /// POSTs a person on the invite path whose mail is accepted; answers the id and the link's path.
    pub async fn invite(&self, name: &str) -> (String, String) {
        let id = id_of(&self.push(person(name, json!({ "provisioningMode": "invite" }))).await);
        assert_eq!(self.deliver().await, 1);
        (id, link_in(&self.last_mail()))
    }

    /// POSTs a person on the create path whose mail is accepted; answers the id.
    pub async fn create(&self, name: &str) -> String {
        let id = id_of(&self.push(person(name, json!({ "provisioningMode": "create" }))).await);
        assert_eq!(self.deliver().await, 1);
        assert_eq!(self.state(&id).await, "active");
        id
    }

    /// A person who went through the form; answers the id and the session cookie.
    pub async fn onboard(&self, name: &str) -> (String, String) {
        let (id, link) = self.invite(name).await;
        let cookie = self.accept(&link).await;
        (id, cookie)
    }

    /// The resource, which must be readable.
    pub async fn read(&self, id: &str) -> Value {
        let answer = self.get(&format!("/Users/{id}")).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.body
    }

    /// What our extension shows of a person.
    pub async fn own(&self, id: &str) -> Value {
        self.read(id).await[USHER].clone()
    }

    pub async fn state(&self, id: &str) -> String {
        self.own(id).await["state"].as_str().unwrap().to_owned()
    }

    /// Switches `active`, which must work; answers the resource.
    pub async fn switch(&self, id: &str, active: bool) -> Value {
        self.amend(id, json!([{ "op": "replace", "path": "active", "value": active }])).await
    }

    /// Changes by PATCH one attribute of our extension, which must work; answers the resource.
    pub async fn set_own(&self, id: &str, name: &str, value: Value) -> Value {
        self.amend(id, json!([{ "op": "replace", "path": format!("{USHER}:{name}"), "value": value }])).await
    }

    async fn amend(&self, id: &str, operations: Value) -> Value {
        let answer = self.patch(&format!("/Users/{id}"), operations).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.body
    }

    // What is behind it.

    pub fn mails(&self) -> Vec<Mail> {
        self.mailbox.mails()
    }

    pub fn last_mail(&self) -> Mail {
        self.mails().pop().expect("a mail")
    }

    /// Code, status and reason of a person's mails, oldest first.
    pub async fn outbox(&self, id: &str) -> Vec<(String, String, String)> {
        let row = |mail: &Notification| {
            let word = |text: &str| text.to_owned();
            (word(mail.code.as_str()), word(mail.status.as_str()), mail.reason.clone().unwrap_or_default())
        };
        self.notifications(id).await.iter().map(row).collect()
    }

    /// A person's outbox rows, oldest first.
    pub async fn notifications(&self, id: &str) -> Vec<Notification> {
        let mut reader = self.app.store.read().await.unwrap();
        let mut rows = store::notifications::of_user(&mut reader, self.tenant.id, user_id(id)).await.unwrap();
        rows.reverse();
        rows
    }

    /// The kinds of a person's events, oldest first.
    pub async fn events(&self, id: &str) -> Vec<String> {
        let mut reader = self.app.store.read().await.unwrap();
        let events = store::events::of_user(&mut reader, self.tenant.id, user_id(id)).await.unwrap();
        events.into_iter().map(|(kind, _)| kind).collect()
    }

    /// Kinds and data of a person's events, oldest first.
    pub async fn told(&self, id: &str) -> Vec<(String, Value)> {
        let mut reader = self.app.store.read().await.unwrap();
        store::events::of_user(&mut reader, self.tenant.id, user_id(id)).await.unwrap()
    }

    /// A person's billed intervals, oldest first.
    pub async fn billing(&self, id: &str) -> Vec<(Timestamp, Option<Timestamp>)> {
        let mut reader = self.app.store.read().await.unwrap();
        let intervals = store::billing::of_user(&mut reader, self.tenant.id, user_id(id)).await.unwrap();
        intervals.into_iter().map(|Interval { started_at, ended_at, .. }| (started_at, ended_at)).collect()
    }

    /// The row of a person.
    pub async fn row(&self, id: &str) -> usher::domain::user::User {
        let mut reader = self.app.store.read().await.unwrap();
        store::users::find(&mut reader, self.tenant.id, user_id(id)).await.unwrap().expect("a row")
    }
}

/// A person of example.com with these attributes of our extension; without any, the extension is absent.
pub fn person(name: &str, own: Value) -> Value {
    let address = format!("{}@example.com", name.to_lowercase());
    let mut body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": address,
        "externalId": format!("hr-{name}"),
        "name": { "givenName": name, "familyName": "Example" },
        "emails": [{ "value": address, "type": "work", "primary": true }],
    });
    if own.as_object().is_some_and(|own| !own.is_empty()) {
        body["schemas"].as_array_mut().unwrap().push(json!(USHER));
        body[USHER] = own;
    }
    body
}

/// A group with these members.
pub fn group(name: &str, members: &[&str]) -> Value {
    let members: Vec<Value> = members.iter().map(|id| json!({ "value": id })).collect();
    json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": name, "members": members })
}

pub fn patch_of(operations: &Value) -> Value {
    json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations })
}

pub fn id_of(resource: &Value) -> String {
    resource["id"].as_str().expect("an id").to_owned()
}

/// The path of the one link a mail carries.
pub fn link_in(mail: &Mail) -> String {
    let start = mail.text.find(PUBLIC_URL).expect("a link") + PUBLIC_URL.len();
    let rest = &mail.text[start..];
    rest[..rest.find(char::is_whitespace).unwrap_or(rest.len())].to_owned()
}

fn app(store: Store, clock: Arc<HandClock>, seed: u64) -> App {
    let rng = Arc::new(SeededRng(AtomicU64::new(seed)));
    let settings = Settings { public_url: PUBLIC_URL.to_owned() };
    App::new(store, clock, rng, b"a secret key of thirty-two bytes", settings)
}

fn options(app: &App, inbox: Inbox) -> Options {
    Options { inbox, metrics: None, proxies: Proxies::default(), typesetter: jobs::typesetter(app, &sender()) }
}

pub fn sender() -> Sender {
    Sender::parse("Usher <no-reply@example.com>").unwrap()
}

pub fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

pub fn seconds(seconds: i64) -> SignedDuration {
    SignedDuration::from_secs(seconds)
}

pub fn user_id(id: &str) -> UserId {
    id.parse().unwrap()
}

fn wanted(scope: Scope, connection: Option<&str>, user: Option<&str>) -> tokens::Wanted {
    tokens::Wanted {
        name: connection.or(user).unwrap_or("token").to_owned(),
        scope,
        connection: connection.map(str::to_owned),
        user: user.map(str::to_owned),
        group: None,
        lifetime: TOKEN_LIFE,
    }
}

/// A person who acts over the API.
#[derive(Clone)]
pub struct Desk {
    pub world: World,
    pub token: String,
}

impl World {
    /// A platform administrator at the API.
    pub async fn desk(&self) -> Desk {
        self.administrator("root@example.com", administrators::Rank::Administrator).await;
        self.desk_of("root@example.com").await
    }

    /// A person at the API.
    pub async fn desk_of(&self, login: &str) -> Desk {
        Desk { world: self.clone(), token: self.api_token_of(login).await }
    }
}

impl Desk {
    pub async fn get(&self, path: &str) -> Answer {
        self.world.call("GET", &format!("/api/v1{path}")).token(&self.token).send().await
    }

    pub async fn send(&self, method: &str, path: &str, body: Value) -> Answer {
        let call = self.world.call(method, &format!("/api/v1{path}")).token(&self.token);
        call.raw("application/json", body.to_string()).send().await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send("POST", path, body).await
    }

    /// POSTs what must be accepted; answers the body.
    pub async fn make(&self, path: &str, body: Value) -> Value {
        let answer = self.post(path, body).await;
        assert!(matches!(answer.status, 200 | 201), "{path}: {}", answer.text);
        answer.body
    }

    /// Invites and answers the results' statuses.
    pub async fn invite(&self, body: Value) -> Vec<String> {
        let answer = self.make("/invitations", body).await;
        let status = |result: &Value| result["status"].as_str().unwrap().to_owned();
        answer["results"].as_array().unwrap().iter().map(status).collect()
    }
}
