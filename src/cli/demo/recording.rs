//! Recorded traffic as data, and its player.

use crate::cli::failure::Failure;
use reqwest::{Client, Method, redirect};
use serde::Deserialize;
use serde_json::Value;
use std::{collections::BTreeMap, time::Duration};

/// A recording, in the form of `conformance/traces`.
#[derive(Debug, Deserialize)]
struct Recording {
    name: String,
    defaults: Defaults,
    steps: Vec<Step>,
}

#[derive(Debug, Deserialize)]
struct Defaults {
    headers: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
struct Step {
    name: String,
    method: String,
    path: String,
    body: Option<Value>,
    expect: Expect,
    #[serde(default)]
    capture: BTreeMap<String, String>,
}

/// The statuses and top-level members an answer must have.
#[derive(Debug, Deserialize)]
struct Expect {
    status: Vec<u16>,
    json: BTreeMap<String, Value>,
}

/// Plays recordings against a server and remembers what they captured.
#[derive(Debug)]
pub struct Player {
    client: Client,
    base: String,
    variables: BTreeMap<String, String>,
}

impl Player {
    /// A player for the server at this origin; `${tomorrow}` stands for this date.
    pub fn new(origin: &str, tomorrow: &str) -> Result<Self, Failure> {
        let variables = BTreeMap::from([("tomorrow".to_owned(), tomorrow.to_owned())]);
        Ok(Self { client: client()?, base: format!("{origin}/scim/v2"), variables })
    }

    /// Plays a recording; the first answer that is not as recorded ends it.
    pub async fn play(&mut self, recording: &str, token: &str) -> Result<(), Failure> {
        let recording: Recording = serde_json::from_str(recording)
            .map_err(|error| Failure::failed(format!("a recording can't be read: {error}")))?;
        for step in &recording.steps {
            let place = format!("{}, step \"{}\"", recording.name, step.name);
            self.step(step, &recording.defaults.headers, token, &place).await?;
        }
        Ok(())
    }

    async fn step(
        &mut self,
        step: &Step,
        headers: &BTreeMap<String, String>,
        token: &str,
        place: &str,
    ) -> Result<(), Failure> {
        let failed = |why: String| Failure::failed(format!("{place}: {why}"));
        let method: Method = step.method.parse().map_err(|_| failed(format!("{} is no method", step.method)))?;
        let mut request = self.client.request(method, format!("{}{}", self.base, self.filled(&step.path)));
        for (name, value) in headers {
            request = request.header(name, value);
        }
        request = request.bearer_auth(token);
        if let Some(body) = &step.body {
            request = request.body(self.filled(&body.to_string()));
        }
        let answer = request.send().await.map_err(|error| failed(format!("no answer: {error}")))?;
        let status = answer.status().as_u16();
        let text = answer.text().await.map_err(|error| failed(format!("no whole answer: {error}")))?;
        if !step.expect.status.contains(&status) {
            return Err(failed(format!("status {status} instead of {:?}: {text}", step.expect.status)));
        }
        let body: Value = serde_json::from_str(&text).unwrap_or_default();
        for (name, expected) in &step.expect.json {
            if body.get(name) != Some(expected) {
                return Err(failed(format!("{name} is not {expected}: {text}")));
            }
        }
        for (variable, name) in &step.capture {
            let value = body.get(name).and_then(Value::as_str).unwrap_or_default();
            self.variables.insert(variable.clone(), value.to_owned());
        }
        Ok(())
    }

    /// The text with its `${variable}`s filled in.
    fn filled(&self, text: &str) -> String {
        let filled = |text: String, (name, value): (&String, &String)| text.replace(&format!("${{{name}}}"), value);
        self.variables.iter().fold(text.to_owned(), filled)
    }
}

/// A client that follows no redirect and takes no proxy from the environment: it only ever talks to this process.
pub fn client() -> Result<Client, Failure> {
    let builder = Client::builder().redirect(redirect::Policy::none()).no_proxy().timeout(Duration::from_secs(30));
    builder.build().map_err(|error| Failure::failed(format!("the HTTP client can't be made: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_recordings_can_be_read_and_name_only_example_people() {
        for text in [super::super::OKTA, super::super::ENTRA, super::super::LEAVER] {
            let recording: Recording = serde_json::from_str(text).unwrap();
            assert!(!recording.steps.is_empty());
            for step in recording.steps {
                let user_name = step.body.as_ref().and_then(|body| body.get("userName")).and_then(Value::as_str);
                assert!(user_name.is_none_or(|name| name.ends_with("@example.com")), "{}", step.name);
            }
        }
    }

    #[test]
    fn variables_are_filled_in() {
        let player = Player::new("http://127.0.0.1:1", "2030-01-02").unwrap();
        assert_eq!(player.filled("on ${tomorrow}, not ${other}"), "on 2030-01-02, not ${other}");
    }
}
