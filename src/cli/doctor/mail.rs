//! The way mails leave.

use super::{report::Report, settings::is_local};
use crate::{
    config::Settings,
    mail::{Smtp, SmtpUrl},
};

const AREA: &str = "mail";

pub async fn check(settings: &Settings, report: &mut Report) {
    let Some(url) = &settings.smtp_url else {
        let text = "USHER_SMTP_URL is not set, so every mail stays in the local inbox";
        let remedy = "set it to your relay, for example smtp://user:password@relay.example.com:587?tls=required";
        if is_local(&settings.public_url) {
            report.notice(AREA, text, remedy);
        } else {
            report.problem(AREA, format!("{text} and nobody gets one"), remedy);
        }
        return;
    };
    check_sender(settings, report);
    let (Ok(smtp), Ok(parsed)) = (Smtp::from_url(url.reveal()), SmtpUrl::parse(url.reveal())) else { return };
    let relay = format!("{}:{}", parsed.host, parsed.port);
    let reached = smtp.connect().await;
    smtp.close().await;
    match reached {
        Ok(connection) if connection.is_encrypted => {
            report.fine(AREA, format!("the relay {relay} answers, encrypted; `usher mail test ADDRESS` sends one"));
        }
        Ok(_) if is_near(&parsed.host) => report.fine(AREA, format!("the relay {relay} answers")),
        Ok(_) => report.notice(
            AREA,
            format!("the relay {relay} answers, but unencrypted: links and passwords of mails can be read on the way"),
            "use smtps://, or ?tls=required with a relay that offers STARTTLS",
        ),
        Err(reason) => report.problem(
            AREA,
            format!("the relay {relay} can't be used: {reason}"),
            "check USHER_SMTP_URL, the firewall and the relay; mails wait meanwhile",
        ),
    }
}

fn is_near(host: &str) -> bool {
    is_local(&format!("http://{host}"))
}

fn check_sender(settings: &Settings, report: &mut Report) {
    let address = &settings.mail_from.address;
    let domain = address.rsplit('@').next().unwrap_or_default();
    if !domain.contains('.') {
        report.problem(
            AREA,
            format!("the sender {address} has no domain that could receive an answer"),
            "set USHER_MAIL_FROM, for example Usher <no-reply@example.com>",
        );
        return;
    }
    report.notice(
        AREA,
        format!("the sender is {address}; whether {domain} lets your relay send for it is not looked up from here"),
        format!("check with: dig +short TXT {domain} (SPF names the relay), dig +short TXT _dmarc.{domain}, and that the relay signs with DKIM"),
    );
}
