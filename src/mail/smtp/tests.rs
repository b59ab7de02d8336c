use super::*;
use crate::{
    domain::notification::Code,
    mail::{Letter, Mailer, compose, sample::letter},
};
use std::net::SocketAddr;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// What the scripted relay says where it does not say yes; `""` hangs up, `"-"` says nothing for ever.
#[derive(Clone, Default)]
struct Script {
    greeting: Option<&'static str>,
    ehlo: Option<&'static str>,
    auth: Option<&'static str>,
    mail: Option<&'static str>,
    rcpt: Option<&'static str>,
    data: Option<&'static str>,
    end: Option<&'static str>,
}

/// A relay in this process; remembers what it was told.
struct Server {
    address: SocketAddr,
    log: Arc<Mutex<Vec<String>>>,
}

impl Server {
    async fn start(script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("listener");
        let server = Self { address: listener.local_addr().expect("address"), log: Arc::default() };
        let log = Arc::clone(&server.log);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, script.clone(), Arc::clone(&log)));
            }
        });
        server
    }

    fn smtp(&self) -> Smtp {
        Smtp::from_url(&format!("smtp://{}", self.address)).expect("url")
    }

    fn heard(&self, start: &str) -> Vec<String> {
        self.log.lock().expect("log").iter().filter(|line| line.starts_with(start)).cloned().collect()
    }
}

async fn serve(stream: TcpStream, script: Script, log: Arc<Mutex<Vec<String>>>) -> Option<()> {
    let mut stream = BufReader::new(stream);
    say(&mut stream, script.greeting.unwrap_or("220 relay.example")).await?;
    let mut in_data = false;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let line = line.trim_end().to_owned();
        log.lock().expect("log").push(line.clone());
        if in_data {
            if line == "." {
                in_data = false;
                say(&mut stream, script.end.unwrap_or("250 2.0.0 queued as 4711")).await?;
            }
            continue;
        }
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let reply = match verb.as_str() {
            "EHLO" => script.ehlo.unwrap_or("250-relay.example\r\n250-AUTH PLAIN\r\n250 8BITMIME"),
            "AUTH" => script.auth.unwrap_or("235 welcome"),
            "MAIL" => script.mail.unwrap_or("250 sender ok"),
            "RCPT" => script.rcpt.unwrap_or("250 recipient ok"),
            "DATA" => script.data.unwrap_or("354 go on"),
            "QUIT" => "221 bye",
            _ => "250 ok",
        };
        in_data = verb == "DATA" && reply.starts_with("354");
        say(&mut stream, reply).await?;
    }
}

async fn say(stream: &mut BufReader<TcpStream>, reply: &str) -> Option<()> {
    match reply {
        "" => None,
        "-" => std::future::pending().await,
        reply => stream.write_all(format!("{reply}\r\n").as_bytes()).await.ok(),
    }
}

fn mail() -> Mail {
    compose(&letter(Code::E1)).expect("mail")
}

async fn outcome(script: Script) -> Outcome {
    Server::start(script).await.smtp().send(&mail()).await
}

fn accepted(reply: &str) -> Outcome {
    Outcome::Accepted { reply: reply.to_owned() }
}

fn refused(reply: &str) -> Outcome {
    Outcome::Refused { reply: reply.to_owned() }
}

fn delayed(reply: &str) -> Outcome {
    Outcome::Delayed { reply: reply.to_owned() }
}

#[tokio::test]
async fn an_accepted_mail_tells_the_relays_words_and_names_one_recipient() {
    let server = Server::start(Script::default()).await;
    assert_eq!(server.smtp().send(&mail()).await, accepted("250 2.0.0 queued as 4711"));
    assert_eq!(server.heard("MAIL"), ["MAIL FROM:<no-reply@usher.example.com>"]);
    assert_eq!(server.heard("RCPT"), ["RCPT TO:<ada@example.com>"]);
    assert_eq!(server.heard("Message-ID").len(), 1);
}

#[tokio::test]
async fn a_refusal_for_now_delays_wherever_it_comes() {
    let reply = Some("451 4.7.1 try later");
    let expected = delayed("451 4.7.1 try later");
    assert_eq!(outcome(Script { mail: reply, ..Script::default() }).await, expected);
    assert_eq!(outcome(Script { rcpt: reply, ..Script::default() }).await, expected);
    assert_eq!(outcome(Script { data: reply, ..Script::default() }).await, expected);
    assert_eq!(outcome(Script { end: reply, ..Script::default() }).await, expected);
    assert_eq!(outcome(Script { rcpt: Some("421 closing"), ..Script::default() }).await, delayed("421 closing"));
}

