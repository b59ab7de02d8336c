//! Which addresses events may be sent to: the public internet, or private networks too where an administrator says so. Addresses that serve a
//! machine's own cloud, and those that are nobody's, are never reached.

use reqwest::Url;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The longest URL.
const MAX_URL: usize = 2_000;

/// How far a webhook may reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// HTTPS to public addresses.
    Public,
    /// HTTP too, and private and loopback addresses.
    Private,
}

impl Reach {
    /// Whether a connection to this address may be made.
    #[must_use]
    pub fn admits(self, address: IpAddr) -> bool {
        match (self, kind_of(address)) {
            (_, Kind::Public) | (Self::Private, Kind::Private) => true,
            (Self::Public, Kind::Private) | (_, Kind::Never) => false,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Public,
    /// Somebody's own network.
    Private,
    /// Metadata services, link-local, multicast, reserved.
    Never,
}

/// Where instances of the big clouds read their own credentials; the first is link-local, the others look like any other address.
const METADATA: [IpAddr; 4] = [
    IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254)),
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
    IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
];

fn kind_of(address: IpAddr) -> Kind {
    if METADATA.contains(&address) {
        return Kind::Never;
    }
    match address {
        IpAddr::V4(address) => kind_of_v4(address),
        IpAddr::V6(address) => kind_of_v6(address),
    }
}

fn kind_of_v4(address: Ipv4Addr) -> Kind {
    match address.octets() {
        // Loopback, RFC 1918, and shared space between carriers and customers (RFC 6598).
        [127 | 10, ..] | [192, 168, ..] | [172, 16..=31, ..] | [100, 64..=127, ..] => Kind::Private,
        // This network, link-local, protocol assignments, documentation, 6to4 relays, benchmarks, multicast and above.
        [0 | 224.., ..]
        | [169, 254, ..]
        | [192, 0, 0 | 2, _]
        | [192, 88, 99, _]
        | [198, 18 | 19, ..]
        | [198, 51, 100, _]
        | [203, 0, 113, _] => Kind::Never,
        _ => Kind::Public,
    }
}

fn kind_of_v6(address: Ipv6Addr) -> Kind {
    if let Some(mapped) = address.to_ipv4_mapped() {
        return kind_of(IpAddr::V4(mapped));
    }
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 1] | [0xfc00..=0xfdff, ..] => Kind::Private,
        // Of the global space: protocol assignments (Teredo among them), documentation, 6to4, which hides an IPv4 address.
        [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x2002, ..] | [0x3fff, 0..=0xfff, ..] => Kind::Never,
        [0x2000..=0x3fff, ..] => Kind::Public,
        _ => Kind::Never,
    }
}

/// A URL that events may be sent to, as far as the URL itself tells; names are looked up at every attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    url: Url,
}

impl Target {
    /// Reads a URL.
    ///
    /// # Errors
    /// What is wrong with it, in words, with the remedy.
    pub fn parse(text: &str, reach: Reach) -> Result<Self, String> {
        if text.len() > MAX_URL {
            return Err(format!("it is longer than {MAX_URL} characters"));
        }
        let url: Url = text.trim().parse().map_err(|_| "it is no URL; write https://host/path".to_owned())?;
        match (url.scheme(), reach) {
            ("https", _) | ("http", Reach::Private) => {}
            ("http", Reach::Public) => {
                return Err(
                    "it must begin with https://; plain http goes to private networks only, with allowPrivate: true"
                        .to_owned(),
                );
            }
            _ => return Err("it must begin with https://".to_owned()),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("it must not carry a user name or password; check the signature instead".to_owned());
        }
        if url.fragment().is_some() {
            return Err("it must not have a fragment (#…), which is never sent".to_owned());
        }
        let target = Self { url };
        if target.host().is_empty() {
            return Err("it names no host".to_owned());
        }
        if let Some(address) = target.literal() {
            target.check(reach, &[address])?;
        } else if reach == Reach::Public && is_local_name(&target.host()) {
            return Err(refusal(reach));
        }
        Ok(target)
    }

    /// The URL as it is requested.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.url.as_str()
    }

    /// The host's name or address, without brackets.
    #[must_use]
    pub fn host(&self) -> String {
        self.url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_owned()
    }

    /// The port, the scheme's own where none is given.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.url.port_or_known_default().unwrap_or(443)
    }

    /// The address, where the host is one.
    #[must_use]
    pub fn literal(&self) -> Option<IpAddr> {
        self.host().parse().ok()
    }

    /// Refuses a host with any address that must not be reached.
    ///
    /// # Errors
    /// Why, in words.
    pub fn check(&self, reach: Reach, addresses: &[IpAddr]) -> Result<(), String> {
        if addresses.iter().all(|address| reach.admits(*address)) { Ok(()) } else { Err(refusal(reach)) }
    }
}

