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
    /// Adds and changes people from a CSV file.
    ///
    /// The first line names the columns, of which only `email` must be there. Separated by comma, semicolon or tab; UTF-8 or windows-1252. A bad row is reported and stops no other. Works while the server runs.
    #[command(after_help = IMPORT_HELP)]
    Import(Import),
    /// Brings a deleted person back, with their memberships, as long as the tenant keeps them.
    #[command(after_help = "Example:\n  usher undo ada@example.com")]
    Undo(OnPerson),
    /// Confirms that a person who was added again is the one who was deleted: names, language and labels come back where the new account has none.
    ///
    /// Groups, roles and the deletion date never come back. Nobody is mailed.
    #[command(after_help = "Example:\n  usher confirm ada@example.com")]
    Confirm(OnPerson),
    /// Hands a person to another connection, which may write from then on; the old one no longer, and its externalId goes with it.
    #[command(after_help = "Example:\n  usher transfer ada@example.com --to entra")]
    Transfer {
        #[command(flatten)]
        person: OnPerson,
        /// The connection's name.
        #[arg(long, value_name = "CONNECTION")]
        to: String,
    },
    /// Shows, releases or discards deletions by date that stopped because they were too many at once.
    #[command(subcommand, arg_required_else_help = true)]
    Deletions(Deletions),
    /// Tells what a recorded sync would do, without doing it.
    ///
    /// Plays the requests of a recording as an identity provider would send them, in a transaction that is rolled back: nothing changes, nobody is mailed. Prints each request with its answer, the person, path, state, mails and billing, who would be adopted or not, and totals.
    #[command(after_help = SIMULATE_HELP)]
    Simulate(Simulate),
    /// Tries the way mails leave, pauses it for the whole installation, and disposes of held mails.
    #[command(subcommand, arg_required_else_help = true)]
    Mail(Mail),
    /// Pauses webhooks for the whole installation and lets them go on.
    #[command(subcommand, arg_required_else_help = true)]
    Webhook(Webhook),
    /// Writes everything but the secret key into a file, while the server runs.
    Backup(Backup),
    /// Puts a backup into an empty database of either engine; mail stays paused until you resume it.
    Restore(Restore),
    /// Brings the database up to date and ends; with --from and --to, copies one database to another.
    Migrate(Migrate),
    /// Looks for what is wrong with this installation: settings, database, mail, clock, tokens, the service itself. Changes nothing.
    Doctor(Doctor),
    /// Prints every setting with its value, source and meaning; secrets are masked.
    Config,
    /// Fills a database with invented people, to measure with. Mails nobody.
    #[cfg(feature = "seed")]
    #[command(after_help = "Example:\n  usher seed 100000 --groups 10,10000,100000")]
    Seed(Seed),
}

/// How many people to invent, and for whom.
#[cfg(feature = "seed")]
#[derive(Debug, Args)]
pub struct Seed {
    /// How many people: person-0000001@example.com and so on.
    pub people: u64,
    /// The number of the first.
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub first: u64,
    /// Groups to make, by how many members each has: the people who came first.
    #[arg(long, value_name = "SIZES", value_delimiter = ',')]
    pub groups: Vec<u64>,
    /// The connection that manages them, made when it is not there.
    #[arg(long, value_name = "NAME", default_value = "default")]
    pub connection: String,
    #[command(flatten)]
    pub place: InTenant,
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

/// The person a command is about.
#[derive(Debug, Args)]
pub struct OnPerson {
    /// The person: id, sign-in name or address.
    pub user: String,
    #[command(flatten)]
    pub place: InTenant,
}

#[derive(Debug, Subcommand)]
pub enum Deletions {
    /// Shows the deletions that wait.
    Show(InTenant),
    /// Lets them happen.
    Release(InTenant),
    /// Calls them off: the people stay, and their deletion dates have no effect any more.
    Discard(InTenant),
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
extension=on|off               whether Usher's own extension is published and returned\n  \
companySignIn=https://...|off  where its people sign in with their company's account; empty: as the tenant has it\n\n\
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
    Map(Mapped),
    /// Takes a mapping away: who held the role by it alone loses it.
    #[command(
        after_help = "Example:\n  usher connection unmap entra --group \"Course authors\" --to 0192f0c1-... --role author"
    )]
    Unmap(Mapped),
    /// Lists connections with their settings and mappings.
    List(InTenant),
    /// Prints how to set up an identity provider, click by click, with this installation's address.
    Guide(Guide),
}

