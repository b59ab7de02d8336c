//! Which operations of a bulk request can't matter to each other, so that they may be done at the same time: a wave.
//!
//! Two operations on people matter to each other where they are about the same person, where one names what the other makes, or where a
//! userName, an address or an `externalId` of the one is one of the other: such a text is taken, made free or recognised. A person's own are
//! those they have as well as those they are to have, so what is stored has to be known of those who exist ([`Reach::with`]).
//! Whatever can't be told from its text is done alone, and so are operations on groups: who is in them matters to people.

#[cfg(test)]
mod tests;

use super::{Action, Bulk, Node, Operation, Step};
use crate::scim::{Kind, Object, fold::fold};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// So many operations are done at the same time at most.
pub const WIDTH: usize = 16;

/// What the names of attributes have in them that people are recognised by, in lower case. Parts of names, so that no spelling with a URN, a filter
/// or a sub-attribute is missed.
const NAMES: [&str; 2] = ["username", "emails"];
const RECORD: &str = "externalid";
/// Hashing is slow, and its queue refuses whoever comes when it is full.
const CREDENTIALS: [&str; 2] = ["password", "generatecredentials"];
/// What an address has that is none.
const NO_ADDRESS: [&str; 3] = ["type", "display", "primary"];

/// Something by which an operation can matter to another one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// A resource, by the id in the operation's path.
    Resource(String),
    /// A folded userName or address.
    Name(String),
    /// An `externalId`.
    Record(String),
}

impl Mark {
    /// That of a userName or an address.
    #[must_use]
    pub fn name(text: &str) -> Self {
        Self::Name(fold(text))
    }
}

/// How far an operation reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// Nobody knows how far.
    Alone,
    /// To whatever has one of these marks.
    Marks(BTreeSet<Mark>),
}

impl Reach {
    /// That of an operation, as far as its own text tells.
    #[must_use]
    pub fn of(operation: &Operation) -> Self {
        if operation.kind != Kind::User {
            return Self::Alone;
        }
        let own = || operation.id.iter().cloned().map(Mark::Resource).collect();
        match &operation.action {
            Action::Create(body) | Action::Replace(body) if !is_named(body, &CREDENTIALS) => {
                Self::of_document(body).with(Self::Marks(own()))
            }
            Action::Patch(body) if !mentions_identity(body) => Self::Marks(own()),
            Action::Delete => Self::Marks(own()),
            Action::Create(_) | Action::Replace(_) | Action::Patch(_) => Self::Alone,
        }
    }

    /// By what somebody of this document, written or stored, is recognised.
    #[must_use]
    pub fn of_document(document: &Object) -> Self {
        let mut marks = BTreeSet::new();
        gather(document, &mut marks);
        Self::Marks(marks)
    }

    /// Both together.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        match (self, other) {
            (Self::Marks(mut marks), Self::Marks(more)) => {
                marks.extend(more);
                Self::Marks(marks)
            }
            _ => Self::Alone,
        }
    }
}

/// The reaches of a request's operations.
#[derive(Debug)]
pub struct Waves<'a> {
    nodes: &'a [Node],
    reaches: Vec<Reach>,
}

impl<'a> Waves<'a> {
    /// Of a request whose operations declare and need this.
    #[must_use]
    pub fn new(bulk: &Bulk, nodes: &'a [Node]) -> Self {
        // What is wrong in itself does nothing.
        let nothing = || Reach::Marks(BTreeSet::new());
        let reaches = bulk.items.iter().map(|item| item.operation.as_ref().map_or_else(|_| nothing(), Reach::of));
        Self { nodes, reaches: reaches.collect() }
    }

    /// How many of these steps, from the first one on, may be done at the same time; `stored` is how far operations reach beside what their text
    /// tells. One at least, unless there are none.
    #[must_use]
    pub fn next(&self, steps: &[Step], stored: &BTreeMap<usize, Reach>) -> usize {
        let (mut marked, mut made) = (HashSet::new(), HashSet::new());
        let fits = |step: &&Step| {
            let Step::Run { index, without } = step else { return false };
            let (Some((creates, needs)), Some(reach)) = (self.nodes.get(*index), self.reaches.get(*index)) else {
                return false;
            };
            let mut own = BTreeSet::new();
            for reach in std::iter::once(reach).chain(stored.get(index)) {
                match reach {
                    Reach::Alone => return false,
                    Reach::Marks(marks) => own.extend(marks),
                }
            }
            let is_apart = without.is_empty()
                && needs.iter().all(|need| !made.contains(need.as_str()))
                && own.iter().all(|mark| !marked.contains(*mark));
            marked.extend(own);
            made.extend(creates.as_deref());
            is_apart
        };
        steps.iter().take_while(fits).count().clamp(steps.len().min(1), WIDTH)
    }
}

/// Gathers what a person of this body is recognised by, in whatever form and under whatever name it is written.
fn gather(body: &Object, marks: &mut BTreeSet<Mark>) {
    for (name, value) in body {
        if is_like(name, &[RECORD]) {
            texts(value, &mut |text| marks.extend([Mark::Record(text.to_owned())]));
        } else if is_like(name, &NAMES) {
            texts(value, &mut |text| marks.extend([Mark::name(text)]));
        } else {
            objects(value, &mut |object| gather(object, marks));
        }
    }
}

/// Every text that a value may come to; numbers count as the text they become where text is due.
fn texts(value: &Value, each: &mut dyn FnMut(&str)) {
    match value {
        Value::String(text) => each(text),
        Value::Number(number) => each(&number.to_string()),
        Value::Array(elements) => elements.iter().for_each(|element| texts(element, each)),
        Value::Object(members) => {
            let meant = members.iter().filter(|(name, _)| !NO_ADDRESS.iter().any(|no| name.eq_ignore_ascii_case(no)));
            meant.for_each(|(_, member)| texts(member, each));
        }
        Value::Null | Value::Bool(_) => {}
    }
}

fn objects(value: &Value, each: &mut dyn FnMut(&Object)) {
    match value {
        Value::Object(object) => each(object),
        Value::Array(elements) => elements.iter().for_each(|element| objects(element, each)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Whether a member of a body, at any depth, is called like one of these.
fn is_named(body: &Object, words: &[&str]) -> bool {
    body.iter().any(|(name, value)| {
        let mut is_within = is_like(name, words);
        objects(value, &mut |object| is_within |= is_named(object, words));
        is_within
    })
}

/// Whether a PATCH may change what a person is recognised by or signs in with: its paths are texts like its values, so all of them are looked at.
fn mentions_identity(body: &Object) -> bool {
    body.iter().any(|(name, value)| is_of_identity(name) || has_identity(value))
}

fn has_identity(value: &Value) -> bool {
    match value {
        Value::String(text) => is_of_identity(text),
        Value::Array(elements) => elements.iter().any(has_identity),
        Value::Object(object) => mentions_identity(object),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn is_of_identity(text: &str) -> bool {
    is_like(text, &NAMES) || is_like(text, &[RECORD]) || is_like(text, &CREDENTIALS)
}

fn is_like(text: &str, words: &[&str]) -> bool {
    let text = text.to_ascii_lowercase();
    words.iter().any(|word| text.contains(word))
}
