//! `key=value` arguments of tenants and connections, parsed into changes.

use super::failure::Failure;
use crate::{
    app::{connections, tenants},
    config::parse_duration,
    domain::{
        brake::{Brake, UnknownShare},
        branding::{self, Logo, ReplyTo, SenderName, Unfit},
        company::CompanySignIn,
        connection::Extension,
        language::Language,
        notification::MailSwitch,
        tenant::{Adoption, ScimPassword, Switch},
        user::Mode,
    },
};
use jiff::tz::TimeZone;

const TENANT_KEYS: &str = "name, defaultMode, timeZone, language, invitationTtl, adoption, scimPassword, mailBudgetPerHour, notifications, digest, leaverMails, senderName, replyTo, logoUrl, colour, deletionBrake, retention and companySignIn";
const CONNECTION_KEYS: &str = "defaultMode, defaultGroup, defaultRole, notifications, extension and companySignIn";

/// The settings of a tenant; an empty value clears what can be absent.
pub fn tenant(settings: &[String]) -> Result<tenants::Changes, Failure> {
    let mut changes = tenants::Changes::default();
    for setting in settings {
        let (key, value) = split(setting, TENANT_KEYS)?;
        match key {
            "name" => changes.name = Some(value.to_owned()),
            "defaultMode" => changes.default_mode = Some(word(key, value, &MODES)?),
            "timeZone" => changes.time_zone = Some(time_zone(value)?),
            "language" => changes.language = Some(language(value)?),
            "invitationTtl" => changes.invitation_ttl = Some(parse_duration(value).map_err(|why| wrong(key, &why))?),
            "adoption" => changes.adoption = Some(word(key, value, &[("on", Adoption::On), ("off", Adoption::Off)])?),
            "scimPassword" => changes.scim_password = Some(word(key, value, &PASSWORDS)?),
            "mailBudgetPerHour" => changes.mail_budget_per_hour = Some(number(key, value)?),
            "notifications" => changes.notifications = Some(word(key, value, &SWITCHES)?),
            "digest" => changes.digest = Some(word(key, value, &ON_OFF)?),
            "leaverMails" => changes.leaver_mails = Some(word(key, value, &ON_OFF)?),
            "deletionBrake" => changes.deletion_brake = Some(brake(key, value)?),
            "retention" => changes.retention = Some(parse_duration(value).map_err(|why| wrong(key, &why))?),
            "senderName" => changes.sender_name = Some(optional(value, |value| fit(key, SenderName::parse(value)))?),
            "replyTo" => changes.reply_to = Some(optional(value, |value| fit(key, ReplyTo::parse(value)))?),
            "logoUrl" => changes.logo = Some(optional(value, |value| fit(key, Logo::parse(value)))?),
            "colour" | "color" => changes.colour = Some(optional(value, |value| fit(key, branding::colour(value)))?),
            "companySignIn" => changes.company_sign_in = Some(fit(key, CompanySignIn::parse(value))?),
            _ => return Err(unknown("a tenant", key, TENANT_KEYS)),
        }
    }
    Ok(changes)
}

/// The settings of a connection; an empty value clears what can be absent.
pub fn connection(settings: &[String]) -> Result<connections::Changes, Failure> {
    let mut changes = connections::Changes::default();
    for setting in settings {
        let (key, value) = split(setting, CONNECTION_KEYS)?;
        match key {
            "defaultMode" => changes.default_mode = Some(optional(value, |value| word(key, value, &MODES))?),
            "defaultGroup" => changes.default_group = Some(optional(value, |value| id(key, value))?),
            "defaultRole" => changes.default_role = Some(optional(value, |value| role(key, value))?),
            "notifications" => changes.notifications = Some(word(key, value, &SWITCHES)?),
            "extension" => {
                changes.extension = Some(word(key, value, &[("on", Extension::On), ("off", Extension::Off)])?);
            }
            "companySignIn" => {
                changes.company_sign_in = Some(optional(value, |value| fit(key, CompanySignIn::parse(value)))?);
            }
            _ => return Err(unknown("a connection", key, CONNECTION_KEYS)),
        }
    }
    Ok(changes)
}

