//! Requests that are no HTTP, or whose URL or header fields are too long: they never become a request, and the HTTP library answers them
//! with a bare status. Here that answer gets an Error message (RFC 7644 section 3.12), and its client the time to read it.
//!
//! All other bytes pass as they are.

use crate::scim::{Error, messages};
use axum::http::StatusCode;
use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::Sleep,
};

/// No bare answer is longer.
const LONGEST: usize = 256;
/// What a client still sends after such an answer is read for so long, and so much of it: closed earlier, the connection would break under
/// a client that sends everything before it looks for an answer.
const LINGER: Duration = Duration::from_secs(2);
const MOST: usize = 16 * 1024 * 1024;

/// A connection whose unreadable requests are answered in words.
pub(super) struct Explaining<S> {
    stream: S,
    /// What is to be written in place of a bare answer, and how much of it was.
    answer: Option<(Vec<u8>, usize)>,
    linger: Option<Linger>,
}

struct Linger {
    until: Pin<Box<Sleep>>,
    left: usize,
}

impl<S> Explaining<S> {
    pub fn new(stream: S) -> Self {
        Self { stream, answer: None, linger: None }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Explaining<S> {
    fn poll_answer(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some((answer, written)) = &mut self.answer {
            let rest = answer.get(*written..).unwrap_or_default();
            if rest.is_empty() {
                self.answer = None;
                break;
            }
            match ready!(Pin::new(&mut self.stream).poll_write(context, rest))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                count => *written += count,
            }
        }
        Poll::Ready(Ok(()))
    }

    /// Takes bytes that end with a bare answer; `None` for all others.
    fn take_bare(&mut self, bytes: &[u8]) -> Option<usize> {
        let (before, status) = bare(bytes)?;
        let mut answer = before.to_vec();
        answer.extend(explained(status));
        self.answer = Some((answer, 0));
        self.linger = Some(Linger { until: Box::pin(tokio::time::sleep(LINGER)), left: MOST });
        Some(bytes.len())
    }
}

impl Linger {
    fn poll<S: AsyncRead + Unpin>(&mut self, stream: &mut S, context: &mut Context<'_>) -> Poll<()> {
        let mut scratch = [0; 8 * 1024];
        while self.left > 0 {
            let mut buffer = ReadBuf::new(&mut scratch);
            match Pin::new(&mut *stream).poll_read(context, &mut buffer) {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => {
                    self.left = self.left.saturating_sub(buffer.filled().len());
                }
                Poll::Ready(_) => return Poll::Ready(()),
                Poll::Pending => return self.until.as_mut().poll(context),
            }
        }
        Poll::Ready(())
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Explaining<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Explaining<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.poll_answer(context))?;
        match self.take_bare(bytes) {
            Some(taken) => Poll::Ready(Ok(taken)),
            None => Pin::new(&mut self.stream).poll_write(context, bytes),
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_answer(context))?;
        // A head is never written behind a body that has slices of its own.
        match slices {
            [only] => self.poll_write(context, only),
            slices => Pin::new(&mut self.stream).poll_write_vectored(context, slices),
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_answer(context))?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_answer(context))?;
        ready!(Pin::new(&mut self.stream).poll_shutdown(context))?;
        let this = &mut *self;
        if let Some(linger) = &mut this.linger {
            ready!(linger.poll(&mut this.stream, context));
            this.linger = None;
        }
        Poll::Ready(Ok(()))
    }
}

/// The status of the bare answer at the end of what is written, and what stands before it. The router's own answers carry a request id.
fn bare(bytes: &[u8]) -> Option<(&[u8], StatusCode)> {
    if !bytes.ends_with(b"\r\n\r\n") {
        return None;
    }
    let from = bytes.len().saturating_sub(LONGEST);
    let tail = bytes.get(from..)?;
    let start = tail.windows(7).rposition(|window| window == b"HTTP/1.")?;
    let head = std::str::from_utf8(tail.get(start..)?).ok()?;
    let is_bare = head.contains("\r\nconnection: close\r\n")
        && head.contains("\r\ncontent-length: 0\r\n")
        && !head.contains("x-request-id");
    let status: StatusCode = head.split(' ').nth(1)?.parse().ok()?;
    (is_bare && status.is_client_error()).then(|| (bytes.get(..from + start).unwrap_or_default(), status))
}

