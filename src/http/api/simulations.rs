//! `/api/v1/simulations`: what requests of an identity provider would come to, without doing it.

use super::{
    answer::{self, Answered},
    fields::Fields,
};
use crate::{
    app::{
        App,
        desk::Actor,
        requests::Refusal,
        simulations::{Budget, Encounter, Foreseen, Mail, Outlook, Typesetter, Verdict},
    },
    http::{
        error::Problem,
        simulation::{self, Played, Predicted, Request, Script, Totals},
    },
    scim::Object,
};
use axum::{Extension, extract::State};
use serde_json::{Map, Value, json};
use std::{collections::BTreeMap, sync::Arc, time::Duration};

/// So many requests are simulated together at most.
const MAX_REQUESTS: usize = 100;
/// For so long nothing else is written because of a simulation.
const PATIENCE: Duration = Duration::from_secs(2);

pub(super) async fn create(
    State(app): State<App>,
    Extension(typesetter): Extension<Arc<dyn Typesetter>>,
    actor: Actor,
    fields: Fields,
) -> Answered {
    actor.check_platform()?;
    let script = script(fields)?;
    let connection = script.connection.clone();
    let played = simulation::play(&app, &actor.tenant, script).await?;
    answer::ok(&rendered(&connection, &played, &*typesetter))
}

/// One request, or a list of them.
fn script(mut fields: Fields) -> Result<Script, Problem> {
    let connection = fields.needed("connection")?;
    let requests = match fields.value("requests") {
        Some(Value::Array(requests)) => requests
            .into_iter()
            .enumerate()
            .map(|(index, value)| listed(index, value))
            .collect::<Result<Vec<_>, _>>()?,
        Some(_) => return Err(Problem::invalid("requests", "it must be an array of objects")),
        None => vec![request(&mut fields)?],
    };
    fields.end()?;
    if requests.is_empty() || requests.len() > MAX_REQUESTS {
        return Err(Problem::invalid("requests", &format!("there must be 1 to {MAX_REQUESTS} of them")));
    }
    Ok(Script { connection, requests, variables: BTreeMap::new(), patience: PATIENCE })
}

fn listed(index: usize, value: Value) -> Result<Request, Problem> {
    let place = |problem: Problem| {
        let field = problem.field.map_or_else(|| "requests".to_owned(), |field| format!("requests[{index}].{field}"));
        Problem { detail: format!("requests[{index}]: {}", problem.detail), field: Some(field), ..problem }
    };
    let Value::Object(object) = value else {
        return Err(Problem::invalid("requests", "it must be an array of objects"));
    };
    let mut fields = Fields::of(object);
    let request = request(&mut fields).map_err(place)?;
    fields.end().map_err(place)?;
    Ok(request)
}

fn request(fields: &mut Fields) -> Result<Request, Problem> {
    let method = fields.needed("method")?;
    let path = fields.needed("path")?;
    if !path.starts_with('/') {
        return Err(Problem::invalid("path", "it must be below the base URL and begin with a slash, as /Users"));
    }
    let body = match fields.value("body") {
        None | Some(Value::Null) => None,
        Some(body @ Value::Object(_)) => Some(body),
        Some(_) => return Err(Problem::invalid("body", "it must be a JSON object")),
    };
    Ok(Request {
        name: fields.text("name")?,
        method,
        path,
        headers: pairs(fields, "headers")?.into_iter().collect(),
        body,
        capture: pairs(fields, "capture")?,
        ..Request::default()
    })
}

fn pairs(fields: &mut Fields, name: &'static str) -> Result<BTreeMap<String, String>, Problem> {
    let wrong = || Problem::invalid(name, "it must be an object of strings");
    match fields.value(name) {
        None | Some(Value::Null) => Ok(BTreeMap::new()),
        Some(Value::Object(object)) => {
            let pair = |(name, value): (String, Value)| Ok((name, value.as_str().ok_or_else(wrong)?.to_owned()));
            object.into_iter().map(pair).collect()
        }
        Some(_) => Err(wrong()),
    }
}

