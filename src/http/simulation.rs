//! Plays requests in a simulation, one after the other, each seeing what the ones before it did.
//!
//! Neither knows who asked (the API, a command) nor what is made of it; decides nothing.

use super::scim::rehearsal::{Answer, Sent, Surface};
use crate::app::{
    App, Error,
    requests::Refusal,
    simulations::{self, Budget, Encounter, Foreseen, Rehearsal},
};
use crate::domain::tenant::Tenant;
use axum::http::{Method, Uri};
use serde_json::Value;
use std::{collections::BTreeMap, sync::Arc, time::Duration};

/// What is to be played.
#[derive(Debug, Default)]
pub struct Script {
    /// The connection that pushes.
    pub connection: String,
    /// In their order.
    pub requests: Vec<Request>,
    /// What `${name}` stands for; answers add to it.
    pub variables: BTreeMap<String, Value>,
    /// For how long nothing else may be written.
    pub patience: Duration,
}

/// One request.
#[derive(Debug, Default)]
pub struct Request {
    /// What it is called in reports.
    pub name: Option<String>,
    /// The method.
    pub method: String,
    /// Below the base URL, with its query, percent-encoded.
    pub path: String,
    /// Headers beside those that are needed anyway.
    pub headers: Vec<(String, String)>,
    /// The JSON body.
    pub body: Option<Value>,
    /// Variable and the path of the part of the answer it takes.
    pub capture: BTreeMap<String, String>,
    /// The variable that takes the whole answer.
    pub keep: Option<String>,
    /// Why it can't be played.
    pub unplayable: Option<String>,
}

/// What was played.
#[derive(Debug)]
pub struct Played {
    /// The answers, as many as there were requests.
    pub answers: Vec<Predicted>,
    /// The mail budget as it was before.
    pub budget: Budget,
}

/// How a request would be answered, and what it would come to.
#[derive(Debug, Default)]
pub struct Predicted {
    /// What it is called in reports.
    pub name: Option<String>,
    /// The method.
    pub method: String,
    /// The path with its variables filled in.
    pub path: String,
    /// The status; none when it was not sent.
    pub status: Option<u16>,
    /// Why it was not sent.
    pub skipped: Option<String>,
    /// The answer; null for none.
    pub body: Value,
    /// Why it would be refused.
    pub refusal: Option<Refusal>,
    /// What it would come to.
    pub foreseen: Foreseen,
    /// Who is in its way.
    pub encounter: Option<Encounter>,
    /// The same of each operation of a bulk request.
    pub operations: Vec<(usize, u16, Option<Refusal>, Foreseen)>,
}

/// Plays a script and undoes it.
///
/// # Errors
/// `NotFound` for the connection, `Busy` while another simulation is under way, `Invalid` when it takes too long.
pub async fn play(app: &App, tenant: &Arc<Tenant>, script: Script) -> Result<Played, Error> {
    let rehearsal = simulations::begin(app, tenant, &script.connection).await?;
    let surface = Surface::new(rehearsal.app.clone(), &rehearsal.principal);
    let patience = script.patience;
    let played = tokio::time::timeout(patience, Play { rehearsal: &rehearsal, surface }.run(script)).await;
    rehearsal.end().await;
    played.unwrap_or_else(|_| {
        let message = format!(
            "they take longer than {} seconds together, and nothing else is written meanwhile; simulate fewer at a time",
            patience.as_secs()
        );
        Err(Error::Invalid { field: "requests", message })
    })
}

struct Play<'a> {
    rehearsal: &'a Rehearsal,
    surface: Surface,
}

