//! Which peers are believed when they say for whom they pass a request on (`X-Forwarded-For`).
//!
//! What they say only decides whose allowance a request spends; links and `meta.location` never come from a request.

use axum::{
    extract::{ConnectInfo, Request},
    http::HeaderMap,
};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// Addresses and networks of reverse proxies in front of this server. Empty: nobody is believed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies(Vec<Network>);

/// An address and how many of its leading bits count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Network {
    address: IpAddr,
    prefix: u32,
}

/// The address a request came from, as far as it is known: the client behind our proxies, else the peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Client(pub IpAddr);

impl Proxies {
    /// Reads addresses and networks such as `127.0.0.1, 10.0.0.0/8, fd00::/8`, separated by commas or blanks.
    ///
    /// # Errors
    /// One sentence naming what can't be read.
    pub fn parse(text: &str) -> Result<Self, String> {
        let words = text.split([',', ' ', '\t', '\n']).filter(|word| !word.is_empty());
        words.map(Network::parse).collect::<Result<_, _>>().map(Self)
    }

    /// Whether nobody is believed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn include(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }

    /// The client's address: walking back from the peer, the first one that is no proxy of ours. What stands further left anybody may have
    /// written.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer;
        let values: Vec<&str> =
            headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok()).collect();
        let mut hops = values.iter().flat_map(|value| value.split(',')).map(str::trim).rev();
        while self.include(client) {
            let Some(named) = hops.next().and_then(address_of) else { break };
            client = named;
        }
        client
    }

    /// Writes the client into the request.
    pub(super) fn mark(&self, mut request: Request) -> Request {
        let info = request.extensions().get::<ConnectInfo<SocketAddr>>();
        let peer = info.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(address)| address.ip().to_canonical());
        let client = Client(self.client(peer, request.headers()));
        request.extensions_mut().insert(client);
        request
    }
}

impl Network {
    fn parse(word: &str) -> Result<Self, String> {
        let wrong =
            || format!("\"{word}\" is no address or network; write for example 127.0.0.1, 10.0.0.0/8 or fd00::/8");
        let (address, prefix) = match word.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix.parse::<u32>().map_err(|_| wrong())?)),
            None => (word, None),
        };
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let bits = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.unwrap_or(bits);
        if prefix > bits { Err(wrong()) } else { Ok(Self { address, prefix }) }
    }

    fn contains(&self, other: IpAddr) -> bool {
        match (self.address, other) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let differing = u128::from(own.to_bits() ^ other.to_bits());
                differing.checked_shr(32 - self.prefix).unwrap_or(0) == 0
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                (own.to_bits() ^ other.to_bits()).checked_shr(128 - self.prefix).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

/// An address as proxies write it: bare, with a port, or in brackets.
fn address_of(text: &str) -> Option<IpAddr> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    let found = bare.parse::<IpAddr>().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()));
    found.map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(proxies: &str, peer: &str, forwarded: &[&'static str]) -> String {
        let headers = forwarded.iter().map(|value| ("x-forwarded-for".parse().unwrap(), value.parse().unwrap()));
        Proxies::parse(proxies).unwrap().client(peer.parse().unwrap(), &headers.collect()).to_string()
    }

    #[test]
    fn only_proxies_of_ours_are_believed_and_only_about_the_one_before_them() {
        for (proxies, peer, forwarded, expected) in [
            ("", "127.0.0.1", &["203.0.113.9"][..], "127.0.0.1"),
            ("127.0.0.1", "198.51.100.7", &["203.0.113.9"], "198.51.100.7"),
            ("127.0.0.1", "127.0.0.1", &["203.0.113.9"], "203.0.113.9"),
            ("127.0.0.1", "127.0.0.1", &["1.2.3.4, 203.0.113.9"], "203.0.113.9"),
            ("127.0.0.1 10.0.0.0/8", "127.0.0.1", &["1.2.3.4, 203.0.113.9, 10.1.2.3"], "203.0.113.9"),
            ("127.0.0.1,10.0.0.0/8", "127.0.0.1", &["1.2.3.4", "203.0.113.9, 10.1.2.3"], "203.0.113.9"),
            ("10.0.0.0/8", "10.0.0.1", &["10.0.0.2"], "10.0.0.2"),
            ("10.0.0.0/8", "10.0.0.1", &["nonsense"], "10.0.0.1"),
            ("10.0.0.0/8", "10.0.0.1", &[], "10.0.0.1"),
            ("fd00::/8", "fd12::1", &["2001:db8::5"], "2001:db8::5"),
            ("::1", "::1", &["[2001:db8::5]:4711"], "2001:db8::5"),
            ("::1", "::1", &["203.0.113.9:4711"], "203.0.113.9"),
            ("0.0.0.0/0", "8.8.8.8", &["203.0.113.9"], "203.0.113.9"),
        ] {
            assert_eq!(client(proxies, peer, forwarded), expected, "{proxies} {peer} {forwarded:?}");
        }
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in ["10.0.0.0/33", "::/129", "proxy.example.com", "10.0.0.0/", "10.0.0/8"] {
            assert!(Proxies::parse(text).unwrap_err().contains(text), "{text}");
        }
        assert!(Proxies::parse(" ").unwrap().is_empty());
    }
}
