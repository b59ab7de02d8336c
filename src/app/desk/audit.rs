//! The audit trail: who did what to whom, when, from which request, before and after. For administrators of the platform.

use super::{Actor, MAX_PAGE, Page, invalid, one_more};
use crate::{
    app::{App, Error},
    domain::{TokenId, UserId, calendar, mailbox, tenant::Tenant},
    store::{
        self, Conn,
        audit::{Row, Sought},
    },
};
use jiff::{Timestamp, ToSpan, civil::Date};
use std::collections::BTreeMap;

/// A row with the name of who acted.
#[derive(Debug, Clone)]
pub struct Noted {
    /// The row.
    pub row: Row,
    /// The person's sign-in name or the token's name; none for a part of the server, and for who is gone.
    pub actor_name: Option<String>,
}

/// What the trail is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Who acted: `user:ID`, `token:ID`, an id alone, or another name as listed.
    pub actor: Option<String>,
    /// What it was done to: an id.
    pub target: Option<String>,
    /// The verb.
    pub action: Option<String>,
    /// From this day or instant on.
    pub from: Option<String>,
    /// To this day, it included, or before this instant.
    pub to: Option<String>,
    /// Where the page begins.
    pub cursor: Option<String>,
    /// How many rows.
    pub limit: usize,
}

/// Rows of the trail, newest first.
///
/// # Errors
/// `Forbidden`; `Invalid` naming a parameter.
pub async fn list(app: &App, actor: &Actor, filter: &Filter) -> Result<Page<Noted>, Error> {
    actor.check_platform()?;
    let wrong = |_| invalid("cursor", "it names no place in this list");
    let limit = filter.limit.clamp(1, MAX_PAGE);
    let mut reader = app.store.read().await?;
    let sought = Sought {
        actor: filter.actor.clone().map(full_name),
        action: filter.action.clone(),
        target: filter.target.clone(),
        from: filter.from.as_deref().map(|text| instant("from", text, &actor.tenant, 0)).transpose()?,
        until: filter.to.as_deref().map(|text| instant("to", text, &actor.tenant, 1)).transpose()?,
        before: filter.cursor.as_deref().map(|text| text.parse().map_err(wrong)).transpose()?,
        limit: one_more(limit),
    };
    let rows = store::audit::search(&mut reader, actor.tenant_id(), &sought).await?;
    let page = Page::cut(rows, limit, |row| row.seq.to_string());
    let names = names(&mut reader, actor, &page.items).await?;
    let noted = |row: Row| Noted { actor_name: names.get(&row.actor).cloned(), row };
    Ok(Page { items: page.items.into_iter().map(noted).collect(), next: page.next })
}

/// An id alone is a person's.
fn full_name(actor: String) -> String {
    if actor.parse::<UserId>().is_ok() { format!("user:{actor}") } else { actor }
}

/// A day's beginning in the tenant's time zone (of a later day by `shift`), or an instant.
fn instant(field: &'static str, text: &str, tenant: &Tenant, shift: i64) -> Result<Timestamp, Error> {
    let wrong = || invalid(field, "give a day as in 2027-06-30, or an instant as in 2027-06-30T08:00:00Z");
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Ok(instant);
    }
    let date: Date = text.parse().map_err(|_| wrong())?;
    let date = date.checked_add(shift.days()).map_err(|_| wrong())?;
    calendar::begin_of(date, &tenant.time_zone).ok_or_else(wrong)
}

/// The names of people and tokens that acted.
async fn names(conn: &mut Conn, actor: &Actor, rows: &[Row]) -> Result<BTreeMap<String, String>, Error> {
    let of = |kind: &str| {
        let mut ids: Vec<&str> = rows.iter().filter_map(|row| row.actor.strip_prefix(kind)).collect();
        ids.sort_unstable();
        ids.dedup();
        ids.into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let mut names = BTreeMap::new();
    let people: Vec<UserId> = of("user:").iter().filter_map(|id| id.parse().ok()).collect();
    for user in store::users::find_many(conn, actor.tenant_id(), &people).await? {
        let name = mailbox::greeting_name(&user.document).unwrap_or_else(|| user.user_name.clone());
        names.insert(format!("user:{}", user.id), name);
    }
    let tokens: Vec<TokenId> = of("token:").iter().filter_map(|id| id.parse().ok()).collect();
    if !tokens.is_empty() {
        for token in store::tokens::list(conn, actor.tenant_id()).await? {
            if tokens.contains(&token.id) {
                names.insert(format!("token:{}", token.id), token.name);
            }
        }
    }
    Ok(names)
}
