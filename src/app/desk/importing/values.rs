//! What the cells of a row mean.

use super::Batch;
use crate::{
    app::{
        Error,
        desk::{self, setting_up},
    },
    domain::{
        GroupId,
        batch::{Column, Fault, WITHHELD, cell_of, words},
        calendar,
        language::Language,
        role::{Role, UnknownRole},
        tenant::Tenant,
        user::Mode,
    },
};
use jiff::{Timestamp, civil::Date};

/// What a row, or all rows of a person together, say about the person.
#[derive(Debug, Clone, Default)]
pub(super) struct Said {
    pub email: String,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub password: Option<String>,
    pub send_credentials: Option<bool>,
    pub language: Option<Language>,
    pub deletion_date: Option<Date>,
    pub labels: Option<Vec<String>>,
    pub mode: Option<Mode>,
    pub external_id: Option<String>,
    pub user_name: Option<String>,
    pub active_without_mail: Option<bool>,
    pub billed_since: Option<Timestamp>,
}

impl Said {
    /// The path a newcomer takes.
    pub fn path(&self, tenant: &Tenant) -> Mode {
        let is_set_up = self.password.is_some() || self.wants_credentials() || self.is_in_already();
        self.mode.unwrap_or(if is_set_up { Mode::Create } else { tenant.default_mode })
    }

    pub fn wants_credentials(&self) -> bool {
        self.send_credentials == Some(true)
    }

    pub fn is_in_already(&self) -> bool {
        self.active_without_mail == Some(true)
    }

    /// What does not go together.
    pub fn check(&self) -> Result<(), Fault> {
        let invited = self.mode == Some(Mode::Invite);
        let refuse = |column, message: &str| Err(Fault::of(column, message));
        if self.password.is_some() && self.wants_credentials() {
            return refuse(Column::SendCredentials, "give either a password or send_credentials, not both");
        }
        if invited && self.password.is_some() {
            return refuse(
                Column::Password,
                "an invited person chooses a password in the form; leave it out, or use mode create",
            );
        }
        if invited && self.wants_credentials() {
            return refuse(Column::SendCredentials, "an invited person gets a link; leave it out, or use mode create");
        }
        if invited && self.is_in_already() {
            return refuse(
                Column::ActiveWithoutMail,
                "an invited person is not active yet; leave it out, or use mode create",
            );
        }
        if self.wants_credentials() && self.is_in_already() {
            return refuse(Column::ActiveWithoutMail, "credentials need a mail; leave one of the two out");
        }
        if self.billed_since.is_some() && !self.is_in_already() {
            return refuse(
                Column::BilledSince,
                "it goes with active_without_mail: yes; who is added by mail is billed from then on",
            );
        }
        Ok(())
    }

    /// Adds what another row says about the same person.
    pub fn merge(&self, other: Self, first: usize) -> Result<Self, Fault> {
        let merged = Self {
            email: self.email.clone(),
            first_name: one(self.first_name.as_ref(), other.first_name, Column::FirstName, first)?,
            last_name: one(self.last_name.as_ref(), other.last_name, Column::LastName, first)?,
            password: one(self.password.as_ref(), other.password, Column::Password, first)?,
            send_credentials: one(
                self.send_credentials.as_ref(),
                other.send_credentials,
                Column::SendCredentials,
                first,
            )?,
            language: one(self.language.as_ref(), other.language, Column::Language, first)?,
            deletion_date: one(self.deletion_date.as_ref(), other.deletion_date, Column::DeletionDate, first)?,
            labels: one(self.labels.as_ref(), other.labels, Column::Labels, first)?,
            mode: one(self.mode.as_ref(), other.mode, Column::Mode, first)?,
            external_id: one(self.external_id.as_ref(), other.external_id, Column::ExternalId, first)?,
            user_name: one(self.user_name.as_ref(), other.user_name, Column::UserName, first)?,
            active_without_mail: one(
                self.active_without_mail.as_ref(),
                other.active_without_mail,
                Column::ActiveWithoutMail,
                first,
            )?,
            billed_since: one(self.billed_since.as_ref(), other.billed_since, Column::BilledSince, first)?,
        };
        merged.check().map(|()| merged)
    }
}

/// The one value two rows agree on.
fn one<T: Clone + PartialEq>(
    before: Option<&T>,
    given: Option<T>,
    column: Column,
    first: usize,
) -> Result<Option<T>, Fault> {
    match (before, given) {
        (Some(before), Some(given)) if *before != given => {
            Err(Fault::of(column, format!("line {first} says something else about the same person")))
        }
        (before, given) => Ok(given.or_else(|| before.cloned())),
    }
}

/// A role on a group.
pub(super) type Grant = (GroupId, Role);

/// Reads a row: what it says about the person, and the roles it gives.
pub(super) fn read(batch: &Batch, cells: &[String]) -> Result<(Said, Vec<Grant>), Fault> {
    let row = Cells { batch, cells };
    let name = |column: Column| {
        row.desk(column, |text| {
            // A line break inside of a cell is a space.
            let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
            setting_up::name(column.name(), &line)
        })
    };
    let mut said = Said {
        email: row.get(Column::Email).unwrap_or_default().to_owned(),
        first_name: name(Column::FirstName)?,
        last_name: name(Column::LastName)?,
        password: None,
        send_credentials: row.flag(Column::SendCredentials)?,
        language: row.desk(Column::Language, |text| desk::language(Some(text)))?.flatten(),
        deletion_date: row.read(Column::DeletionDate, |text| deletion_date(batch, text))?,
        labels: row.desk(Column::Labels, |text| {
            let labels: Vec<String> = words::list(text).map(str::to_owned).collect();
            desk::labels(Some(&labels))
        })?,
        mode: row.read(Column::Mode, mode)?,
        external_id: row.get(Column::ExternalId).map(str::to_owned),
        user_name: row.get(Column::UserName).map(str::to_owned),
        active_without_mail: row.flag(Column::ActiveWithoutMail)?,
        billed_since: row.read(Column::BilledSince, |text| billed_since(batch, text))?,
    };
    said.password = row.password(&said)?;
    said.check()?;
    Ok((said, row.grants()?))
}

