//! A letter becomes a mail: texts in the person's language, put into the text and the HTML layout.

use super::{Letter, Mail, Sender, clean, message};
use crate::domain::{
    language::Language,
    mailbox::is_address,
    notification::{Code, Variant},
    text::{self, Args, plain, text},
};
use minijinja::{Environment, Value, context, syntax::SyntaxConfig};
use std::sync::OnceLock;

/// Widest line of the text part, in characters; links may be longer.
const WIDTH: usize = 72;

/// Why a letter can't become a mail; names no person.
#[derive(Debug, thiserror::Error)]
pub enum ComposeError {
    /// The address it should go to.
    #[error("the recipient's address is not a plain mailbox")]
    Recipient,
    /// The address it should come from, or answers should go to.
    #[error("the sender's address is not a plain mailbox")]
    Sender,
    /// Its Message-ID.
    #[error("the Message-ID is not of the form <id@host>")]
    MessageId,
    /// The link it should carry.
    #[error("the link is not an http or https address")]
    Link,
    /// The kind of mail can't be written without this value.
    #[error("a mail of kind {} needs a {what}", code.as_str())]
    Missing {
        /// The kind of mail.
        code: Code,
        /// The value's name.
        what: &'static str,
    },
    /// The layout.
    #[error("the mail's template failed")]
    Template(#[source] minijinja::Error),
    /// What lettre would not build.
    #[error("the message could not be put together")]
    Message(#[source] lettre::error::Error),
}

/// Writes the mail of a letter in the letter's language.
///
/// # Errors
/// [`ComposeError`] when a needed value is missing or wrong; such a letter will never become a mail.
pub fn compose(letter: &Letter) -> Result<Mail, ComposeError> {
    if !is_address(&letter.to) {
        return Err(ComposeError::Recipient);
    }
    if !is_address(&letter.from.address) || letter.reply_to.as_deref().is_some_and(|address| !is_address(address)) {
        return Err(ComposeError::Sender);
    }
    if !message::is_message_id(&letter.message_id) {
        return Err(ComposeError::MessageId);
    }
    let language = Language::nearest(&letter.language);
    let brand = brand(letter);
    let page = page(letter, language, &brand)?;
    Ok(Mail {
        message_id: letter.message_id.clone(),
        code: letter.code,
        from: Sender { address: letter.from.address.clone(), name: Some(brand) },
        reply_to: letter.reply_to.clone(),
        to: letter.to.clone(),
        to_name: clean::name(&letter.to_name),
        language: language.tag().to_owned(),
        text: render("mail.txt", &page.values)?,
        html: render("mail.html", &page.values)?,
        subject: page.subject,
        date: letter.date,
    })
}

/// What the layouts show; every text still to be escaped.
struct Page {
    subject: String,
    values: Value,
}

fn page(letter: &Letter, language: Language, brand: &str) -> Result<Page, ComposeError> {
    let shared = variables(letter, language, brand)?;
    let base = Wording::of(letter);
    let say = |key: &str| text(language, key, &shared);
    let own = |part: &str| say(&base.key(part));
    let greeting = match clean::name(&letter.to_name) {
        Some(name) => text(language, "mail-greeting-name", &Args::new().with("name", name)),
        None => plain(language, "mail-greeting"),
    };
    let subject = own("subject");
    let detail = match waiting(letter) {
        Waiting::Mails => own("detail"),
        Waiting::Deletions => own("parked"),
        Waiting::Both => format!("{} {}", own("parked"), own("detail")),
    };
    let button = if base.has_button() { own("button") } else { String::new() };
    let values = context! {
        language => language.tag(),
        direction => language.direction().as_str(),
        brand => brand,
        subject => &subject,
        title => own("title"),
        greeting => greeting,
        intro => own("intro"),
        detail => detail,
        rows => rows(letter, language, &base)?,
        action => if base.has_button() { action(letter, language, &button)? } else { None },
        signature => say("mail-signature"),
        reason => own("reason"),
        footer => say("mail-footer"),
    };
    Ok(Page { subject, values })
}

/// What the digest explains.
enum Waiting {
    Mails,
    Deletions,
    Both,
}

fn waiting(letter: &Letter) -> Waiting {
    let is_parked = letter.code == Code::E15 && letter.about.tally.iter().any(|(key, _)| *key == "parked");
    match (is_parked, letter.about.count.unwrap_or_default() > 0) {
        (true, true) => Waiting::Both,
        (true, false) => Waiting::Deletions,
        (false, _) => Waiting::Mails,
    }
}

/// Everything a text may name; what the kind of mail can't do without must be there.
fn variables<'a>(letter: &'a Letter, language: Language, brand: &'a str) -> Result<Args<'a>, ComposeError> {
    let about = &letter.about;
    let missing = |what| ComposeError::Missing { code: letter.code, what };
    let wording = Wording::of(letter);
    if letter.code == Code::E13 && letter.deletion_date.is_none() {
        return Err(missing("deletion date"));
    }
    if wording.base == "e11" && about.group.is_none() {
        return Err(missing("group"));
    }
    if wording.base == "e12" && (about.session.is_none() || about.inviter.is_none()) {
        return Err(missing("session and instructor"));
    }
    let name = |text: &Option<String>| text.as_deref().and_then(clean::brand).unwrap_or_else(|| brand.to_owned());
    Ok(Args::new()
        .with("tenant", brand)
        .with("date", letter.deletion_date.map(|date| text::date(language, date)).unwrap_or_default())
        .with("group", name(&about.group))
        .with("session", name(&about.session))
        .with("inviter", name(&about.inviter))
        .with("days", about.days.unwrap_or(1))
        .with("count", about.count.unwrap_or_default()))
}

/// Which keys a kind of mail is written with: its own, and for the rest those of the mail it builds on.
struct Wording {
    own: &'static str,
    base: &'static str,
    parts: &'static [&'static str],
}

impl Wording {
    fn of(letter: &Letter) -> Self {
        let about = &letter.about;
        // Who was invited from a group or a session that is gone by now is still invited.
        let (group, session) = (
            if about.group.is_some() { "e2" } else { "e1" },
            if about.session.is_some() && about.inviter.is_some() { "e3" } else { "e1" },
        );
        let base = match letter.variant {
            Variant::Plain | Variant::Platform => "e1",
            Variant::Group => group,
            Variant::Session => session,
            Variant::Known => "e6",
            Variant::Generated => "e7",
            Variant::Link => "e8",
            Variant::Suspended => "e14-suspended",
            Variant::Deleted => "e14-deleted",
            Variant::Cancelled => "e14-cancelled",
        };
        let of = |own, base, parts| Self { own, base, parts };
        match (letter.code, letter.variant) {
            (Code::E1, _) => of("e1", "e1", &[]),
            (Code::E2, _) => of("e2", group, &[]),
            (Code::E3, _) => of("e3", session, &[]),
            (Code::E4, _) => of("e4", base, &["subject", "title", "intro"]),
            (Code::E5, _) => of("e5", base, &["detail"]),
            (Code::E6, _) => of("e6", "e6", &[]),
            (Code::E7, _) => of("e7", "e7", &[]),
            (Code::E8, _) => of("e8", "e8", &[]),
            (Code::E9, Variant::Plain) => of("e9", "e9", &[]),
            (Code::E9, _) => of(base, base, &[]),
            (Code::E10, _) => of("e10", base, &["subject", "title", "intro"]),
            (Code::E11, _) => of("e11", "e11", &[]),
            (Code::E12, _) => of("e12", "e12", &[]),
            (Code::E13, _) => of("e13", "e13", &[]),
            (Code::E14, _) => of("e14", base, &["detail", "reason"]),
            (Code::E15, _) => of("e15", "e15", &[]),
            (Code::Reset, _) => of("reset", "reset", &[]),
            (Code::AddressChanged, _) => of("address", "address", &[]),
        }
    }

