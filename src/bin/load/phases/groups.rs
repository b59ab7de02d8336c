//! Groups of any size: one member more or less, by one client and by many, and reads that leave the members out.

use super::{
    Run, sizes,
    sync::{expect, made, newcomers},
    totals,
};
use crate::{
    client::{Client, Request, find},
    drive::{Pace, Target, Turn, count},
    goals::{self, Bound},
    people::{self, Page, Person},
};
use std::{cell::Cell, collections::HashSet, rc::Rc, time::Duration};

/// So many members are pushed at a time where a group is built over HTTP.
const PUSHED: usize = 500;
/// So many clients add a member each, several times, to the same group.
const CROWD: usize = 16;
const ADDED: usize = 64;

#[derive(serde::Deserialize)]
struct Group {
    id: String,
    #[serde(default)]
    members: Vec<Member>,
}

#[derive(serde::Deserialize)]
struct Member {
    value: String,
}

#[derive(serde::Deserialize)]
struct Found {
    #[serde(rename = "Resources", default = "Vec::new")]
    groups: Vec<Group>,
}

/// Builds the groups that `usher seed` would have built.
///
/// # Errors
/// What was answered instead.
pub(super) async fn build(target: &Target, people: u64) -> Result<(), String> {
    let mut client = target.client();
    for size in sizes(people) {
        let group = made(&mut client, &Request::with("POST", "/Groups", people::group(&name(size)))).await?;
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let mut done = 0;
        while done < size {
            let number = PUSHED.min(size - done);
            expect(&mut client, &Request::get(format!("/Users?startIndex={}&count={number}", done + 1)), 200).await?;
            let page: Page = serde_json::from_slice(&client.body).map_err(|error| error.to_string())?;
            let members = people::add(page.people.iter().map(|person| person.id.as_str()));
            expect(&mut client, &Request::with("PATCH", format!("/Groups/{group}"), members), 200).await?;
            done += number;
        }
    }
    Ok(())
}

fn name(size: u64) -> String {
    format!("Group of {size}")
}

fn change(size: u64) -> String {
    format!("add and remove a member, group of {size}")
}

fn read(size: u64) -> String {
    format!("GET without members, group of {size}")
}

impl Run<'_> {
    pub(super) async fn groups(&mut self) -> Result<(), String> {
        let sizes = sizes(self.measured.people);
        let outsiders = newcomers(self, u64::try_from(ADDED).unwrap_or(0)).await?;
        let mut client = self.target.client();
        for size in &sizes {
            let id = found(&mut client, &name(*size)).await?;
            self.changes(*size, &id, &outsiders).await;
            self.reads_of(*size, &id).await;
        }
        if let (Some(small), Some(large)) = (sizes.first(), sizes.last())
            && small < large
        {
            let times = |what: &str| format!("{what}, group of {large}, times group of {small}");
            self.compare(&times("add and remove a member"), &change(*large), &change(*small));
            self.compare(&times("GET without members"), &read(*large), &read(*small));
        }
        if self.is_wanted("lost") {
            self.crowd(&mut client, &outsiders).await?;
        }
        Ok(())
    }

    /// One member more and one less, in turn, so that the group stays as large as it is.
    async fn changes(&mut self, size: u64, group: &str, outsiders: &Rc<Vec<Person>>) {
        let (group, outsiders) = (group.to_owned(), Rc::clone(outsiders));
        let next = move |turn: Turn| {
            let id = outsiders.get(turn.step / 2 % outsiders.len().max(1)).map(|person| person.id.as_str());
            let id = id.unwrap_or_default();
            let body = if turn.step.is_multiple_of(2) { people::add(std::iter::once(id)) } else { people::remove(id) };
            Request::with("PATCH", format!("/Groups/{group}"), body)
        };
        self.by_one(&change(size), goals::MEMBER, next, |_, status, _| matches!(status, 200 | 204)).await;
    }

    async fn reads_of(&mut self, size: u64, group: &str) {
        let path = format!("/Groups/{group}?excludedAttributes=members");
        let is_bare = |body: &[u8]| find(body, b"\"members\"").is_none();
        let next = move |_| Request::get(path.clone());
        self.by_one(&read(size), goals::MEMBER, next, move |_, status, body| status == 200 && is_bare(body)).await;
        let path = people::filtered("Groups", "displayName", &name(size)) + "&excludedAttributes=members";
        let request = format!("displayName probe without members, group of {size}");
        let is_right = move |_: &Request, status, body: &[u8]| status == 200 && totals(body, 1) && is_bare(body);
        self.by_one(&request, goals::MEMBER, move |_| Request::get(path.clone()), is_right).await;
        // As Entra ID asks whether somebody is in.
        let people = Rc::clone(&self.people);
        let (id, group) = (group.to_owned(), format!("group of {size}"));
        let next = move |turn: Turn| {
            let person = people.get(turn.step % 10).map(|person| person.id.as_str()).unwrap_or_default();
            let members = format!("id%20eq%20%22{id}%22%20and%20members%20eq%20%22{person}%22");
            Request::get(format!("/Groups?filter={members}&excludedAttributes=members"))
        };
        let request = format!("membership filter, {group}");
        self.by_one(&request, goals::MEMBER, next, |_, status, body| status == 200 && totals(body, 1)).await;
    }

    /// Many clients add members to one group; everyone who was acknowledged must be in.
    async fn crowd(&mut self, client: &mut Client, outsiders: &Rc<Vec<Person>>) -> Result<(), String> {
        let group = made(client, &Request::with("POST", "/Groups", people::group("Crowd"))).await?;
        let (path, people, turns) = (format!("/Groups/{group}"), Rc::clone(outsiders), Cell::new(0));
        let next = move |_| {
            let person = people.get(turns.replace(turns.get() + 1)).map(|person| person.id.as_str());
            Request::with("PATCH", path.clone(), people::add(person.into_iter()))
        };
        let pace = Pace { clients: CROWD, window: Duration::from_mins(1), most: outsiders.len() };
        let load = self.target.load(pace, next, |_, status, _| matches!(status, 200 | 204)).await;
        let acknowledged = load.requests - load.errors;
        self.row("add members to one group at a time", CROWD, load, None);
        expect(client, &Request::get(format!("/Groups/{group}")), 200).await?;
        let group: Group = serde_json::from_slice(&client.body).map_err(|error| error.to_string())?;
        let members: HashSet<String> = group.members.into_iter().map(|member| member.value).collect();
        let lost = acknowledged.saturating_sub(members.len());
        self.fact("members lost by adding them at a time", count(lost), Bound::Most(0.0));
        Ok(())
    }
}

/// The id of the group of a name.
async fn found(client: &mut Client, name: &str) -> Result<String, String> {
    let path = people::filtered("Groups", "displayName", name) + "&excludedAttributes=members";
    expect(client, &Request::get(path), 200).await?;
    let found: Found = serde_json::from_slice(&client.body).map_err(|error| error.to_string())?;
    found.groups.into_iter().next().map(|group| group.id).ok_or_else(|| format!("there is no group {name}"))
}
