//! The canonical document: what a client may write to a resource, under canonical names.
//!
//! A document holds no `schemas`, `id`, `meta`, `groups` or other readOnly attribute; `externalId`, `userName`, `active` and `password` are
//! ordinary members; extension objects stand under their canonical URN and are absent when empty; null, `[]` and all-null complex
//! values are absent; booleans are JSON booleans; `manager` is an object; multi-valued attributes are arrays.

use super::Object;

/// One member of a group as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub value: String,
    pub display: Option<String>,
}

/// The members a group document lists; takes `members` out of it.
pub fn take_members(_document: &mut Object) -> Vec<Member> {
    todo!()
}
