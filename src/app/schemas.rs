//! A tenant's own extension schemas (RFC 7643 section 7).

use super::{
    App, Error, access,
    tenants::{self, OPERATOR},
};
use crate::{
    scim::{Kind, Registry},
    store::{
        self,
        audit::{self, Entry},
    },
};
use serde_json::{Value, json};

/// Registers an extension schema, or a new version of one; answers its URN.
///
/// # Errors
/// `NotFound` for the tenant; SCIM's `invalidValue` naming the definition's fault, also for the URN of a built-in schema.
pub async fn add(app: &App, tenant: &str, kind: Kind, definition: Value) -> Result<String, Error> {
    let now = app.clock.now();
    let urn = definition.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
    let (slug, stored) = (tenant.to_owned(), urn.clone());
    app.store
        .write(move |tx| {
            let (slug, urn, definition) = (slug.clone(), stored.clone(), definition.clone());
            Box::pin(async move {
                let tenant = tenants::by_slug(tx, &slug).await?;
                let mut known = store::schemas::list(tx, tenant.id).await?;
                known.retain(|(other, _)| !is_named(other, &urn));
                known.push((definition.clone(), kind));
                Registry::with_extensions(&known)?;
                store::schemas::put(tx, tenant.id, &urn, kind, &definition, now).await?;
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