fn refusal(reach: Reach) -> String {
    match reach {
        Reach::Public => {
            "its host is at a private, loopback or reserved address; give a public one, or set allowPrivate: true"
                .to_owned()
        }
        Reach::Private => {
            "its host is at a link-local, multicast or reserved address, which is never reached".to_owned()
        }
    }
}

/// Names that mean this machine whatever a resolver says (RFC 6761), a trailing dot or not.
fn is_local_name(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    host == "localhost" || host.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_apart() {
        for (text, kind) in [
            ("93.184.216.34", Kind::Public),
            ("1.1.1.1", Kind::Public),
            ("172.15.0.1", Kind::Public),
            ("172.32.0.1", Kind::Public),
            ("100.128.0.1", Kind::Public),
            ("2606:4700::1111", Kind::Public),
            ("::ffff:1.1.1.1", Kind::Public),
            ("127.0.0.1", Kind::Private),
            ("127.255.255.254", Kind::Private),
            ("10.1.2.3", Kind::Private),
            ("172.16.0.1", Kind::Private),
            ("172.31.255.255", Kind::Private),
            ("192.168.1.1", Kind::Private),
            ("100.64.0.1", Kind::Private),
            ("::1", Kind::Private),
            ("fd12::1", Kind::Private),
            ("::ffff:127.0.0.1", Kind::Private),
            ("::ffff:10.0.0.1", Kind::Private),
            ("0.0.0.0", Kind::Never),
            ("169.254.169.254", Kind::Never),
            ("::ffff:169.254.169.254", Kind::Never),
            ("169.254.1.1", Kind::Never),
            ("100.100.100.200", Kind::Never),
            ("168.63.129.16", Kind::Never),
            ("fd00:ec2::254", Kind::Never),
            ("192.0.2.1", Kind::Never),
            ("198.18.0.1", Kind::Never),
            ("203.0.113.9", Kind::Never),
            ("224.0.0.1", Kind::Never),
            ("255.255.255.255", Kind::Never),
            ("::", Kind::Never),
            ("fe80::1", Kind::Never),
            ("ff02::1", Kind::Never),
            ("64:ff9b::7f00:1", Kind::Never),
            ("2002:7f00:1::", Kind::Never),
            ("2001::1", Kind::Never),
            ("2001:db8::1", Kind::Never),
            ("::7f00:1", Kind::Never),
        ] {
            assert_eq!(kind_of(text.parse().unwrap()), kind, "{text}");
        }
    }

    #[test]
    fn urls_are_taken_or_refused_with_a_reason() {
        for url in ["https://platform.example.com/hooks?x=1", "https://93.184.216.34:8443/", "HTTPS://Example.org"] {
            assert!(Target::parse(url, Reach::Public).is_ok(), "{url}");
        }
        for (url, word) in [
            ("", "no URL"),
            ("platform.example.com", "no URL"),
            ("ftp://example.com/", "https://"),
            ("http://example.com/", "allowPrivate"),
            ("https://ann:secret@example.com/", "user name"),
            ("https://example.com/#top", "fragment"),
            ("https://localhost/", "allowPrivate"),
            ("https://LOCALHOST./", "allowPrivate"),
            ("https://api.localhost/", "allowPrivate"),
            ("https://127.0.0.1/", "allowPrivate"),
            ("https://2130706433/", "allowPrivate"),
            ("https://0x7f.1/", "allowPrivate"),
            ("https://[::1]/", "allowPrivate"),
            ("https://[::ffff:10.0.0.1]/", "allowPrivate"),
            ("https://169.254.169.254/latest", "allowPrivate"),
        ] {
            let refused = Target::parse(url, Reach::Public).unwrap_err();
            assert!(refused.contains(word), "{url}: {refused}");
        }
        for url in ["http://127.0.0.1:9000/hook", "http://localhost:9000", "https://10.0.0.1/", "http://[::1]:80/"] {
            assert!(Target::parse(url, Reach::Private).is_ok(), "{url}");
        }
        for url in ["http://169.254.169.254/", "http://0.0.0.0:80/", "http://[fe80::1]/", "file:///etc/passwd"] {
            assert!(Target::parse(url, Reach::Private).is_err(), "{url}");
        }
        assert!(Target::parse(&format!("https://example.com/{}", "x".repeat(MAX_URL)), Reach::Public).is_err());
    }
}
