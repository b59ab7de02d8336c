//! The commands of the `usher` program: wiring only. Each reads the settings, opens the database, calls one use case and prints.
//!
//! Exit codes: 0 done, 1 failed, 2 wrong usage. An error is one sentence on stderr.

mod admin;
mod arguments;
mod assignment;
mod backup;
mod connection;
mod demo;
mod doctor;
mod failure;
mod guide;
mod import;
mod mail;
mod opening;
mod people;
mod preview;
mod print;
mod running;
mod schema;
#[cfg(feature = "seed")]
mod seed;
mod serve;
mod settings;
mod simulate;
mod tenant;
mod token;
mod webhook;

use crate::config::Settings;
use arguments::{Arguments, Command, Connection, Migrate};
use clap::{CommandFactory, FromArgMatches, error::ErrorKind};
use failure::Failure;
use std::{ffi::OsString, process::ExitCode};

/// Runs the command these arguments name and answers the process's exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let parsed =
        Arguments::command().try_get_matches_from(arguments).and_then(|matches| Arguments::from_arg_matches(&matches));
    let outcome = match parsed {
        Ok(arguments) => execute(arguments.command),
        Err(error) if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            // Help goes to stdout; where that is closed nobody reads it.
            let _ = error.print();
            return ExitCode::SUCCESS;
        }
        Err(error) if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let _ = error.print();
            return ExitCode::from(Failure::USAGE);
        }
        Err(error) => Err(Failure::usage_of(&error)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("usher: {failure}");
            ExitCode::from(failure.code())
        }
    }
}

fn execute(command: Command) -> Result<(), Failure> {
    // Only the first call of a process installs it; a second finds the same provider in place.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|error| Failure::runtime(&error))?;
    match command {
        Command::Config => settings::show(),
        Command::Demo(options) => runtime.block_on(demo::run(options)),
        Command::Mail(command) => runtime.block_on(mail::run(Settings::load()?, command)),
        Command::Backup(options) => runtime.block_on(backup::write(&Settings::load()?, &options.file)),
        Command::Restore(options) => runtime.block_on(backup::restore(&Settings::load()?, options)),
        Command::Migrate(Migrate { from: Some(from), to: Some(to) }) => runtime.block_on(backup::copy(&from, &to)),
        Command::Doctor(options) => runtime.block_on(doctor::run(options)),
        Command::Connection(Connection::Guide(guide)) => guide::show(&Settings::load()?, &guide),
        Command::Serve => runtime.block_on(serve::run(Settings::load()?)),
        command => runtime.block_on(work_on_data(command, Settings::load()?)),
    }
}

/// The commands that open the database, do one thing and end.
async fn work_on_data(command: Command, settings: Settings) -> Result<(), Failure> {
    let app = opening::for_command(&settings).await?;
    let outcome = match command {
        Command::Token(command) => token::run(&app, command).await,
        Command::Connection(command) => connection::run(&app, command).await,
        Command::Tenant(command) => tenant::run(&app, command).await,
        Command::Admin(command) => admin::run(&app, command).await,
        Command::Schema(command) => schema::run(&app, command).await,
        Command::Webhook(command) => webhook::run(&app, command).await,
        Command::Import(command) => import::run(&app, command).await,
        Command::Undo(options) => people::undo(&app, options).await,
        Command::Confirm(options) => people::confirm(&app, options).await,
        Command::Transfer { person, to } => people::transfer(&app, person, &to).await,
        Command::Deletions(command) => people::deletions(&app, command).await,
        Command::Simulate(options) => simulate::run(&app, options).await,
        #[cfg(feature = "seed")]
        Command::Seed(options) => seed::run(&app, options).await,
        // Opening migrates already.
        Command::Migrate(_) => print::line(format_args!("the database is up to date")),
        Command::Config
        | Command::Demo(_)
        | Command::Mail(_)
        | Command::Backup(_)
        | Command::Restore(_)
        | Command::Doctor(_)
        | Command::Serve => Ok(()),
    };
    app.store.close().await;
    outcome
}
