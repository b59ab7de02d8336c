//! Requests as identity providers, scripts and browsers send them.

use crate::node::{PASSWORD, ROOT, Tokens};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;
use usher::scim::schema::USHER;

/// No answer, not even that the database is away, may take longer.
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Clone)]
pub struct Caller {
    client: Client,
    tokens: Tokens,
}

/// What came back.
pub struct Answer {
    pub status: u16,
    pub kind: String,
    pub retry_after: Option<u64>,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("{}", self.text))
    }
}

impl Caller {
    pub fn new(tokens: &Tokens) -> Self {
        let client = Client::builder().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { client, tokens: tokens.clone() }
    }

    /// The answer; `None` where the connection broke.
    pub async fn try_scim(&self, origin: &str, method: Method, path: &str, body: Option<&Value>) -> Option<Answer> {
        let request = self.client.request(method, format!("{origin}/scim/v2{path}")).bearer_auth(&self.tokens.scim);
        let request = match body {
            Some(body) => request.header("content-type", "application/scim+json").body(body.to_string()),
            None => request,
        };
        answer(request).await
    }

    pub async fn scim(&self, origin: &str, method: Method, path: &str, body: Option<&Value>) -> Answer {
        self.try_scim(origin, method, path, body).await.expect("an answer")
    }

    pub async fn push(&self, origin: &str, name: &str, mode: &str) -> Option<Answer> {
        self.try_scim(origin, Method::POST, "/Users", Some(&person(name, mode))).await
    }

    pub async fn api(&self, origin: &str, path: &str) -> Answer {
        answer(self.client.get(format!("{origin}/api/v1{path}")).bearer_auth(&self.tokens.api))
            .await
            .expect("an answer")
    }

    pub async fn plain(&self, origin: &str, path: &str) -> Answer {
        answer(self.client.get(format!("{origin}{path}"))).await.expect("an answer")
    }

    /// Signs in as the administrator.
    pub async fn sign_in(&self, origin: &str) -> Answer {
        let form = format!("email={}&password={}", ROOT.replace('@', "%40"), PASSWORD.replace(' ', "+"));
        let request = self.client.post(format!("{origin}/login")).header("origin", "http://127.0.0.1");
        answer(request.header("content-type", "application/x-www-form-urlencoded").body(form)).await.expect("an answer")
    }

    /// Exchanges the SCIM token for a short-lived one.
    pub async fn exchange(&self, origin: &str) -> Answer {
        let form = format!("grant_type=client_credentials&client_id=okta&client_secret={}", self.tokens.scim);
        let request = self.client.post(format!("{origin}/oauth/token"));
        answer(request.header("content-type", "application/x-www-form-urlencoded").body(form)).await.expect("an answer")
    }
}

async fn answer(request: RequestBuilder) -> Option<Answer> {
    let response: Response = request.send().await.ok()?;
    let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let (kind, retry_after) = (header("content-type").unwrap_or_default(), header("retry-after"));
    let status: StatusCode = response.status();
    let retry_after = retry_after.map(|seconds| seconds.parse().unwrap());
    Some(Answer { status: status.as_u16(), kind, retry_after, text: response.text().await.ok()? })
}

/// The address of a person by this name.
pub fn address(name: &str) -> String {
    format!("{name}@example.com")
}

pub fn person(name: &str, mode: &str) -> Value {
    let address = address(name);
    let mut body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": address,
        "name": { "givenName": "Ada", "familyName": "Example" },
        "emails": [{ "value": address, "type": "work", "primary": true }],
    });
    body["schemas"].as_array_mut().unwrap().push(json!(USHER));
    body[USHER] = json!({ "provisioningMode": mode });
    body
}
