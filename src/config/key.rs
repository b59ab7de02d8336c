//! The table of settings.

/// A setting's name; everything else about it is in the table below.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// `USHER_LISTEN`
    Listen,
    /// `USHER_PUBLIC_URL`
    PublicUrl,
    /// `USHER_DATABASE_URL`
    DatabaseUrl,
    /// `USHER_DATABASE_CONNECTIONS`
    DatabaseConnections,
    /// `USHER_SMTP_URL`
    SmtpUrl,
    /// `USHER_MAIL_FROM`
    MailFrom,
    /// `USHER_SECRET_KEY`
    SecretKey,
    /// `USHER_SECRET_KEY_FILE`
    SecretKeyFile,
    /// `USHER_TRUSTED_PROXIES`
    TrustedProxies,
    /// `USHER_OTLP_URL`
    OtlpUrl,
    /// `USHER_LOG`
    Log,
    /// `USHER_LOG_FORMAT`
    LogFormat,
    /// `USHER_CLOCK_OFFSET`
    ClockOffset,
}

/// How much of a value may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Display {
    /// All of it.
    Plain,
    /// All but the password of a URL.
    Url,
    /// Nothing.
    Hidden,
}

struct Row {
    name: &'static str,
    default: Option<&'static str>,
    display: Display,
    meaning: &'static str,
}

impl Key {
    /// Every setting, in the order they are shown.
    pub const ALL: [Self; 13] = [
        Self::Listen,
        Self::PublicUrl,
        Self::DatabaseUrl,
        Self::DatabaseConnections,
        Self::SmtpUrl,
        Self::MailFrom,
        Self::SecretKey,
        Self::SecretKeyFile,
        Self::TrustedProxies,
        Self::OtlpUrl,
        Self::Log,
        Self::LogFormat,
        Self::ClockOffset,
    ];

    /// The key in `usher.toml`, for example `public_url`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The name of the environment variable, for example `USHER_PUBLIC_URL`.
    #[must_use]
    pub fn variable(self) -> String {
        format!("USHER_{}", self.row().name.to_ascii_uppercase())
    }

    /// The value that holds when nobody sets one.
    #[must_use]
    pub fn default(self) -> Option<&'static str> {
        self.row().default
    }

    /// What the setting does, in one sentence.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        self.row().meaning
    }

    /// How much of a value may be shown.
    #[must_use]
    pub fn display(self) -> Display {
        self.row().display
    }

    /// The setting of a key in the file.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.name() == name)
    }

    /// The setting of an environment variable.
    #[must_use]
    pub fn of_variable(variable: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.variable() == variable)
    }

    fn row(self) -> Row {
        match self {
            Self::Listen => plain("listen", Some("127.0.0.1:8080"), "The address and port the HTTP server listens on."),
            Self::PublicUrl => plain(
                "public_url",
                None,
                "The origin people and identity providers reach; every link and meta.location is built from it. By default http:// and the listening address.",
            ),
            Self::DatabaseUrl => Row {
                name: "database_url",
                default: Some("sqlite://usher.db"),
                display: Display::Url,
                meaning: "Where everything is kept: sqlite://FILE or postgres://USER:PASSWORD@HOST/DATABASE. Several hosts, as HOST:PORT,HOST:PORT, are tried in order for one that takes writes.",
            },
            Self::DatabaseConnections => plain(
                "database_connections",
                Some("16"),
                "The most connections of this process to PostgreSQL, 2 to 1000. SQLite does not heed it.",
            ),
            Self::SmtpUrl => Row {
                name: "smtp_url",
                default: None,
                display: Display::Url,
                meaning: "The SMTP server for mails: smtp://USER:PASSWORD@HOST:PORT, smtps://..., with ?tls=required to insist on STARTTLS or ?tls=off to do without. Unset: the local inbox at /inbox.",
            },
            Self::MailFrom => plain("mail_from", Some("Usher <usher@localhost>"), "The sender of every mail."),
            Self::SecretKey => Row {
                name: "secret_key",
                default: None,
                display: Display::Hidden,
                meaning: "The key that signs links and digests tokens: any text of 32 bytes or more. With SQLite it is made on the first start, in a file beside the database.",
            },
            Self::SecretKeyFile => {
                plain("secret_key_file", None, "A file that holds the secret key, instead of secret_key.")
            }
            Self::TrustedProxies => plain(
                "trusted_proxies",
                None,
                "Reverse proxies whose X-Forwarded-For is believed for rate limits: addresses and networks such as 127.0.0.1, 10.0.0.0/8. Links never come from it.",
            ),
            Self::OtlpUrl => Row {
                name: "otlp_url",
                default: None,
                display: Display::Url,
                meaning: "Where traces go, over OTLP/HTTP, such as http://127.0.0.1:4318; OTEL_EXPORTER_OTLP_ENDPOINT works too. Only in builds with the otlp feature.",
            },
            Self::Log => plain(
                "log",
                None,
                "What is logged, as an EnvFilter such as info or usher=debug. By default info when serving and warn in commands.",
            ),
            Self::LogFormat => plain("log_format", Some("text"), "How log lines look: text or json."),
            Self::ClockOffset => plain(
                "clock_offset",
                None,
                "Shifts the time the server sees, such as +26h, -90m or +3d; only in builds with the test-clock feature.",
            ),
        }
    }
}

fn plain(name: &'static str, default: Option<&'static str>, meaning: &'static str) -> Row {
    Row { name, default, display: Display::Plain, meaning }
}
