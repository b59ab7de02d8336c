//! `usher connection`.

use super::{
    arguments::{Connection, Mapped},
    assignment,
    failure::Failure,
    print,
    tenant::switch,
};
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
        Connection::Map(options) => {
            connections::map(app, &options.place.tenant, &options.name, mapping(&options)?).await?;
            list(app, &options.place.tenant).await
        }
        Connection::Unmap(options) => {
            connections::unmap(app, &options.place.tenant, &options.name, mapping(&options)?).await?;
            list(app, &options.place.tenant).await
        }
        Connection::List(place) => list(app, &place.tenant).await,
        // Needs no database.
        Connection::Guide(_) => Ok(()),
    }
}

fn mapping(options: &Mapped) -> Result<GroupMapping, Failure> {
    let (group, role) = (assignment::id("--to", &options.to)?, assignment::role("--role", &options.role)?);
    Ok(GroupMapping { pushed: options.group.clone(), group, role })
}

async fn list(app: &App, tenant: &str) -> Result<(), Failure> {
    let headings = [
        "name",
        "defaultMode",
        "defaultGroup",
        "defaultRole",
        "notifications",
        "extension",
        "companySignIn",
        "mappings",
    ];
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
        connection.company_sign_in.as_ref().map_or_else(none, |company| company.as_str().to_owned()),
        mappings.collect::<Vec<_>>().join(", "),
    ]
}
