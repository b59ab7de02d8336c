//! What a mail names beside its person, read at the moment it is sent.

use super::{Error, digest, tenants};
use crate::{
    domain::{
        ImportId,
        about::{About, Rejected},
        batch::Outcome,
        invitation::Invitation,
        mailbox,
        notification::{Aim, Code, Notification, Variant},
        program_session::ProgramSession,
    },
    store::{self, Conn},
};
use jiff::Timestamp;

const DAY_SECONDS: i64 = 24 * 60 * 60;
/// A report by mail shows so many rejected rows; the import's own report has all of them.
const MAX_REJECTED: i64 = 20;

/// Reads what this mail names.
///
/// # Errors
/// The store's.
pub(super) async fn read(
    conn: &mut Conn,
    mail: &Notification,
    invitation: Option<&Invitation>,
    now: Timestamp,
) -> Result<About, Error> {
    let mut about = About::default();
    if let Some(invitation) = invitation.filter(|_| mail.aim() == Aim::Invitation || mail.code == Code::E4) {
        // The name of a token or of a shell says nothing to people: `name_session` names somebody who teaches instead.
        let is_person = invitation.source != "scim" && invitation.inviter != tenants::OPERATOR;
        about.inviter = Some(invitation.inviter.clone()).filter(|_| is_person);
        let left = invitation.expires_at.as_second().saturating_sub(now.as_second());
        about.days = Some((left + DAY_SECONDS - 1) / DAY_SECONDS);
        match (mail.code, mail.variant) {
            (Code::E2, _) | (_, Variant::Group) => name_group(&mut about, conn, mail, &mail.target).await?,
            (Code::E3, _) | (_, Variant::Session) => name_session(&mut about, conn, mail, &mail.target).await?,
            _ => {}
        }
    }
    match mail.code {
        Code::E9 if mail.variant == Variant::Plain => {
            if let Ok(import) = mail.target.parse() {
                let tally = store::imports::tally(conn, mail.tenant, import).await?;
                (about.count, about.tally) = (Some(tally.rows()), tally.labelled());
                about.rejected = rejected(conn, mail, import).await?;
                let import = store::imports::find(conn, mail.tenant, import).await?;
                about.finished_at = import.and_then(|import| import.finished_at);
            }
        }
        Code::E11 => {
            let (group, roles) = mail.target.split_once(' ').unwrap_or((&mail.target, ""));
            about.roles = roles.split(',').filter(|role| !role.is_empty()).map(str::to_owned).collect();
            name_group(&mut about, conn, mail, group).await?;
        }
        Code::E12 => {
            let (session, inviter) = mail.target.split_once(' ').unwrap_or((&mail.target, ""));
            about.inviter = Some(inviter.to_owned());
            name_session(&mut about, conn, mail, session).await?;
        }
        Code::E15 => {
            let digest = digest::read(conn, mail).await?.unwrap_or_default();
            about.count = Some(digest.held);
            about.tally = digest.tally();
        }
        _ => {}
    }
    Ok(about)
}

async fn rejected(conn: &mut Conn, mail: &Notification, import: ImportId) -> Result<Vec<Rejected>, Error> {
    let rows = store::imports::first_rejected(conn, mail.tenant, import, MAX_REJECTED).await?;
    let row = |outcome: Outcome| {
        let Outcome { line, column, message, .. } = outcome;
        Rejected { line, column, reason: message.unwrap_or_default() }
    };
    Ok(rows.into_iter().map(row).collect())
}

async fn name_group(about: &mut About, conn: &mut Conn, mail: &Notification, id: &str) -> Result<(), Error> {
    let Ok(id) = id.parse() else { return Ok(()) };
    about.group = store::groups::find(conn, mail.tenant, id).await?.map(|group| group.display_name);
    Ok(())
}

async fn name_session(about: &mut About, conn: &mut Conn, mail: &Notification, id: &str) -> Result<(), Error> {
    let Ok(id) = id.parse() else { return Ok(()) };
    let Some(session) = store::program_sessions::find(conn, mail.tenant, id).await? else { return Ok(()) };
    if about.inviter.is_none() {
        about.inviter = teacher(conn, &session).await?;
    }
    (about.session, about.starts) = (Some(session.title), session.start_date);
    Ok(())
}

/// The first of those who teach a session.
async fn teacher(conn: &mut Conn, session: &ProgramSession) -> Result<Option<String>, Error> {
    let Some(id) = session.instructors.first() else { return Ok(None) };
    let user = store::users::find(conn, session.tenant, *id).await?;
    Ok(user.and_then(|user| mailbox::greeting_name(&user.document)))
}
