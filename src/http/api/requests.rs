//! `/api/v1/connections/{name}/requests`: what an identity provider sent and what it came to.

use super::{
    answer::{self, Answered},
    path::Path,
    query::{Paging, Parameters},
};
use crate::{
    app::{
        App, Error,
        desk::{Actor, Page},
        requests::{self, Content, Logged, Wanted},
    },
    http::error::Problem,
    scim::fold::fold,
};
use axum::extract::State;
use jiff::Timestamp;
use serde_json::{Value, json};

pub(super) async fn list(
    State(app): State<App>,
    actor: Actor,
    Path(name): Path<String>,
    mut parameters: Parameters,
) -> Answered {
    actor.check_platform()?;
    let paging = parameters.paging(&app, &actor)?;
    let wanted = wanted(&mut parameters, &paging)?;
    parameters.end()?;
    let (items, next) = requests::list(&app, actor.tenant_id(), &name, &wanted, paging.limit).await?;
    let page = Page { items, next: next.map(|id| id.to_string()) };
    paging.answer(&page, |logged| Value::Object(row(logged)))
}

pub(super) async fn find(State(app): State<App>, actor: Actor, Path((name, id)): Path<(String, String)>) -> Answered {
    actor.check_platform()?;
    let id = id.parse().map_err(|_| Error::NotFound("there is no such request in the log".to_owned()))?;
    let (logged, content) = requests::find(&app, actor.tenant_id(), &name, id).await?;
    answer::ok(&full(&app, &logged, &content))
}

fn wanted(parameters: &mut Parameters, paging: &Paging) -> Result<Wanted, Problem> {
    let no_id = |name| move |_| Problem::invalid(name, "it is no id; take it from the lists of this API");
    let user = parameters.take("userId").map(|text| text.parse().map_err(no_id("userId"))).transpose()?;
    let before = paging.cursor.as_deref().map(|text| text.parse().map_err(no_id("cursor"))).transpose()?;
    let status = parameters.take("status").map(|text| status(&text)).transpose()?;
    let method = parameters.take("method").map(|text| method(&text)).transpose()?;
    let name = parameters.take("query").map(|text| (fold(&text), text));
    let from = parameters.take("from").map(|text| instant("from", &text)).transpose()?;
    let to = parameters.take("to").map(|text| instant("to", &text)).transpose()?;
    Ok(Wanted { user, status, method, name, from, to, before })
}

/// `409`, or `4xx` for the whole class.
fn status(text: &str) -> Result<(u16, u16), Problem> {
    let wrong = || Problem::invalid("status", "it must be a status as 409 or a class as 4xx");
    if let Some(class) = text.to_ascii_lowercase().strip_suffix("xx") {
        let class: u16 = class.parse().ok().filter(|class| (1..=5).contains(class)).ok_or_else(wrong)?;
        return Ok((class * 100, class * 100 + 99));
    }
    let status = text.parse().ok().filter(|status| (100..=599).contains(status)).ok_or_else(wrong)?;
    Ok((status, status))
}

fn method(text: &str) -> Result<String, Problem> {
    let method = text.to_ascii_uppercase();
    if ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].contains(&method.as_str()) {
        return Ok(method);
    }
    Err(Problem::invalid("method", "it must be a method of HTTP as POST or PATCH"))
}

fn instant(name: &'static str, text: &str) -> Result<Timestamp, Problem> {
    text.parse().map_err(|_| Problem::invalid(name, "it must be an instant as 2027-03-10T09:00:00Z"))
}

fn row(logged: &Logged) -> serde_json::Map<String, Value> {
    let mut row = serde_json::Map::new();
    let mut put = |name: &str, value: Value| row.insert(name.to_owned(), value);
    put("id", json!(logged.id.to_string()));
    put("at", json!(logged.at));
    // Thousandths of a millisecond are no use to anybody.
    #[expect(clippy::cast_precision_loss, reason = "no request takes two hundred years")]
    put("durationMs", json!((logged.micros as f64 / 10.0).round() / 100.0));
    put("times", json!(logged.times));
    put("method", json!(logged.method));
    put("path", json!(logged.path));
    put("status", json!(logged.status));
    put("userId", json!(logged.user.map(|id| id.to_string())));
    put("userName", json!(logged.user_name));
    put("externalId", json!(logged.external_id));
    put("detail", json!(logged.detail));
    put("consequences", logged.consequences.clone());
    put("tokenId", json!(logged.token.to_string()));
    put("requestId", json!(logged.request_id));
    row
}

fn full(app: &App, logged: &Logged, content: &Content) -> Value {
    let mut full = row(logged);
    let mut put = |name: &str, value: Value| full.insert(name.to_owned(), value);
    let text = content.body.as_deref();
    put("headers", content.headers.clone());
    put("body", text.filter(|_| !content.is_cut).and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default());
    put("bodyExcerpt", json!(text.filter(|_| content.is_cut)));
    put("bodyBytes", json!(content.body_bytes));
    put("curl", json!(requests::curl_line(&app.settings.public_url, logged, content)));
    Value::Object(full)
}
