//! What can be typed: the commands, their options and their help.

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::SignedDuration;
use std::path::PathBuf;

const SETTINGS_HELP: &str = "Settings come from USHER_... variables or from the file USHER_CONFIG names; `usher config` lists them all.\n\
Exit codes: 0 done, 1 failed, 2 wrong usage.";

/// Usher: pushes from identity providers become invitations and accounts.
#[derive(Debug, Parser)]
#[command(name = "usher", version, after_help = SETTINGS_HELP, arg_required_else_help = true, max_term_width = 100)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Runs the server: SCIM, people's pages, mail worker and calendar.
    ///
    /// Migrates its database, makes tenant `default` and prints `listening on http://ADDR` when ready. SIGTERM or Ctrl-C stops it: requests and mails under way finish first.
    #[command(after_help = "Example:\n  USHER_PUBLIC_URL=https://people.example.com usher serve")]
    Serve,
    /// Shows the whole product on a fresh temporary database, with recorded Okta and Entra ID traffic.
    #[command(after_help = "Examples:\n  usher demo\n  usher demo --once")]
    Demo(Demo),
    /// Makes, lists, revokes and rotates bearer tokens.
    #[command(subcommand, arg_required_else_help = true)]
    Token(Token),
    /// Makes and configures connections: one identity provider's or HR system's integration each.
    #[command(subcommand, arg_required_else_help = true)]
    Connection(Connection),
    /// Makes, configures and lists tenants.
    #[command(subcommand, arg_required_else_help = true)]
    Tenant(Tenant),
    /// Makes platform administrators.
    #[command(subcommand, arg_required_else_help = true)]
    Admin(Admin),
    /// Registers extension schemas.
    #[command(subcommand, arg_required_else_help = true)]
    Schema(Schema),
    /// Tells what a recorded sync would do, without doing it.
    ///
    /// Plays the requests of a recording as an identity provider would send them, in a transaction that is rolled back: nothing changes, nobody is mailed. Prints each request with its answer, the person, path, state, mails and billing, who would be adopted or not, and totals.
    #[command(after_help = SIMULATE_HELP)]
    Simulate(Simulate),
    /// Tries the way mails leave.
    #[command(subcommand, arg_required_else_help = true)]
    Mail(Mail),
    /// Brings the database up to date and ends.
    Migrate,
    /// Prints every setting with its value, source and meaning; secrets are masked.
    Config,
}

const SIMULATE_HELP: &str = "The file has the form of conformance/traces: {\"name\": …, \"steps\": [{\"name\", \"method\", \"path\", \"body\", \"capture\"}]}.\n\
While it plays, for a few seconds at most, nothing else is written.\n\n\
Example:\n  usher simulate first-sync.json --connection okta";

/// What `usher simulate` plays, on whose behalf.
#[derive(Debug, Args)]
pub struct Simulate {
    /// The recording.
    pub file: PathBuf,
    /// The connection that pushes.
    #[arg(long, value_name = "NAME", default_value = "default")]
    pub connection: String,
    #[command(flatten)]
    pub place: InTenant,
}

#[derive(Debug, Clone, Copy, Args)]
pub struct Demo {
    /// End after the table: exit code 0 when everything is as expected, 1 when something differs.
    #[arg(long)]
    pub once: bool,
}

/// The tenant a command works on.
#[derive(Debug, Clone, Args)]
pub struct InTenant {
    /// The tenant, by its short name.
    #[arg(long, value_name = "SLUG", default_value = "default")]
    pub tenant: String,
}

#[derive(Debug, Subcommand)]
pub enum Token {
    /// Makes a token and prints it, alone, on stdout. It is shown this once.
    #[command(
        after_help = "Examples:\n  usher token create --name okta-production --connection okta\n  usher token create --name reports --scope api --user ada@example.com --expires 90d"
    )]
    Create(CreateToken),
    /// Lists tokens; never their secrets.
    List(InTenant),
    /// Revokes a token at once.
    #[command(after_help = "Example:\n  usher token revoke okta-production")]
    Revoke {
        /// The token's id, or the name of one or more tokens.
        token: String,
        #[command(flatten)]
        place: InTenant,
    },
    /// Makes a new secret, prints it alone on stdout, and lets the old one work on for a while.
    #[command(after_help = "Example:\n  usher token rotate okta-production --overlap 2d")]
    Rotate {
        /// The token's id or name.
        token: String,
        /// How long the old secret still works.
        #[arg(long, value_name = "TIME", default_value = "24h", value_parser = crate::config::parse_duration)]
        overlap: SignedDuration,
        #[command(flatten)]
        place: InTenant,
    },
}

