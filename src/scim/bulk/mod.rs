//! Bulk requests (RFC 7644 section 3.7): read, resolve `bulkId` references, and put into an order that honours them.
//!
//! Only what makes the whole request unreadable or too large fails it; all else is the fault of one operation (decision 24).

mod plan;
mod references;
#[cfg(test)]
mod tests;
mod waves;

pub use plan::{Node, Step, plan};
pub use references::{References, completion};
pub use waves::{Mark, Reach, WIDTH, Waves};

use super::{Error, Kind, Object, messages::MAX_OPERATIONS};
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};

const BULK_REQUEST: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
const BULK_RESPONSE: &str = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";
const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// What stands before a reference to something the same request creates.
const PREFIX: &str = "bulkId:";

/// A bulk request.
#[derive(Debug, Clone)]
pub struct Bulk {
    /// In the order of the request.
    pub items: Vec<Item>,
    /// So many errors end the processing; none: no limit.
    pub fail_on_errors: Option<u64>,
}

/// One operation of a bulk request, with what its result repeats.
#[derive(Debug, Clone)]
pub struct Item {
    /// As written.
    pub method: Option<String>,
    /// As written.
    pub bulk_id: Option<String>,
    /// What is to be done, or what is wrong with it.
    pub operation: Result<Operation, Error>,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// The resource type.
    pub kind: Kind,
    /// The resource; none for POST. May be a reference.
    pub id: Option<String>,
    /// The verb with its body.
    pub action: Action,
    /// The version the resource must have.
    pub version: Option<String>,
}

/// A verb with its body.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// POST.
    Create(Object),
    /// PUT.
    Replace(Object),
    /// PATCH; the body is a `PatchOp`.
    Patch(Object),
    /// DELETE.
    Delete,
}

impl Bulk {
    /// Reads a `BulkRequest`.
    ///
    /// # Errors
    /// 400 `invalidSyntax` for another message, `invalidValue` for a bad `failOnErrors`, 413 for too many operations.
    pub fn parse(body: &Object) -> Result<Self, Error> {
        let named = |urn: &Value| urn.as_str().is_some_and(|urn| urn.eq_ignore_ascii_case(BULK_REQUEST));
        if !member(body, "schemas").and_then(Value::as_array).is_some_and(|urns| urns.iter().any(named)) {
            return Err(Error::invalid_syntax(format!("A bulk request is a message with the schema {BULK_REQUEST}.")));
        }
        let Some(Value::Array(operations)) = member(body, "Operations") else {
            return Err(Error::invalid_syntax("Operations must be an array."));
        };
        let count = u64::try_from(operations.len()).unwrap_or(u64::MAX);
        if count > MAX_OPERATIONS {
            return Err(Error::status(
                413,
                format!("The request has {count} operations; maxOperations is {MAX_OPERATIONS}."),
            ));
        }
        let fail_on_errors = match member(body, "failOnErrors") {
            None | Some(Value::Null) => None,
            Some(value) => {
                let limit = value.as_u64().ok_or_else(|| {
                    Error::invalid_value("failOnErrors must be a whole number; 0 or none at all means no limit.")
                })?;
                Some(limit).filter(|limit| *limit > 0)
            }
        };
        let mut taken = BTreeSet::new();
        let items = operations.iter().map(|operation| Item::parse(operation, &mut taken)).collect();
        Ok(Self { items, fail_on_errors })
    }

    /// The ids that POSTs of this request create resources under, with the first operation that names each.
    #[must_use]
    pub fn owners(&self) -> HashMap<&str, usize> {
        let mut owners = HashMap::new();
        for (index, item) in self.items.iter().enumerate() {
            let creates = item.method.as_deref().is_some_and(|method| method.eq_ignore_ascii_case("POST"));
            if let Some(id) = item.bulk_id.as_deref().filter(|_| creates) {
                owners.entry(id).or_insert(index);
            }
        }
        owners
    }

    /// What the plan needs to know of the operations: what each declares, and what it waits for.
    #[must_use]
    pub fn nodes(&self, owners: &HashMap<&str, usize>, declared: &BTreeSet<String>) -> Vec<Node> {
        let node = |(index, item): (usize, &Item)| {
            let creates = item.bulk_id.clone().filter(|id| owners.get(id.as_str()) == Some(&index));
            let Ok(operation) = &item.operation else { return (creates, BTreeSet::new()) };
            let references = References::of(operation, declared);
            (creates, if references.unknown.is_some() { BTreeSet::new() } else { references.known })
        };
        self.items.iter().enumerate().map(node).collect()
    }
}

