//! People: reads, writes, pages and the walk of all.

use super::{Run, newcomer, totals};
use crate::{
    client::{Request, find},
    drive::{Load, Pace, Turn, count},
    goals,
    people::{self, Page, Person},
    report::Fact,
    say,
};
use std::{
    collections::HashSet,
    rc::Rc,
    time::{Duration, Instant},
};

/// People on a page.
const PAGE: usize = 100;
/// After so long a server remembers by number where people stand: those who came lately may still be joined by others before them.
const SETTLED: Duration = Duration::from_secs(31);
/// So many people are made equal to what is then pushed again.
const UNCHANGED: usize = 256;

/// How the walk of all people went.
struct Walk {
    load: Load,
    people: Vec<Person>,
}

impl Run<'_> {
    /// Reads all people as an identity provider imports them. The others need to know them, so it is always made.
    pub(super) async fn walk(&mut self) -> Result<(), String> {
        let walk = self.walked().await?;
        let met: HashSet<&str> = walk.people.iter().map(|person| person.id.as_str()).collect();
        let met = u64::try_from(met.len()).unwrap_or(u64::MAX);
        let rate = count(walk.people.len()) / seconds(&walk.load);
        self.row("page of a walk, 100 people", 1, walk.load, Some(goals::PAGE));
        let failure =
            (met != self.measured.people).then(|| format!("{met} of {} people were met", self.measured.people));
        let twice = walk.people.len().saturating_sub(usize::try_from(met).unwrap_or(usize::MAX));
        let name = "walk of all people by startIndex, people a second".to_owned();
        self.measured.facts.push(Fact { name, value: rate, goal: None, failure });
        self.fact("people met twice in the walk", count(twice), goals::Bound::Most(0.0));
        if walk.people.is_empty() {
            return Err("there is nobody on the server".to_owned());
        }
        self.people = Rc::new(walk.people);
        Ok(())
    }

    async fn walked(&self) -> Result<Walk, String> {
        let mut client = self.target.client();
        let mut walk = Walk { load: Load::default(), people: Vec::new() };
        let before = self.target.watched.cpu();
        loop {
            let request = Request::get(format!("/Users?startIndex={}&count={PAGE}", walk.people.len() + 1));
            let sent = Instant::now();
            let status = client.send(&request).await?;
            let delay = sent.elapsed();
            let page: Page = serde_json::from_slice(&client.body)
                .map_err(|error| format!("the walk was answered {status} and no list: {error}"))?;
            walk.load.requests += 1;
            walk.load.elapsed += delay;
            walk.load.delays.push(u32::try_from(delay.as_micros()).unwrap_or(u32::MAX));
            let is_last = page.people.len() < PAGE || count(walk.people.len() + PAGE) >= whole(page.total);
            walk.people.extend(page.people);
            if is_last {
                walk.load.cpu = self.target.watched.cpu() - before;
                walk.load.delays.sort_unstable();
                return Ok(walk);
            }
        }
    }

    pub(super) async fn reads(&mut self) {
        let people = &Rc::clone(&self.people);
        self.by_all("GET by id", goals::READ, |_| {
            let people = Rc::clone(people);
            let next = move |turn: Turn| Request::get(format!("/Users/{}", one(&people, turn).id));
            (next, |_: &Request, status, body: &[u8]| status == 200 && body.len() > 100)
        })
        .await;
        self.by_all("userName probe, found", goals::READ, |_| {
            let people = Rc::clone(people);
            let next = move |turn: Turn| probe("userName", &one(&people, turn).user_name);
            (next, |_: &Request, status, body: &[u8]| status == 200 && totals(body, 1))
        })
        .await;
        self.by_all("userName probe, not found", goals::READ, |_| {
            let next = |turn: Turn| probe("userName", &format!("nobody-{}-{}@example.com", turn.client, turn.step));
            (next, |_: &Request, status, body: &[u8]| status == 200 && totals(body, 0))
        })
        .await;
        self.by_all("externalId probe", goals::READ, |_| {
            let people = Rc::clone(people);
            let next = move |turn: Turn| probe("externalId", &one(&people, turn).external_id);
            (next, |_: &Request, status, body: &[u8]| status == 200 && totals(body, 1))
        })
        .await;
    }

    pub(super) async fn writes(&mut self) {
        let (people, next) = (&Rc::clone(&self.people), &Rc::clone(&self.next));
        self.by_all("POST, invite", goals::POST, |_| {
            let next = Rc::clone(next);
            (move |_: Turn| newcomer(&next), |_: &Request, status, _: &[u8]| status == 201)
        })
        .await;
        self.by_all("PATCH active", goals::CHANGE, |_| {
            let people = Rc::clone(people);
            // Off and on again, by the same client, so that every request changes something.
            let next = move |turn: Turn| {
                let id = person(&people, turn.next(turn.step / 2, people.len())).id;
                Request::with("PATCH", format!("/Users/{id}"), people::switch(word(turn.step % 2 == 1)))
            };
            (next, is_switched)
        })
        .await;
        self.by_all("PUT", goals::CHANGE, |clients| {
            let people = Rc::clone(people);
            let next = move |turn: Turn| {
                let title = format!("Engineer {clients}-{}-{}", turn.client, turn.step);
                put(&person(&people, turn.next(turn.step, people.len())), &title)
            };
            (next, |_: &Request, status, _: &[u8]| status == 200)
        })
        .await;
        self.repeated().await;
    }

    /// Writes that change nothing, of people who were pushed just so before.
    async fn repeated(&mut self) {
        if !self.is_wanted("PUT that changes nothing") && !self.is_wanted("PATCH that changes nothing") {
            return;
        }
        let some: Vec<Person> = self.people.iter().take(UNCHANGED).cloned().collect();
        let some = &Rc::new(some);
        let people = Rc::clone(some);
        let pace = Pace { clients: 1, window: Duration::MAX, most: some.len() };
        let made = self.target.load(
            pace,
            move |turn| put(&person(&people, turn.step), "Engineer"),
            |_, status, _| status == 200,
        );
        if let Some(why) = made.await.first_error {
            say(&format!("people could not be made equal to what is pushed again: {why}"));
        }
        let before = self.versions(some).await;
        self.by_all("PATCH that changes nothing", goals::NOTHING, |_| {
            let people = Rc::clone(some);
            let next = move |turn: Turn| {
                Request::with("PATCH", format!("/Users/{}", one(&people, turn).id), people::switch("true"))
            };
            (next, |_: &Request, status, _: &[u8]| status == 200)
        })
        .await;
        self.by_all("PUT that changes nothing", goals::NOTHING, |_| {
            let people = Rc::clone(some);
            (move |turn: Turn| put(&one(&people, turn), "Engineer"), |_: &Request, status, _: &[u8]| status == 200)
        })
        .await;
        let after = self.versions(some).await;
        let changed = before.iter().zip(&after).filter(|(before, after)| before != after).count();
        self.fact("people changed by writes that change nothing", count(changed), goals::Bound::Most(0.0));
    }

    /// The version of each.
    async fn versions(&self, people: &[Person]) -> Vec<Option<String>> {
        let mut client = self.target.client();
        let mut versions = Vec::new();
        for person in people {
            let status = client.send(&Request::get(format!("/Users/{}", person.id))).await;
            let body: Option<serde_json::Value> = serde_json::from_slice(&client.body).ok();
            let version = body.and_then(|body| Some(body.get("meta")?.get("version")?.as_str()?.to_owned()));
            versions.push(version.filter(|_| status == Ok(200)));
        }
        versions
    }

    pub(super) async fn pages(&mut self) {
        let is_full = |_: &Request, status, body: &[u8]| status == 200 && body.len() > 10_000;
        let first = || Request::get(format!("/Users?startIndex=1&count={PAGE}"));
        self.by_one("first page, 100 people", goals::PAGE, move |_| first(), is_full).await;
        // As many as there are by now: some were added meanwhile.
        let mut client = self.target.client();
        let told = client.send(&Request::get("/Users?count=1")).await;
        let page: Option<Page> = serde_json::from_slice(&client.body).ok().filter(|_| told == Ok(200));
        let last = page.map_or(1, |page| page.total.saturating_sub(99).max(1));
        let next = move |_| Request::get(format!("/Users?startIndex={last}&count={PAGE}"));
        tokio::time::sleep(SETTLED).await;
        self.by_one("last page, 100 people", goals::PAGE, next, is_full).await;
        self.compare("last page, times the first", "last page, 100 people", "first page, 100 people");
    }
}