    fn key(&self, part: &str) -> String {
        let code = match self.base {
            _ if self.parts.contains(&part) => self.own,
            // What all invitations say alike stands once.
            "e2" | "e3" if !["subject", "title", "intro"].contains(&part) => "e1",
            base => base,
        };
        format!("mail-{code}-{part}")
    }

    /// Some mails only tell.
    fn has_button(&self) -> bool {
        !matches!(self.own, "e14" | "address")
    }
}

/// The name the mail stands under: the tenant's, else the configured sender's, else the sender's domain.
fn brand(letter: &Letter) -> String {
    let configured = letter.from.name.as_deref().and_then(clean::brand);
    let domain = || letter.from.address.rsplit('@').next().unwrap_or_default().to_owned();
    clean::brand(&letter.tenant_name).or(configured).unwrap_or_else(domain)
}

/// Values the person needs, each on a line of its own.
fn rows(letter: &Letter, language: Language, wording: &Wording) -> Result<Vec<Value>, ComposeError> {
    let row = |key: &str, value: String| context! { label => label(language, &plain(language, key)), value };
    let mut rows = Vec::new();
    if matches!(wording.base, "e6" | "e7" | "e8" | "reset") {
        rows.extend(clean::login(&letter.login).map(|login| row("mail-label-login", login)));
    }
    if wording.base == "e7" {
        let password = letter.password.clone().filter(|password| !password.is_empty());
        let password = password.ok_or(ComposeError::Missing { code: letter.code, what: "password" })?;
        rows.push(row("mail-label-password", password));
    }
    if let Some(starts) = letter.about.starts.filter(|_| matches!(wording.base, "e3" | "e12")) {
        rows.push(row("mail-label-starts", text::date(language, starts)));
    }
    if wording.base == "e11" && !letter.about.roles.is_empty() {
        let name = |role: &String| plain(language, &format!("role-{}", role.to_ascii_lowercase()));
        let names: Vec<String> = letter.about.roles.iter().map(name).collect();
        rows.push(row("mail-label-roles", names.join(", ")));
    }
    for (key, number) in &letter.about.tally {
        rows.push(row(&format!("mail-label-{key}"), number.to_string()));
    }
    Ok(rows)
}

/// The button, and the bare link beside it.
fn action(letter: &Letter, language: Language, button: &str) -> Result<Option<Value>, ComposeError> {
    let Some(link) = letter.link.as_deref().filter(|link| !link.is_empty()) else {
        // The warning needs no answer; every other mail is pointless without its link.
        return if letter.code == Code::E13 {
            Ok(None)
        } else {
            Err(ComposeError::Missing { code: letter.code, what: "link" })
        };
    };
    if !is_web_link(link) {
        return Err(ComposeError::Link);
    }
    let expiry = letter.expires_at.map(|at| {
        let date = text::moment(language, at, &letter.time_zone);
        text(language, "mail-expiry", &Args::new().with("date", date))
    });
    Ok(Some(context! {
        button,
        label => label(language, button),
        link,
        expiry,
        fallback => plain(language, "mail-link-fallback"),
    }))
}

/// A label with the colon its language puts behind it.
fn label(language: Language, words: &str) -> String {
    text(language, "mail-label", &Args::new().with("label", words))
}

fn is_web_link(link: &str) -> bool {
    let has_scheme = link.starts_with("https://") || link.starts_with("http://");
    has_scheme && link.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>\"'`\\".contains(&byte))
}