impl Play<'_> {
    async fn run(self, script: Script) -> Result<Played, Error> {
        let budget = self.rehearsal.budget().await?;
        let mut variables = script.variables;
        let mut answers = Vec::with_capacity(script.requests.len());
        for (index, request) in script.requests.into_iter().enumerate() {
            let predicted = self.request(&request, &variables).await?;
            remember(&mut variables, index, &request, &predicted);
            answers.push(predicted);
        }
        for answer in &mut answers {
            self.rehearsal.look_again(&mut answer.foreseen).await?;
            for (.., foreseen) in &mut answer.operations {
                self.rehearsal.look_again(foreseen).await?;
            }
        }
        Ok(Played { answers, budget })
    }

    async fn request(&self, request: &Request, variables: &BTreeMap<String, Value>) -> Result<Predicted, Error> {
        let blank = Predicted {
            name: request.name.clone(),
            method: request.method.clone(),
            path: request.path.clone(),
            ..Predicted::default()
        };
        let (sent, path, body) = match prepared(request, variables) {
            Ok(prepared) => prepared,
            Err(why) => return Ok(Predicted { skipped: Some(why), ..blank }),
        };
        let is_new_person = sent.method == Method::POST && path.trim_end_matches('/') == "/Users";
        let answer = self.surface.answer(sent).await;
        let Answer { status, body: answered, consequences, refusal, operations } = answer;
        let mut each = Vec::with_capacity(operations.len());
        for operation in operations {
            let foreseen = self.rehearsal.explain(operation.consequences).await?;
            each.push((operation.index, operation.status, operation.refusal, foreseen));
        }
        let encounter = match body.as_ref().and_then(Value::as_object).filter(|_| is_new_person && status == 409) {
            Some(body) => self.rehearsal.encounter(body).await?,
            None => None,
        };
        let foreseen = self.rehearsal.explain(consequences).await?;
        let operations = each;
        Ok(Predicted { path, status: Some(status), body: answered, refusal, foreseen, encounter, operations, ..blank })
    }
}

/// The request with its variables filled in, or why it can't be sent.
fn prepared<'a>(
    request: &'a Request,
    variables: &BTreeMap<String, Value>,
) -> Result<(Sent<'a>, String, Option<Value>), String> {
    if let Some(why) = &request.unplayable {
        return Err(why.clone());
    }
    let path = filled(&request.path, variables)?;
    let body = request.body.as_ref().map(|body| filled_value(body, variables)).transpose()?;
    let method = request.method.to_ascii_uppercase();
    let method = method.parse().map_err(|_| format!("{method} is no method"))?;
    let uri: Uri = format!("/v2{path}").parse().map_err(|_| format!("{path} is no path"))?;
    let text = body.as_ref().map(Value::to_string);
    Ok((Sent { method, uri, headers: &request.headers, body: text }, path, body))
}

/// What later requests may refer to: `${1.id}` and what the request captures. Where somebody is there already, an identity provider would
/// match them, so their id stands for the id of the answer.
fn remember(variables: &mut BTreeMap<String, Value>, index: usize, request: &Request, predicted: &Predicted) {
    let mut answer = predicted.body.clone();
    if let (Some(encounter), Value::Object(answer)) = (&predicted.encounter, &mut answer) {
        answer.insert("id".to_owned(), Value::from(encounter.user.to_string()));
    }
    variables.insert((index + 1).to_string(), answer.clone());
    for (variable, path) in &request.capture {
        match part(&answer, path) {
            Some(value) => variables.insert(variable.clone(), value.clone()),
            None => variables.remove(variable),
        };
    }
    if let Some(variable) = &request.keep {
        variables.insert(variable.clone(), answer);
    }
}

/// A text with its `${variable}`s and `${variable.part}`s.
fn filled(text: &str, variables: &BTreeMap<String, Value>) -> Result<String, String> {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((name, after)) = after.split_once('}') else { break };
        filled.push_str(before);
        match value_of(name, variables)? {
            Value::String(text) => filled.push_str(text),
            other => filled.push_str(&other.to_string()),
        }
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}

fn value_of<'a>(name: &str, variables: &'a BTreeMap<String, Value>) -> Result<&'a Value, String> {
    let found = variables.get(name).or_else(|| {
        let (variable, path) = name.split_once('.')?;
        part(variables.get(variable)?, path)
    });
    found.ok_or_else(|| format!("${{{name}}} is not known, since the request that would tell it did not"))
}

