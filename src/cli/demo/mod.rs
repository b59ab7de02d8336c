//! `usher demo`: the whole product on a fresh temporary database. Recorded Okta and Entra ID traffic is pushed over HTTP, people open their
//! mails and fill their forms, and what came of it is compared with what should.

mod browser;
mod cast;
pub mod folder;
mod observed;
mod recording;

use super::{arguments::Demo, failure::Failure, opening, print, running};
use crate::{
    app::{App, tenants, tokens},
    config::{Database, LogFormat, SecretKey, Settings},
    domain::calendar,
    http::Proxies,
    mail::Sender,
    store::{Tuning, tokens::Scope},
};
use browser::Browser;
use cast::{CAST, Expected};
use folder::Folder;
use jiff::{SignedDuration, tz::TimeZone};
use observed::Observed;
use recording::Player;
use std::{net::SocketAddr, time::Duration};
use tokio::{
    net::TcpListener,
    time::{Instant, sleep},
};

/// How long mails and the calendar may take; far beyond what they need, so that only a fault reaches it.
const PATIENCE: Duration = Duration::from_mins(1);
const LOOK_AGAIN: Duration = Duration::from_millis(50);

const OKTA: &str = include_str!("../../../conformance/traces/okta-onboarding.json");
const ENTRA: &str = include_str!("../../../conformance/traces/entra-onboarding.json");
const LEAVER: &str = include_str!("../../../conformance/traces/entra-leaver.json");

/// Runs the demo; with `--once` it ends after the table.
pub async fn run(options: Demo) -> Result<(), Failure> {
    let folder = Folder::create()?;
    let listener = TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.map_err(|error| Failure::failed(format!("no port is free on 127.0.0.1: {error}")))?;
    let address = listener.local_addr().map_err(|error| Failure::failed(format!("the address is unknown: {error}")))?;
    let settings = settings(&folder, address);
    opening::start_logging(&settings, "warn")?;
    let app = opening::open(&settings).await?;
    let running = running::start(&app, &settings, listener)?;
    let outcome = show(&app, &settings.public_url, options).await;
    running.stop().await;
    folder.remove()?;
    outcome
}

async fn show(app: &App, origin: &str, options: Demo) -> Result<(), Failure> {
    let token = tell(app, origin).await?;
    let observed = settle(app, origin, &token).await?;
    print_table(&observed)?;
    let differences: Vec<String> =
        CAST.iter().zip(&observed).flat_map(|(person, seen)| seen.differences(person)).collect();
    print::line(format_args!("\ninbox      {origin}/inbox\nSCIM base  {origin}/scim/v2\ntoken      {token}"))?;
    for difference in &differences {
        eprintln!("differs: {difference}");
    }
    if !options.once {
        print::line(format_args!("\nCtrl-C ends the demo and removes its files."))?;
        running::told_to_stop().await?;
    }
    match differences.len() {
        0 => Ok(()),
        count => Err(Failure::failed(format!("{count} things are not as expected"))),
    }
}

/// The story; answers the token of the Okta connection.
async fn tell(app: &App, origin: &str) -> Result<String, Failure> {
    let tomorrow = quiet_tomorrow(app).await?;
    let okta = token(app, "okta").await?;
    let entra = token(app, "entra").await?;
    let mut player = Player::new(origin, &tomorrow)?;
    player.play(OKTA, &okta).await?;
    player.play(ENTRA, &entra).await?;
    let browser = Browser::new(origin)?;
    let diego = wait_for_link(app, "diego.santos@example.com", "/i/").await?;
    browser.accept(app, &diego, "Diego", "Santos").await?;
    let farid = wait_for_link(app, "farid.nasser@example.com", "/set-password/").await?;
    browser.set_password(app, &farid).await?;
    let grace = wait_for_link(app, "grace.kim@example.com", "/i/").await?;
    player.play(LEAVER, &entra).await?;
    browser.expect_dead(&grace).await?;
    Ok(okta)
}

