//! A tenant's own extension schemas (RFC 7643 section 7).

use super::{
    App, Error, access,
    tenants::{self, OPERATOR},
    unique,
};
use crate::{
    domain::{TenantId, user::User},
    scim::{self, AttrRef, Kind, Registry, schema::Type},
    store::{
        self, Conn,
        audit::{self, Entry},
    },
};
use jiff::Timestamp;
use serde_json::{Value, json};

/// Registers an extension schema, or a new version of one; answers its URN.
///
/// # Errors
/// `NotFound` for the tenant; SCIM's `invalidValue` naming the definition's fault, also for the URN of a built-in schema; 409
/// `uniqueness` where two resources there are have a value that is to be unique.
pub async fn add(app: &App, tenant: &str, kind: Kind, definition: Value) -> Result<String, Error> {
    let now = app.clock.now();
    let urn = definition.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
    let (slug, stored) = (tenant.to_owned(), urn.clone());
    app.store
        .write(move |tx| {
            let (slug, urn, definition) = (slug.clone(), stored.clone(), definition.clone());
            Box::pin(async move {
                let tenant = tenants::by_slug(tx, &slug).await?;
                replace(tx, tenant.id, &urn, kind, &definition, now).await?;
                let entry = Entry {
                    actor: OPERATOR.to_owned(),
                    action: "schema.added",
                    target: Some(urn),
                    request_id: None,
                    detail: json!({ "resource": kind.name() }),
                };
                audit::append(tx, tenant.id, now, &[entry]).await?;
                store::tenants::bump_epoch(tx).await?;
                Ok::<_, Error>(())
            })
        })
        .await?;
    access::forget(app);
    Ok(urn)
}

/// Stores the definition, and begins or ends to keep its values unique.
async fn replace(
    tx: &mut Conn,
    tenant: TenantId,
    urn: &str,
    kind: Kind,
    definition: &Value,
    now: Timestamp,
) -> Result<(), Error> {
    let mut known = store::schemas::list(tx, tenant).await?;
    let before = Registry::with_extensions(&known)?;
    let is_known = known.iter().any(|(other, _)| is_named(other, urn));
    known.retain(|(other, _)| !is_named(other, urn));
    known.push((definition.clone(), kind));
    let registry = Registry::with_extensions(&known)?;
    for attr in unique_in(&registry, kind, urn) {
        if registry.attribute(attr).ty == Type::Complex {
            let path = registry.path_of(attr);
            let detail = format!(
                "Schema definition: {path} is complex, and a complex value can't be kept unique; give uniqueness to a sub-attribute instead."
            );
            return Err(scim::Error::invalid_value(detail).into());
        }
    }
    store::schemas::put(tx, tenant, urn, kind, definition, now).await?;
    // Its values were compared otherwise until now, maybe.
    for kind in [Kind::User, Kind::Group] {
        unique::end(tx, tenant, &before, &unique_in(&before, kind, urn)).await?;
    }
    let attributes = unique_in(&registry, kind, urn);
    if is_known && !attributes.is_empty() {
        unique::begin(tx, tenant, &registry, kind, &attributes).await?;
    }
    Ok(())
}

fn unique_in(registry: &Registry, kind: Kind, urn: &str) -> Vec<AttrRef> {
    let is_of = |attr: &AttrRef| registry.extension_of(*attr).is_some_and(|other| other.eq_ignore_ascii_case(urn));
    registry.unique(kind).iter().copied().filter(is_of).collect()
}

/// As [`unique::follow_person`], by the schemas as they are stored, for who comes back.
///
/// # Errors
/// `Conflict` naming a value that somebody else has by now.
pub(super) async fn follow_person(tx: &mut Conn, before: &User, after: &User) -> Result<(), Error> {
    let known = store::schemas::list(tx, after.tenant).await?;
    let registry = Registry::with_extensions(&known)?;
    match unique::follow_person(tx, &registry, Some(before), after).await {
        Err(Error::Scim(error)) => Err(Error::Conflict(error.detail)),
        other => other,
    }
}

/// The resource type a schema's URN ends in, if it says so.
#[must_use]
pub fn kind_of(definition: &Value) -> Option<Kind> {
    let urn = definition.get("id").and_then(Value::as_str)?;
    let last = urn.rsplit(':').next()?;
    [Kind::User, Kind::Group].into_iter().find(|kind| kind.name().eq_ignore_ascii_case(last))
}

fn is_named(definition: &Value, urn: &str) -> bool {
    definition.get("id").and_then(Value::as_str).is_some_and(|id| id.eq_ignore_ascii_case(urn))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_urn_says_what_it_extends() {
        let kind = |id: &str| kind_of(&json!({ "id": id }));
        assert_eq!(kind("urn:ietf:params:scim:schemas:extension:acme:2.0:User"), Some(Kind::User));
        assert_eq!(kind("urn:example:acme:group"), Some(Kind::Group));
        assert_eq!(kind("urn:example:acme:1.0"), None);
        assert_eq!(kind_of(&json!({})), None);
    }
}
