//! `usher admin`.

use super::{arguments::Admin, failure::Failure, print};
use crate::app::{
    App,
    administrators::{self, Rank},
};
use std::io::{self, BufRead, IsTerminal};

pub async fn run(app: &App, command: Admin) -> Result<(), Failure> {
    let Admin::Create { email, owner, place } = command;
    let rank = if owner { Rank::Owner } else { Rank::Administrator };
    let created = administrators::create(app, &place.tenant, &email, typed_password()?, rank).await?;
    eprintln!("{} is an administrator of tenant {} now", email.trim(), place.tenant);
    match created.generated {
        Some(password) => print::line(format_args!("{password}")),
        None => Ok(()),
    }
}

/// The first line of stdin, unless that is a terminal or has none.
fn typed_password() -> Result<Option<String>, Failure> {
    let stdin = io::stdin();
    if stdin.is_terminal() {
        return Ok(None);
    }
    let mut line = String::new();
    stdin.lock().read_line(&mut line).map_err(|error| Failure::failed(format!("stdin can't be read: {error}")))?;
    let password = line.trim_end_matches(['\r', '\n']);
    Ok(Some(password.to_owned()).filter(|password| !password.is_empty()))
}