fn explained(status: StatusCode) -> Vec<u8> {
    let detail = match status {
        StatusCode::URI_TOO_LONG => "The URL is too long; send a long filter as the body of a POST to .search.",
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => {
            "The URL and the header fields are too long, or too many; send a long filter as the body of a POST to .search."
        }
        _ => "The request is no HTTP that this server can read; percent-encode the URL, and look at the header fields.",
    };
    let body = messages::error(&Error::status(status.as_u16(), detail)).to_string();
    format!(
        "HTTP/1.1 {} {}\r\ncontent-type: application/scim+json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        status.as_str(),
        status.canonical_reason().unwrap_or_default(),
        body.len(),
    )
    .into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{Router, routing::get};
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::{TcpListener, TcpStream},
        sync::oneshot,
    };

    /// Everything the server answers to these bytes, which are all sent before the answer is read.
    async fn answer(request: &[u8]) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel::<()>();
        let router = Router::new().route("/", get(|| async { "hello" }));
        let server = tokio::spawn(crate::http::serve(listener, router, async move {
            stopped.await.unwrap_or_default();
        }));
        let mut client = TcpStream::connect(address).await.expect("a connection");
        client.write_all(request).await.expect("all of it was taken");
        client.shutdown().await.expect("the end");
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.expect("an answer, then the end");
        stop.send(()).expect("still serving");
        server.await.expect("an orderly end");
        answer
    }

    #[tokio::test]
    async fn what_can_not_be_read_is_answered_in_words() {
        let long = "a".repeat(70_000);
        let huge = "a".repeat(4 * 1024 * 1024);
        let many = "x: y\r\n".repeat(300);
        for (request, status) in [
            (format!("GET /?filter={long} HTTP/1.1\r\nhost: localhost\r\n\r\n"), "414 URI Too Long"),
            (format!("GET /?filter={huge} HTTP/1.1\r\nhost: localhost\r\n\r\n"), "431 Request Header Fields Too Large"),
            (format!("GET / HTTP/1.1\r\n{many}\r\n"), "431 Request Header Fields Too Large"),
            ("GET /?filter=id pr HTTP/1.1\r\n\r\n".to_owned(), "400 Bad Request"),
            ("nonsense\r\n\r\n".to_owned(), "400 Bad Request"),
        ] {
            let answer = answer(request.as_bytes()).await;
            let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
            assert!(
                head.starts_with(&format!("HTTP/1.1 {status}\r\ncontent-type: application/scim+json\r\n")),
                "{head}"
            );
            let body: serde_json::Value = serde_json::from_str(body).expect("JSON");
            assert_eq!(body["schemas"][0], "urn:ietf:params:scim:api:messages:2.0:Error");
            assert!(status.starts_with(body["status"].as_str().expect("text")));
        }
    }

    #[tokio::test]
    async fn answers_before_it_stay_what_they_are() {
        let requests =
            "GET / HTTP/1.1\r\nhost: localhost\r\n\r\nGET / HTTP/1.1\r\nhost: localhost\r\n\r\nnonsense\r\n\r\n";
        let answer = answer(requests.as_bytes()).await;
        assert_eq!(answer.matches("HTTP/1.1 200 OK").count(), 2, "{answer}");
        assert_eq!(answer.matches("hello").count(), 2, "{answer}");
        assert!(answer.contains("HTTP/1.1 400 Bad Request\r\ncontent-type: application/scim+json"), "{answer}");
    }

    #[test]
    fn the_routers_own_answers_pass() {
        for own in [
            "HTTP/1.1 404 Not Found\r\nx-request-id: 1\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 204 No Content\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 400 Bad Request\r\ncontent-length: 2\r\n\r\nno",
            "\r\n\r\n",
            "",
        ] {
            assert!(bare(own.as_bytes()).is_none(), "{own}");
        }
    }
}
