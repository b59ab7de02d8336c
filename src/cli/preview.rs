//! `usher mail preview`: every kind of mail in a tenant's looks, as files to look at.

use super::{assignment, failure::Failure, print};
use crate::{
    app::{App, tenants},
    config::Settings,
    domain::{language::Language, tenant::Tenant},
    mail::{self, Letter, Mail, sample},
};
use std::{fmt::Write as _, fs, path::Path};

/// Writes `CODE.LANGUAGE.html` and `.txt` for every kind of mail, and a list of them.
pub async fn write(
    app: &App,
    settings: &Settings,
    folder: &Path,
    language: Option<&str>,
    tenant: &str,
) -> Result<(), Failure> {
    let tenant = tenants::find(app, tenant).await?;
    let wanted = language.map(assignment::language).transpose()?;
    let languages: Vec<Language> =
        Language::all().filter(|language| wanted.as_deref().is_none_or(|wanted| wanted == language.tag())).collect();
    fs::create_dir_all(folder).map_err(|error| failed(folder, &error))?;
    let mut list = String::new();
    for sample in sample::letters() {
        let mut links = String::new();
        for language in &languages {
            let mail = compose(settings, &tenant, *language, sample.letter.clone())?;
            let stem = format!("{}.{}", sample.name, language.tag());
            save(folder, &format!("{stem}.html"), &mail.html)?;
            save(folder, &format!("{stem}.txt"), &format!("Subject: {}\n\n{}", mail.subject, mail.text))?;
            let _ = write!(links, " <a href=\"{stem}.html\">{}</a> (<a href=\"{stem}.txt\">text</a>)", language.tag());
        }
        let _ = writeln!(list, "<li>{}, {}:{links}</li>", sample.name, sample.title);
    }
    save(folder, "index.html", &index(&list))?;
    print::line(format_args!("{} kinds of mail are in {}", sample::letters().len(), folder.display()))
}

fn compose(settings: &Settings, tenant: &Tenant, language: Language, letter: Letter) -> Result<Mail, Failure> {
    let letter = Letter {
        from: settings.mail_from.clone(),
        tenant_name: tenant.name.clone(),
        branding: tenant.branding.clone(),
        time_zone: tenant.time_zone.clone(),
        language: language.tag().to_owned(),
        ..letter
    };
    mail::compose(&letter).map_err(|error| Failure::failed(format!("a mail could not be written: {error}")))
}

fn index(list: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Mails</title></head>\n\
         <body style=\"font-family:sans-serif;line-height:1.6\"><h1>Mails</h1>\n<ul>\n{list}</ul></body></html>\n"
    )
}

fn save(folder: &Path, name: &str, content: &str) -> Result<(), Failure> {
    let path = folder.join(name);
    fs::write(&path, content).map_err(|error| failed(&path, &error))
}

fn failed(path: &Path, error: &std::io::Error) -> Failure {
    Failure::failed(format!("{} can't be written: {error}", path.display()))
}
