//! Bulk (RFC 7644 section 3.7): each operation is the use case of the single request, with its mails and its audit. What succeeded
//! stays, whatever fails behind it.
//!
//! They are done in the order of the plan, but those next to each other that can't matter to each other at the same time, so that they share
//! commits. Who waits for them is told the same either way.

use super::{
    App, Error,
    access::Principal,
    consequences::Consequences,
    groups::{self, Patched},
    users::{self, Caller, Precondition, Resource},
};
use crate::{
    domain::{UserId, user::User},
    scim::{
        self, Kind, Object, Registry,
        bulk::{self, Action, Bulk, Mark, Operation, Reach, References, Step, Waves},
        patch::Patch,
        projection::Projection,
    },
    store,
};
use futures_util::{StreamExt, stream::FuturesOrdered};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    future::Future,
    pin::Pin,
    sync::Arc,
};

/// How an operation of a bulk request ended.
#[derive(Debug)]
pub struct Outcome {
    /// Which operation of the request.
    pub index: usize,
    /// The resource's URL, where there is one.
    pub location: Option<String>,
    /// What it came to.
    pub result: Result<Done, Error>,
}

/// A success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// As the single request is answered.
    pub status: u16,
    /// The resource's version; none once it is deleted.
    pub version: Option<i64>,
    /// What the operation came to.
    pub consequences: Consequences,
}

/// How an operation's `version` is read.
pub type ReadVersion = fn(&str) -> Result<Precondition, scim::Error>;

/// Processes a bulk request; answers the operations that were processed, in the order of the request.
///
/// # Errors
/// `Forbidden` for tokens of the API; what goes wrong with an operation is in its outcome.
pub async fn run(
    app: &App,
    principal: &Arc<Principal>,
    bulk: &Bulk,
    read_version: ReadVersion,
) -> Result<Vec<Outcome>, Error> {
    let registry = Caller::of(principal)?.registry;
    let owners = bulk.owners();
    let declared: BTreeSet<String> = owners.keys().map(|id| (*id).to_owned()).collect();
    let nodes = bulk.nodes(&owners, &declared);
    let steps = bulk::plan(&nodes);
    let mut run = Run {
        app,
        principal,
        registry,
        read_version,
        bulk,
        declared: &declared,
        owners: &owners,
        waves: Waves::new(bulk, &nodes),
        made: HashMap::new(),
        unfinished: BTreeMap::new(),
        outcomes: BTreeMap::new(),
    };
    let mut rest = steps.as_slice();
    while let [first, ..] = rest {
        match first {
            Step::Complete { index } => {
                run.complete(*index).await;
                rest = rest.get(1..).unwrap_or_default();
            }
            Step::Run { .. } => {
                let (wave, later) = rest.split_at(run.wave(rest).await);
                run.execute_all(wave).await;
                rest = later;
            }
        }
        if bulk.fail_on_errors.is_some_and(|limit| run.errors() >= limit) {
            break;
        }
    }
    for index in run.unfinished.keys().copied().collect::<Vec<_>>() {
        run.abandon(index).await;
    }
    Ok(run.outcomes.into_values().collect())
}

struct Run<'a> {
    app: &'a App,
    principal: &'a Arc<Principal>,
    registry: Arc<Registry>,
    read_version: ReadVersion,
    bulk: &'a Bulk,
    declared: &'a BTreeSet<String>,
    owners: &'a HashMap<&'a str, usize>,
    waves: Waves<'a>,
    /// The id behind each bulkId whose POST was processed; none when it failed.
    made: HashMap<String, Option<String>>,
    unfinished: BTreeMap<usize, Unfinished>,
    outcomes: BTreeMap<usize, Outcome>,
}

/// A resource of a circle, created without some of its references.
struct Unfinished {
    kind: Kind,
    id: String,
    left: Object,
}

/// How an operation ended, before it is noted.
struct Ended {
    outcome: Outcome,
    /// The id of what it made.
    id: Option<String>,
    unfinished: Option<Unfinished>,
}

/// What an operation did.
struct Effect {
    done: Done,
    id: Option<String>,
    location: Option<String>,
}

