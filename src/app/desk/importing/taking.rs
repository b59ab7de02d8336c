//! Taking in one person: the change and what became of the rows are written in one transaction, or neither is.

use super::{
    Batch, SOURCE, audit_name,
    gathering::{Gathered, Taken, gather},
    plan::{Meeting, Plan, plan},
    seal,
    values::{Grant, Said},
};
use crate::{
    app::{
        Error,
        desk::{
            groups,
            newcomer::{self, Newcomer, Seat},
        },
        effects::{self, Writer},
        scene::Scene,
    },
    domain::{
        GroupId,
        batch::{self, Column, Fault, Outcome, Status},
        calendar,
        event::{self, Event},
        onboarding::Credentials,
        password,
        role::{Role, Source},
        user::{Mode, State, User},
    },
    store::{
        self, Conflict, Conn, StoreError,
        audit::{self, Entry},
        imports::Row,
    },
};
use serde_json::json;
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

/// Takes in the rows of one person.
///
/// # Errors
/// `Busy` and the store's, when the rows still wait and it is worth trying again.
pub(super) async fn take(batch: &Arc<Batch>, rows: &[Row]) -> Result<(), Error> {
    let Some(person) = rows.first().map(|row| row.person) else { return Ok(()) };
    let mut work = Work {
        batch: Arc::clone(batch),
        person,
        lines: rows.iter().map(|row| row.line).collect(),
        kept: kept(batch, rows)?,
        gathered: gather(batch, rows),
        credentials: Credentials::Unsaid,
        generated: None,
    };
    if !batch.import.is_dry_run {
        work.prepare().await?;
    }
    let work = Arc::new(work);
    let ended = match write(&work).await {
        // Somebody took the name between the look and the write: now it is there to be seen.
        Err(Error::Store(StoreError::Conflict(Conflict::UserName))) => write(&work).await,
        other => other,
    };
    match ended {
        Ok(()) => Ok(()),
        Err(error @ (Error::Busy { .. } | Error::Away(_))) => Err(error),
        Err(error @ (Error::Store(_) | Error::Sealed)) => {
            tracing::error!(error = %error, import.id = %batch.import.id, line = person, "a row of an import failed inside the server");
            give_up(&work, "the server failed at this row, and its log tells why; send the row again").await
        }
        Err(error) => give_up(&work, &error.to_string()).await,
    }
}

/// What is kept of each row if it is rejected: its cells without the password, sealed.
fn kept(batch: &Batch, rows: &[Row]) -> Result<HashMap<usize, String>, Error> {
    let mut kept = HashMap::new();
    for row in rows {
        if let Some(mut cells) = batch.open(row) {
            batch::withhold(&batch.columns, &mut cells);
            kept.insert(row.line, seal(&batch.app, batch.import.id, row.line, &cells)?);
        }
    }
    Ok(kept)
}

struct Work {
    batch: Arc<Batch>,
    /// The line of the person's first row.
    person: usize,
    lines: Vec<usize>,
    kept: HashMap<usize, String>,
    gathered: Gathered,
    credentials: Credentials,
    generated: Option<String>,
}

async fn write(work: &Arc<Work>) -> Result<(), Error> {
    let shared = Arc::clone(work);
    let written = work.batch.app.store.write(move |tx| {
        let work = Arc::clone(&shared);
        Box::pin(async move { work.run(tx).await })
    });
    written.await
}

/// The rows are rejected, so that the import can end.
async fn give_up(work: &Arc<Work>, reason: &str) -> Result<(), Error> {
    let fault = Fault::of_row(reason);
    let mut outcomes = work.gathered.rejected.clone();
    outcomes.extend(work.gathered.taken.iter().map(|row| Outcome::rejected(row.line, &fault)));
    let shared = Arc::new((Arc::clone(work), outcomes));
    let written = work.batch.app.store.write(move |tx| {
        let shared = Arc::clone(&shared);
        Box::pin(async move { shared.0.settle(tx, &shared.1).await })
    });
    written.await
}