/// An id as this server writes them.
pub fn id<T: std::str::FromStr>(name: &str, text: &str) -> Result<T, Failure> {
    text.trim().parse().map_err(|_| wrong(name, &format!("\"{text}\" is no id of a group")))
}

/// A role by its word.
pub fn role(name: &str, text: &str) -> Result<crate::domain::role::Role, Failure> {
    text.parse().map_err(|error: crate::domain::role::UnknownRole| wrong(name, &error.to_string()))
}

const MODES: [(&str, Mode); 2] = [("invite", Mode::Invite), ("create", Mode::Create)];
const PASSWORDS: [(&str, ScimPassword); 2] = [("ignore", ScimPassword::Ignore), ("accept", ScimPassword::Accept)];
const ON_OFF: [(&str, Switch); 2] = [("on", Switch::On), ("off", Switch::Off)];
const SWITCHES: [(&str, MailSwitch); 3] =
    [("on", MailSwitch::On), ("hold", MailSwitch::Hold), ("off", MailSwitch::Off)];

fn split<'a>(setting: &'a str, keys: &str) -> Result<(&'a str, &'a str), Failure> {
    let parts = setting.split_once('=').map(|(key, value)| (key.trim(), value.trim()));
    parts.ok_or_else(|| Failure::usage(format!("\"{setting}\" is no setting; write key=value with one of {keys}")))
}

fn unknown(whose: &str, key: &str, keys: &str) -> Failure {
    Failure::usage(format!("{key} is no setting of {whose}; the settings are {keys}"))
}

fn wrong(key: &str, why: &str) -> Failure {
    Failure::usage(format!("{key}: {why}"))
}

fn word<T: Copy>(key: &str, value: &str, words: &[(&str, T)]) -> Result<T, Failure> {
    let found = words.iter().find(|(word, _)| *word == value).map(|(_, meaning)| *meaning);
    found.ok_or_else(|| {
        let allowed = words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
        wrong(key, &format!("\"{value}\" is not one of {allowed}"))
    })
}

fn optional<T>(value: &str, parse: impl Fn(&str) -> Result<T, Failure>) -> Result<Option<T>, Failure> {
    if value.is_empty() { Ok(None) } else { parse(value).map(Some) }
}

fn brake(key: &str, value: &str) -> Result<Brake, Failure> {
    value.parse().map_err(|error: UnknownShare| wrong(key, &error.to_string()))
}

fn fit<T>(key: &str, parsed: Result<T, Unfit>) -> Result<T, Failure> {
    parsed.map_err(|why| wrong(key, &why.to_string()))
}

fn number(key: &str, value: &str) -> Result<u32, Failure> {
    value.parse().map_err(|_| wrong(key, &format!("\"{value}\" is no whole number")))
}

fn time_zone(value: &str) -> Result<TimeZone, Failure> {
    TimeZone::get(value)
        .map_err(|_| wrong("timeZone", &format!("\"{value}\" is no time zone; write for example Europe/Paris or UTC")))
}

