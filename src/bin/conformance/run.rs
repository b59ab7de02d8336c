//! Runs the chosen cases one after the other, and cleans up behind each.

use crate::{
    http::Client,
    made::Made,
    model::Step,
    outcome::{End, Failure, Outcome},
    play::Play,
    request::Frame,
    select::Selection,
    server::Server,
    suite::{Case, Suite, Topic},
    variables::Variables,
};
use std::time::Instant;

/// How a run treats what it finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// What nobody has seen on the wire is reported apart.
    Apart,
    /// It counts like everything else.
    Counts,
}

/// A run over one server.
#[derive(Debug)]
pub struct Run<'a> {
    pub client: &'a Client,
    pub server: &'a Server,
    pub suite: &'a Suite,
    pub selection: &'a Selection,
    pub doubt: Doubt,
    pub made: &'a Made,
}

/// What a run brought.
#[derive(Debug, Default)]
pub struct Results {
    pub outcomes: Vec<Outcome>,
    /// What was made and could not be deleted.
    pub left: Vec<String>,
}

/// A trace's end, for one that goes on from there.
type Ended = Option<(String, Variables)>;

impl Run<'_> {
    /// Runs everything; `seen` hears of each outcome at once.
    pub async fn all(&self, seen: impl Fn(&Outcome)) -> Results {
        let mut results = Results::default();
        for topic in &self.suite.topics {
            let cases: Vec<&Case> = topic.cases.iter().filter(|case| self.selection.chooses(topic, case)).collect();
            if !cases.is_empty() {
                self.topic(topic, &cases, &mut results, &seen).await;
            }
        }
        results
    }

    async fn topic(&self, topic: &Topic, cases: &[&Case], results: &mut Results, seen: &impl Fn(&Outcome)) {
        let mark = self.made.mark();
        let runnable = cases.iter().any(|case| self.lacks(topic, case).is_none());
        let (shared, broken) = self.set_up(topic, runnable).await;
        let mut ended: Ended = None;
        let mut kept = self.made.mark();
        for (at, case) in cases.iter().enumerate() {
            let follower = cases.get(at + 1).copied();
            let mut outcome = Outcome::new(&topic.name, case, End::Passed);
            if let Some(lack) = self.lacks(topic, case) {
                outcome.end = End::Skipped(lack);
            } else if let Some(failure) = &broken {
                outcome.end = End::Failed(vec![failure.clone()]);
            } else {
                // What a trace leaves for the next one goes with that one.
                kept = if is_follower(case) { kept } else { self.made.mark() };
                ended = self.case(case, &shared, ended, &mut outcome).await;
                if !follower.is_some_and(|follower| goes_on(follower, case)) {
                    results.left.extend(self.made.delete_since(kept, self.client).await);
                }
            }
            seen(&outcome);
            results.outcomes.push(outcome);
        }
        results.left.extend(self.made.delete_since(mark, self.client).await);
    }

    async fn set_up(&self, topic: &Topic, runnable: bool) -> (Variables, Option<Failure>) {
        let mut play = self.play(Variables::new(self.client.base()), Frame::default());
        if runnable {
            for step in &topic.setup {
                if let Err(mut failure) = play.step(step).await {
                    failure.step = format!("setup of {}: {}", topic.name, failure.step);
                    return (play.variables, Some(failure));
                }
            }
        }
        (play.variables, None)
    }

    async fn case(&self, case: &Case, shared: &Variables, before: Ended, outcome: &mut Outcome) -> Ended {
        let start = Instant::now();
        let mut play = self.play(shared.fork(), frame(case));
        if let Some(name) = case.recording.as_ref().and_then(|recording| recording.after.clone()) {
            let Some((_, variables)) = before.filter(|(ended, _)| *ended == format!("trace/{name}")) else {
                outcome.end = End::Skipped(format!("goes on where {name} ends, which was not run"));
                return None;
            };
            play.variables = variables;
        }
        let mut failures = prepare(case, &mut play);
        for step in &case.steps {
            let Err(failure) = play.step(step).await else { continue };
            if self.doubt == Doubt::Apart && is_unsure(case, step) {
                outcome.unsure.push(failure);
                continue;
            }
            failures.push(failure);
            // A trace goes on: an identity provider would, too.
            if case.recording.is_none() {
                break;
            }
        }
        if !failures.is_empty() {
            outcome.end = End::Failed(failures);
        }
        outcome.requests = play.requests;
        outcome.seconds = start.elapsed().as_secs_f64();
        Some((case.id.clone(), play.variables))
    }

    fn play(&self, variables: Variables, frame: Frame) -> Play<'_> {
        Play { client: self.client, made: self.made, frame, variables, requests: 0 }
    }

    fn lacks(&self, topic: &Topic, case: &Case) -> Option<String> {
        topic.needs.iter().chain(&case.needs).find_map(|need| self.server.lacks(need))
    }
}

/// Sets the variables a trace begins with.
fn prepare(case: &Case, play: &mut Play<'_>) -> Vec<Failure> {
    let mut failures = Vec::new();
    for (name, value) in case.recording.iter().flat_map(|recording| &recording.vars) {
        match play.variables.fill(value) {
            Ok(value) => play.variables.set(name, value),
            Err(missing) => failures.push(Failure::only("vars", format!("needs ${{{}}}", missing.0))),
        }
    }
    failures
}

fn frame(case: &Case) -> Frame {
    case.recording.as_ref().map_or_else(Frame::default, |recording| Frame {
        headers: recording.headers.clone(),
        content_type_on_get: recording.content_type_on_get,
    })
}

fn is_unsure(case: &Case, step: &Step) -> bool {
    step.unsure || case.recording.as_ref().is_some_and(|recording| recording.unsure)
}

fn is_follower(case: &Case) -> bool {
    case.recording.as_ref().is_some_and(|recording| recording.after.is_some())
}

fn goes_on(follower: &Case, case: &Case) -> bool {
    let after = follower.recording.as_ref().and_then(|recording| recording.after.as_ref());
    after.is_some_and(|name| case.id == format!("trace/{name}"))
}