impl Run<'_> {
    fn errors(&self) -> u64 {
        let failed = self.outcomes.values().filter(|outcome| outcome.result.is_err()).count();
        u64::try_from(failed).unwrap_or(u64::MAX)
    }

    /// How many of these steps, from the first one on, are done at the same time.
    async fn wave(&self, steps: &[Step]) -> usize {
        // Behind an error that ends the processing nothing may have been done, and who has a value that must be unique is seen in the store only.
        if self.bulk.fail_on_errors.is_some() || !self.registry.unique(Kind::User).is_empty() {
            return 1;
        }
        let width = self.app.store.writes_abreast().min(steps.len());
        let wave = |width: usize, stored| self.waves.next(steps.get(..width).unwrap_or_default(), stored);
        match wave(width, &BTreeMap::new()) {
            width @ 2.. => match self.stored(steps.get(..width).unwrap_or_default()).await {
                Ok(stored) => wave(width, &stored),
                // The operations themselves find out, and say so.
                Err(_) => 1,
            },
            width => width,
        }
    }

    /// How far operations on people who exist reach beside what they say: they may give up or take away what the person has.
    async fn stored(&self, steps: &[Step]) -> Result<BTreeMap<usize, Reach>, Error> {
        let id = |step: &Step| {
            let Step::Run { index, .. } = step else { return None };
            let operation = self.bulk.items.get(*index)?.operation.as_ref().ok()?;
            let id = operation.resolved_id(self.declared, &|id| self.made.get(id).cloned().flatten())?;
            Some((*index, users::parse_id(&id)?))
        };
        let ids: BTreeMap<usize, UserId> = steps.iter().filter_map(id).collect();
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let tenant = self.principal.tenant.id;
        let mut reader = self.app.store.read().await?;
        let wanted: Vec<UserId> = ids.values().copied().collect();
        let people = store::users::find_many(&mut reader, tenant, &wanted).await?;
        let administrators = store::users::administrators(&mut reader, tenant).await?;
        let reach = |user: &User| {
            // The last administrator stays, so it matters who else of them has gone; and who comes back gets what they had.
            let is_counted = user.is_owner || administrators.iter().any(|administrator| administrator.id == user.id);
            if is_counted || !user.is_live() { Reach::Alone } else { reach_of(user) }
        };
        let reaches: HashMap<UserId, Reach> = people.iter().map(|user| (user.id, reach(user))).collect();
        Ok(ids.into_iter().filter_map(|(index, id)| Some((index, reaches.get(&id)?.clone()))).collect())
    }

    /// Does operations at the same time, all of them on people if there are several, and notes their outcomes in their order.
    async fn execute_all(&mut self, steps: &[Step]) {
        let ended: Vec<Ended> = {
            let run = &*self;
            let mut works = FuturesOrdered::<Pin<Box<dyn Future<Output = Option<Ended>> + Send + '_>>>::new();
            for step in steps {
                if let Step::Run { index, without } = step {
                    works.push_back(Box::pin(run.execute(*index, without)));
                }
            }
            works.filter_map(std::future::ready).collect().await
        };
        for Ended { outcome, id, unfinished } in ended {
            let index = outcome.index;
            if let Some(own) = self.own_id(index) {
                self.made.insert(own.clone(), id);
            }
            self.unfinished.extend(unfinished.map(|unfinished| (index, unfinished)));
            self.outcomes.insert(index, outcome);
        }
    }

    /// The id that an operation declares, if it is the first to do so.
    fn own_id(&self, index: usize) -> Option<&String> {
        let own = self.bulk.items.get(index)?.bulk_id.as_ref();
        own.filter(|id| self.owners.get(id.as_str()) == Some(&index))
    }

    async fn execute(&self, index: usize, without: &BTreeSet<String>) -> Option<Ended> {
        let item = self.bulk.items.get(index)?;
        let (mut location, mut id, mut unfinished) = (None, None, None);
        let result = match self.prepare(&item.operation, self.own_id(index), without) {
            Ok((operation, left)) => {
                location = self.location(&operation);
                match self.perform(&operation).await {
                    Ok(effect) => {
                        location = effect.location.or(location);
                        if let (Some(made), false) = (&effect.id, left.is_empty()) {
                            unfinished = Some(Unfinished { kind: operation.kind, id: made.clone(), left });
                        }
                        id = effect.id;
                        Ok(effect.done)
                    }
                    Err(error) => Err(error),
                }
            }
            Err(error) => Err(error),
        };
        Some(Ended { outcome: Outcome { index, location, result }, id, unfinished })
    }

    /// The operation with ids in place of references, and what has to wait.
    fn prepare(
        &self,
        operation: &Result<Operation, scim::Error>,
        own: Option<&String>,
        without: &BTreeSet<String>,
    ) -> Result<(Operation, Object), Error> {
        let operation = operation.as_ref().map_err(Clone::clone)?;
        let references = References::of(operation, self.declared);
        references.check()?;
        if operation.kind == Kind::Group && own.is_some_and(|own| references.known.contains(own)) {
            return Err(Error::Conflict("A group can't be a member of itself.".to_owned()));
        }
        for id in references.known.difference(without) {
            if !matches!(self.made.get(id), Some(Some(_))) {
                return Err(Error::Conflict(format!("bulkId:{id} stands for nothing, since its POST failed.")));
            }
        }
        let (now, left) = operation.parted(without);
        Ok((now.resolved(self.declared, &|id| self.made.get(id).cloned().flatten()), left))
    }

    fn location(&self, operation: &Operation) -> Option<String> {
        let id = operation.id.as_ref()?;
        Some(format!("{}/scim/v2{}/{id}", self.app.settings.public_url, operation.kind.endpoint()))
    }

    async fn perform(&self, operation: &Operation) -> Result<Effect, Error> {
        let (app, principal) = (self.app, self.principal);
        let id = operation.id.as_deref().unwrap_or_default();
        let precondition = match &operation.version {
            Some(version) => (self.read_version)(version)?,
            None => Precondition::None,
        };
        match (&operation.action, operation.kind) {
            (Action::Create(data), Kind::User) => Ok(created(users::provision(app, principal, data.clone()).await?)),
            (Action::Create(data), Kind::Group) => Ok(created(groups::create(app, principal, data.clone()).await?)),
            (Action::Replace(data), Kind::User) => {
                Ok(changed(users::replace(app, principal, id, data.clone(), precondition).await?))
            }
            (Action::Replace(data), Kind::Group) => {
                Ok(changed(groups::replace(app, principal, id, data.clone(), precondition).await?))
            }
            (Action::Patch(data), kind) => self.patch(kind, id, data, precondition).await,
            (Action::Delete, Kind::User) => Ok(deleted(users::delete(app, principal, id, precondition).await?)),
            (Action::Delete, Kind::Group) => Ok(deleted(groups::delete(app, principal, id, precondition).await?)),
        }
    }

    async fn patch(&self, kind: Kind, id: &str, data: &Object, precondition: Precondition) -> Result<Effect, Error> {
        let patch = Patch::parse(data, &self.registry, kind)?;
        match kind {
            Kind::User => Ok(changed(users::patch(self.app, self.principal, id, patch, precondition).await?)),
            Kind::Group => {
                let shown = Projection::default();
                match groups::patch(self.app, self.principal, id, patch, precondition, &shown).await? {
                    Patched::Whole(resource) => Ok(changed(resource)),
                    Patched::TooLarge { version, consequences } => {
                        let done = Done { status: 204, version: Some(version), consequences };
                        Ok(Effect { done, id: None, location: None })
                    }
                }
            }
        }
    }

    /// Adds what a resource of a circle was created without.
    async fn complete(&mut self, index: usize) {
        let Some(unfinished) = self.unfinished.get(&index) else { return };
        let references = self.bulk.items.get(index).and_then(|item| item.operation.as_ref().ok());
        let references = references.map(|operation| References::of(operation, self.declared)).unwrap_or_default();
        if references.known.iter().any(|id| !matches!(self.made.get(id), Some(Some(_)))) {
            return self.abandon(index).await;
        }
        let resolve = |id: &str| self.made.get(id).cloned().flatten();
        let body = bulk::completion(&unfinished.left, self.declared, &resolve);
        match self.patch(unfinished.kind, &unfinished.id, &body, Precondition::None).await {
            Ok(effect) => {
                self.unfinished.remove(&index);
                if let Some(Outcome { result: Ok(done), .. }) = self.outcomes.get_mut(&index) {
                    done.version = effect.done.version;
                }
            }
            Err(_) => self.abandon(index).await,
        }
    }

    /// A circle that can't be closed: what was created of it without its references goes again, since it was not asked for like that.
    async fn abandon(&mut self, index: usize) {
        let Some(Unfinished { kind, id, .. }) = self.unfinished.remove(&index) else { return };
        let gone = match kind {
            Kind::User => users::delete(self.app, self.principal, &id, Precondition::None).await.err(),
            Kind::Group => groups::delete(self.app, self.principal, &id, Precondition::None).await.err(),
        };
        let detail = "What this operation refers to could not be created, so its circle of references can't be closed.";
        let result = Err(gone.unwrap_or_else(|| Error::Conflict(detail.to_owned())));
        if let Some(bulk_id) = self.bulk.items.get(index).and_then(|item| item.bulk_id.clone()) {
            self.made.insert(bulk_id, None);
        }
        self.outcomes.insert(index, Outcome { index, location: None, result });
    }
}

/// By what a person is recognised.
fn reach_of(user: &User) -> Reach {
    let record = user.external_id.iter().cloned().map(Mark::Record);
    let names = record.chain([Mark::name(&user.user_name)]);
    Reach::of_document(&user.document).with(Reach::Marks(names.collect()))
}

fn created(resource: Resource) -> Effect {
    let id = resource.body.get("id").and_then(|id| id.as_str()).map(str::to_owned);
    let done = Done { status: 201, version: Some(resource.version), consequences: resource.consequences };
    Effect { done, id, location: Some(resource.location) }
}

fn changed(resource: Resource) -> Effect {
    let done = Done { status: 200, version: Some(resource.version), consequences: resource.consequences };
    Effect { done, id: None, location: None }
}

fn deleted(consequences: Consequences) -> Effect {
    Effect { done: Done { status: 204, version: None, consequences }, id: None, location: None }
}
