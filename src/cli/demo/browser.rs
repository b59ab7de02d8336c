//! A person with a browser: opens the link of a mail, fills the form, sends it.

use super::recording;
use crate::{app::App, cli::failure::Failure, domain::password};
use reqwest::{
    Client, Response, StatusCode, Url,
    header::{CONTENT_TYPE, COOKIE, ORIGIN, SET_COOKIE},
};

/// A browser without JavaScript.
#[derive(Debug)]
pub struct Browser {
    client: Client,
    origin: String,
}

impl Browser {
    /// A browser for the pages of this origin.
    pub fn new(origin: &str) -> Result<Self, Failure> {
        Ok(Self { client: recording::client()?, origin: origin.to_owned() })
    }

    /// Accepts an invitation: names and a password.
    pub async fn accept(&self, app: &App, link: &str, first_name: &str, last_name: &str) -> Result<(), Failure> {
        let password = password::generate(&*app.rng);
        self.fill(link, &[("firstName", first_name), ("lastName", last_name), ("password", &password)]).await
    }

    /// Sets a password through a one-time link.
    pub async fn set_password(&self, app: &App, link: &str) -> Result<(), Failure> {
        let password = password::generate(&*app.rng);
        self.fill(link, &[("password", &password)]).await
    }

    /// Makes sure that a link opens no form any more.
    pub async fn expect_dead(&self, link: &str) -> Result<(), Failure> {
        let page = self.client.get(link).send().await.map_err(unreachable)?;
        let html = page.text().await.map_err(unreachable)?;
        if html.contains("name=\"password\"") {
            return Err(Failure::failed("the link of a suspended person still opens the form"));
        }
        Ok(())
    }

    async fn fill(&self, link: &str, answers: &[(&str, &str)]) -> Result<(), Failure> {
        let page = self.client.get(link).send().await.map_err(unreachable)?;
        if page.status() != StatusCode::OK {
            return Err(Failure::failed(format!("the form of a fresh link answers {}", page.status())));
        }
        let cookies = cookies(&page);
        let html = page.text().await.map_err(unreachable)?;
        let mut fields = hidden_fields(&html);
        fields.extend(answers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let form =
            Url::parse_with_params("http://form/", &fields).map_err(|error| Failure::failed(error.to_string()))?;
        let request = self
            .client
            .post(link)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(ORIGIN, &self.origin)
            .header(COOKIE, cookies)
            .body(form.query().unwrap_or_default().to_owned());
        let answer = request.send().await.map_err(unreachable)?;
        match answer.status() {
            status if status.is_success() || status.is_redirection() => Ok(()),
            status => Err(Failure::failed(format!("the filled form answers {status}"))),
        }
    }
}

/// The first link of this kind in a mail's text.
pub fn link(text: &str, path: &str) -> Option<String> {
    let is_link = |word: &&str| word.starts_with("http") && word.contains(path);
    text.split_whitespace().map(|word| word.trim_matches(['<', '>'])).find(is_link).map(str::to_owned)
}

fn unreachable(error: reqwest::Error) -> Failure {
    Failure::failed(format!("a page does not answer: {}", error.without_url()))
}

fn cookies(page: &Response) -> String {
    let set = page.headers().get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = set.filter_map(|value| value.split(';').next());
    pairs.collect::<Vec<_>>().join("; ")
}

/// Names and values of `<input type="hidden">`.
fn hidden_fields(html: &str) -> Vec<(String, String)> {
    let inputs = html.split("<input").skip(1).filter_map(|rest| rest.split('>').next());
    let hidden = inputs.filter(|input| attribute(input, "type") == Some("hidden"));
    hidden
        .filter_map(|input| Some((attribute(input, "name")?.to_owned(), attribute(input, "value")?.to_owned())))
        .collect()
}

fn attribute<'a>(input: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = input.split_once(&format!("{name}=\""))?;
    rest.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_found_in_the_text_of_a_mail() {
        let text = "Hello,\n\nfill the form:\nhttp://127.0.0.1:1/i/abc-_1\n\nSign in: http://127.0.0.1:1/login";
        assert_eq!(link(text, "/i/").as_deref(), Some("http://127.0.0.1:1/i/abc-_1"));
        assert_eq!(link(text, "/set-password/"), None);
    }

    #[test]
    fn hidden_fields_go_along() {
        let html =
            r#"<form><input type="hidden" name="csrf" value="x1"><input name="password" type="password"></form>"#;
        assert_eq!(hidden_fields(html), [("csrf".to_owned(), "x1".to_owned())]);
    }
}
