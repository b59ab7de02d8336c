//! From a request as it was seen to rows of the log: secrets taken out, bodies cut, a bulk request parted into its operations.

use super::{Content, Logged, MAX_BODY, Operation, Refusal, Seen};
use crate::{
    app::{access::Grant, consequences::Consequences},
    domain::{ConnectionId, LoggedRequestId, Rng, UserId},
    scim::{
        Object, json,
        redact::{REDACTED, Redactor},
    },
};
use serde_json::{Value, json};

/// So much of a path with its query is kept, in characters.
const MAX_PATH: usize = 2_048;
/// So much of a header is kept, in characters.
const MAX_HEADER: usize = 256;
/// So much of a refusal is kept, in characters.
const MAX_DETAIL: usize = 1_000;

/// The rows that tell of a request.
pub(super) fn rows(seen: &Seen, rng: &dyn Rng) -> Vec<(Logged, Content)> {
    let Grant::Scim { connection, registry, .. } = &seen.principal.grant else { return Vec::new() };
    let redactor = Redactor::new(registry);
    let body = json::parse(&seen.details.body).ok().map(|body| {
        let mut body = Value::Object(body);
        redactor.redact(&mut body);
        body
    });
    let scribe = Scribe { seen, connection: connection.id, redactor, rng };
    if seen.details.operations.is_empty() {
        return vec![scribe.whole(body.as_ref())];
    }
    let operations = body.as_ref().and_then(|body| member(body.as_object()?, "Operations")?.as_array());
    let each = seen.details.operations.iter().enumerate().filter_map(|(below, operation)| {
        Some(scribe.operation(below, operation, operations?.get(operation.index)?.as_object()?))
    });
    each.chain([scribe.bulk()]).collect()
}

struct Scribe<'a> {
    seen: &'a Seen,
    connection: ConnectionId,
    redactor: Redactor,
    rng: &'a dyn Rng,
}

impl Scribe<'_> {
    fn whole(&self, body: Option<&Value>) -> (Logged, Content) {
        let details = &self.seen.details;
        let mut logged = self.blank(0, self.seen.status, details.refusal.as_ref(), &details.consequences);
        logged.path = self.path();
        name(&mut logged, &details.path, body.and_then(Value::as_object), &details.consequences);
        let (kept, is_cut) = body.map_or((None, false), cut);
        let body_bytes = i64::try_from(details.body.len()).unwrap_or(i64::MAX);
        (logged, Content { headers: self.headers(), body: kept, body_bytes, is_cut })
    }

    fn bulk(&self) -> (Logged, Content) {
        let details = &self.seen.details;
        let mut logged = self.blank(details.operations.len(), self.seen.status, None, &Consequences::default());
        logged.path = self.path();
        let failed = details.operations.iter().filter(|operation| operation.status >= 400).count();
        logged.consequences = json!({ "operations": details.operations.len(), "failed": failed });
        let body_bytes = i64::try_from(details.body.len()).unwrap_or(i64::MAX);
        // Its operations are told one by one.
        (logged, Content { headers: self.headers(), body: None, body_bytes, is_cut: true })
    }

    fn operation(&self, below: usize, operation: &Operation, written: &Object) -> (Logged, Content) {
        let text = |name| member(written, name).and_then(Value::as_str).unwrap_or_default();
        let mut logged = self.blank(below, operation.status, operation.refusal.as_ref(), &operation.consequences);
        logged.method = shortened(&text("method").to_ascii_uppercase(), 16);
        logged.path = format!("/Bulk#{}{}", operation.index, shortened(text("path"), MAX_PATH));
        let data = member(written, "data");
        name(&mut logged, text("path"), data.and_then(Value::as_object), &operation.consequences);
        let (body, is_cut) = data.map_or((None, false), cut);
        let body_bytes = i64::try_from(data.map_or(0, |data| data.to_string().len())).unwrap_or(i64::MAX);
        (logged, Content { headers: json!({}), body, body_bytes, is_cut })
    }

    /// `below` rows of the same request stand below this one in a list from the newest.
    fn blank(&self, below: usize, status: u16, refusal: Option<&Refusal>, consequences: &Consequences) -> Logged {
        let below = u32::try_from(below).unwrap_or(0);
        let seen = self.seen;
        let told = |refusal: &Refusal| {
            let word = refusal.scim_type.map(|word| format!("{}: ", word.as_str())).unwrap_or_default();
            shortened(&format!("{word}{}", refusal.detail), MAX_DETAIL)
        };
        Logged {
            tenant: seen.principal.tenant.id,
            connection: self.connection,
            id: LoggedRequestId::at(seen.at, seen.place.wrapping_add(below), self.rng),
            at: seen.at,
            micros: i64::try_from(seen.duration.as_micros()).unwrap_or(i64::MAX),
            times: seen.times,
            request_id: seen.details.request_id.clone(),
            token: seen.principal.token,
            method: seen.method.clone(),
            path: String::new(),
            status: i64::from(status),
            user: None,
            user_name: None,
            external_id: None,
            detail: refusal.map(told),
            consequences: consequences.to_json(),
        }
    }

    fn path(&self) -> String {
        let details = &self.seen.details;
        let query = match details.query.as_str() {
            "" => String::new(),
            _ if self.redactor.mentions(&details.decoded_query) => format!("?{REDACTED}"),
            query => format!("?{query}"),
        };
        shortened(&format!("{}{query}", details.path), MAX_PATH)
    }

    fn headers(&self) -> Value {
        let headers = self.seen.details.headers.iter();
        Value::Object(headers.map(|(name, value)| ((*name).to_owned(), shortened(value, MAX_HEADER).into())).collect())
    }
}

/// Whom the request was about: as the use case says, else as far as path and body tell.
fn name(logged: &mut Logged, path: &str, body: Option<&Object>, consequences: &Consequences) {
    if let Some(person) = &consequences.person {
        logged.user = Some(person.id);
        logged.user_name = Some(shortened(&person.user_name, MAX_DETAIL));
        logged.external_id = person.external_id.as_deref().map(|id| shortened(id, MAX_DETAIL));
        return;
    }
    let Some(rest) = path.strip_prefix("/Users") else { return };
    logged.user = rest.strip_prefix('/').and_then(|id| id.parse::<UserId>().ok());
    let text = |name| body.and_then(|body| member(body, name)?.as_str()).map(|text| shortened(text, MAX_DETAIL));
    (logged.user_name, logged.external_id) = (text("userName"), text("externalId"));
}

/// A member by its name in any case.
fn member<'a>(object: &'a Object, name: &str) -> Option<&'a Value> {
    object.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// A body as it is kept, and whether something is missing.
fn cut(body: &Value) -> (Option<String>, bool) {
    let mut text = body.to_string();
    if text.len() <= MAX_BODY {
        return (Some(text), false);
    }
    text.truncate(text.floor_char_boundary(MAX_BODY));
    (Some(text), true)
}

/// What PostgreSQL can't store is left out.
fn shortened(text: &str, most: usize) -> String {
    text.chars().filter(|c| *c != '\0').take(most).collect()
}