impl Work {
    /// Hashes the password of somebody who is to be added: slow, so before the transaction.
    async fn prepare(&mut self) -> Result<(), Error> {
        let Some(said) = &self.gathered.said else { return Ok(()) };
        if said.password.is_none() && !said.wants_credentials() {
            return Ok(());
        }
        let mut reader = self.batch.app.store.read().await?;
        let is_new = matches!(plan(&mut reader, &self.batch, said).await?, Plan::Add);
        drop(reader);
        if !is_new {
            return Ok(());
        }
        let busy = |_| Error::Busy { retry_after_seconds: 1 };
        let _turn = self.batch.hashes.acquire().await.map_err(busy)?;
        let hasher = &self.batch.app.hasher;
        if let Some(typed) = &said.password {
            self.credentials = Credentials::Known(hasher.hash_in_turn(password::prepare(typed)).await?);
        } else {
            let plain = password::generate(&*self.batch.app.rng);
            self.credentials = Credentials::Generated(hasher.hash_in_turn(plain.clone()).await?);
            self.generated = Some(plain);
        }
        Ok(())
    }

    async fn run(&self, tx: &mut Conn) -> Result<(), Error> {
        let import = &self.batch.import;
        let waiting = store::imports::lock_waiting(tx, import.tenant, import.id, self.person).await?;
        if !self.lines.iter().all(|line| waiting.contains(line)) {
            // Another process was quicker.
            return Ok(());
        }
        let mut outcomes = self.gathered.rejected.clone();
        if let Some(said) = &self.gathered.said {
            outcomes.extend(match plan(tx, &self.batch, said).await? {
                Plan::Refuse(fault) => {
                    self.gathered.taken.iter().map(|row| Outcome::rejected(row.line, &fault)).collect()
                }
                Plan::Add => self.add(tx, said).await?,
                Plan::Meet(meeting) => self.meet(tx, said, *meeting).await?,
            });
        }
        self.settle(tx, &outcomes).await
    }

    async fn settle(&self, tx: &mut Conn, outcomes: &[Outcome]) -> Result<(), Error> {
        let import = &self.batch.import;
        for outcome in outcomes {
            let kept = self.kept.get(&outcome.line).filter(|_| outcome.status == Status::Rejected);
            store::imports::settle(tx, import.tenant, import.id, outcome, kept.map(String::as_str)).await?;
        }
        Ok(())
    }

    async fn add(&self, tx: &mut Conn, said: &Said) -> Result<Vec<Outcome>, Error> {
        let newcomer = self.newcomer(said);
        let status = if newcomer.mode == Mode::Invite { Status::Invited } else { Status::Created };
        let shares = share(&self.gathered.taken, HashSet::new());
        let outcomes = shares.iter().enumerate().map(|(at, share)| match at {
            0 => Outcome::taken(share.line, status, None),
            _ => Outcome::taken(share.line, share.status(), None),
        });
        let outcomes = outcomes.collect();
        if self.batch.import.is_dry_run {
            return Ok(outcomes);
        }
        let mut grants: Vec<Grant> = shares.into_iter().flat_map(|share| share.fresh).collect();
        if grants.is_empty() {
            grants.push((self.batch.root, Role::Learner));
        }
        let scene = Scene { generated: self.generated.clone(), ..self.batch.scene() };
        let user = newcomer::add(tx, &scene, &newcomer, &seats(&grants)).await?;
        self.record(tx, &user, status).await?;
        Ok(outcomes)
    }

    fn newcomer(&self, said: &Said) -> Newcomer {
        let now = calendar::to_millis(self.batch.now);
        Newcomer {
            user_name: said.user_name.clone(),
            external_id: said.external_id.clone(),
            first_name: said.first_name.clone(),
            last_name: said.last_name.clone(),
            language: said.language,
            deletion_date: said.deletion_date,
            labels: said.labels.clone().unwrap_or_default(),
            credentials: self.credentials.clone(),
            active_since: said.is_in_already().then(|| said.billed_since.unwrap_or(now)),
            ..Newcomer::at(&said.email, said.path(&self.batch.tenant))
        }
    }

