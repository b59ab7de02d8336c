//! A receiver of webhooks on a port of this machine: keeps what came, and answers as scripted.

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};
use tokio::{net::TcpListener, task::JoinHandle};

/// A request that came.
#[derive(Debug, Clone)]
pub struct Received {
    pub id: String,
    pub timestamp: String,
    pub signatures: Vec<String>,
    pub text: String,
    pub body: Value,
    /// What it was answered.
    pub status: u16,
}

type Judge = Box<dyn Fn(&Value) -> u16 + Send + Sync>;

#[derive(Default)]
struct Inner {
    received: Vec<Received>,
    script: VecDeque<u16>,
    judge: Option<Judge>,
    retry_after: Option<String>,
}

pub struct Receiver {
    pub url: String,
    inner: Arc<Mutex<Inner>>,
    task: JoinHandle<()>,
}

impl Receiver {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let inner = Arc::new(Mutex::new(Inner::default()));
        let router = Router::new().fallback(receive).with_state(Arc::clone(&inner));
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, inner, task }
    }

    /// Answers the next requests so; after them 204.
    pub fn script(&self, statuses: impl IntoIterator<Item = u16>) {
        self.inner.lock().unwrap().script.extend(statuses);
    }

    /// Answers by what comes, where no script says otherwise.
    pub fn judge(&self, judge: impl Fn(&Value) -> u16 + Send + Sync + 'static) {
        self.inner.lock().unwrap().judge = Some(Box::new(judge));
    }

    /// Sends this `Retry-After` with every failure.
    pub fn ask_for(&self, retry_after: &str) {
        self.inner.lock().unwrap().retry_after = Some(retry_after.to_owned());
    }

    pub fn received(&self) -> Vec<Received> {
        self.inner.lock().unwrap().received.clone()
    }

    /// Places of the events that were taken, in the order in which they came.
    pub fn taken(&self) -> Vec<i64> {
        let taken = self.received().into_iter().filter(|request| request.status < 300);
        taken.map(|request| request.body["data"]["seq"].as_i64().unwrap()).collect()
    }

    /// Types of the events that were taken, in the order in which they came.
    pub fn types(&self) -> Vec<String> {
        let taken = self.received().into_iter().filter(|request| request.status < 300);
        taken.map(|request| request.body["type"].as_str().unwrap().to_owned()).collect()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Received {
    /// Whether one of its signatures is that of this secret, computed as the standard says.
    pub fn is_signed_with(&self, secret: &str) -> bool {
        let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &key);
        let content = format!("{}.{}.{}", self.id, self.timestamp, self.text);
        self.signatures.iter().any(|signature| {
            let tag = STANDARD.decode(signature.strip_prefix("v1,").unwrap()).unwrap();
            aws_lc_rs::hmac::verify(&key, content.as_bytes(), &tag).is_ok()
        })
    }
}

async fn receive(State(inner): State<Arc<Mutex<Inner>>>, headers: HeaderMap, bytes: Bytes) -> Response {
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let body: Value = serde_json::from_str(&text).unwrap();
    let header = |name: &str| headers.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
    let mut inner = inner.lock().unwrap();
    let judged = inner.judge.as_ref().map_or(204, |judge| judge(&body));
    let status = inner.script.pop_front().unwrap_or(judged);
    inner.received.push(Received {
        id: header("webhook-id"),
        timestamp: header("webhook-timestamp"),
        signatures: header("webhook-signature").split(' ').map(str::to_owned).collect(),
        text,
        body,
        status,
    });
    let mut response = StatusCode::from_u16(status).unwrap().into_response();
    if let Some(seconds) = inner.retry_after.as_ref().filter(|_| status >= 400) {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.parse().unwrap());
    }
    if (300..400).contains(&status) {
        response.headers_mut().insert(header::LOCATION, "/elsewhere".parse().unwrap());
    }
    response
}