fn render(template: &str, values: &Value) -> Result<String, ComposeError> {
    let template = environment().get_template(template).map_err(ComposeError::Template)?;
    let rendered = template.render(values.clone()).map_err(ComposeError::Template)?;
    Ok(format!("{}\n", rendered.trim_end()))
}

fn environment() -> &'static Environment<'static> {
    static ENVIRONMENT: OnceLock<Environment<'static>> = OnceLock::new();
    ENVIRONMENT.get_or_init(|| {
        let mut environment = Environment::new();
        if let Ok(syntax) = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build() {
            environment.set_syntax(syntax);
        }
        environment.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
        environment.add_filter("wrap", |text: &str| wrap(text));
        // `is_web_link` let nothing pass that HTML could take amiss but `&`; the general escaping would spoil every slash.
        environment.add_filter("link", |link: &str| Value::from_safe_string(link.replace('&', "&amp;")));
        for (name, source) in
            [("mail.txt", include_str!("templates/mail.txt")), ("mail.html", include_str!("templates/mail.html"))]
        {
            // A template that does not compile is then not found, which `render` reports and every test of this file shows.
            let _ = environment.add_template(name, source);
        }
        environment
    })
}

/// Breaks a paragraph into lines at ordinary spaces; non-breaking ones hold.
fn wrap(text: &str) -> String {
    let mut lines = String::with_capacity(text.len() + 8);
    let mut width = 0;
    for word in text.split(' ') {
        let length = word.chars().count();
        if width > 0 && width + 1 + length > WIDTH {
            lines.push('\n');
            width = 0;
        } else if width > 0 {
            lines.push(' ');
            width += 1;
        }
        lines.push_str(word);
        width += length;
    }
    lines
}

#[cfg(test)]
mod tests;