    async fn meet(&self, tx: &mut Conn, said: &Said, meeting: Meeting) -> Result<Vec<Outcome>, Error> {
        let own = |source: Source| source == Source::Csv;
        let rows = || meeting.held.iter().map(|row| &row.membership);
        let had = rows().filter(|row| own(row.source)).map(|row| (row.group, row.role)).collect();
        let shares = share(&self.gathered.taken, had);
        let is_changed = meeting.decision.is_some();
        let remark = remark(said, &meeting.before);
        let outcomes: Vec<Outcome> = shares
            .iter()
            .enumerate()
            .map(|(at, share)| match at {
                0 if is_changed => Outcome::taken(share.line, Status::Updated, remark.as_ref()),
                0 => Outcome::taken(share.line, share.status(), remark.as_ref()),
                _ => Outcome::taken(share.line, share.status(), None),
            })
            .collect();
        let fresh: Vec<Grant> = shares.into_iter().flat_map(|share| share.fresh).collect();
        if self.batch.import.is_dry_run || (!is_changed && fresh.is_empty()) {
            return Ok(outcomes);
        }
        let known: HashSet<Grant> = rows().map(|row| (row.group, row.role)).collect();
        let Meeting { before, scene, decision, .. } = meeting;
        let user = match decision {
            Some(decision) => effects::update(tx, &scene, &before, decision, Writer::Client).await?.user,
            None => before,
        };
        newcomer::seat(tx, &scene, user.id, &seats(&fresh)).await?;
        for (group, roles) in by_group(&fresh) {
            let words: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
            let data = json!({ "roles": words, "source": SOURCE });
            let event = Event { kind: event::Kind::MembershipChanged, user: Some(user.id), group: Some(group), data };
            store::events::append(tx, user.tenant, scene.now, &[event]).await?;
            // Who held the role by somebody else's word has nothing to hear.
            let news: Vec<&str> =
                roles.iter().filter(|role| !known.contains(&(group, **role))).map(|role| role.as_str()).collect();
            if !news.is_empty() {
                groups::tell(tx, &scene, &user, group, &news).await?;
            }
        }
        self.record(tx, &user, Status::Updated).await?;
        Ok(outcomes)
    }

    async fn record(&self, tx: &mut Conn, user: &User, status: Status) -> Result<(), Error> {
        let import = &self.batch.import;
        let entry = Entry {
            actor: audit_name(import),
            action: "user.imported",
            target: Some(user.id.to_string()),
            request_id: import.request_id.clone(),
            detail: json!({ "import": import.id.to_string(), "line": self.person, "status": status.as_str() }),
        };
        Ok(audit::append(tx, import.tenant, self.batch.now, &[entry]).await?)
    }
}

/// What a row adds to what the person has.
struct Share {
    line: usize,
    fresh: Vec<Grant>,
}

impl Share {
    fn status(&self) -> Status {
        if self.fresh.is_empty() { Status::Unchanged } else { Status::Updated }
    }
}

/// Gives each row the roles that are new with it.
fn share(rows: &[Taken], mut had: HashSet<Grant>) -> Vec<Share> {
    let mut fresh = |row: &Taken| row.grants.iter().copied().filter(|grant| had.insert(*grant)).collect();
    rows.iter().map(|row| Share { line: row.line, fresh: fresh(row) }).collect()
}

fn seats(grants: &[Grant]) -> Vec<Seat> {
    grants.iter().map(|(group, role)| Seat { group: *group, role: *role, source: Source::Csv }).collect()
}

fn by_group(grants: &[Grant]) -> Vec<(GroupId, Vec<Role>)> {
    let mut groups: Vec<(GroupId, Vec<Role>)> = Vec::new();
    for (group, role) in grants {
        match groups.iter_mut().find(|(other, _)| other == group) {
            Some((_, roles)) => roles.push(*role),
            None => groups.push((*group, vec![*role])),
        }
    }
    groups
}

/// What an import does not do for somebody who is there already.
fn remark(said: &Said, before: &User) -> Option<Fault> {
    let column = match (&said.password, said.wants_credentials()) {
        (Some(_), _) => Column::Password,
        (None, true) => Column::SendCredentials,
        (None, false) => return None,
    };
    let is_in = if before.state == State::Invited { "has a pending invitation" } else { "already has an account" };
    Some(Fault::of(column, format!("the following user {is_in}, so the password was left as it is: {}", said.email)))
}
