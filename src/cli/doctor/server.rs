//! The running server, as it answers at its public URL: what a proxy in between may spoil.

use super::report::Report;
use crate::config::Settings;
use reqwest::{Client, Response, StatusCode, header::CONTENT_TYPE, redirect::Policy};
use std::time::Duration;

const AREA: &str = "server";
const PATIENCE: Duration = Duration::from_secs(10);

pub async fn check(settings: &Settings, token: Option<&str>, report: &mut Report) {
    let Ok(client) = Client::builder().timeout(PATIENCE).redirect(Policy::none()).no_proxy().build() else { return };
    let origin = &settings.public_url;
    let ready = match client.get(format!("{origin}/readyz")).send().await {
        Ok(ready) => ready,
        Err(error) => {
            let reason = if error.is_timeout() { "it does not answer in time" } else { "no connection comes about" };
            report.notice(
                AREA,
                format!("{origin} is not reached from here: {reason}"),
                "start `usher serve`; if it runs, check name, certificate, proxy and firewall",
            );
            return;
        }
    };
    match (ready.status(), body(ready).await.trim()) {
        (StatusCode::OK, "ready") => report.fine(AREA, format!("{origin} answers and is ready")),
        (StatusCode::SERVICE_UNAVAILABLE, "not ready") => {
            report.problem(
                AREA,
                format!("{origin} answers, but is not ready"),
                "its log says why; most often the database can't be reached",
            );
        }
        (status, _) => {
            report.problem(
                AREA,
                format!("{origin}/readyz answers {status}: something else is listening there"),
                "check USHER_PUBLIC_URL and where the proxy passes requests to",
            );
            return;
        }
    }
    check_refusal(&client, origin, report).await;
    if let Some(token) = token {
        check_token(&client, origin, token, report).await;
    }
}

/// Without credentials, SCIM is refused in SCIM's own words.
async fn check_refusal(client: &Client, origin: &str, report: &mut Report) {
    let Ok(answer) = client.get(format!("{origin}/scim/v2/Users")).send().await else { return };
    let is_scim =
        answer.headers().get(CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"application/scim+json"));
    if answer.status() == StatusCode::UNAUTHORIZED && is_scim {
        return;
    }
    report.problem(
        AREA,
        format!("{origin}/scim/v2/Users without a token answers {} instead of a SCIM 401", answer.status()),
        "let the proxy pass /scim/v2 on as it is, errors included",
    );
}

async fn check_token(client: &Client, origin: &str, token: &str, report: &mut Report) {
    let url = format!("{origin}/scim/v2/Users?count=1&filter=userName%20eq%20%22nobody%40example.com%22");
    let Ok(answer) = client.get(url).bearer_auth(token).send().await else { return };
    let status = answer.status();
    let is_list = body(answer).await.contains("urn:ietf:params:scim:api:messages:2.0:ListResponse");
    match status {
        StatusCode::OK if is_list => {
            report.fine(AREA, "it answers the token's question as an identity provider would ask it");
        }
        StatusCode::UNAUTHORIZED => report.problem(
            AREA,
            "it refuses the token",
            "check the token with `usher token list`; if it is good, the proxy drops the Authorization header",
        ),
        status => report.problem(
            AREA,
            format!("it answers the token's question with {status}"),
            "let the proxy pass query strings and bodies on unchanged",
        ),
    }
}

async fn body(answer: Response) -> String {
    answer.text().await.unwrap_or_default()
}
