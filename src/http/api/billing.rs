//! `/api/v1/billing`: the report, as JSON or as a file for a spreadsheet.

use super::{
    answer::{self, Answered},
    query::Parameters,
};
use crate::{
    app::{
        App,
        desk::{
            Actor,
            billing::{self, Billed, Report},
        },
    },
    domain::spreadsheet,
};
use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
};
use serde_json::{Value, json};

pub(super) async fn report(
    State(app): State<App>,
    actor: Actor,
    headers: HeaderMap,
    mut parameters: Parameters,
) -> Answered {
    let (from, to) = (parameters.take("from"), parameters.take("to"));
    parameters.end()?;
    let report = billing::report(&app, &actor, from.as_deref(), to.as_deref()).await?;
    let wants_file = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|accept| accept.contains("text/csv"));
    if !wants_file {
        return answer::ok(&shown(&report));
    }
    let mut response = answer::written(StatusCode::OK, "text/csv; charset=utf-8", file(&report));
    let name = format!("attachment; filename=\"billing-{}-{}.csv\"", report.from, report.to);
    if let Ok(name) = HeaderValue::from_str(&name) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

fn shown(report: &Report) -> Value {
    let item = |row: &Billed| {
        json!({
            "userId": row.interval.user.to_string(),
            "userName": row.user_name,
            "displayName": row.display_name,
            "since": row.interval.started_at,
            "until": row.interval.ended_at,
        })
    };
    let month = |month: &crate::domain::billing::Month| json!({ "month": month.first.strftime("%Y-%m").to_string(), "users": month.users, "days": month.days });
    json!({
        "from": report.from.to_string(),
        "to": report.to.to_string(),
        "items": report.items.iter().map(item).collect::<Vec<_>>(),
        "months": report.months.iter().map(month).collect::<Vec<_>>(),
    })
}

fn file(report: &Report) -> String {
    let mut file = spreadsheet::row(["userId", "userName", "displayName", "since", "until"]);
    for row in &report.items {
        let interval = &row.interval;
        file.push_str(&spreadsheet::row([
            interval.user.to_string().as_str(),
            &row.user_name,
            row.display_name.as_deref().unwrap_or_default(),
            &interval.started_at.to_string(),
            &interval.ended_at.map(|at| at.to_string()).unwrap_or_default(),
        ]));
    }
    file
}
