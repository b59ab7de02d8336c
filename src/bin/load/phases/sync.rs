//! The first sync of an identity provider: it asks for each person, adds them, and then pushes groups of them.

use super::Run;
use crate::{
    client::{Client, Request},
    drive::{Target, count},
    goals,
    people::{self, Person},
    report::Fact,
};
use std::{rc::Rc, time::Instant};

/// So many work at a time.
const CLIENTS: u64 = 8;
/// People of a group, who are pushed before it.
const GROUP: u64 = 50;
/// Groups of each client.
const ROUNDS: u64 = 5;

impl Run<'_> {
    pub(super) async fn first_sync(&mut self) {
        if !self.is_wanted("first sync") {
            return;
        }
        let first = self.next.get();
        let people = CLIENTS * ROUNDS * GROUP;
        self.next.set(first + people);
        let (before, began) = (self.target.watched.cpu(), Instant::now());
        let mut tasks = Vec::new();
        for client in 0..CLIENTS {
            let target = self.target.clone();
            tasks.push(tokio::task::spawn_local(part(target, first + client * ROUNDS * GROUP)));
        }
        let mut failure = None;
        for task in tasks {
            let ended = task.await.unwrap_or_else(|_| Err("a client ended badly".to_owned()));
            failure = failure.or(ended.err());
        }
        let pushed = count(usize::try_from(people).unwrap_or(usize::MAX));
        let rate = pushed / began.elapsed().as_secs_f64();
        let cpu = (self.target.watched.cpu() - before) * 1000.0 / pushed;
        let name = |what: &str| format!("first sync, 8 clients, groups of 50: {what}");
        self.measured.facts.extend([
            Fact { name: name("people a second"), value: rate, goal: Some(goals::SYNC), failure: failure.clone() },
            Fact { name: name("CPU for 1,000 people"), value: cpu, goal: None, failure },
        ]);
    }
}

/// One client's part.
async fn part(target: Target, first: u64) -> Result<(), String> {
    let mut client = target.client();
    for round in 0..ROUNDS {
        let first = first + round * GROUP;
        let mut ids = Vec::new();
        for number in first..first + GROUP {
            ids.push(person(&mut client, number).await?);
        }
        let name = format!("Synced {first}");
        let path = people::filtered("Groups", "displayName", &name) + "&excludedAttributes=members";
        expect(&mut client, &Request::get(path), 200).await?;
        let group = made(&mut client, &Request::with("POST", "/Groups", people::group(&name))).await?;
        let members = people::add(ids.iter().map(String::as_str));
        expect(&mut client, &Request::with("PATCH", format!("/Groups/{group}"), members), 200).await?;
    }
    Ok(())
}

async fn person(client: &mut Client, number: u64) -> Result<String, String> {
    let name = people::user_name(number);
    expect(client, &Request::get(people::filtered("Users", "userName", &name)), 200).await?;
    let body = people::body(&name, &people::external_id(number), "Engineer");
    made(client, &Request::with("POST", "/Users", body)).await
}

/// The id of what was made.
///
/// # Errors
/// What was answered instead.
pub(super) async fn made(client: &mut Client, request: &Request) -> Result<String, String> {
    #[derive(serde::Deserialize)]
    struct Made {
        id: String,
    }
    expect(client, request, 201).await?;
    let made: Result<Made, _> = serde_json::from_slice(&client.body);
    made.map(|made| made.id).map_err(|error| format!("{} was answered without an id: {error}", request.path))
}

pub(super) async fn expect(client: &mut Client, request: &Request, status: u16) -> Result<(), String> {
    let answered = client.send(request).await?;
    if answered == status || (request.method == "PATCH" && answered == 204) {
        return Ok(());
    }
    let told = String::from_utf8_lossy(client.body.get(..client.body.len().min(200)).unwrap_or_default()).into_owned();
    Err(format!("{} {} was answered {answered}: {told}", request.method, request.path))
}

/// People added now, who are in no group.
///
/// # Errors
/// What was answered instead.
pub(super) async fn newcomers(run: &Run<'_>, number: u64) -> Result<Rc<Vec<Person>>, String> {
    let mut client = run.target.client();
    let first = run.next.replace(run.next.get() + number);
    let mut newcomers = Vec::new();
    for number in first..first + number {
        let id = person(&mut client, number).await?;
        newcomers.push(Person { id, user_name: people::user_name(number), external_id: people::external_id(number) });
    }
    Ok(Rc::new(newcomers))
}
