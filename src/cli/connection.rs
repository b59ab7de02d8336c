//! `usher connection`.

use super::{arguments::Connection, assignment, failure::Failure, print, tenant::switch};
use crate::{
    app::{
        App,
        connections::{self, Listed},
    },
    domain::{
        connection::{Extension, GroupMapping},
        role::Role,
        user::Mode,
    },
};

pub async fn run(app: &App, command: Connection) -> Result<(), Failure> {
    match command {
        Connection::Create(options) => {
            let changes = assignment::connection(&options.settings)?;
            let made = connections::create(app, &options.place.tenant, &options.name, changes).await?;
            print::line(format_args!("connection {} is made", made.name))
        }
        Connection::Set(options) => {
            let changes = assignment::connection(&options.settings)?;
            connections::set(app, &options.place.tenant, &options.name, changes).await?;
            list(app, &options.place.tenant).await
        }
        Connection::Map { name, group, to, role, place } => {
            let (to, role) = (assignment::id("--to", &to)?, assignment::role("--role", &role)?);
            let mapping = GroupMapping { pushed: group, group: to, role };
            connections::map(app, &place.tenant, &name, mapping).await?;
            list(app, &place.tenant).await
        }
        Connection::List(place) => list(app, &place.tenant).await,
        // Needs no database.
        Connection::Guide(_) => Ok(()),
    }
}

async fn list(app: &App, tenant: &str) -> Result<(), Failure> {
    let headings = ["name", "defaultMode", "defaultGroup", "defaultRole", "notifications", "extension", "mappings"];
    let mut rows = vec![headings.iter().map(ToString::to_string).collect::<Vec<_>>()];
    rows.extend(connections::list(app, tenant).await?.iter().map(row));
    print::table(&rows)
}

fn row(listed: &Listed) -> Vec<String> {
    let connection = &listed.connection;
    let none = || "-".to_owned();
    let extension = match connection.extension {
        Extension::On => "on",
        Extension::Off => "off",
    };
    let mappings = listed.mappings.iter().map(|mapping| {
        let GroupMapping { pushed, group, role } = mapping;
        format!("{pushed} -> {group} ({role})")
    });
    vec![
        connection.name.clone(),
        connection.default_mode.map(Mode::as_str).map_or_else(none, str::to_owned),
        connection.default_group.map_or_else(none, |group| group.to_string()),
        connection.default_role.map(Role::as_str).map_or_else(none, str::to_owned),
        switch(connection.notifications).to_owned(),
        extension.to_owned(),
        mappings.collect::<Vec<_>>().join(", "),
    ]
}
