//! The program itself: a server on a database of its own in a temporary folder takes a person through a short life, over HTTP.

use super::report::Report;
use crate::{
    app::{tenants, tokens},
    cli::{
        demo::{self, folder::Folder},
        failure::Failure,
        opening, running,
    },
    scim::schema::USHER,
    store::tokens::Scope,
};
use jiff::SignedDuration;
use reqwest::{Client, Method, redirect::Policy};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::net::TcpListener;

const AREA: &str = "self-check";
const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const NAME: &str = "self-check@example.com";

pub async fn check(report: &mut Report) {
    match run().await {
        Ok(steps) => report.fine(AREA, format!("a server of this build passes {steps} SCIM steps on this machine")),
        Err(failure) => report.problem(
            AREA,
            format!("a server of this build fails on this machine: {failure}"),
            "see that the temporary folder can be written and 127.0.0.1 be reached; else install this version anew",
        ),
    }
}

async fn run() -> Result<usize, Failure> {
    let folder = Folder::create()?;
    let failed = |error: std::io::Error| Failure::failed(error.to_string());
    let listener = TcpListener::bind("127.0.0.1:0").await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let settings = demo::settings(&folder, address);
    let app = opening::open(&settings).await?;
    let wanted = tokens::Wanted {
        name: "self-check".to_owned(),
        scope: Scope::Scim,
        connection: None,
        user: None,
        group: None,
        lifetime: SignedDuration::from_hours(1),
    };
    let token = tokens::create(&app, tenants::DEFAULT, wanted).await?.secret;
    let running = running::start(&app, &settings, listener)?;
    let outcome = live(&settings.public_url, &token).await;
    running.stop().await;
    folder.remove()?;
    outcome
}

/// Created, found, suspended, deleted.
async fn live(origin: &str, token: &str) -> Result<usize, Failure> {
    let client = Client::builder().timeout(Duration::from_secs(10)).redirect(Policy::none()).no_proxy().build();
    let client = client.map_err(|error| Failure::failed(error.to_string()))?;
    let base = format!("{origin}/scim/v2");
    let ask = Ask { client, token };
    ask.json(Method::GET, &format!("{base}/ServiceProviderConfig"), None, 200).await?;
    let own = json!({ "provisioningMode": "create", "suppressNotifications": true });
    let person = json!({ "schemas": [USER, USHER], "userName": NAME, USHER: own });
    let made = ask.json(Method::POST, &format!("{base}/Users"), Some(person.clone()), 201).await?;
    let location = made.pointer("/meta/location").and_then(Value::as_str).unwrap_or_default().to_owned();
    if !location.starts_with(&base) || made.get(USHER).and_then(|own| own.get("state")) != Some(&json!("active")) {
        return Err(Failure::failed("a created person is not active"));
    }
    ask.json(Method::POST, &format!("{base}/Users"), Some(person), 409).await?;
    let query = format!("{base}/Users?filter=userName%20eq%20%22SELF-CHECK%40example.com%22");
    let found = ask.json(Method::GET, &query, None, 200).await?;
    if found.get("totalResults") != Some(&json!(1)) {
        return Err(Failure::failed("a person is not found by userName"));
    }
    let change = json!({ "op": "Replace", "path": "active", "value": "False" });
    let patch = json!({ "schemas": [PATCH], "Operations": [change] });
    let suspended = ask.json(Method::PATCH, &location, Some(patch), 200).await?;
    if suspended.get("active") != Some(&json!(false)) {
        return Err(Failure::failed("a person is not suspended"));
    }
    ask.json(Method::DELETE, &location, None, 204).await?;
    ask.json(Method::GET, &location, None, 404).await?;
    Ok(7)
}

struct Ask<'t> {
    client: Client,
    token: &'t str,
}

impl Ask<'_> {
    /// The answer, which must have this status.
    async fn json(&self, method: Method, url: &str, body: Option<Value>, status: u16) -> Result<Value, Failure> {
        let failed = |error: reqwest::Error| Failure::failed(error.to_string());
        let request = self.client.request(method.clone(), url).bearer_auth(self.token);
        let request = match body {
            Some(body) => request.header("content-type", "application/scim+json").body(body.to_string()),
            None => request,
        };
        let answer = request.send().await.map_err(failed)?;
        let given = answer.status().as_u16();
        let text = answer.text().await.map_err(failed)?;
        if given != status {
            return Err(Failure::failed(format!("{method} answers {given}, not {status}")));
        }
        Ok(serde_json::from_str(&text).unwrap_or(Value::Null))
    }
}
