//! People over SCIM: provision, read, replace, patch, delete.

use super::{App, Error, access::Principal};
use crate::{
    domain::UserId,
    scim::{Object, filter::Filter, patch::Patch, path::AttrPath, projection::Projection},
};

/// A rendered resource: every attribute a client may see, before projection.
#[derive(Debug, Clone)]
pub struct Resource {
    pub body: Object,
    pub version: i64,
    pub location: String,
}

/// What a list asks for.
#[derive(Debug, Clone)]
pub struct ListQuery {
    pub filter: Option<Filter<AttrPath>>,
    pub start_index: u64,
    pub count: u64,
    pub projection: Projection,
}

/// A page of a list.
#[derive(Debug, Clone)]
pub struct Page {
    pub total: u64,
    pub start_index: u64,
    pub resources: Vec<Object>,
}

/// An If-Match header: any version, or one of these.
#[derive(Debug, Clone)]
pub enum Precondition {
    None,
    Any,
    Versions(Vec<i64>),
}

/// POST: adds a person on the path the push, the connection or the tenant chooses. `body` is the parsed JSON.
///
/// # Errors
/// SCIM's; 409 when the userName is live.
pub async fn provision(_app: &App, _principal: &Principal, _body: Object) -> Result<Resource, Error> {
    todo!()
}
/// GET by id.
pub async fn find(_app: &App, _principal: &Principal, _id: &str, _projection: &Projection) -> Result<Resource, Error> {
    todo!()
}
/// GET of a list.
pub async fn list(_app: &App, _principal: &Principal, _query: ListQuery) -> Result<Page, Error> {
    todo!()
}
/// PUT.
pub async fn replace(
    _app: &App,
    _principal: &Principal,
    _id: &str,
    _body: Object,
    _precondition: Precondition,
) -> Result<Resource, Error> {
    todo!()
}
/// PATCH; `patch` has been checked against the schema already.
pub async fn patch(
    _app: &App,
    _principal: &Principal,
    _id: &str,
    _patch: Patch,
    _precondition: Precondition,
) -> Result<Resource, Error> {
    todo!()
}
/// DELETE.
pub async fn delete(_app: &App, _principal: &Principal, _id: &str, _precondition: Precondition) -> Result<(), Error> {
    todo!()
}

/// Parses an id as SCIM ids are: anything that is not one of ours is simply unknown.
pub(super) fn parse_id(text: &str) -> Option<UserId> {
    text.parse().ok()
}
