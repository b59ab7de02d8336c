//! `usher schema`.

use super::{
    arguments::{Resource, Schema},
    failure::Failure,
    print,
};
use crate::{
    app::{App, schemas},
    scim::Kind,
};
use serde_json::Value;
use std::{fs, path::Path};

pub async fn run(app: &App, command: Schema) -> Result<(), Failure> {
    let Schema::Add { file, resource, place } = command;
    let definition = read(&file)?;
    let kind = match resource {
        Some(Resource::User) => Kind::User,
        Some(Resource::Group) => Kind::Group,
        None => schemas::kind_of(&definition).ok_or_else(|| {
            Failure::usage(
                "the schema's URN ends in neither User nor Group; say which with --resource User or --resource Group",
            )
        })?,
    };
    let urn = schemas::add(app, &place.tenant, kind, definition).await?;
    print::line(format_args!("{urn} extends {} in tenant {}", kind.name(), place.tenant))
}

fn read(file: &Path) -> Result<Value, Failure> {
    let shown = file.display();
    let text = fs::read_to_string(file).map_err(|error| Failure::failed(format!("{shown} can't be read: {error}")))?;
    serde_json::from_str(&text).map_err(|error| Failure::failed(format!("{shown} is no JSON: {error}")))
}