fn rendered(connection: &str, played: &Played, typesetter: &dyn Typesetter) -> Value {
    let requests: Vec<Value> = played.answers.iter().map(|answer| predicted(answer, typesetter)).collect();
    json!({ "connection": connection, "requests": requests, "totals": totals(played) })
}

fn predicted(answer: &Predicted, typesetter: &dyn Typesetter) -> Value {
    let operation = |(index, status, refusal, foreseen): &(usize, u16, Option<Refusal>, Foreseen)| {
        json!({
            "index": index, "status": status, "detail": refusal.as_ref().map(|refusal| &refusal.detail),
            "consequences": consequences(foreseen, typesetter),
        })
    };
    json!({
        "name": answer.name,
        "method": answer.method,
        "path": answer.path,
        "status": answer.status,
        "skipped": answer.skipped,
        "body": answer.body,
        "detail": answer.refusal.as_ref().map(|refusal| &refusal.detail),
        "consequences": consequences(&answer.foreseen, typesetter),
        "existing": answer.encounter.as_ref().map(existing),
        "operations": answer.operations.iter().map(operation).collect::<Vec<_>>(),
    })
}

/// What was noted, with the mails' letters, the groups' names and the bill.
fn consequences(foreseen: &Foreseen, typesetter: &dyn Typesetter) -> Value {
    let mut told: Object = match foreseen.consequences.to_json() {
        Value::Object(told) => told,
        _ => Map::new(),
    };
    if !foreseen.mails.is_empty() {
        let mails: Vec<Value> = foreseen.mails.iter().map(|foreseen| mail(foreseen, typesetter)).collect();
        told.insert("mails".to_owned(), Value::Array(mails));
    }
    if !foreseen.roles.is_empty() {
        let role = |(id, name, role): &(_, String, crate::domain::role::Role)| {
            let id: &crate::domain::GroupId = id;
            json!({ "groupId": id.to_string(), "group": name, "role": role.as_str() })
        };
        told.insert("roles".to_owned(), foreseen.roles.iter().map(role).collect());
    }
    if let Some(outlook) = foreseen.billing {
        told.insert("billing".to_owned(), billing(outlook));
    }
    Value::Object(told)
}

fn mail(mail: &Mail, typesetter: &dyn Typesetter) -> Value {
    let set = mail.letter.as_ref().and_then(|letter| typesetter.set(letter));
    let (subject, text) = set.unzip();
    json!({
        "code": mail.noted.code,
        "status": mail.noted.status,
        "reason": mail.noted.reason,
        "inTheEnd": mail.row.status.as_str(),
        "to": mail.row.to,
        "language": mail.row.language,
        "dueAt": mail.row.due_at,
        "subject": subject,
        "text": text,
    })
}

fn billing(outlook: Outlook) -> Value {
    match outlook {
        Outlook::Begins(at) => json!({ "when": "now", "begins": at }),
        Outlook::Ends(at) => json!({ "when": "ends", "ends": at }),
        Outlook::Since(at) => json!({ "when": "already", "begins": at }),
        Outlook::WithForm => json!({ "when": "formCompleted" }),
        Outlook::WithNotification => json!({ "when": "notificationAccepted" }),
        Outlook::AfterStart(date) => json!({ "when": "startDate", "startDate": date }),
        Outlook::No => json!({ "when": "never" }),
    }
}

fn existing(encounter: &Encounter) -> Value {
    let (verdict, why) = match encounter.verdict {
        Verdict::Own => ("own", None),
        Verdict::Adopt => ("adoptable", None),
        Verdict::Refuse(why) => ("notAdoptable", Some(why)),
        Verdict::Foreign => ("otherConnection", None),
    };
    json!({ "userId": encounter.user.to_string(), "userName": encounter.user_name, "verdict": verdict, "reason": why })
}

fn totals(played: &Played) -> Value {
    let totals = Totals::of(played);
    let Budget { per_hour, left } = played.budget;
    json!({
        "requests": played.answers.len(), "refused": totals.refused, "skipped": totals.skipped, "people": totals.people,
        "mails": totals.mails, "budget": { "perHour": per_hour, "left": left, "asked": totals.asking, "held": totals.held },
    })
}
