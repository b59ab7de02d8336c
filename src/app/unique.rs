//! Values of a tenant's own attributes that only one resource of the tenant may have (RFC 7643 section 7, `uniqueness`).
//!
//! `server` and `global` are one here: a tenant is all a client sees of the server. Where the tenant registered no such attribute, nothing is
//! asked of the store.

use super::Error;
use crate::{
    domain::{TenantId, user::User},
    scim::{self, AttrRef, Kind, Object, Registry, fold::fold},
    store::{self, Conn},
};
use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;
use std::collections::BTreeMap;

/// The longest value that an error repeats, in characters.
const SHOWN: usize = 100;
/// How many resources are looked at in one go.
const BATCH: i64 = 500;

/// What a resource has of such values: the attribute's and the value's key, and how they are shown.
type Values = BTreeMap<(String, String), (String, String)>;

/// Makes what a person has follow a write; who is deleted has nothing.
///
/// # Errors
/// 409 `uniqueness` naming the attribute and the value that another resource has; the store's.
pub(super) async fn follow_person(
    tx: &mut Conn,
    registry: &Registry,
    before: Option<&User>,
    after: &User,
) -> Result<(), Error> {
    let nothing = Object::new();
    let before = before.filter(|user| user.is_live()).map_or(&nothing, |user| &user.document);
    let document = if after.is_live() { &after.document } else { &nothing };
    follow(tx, after.tenant, registry, Kind::User, &after.id.to_string(), [before, document]).await
}

/// Makes what a resource has follow a write from one document to the other; an empty one has nothing.
///
/// # Errors
/// As [`follow_person`].
pub(super) async fn follow(
    tx: &mut Conn,
    tenant: TenantId,
    registry: &Registry,
    kind: Kind,
    holder: &str,
    [before, after]: [&Object; 2],
) -> Result<(), Error> {
    let attributes = registry.unique(kind);
    if attributes.is_empty() {
        return Ok(());
    }
    let (old, new) = (values(registry, attributes, before), values(registry, attributes, after));
    for (attribute, value) in old.keys().filter(|key| !new.contains_key(*key)) {
        store::unique::release(tx, tenant, attribute, value, holder).await?;
    }
    for (key, shown) in new.iter().filter(|(key, _)| !old.contains_key(*key)) {
        take(tx, tenant, kind, holder, key, shown).await?;
    }
    Ok(())
}

/// Begins to keep these attributes unique: takes what the resources there are have.
///
/// # Errors
/// 409 `uniqueness` where two have the same already; the store's.
pub(super) async fn begin(
    tx: &mut Conn,
    tenant: TenantId,
    registry: &Registry,
    kind: Kind,
    attributes: &[AttrRef],
) -> Result<(), Error> {
    let mut after = String::new();
    loop {
        let found = store::unique::documents(tx, tenant, kind, &after, BATCH).await?;
        for (id, document) in &found {
            for (key, shown) in &values(registry, attributes, document) {
                take(tx, tenant, kind, id, key, shown).await?;
            }
        }
        match found.into_iter().last() {
            Some((last, _)) => after = last,
            None => return Ok(()),
        }
    }
}

/// Forgets what was kept of these attributes.
///
/// # Errors
/// The store's.
pub(super) async fn end(
    tx: &mut Conn,
    tenant: TenantId,
    registry: &Registry,
    attributes: &[AttrRef],
) -> Result<(), Error> {
    for attr in attributes {
        store::unique::forget(tx, tenant, &fold(&registry.path_of(*attr))).await?;
    }
    Ok(())
}

async fn take(
    tx: &mut Conn,
    tenant: TenantId,
    kind: Kind,
    holder: &str,
    (attribute, value): &(String, String),
    (path, shown): &(String, String),
) -> Result<(), Error> {
    if store::unique::take(tx, tenant, attribute, value, holder).await?.is_none() {
        return Ok(());
    }
    let kind = kind.name().to_lowercase();
    let detail = format!("{path}: \"{shown}\" belongs to another {kind} already; give this {kind} another value");
    Err(scim::Error::of(scim::ScimType::Uniqueness, detail).into())
}

fn values(registry: &Registry, attributes: &[AttrRef], document: &Object) -> Values {
    let mut found = Values::new();
    for attr in attributes {
        let path = registry.path_of(*attr);
        let (parent, attribute) = (registry.parent(*attr), registry.attribute(*attr));
        let own = registry.extension_of(*attr).and_then(|urn| document.get(urn));
        let Some(value) = own.and_then(|own| own.get(&*parent.name)) else { continue };
        for one in each(value) {
            let one = if attr.is_sub() { one.get(&*attribute.name).unwrap_or(&Value::Null) } else { one };
            for text in each(one).iter().filter_map(text) {
                let key = if attribute.case_exact { text.clone() } else { fold(&text) };
                let key = URL_SAFE_NO_PAD.encode(digest(&SHA256, key.as_bytes()));
                let shown = text.chars().take(SHOWN).collect();
                found.insert((fold(&path), key), (path.clone(), shown));
            }
        }
    }
    found
}

/// The values of a multi-valued attribute, or the one.
fn each(value: &Value) -> &[Value] {
    match value {
        Value::Array(values) => values,
        one => std::slice::from_ref(one),
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
