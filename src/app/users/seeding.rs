//! People by the hundred thousand, to measure with: the rows that their pushes would have left, without the looks that a push takes first.
//!
//! The names must be free, and no mail leaves: each is held. Decisions and rows are made by what real pushes go through, nothing here
//! knows a table.

use super::{Caller, roles, wish};
use crate::{
    app::{App, Error, access::Principal, effects, scene::Scene},
    domain::{
        UserId, calendar,
        connection::Connection,
        notification::MailSwitch,
        onboarding::{self, Decision},
        user::User,
    },
    scim::{
        Kind, Object,
        schema::{ENTERPRISE, USER},
        validate::{self, Context},
    },
    store::{
        Conn,
        audit::{self, Entry},
    },
};
use serde_json::json;
use std::{
    ops::RangeInclusive,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};
use tokio::task::JoinSet;

/// So many people are written in one go.
const BATCH: u64 = 100;
/// So many batches are on their way at a time; on SQLite they share commits.
const LANES: usize = 6;

/// Writes the people of these numbers; `told` hears of every batch how many people it had.
///
/// # Errors
/// The store's; `Forbidden` for a caller of the API.
pub async fn seed(
    app: &App,
    principal: &Arc<Principal>,
    numbers: RangeInclusive<u64>,
    told: impl Fn(u64) + Clone + Send + Sync + 'static,
) -> Result<(), Error> {
    let caller = Caller::of(principal)?;
    let next = Arc::new(AtomicU64::new(*numbers.start()));
    let mut lanes: JoinSet<Result<(), Error>> = JoinSet::new();
    for _ in 0..LANES {
        let seeder = Seeder { app: app.clone(), principal: Arc::clone(principal), caller: caller.clone() };
        let (next, told, last) = (Arc::clone(&next), told.clone(), *numbers.end());
        lanes.spawn(async move {
            loop {
                let first = next.fetch_add(BATCH, Ordering::Relaxed);
                if first > last {
                    return Ok::<(), Error>(());
                }
                let batch = first..=last.min(first + BATCH - 1);
                let people = batch.end() - batch.start() + 1;
                seeder.write(batch).await?;
                told(people);
            }
        });
    }
    while let Some(ended) = lanes.join_next().await {
        ended
            .map_err(|_| Error::Conflict("a part of the seeding ended badly; some people are missing".to_owned()))??;
    }
    Ok(())
}

/// The body that an identity provider would push for the person of a number.
#[must_use]
pub fn body(number: u64) -> Object {
    const GIVEN: [&str; 8] = ["Ada", "Bao", "Chidi", "Dora", "Emil", "Fatou", "Goran", "Hana"];
    const FAMILY: [&str; 8] = ["Abel", "Berg", "Costa", "Dumas", "Eklund", "Farah", "Gruber", "Horvat"];
    let pick = |names: [&'static str; 8], number: u64| {
        names.into_iter().cycle().nth(usize::try_from(number % 8).unwrap_or(0)).unwrap_or_default()
    };
    let (given, family) = (pick(GIVEN, number), pick(FAMILY, number / 8));
    let address = user_name(number);
    let mut body = Object::new();
    body.insert("schemas".to_owned(), json!([USER, ENTERPRISE]));
    body.insert("externalId".to_owned(), json!(format!("seed-{number:07}")));
    body.insert("userName".to_owned(), json!(address));
    body.insert("name".to_owned(), json!({ "givenName": given, "familyName": family }));
    body.insert("displayName".to_owned(), json!(format!("{given} {family} {number}")));
    body.insert("title".to_owned(), json!("Engineer"));
    body.insert("preferredLanguage".to_owned(), json!("en-US"));
    body.insert("active".to_owned(), json!(true));
    let emails = json!([
        { "value": address, "type": "work", "primary": true },
        { "value": format!("person-{number:07}@home.example.com"), "type": "home" },
    ]);
    body.insert("emails".to_owned(), emails);
    body.insert("phoneNumbers".to_owned(), json!([{ "value": format!("+46-8-{number:07}"), "type": "work" }]));
    let enterprise = json!({
        "employeeNumber": number.to_string(),
        "costCenter": format!("CC-{}", number % 97),
        "department": format!("Department {}", number % 31),
    });
    body.insert(ENTERPRISE.to_owned(), enterprise);
    body
}

/// The sign-in name of the person of a number.
#[must_use]
pub fn user_name(number: u64) -> String {
    format!("person-{number:07}@example.com")
}

struct Seeder {
    app: App,
    principal: Arc<Principal>,
    caller: Caller,
}

/// What a batch carries into its transaction, which may run more than once.
struct Batch {
    scene: Scene,
    actor: String,
    decisions: Vec<Decision>,
}

impl Seeder {
    async fn write(&self, numbers: RangeInclusive<u64>) -> Result<(), Error> {
        let scene = self.scene();
        let decisions = numbers.map(|number| self.decide(&scene, number)).collect::<Result<Vec<_>, Error>>()?;
        let actor = format!("token:{}", self.principal.token);
        let batch = Arc::new(Batch { scene, actor, decisions });
        self.app
            .store
            .write(move |tx| {
                let batch = Arc::clone(&batch);
                Box::pin(async move { batch.write(tx).await })
            })
            .await
    }

    /// The scene of a push under a connection that holds its mails, whatever it is set to.
    fn scene(&self) -> Scene {
        let connection = Connection { notifications: MailSwitch::Hold, ..(*self.caller.connection).clone() };
        let tenant = Arc::clone(&self.principal.tenant);
        Scene::new(&self.app, tenant, Some(Arc::new(connection)), &self.principal.token_name, "scim")
    }

    fn decide(&self, scene: &Scene, number: u64) -> Result<Decision, Error> {
        let document = validate::document(&body(number), &self.caller.registry, Kind::User, Context::Create)?;
        let reading = wish::read(document, None, &self.caller, &self.principal.tenant)?;
        let id = UserId::generate(&*self.app.clock, &*self.app.rng);
        let blank = User::new(scene.tenant.id, id, Some(self.caller.connection.id), calendar::to_millis(scene.now));
        Ok(onboarding::provision(blank, reading.wish, &scene.circumstances(None)))
    }
}

impl Batch {
    async fn write(&self, tx: &mut Conn) -> Result<(), Error> {
        let scene = &self.scene;
        let mut entries = Vec::with_capacity(self.decisions.len());
        // A statement more for each person is a tenth of the time, so what can be written together is.
        for written in effects::insert_all(tx, scene, &self.decisions).await? {
            roles::join(tx, scene, &written.user, &[], roles::Joining::New).await?;
            entries.push(self.entry(&written.user));
        }
        audit::append(tx, scene.tenant.id, scene.now, &entries).await?;
        scene.notes.clear();
        Ok(())
    }

    fn entry(&self, user: &User) -> Entry {
        let after = json!({ "userName": user.user_name, "state": user.state.as_str(), "mode": user.mode.as_str() });
        Entry {
            actor: self.actor.clone(),
            action: "user.provision",
            target: Some(user.id.to_string()),
            request_id: None,
            detail: json!({ "former": null, "after": after }),
        }
    }
}
