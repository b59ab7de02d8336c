//! One HTTP/1.1 connection that is kept open: a request at a time, and no more work for it than it takes to know the answer.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// A client with its connection.
pub struct Client {
    address: String,
    /// The headers that every request has.
    headers: String,
    stream: Option<TcpStream>,
    sent: Vec<u8>,
    received: Vec<u8>,
    /// The body of the last answer.
    pub body: Vec<u8>,
}

/// What is asked.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: &'static str,
    /// Behind the SCIM base.
    pub path: String,
    pub body: Option<Vec<u8>>,
}

impl Request {
    pub fn get(path: impl Into<String>) -> Self {
        Self { method: "GET", path: path.into(), body: None }
    }

    pub fn with(method: &'static str, path: impl Into<String>, body: Vec<u8>) -> Self {
        Self { method, path: path.into(), body: Some(body) }
    }
}

/// The head of an answer, as far as it matters.
#[derive(Debug, PartialEq, Eq)]
struct Head {
    status: u16,
    /// Where the body begins.
    length: usize,
    body: Length,
}

#[derive(Debug, PartialEq, Eq)]
enum Length {
    Known(usize),
    Chunked,
}

impl Client {
    /// A client that connects with its first request.
    pub fn new(address: &str, token: &str) -> Self {
        let headers = format!(
            "Host: {address}\r\nAuthorization: Bearer {token}\r\nAccept: application/scim+json\r\nUser-Agent: load\r\n"
        );
        let (sent, received, body) = (Vec::new(), Vec::with_capacity(64 * 1024), Vec::new());
        Self { address: address.to_owned(), headers, stream: None, sent, received, body }
    }

    /// Asks and answers the status; the body is in `body`.
    ///
    /// # Errors
    /// When the connection breaks or what comes is no HTTP.
    pub async fn send(&mut self, request: &Request) -> Result<u16, String> {
        self.write_out(request);
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => self.connect().await?,
        };
        let status = self.exchange(&mut stream, request.method).await?;
        self.stream = Some(stream);
        Ok(status)
    }

    async fn connect(&self) -> Result<TcpStream, String> {
        let stream = TcpStream::connect(&self.address).await.map_err(|error| format!("no connection: {error}"))?;
        stream.set_nodelay(true).map_err(|error| format!("no connection: {error}"))?;
        Ok(stream)
    }

    fn write_out(&mut self, request: &Request) {
        self.sent.clear();
        for piece in [request.method, " /scim/v2", &request.path, " HTTP/1.1\r\n", &self.headers] {
            self.sent.extend_from_slice(piece.as_bytes());
        }
        if let Some(body) = &request.body {
            let length = format!("Content-Type: application/scim+json\r\nContent-Length: {}\r\n", body.len());
            self.sent.extend_from_slice(length.as_bytes());
        }
        self.sent.extend_from_slice(b"\r\n");
        self.sent.extend_from_slice(request.body.as_deref().unwrap_or_default());
    }

    async fn exchange(&mut self, stream: &mut TcpStream, method: &str) -> Result<u16, String> {
        stream.write_all(&self.sent).await.map_err(|error| format!("sending broke off: {error}"))?;
        self.received.clear();
        self.body.clear();
        let head = loop {
            self.read(stream).await?;
            if let Some(head) = head(&self.received)? {
                break head;
            }
        };
        match head.body {
            _ if head.status == 204 || method == "HEAD" => {}
            Length::Known(length) => {
                let end = head.length + length;
                while self.received.len() < end {
                    self.read(stream).await?;
                }
                self.body.extend_from_slice(self.received.get(head.length..end).unwrap_or_default());
            }
            Length::Chunked => self.read_chunks(stream, head.length).await?,
        }
        Ok(head.status)
    }

    async fn read(&mut self, stream: &mut TcpStream) -> Result<(), String> {
        match stream.read_buf(&mut self.received).await {
            Ok(0) => Err("the server closed the connection".to_owned()),
            Ok(_) => Ok(()),
            Err(error) => Err(format!("the answer broke off: {error}")),
        }
    }

    async fn read_chunks(&mut self, stream: &mut TcpStream, mut at: usize) -> Result<(), String> {
        loop {
            let (begin, length) = loop {
                let rest = self.received.get(at..).unwrap_or_default();
                if let Some(line) = find(rest, b"\r\n") {
                    let text = String::from_utf8_lossy(rest.get(..line).unwrap_or_default()).into_owned();
                    let size = text.split(';').next().unwrap_or_default().trim();
                    let size =
                        usize::from_str_radix(size, 16).map_err(|_| format!("{text} is no length of a chunk"))?;
                    break (at + line + 2, size);
                }
                self.read(stream).await?;
            };
            let end = begin + length;
            while self.received.len() < end + 2 {
                self.read(stream).await?;
            }
            self.body.extend_from_slice(self.received.get(begin..end).unwrap_or_default());
            if length == 0 {
                return Ok(());
            }
            at = end + 2;
        }
    }
}

/// The head of what was received; none before its end is there.
fn head(received: &[u8]) -> Result<Option<Head>, String> {
    let Some(end) = find(received, b"\r\n\r\n") else { return Ok(None) };
    let text = String::from_utf8_lossy(received.get(..end).unwrap_or_default());
    let mut lines = text.split("\r\n");
    let status = lines.next().and_then(|line| line.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok());
    let status = status.ok_or_else(|| "the answer is no HTTP/1.1".to_owned())?;
    let mut body = Length::Known(0);
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        if name.eq_ignore_ascii_case("content-length") {
            let length = value.trim().parse();
            body = Length::Known(length.map_err(|_| "the answer's length is no number".to_owned())?);
        } else if name.eq_ignore_ascii_case("transfer-encoding") {
            body = Length::Chunked;
        }
    }
    Ok(Some(Head { status, length: end + 4, body }))
}

/// Where a sequence of bytes begins.
pub fn find(text: &[u8], sought: &[u8]) -> Option<usize> {
    text.windows(sought.len()).position(|window| window == sought)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    #[test]
    fn a_head_is_read_when_it_is_whole() {
        assert_eq!(head(b"HTTP/1.1 200 OK\r\ncontent-le"), Ok(None));
        let whole = b"HTTP/1.1 201 Created\r\nContent-Length: 7\r\n\r\n{}";
        assert_eq!(head(whole), Ok(Some(Head { status: 201, length: 43, body: Length::Known(7) })));
        let chunked = head(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").unwrap().unwrap();
        assert_eq!(chunked.body, Length::Chunked);
        assert!(head(b"SSH-2.0\r\n\r\n").is_err());
    }

    #[tokio::test]
    async fn answers_follow_each_other_on_one_connection() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let served = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut asked = [0; 4096];
            for answer in [
                &b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabc"[..],
                b"HTTP/1.1 204 No Content\r\n\r\n",
                b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
            ] {
                assert!(stream.read(&mut asked).await.unwrap() > 0);
                stream.write_all(answer).await.unwrap();
            }
        });
        let mut client = Client::new(&address, "t");
        for (status, body) in [(200, &b"abc"[..]), (204, b""), (200, b"abcde")] {
            assert_eq!(client.send(&Request::get("/Users")).await, Ok(status));
            assert_eq!(client.body, body);
        }
        served.await.unwrap();
    }
}
