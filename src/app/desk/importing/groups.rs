//! The groups that rows name, by id or by a name only one group has.

use crate::{
    app::Error,
    domain::{
        GroupId, TenantId,
        batch::{Column, Fault, words},
    },
    scim::fold::fold,
    store::{self, Conn, groups::View},
};
use std::collections::HashMap;

/// What was named, and which group it is.
#[derive(Debug, Default)]
pub(super) struct Groups(HashMap<String, Result<GroupId, Fault>>);

impl Groups {
    /// Looks up everything these cells name.
    pub async fn find(conn: &mut Conn, tenant: TenantId, cells: impl Iterator<Item = &str>) -> Result<Self, Error> {
        let mut named: Vec<&str> = cells.flat_map(words::list).collect();
        named.sort_unstable();
        named.dedup();
        let ids: Vec<GroupId> = named.iter().filter_map(|text| text.to_lowercase().parse().ok()).collect();
        let known = store::groups::find_many(conn, tenant, &ids).await?;
        let mut groups = HashMap::new();
        for text in named {
            let id = text.to_lowercase().parse::<GroupId>().ok();
            let found = match id.filter(|id| known.iter().any(|group| group.id == *id)) {
                Some(id) => Ok(id),
                None => by_name(conn, tenant, text).await?,
            };
            groups.insert(text.to_owned(), found);
        }
        Ok(Self(groups))
    }

    /// The groups of a cell.
    pub fn of_cell(&self, cell: &str) -> Result<Vec<GroupId>, Fault> {
        let mut ids = Vec::new();
        for text in words::list(cell) {
            let id = self.0.get(text).cloned().unwrap_or_else(|| Err(none(text)))?;
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        Ok(ids)
    }
}

async fn by_name(conn: &mut Conn, tenant: TenantId, name: &str) -> Result<Result<GroupId, Fault>, Error> {
    let found = store::groups::find_by_display_name(conn, tenant, View::Everything, &fold(name)).await?;
    Ok(match found.as_slice() {
        [group] => Ok(group.id),
        [] => Err(none(name)),
        _ => Err(Fault::of(Column::GroupIds, format!("several groups are called \"{}\"; give the id", shown(name)))),
    })
}

fn none(name: &str) -> Fault {
    Fault::of(Column::GroupIds, format!("there is no group \"{}\"; make it first, or give another", shown(name)))
}

fn shown(name: &str) -> String {
    name.chars().take(64).collect()
}
