//! A letter becomes a mail: texts in the person's language, put into the text and the HTML layout.

mod layout;
mod wording;

use super::{Letter, Mail, Sender, clean, message, palette::Palette};
use crate::domain::{
    about::Rejected,
    branding::{Logo, ReplyTo, SenderName},
    language::{Direction, Language},
    mailbox::is_address,
    notification::Code,
    text::{self, Args, plain, text},
};
use minijinja::{Value, context};
use wording::Wording;

/// What surrounds names where words run from right to left.
const MARKS: [char; 2] = ['\u{2068}', '\u{2069}'];

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
    if !is_address(&letter.from.address) {
        return Err(ComposeError::Sender);
    }
    if !message::is_message_id(&letter.message_id) {
        return Err(ComposeError::MessageId);
    }
    let language = Language::nearest(&letter.language);
    let brand = brand(letter);
    let page = page(letter, language, &brand)?;
    let sender = letter.branding.sender_name.as_ref().map(|name| SenderName::as_str(name).to_owned());
    Ok(Mail {
        message_id: letter.message_id.clone(),
        code: letter.code,
        from: Sender { address: letter.from.address.clone(), name: Some(sender.unwrap_or(brand)) },
        reply_to: letter.branding.reply_to.as_ref().map(|address| ReplyTo::as_str(address).to_owned()),
        to: letter.to.clone(),
        to_name: clean::name(&letter.to_name),
        language: language.tag().to_owned(),
        text: layout::render("mail.txt", &page.values)?,
        html: layout::render("mail.html", &page.values)?,
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
    let wording = Wording::of(letter);
    let say = |key: &str| text(language, key, &shared);
    let own = |part: &str| say(&wording.key(part));
    let greeting = match clean::name(&letter.to_name) {
        Some(name) => text(language, "mail-greeting-name", &Args::new().with("name", name)),
        None => plain(language, "mail-greeting"),
    };
    let detail = match waiting(letter) {
        Waiting::Mails => own("detail"),
        Waiting::Deletions => own("parked"),
        Waiting::Both => format!("{} {}", own("parked"), own("detail")),
    };
    // Where a language marks names off for bidirectional text, the subject does without: filters distrust what nobody sees there.
    let subject = own("subject").replace(MARKS, "");
    let button = if wording.has_button() { own("button") } else { String::new() };
    let (start, end) = match language.direction() {
        Direction::LeftToRight => ("left", "right"),
        Direction::RightToLeft => ("right", "left"),
    };
    let values = context! {
        language => language.tag(),
        direction => language.direction().as_str(),
        start, end,
        palette => Palette::of(letter.branding.colour).values(),
        logo => letter.branding.logo.as_ref().map(Logo::as_str),
        brand => brand,
        subject => &subject,
        title => own("title"),
        greeting => greeting,
        intro => own("intro"),
        detail => detail,
        rows => rows(letter, language, &wording)?,
        action => if wording.has_button() { action(letter, language, &button)? } else { None },
        signature => say("mail-signature"),
        reply => letter.branding.reply_to.as_ref().map(|_| say("mail-footer-reply")),
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
    let missing = |what| Err(ComposeError::Missing { code: letter.code, what });
    match Wording::of(letter).base {
        "e9" if about.count.is_none() => return missing("report"),
        "e11" if about.group.is_none() => return missing("group"),
        "e12" if about.session.is_none() || about.inviter.is_none() => return missing("session and instructor"),
        "e13" if letter.deletion_date.is_none() => return missing("deletion date"),
        _ => {}
    }
    let title = |text: &Option<String>| text.as_deref().and_then(clean::title).unwrap_or_else(|| brand.to_owned());
    let inviter = about.inviter.as_deref().and_then(clean::name).unwrap_or_else(|| brand.to_owned());
    let rejected = about.tally.iter().find(|(key, _)| *key == "rejected").map_or(0, |(_, number)| *number);
    Ok(Args::new()
        .with("tenant", brand)
        .with("date", letter.deletion_date.map(|date| text::date(language, date)).unwrap_or_default())
        .with("group", title(&about.group))
        .with("session", title(&about.session))
        .with("inviter", inviter)
        .with("days", about.days.unwrap_or(1))
        .with("count", about.count.unwrap_or_default())
        .with("rejected", rejected))
}

/// The name the mail stands under: the tenant's, else the configured sender's, else the sender's domain.
fn brand(letter: &Letter) -> String {
    let configured = letter.from.name.as_deref().and_then(clean::brand);
    let domain = || letter.from.address.rsplit('@').next().unwrap_or_default().to_owned();
    clean::brand(&letter.tenant_name).or(configured).unwrap_or_else(domain)
}

/// Values the person needs, each on a line of its own: `code` is typed letter by letter, `number` counts, `words` are read.
fn rows(letter: &Letter, language: Language, wording: &Wording) -> Result<Vec<Value>, ComposeError> {
    let about = &letter.about;
    let row = |key: &str, kind: &str, value: String| {
        context! { label => label(language, &plain(language, key)), heading => plain(language, key), kind, value }
    };
    let mut rows = Vec::new();
    if matches!(wording.base, "e6" | "e7" | "e8" | "reset") {
        rows.extend(clean::login(&letter.login).map(|login| row("mail-label-login", "code", login)));
    }
    if wording.base == "e7" {
        let password = letter.password.clone().filter(|password| !password.is_empty());
        let password = password.ok_or(ComposeError::Missing { code: letter.code, what: "password" })?;
        rows.push(row("mail-label-password", "code", password));
    }
    if let Some(starts) = about.starts.filter(|_| matches!(wording.base, "e3" | "e12")) {
        rows.push(row("mail-label-starts", "words", text::date(language, starts)));
    }
    if wording.base == "e11" && !about.roles.is_empty() {
        let name = |role: &String| plain(language, &format!("role-{}", role.to_ascii_lowercase()));
        let names: Vec<String> = about.roles.iter().map(name).collect();
        rows.push(row("mail-label-roles", "words", names.join(&plain(language, "list-comma"))));
    }
    if wording.base == "e9" {
        let finished = about.finished_at.map(|at| text::moment(language, at, &letter.time_zone));
        rows.extend(finished.map(|finished| row("mail-label-finished", "words", finished)));
    }
    for (key, number) in about.tally.iter().filter(|_| matches!(wording.base, "e9" | "e15")) {
        rows.push(row(&format!("mail-label-{key}"), "number", number.to_string()));
    }
    if wording.base == "e9" {
        rows.extend(about.rejected.iter().map(|rejected| remark(rejected, language)));
        let all = about.tally.iter().find(|(key, _)| *key == "rejected").map_or(0, |(_, number)| *number);
        let more = all.saturating_sub(about.rejected.len() as u64);
        rows.extend((more > 0).then(|| row("mail-label-more", "number", more.to_string())));
    }
    Ok(rows)
}

/// A rejected row: where it stands, and what is wrong with it, which is said in English everywhere.
fn remark(rejected: &Rejected, language: Language) -> Value {
    let line = rejected.line.to_string();
    let place = match &rejected.column {
        None => text(language, "mail-label-line", &Args::new().with("line", line)),
        Some(column) => {
            text(language, "mail-label-line-column", &Args::new().with("line", line).with("column", column.as_str()))
        }
    };
    let reason = clean::remark(&rejected.reason).unwrap_or_default();
    context! { label => label(language, &place), heading => place, kind => "remark", value => reason }
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
    // Labels are the language's own words: nothing in them is to be marked off.
    text(language, "mail-label", &Args::new().with("label", words)).replace(MARKS, "")
}

fn is_web_link(link: &str) -> bool {
    let has_scheme = link.starts_with("https://") || link.starts_with("http://");
    has_scheme && link.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>\"'`\\".contains(&byte))
}

#[cfg(test)]
mod tests;