#[derive(Debug, Args)]
pub struct Mapped {
    /// The connection's name.
    pub name: String,
    /// The pushed group's displayName.
    #[arg(long, value_name = "PUSHED")]
    pub group: String,
    /// The platform group's id.
    #[arg(long, value_name = "GROUP-ID")]
    pub to: String,
    /// learner, author, coach, userAdmin or admin.
    #[arg(long)]
    pub role: String,
    #[command(flatten)]
    pub place: InTenant,
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
leaverMails=on|off             whether people are told that they were suspended or deleted (off)\n  \
deletionBrake=20%|off          deletion dates that take more than this share at once (and more than 10 people)\n                                 wait for an administrator (20%)\n  \
retention=30d                  how long deleted people can be brought back\n  \
senderName=TEXT                the name beside the sender's address in mails; empty: the tenant's name\n  \
replyTo=ADDRESS                where answers to mails go; empty: nowhere\n  \
logoUrl=https://...            a PNG, JPEG or GIF above every mail, shown 40 pixels high; empty: the tenant's name\n  \
colour=#rrggbb                 the colour of buttons and links in mails; empty: Usher's blue\n  \
companySignIn=https://...|off  where people sign in with their company's account instead of a password (off)\n\n\
Examples:\n  usher tenant set default timeZone=Europe/Paris language=fr\n  \
usher tenant set default senderName=\"Example Academy\" replyTo=help@example.com colour=#0a7f5c";

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

const IMPORT_HELP: &str = "Columns:\n  \
email, first_name, last_name, password, send_credentials, language, roles, group_ids,\n  \
deletion_date, labels, mode, external_id, user_name, active_without_mail, billed_since\n\n\
Exit codes: 0 all rows were taken, 1 some were rejected or the file can't be read, 2 wrong usage.\n\n\
Examples:\n  usher import people.csv --dry-run\n  usher import people.csv --user ada@example.com --report rejected.csv";

#[derive(Debug, Args)]
pub struct Import {
    /// The file; - for stdin.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    #[command(flatten)]
    pub place: InTenant,
    /// The platform administrator who imports: is named in lists and gets a report by mail. Without it, the command line does.
    #[arg(long, value_name = "EMAIL")]
    pub user: Option<String>,
    /// Checks everything and changes nothing; the same report.
    #[arg(long)]
    pub dry_run: bool,
    /// Writes the rejected rows to this file, as they were, with the reason in a column `error`; passwords are left out.
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub enum Webhook {
    /// Sends no event to any webhook until `usher webhook resume`; nothing is lost.
    #[command(after_help = "Example:\n  usher webhook pause --reason \"receiver is being moved\"")]
    Pause {
        /// Why, for whoever looks next.
        #[arg(long, default_value = "paused by hand")]
        reason: String,
    },
    /// Lets webhooks go on where they stood.
    Resume,
    /// Shows whether webhooks are paused.
    Status,
}

#[derive(Debug, Subcommand)]
pub enum Mail {
    /// Keeps every mail of every tenant in the outbox until `usher mail resume`; what is on its way at this moment still leaves.
    #[command(after_help = "Example:\n  usher mail pause --reason \"wrong template\"")]
    Pause {
        /// Why, for whoever looks next.
        #[arg(long, default_value = "paused by hand")]
        reason: String,
    },
    /// Lets mails leave again; held mails stay held until they are released.
    Resume,
    /// Shows whether mail is paused and how many mails wait, by tenant.
    Status,
    /// Lets a tenant's held mails leave.
    Release(InTenant),
    /// Drops a tenant's held mails; each is recorded as omitted, and created people go on waiting.
    Discard(InTenant),
    /// Sends one test mail through the configured SMTP server and prints the server's reply.
    #[command(after_help = "Example:\n  USHER_SMTP_URL=smtp://relay.example.com:587 usher mail test ada@example.com")]
    Test {
        /// Where the test mail goes.
        address: String,
    },
    /// Writes every kind of mail with invented people into a folder, as HTML and text, in a tenant's looks.
    #[command(after_help = "Example:\n  usher mail preview ./mails --language fr")]
    Preview {
        /// The folder; made where it is missing.
        folder: PathBuf,
        /// Only this language; all of them without it.
        #[arg(long, value_name = "TAG")]
        language: Option<String>,
        #[command(flatten)]
        place: InTenant,
    },
}

#[derive(Debug, Args)]
#[command(
    after_help = "The file holds personal data and is readable by its owner alone. The secret key is not in it: keep that apart.\nIt is text; compress it as you like, for example: usher backup usher.backup && zstd --rm usher.backup\nExample:\n  usher backup /var/backups/usher-$(date +%F).backup"
)]
pub struct Backup {
    /// The file to write. It appears under this name only once it is complete.
    pub file: PathBuf,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Mails that waited are held, new ones wait until `usher mail resume`, events wait until `usher webhook resume`, and everybody has to sign in again.\nExample:\n  USHER_DATABASE_URL=sqlite://restored.db usher restore usher-2027-03-10.backup"
)]
pub struct Restore {
    /// The file that `usher backup` wrote.
    pub file: PathBuf,
    /// Removes what the database holds, people and all.
    #[arg(long)]
    pub force: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Stop the server before you copy, start it on the new database, and keep the same secret key.\nExample:\n  usher migrate --from sqlite://usher.db --to postgres://usher@localhost/usher"
)]
pub struct Migrate {
    /// The database to copy; it is only read.
    #[arg(long, value_name = "URL", requires = "to")]
    pub from: Option<String>,
    /// The empty database to copy it to.
    #[arg(long, value_name = "URL", requires = "from")]
    pub to: Option<String>,
}

#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 nothing is wrong, 1 something is, and each finding says what to do.")]
pub struct Doctor {
    /// Print the findings as JSON.
    #[arg(long)]
    pub json: bool,
    /// Also ask the running server with this SCIM token, as an identity provider would; reads only.
    #[arg(long, value_name = "TOKEN")]
    pub token: Option<String>,
}

#[derive(Debug, Args)]
#[command(after_help = "Example:\n  usher connection guide okta --connection okta-staff")]
pub struct Guide {
    /// The identity provider.
    #[arg(value_enum)]
    pub provider: Provider,
    /// The connection's name in the commands; by default the provider's.
    #[arg(long, value_name = "NAME")]
    pub connection: Option<String>,
    #[command(flatten)]
    pub place: InTenant,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Provider {
    /// Okta.
    Okta,
    /// Microsoft Entra ID.
    Entra,
}
