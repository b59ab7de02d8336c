//! The settings as somebody writes them.

use super::*;
use std::{ffi::OsString, fs};

fn parse(variables: &[(&str, &str)]) -> Result<Settings, String> {
    let pairs = variables.iter().map(|(name, value)| (OsString::from(name), OsString::from(value)));
    Values::gather(pairs).and_then(|values| settings(&values)).map_err(|error| error.to_string())
}

#[test]
fn the_defaults_hold_without_any_variable() {
    let settings = parse(&[("PATH", "/bin"), ("USHER_LOG", "")]).unwrap();
    assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.public_url, "http://127.0.0.1:8080");
    assert_eq!((settings.database.url(), settings.database_connections), ("sqlite://usher.db", 16));
    assert!(settings.smtp_url.is_none() && settings.log.is_none());
    assert!(matches!(settings.secret_key, SecretKey::Beside { key, .. } if key.as_os_str() == "usher.db.key"));
}

#[test]
fn unknown_variables_name_the_nearest_known_one() {
    let error = parse(&[("USHER_PUBLIC_URI", "http://x")]).unwrap_err();
    assert_eq!(
        error,
        "the environment names the setting USHER_PUBLIC_URI, which does not exist; did you mean USHER_PUBLIC_URL?"
    );
    assert!(parse(&[("USHER_LISTN", "x")]).unwrap_err().contains("USHER_LISTEN?"));
}

#[test]
fn the_environment_wins_over_the_file_and_unknown_keys_of_the_file_are_errors() {
    let folder = std::env::temp_dir().join(format!("usher-settings-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join("usher.toml");
    let path_text = path.to_str().unwrap();
    fs::write(&path, "listen = \"127.0.0.1:9000\"\nmail_from = \"A <a@example.com>\"\n").unwrap();
    let settings = parse(&[("USHER_CONFIG", path_text), ("USHER_LISTEN", "127.0.0.1:9001")]).unwrap();
    assert_eq!((settings.listen.port(), settings.mail_from.address.as_str()), (9001, "a@example.com"));
    assert_eq!(settings.public_url, "http://127.0.0.1:9001");
    fs::write(&path, "listn = \"x\"\n").unwrap();
    assert!(parse(&[("USHER_CONFIG", path_text)]).unwrap_err().contains("did you mean listen?"));
    fs::write(&path, "listen = 8080\n").unwrap();
    assert!(parse(&[("USHER_CONFIG", path_text)]).unwrap_err().contains("must be a text"));
    fs::remove_dir_all(&folder).unwrap();
    assert!(parse(&[("USHER_CONFIG", path_text)]).unwrap_err().contains("can't be read"));
}

#[test]
fn the_public_url_is_an_origin() {
    for (text, origin) in [
        ("https://people.example.com/", "https://people.example.com"),
        ("http://10.0.0.1:8443", "http://10.0.0.1:8443"),
        ("HTTPS://People.Example.com", "https://people.example.com"),
    ] {
        assert_eq!(parse(&[("USHER_PUBLIC_URL", text)]).unwrap().public_url, origin);
    }
    for text in ["people.example.com", "ftp://x", "https://x/app", "https://x/?a=b", "https://x/#f", "https://u:p@x"] {
        assert!(parse(&[("USHER_PUBLIC_URL", text)]).unwrap_err().contains("USHER_PUBLIC_URL"), "{text}");
    }
}

#[test]
fn postgres_needs_a_key_and_a_key_needs_32_bytes() {
    let url = ("USHER_DATABASE_URL", "postgres://u:p@h/d");
    assert!(parse(&[url]).unwrap_err().contains("USHER_SECRET_KEY"));
    assert!(parse(&[url, ("USHER_SECRET_KEY", &"k".repeat(31))]).unwrap_err().contains("31 bytes"));
    let settings = parse(&[url, ("USHER_SECRET_KEY", &"k".repeat(32))]).unwrap();
    assert_eq!(settings.secret_key().unwrap().len(), 32);
    assert!(!format!("{settings:?}").contains("u:p@"), "no secret in Debug");
    assert!(!format!("{settings:?}").contains("kkk"), "no secret in Debug");
}

#[test]
fn wrong_values_are_refused_with_their_name() {
    for (name, value) in [
        ("USHER_LISTEN", "8080"),
        ("USHER_DATABASE_URL", "mysql://h/d"),
        ("USHER_DATABASE_URL", "sqlite::memory:"),
        ("USHER_DATABASE_CONNECTIONS", "1"),
        ("USHER_DATABASE_CONNECTIONS", "many"),
        ("USHER_SMTP_URL", "mail.example.com:25"),
        ("USHER_MAIL_FROM", "nobody"),
        ("USHER_LOG_FORMAT", "xml"),
        ("USHER_CLOCK_OFFSET", "tomorrow"),
    ] {
        let error = parse(&[(name, value)]).unwrap_err();
        assert!(error.starts_with(name), "{error}");
    }
}

#[cfg(not(feature = "test-clock"))]
#[test]
fn the_clock_is_shifted_only_in_test_builds() {
    assert!(parse(&[("USHER_CLOCK_OFFSET", "+26h")]).unwrap_err().contains("test-clock"));
}

#[cfg(feature = "test-clock")]
#[test]
fn test_builds_shift_the_clock() {
    assert_eq!(parse(&[("USHER_CLOCK_OFFSET", "-90m")]).unwrap().clock_offset, SignedDuration::from_mins(-90));
}
