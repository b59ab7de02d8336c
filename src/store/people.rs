//! People as administrators look for them: by part of a name or address, by state, by group.

use super::{Conn, StoreError, users};
use crate::domain::{
    GroupId, TenantId, UserId,
    user::{State, User},
};

/// Whom to look for.
#[derive(Debug, Clone)]
pub struct Sought {
    /// Folded part of a sign-in name, display name or address.
    pub text: Option<String>,
    /// Only this state; without it everybody but the deleted.
    pub state: Option<State>,
    /// Only people with a role on this group.
    pub group: Option<GroupId>,
    /// Older than this one.
    pub before: Option<UserId>,
    /// At most so many.
    pub limit: i64,
}

/// People who match, newest first.
///
/// # Errors
/// The store's own.
pub async fn search(conn: &mut Conn, tenant: TenantId, sought: &Sought) -> Result<Vec<User>, StoreError> {
    let mut statement = users::every(tenant);
    statement = match sought.state {
        Some(state) => statement.push(" AND state = ").bind(state.as_str()),
        None => statement.push(" AND state <> 'deleted'"),
    };
    if let Some(group) = sought.group {
        statement = statement
            .push(" AND id IN (SELECT member_id FROM memberships WHERE tenant_id = ")
            .bind(tenant)
            .push(" AND group_id = ")
            .bind(group)
            .push(" AND member_kind = 'user')");
    }
    if let Some(text) = &sought.text {
        let pattern = format!("%{}%", escaped(text));
        statement = statement
            .push(" AND (user_name_key LIKE ")
            .bind(pattern.as_str())
            .push(" ESCAPE '!' OR display_name_key LIKE ")
            .bind(pattern.as_str())
            .push(" ESCAPE '!' OR id IN (SELECT user_id FROM user_emails WHERE tenant_id = ")
            .bind(tenant)
            .push(" AND value_key LIKE ")
            .bind(pattern.as_str())
            .push(" ESCAPE '!'))");
    }
    if let Some(before) = sought.before {
        statement = statement.push(" AND id < ").bind(before);
    }
    let rows = statement.push(" ORDER BY id DESC LIMIT ").bind(sought.limit).build().rows(conn).await?;
    rows.iter().map(users::read).collect()
}

/// The text as a pattern that means itself.
fn escaped(text: &str) -> String {
    text.replace('!', "!!").replace('%', "!%").replace('_', "!_")
}
