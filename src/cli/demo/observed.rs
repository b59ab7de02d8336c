//! What became of the people: read over SCIM and from the inbox, as a client would.

use super::{
    cast::{CAST, Expected},
    recording,
};
use crate::{
    app::{App, inbox},
    cli::failure::Failure,
    scim::schema::USHER,
};
use reqwest::Url;
use serde_json::Value;

/// One person as they are now.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Observed {
    pub path: String,
    pub state: String,
    /// Code and language, in the order they came.
    pub mails: Vec<String>,
    pub billed_since: Option<String>,
}

impl Observed {
    /// What is not as expected, in words.
    pub fn differences(&self, expected: &Expected) -> Vec<String> {
        let Expected { address, path, state, mails, is_billed, .. } = expected;
        let mut differences = Vec::new();
        let mut compare = |what: &str, seen: String, wanted: String| {
            if seen != wanted {
                differences.push(format!("{address}: {what} is {seen}, expected {wanted}"));
            }
        };
        compare("path", self.path.clone(), (*path).to_owned());
        compare("state", self.state.clone(), (*state).to_owned());
        compare("mail", format!("[{}]", self.mails.join(", ")), format!("[{}]", mails.join(", ")));
        compare("billed", self.billed_since.is_some().to_string(), is_billed.to_string());
        differences
    }
}

/// Looks at everybody of the cast.
pub async fn look(app: &App, origin: &str, token: &str) -> Result<Vec<Observed>, Failure> {
    let client = recording::client()?;
    let url = Url::parse_with_params(&format!("{origin}/scim/v2/Users"), [("count", "100")]);
    let url = url.map_err(|error| Failure::failed(error.to_string()))?;
    let failed = |error: reqwest::Error| Failure::failed(format!("the people can't be read: {error}"));
    let answer = client.get(url).bearer_auth(token).send().await.map_err(failed)?;
    let list: Value = answer.json().await.map_err(failed)?;
    let people = list.get("Resources").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut mails = inbox::list(app, 200).await?;
    mails.sort_by_key(|mail| mail.received_at);
    let seen = CAST.iter().map(|expected| {
        let person =
            people.iter().find(|person| person.get("userName").and_then(Value::as_str) == Some(expected.address));
        let received = mails.iter().filter(|mail| mail.recipient == expected.address);
        let mails = received.map(|mail| format!("{} ({})", mail.code, mail.language)).collect();
        Observed { mails, ..of_resource(person) }
    });
    Ok(seen.collect())
}

fn of_resource(person: Option<&Value>) -> Observed {
    let own = person.and_then(|person| person.get(USHER));
    let text = |name: &str| own.and_then(|own| own.get(name)).and_then(Value::as_str).map(str::to_owned);
    Observed {
        // Who was pushed without a mode is on the tenant's path.
        path: text("provisioningMode").unwrap_or_else(|| "invite".to_owned()),
        state: text("state").unwrap_or_else(|| "unknown".to_owned()),
        mails: Vec::new(),
        billed_since: text("billableSince"),
    }
}
