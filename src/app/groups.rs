//! Groups over SCIM.

use super::{
    App, Error,
    access::Principal,
    users::{ListQuery, Page, Precondition, Resource},
};
use crate::scim::{Object, patch::Patch, projection::Projection};

/// POST.
pub async fn create(_app: &App, _principal: &Principal, _body: Object) -> Result<Resource, Error> {
    todo!()
}
/// GET by id; members are loaded only where the projection shows them.
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
/// What a PATCH answers: the whole group, or nothing when it has more than 200 members (decision 1).
#[derive(Debug, Clone)]
pub enum Patched {
    Whole(Resource),
    TooLarge { version: i64 },
}
/// PATCH; `projection` is what the client asked for (a non-default one always gets a body).
pub async fn patch(
    _app: &App,
    _principal: &Principal,
    _id: &str,
    _patch: Patch,
    _precondition: Precondition,
    _projection: &Projection,
) -> Result<Patched, Error> {
    todo!()
}
/// DELETE.
pub async fn delete(_app: &App, _principal: &Principal, _id: &str, _precondition: Precondition) -> Result<(), Error> {
    todo!()
}
