//! `conformance`: holds any SCIM 2.0 server against RFC 7643, RFC 7644 and RFC 9865, and against what identity providers really send.
//!
//! The cases and traces are data, in `conformance/`; this program plays them, judges the answers and cleans up. It knows nothing
//! of Usher's insides and talks to its subject over HTTP only.

mod http;
mod judge;
mod made;
mod matcher;
mod model;
mod outcome;
mod path;
mod play;
mod report;
mod request;
mod rules;
mod run;
mod select;
mod server;
mod suite;
mod variables;

use clap::{Parser, ValueEnum};
use std::{
    fs,
    io::Write,
    path::PathBuf,
    process::ExitCode,
    time::{Duration, Instant},
};

/// Plays the conformance suite against a SCIM 2.0 server and reports what breaks which rule.
#[derive(Debug, Parser)]
#[expect(clippy::struct_excessive_bools, reason = "they are the flags of a command line")]
#[command(name = "conformance", max_term_width = 110)]
struct Arguments {
    /// The SCIM base URL, up to but excluding the endpoint: `https://scim.example.com/scim/v2`
    #[arg(required_unless_present_any = ["list", "table"])]
    base_url: Option<String>,
    /// The bearer token
    #[arg(long, short)]
    token: Option<String>,
    /// The whole Authorization header, for schemes other than Bearer
    #[arg(long, conflicts_with = "token")]
    authorization: Option<String>,
    /// The bearer token of a second tenant, for the cases on tenants
    #[arg(long)]
    other_token: Option<String>,
    /// What is asked of the server
    #[arg(long, value_enum, default_value_t = select::Profile::Auto)]
    profile: select::Profile,
    /// Only the cases of this rule (P-3.5.2-10, or P-3.5.2*); may be repeated
    #[arg(long, value_name = "ID")]
    rule: Vec<String>,
    /// Only the cases that use this endpoint (Users, Groups, Bulk …); may be repeated
    #[arg(long)]
    endpoint: Vec<String>,
    /// Only the traces of this identity provider (okta, entra …); may be repeated
    #[arg(long)]
    idp: Vec<String>,
    /// Only this case or topic (filter, patch/replace*); may be repeated
    #[arg(long, value_name = "ID")]
    case: Vec<String>,
    /// What nobody has seen an identity provider send counts like the rest
    #[arg(long)]
    strict: bool,
    /// The form of the report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Where the report goes, instead of the terminal
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// A folder with rules.json, cases/ and traces/, instead of those built in
    #[arg(long, value_name = "FOLDER")]
    dir: Option<PathBuf>,
    /// How long to wait for an answer
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    timeout: u64,
    /// Names each case as it ends
    #[arg(long, short)]
    verbose: bool,
    /// Names the cases chosen, and sends nothing
    #[arg(long)]
    list: bool,
    /// Prints the table of rules and cases, and sends nothing
    #[arg(long)]
    table: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
    Junit,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let ended = match runtime {
        Ok(runtime) => runtime.block_on(start(&arguments)),
        Err(error) => Err(format!("the runtime can't be started: {error}")),
    };
    match ended {
        Ok(code) => code,
        Err(why) => {
            let _ = writeln!(std::io::stderr(), "conformance: {why}");
            ExitCode::FAILURE
        }
    }
}

async fn start(arguments: &Arguments) -> Result<ExitCode, String> {
    let suite = suite::Suite::load(arguments.dir.as_deref())?;
    let mut selection = selection(arguments);
    if arguments.table {
        return print(arguments, &report::table(&suite));
    }
    if arguments.list {
        let chosen = suite.cases().filter(|(topic, case)| selection.chooses(topic, case));
        let line = |case: &suite::Case| format!("{:<44} {} {}", case.id, case.level.letter(), case.description);
        let lines: Vec<String> = chosen.map(|(_, case)| line(case)).collect();
        return print(arguments, &(lines.join("\n") + "\n"));
    }
    let client = http::Client::new(access(arguments)?)?;
    let server = server::Server::look(&client).await?;
    selection.profile = match selection.profile {
        select::Profile::Auto if server.is_usher() => select::Profile::All,
        select::Profile::Auto => select::Profile::Interop,
        chosen => chosen,
    };
    let began = Instant::now();
    let Some(results) = played(arguments, &client, &server, &suite, &selection).await else {
        return Ok(ExitCode::from(130));
    };
    if results.outcomes.is_empty() {
        return Err("no case fits this choice; --list shows what there is".to_owned());
    }
    let heading = report::Heading {
        base: client.base().to_owned(),
        profile: name_of(selection.profile),
        seconds: began.elapsed().as_secs_f64(),
    };
    let write = match arguments.format {
        Format::Text => report::text,
        Format::Json => report::json,
        Format::Junit => report::junit,
    };
    print(arguments, &write(&heading, &suite.rules, &results))?;
    let failed = results.outcomes.iter().any(outcome::Outcome::failed);
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Plays everything; an interrupt ends it, but not without cleaning up.
async fn played(
    arguments: &Arguments,
    client: &http::Client,
    server: &server::Server,
    suite: &suite::Suite,
    selection: &select::Selection,
) -> Option<run::Results> {
    let made = made::Made::default();
    let doubt = if arguments.strict { run::Doubt::Counts } else { run::Doubt::Apart };
    let run = run::Run { client, server, suite, selection, doubt, made: &made };
    let seen = |outcome: &outcome::Outcome| {
        if arguments.verbose {
            let _ = writeln!(std::io::stderr(), "{}", report::line(outcome));
        }
    };
    tokio::select! {
        results = run.all(seen) => Some(results),
        _ = tokio::signal::ctrl_c() => {
            let left = made.delete_since(0, client).await;
            let _ = writeln!(std::io::stderr(), "interrupted; left on the server: {left:?}");
            None
        }
    }
}

fn selection(arguments: &Arguments) -> select::Selection {
    select::Selection {
        profile: match arguments.profile {
            select::Profile::Auto if arguments.list => select::Profile::All,
            chosen => chosen,
        },
        rules: arguments.rule.clone(),
        endpoints: arguments.endpoint.clone(),
        idps: arguments.idp.clone(),
        cases: arguments.case.clone(),
    }
}

fn access(arguments: &Arguments) -> Result<http::Access, String> {
    let base = arguments.base_url.as_deref().unwrap_or_default().trim_end_matches('/');
    if !base.starts_with("http://") && !base.starts_with("https://") {
        return Err(format!("{base} is no base URL: it begins with https:// or http://"));
    }
    if base.contains(['?', '#']) {
        return Err(format!("{base} is no base URL: it has no query (RFC 7644 section 1.3)"));
    }
    let bearer = |token: &String| format!("Bearer {token}");
    Ok(http::Access {
        base: base.to_owned(),
        authorization: arguments.authorization.clone().or(arguments.token.as_ref().map(bearer)),
        other_authorization: arguments.other_token.as_ref().map(bearer),
        timeout: Duration::from_secs(arguments.timeout),
    })
}

fn name_of(profile: select::Profile) -> &'static str {
    match profile {
        select::Profile::Auto => "auto",
        select::Profile::Rfc => "rfc",
        select::Profile::Interop => "interop",
        select::Profile::All => "all",
    }
}

fn print(arguments: &Arguments, text: &str) -> Result<ExitCode, String> {
    match &arguments.output {
        Some(file) => fs::write(file, text).map_err(|error| format!("{}: {error}", file.display()))?,
        // A reader that closes early, like `head`, is no error.
        None => _ = std::io::stdout().write_all(text.as_bytes()),
    }
    Ok(ExitCode::SUCCESS)
}