/// What the person-level columns of a row are that are not empty.
pub(super) fn stated(batch: &Batch, cells: &[String]) -> Vec<Column> {
    let row = Cells { batch, cells };
    Column::ALL.into_iter().filter(|column| column.is_personal() && row.get(*column).is_some()).collect()
}

struct Cells<'a> {
    batch: &'a Batch,
    cells: &'a [String],
}

impl<'a> Cells<'a> {
    fn get(&self, column: Column) -> Option<&'a str> {
        cell_of(&self.batch.columns, self.cells, column)
    }

    fn read<T>(&self, column: Column, read: impl FnOnce(&str) -> Result<T, Fault>) -> Result<Option<T>, Fault> {
        self.get(column).map(read).transpose()
    }

    /// Reads with a rule that every way of adding people shares.
    fn desk<T>(&self, column: Column, read: impl FnOnce(&str) -> Result<T, Error>) -> Result<Option<T>, Fault> {
        self.read(column, |text| read(text).map_err(|error| fault(column, error)))
    }

    fn flag(&self, column: Column) -> Result<Option<bool>, Fault> {
        self.read(column, |text| words::flag(text).ok_or_else(|| Fault::of(column, "say yes or no")))
    }

    /// The password as it stands there, white space included.
    fn password(&self, said: &Said) -> Result<Option<String>, Fault> {
        if self.get(Column::Password).is_none() {
            return Ok(None);
        }
        let at = self.batch.columns.iter().position(|column| *column == Some(Column::Password));
        let Some(typed) = at.and_then(|at| self.cells.get(at)) else { return Ok(None) };
        if typed.trim() == WITHHELD {
            let message = "reports hold no passwords; fill it in again, or clear the cell";
            return Err(Fault::of(Column::Password, message));
        }
        let own = [said.first_name.as_deref(), said.last_name.as_deref(), Some(said.email.as_str())];
        setting_up::judge(typed, &own).map_err(|error| fault(Column::Password, error))?;
        Ok(Some(typed.clone()))
    }

    /// Each role on each group; learner where there is no role, the platform group where there is no group.
    fn grants(&self) -> Result<Vec<Grant>, Fault> {
        let roles = self.read(Column::Roles, roles)?;
        let groups = self.read(Column::GroupIds, |text| self.batch.groups.of_cell(text))?;
        if roles.is_none() && groups.is_none() {
            return Ok(Vec::new());
        }
        let roles = roles.unwrap_or_else(|| vec![Role::Learner]);
        let groups = groups.filter(|groups| !groups.is_empty()).unwrap_or_else(|| vec![self.batch.root]);
        Ok(groups.iter().flat_map(|group| roles.iter().map(|role| (*group, *role))).collect())
    }
}

fn roles(text: &str) -> Result<Vec<Role>, Fault> {
    let mut roles = Vec::new();
    for word in words::list(text) {
        let role = words::role(word).map_err(|error: UnknownRole| Fault::of(Column::Roles, error.to_string()))?;
        if role == Role::Owner {
            return Err(Fault::of(Column::Roles, "there is one owner, who can't be made by hand; use admin"));
        }
        if !roles.contains(&role) {
            roles.push(role);
        }
    }
    Ok(if roles.is_empty() { vec![Role::Learner] } else { roles })
}

fn mode(text: &str) -> Result<Mode, Fault> {
    Mode::parse(text).ok_or_else(|| Fault::of(Column::Mode, "say invite or create"))
}

const NO_DATE: &str = "it must be a calendar date as in 2027-06-30";

fn deletion_date(batch: &Batch, text: &str) -> Result<Date, Fault> {
    let column = Column::DeletionDate;
    let date = words::date(text).ok_or_else(|| Fault::of(column, NO_DATE))?;
    let checked = desk::deletion_date(Some(&date.to_string()), &batch.tenant, batch.now);
    checked.map_err(|error| fault(column, error))?.ok_or_else(|| Fault::of(column, NO_DATE))
}

/// A day, which begins at midnight in the tenant's zone, or an instant; not ahead of now.
fn billed_since(batch: &Batch, text: &str) -> Result<Timestamp, Fault> {
    let column = Column::BilledSince;
    let day = words::date(text).and_then(|date| calendar::begin_of(date, &batch.tenant.time_zone));
    let since = day.or_else(|| text.parse().ok());
    let message = "it must be a date as in 2024-09-01, or an instant as in 2024-09-01T08:00:00Z";
    let since = since.ok_or_else(|| Fault::of(column, message))?;
    if since > batch.now {
        return Err(Fault::of(column, "it is in the future; give the day the person came in"));
    }
    Ok(calendar::to_millis(since))
}

fn fault(column: Column, error: Error) -> Fault {
    match error {
        Error::Invalid { message, .. } => Fault::of(column, message),
        other => Fault::of(column, other.to_string()),
    }
}
