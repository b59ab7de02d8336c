//! Remembers what the run has made on the server, and takes it away again.

use crate::http::{Answer, Client, Request};
use serde_json::Value;
use std::sync::{Arc, Mutex};

/// The paths of resources made and not yet deleted, oldest first.
#[derive(Debug, Clone, Default)]
pub struct Made(Arc<Mutex<Vec<String>>>);

impl Made {
    /// A place in the list; what is made later can be deleted from here on.
    pub fn mark(&self) -> usize {
        self.with(|paths| paths.len())
    }

    /// Looks at an answer for what it says was made or deleted.
    pub fn note(&self, request: &Request, answer: &Answer) {
        if !(200..300).contains(&answer.status) {
            return;
        }
        let path = request.path.split('?').next().unwrap_or_default();
        match request.method.as_str() {
            "DELETE" => self.with(|paths| paths.retain(|made| made != path)),
            "POST" | "PUT" if answer.status == 201 => {
                self.with(|paths| paths.extend(created(request, path, answer)));
            }
            "POST" if path.ends_with("/Bulk") => self.with(|paths| paths.extend(created_in_bulk(answer))),
            _ => {}
        }
    }

    /// Deletes what was made since the mark, the youngest first; gives back what could not be deleted.
    pub async fn delete_since(&self, mark: usize, client: &Client) -> Vec<String> {
        let mut left = Vec::new();
        let paths = self.with(|paths| paths.split_off(mark.min(paths.len())));
        for path in paths.into_iter().rev() {
            match client.send(&Request::delete(&path)).await {
                Ok(answer) if (200..300).contains(&answer.status) || [404, 410].contains(&answer.status) => {}
                Ok(answer) => left.push(format!("{path} (DELETE answered {})", answer.status)),
                Err(why) => left.push(format!("{path} ({why})")),
            }
        }
        left
    }

    fn with<T>(&self, work: impl FnOnce(&mut Vec<String>) -> T) -> T {
        let mut paths = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        work(&mut paths)
    }
}

fn created(request: &Request, path: &str, answer: &Answer) -> Option<String> {
    if request.method == "PUT" {
        return Some(path.to_owned());
    }
    let id = answer.json.as_ref().and_then(|body| body.get("id")).and_then(Value::as_str);
    let location = answer.headers.get("location").and_then(|location| location.rsplit('/').next());
    let id = id.or(location)?;
    let endpoint = path.trim_end_matches('/');
    // `/Me` makes a user.
    Some(format!("{}/{id}", if endpoint == "/Me" { "/Users" } else { endpoint }))
}

fn created_in_bulk(answer: &Answer) -> Vec<String> {
    let operations = answer.json.as_ref().and_then(|body| body.get("Operations")).and_then(Value::as_array);
    let posted = operations.into_iter().flatten().filter(|operation| {
        let method = operation.get("method").and_then(Value::as_str).unwrap_or_default();
        method.eq_ignore_ascii_case("POST")
    });
    let locations = posted.filter_map(|operation| operation.get("location")?.as_str());
    locations
        .filter_map(|location| {
            let (rest, id) = location.rsplit_once('/')?;
            Some(format!("/{}/{id}", rest.rsplit('/').next()?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::collections::BTreeMap;

    fn answer(status: u16, body: Value) -> Answer {
        Answer { status, headers: BTreeMap::new(), text: body.to_string(), json: Some(body), seconds: 0.0 }
    }

    fn request(method: &str, path: &str) -> Request {
        Request { method: method.to_owned(), ..Request::get(path) }
    }

    #[test]
    fn what_was_made_is_known_until_it_is_deleted() {
        let made = Made::default();
        made.note(&request("POST", "/Users?attributes=id"), &answer(201, json!({"id": "1"})));
        made.note(&request("POST", "/Users/.search"), &answer(200, json!({"id": "2"})));
        made.note(&request("POST", "/Users"), &answer(409, json!({"id": "3"})));
        made.note(&request("POST", "/Groups/"), &answer(201, json!({"id": "4"})));
        assert_eq!(made.with(|paths| paths.clone()), ["/Users/1", "/Groups/4"]);
        made.note(&request("DELETE", "/Users/1"), &answer(204, json!(null)));
        assert_eq!(made.with(|paths| paths.clone()), ["/Groups/4"]);
    }

    #[test]
    fn bulk_answers_name_what_they_made() {
        let made = Made::default();
        let operations = json!({"Operations": [
            {"method": "POST", "location": "https://x.example.com/v2/Users/1", "status": "201"},
            {"method": "PUT", "location": "https://x.example.com/v2/Users/2", "status": "200"},
            {"method": "POST", "status": "409"}
        ]});
        made.note(&request("POST", "/Bulk"), &answer(200, operations));
        assert_eq!(made.with(|paths| paths.clone()), ["/Users/1"]);
    }
}
