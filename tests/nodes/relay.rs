//! An SMTP server that takes every mail and remembers whose it was.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// Message-IDs by recipient, in the order in which they were accepted.
#[derive(Clone, Default)]
pub struct Relay {
    taken: Arc<Mutex<HashMap<String, Vec<String>>>>,
    port: u16,
}

impl Relay {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let relay = Self { port: listener.local_addr().unwrap().port(), ..Self::default() };
        let taken = Arc::clone(&relay.taken);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk(stream, Arc::clone(&taken)));
            }
        });
        relay
    }

    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}?tls=off", self.port)
    }

    /// The Message-IDs of all mails to an address.
    pub fn mails_to(&self, address: &str) -> Vec<String> {
        self.taken.lock().unwrap().get(address).cloned().unwrap_or_default()
    }
}

/// One dialogue; `None` where the client went away in it.
async fn talk(stream: TcpStream, taken: Arc<Mutex<HashMap<String, Vec<String>>>>) -> Option<()> {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    let mut recipient = String::new();
    writer.write_all(b"220 relay\r\n").await.ok()?;
    loop {
        let line = lines.next_line().await.ok()??;
        let verb = line.get(..4).unwrap_or(&line).to_ascii_uppercase();
        let reply: &[u8] = match verb.as_str() {
            "EHLO" => b"250-relay\r\n250 8BITMIME\r\n",
            "RCPT" => {
                recipient = line.split(['<', '>']).nth(1)?.to_owned();
                b"250 ok\r\n"
            }
            "DATA" => {
                writer.write_all(b"354 go on\r\n").await.ok()?;
                let mut id = String::new();
                loop {
                    let line = lines.next_line().await.ok()??;
                    match line.split_once(": ") {
                        Some((name, value)) if id.is_empty() && name.eq_ignore_ascii_case("message-id") => {
                            value.clone_into(&mut id);
                        }
                        _ if line == "." => break,
                        _ => {}
                    }
                }
                taken.lock().unwrap().entry(recipient.clone()).or_default().push(id);
                b"250 taken\r\n"
            }
            "QUIT" => {
                writer.write_all(b"221 bye\r\n").await.ok()?;
                return None;
            }
            _ => b"250 ok\r\n",
        };
        writer.write_all(reply).await.ok()?;
    }
}