fn filled_value(value: &Value, variables: &BTreeMap<String, Value>) -> Result<Value, String> {
    Ok(match value {
        Value::String(text) => {
            let alone =
                text.strip_prefix("${").and_then(|text| text.strip_suffix('}')).filter(|name| !name.contains('}'));
            match alone {
                Some(name) => value_of(name, variables)?.clone(),
                None => Value::String(filled(text, variables)?),
            }
        }
        Value::Array(values) => {
            Value::Array(values.iter().map(|value| filled_value(value, variables)).collect::<Result<_, _>>()?)
        }
        Value::Object(members) => {
            let filled = members.iter().map(|(name, value)| Ok((name.clone(), filled_value(value, variables)?)));
            Value::Object(filled.collect::<Result<_, String>>()?)
        }
        other => other.clone(),
    })
}

/// A part of an answer: `id`, `meta.location`, `Resources[0].id`.
fn part<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    let mut steps = path.split(['.', '[']).map(|step| step.trim_end_matches(']')).filter(|step| !step.is_empty());
    steps.try_fold(value, |value, step| match value {
        Value::Array(values) => values.get(step.parse::<usize>().ok()?),
        Value::Object(members) => members.get(step),
        _ => None,
    })
}

/// What a script comes to as a whole.
#[derive(Debug, Default)]
pub struct Totals {
    /// Requests and operations with an error.
    pub refused: usize,
    /// Requests that were not sent.
    pub skipped: usize,
    /// How many people were invited, created and so on, by the event's last word.
    pub people: BTreeMap<&'static str, usize>,
    /// How many mails of each kind are queued, held, omitted or cancelled in the end.
    pub mails: BTreeMap<&'static str, BTreeMap<&'static str, usize>>,
    /// How many mails would ask the budget of this hour.
    pub asking: usize,
    /// How many of them it would hold.
    pub held: usize,
}

impl Totals {
    /// Adds up.
    #[must_use]
    pub fn of(played: &Played) -> Self {
        let mut totals = Self::default();
        for answer in &played.answers {
            totals.skipped += usize::from(answer.skipped.is_some());
            totals.refused += usize::from(answer.status.is_some_and(|status| status >= 400));
            totals.refused += answer.operations.iter().filter(|(_, status, ..)| *status >= 400).count();
            let operations = answer.operations.iter().map(|(.., foreseen)| foreseen);
            std::iter::once(&answer.foreseen).chain(operations).for_each(|foreseen| totals.add(foreseen));
        }
        totals.held = totals.asking.saturating_sub(played.budget.left);
        totals
    }

    fn add(&mut self, foreseen: &Foreseen) {
        for kind in &foreseen.consequences.events {
            if let Some(word) = kind.as_str().strip_prefix("user.") {
                *self.people.entry(word).or_default() += 1;
            }
        }
        for mail in &foreseen.mails {
            *self.mails.entry(mail.noted.code).or_default().entry(mail.row.status.as_str()).or_default() += 1;
            self.asking += usize::from(mail.asks_budget());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn variables_are_filled_in_where_they_are_known() {
        let variables = BTreeMap::from([
            ("1".to_owned(), json!({ "id": "7", "meta": { "version": 3 } })),
            ("day".to_owned(), json!("2030-01-02")),
        ]);
        assert_eq!(filled("/Users/${1.id}?a=${day}&b=${", &variables).unwrap(), "/Users/7?a=2030-01-02&b=${");
        assert_eq!(
            filled_value(&json!({ "a": ["${1.meta}", "x${1.id}"] }), &variables).unwrap(),
            json!({ "a": [{ "version": 3 }, "x7"] })
        );
        assert!(filled("/Users/${ada.id}", &variables).unwrap_err().contains("${ada.id}"));
        assert_eq!(part(&json!({ "Resources": [{ "id": "7" }] }), "Resources[0].id"), Some(&json!("7")));
        assert_eq!(part(&json!([]), "[0].id"), None);
    }
}
