//! Plays the steps of one case: sends, judges, remembers.

use crate::{
    http::{Answer, Client, Request},
    judge::judge,
    made::Made,
    model::{Parallel, Step, status_matches},
    outcome::{Exchange, Failure},
    path,
    request::{Frame, request, target},
    variables::{Missing, Variables},
};
use serde_json::{Value, json};
use tokio::task::JoinSet;

mod pages;

/// A case under way.
#[derive(Debug)]
pub struct Play<'a> {
    pub client: &'a Client,
    pub made: &'a Made,
    pub frame: Frame,
    pub variables: Variables,
    pub requests: usize,
}

impl Play<'_> {
    /// Plays one step, with its repetitions; the first that fails ends it.
    ///
    /// # Errors
    /// What went wrong.
    pub async fn step(&mut self, step: &Step) -> Result<(), Failure> {
        let times = step.repeat.unwrap_or(1);
        for i in 1..=times {
            if step.repeat.is_some() {
                count(&mut self.variables, i);
            }
            let name = name_of(step);
            let name = if times > 1 { format!("{name} #{i}") } else { name };
            let played = if let Some(parallel) = &step.parallel {
                self.parallel(&name, parallel).await
            } else if let Some(paginate) = &step.paginate {
                pages::walk(self, &name, step, paginate).await
            } else {
                self.once(&name, step).await
            };
            played.map_err(|error| error.named(&name))?;
        }
        Ok(())
    }

    async fn once(&mut self, name: &str, step: &Step) -> Result<(), StepError> {
        let request = request(step, &self.frame, &self.variables)?;
        let answer = match self.exchange(name, &request).await {
            Err(_) if step.expect.may_close => return Ok(()),
            answered => answered?,
        };
        let mut expect = step.expect.clone();
        if step.create.is_some() && matches!(expect.status, crate::model::Statuses::Success) && expect.any_of.is_empty()
        {
            expect.status = crate::model::Statuses::One(crate::model::StatusPattern::Exact(201));
        }
        let mut problems = judge(&expect, &answer, &self.variables)?;
        if problems.is_empty() {
            problems = self.remember(step, &answer)?;
        }
        if problems.is_empty() {
            return Ok(());
        }
        let sent = Some(Exchange::new(&request, Some(&answer)));
        Err(StepError::failed(Failure { step: name.to_owned(), sent, problems }))
    }

    /// Sends, and keeps the books of what was made.
    async fn exchange(&mut self, name: &str, request: &Request) -> Result<Answer, StepError> {
        self.requests += 1;
        match self.client.send(request).await {
            Ok(answer) => {
                self.made.note(request, &answer);
                Ok(answer)
            }
            Err(why) => {
                let sent = Some(Exchange::new(request, None));
                Err(StepError::failed(Failure { step: name.to_owned(), sent, problems: vec![why] }))
            }
        }
    }

    fn remember(&mut self, step: &Step, answer: &Answer) -> Result<Vec<String>, Missing> {
        let mut problems = Vec::new();
        if let Some(name) = &step.known_as {
            let name = self.variables.text(name)?;
            match &answer.json {
                Some(body) => self.variables.set(&name, body.clone()),
                None => problems.push(format!("body: no JSON to be remembered as {name}")),
            }
        }
        for (name, path) in &step.capture {
            let (name, path) = (self.variables.text(name)?, self.variables.text(path)?);
            match answer.json.as_ref().and_then(|body| path::get(body, &path)) {
                Some(value) => self.variables.set(&name, value),
                None => problems.push(format!("{path}: missing, to be remembered as {name}")),
            }
        }
        for (name, header) in &step.capture_header {
            match answer.headers.get(&header.to_lowercase()) {
                Some(value) => self.variables.set(name, json!(value)),
                None => problems.push(format!("header {header}: missing, to be remembered as {name}")),
            }
        }
        Ok(problems)
    }

    async fn parallel(&mut self, name: &str, parallel: &Parallel) -> Result<(), StepError> {
        let mut requests = Vec::new();
        for i in 1..=parallel.times {
            count(&mut self.variables, i);
            for step in &parallel.steps {
                requests.push(request(step, &self.frame, &self.variables)?);
            }
        }
        let shown = requests.first().map(|request| Exchange::new(request, None));
        self.requests += requests.len();
        let mut sending = JoinSet::new();
        for request in requests {
            let client = self.client.clone();
            sending.spawn(async move { (client.send(&request).await, request) });
        }
        let mut answers = Vec::new();
        while let Some(sent) = sending.join_next().await {
            let failed = |why: String| Failure { step: name.to_owned(), sent: shown.clone(), problems: vec![why] };
            let (answer, request) = sent.map_err(|error| StepError::failed(failed(error.to_string())))?;
            let answer = answer.map_err(|why| StepError::failed(failed(why)))?;
            self.made.note(&request, &answer);
            answers.push((request, answer));
        }
        judge_tally(name, parallel, &answers)
    }
}

fn judge_tally(name: &str, parallel: &Parallel, answers: &[(Request, Answer)]) -> Result<(), StepError> {
    let among = |pattern: &str| answers.iter().filter(|(_, answer)| status_matches(pattern, answer.status)).count();
    let fits = parallel.tally.iter().all(|(pattern, wanted)| among(pattern) == *wanted);
    let all: usize = parallel.tally.values().sum();
    if fits && all == answers.len() {
        return Ok(());
    }
    let mut statuses: Vec<u16> = answers.iter().map(|(_, answer)| answer.status).collect();
    statuses.sort_unstable();
    let unexpected =
        answers.iter().find(|(_, answer)| !parallel.tally.keys().any(|pattern| status_matches(pattern, answer.status)));
    let shown = unexpected.or(answers.first()).map(|(request, answer)| Exchange::new(request, Some(answer)));
    let problem = format!("statuses of {} at once: got {statuses:?}, expected {:?}", answers.len(), parallel.tally);
    Err(StepError::failed(Failure { step: name.to_owned(), sent: shown, problems: vec![problem] }))
}

/// Why a step ended early.
#[derive(Debug)]
enum StepError {
    Failed(Box<Failure>),
    Missing(Missing),
}

impl From<Missing> for StepError {
    fn from(missing: Missing) -> Self {
        Self::Missing(missing)
    }
}

impl StepError {
    fn failed(failure: Failure) -> Self {
        Self::Failed(Box::new(failure))
    }

    fn named(self, step: &str) -> Failure {
        match self {
            Self::Failed(failure) => *failure,
            Self::Missing(Missing(name)) => {
                Failure::only(step, format!("needs ${{{name}}}, which no earlier answer gave"))
            }
        }
    }
}

fn count(variables: &mut Variables, i: usize) {
    variables.set("i", json!(i));
    variables.set("i3", Value::String(format!("{i:03}")));
}

fn name_of(step: &Step) -> String {
    if let Some(name) = &step.name {
        return name.clone();
    }
    match (&step.create, &step.known_as) {
        (Some(endpoint), Some(name)) => format!("create {name} in {endpoint}"),
        _ if step.parallel.is_some() => "at once".to_owned(),
        _ => {
            let (method, path) = target(step);
            format!("{method} {path}")
        }
    }
}