/// Tomorrow's date for the tenant. Where midnight is near, the tenant moves to a zone where it is not, so that nobody is deleted during the show.
async fn quiet_tomorrow(app: &App) -> Result<String, Failure> {
    let now = app.clock.now();
    let is_late = now.to_zoned(TimeZone::UTC).hour() >= 22;
    let zone = if is_late { TimeZone::get("Pacific/Honolulu").unwrap_or(TimeZone::UTC) } else { TimeZone::UTC };
    let changes = tenants::Changes { time_zone: Some(zone.clone()), ..tenants::Changes::default() };
    tenants::set(app, tenants::DEFAULT, changes).await?;
    let tomorrow = calendar::today(now, &zone).tomorrow();
    tomorrow.map(|date| date.to_string()).map_err(|error| Failure::failed(format!("there is no tomorrow: {error}")))
}

async fn token(app: &App, connection: &str) -> Result<String, Failure> {
    let wanted = tokens::Wanted {
        name: format!("{connection} demo"),
        scope: Scope::Scim,
        connection: Some(connection.to_owned()),
        user: None,
        group: None,
        lifetime: SignedDuration::from_hours(24),
    };
    Ok(tokens::create(app, tenants::DEFAULT, wanted).await?.secret)
}

/// The newest link of this kind in the person's mails, once it is there.
async fn wait_for_link(app: &App, address: &str, path: &str) -> Result<String, Failure> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let mails = crate::app::inbox::list(app, 200).await?;
        let link =
            mails.iter().filter(|mail| mail.recipient == address).find_map(|mail| browser::link(&mail.text, path));
        match link {
            Some(link) => return Ok(link),
            None if Instant::now() > deadline => {
                return Err(Failure::failed(format!("no mail with a link {path} reached {address} in time")));
            }
            None => sleep(LOOK_AGAIN).await,
        }
    }
}

/// Looks until everything is as expected, or time is up.
async fn settle(app: &App, origin: &str, token: &str) -> Result<Vec<Observed>, Failure> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let observed = observed::look(app, origin, token).await?;
        let is_settled = CAST.iter().zip(&observed).all(|(person, seen)| seen.differences(person).is_empty());
        if is_settled || Instant::now() > deadline {
            return Ok(observed);
        }
        sleep(LOOK_AGAIN).await;
    }
}

fn print_table(observed: &[Observed]) -> Result<(), Failure> {
    let headings = ["person", "pushed by", "path", "state", "mail", "billed since"];
    let mut rows = vec![headings.iter().map(ToString::to_string).collect::<Vec<_>>()];
    rows.extend(CAST.iter().zip(observed).map(|(person, seen)| row(person, seen)));
    print::table(&rows)
}

fn row(person: &Expected, seen: &Observed) -> Vec<String> {
    vec![
        person.address.to_owned(),
        person.pushed_by.to_owned(),
        seen.path.clone(),
        seen.state.clone(),
        if seen.mails.is_empty() { "-".to_owned() } else { seen.mails.join(", ") },
        seen.billed_since.clone().unwrap_or_else(|| "-".to_owned()),
    ]
}

/// The settings of a server on a database of its own in this folder.
pub fn settings(folder: &Folder, address: SocketAddr) -> Settings {
    let path = folder.path().join("usher.db");
    Settings {
        listen: address,
        public_url: format!("http://{address}"),
        secret_key: SecretKey::Beside { key: folder.path().join("usher.db.key"), database: path.clone() },
        database: Database::Sqlite { url: format!("sqlite://{}", path.display()), path },
        smtp_url: None,
        mail_from: Sender { address: "usher@localhost".to_owned(), name: Some("Usher".to_owned()) },
        trusted_proxies: Proxies::default(),
        otlp_url: None,
        log: None,
        log_format: LogFormat::Text,
        database_connections: Tuning::default().connections,
        clock_offset: SignedDuration::ZERO,
    }
}