#[tokio::test]
async fn a_refusal_for_good_is_final_wherever_it_comes() {
    let reply = Some("550-5.1.1 no such\r\n550 5.1.1 mailbox");
    let expected = refused("550 5.1.1 no such mailbox");
    assert_eq!(outcome(Script { mail: reply, ..Script::default() }).await, expected);
    assert_eq!(outcome(Script { rcpt: reply, ..Script::default() }).await, expected);
    assert_eq!(outcome(Script { data: reply, ..Script::default() }).await, expected);
    assert_eq!(outcome(Script { end: reply, ..Script::default() }).await, expected);
}

#[tokio::test]
async fn a_connection_lost_before_the_final_reply_delays() {
    let lost = delayed("the connection to the relay broke: it ended without a reply");
    assert_eq!(outcome(Script { end: Some(""), ..Script::default() }).await, lost);
    assert_eq!(outcome(Script { rcpt: Some(""), ..Script::default() }).await, lost);
    assert_eq!(
        outcome(Script { greeting: Some(""), ..Script::default() }).await,
        delayed("no connection to the relay: it ended without a reply")
    );
}

#[tokio::test]
async fn nobody_at_the_other_end_delays() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("listener");
    let address = listener.local_addr().expect("address");
    drop(listener);
    let smtp = Smtp::from_url(&format!("smtp://{address}")).expect("url");
    let Outcome::Delayed { reply } = smtp.send(&mail()).await else { panic!("not delayed") };
    assert!(reply.starts_with("no connection to the relay: "), "{reply}");
}

#[tokio::test]
async fn a_silent_relay_delays_and_its_late_reply_counts_for_nothing() {
    let server = Server::start(Script { end: Some("-"), ..Script::default() }).await;
    let url = SmtpUrl::parse(&format!("smtp://{}", server.address)).expect("url");
    let smtp = Smtp::new(url, Duration::from_millis(200));
    assert_eq!(smtp.send(&mail()).await, delayed("the relay did not answer in time"));
    assert_eq!(smtp.send(&mail()).await, delayed("the relay did not answer in time"));
    assert_eq!(server.heard("EHLO").len(), 2, "the cut-off connection was used again");
}

#[tokio::test]
async fn replies_out_of_step_are_no_acceptance() {
    let expected = delayed("the relay's replies are out of step with the dialogue");
    assert_eq!(outcome(Script { data: Some("250 ok"), ..Script::default() }).await, expected);
    assert_eq!(outcome(Script { end: Some("354 go on"), ..Script::default() }).await, expected);
}

#[tokio::test]
async fn what_the_session_lacks_is_not_the_mails_fault() {
    let auth = |reply| Script { auth: Some(reply), ..Script::default() };
    for (script, expected) in [
        (auth("535 5.7.8 bad credentials"), "the relay did not let us sign in: 535 5.7.8 bad credentials"),
        (Script { mail: Some("530 sign in first"), ..Script::default() }, "530 sign in first"),
        (Script { greeting: Some("554 go away"), ..Script::default() }, "no connection to the relay: 554 go away"),
        (Script { ehlo: Some("250 relay.example"), ..Script::default() }, "the relay did not let us sign in:"),
    ] {
        let server = Server::start(script).await;
        let smtp = Smtp::from_url(&format!("smtp://user:hunter2@{}", server.address)).expect("url");
        let Outcome::Delayed { reply } = smtp.send(&mail()).await else { panic!("{expected}") };
        assert!(reply.starts_with(expected), "{reply}");
        assert!(!reply.contains("hunter2") && !format!("{smtp:?}").contains("hunter2"));
    }
}

#[tokio::test]
async fn required_encryption_that_is_not_offered_delays_with_the_reason() {
    let server = Server::start(Script::default()).await;
    let smtp = Smtp::from_url(&format!("smtp://u:p@{}?tls=required", server.address)).expect("url");
    let expected = delayed("the relay offers no STARTTLS, which USHER_SMTP_URL requires");
    assert_eq!(smtp.send(&mail()).await, expected);
    assert!(server.heard("AUTH").is_empty() && server.heard("MAIL").is_empty());
}

#[tokio::test]
async fn encryption_that_is_not_wanted_is_not_tried() {
    let ehlo = Some("250-relay.example\r\n250 STARTTLS");
    let server = Server::start(Script { ehlo, ..Script::default() }).await;
    let smtp = Smtp::from_url(&format!("smtp://{}?tls=off", server.address)).expect("url");
    assert_eq!(smtp.send(&mail()).await, accepted("250 2.0.0 queued as 4711"));
    assert!(server.heard("STARTTLS").is_empty());
}

