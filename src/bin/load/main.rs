//! `load`: starts the server beside it on a fresh database of each engine, fills that with people, loads it over HTTP, and holds what
//! each request costs against the goals.
//!
//! It knows Usher by HTTP and by its command line only. What is compared is CPU seconds of the server (and of PostgreSQL), which hardly
//! depend on what else the machine does; requests a second and delays do.

mod client;
mod cluster;
mod drive;
mod goals;
mod machine;
mod people;
mod phases;
mod processes;
mod programs;
mod report;
mod server;
mod workshop;

use clap::{Parser, ValueEnum};
use report::Report;
use std::{io::Write, path::PathBuf, process::ExitCode, time::Duration};

/// Loads the server beside this program over HTTP and prints what each request costs, beside its goal.
///
/// Build both with `cargo build --release --features seed`; without that feature people are pushed one by one, which takes long.
#[derive(Debug, Parser)]
#[command(name = "load", max_term_width = 110)]
struct Arguments {
    /// Which engine
    #[arg(long, value_enum, default_value_t = Engines::Both)]
    engine: Engines,
    /// How many people there are; a fresh database for each number
    #[arg(long, value_name = "NUMBERS", value_delimiter = ',', default_value = "1000,100000")]
    people: Vec<u64>,
    /// How long each request is repeated
    #[arg(long, value_name = "TIME", default_value = "2s", value_parser = seconds)]
    window: Duration,
    /// How many clients make the same request at a time; goals are for 16
    #[arg(long, value_name = "NUMBERS", value_delimiter = ',', default_value = "1,16,64")]
    clients: Vec<usize>,
    /// Only the requests whose name holds this text; may be repeated
    #[arg(long, value_name = "TEXT")]
    only: Vec<String>,
    /// The server's program, instead of `usher` beside this one
    #[arg(long, value_name = "FILE")]
    usher: Option<PathBuf>,
    /// Where the databases lie for the time of the run; a disk, or nothing is durable
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// The commit that is measured, instead of what `git rev-parse` says
    #[arg(long, value_name = "COMMIT")]
    commit: Option<String>,
    /// A Markdown file that takes the tables, between the lines `<!-- load: begin -->` and `<!-- load: end -->`
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
    /// Fill the database, print where the server is, and wait for an interrupt: for another load generator
    #[arg(long)]
    hold: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Engines {
    Sqlite,
    Postgres,
    Both,
}

/// What a server keeps its rows in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// A file.
    Sqlite,
    /// A cluster of its own.
    Postgres,
}

impl Engine {
    /// What it is called.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // One thread: it never has more to do than a few clients can wait for.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let ended = match runtime {
        Ok(runtime) => tokio::task::LocalSet::new().block_on(&runtime, run(&arguments)),
        Err(error) => Err(format!("the runtime can't be started: {error}")),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            say(&format!("load: {why}"));
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &Arguments) -> Result<(), String> {
    let workshop = workshop::Workshop::new(arguments.folder.as_deref(), arguments.usher.clone())?;
    let mut report = Report::new(machine::Machine::look(arguments.commit.as_deref()));
    for people in &arguments.people {
        for engine in engines(arguments.engine) {
            let measured = tokio::select! {
                measured = phases::measure(&workshop, arguments, engine, *people) => measured?,
                // Whoever only holds a server waits for nothing else.
                _ = tokio::signal::ctrl_c() => {
                    return if arguments.hold { Ok(()) } else { Err("interrupted".to_owned()) };
                }
            };
            report.add(measured);
        }
    }
    let text = report.markdown();
    // A reader that closes early is no error.
    let _ = std::io::stdout().write_all(text.as_bytes());
    match &arguments.write {
        Some(file) => report::write(file, &text),
        None => Ok(()),
    }
}

fn engines(engines: Engines) -> Vec<Engine> {
    match engines {
        Engines::Sqlite => vec![Engine::Sqlite],
        Engines::Postgres => vec![Engine::Postgres],
        Engines::Both => vec![Engine::Sqlite, Engine::Postgres],
    }
}

/// Tells how far it is.
pub fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

fn seconds(text: &str) -> Result<Duration, String> {
    let number = text.trim().trim_end_matches('s').parse::<f64>().ok();
    let duration =
        number.filter(|seconds| *seconds > 0.0).and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    duration.ok_or_else(|| format!("{text} is no time like 2s"))
}