impl Item {
    fn parse(value: &Value, taken: &mut BTreeSet<String>) -> Self {
        let Some(object) = value.as_object() else {
            let operation = Err(Error::invalid_syntax("An operation must be an object."));
            return Self { method: None, bulk_id: None, operation };
        };
        let text = |name: &str| member(object, name).and_then(Value::as_str).map(str::to_owned);
        let (method, bulk_id) = (text("method"), text("bulkId").filter(|id| !id.is_empty()));
        let mut operation = Operation::parse(object, method.as_deref());
        if let (Ok(Operation { action: Action::Create(_), .. }), is_new) =
            (&operation, bulk_id.as_ref().map(|id| taken.insert(id.clone())))
        {
            match is_new {
                Some(true) => {}
                Some(false) => {
                    operation = Err(Error::invalid_value("bulkId is another operation's already; each needs its own."));
                }
                None => operation = Err(Error::invalid_value("A POST in a bulk request needs a bulkId, a text.")),
            }
        }
        Self { method, bulk_id, operation }
    }
}

impl Operation {
    fn parse(object: &Object, method: Option<&str>) -> Result<Self, Error> {
        let method = method.ok_or_else(|| Error::invalid_syntax("method must be POST, PUT, PATCH or DELETE."))?;
        let path = member(object, "path").and_then(Value::as_str);
        let path = path.ok_or_else(|| Error::invalid_syntax("path must be a text like /Users or /Users/{id}."))?;
        let (kind, id) = target(path)?;
        let body = || match member(object, "data") {
            Some(Value::Object(data)) => Ok(data.clone()),
            _ => Err(Error::invalid_syntax("data must be an object.")),
        };
        let action = match method.to_ascii_uppercase().as_str() {
            "POST" => Action::Create(body()?),
            "PUT" => Action::Replace(body()?),
            "PATCH" => Action::Patch(patch_body(member(object, "data")).map_or_else(body, Ok)?),
            "DELETE" => Action::Delete,
            _ => return Err(Error::invalid_syntax("method must be POST, PUT, PATCH or DELETE.")),
        };
        if matches!(action, Action::Create(_)) == id.is_some() {
            return Err(Error::status(405, "POST goes to an endpoint, and PUT, PATCH and DELETE to a resource."));
        }
        let version = match member(object, "version") {
            None | Some(Value::Null) => None,
            Some(Value::String(version)) => Some(version.clone()),
            Some(_) => return Err(Error::invalid_value("version must be a text, as meta.version gives it.")),
        };
        Ok(Self { kind, id, action, version })
    }

    /// The body.
    #[must_use]
    pub fn data(&self) -> Option<&Object> {
        match &self.action {
            Action::Create(data) | Action::Replace(data) | Action::Patch(data) => Some(data),
            Action::Delete => None,
        }
    }
}

/// The examples of RFC 7644 section 3.7.3 show the bare list of PATCH operations, and clients that follow them exist.
fn patch_body(data: Option<&Value>) -> Option<Object> {
    let Some(Value::Array(operations)) = data else { return None };
    Some(Object::from_iter([
        ("schemas".to_owned(), json!([PATCH_OP])),
        ("Operations".to_owned(), Value::Array(operations.clone())),
    ]))
}

/// Endpoint and id of a path.
fn target(path: &str) -> Result<(Kind, Option<String>), Error> {
    let path = path.split('?').next().unwrap_or_default();
    let path = path.strip_prefix('/').unwrap_or(path);
    let (endpoint, id) = path.split_once('/').unwrap_or((path, ""));
    let kind = [Kind::User, Kind::Group].into_iter().find(|kind| kind.endpoint().strip_prefix('/') == Some(endpoint));
    let kind = kind.ok_or_else(|| {
        Error::status(404, "path names no endpoint for bulk operations; there are /Users and /Groups.")
    })?;
    let id = if id.starts_with(PREFIX) { id } else { id.strip_suffix('/').unwrap_or(id) };
    Ok((kind, Some(id.to_owned()).filter(|id| !id.is_empty())))
}

/// A member by its name in any case.
fn member<'a>(object: &'a Object, name: &str) -> Option<&'a Value> {
    object.get(name).or_else(|| object.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

/// A `BulkResponse`.
#[must_use]
pub fn response(operations: &[Value]) -> Value {
    json!({ "schemas": [BULK_RESPONSE], "Operations": operations })
}
