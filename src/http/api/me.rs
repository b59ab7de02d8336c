//! `/api/v1/me`: who acts, and what they may do; the first call of a script.

use super::answer::{self, Answered};
use crate::{app::desk::Actor, domain::role::Role};
use serde_json::{Value, json};

pub(super) async fn show(actor: Actor) -> Answered {
    let holdings = &actor.holdings;
    let role = |(group, role): &(crate::domain::GroupId, Role)| -> Value {
        json!({ "groupId": group.to_string(), "role": role.as_str() })
    };
    answer::ok(&json!({
        "userId": actor.user.to_string(),
        "name": actor.name,
        "tenant": { "slug": actor.tenant.slug, "name": actor.tenant.name, "timeZone": actor.tenant.time_zone.iana_name().unwrap_or("UTC") },
        "platformGroupId": holdings.root.to_string(),
        "isPlatformAdministrator": holdings.is_platform_administrator(),
        "isOwner": holdings.is_owner,
        "roles": holdings.roles.iter().map(role).collect::<Vec<_>>(),
    }))
}
