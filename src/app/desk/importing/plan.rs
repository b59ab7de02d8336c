//! What a person's rows lead to: the same look for a dry run and for the change itself.

use super::{Batch, SOURCE, values::Said};
use crate::{
    app::{
        Error,
        desk::{
            Change,
            people::{self, Revision},
        },
        protection,
        scene::Scene,
    },
    domain::{
        batch::{Column, Fault},
        group::MemberId,
        language::Language,
        mailbox,
        onboarding::{self, Decision},
        user::User,
    },
    scim::{fold::fold, schema},
    store::{self, Conn, memberships::Belonging},
};
use serde_json::{Value, json};

/// What is to happen to a person.
pub(super) enum Plan {
    /// Nobody is there yet.
    Add,
    /// Somebody is.
    Meet(Box<Meeting>),
    /// It can't be done.
    Refuse(Fault),
}

/// Somebody who is there already.
pub(super) struct Meeting {
    pub before: User,
    /// The scene of what happens to them, under the settings of the connection that manages them.
    pub scene: Scene,
    /// What becomes of them, where the rows say anything new.
    pub decision: Option<Decision>,
    /// Their roles on groups.
    pub held: Vec<Belonging>,
}

/// Looks who is there and decides; who is there is held until the transaction ends.
///
/// # Errors
/// The store's.
pub(super) async fn plan(conn: &mut Conn, batch: &Batch, said: &Said) -> Result<Plan, Error> {
    let found = match find(conn, batch, said).await? {
        Ok(found) => found,
        Err(fault) => return Ok(Plan::Refuse(fault)),
    };
    let Some(found) = found else { return Ok(Plan::Add) };
    if said.deletion_date.is_some() {
        store::groups::lock_of_member(conn, found.tenant, found.id).await?;
    }
    match store::users::lock(conn, found.tenant, found.id).await?.filter(User::is_live) {
        Some(before) => meet(conn, batch, said, before).await,
        // Deleted a moment ago.
        None => Ok(Plan::Add),
    }
}

/// The live person that is meant.
async fn find(conn: &mut Conn, batch: &Batch, said: &Said) -> Result<Result<Option<User>, Fault>, Error> {
    let tenant = batch.import.tenant;
    let address = fold(&said.email);
    let login = said.user_name.as_deref().map_or_else(|| address.clone(), fold);
    let named = store::users::find_by_user_name(conn, tenant, &login).await?.filter(User::is_live);
    if let Some(user) = named {
        let is_meant = login == address || addresses(&user).any(|own| fold(own) == address);
        let message = "somebody with another address signs in with this name; give the person another one";
        return Ok(if is_meant { Ok(Some(user)) } else { Err(Fault::of(Column::UserName, message)) });
    }
    let mut found = store::users::find_by_email(conn, tenant, &address, 2).await?;
    if found.is_empty() && login != address {
        found.extend(store::users::find_by_user_name(conn, tenant, &address).await?.filter(User::is_live));
    }
    if found.len() > 1 {
        let message = "several people have this address; change them one by one";
        return Ok(Err(Fault::of(Column::Email, message)));
    }
    let found = found.pop();
    if found.is_some() && said.user_name.is_some() {
        let message = "the person with this address signs in with another name, which an import does not change";
        return Ok(Err(Fault::of(Column::UserName, message)));
    }
    Ok(Ok(found))
}

fn addresses(user: &User) -> impl Iterator<Item = &str> {
    let emails = user.document.get("emails").and_then(Value::as_array).into_iter().flatten();
    emails.filter_map(|email| email.get("value").and_then(Value::as_str))
}

async fn meet(conn: &mut Conn, batch: &Batch, said: &Said, before: User) -> Result<Plan, Error> {
    let scene = Scene::of(&batch.app, conn, &before, &batch.import.actor, SOURCE).await?;
    let scene = scene.ok_or_else(|| Error::NotFound("this tenant is gone".to_owned()))?;
    let differing = differences(&before, said);
    if let Some(fault) = differing.first().filter(|_| before.connection.is_some()) {
        let name = scene.connection.as_ref().map_or("an identity provider", |connection| connection.name.as_str());
        let message = format!(
            "this person is managed by the connection {name}, which would change it back; change it there, and leave the cell empty"
        );
        return Ok(Plan::Refuse(Fault::of(*fault, message)));
    }
    if differing.contains(&Column::DeletionDate) && protection::is_protected(conn, &before).await? {
        let message = "the owner and the last administrator of the platform can't be deleted; leave it empty";
        return Ok(Plan::Refuse(Fault::of(Column::DeletionDate, message)));
    }
    let decision = (!differing.is_empty()).then(|| {
        let wish = wish(&before, said, &differing);
        onboarding::rewrite(&before, wish, &scene.circumstances(None))
    });
    let held = store::memberships::of_members(conn, before.tenant, &[MemberId::User(before.id)]).await?;
    Ok(Plan::Meet(Box::new(Meeting { before, scene, decision, held })))
}

/// The columns that say something else than what is there.
fn differences(before: &User, said: &Said) -> Vec<Column> {
    let (first, last) = mailbox::name_of(&before.document);
    let language = before.document.get("preferredLanguage").and_then(Value::as_str).and_then(Language::find);
    let labels = labels_of(before);
    let is_other = |given: &Option<String>, own: &str| given.as_deref().is_some_and(|given| given != own);
    let columns = [
        (Column::FirstName, is_other(&said.first_name, &first)),
        (Column::LastName, is_other(&said.last_name, &last)),
        (Column::Language, said.language.is_some() && said.language != language),
        (Column::DeletionDate, said.deletion_date.is_some() && said.deletion_date != before.deletion_date),
        (Column::Labels, said.labels.as_ref().is_some_and(|given| !is_same_set(given, &labels))),
        (Column::ExternalId, is_other(&said.external_id, before.external_id.as_deref().unwrap_or_default())),
    ];
    columns.into_iter().filter(|(_, differs)| *differs).map(|(column, _)| column).collect()
}

fn labels_of(user: &User) -> Vec<&str> {
    let labels = user.document.get(schema::USHER).and_then(|own| own.get("labels")).and_then(Value::as_array);
    labels.into_iter().flatten().filter_map(Value::as_str).collect()
}

fn is_same_set(given: &[String], own: &[&str]) -> bool {
    given.len() == own.len() && given.iter().all(|label| own.contains(&label.as_str()))
}

/// The person with what differs changed.
fn wish(before: &User, said: &Said, differing: &[Column]) -> onboarding::Wish {
    let differs = |column| differing.contains(&column);
    let text = |column, value: &Option<String>| value.clone().filter(|_| differs(column));
    let revision = Revision {
        first_name: text(Column::FirstName, &said.first_name),
        last_name: text(Column::LastName, &said.last_name),
        email: None,
        language: changed(said.language.map(|language| language.tag().to_owned()), differs(Column::Language)),
        deletion_date: changed(said.deletion_date, differs(Column::DeletionDate)),
        labels: changed(said.labels.clone(), differs(Column::Labels)),
    };
    let mut wish = people::revise(before, &revision);
    if let Some(id) = text(Column::ExternalId, &said.external_id) {
        wish.document.insert("externalId".to_owned(), json!(id));
        wish.external_id = Some(id);
    }
    wish
}

fn changed<T>(value: Option<T>, differs: bool) -> Change<T> {
    value.filter(|_| differs).map_or(Change::Stays, Change::Set)
}
