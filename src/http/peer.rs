//! Who is at the other end of the connection, and behind our own proxies.

use super::proxies::Client;
use crate::domain::web;
use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, header, request::Parts},
};
use std::{
    convert::Infallible,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

/// The peer's address, and that of the client it speaks for. Without a socket (a router driven without one) it is the unspecified address,
/// which is nobody's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Peer {
    /// The other end of the connection.
    pub address: IpAddr,
    /// The client; the same, unless a proxy of ours passes the request on.
    pub client: IpAddr,
}

impl Peer {
    /// The address that shares one allowance: an IPv6 network of 64 bits counts as one, since one host owns all of it.
    pub fn allowance_key(self) -> IpAddr {
        match self.client {
            IpAddr::V4(address) => IpAddr::V4(address),
            IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        }
    }

    /// Whether the request was made on this very machine: a loopback peer that passes nothing on for others, asking for a loopback
    /// name (a page elsewhere could have pointed its own name at 127.0.0.1).
    pub fn is_local(self, headers: &HeaderMap) -> bool {
        let forwarded = ["forwarded", "x-forwarded-for", "x-real-ip"].iter().any(|name| headers.contains_key(*name));
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        self.address.is_loopback() && !forwarded && host.is_none_or(is_loopback_name)
    }
}

impl<S: Sync> FromRequestParts<S> for Peer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let info = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let address =
            info.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(address)| address.ip().to_canonical());
        let client = parts.extensions.get::<Client>().map_or(address, |Client(client)| *client);
        Ok(Self { address, client })
    }
}

fn is_loopback_name(host: &str) -> bool {
    let name = host
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()))
        .map_or(host, |(name, _)| name);
    web::is_loopback(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().expect("a name"), value.parse().expect("a value"))).collect()
    }

    fn peer(address: IpAddr) -> Peer {
        Peer { address, client: address }
    }

    #[test]
    fn only_loopback_asking_for_loopback_is_local() {
        let loopback = peer(IpAddr::V4(Ipv4Addr::LOCALHOST));
        for (host, expected) in [
            ("127.0.0.1:8080", true),
            ("localhost", true),
            ("LocalHost:1", true),
            ("[::1]:8080", true),
            ("evil.example:8080", false),
            ("127.0.0.1.evil.example", false),
        ] {
            assert_eq!(loopback.is_local(&headers(&[("host", host)])), expected, "{host}");
        }
        assert!(!loopback.is_local(&headers(&[("host", "localhost"), ("x-forwarded-for", "203.0.113.9")])));
        assert!(!peer(IpAddr::from([203, 0, 113, 9])).is_local(&headers(&[("host", "localhost")])));
        assert!(!peer(IpAddr::V4(Ipv4Addr::UNSPECIFIED)).is_local(&HeaderMap::new()));
    }

    #[test]
    fn one_network_has_one_allowance() {
        let key = |text: &str| peer(text.parse().expect("an address")).allowance_key();
        assert_eq!(key("2001:db8::1"), key("2001:db8::ffff:1"));
        assert_ne!(key("2001:db8::1"), key("2001:db8:0:1::1"));
        assert_ne!(key("192.0.2.1"), key("192.0.2.2"));
    }
}
