//! What is measured, one after the other, on one engine with so many people.

mod groups;
mod sync;
mod users;

use crate::{
    Arguments, Engine,
    client::{Request, find},
    drive::{Load, Pace, Target, Turn},
    goals::{self, Bound},
    people::{self, Person},
    processes::Memory,
    report::{Fact, Measured, Row},
    say,
    server::{Place, Server},
    workshop::Workshop,
};
use std::{cell::Cell, rc::Rc, time::Duration};

/// So often the server is started to see how long that takes.
const STARTS: usize = 3;
/// Groups are as large as this, as far as there are people for them.
const SIZES: [u64; 4] = [10, 1_000, 10_000, 100_000];
/// No phase makes more requests than this.
const MOST: usize = 1_000_000;
/// People are pushed with so many clients where the server can't fill its database by itself.
const PUSHING: usize = 16;

/// One engine with so many people, from an empty database to the last figure.
///
/// # Errors
/// Where a program can't be run. What a request is answered with is no error of ours but a failed row.
pub async fn measure(
    workshop: &Workshop,
    arguments: &Arguments,
    engine: Engine,
    people: u64,
) -> Result<Measured, String> {
    say(&format!("{} with {people} people: filling", engine.name()));
    let place = Place::prepare(workshop, engine, &format!("{}-{people}", engine.name()))?;
    fill(&place, people).await?;
    place.tidy()?;
    if arguments.hold {
        return hold(&place, engine, people).await;
    }
    let (server, startup) = started(&place).await?;
    server.settle().await;
    let idle = server.memory();
    let target = target(&place, &server);
    let mut run = Run::new(arguments, target, Measured { engine, people, rows: Vec::new(), facts: Vec::new() });
    run.fact("start-up to the first 200, ms", startup, goals::STARTUP);
    run.memory("idle", idle, goals::IDLE);
    run.walk().await?;
    // Before anybody is added: for half a minute a server does not remember by number where newcomers stand.
    run.pages().await;
    run.first_sync().await;
    run.reads().await;
    run.writes().await;
    run.groups().await?;
    run.memory("after it all", server.memory(), goals::LOADED);
    server.stop();
    Ok(run.measured)
}

/// Groups that fit; beside a size that is there, no smaller one than it takes to compare.
fn sizes(people: u64) -> Vec<u64> {
    let fitting: Vec<u64> = SIZES.into_iter().filter(|size| *size <= people).collect();
    let is_large = fitting.contains(&10_000);
    fitting.into_iter().filter(|size| !is_large || *size != 1_000).collect()
}

async fn fill(place: &Place, people: u64) -> Result<(), String> {
    if place.can_seed() {
        let groups = sizes(people).iter().map(u64::to_string).collect::<Vec<_>>().join(",");
        let number = people.to_string();
        let mut words = vec!["seed", &number, "--connection", "load"];
        if !groups.is_empty() {
            words.extend(["--groups", &groups]);
        }
        return place.command(&words).map(|told| say(&told));
    }
    say("this build has no `usher seed` (cargo build --features seed): pushing people one by one");
    let server = place.serve().await?;
    let target = target(place, &server);
    push(&target, people).await?;
    groups::build(&target, people).await?;
    server.stop();
    Ok(())
}

async fn push(target: &Target, people: u64) -> Result<(), String> {
    let next = Rc::new(Cell::new(1));
    let most = usize::try_from(people).unwrap_or(usize::MAX);
    let pace = Pace { clients: PUSHING, window: Duration::MAX, most };
    let load = target.load(pace, move |_| newcomer(&next), |_, status, _| status == 201).await;
    load.first_error.map_or(Ok(()), |why| Err(format!("people can't be pushed: {why}")))
}

/// A POST of the next person.
fn newcomer(next: &Cell<u64>) -> Request {
    let number = next.replace(next.get() + 1);
    let body = people::body(&people::user_name(number), &people::external_id(number), "Engineer");
    Request::with("POST", "/Users", body)
}

fn target(place: &Place, server: &Server) -> Target {
    Target { address: place.address().to_owned(), token: place.token.clone(), watched: server.watched.clone() }
}

/// Starts the server several times; answers the last one and the middle time, in milliseconds.
async fn started(place: &Place) -> Result<(Server, f64), String> {
    let mut times = Vec::new();
    loop {
        let server = place.serve().await?;
        times.push(server.startup);
        if times.len() == STARTS {
            times.sort_unstable();
            let middle = times.get(STARTS / 2).copied().unwrap_or_default();
            return Ok((server, middle.as_secs_f64() * 1000.0));
        }
        server.stop();
    }
}