#[derive(Debug, Args)]
pub struct CreateToken {
    /// The token's name, for lists and the audit trail.
    #[arg(long)]
    pub name: String,
    #[command(flatten)]
    pub place: InTenant,
    /// What the token is for.
    #[arg(long, value_enum, default_value = "scim")]
    pub scope: TokenScope,
    /// The connection of a scim token, made when it is not there; `default` when not named.
    #[arg(long, value_name = "NAME")]
    pub connection: Option<String>,
    /// The person an api token acts as.
    #[arg(long, value_name = "EMAIL")]
    pub user: Option<String>,
    /// Binds the token to one group.
    #[arg(long, value_name = "ID")]
    pub group: Option<String>,
    /// How long the token lives.
    #[arg(long, value_name = "TIME", default_value = "365d", value_parser = crate::config::parse_duration)]
    pub expires: SignedDuration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TokenScope {
    /// For an identity provider.
    Scim,
    /// For a program that acts as a person.
    Api,
}

const CONNECTION_KEYS: &str = "Settings:\n  \
defaultMode=invite|create      the path for people whose push names none; empty: the tenant's\n  \
defaultGroup=GROUP-ID          the group everyone of this connection joins; empty: none\n  \
defaultRole=learner|author|coach\n                                 the role on it and of pushed members; empty: learner\n  \
notifications=on|hold|off      whether mails leave, wait or are not made\n  \
extension=on|off               whether Usher's own extension is published and returned\n\n\
Example:\n  usher connection set okta defaultMode=create notifications=hold";

#[derive(Debug, Subcommand)]
pub enum Connection {
    /// Makes a connection.
    #[command(after_help = CONNECTION_KEYS)]
    Create(Assigned),
    /// Changes a connection's settings; they count from the next request on.
    #[command(after_help = CONNECTION_KEYS)]
    Set(Assigned),
    /// Maps a pushed group to a group of the platform, with the role its members get.
    #[command(
        after_help = "Example:\n  usher connection map entra --group \"Course authors\" --to 0192f0c1-... --role author"
    )]
    Map {
        /// The connection's name.
        name: String,
        /// The pushed group's displayName.
        #[arg(long, value_name = "PUSHED")]
        group: String,
        /// The platform group's id.
        #[arg(long, value_name = "GROUP-ID")]
        to: String,
        /// learner, author, coach, userAdmin or admin.
        #[arg(long)]
        role: String,
        #[command(flatten)]
        place: InTenant,
    },
    /// Lists connections with their settings and mappings.
    List(InTenant),
}

#[derive(Debug, Args)]
pub struct Assigned {
    /// The connection's name.
    pub name: String,
    /// Settings as key=value.
    #[arg(value_name = "KEY=VALUE")]
    pub settings: Vec<String>,
    #[command(flatten)]
    pub place: InTenant,
}

const TENANT_KEYS: &str = "Settings:\n  \
name=TEXT                      the name in mails and on pages\n  \
defaultMode=invite|create      the path for people whose push names none (invite)\n  \
timeZone=Europe/Paris          where deletion and start dates begin (UTC)\n  \
language=fr                    the language for people who state none (en)\n  \
invitationTtl=14d              how long an invitation's link lives\n  \
adoption=on|off                whether a connection may take over people nobody manages (on)\n  \
scimPassword=ignore|accept     what happens to a pushed password (ignore)\n  \
mailBudgetPerHour=500          mails beyond it within an hour are held until an administrator releases them\n  \
notifications=on|hold|off      whether mails leave, wait or are not made (on)\n  \
digest=on|off                  whether administrators are told of held and failed mails (on)\n  \
leaverMails=on|off             whether people are told that they were suspended or deleted (off)\n\n\
Example:\n  usher tenant set default timeZone=Europe/Paris language=fr";

#[derive(Debug, Subcommand)]
pub enum Tenant {
    /// Makes a tenant: a space of its own for people, groups, tokens and settings.
    #[command(after_help = TENANT_KEYS)]
    Create(TenantSettings),
    /// Changes a tenant's settings; they count from the next request on.
    #[command(after_help = TENANT_KEYS)]
    Set(TenantSettings),
    /// Lists tenants with their settings.
    List,
}

#[derive(Debug, Args)]
pub struct TenantSettings {
    /// The short name: a-z, 0-9 and -.
    pub slug: String,
    /// Settings as key=value.
    #[arg(value_name = "KEY=VALUE")]
    pub settings: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub enum Admin {
    /// Makes a platform administrator. The password is the first line of stdin, when that is no terminal and not empty; else it is generated and printed, this once.
    #[command(
        after_help = "Examples:\n  usher admin create --email ada@example.com --owner\n  printf '%s\\n' \"$PASSWORD\" | usher admin create --email ada@example.com"
    )]
    Create {
        /// The address, which is also the sign-in name.
        #[arg(long)]
        email: String,
        /// Makes the one protected owner account.
        #[arg(long)]
        owner: bool,
        #[command(flatten)]
        place: InTenant,
    },
}

#[derive(Debug, Subcommand)]
pub enum Schema {
    /// Registers an extension schema, or a new version of one.
    #[command(after_help = "Example:\n  usher schema add acme-user.json --resource User")]
    Add {
        /// The schema in the JSON form of RFC 7643 section 7.
        file: PathBuf,
        /// What it extends; by default what its URN ends in.
        #[arg(long, value_enum, ignore_case = true)]
        resource: Option<Resource>,
        #[command(flatten)]
        place: InTenant,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Resource {
    /// People.
    #[value(name = "User")]
    User,
    /// Groups.
    #[value(name = "Group")]
    Group,
}

#[derive(Debug, Subcommand)]
pub enum Mail {
    /// Sends one test mail through the configured SMTP server and prints the server's reply.
    #[command(after_help = "Example:\n  USHER_SMTP_URL=smtp://relay.example.com:587 usher mail test ada@example.com")]
    Test {
        /// Where the test mail goes.
        address: String,
    },
}
