//! What a client still sends when the answer is ready: it is read and dropped, within bounds, before the answer leaves.
//!
//! Most clients send their whole body before they look for an answer. Were the connection closed under them, the system would tell them
//! that it broke, and the 413 or 401 that says why would be lost.

use axum::{
    body::{Body, Bytes, HttpBody},
    extract::Request,
    http::header,
    middleware::Next,
    response::Response,
};
use http_body_util::BodyExt;
use hyper::body::{Frame, SizeHint};
use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio::sync::oneshot;

/// More than this is not waited for.
const MOST: u64 = 16 * 1024 * 1024;
const DEADLINE: Duration = Duration::from_secs(2);

/// Goes around everything that may answer before it has read the body.
pub(super) async fn drain(request: Request, next: Next) -> Response {
    // Who asks first sends nothing after a refusal.
    if request.headers().contains_key(header::EXPECT) || request.body().is_end_stream() {
        return next.run(request).await;
    }
    let (back, left) = oneshot::channel();
    let request = request.map(|body| Body::new(Watched { body, back: Some(back) }));
    let response = next.run(request).await;
    if let Ok(body) = left.await {
        // What can't be read in time is given up; the answer leaves all the same.
        let _ = tokio::time::timeout(DEADLINE, discard(body)).await;
    }
    response
}

async fn discard(mut body: Body) {
    let mut left = MOST;
    if body.size_hint().lower() > left {
        return;
    }
    while let Some(Ok(frame)) = body.frame().await {
        let length = frame.data_ref().map_or(0, Bytes::len);
        match left.checked_sub(u64::try_from(length).unwrap_or(u64::MAX)) {
            Some(rest) => left = rest,
            None => return,
        }
    }
}

/// A body that comes back when it is dropped before its end.
struct Watched {
    body: Body,
    back: Option<oneshot::Sender<Body>>,
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if matches!(polled, Poll::Ready(None | Some(Err(_)))) {
            self.back = None;
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        if let Some(back) = self.back.take().filter(|_| !self.body.is_end_stream()) {
            // Nobody waits for it when the connection is gone.
            let _ = back.send(std::mem::take(&mut self.body));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{Router, http::StatusCode, middleware, routing::post};
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::{TcpListener, TcpStream},
    };

    #[tokio::test]
    async fn a_refusal_reaches_a_client_that_sends_its_whole_body_first() {
        let refuse = || async { StatusCode::PAYLOAD_TOO_LARGE };
        let router = Router::new().route("/", post(refuse)).layer(middleware::from_fn(drain));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel::<()>();
        let end = async move { stopped.await.unwrap_or_default() };
        let server = tokio::spawn(crate::http::serve(listener, router, end));

        let mut client = TcpStream::connect(address).await.expect("a connection");
        let body = vec![b'x'; 4 * 1024 * 1024];
        let head = format!("POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: {}\r\n\r\n", body.len());
        for _ in 0..2 {
            client.write_all(head.as_bytes()).await.expect("sent");
            client.write_all(&body).await.expect("all of it was taken");
            let mut answer = [0; 12];
            client.read_exact(&mut answer).await.expect("an answer");
            assert_eq!(&answer, b"HTTP/1.1 413");
            let mut rest = [0; 1];
            let mut seen = Vec::new();
            while !seen.ends_with(b"\r\n\r\n") {
                client.read_exact(&mut rest).await.expect("the rest of the head");
                seen.extend(rest);
            }
        }
        drop(client);
        stop.send(()).expect("still serving");
        server.await.expect("an orderly end");
    }
}