/// Lets somebody else load the server until an interrupt.
async fn hold(place: &Place, engine: Engine, people: u64) -> Result<Measured, String> {
    let server = place.serve().await?;
    say(&format!("http://{}/scim/v2 {}", place.address(), place.token));
    std::future::pending::<()>().await;
    server.stop();
    Ok(Measured { engine, people, rows: Vec::new(), facts: Vec::new() })
}

/// What phases share.
struct Run<'a> {
    arguments: &'a Arguments,
    target: Target,
    measured: Measured,
    people: Rc<Vec<Person>>,
    /// The number of the next new person.
    next: Rc<Cell<u64>>,
}

impl<'a> Run<'a> {
    fn new(arguments: &'a Arguments, target: Target, measured: Measured) -> Self {
        let next = Rc::new(Cell::new(measured.people + 1));
        Self { arguments, target, measured, people: Rc::default(), next }
    }

    fn fact(&mut self, name: &str, value: f64, goal: impl Into<Option<Bound>>) {
        self.measured.facts.push(Fact { name: name.to_owned(), value, goal: goal.into(), failure: None });
    }

    fn memory(&mut self, when: &str, memory: Option<Memory>, goal: Bound) {
        let (all, files) = memory.map_or((f64::NAN, f64::NAN), |memory| (memory.all, memory.files));
        self.fact(&format!("memory of the server, {when}, MiB"), all, goal);
        self.fact(&format!("memory of the server, {when}, of it files that are mapped, MiB"), files, None);
    }

    fn is_wanted(&self, request: &str) -> bool {
        self.arguments.only.is_empty() || self.arguments.only.iter().any(|text| request.contains(text.as_str()))
    }

    fn pace(&self, clients: usize) -> Pace {
        Pace { clients, window: self.arguments.window, most: MOST }
    }

    fn row(&mut self, request: &str, clients: usize, load: Load, goal: Option<f64>) {
        let cpu = goals::figure(load.cpu_per_thousand());
        say(&format!("{request}, {clients} clients: {} a second, CPU {cpu}", goals::figure(load.rate())));
        self.measured.rows.push(Row { request: request.to_owned(), clients, load, goal });
    }

    /// A request by each number of clients; the goal is for one of them.
    async fn by_all<N, R>(&mut self, request: &str, goal: f64, phase: impl Fn(usize) -> (N, R))
    where
        N: Fn(Turn) -> Request + 'static,
        R: Fn(&Request, u16, &[u8]) -> bool + 'static,
    {
        if !self.is_wanted(request) {
            return;
        }
        for clients in self.arguments.clients.clone() {
            let (next, is_right) = phase(clients);
            let load = self.target.load(self.pace(clients), next, is_right).await;
            self.row(request, clients, load, (clients == goals::CLIENTS).then_some(goal));
        }
    }

    /// A request by one client.
    async fn by_one(
        &mut self,
        request: &str,
        goal: impl Into<Option<f64>>,
        next: impl Fn(Turn) -> Request + 'static,
        is_right: impl Fn(&Request, u16, &[u8]) -> bool + 'static,
    ) {
        if self.is_wanted(request) {
            let load = self.target.load(self.pace(1), next, is_right).await;
            self.row(request, 1, load, goal.into());
        }
    }

    /// The figure of a request by one client, if it was measured.
    fn cost(&self, request: &str) -> Option<f64> {
        let row = self.measured.rows.iter().find(|row| row.request == request && row.clients == 1)?;
        (row.load.errors == 0).then(|| row.load.cpu_per_thousand())
    }

    /// One request's cost beside another's.
    fn compare(&mut self, name: &str, dear: &str, cheap: &str) {
        if let (Some(dear), Some(cheap)) = (self.cost(dear), self.cost(cheap)) {
            self.fact(name, dear / cheap, Bound::Most(goals::SPREAD));
        }
    }
}

/// Whether a list holds so many.
fn totals(body: &[u8], number: u64) -> bool {
    let text = format!("\"totalResults\":{number}");
    find(body, text.as_bytes()).is_some_and(|at| !body.get(at + text.len()).is_some_and(u8::is_ascii_digit))
}
