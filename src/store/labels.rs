//! Labels of people, a row each, for the list of all labels.

use super::{
    Conn, StoreError,
    conn::{Bind, Builder, Value, sql},
    keys::Key,
};
use crate::{
    domain::{TenantId, user::User},
    scim::{fold::fold, schema::USHER},
};

/// A label that somebody carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Folded, for comparison.
    pub key: String,
    /// As somebody wrote it.
    pub text: String,
}

/// All labels of listed people, each once, by their keys.
///
/// # Errors
/// The store's own.
pub async fn list(conn: &mut Conn, tenant: TenantId) -> Result<Vec<Label>, StoreError> {
    let rows = sql("SELECT label_key, min(label) AS label FROM user_labels WHERE tenant_id = $1
                    GROUP BY label_key ORDER BY label_key")
    .bind(tenant)
    .rows(conn)
    .await?;
    rows.iter()
        .map(|row| {
            let mut fields = row.fields("user_labels");
            Ok(Label { key: fields.text("label_key")?, text: fields.text("label")? })
        })
        .collect()
}

/// The rows of a new person.
pub(super) async fn insert(conn: &mut Conn, user: &User) -> Result<(), StoreError> {
    let mut rows: Vec<[Value; 4]> = Vec::new();
    for label in of(user).filter(|_| user.is_listed) {
        rows.push([
            user.tenant.into_value(),
            user.id.into_value(),
            fold(label).into_value(),
            label.to_owned().into_value(),
        ]);
    }
    if rows.is_empty() {
        return Ok(());
    }
    let insert = "INSERT INTO user_labels (tenant_id, user_id, label_key, label) VALUES ";
    let statement = Builder::new(insert).rows(rows.into_iter()).push(" ON CONFLICT DO NOTHING");
    statement.build().about([Key::person(user.tenant, user.id)]).post(conn).await
}

/// The rows of a person whose labels or place in the lists changed.
pub(super) async fn update(conn: &mut Conn, before: &User, user: &User) -> Result<(), StoreError> {
    if before.is_listed == user.is_listed && of(before).eq(of(user)) {
        return Ok(());
    }
    sql("DELETE FROM user_labels WHERE tenant_id = $1 AND user_id = $2")
        .bind(user.tenant)
        .bind(user.id)
        .about([Key::person(user.tenant, user.id)])
        .post(conn)
        .await?;
    insert(conn, user).await
}

fn of(user: &User) -> impl Iterator<Item = &str> {
    let labels = user.document.get(USHER).and_then(|own| own.get("labels")?.as_array());
    labels.into_iter().flatten().filter_map(|label| label.as_str())
}