/// A language we have, by its tag.
pub fn language(value: &str) -> Result<String, Failure> {
    let known = || Language::all().map(Language::tag).collect::<Vec<_>>().join(", ");
    let found = Language::find(value).map(|language| language.tag().to_owned());
    found.ok_or_else(|| wrong("language", &format!("\"{value}\" is not one of {}", known())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(settings: &[&str]) -> Vec<String> {
        settings.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_setting_of_a_tenant_is_read() {
        let changes = tenant(&texts(&[
            "name=Acme = Co",
            "defaultMode=create",
            "timeZone=Europe/Paris",
            "language=fr",
            "invitationTtl=14d",
            "adoption=off",
            "scimPassword=accept",
            "mailBudgetPerHour=20",
            "notifications=hold",
            "digest=off",
            "leaverMails=on",
            "deletionBrake=5%",
            "retention=90d",
            "senderName=Example Academy",
            "replyTo=help@example.com",
            "logoUrl=https://www.example.com/logo.png?size=2",
            "color=#0A7F5c",
            "companySignIn=https://login.example.com/start",
        ]))
        .unwrap();
        assert_eq!(changes.name.as_deref(), Some("Acme = Co"));
        assert_eq!(changes.default_mode, Some(Mode::Create));
        assert_eq!(
            changes.time_zone.and_then(|zone| zone.iana_name().map(str::to_owned)).as_deref(),
            Some("Europe/Paris")
        );
        assert_eq!(changes.language.as_deref(), Some("fr"));
        assert_eq!(changes.invitation_ttl.map(|ttl| ttl.as_hours()), Some(14 * 24));
        assert_eq!((changes.adoption, changes.scim_password), (Some(Adoption::Off), Some(ScimPassword::Accept)));
        assert_eq!((changes.mail_budget_per_hour, changes.notifications), (Some(20), Some(MailSwitch::Hold)));
        assert_eq!((changes.digest, changes.leaver_mails), (Some(Switch::Off), Some(Switch::On)));
        assert_eq!(changes.deletion_brake, Brake::at(5));
        assert_eq!(changes.retention.map(|time| time.as_hours()), Some(90 * 24));
        assert_eq!(changes.sender_name, Some(SenderName::parse("Example Academy").ok()));
        assert_eq!(changes.reply_to, Some(ReplyTo::parse("help@example.com").ok()));
        assert_eq!(changes.logo, Some(Logo::parse("https://www.example.com/logo.png?size=2").ok()));
        assert_eq!(changes.colour, Some(branding::colour("#0a7f5c").ok()));
        assert_eq!(changes.company_sign_in, CompanySignIn::parse("https://login.example.com/start").ok());
        let cleared = tenant(&texts(&["senderName=", "replyTo=", "logoUrl=", "colour="])).unwrap();
        assert_eq!((cleared.sender_name, cleared.reply_to), (Some(None), Some(None)));
        assert_eq!((cleared.logo, cleared.colour), (Some(None), Some(None)));
    }

    #[test]
    fn an_empty_value_clears_a_setting_of_a_connection() {
        let changes = connection(&texts(&["defaultMode=", "defaultRole=coach", "extension=off"])).unwrap();
        assert_eq!(changes.default_mode, Some(None));
        assert_eq!(changes.default_role, Some(Some(crate::domain::role::Role::Coach)));
        assert_eq!((changes.default_group, changes.extension), (None, Some(Extension::Off)));
        assert_eq!(changes.company_sign_in, None);
        let company = |value: &str| connection(&texts(&[value])).unwrap().company_sign_in;
        assert_eq!(company("companySignIn="), Some(None));
        assert_eq!(company("companySignIn=off"), Some(Some(CompanySignIn::Off)));
    }

    #[test]
    fn errors_name_the_key_and_what_is_allowed() {
        let sentence = |settings: &[&str]| tenant(&texts(settings)).unwrap_err().to_string();
        assert_eq!(sentence(&["defaultMode=maybe"]), "defaultMode: \"maybe\" is not one of invite, create");
        assert!(sentence(&["timeZone=Mars/Olympus"]).starts_with("timeZone: "));
        assert!(sentence(&["language=xx"]).contains("en, es, fr"));
        assert!(sentence(&["shade=red"]).contains("the settings are name, defaultMode"));
        assert_eq!(sentence(&["colour=red"]), "colour: it must be # and six digits like #2450b5");
        assert_eq!(sentence(&["logoUrl=http://example.com/x.png"]), "logoUrl: it must begin with https://");
        assert!(sentence(&["replyTo=a@example.com,b@example.com"]).starts_with("replyTo: it must be one mail address"));
        assert!(sentence(&["senderName=Bank <help@bank.example>"]).starts_with("senderName: it must be a plain name"));
        let insecure = sentence(&["companySignIn=http://login.example.com/"]);
        assert!(insecure.starts_with("companySignIn: it must begin with https://"), "{insecure}");
        assert!(sentence(&["defaultMode"]).contains("key=value"));
        assert!(sentence(&["mailBudgetPerHour=-1"]).contains("whole number"));
        let failure = connection(&texts(&["defaultRole=emperor"])).unwrap_err();
        assert_eq!(failure.code(), Failure::USAGE);
        assert!(failure.to_string().contains("learner"));
    }
}