#[tokio::test]
async fn a_trial_tells_what_was_agreed_and_sends_on_the_same_connection() {
    let server = Server::start(Script::default()).await;
    let smtp = Smtp::from_url(&format!("smtp://user:hunter2@{}", server.address)).expect("url");
    let agreed = smtp.connect().await.expect("connection");
    let shown = agreed.to_string();
    for words in ["calls itself relay.example", "none: the relay offers no STARTTLS", "as user", "not offered"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    assert!(!shown.contains("hunter2"));
    assert_eq!(smtp.send(&mail()).await, accepted("250 2.0.0 queued as 4711"));
    assert_eq!(server.heard("EHLO").len(), 1);
    let refusing = Server::start(Script { auth: Some("535 5.7.8 bad credentials"), ..Script::default() }).await;
    let smtp = Smtp::from_url(&format!("smtp://user:hunter2@{}", refusing.address)).expect("url");
    let why = smtp.connect().await.expect_err("no sign-in");
    assert_eq!(why, "the relay did not let us sign in: 535 5.7.8 bad credentials");
}

#[tokio::test]
async fn offered_encryption_that_fails_delays() {
    let ehlo = Some("250-relay.example\r\n250 STARTTLS");
    let Outcome::Delayed { reply } = outcome(Script { ehlo, ..Script::default() }).await else { panic!("not delayed") };
    assert!(reply.starts_with("the relay's STARTTLS failed: "), "{reply}");
}

#[tokio::test]
async fn mails_follow_each_other_on_one_connection() {
    let server = Server::start(Script::default()).await;
    let mailer = Mailer::Smtp(server.smtp());
    for _ in 0..3 {
        assert_eq!(mailer.send(&mail()).await, accepted("250 2.0.0 queued as 4711"));
    }
    mailer.close().await;
    assert_eq!((server.heard("EHLO").len(), server.heard("RSET").len(), server.heard("QUIT").len()), (1, 2, 1));
}

#[tokio::test]
async fn after_a_refusal_the_connection_starts_anew() {
    let server = Server::start(Script { rcpt: Some("550 no"), ..Script::default() }).await;
    let smtp = server.smtp();
    assert_eq!(smtp.send(&mail()).await, refused("550 no"));
    assert_eq!(smtp.send(&mail()).await, refused("550 no"));
    assert_eq!((server.heard("EHLO").len(), server.heard("RSET").len(), server.heard("MAIL").len()), (1, 1, 2));
}

#[tokio::test]
async fn letters_beyond_ascii_before_the_at_need_smtputf8() {
    let mail = compose(&Letter { to: "\u{fc}nal@example.com".to_owned(), ..letter(Code::E1) }).expect("mail");
    let without = Server::start(Script::default()).await;
    assert!(matches!(without.smtp().send(&mail).await, Outcome::Refused { .. }));
    assert!(without.heard("MAIL").is_empty());
    let ehlo = Some("250-relay.example\r\n250-8BITMIME\r\n250 SMTPUTF8");
    let with = Server::start(Script { ehlo, ..Script::default() }).await;
    assert!(matches!(with.smtp().send(&mail).await, Outcome::Accepted { .. }));
    assert_eq!(with.heard("RCPT"), ["RCPT TO:<\u{fc}nal@example.com>"]);
    assert!(with.heard("MAIL").iter().all(|line| line.ends_with("SMTPUTF8 BODY=8BITMIME")));
}

#[tokio::test]
async fn a_lone_dot_in_the_text_does_not_end_the_mail() {
    let server = Server::start(Script::default()).await;
    let mail = Mail { text: "one\n.\nQUIT\n..two\n".to_owned(), ..mail() };
    assert_eq!(server.smtp().send(&mail).await, accepted("250 2.0.0 queued as 4711"));
    assert!(server.heard("..").len() >= 2);
    assert_eq!(server.heard("."), [server.heard("..").as_slice(), &[".".to_owned()]].concat());
}

#[tokio::test]
async fn a_mail_that_is_no_mail_is_refused_without_a_connection() {
    let smtp = Smtp::from_url("smtp://relay.invalid").expect("url");
    let mail = Mail { to: "a@example.com,b@example.com".to_owned(), ..mail() };
    assert_eq!(smtp.send(&mail).await, refused("the recipient's address is not a plain mailbox"));
}
