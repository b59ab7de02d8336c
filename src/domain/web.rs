//! Web addresses as people type them into settings.

use std::net::IpAddr;

/// The longest address, in characters.
pub const MAX_URL: usize = 500;

/// Whether a text is short enough and of letters only that are harmless in a link, a header and a mail.
#[must_use]
pub fn is_plain(text: &str) -> bool {
    text.len() <= MAX_URL && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>\"'`\\{}".contains(&byte))
}

/// Whether a host, without its port, is this machine.
#[must_use]
pub fn is_loopback(host: &str) -> bool {
    let name = host.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
