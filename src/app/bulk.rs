//! Bulk (RFC 7644 section 3.7): each operation is the use case of the single request, with its mails and its audit. What succeeded
//! stays, whatever fails behind it.

use super::{
    App, Error,
    access::Principal,
    consequences::Consequences,
    groups::{self, Patched},
    users::{self, Caller, Precondition, Resource},
};
use crate::scim::{
    self, Kind, Object, Registry,
    bulk::{self, Action, Bulk, Operation, References, Step},
    patch::Patch,
    projection::Projection,
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
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
    let nodes: Vec<_> =
        bulk.items.iter().enumerate().map(|(index, item)| node(index, item, &owners, &declared)).collect();
    let mut run = Run {
        app,
        principal,
        registry,
        read_version,
        bulk,
        declared: &declared,
        owners: &owners,
        made: HashMap::new(),
        unfinished: BTreeMap::new(),
        outcomes: BTreeMap::new(),
    };
    for step in bulk::plan(&nodes) {
        match step {
            Step::Run { index, without } => run.execute(index, &without).await,
            Step::Complete { index } => run.complete(index).await,
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

/// What the plan needs to know of an operation: what it declares, and what it waits for.
fn node(
    index: usize,
    item: &bulk::Item,
    owners: &HashMap<&str, usize>,
    declared: &BTreeSet<String>,
) -> (Option<String>, BTreeSet<String>) {
    let creates = item.bulk_id.clone().filter(|id| owners.get(id.as_str()) == Some(&index));
    let Ok(operation) = &item.operation else { return (creates, BTreeSet::new()) };
    let references = References::of(operation, declared);
    (creates, if references.unknown.is_some() { BTreeSet::new() } else { references.known })
}

struct Run<'a> {
    app: &'a App,
    principal: &'a Arc<Principal>,
    registry: Arc<Registry>,
    read_version: ReadVersion,
    bulk: &'a Bulk,
    declared: &'a BTreeSet<String>,
    owners: &'a HashMap<&'a str, usize>,
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

    async fn execute(&mut self, index: usize, without: &BTreeSet<String>) {
        let Some(item) = self.bulk.items.get(index) else { return };
        let (mut location, mut id) = (None, None);
        let result = match self.prepare(&item.operation, without) {
            Ok((operation, left)) => {
                location = self.location(&operation);
                match self.perform(&operation).await {
                    Ok(effect) => {
                        location = effect.location.or(location);
                        if let (Some(made), false) = (&effect.id, left.is_empty()) {
                            let unfinished = Unfinished { kind: operation.kind, id: made.clone(), left };
                            self.unfinished.insert(index, unfinished);
                        }
                        id = effect.id;
                        Ok(effect.done)
                    }
                    Err(error) => Err(error),
                }
            }
            Err(error) => Err(error),
        };
        if let Some(bulk_id) = item.bulk_id.as_ref().filter(|id| self.owners.get(id.as_str()) == Some(&index)) {
            self.made.insert(bulk_id.clone(), id);
        }
        self.outcomes.insert(index, Outcome { index, location, result });
    }

    /// The operation with ids in place of references, and what has to wait.
    fn prepare(
        &self,
        operation: &Result<Operation, scim::Error>,
        without: &BTreeSet<String>,
    ) -> Result<(Operation, Object), Error> {
        let operation = operation.as_ref().map_err(Clone::clone)?;
        let references = References::of(operation, self.declared);
        references.check()?;
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