fn is_switched(request: &Request, status: u16, body: &[u8]) -> bool {
    let sent = request.body.as_deref().unwrap_or_default();
    let is_on = find(sent, b"\"value\":true").is_some();
    let shown: &[u8] = if is_on { b"\"active\":true" } else { b"\"active\":false" };
    status == 200 && find(body, shown).is_some()
}

fn word(flag: bool) -> &'static str {
    if flag { "true" } else { "false" }
}

fn probe(attribute: &str, value: &str) -> Request {
    Request::get(people::filtered("Users", attribute, value))
}

fn put(person: &Person, title: &str) -> Request {
    let body = people::body(&person.user_name, &person.external_id, title);
    Request::with("PUT", format!("/Users/{}", person.id), body)
}

/// Somebody whom no other client has at this moment.
fn one(people: &[Person], turn: Turn) -> Person {
    person(people, turn.own(people.len()))
}

/// There is somebody, or the walk would have ended the run.
fn person(people: &[Person], index: usize) -> Person {
    let nobody = || Person { id: String::new(), user_name: String::new(), external_id: String::new() };
    people.get(index % people.len().max(1)).cloned().unwrap_or_else(nobody)
}

fn seconds(load: &Load) -> f64 {
    load.elapsed.as_secs_f64().max(f64::MIN_POSITIVE)
}

fn whole(number: u64) -> f64 {
    count(usize::try_from(number).unwrap_or(usize::MAX))
}
