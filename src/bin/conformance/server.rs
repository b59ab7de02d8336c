//! What the server says it can: `ServiceProviderConfig`, `ResourceTypes`, `Schemas`, and a look whether `.search` is there.

use crate::http::{Client, Request};
use crate::path;
use serde_json::{Value, json};

const OWN_EXTENSION: &str = "urn:ietf:params:scim:schemas:extension:usher:2.0:User";

/// The server's own description of itself.
#[derive(Debug, Clone, Default)]
pub struct Server {
    config: Option<Value>,
    resource_types: Option<Value>,
    schemas: Option<Value>,
    has_search: bool,
    has_other_credentials: bool,
}

impl Server {
    /// # Errors
    /// A sentence, when there is no server or it refuses the token.
    pub async fn look(client: &Client) -> Result<Self, String> {
        let config = client.send(&Request::get("/ServiceProviderConfig")).await;
        let config = config.map_err(|why| format!("{} can't be reached: {why}", client.base()))?;
        let users = client.send(&Request::get("/Users?count=1")).await?;
        if users.status == 401 {
            return Err(format!("{} refuses the token (401): {}", client.base(), users.text.trim()));
        }
        let resource_types = client.send(&Request::get("/ResourceTypes")).await?;
        let schemas = client.send(&Request::get("/Schemas")).await?;
        let search = client.send(&search_request()).await?;
        let body_of = |answer: crate::http::Answer| answer.json.filter(|_| answer.status == 200);
        Ok(Self {
            config: body_of(config),
            resource_types: body_of(resource_types),
            schemas: body_of(schemas),
            has_search: search.status != 501,
            has_other_credentials: client.has_other_credentials(),
        })
    }

    /// Whether it publishes Usher's extension.
    pub fn is_usher(&self) -> bool {
        self.knows_schema(OWN_EXTENSION)
    }

    /// Why a case that needs this can't run, if it can't. What the server does not describe is taken to be there.
    pub fn lacks(&self, need: &str) -> Option<String> {
        let missing = match need {
            "patch" | "bulk" | "filter" | "sort" | "etag" | "changePassword" => {
                return (self.flag(&format!("{need}.supported")) == Some(false))
                    .then(|| format!("ServiceProviderConfig says {need} is not supported"));
            }
            "cursor" => {
                return (self.flag("pagination.cursor") != Some(true))
                    .then(|| "ServiceProviderConfig does not say that cursors are supported".to_owned());
            }
            "index" => self.flag("pagination.index") == Some(false),
            "search" => !self.has_search,
            "groups" => !self.has_endpoint("/Groups"),
            "otherToken" => !self.has_other_credentials,
            urn => !self.knows_schema(urn),
        };
        missing.then(|| match need {
            "search" => "POST /.search is answered with 501".to_owned(),
            "otherToken" => "needs --other-token, of a second tenant".to_owned(),
            "index" => "ServiceProviderConfig says index paging is not supported".to_owned(),
            _ => format!("the server does not publish {need}"),
        })
    }

    fn flag(&self, path: &str) -> Option<bool> {
        path::get(self.config.as_ref()?, path)?.as_bool()
    }

    fn has_endpoint(&self, endpoint: &str) -> bool {
        self.resource_types.as_ref().is_none_or(|types| lists(types, "endpoint", endpoint))
    }

    fn knows_schema(&self, urn: &str) -> bool {
        self.schemas.as_ref().is_some_and(|schemas| lists(schemas, "id", urn))
    }
}

fn lists(list: &Value, member: &str, wanted: &str) -> bool {
    let resources = list.get("Resources").and_then(Value::as_array).into_iter().flatten();
    resources.filter_map(|resource| resource.get(member)?.as_str()).any(|have| have.eq_ignore_ascii_case(wanted))
}

fn search_request() -> Request {
    let body = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "count": 0});
    let mut request = Request { method: "POST".to_owned(), ..Request::get("/Users/.search") };
    request.headers.insert("Content-Type".to_owned(), "application/scim+json".to_owned());
    request.body = Some(body.to_string().into_bytes());
    request
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server() -> Server {
        Server {
            config: Some(json!({
                "patch": {"supported": true}, "bulk": {"supported": false}, "pagination": {"cursor": true}
            })),
            resource_types: Some(json!({"Resources": [{"endpoint": "/Users"}]})),
            schemas: Some(json!({"Resources": [{"id": "urn:x"}]})),
            ..Server::default()
        }
    }

    #[test]
    fn a_case_is_skipped_only_for_what_the_server_says_it_lacks() {
        let server = server();
        for there in ["patch", "cursor", "index", "urn:x", "sort"] {
            assert_eq!(server.lacks(there), None, "{there}");
        }
        for lacking in ["bulk", "groups", "otherToken", "search", "urn:y"] {
            assert!(server.lacks(lacking).is_some(), "{lacking}");
        }
    }

    #[test]
    fn a_server_that_describes_nothing_is_tried_with_everything_but_cursors() {
        let silent = Server { has_search: true, ..Server::default() };
        assert_eq!(silent.lacks("bulk"), None);
        assert_eq!(silent.lacks("groups"), None);
        assert!(silent.lacks("cursor").is_some());
    }
}
