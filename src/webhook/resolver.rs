//! Looks names up and lets only admissible addresses through. The connection is made to exactly what passes here, so that a name that changes
//! between a check and a connection gains nothing.

use crate::domain::webhook::Reach;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::SocketAddr;

/// A name that must not be connected to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refused {
    /// One of its addresses is out of reach.
    #[error("the host is at a private, loopback or reserved address, where this webhook may not go")]
    OutOfReach,
    /// It has none.
    #[error("the host has no address")]
    Nowhere,
}

/// The system's resolver, checked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Checked(pub Reach);

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let Self(reach) = *self;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            Ok(admitted(reach, found.collect())?)
        })
    }
}

/// All of a name's addresses, or none: one that is out of reach makes the name suspect.
fn admitted(reach: Reach, addresses: Vec<SocketAddr>) -> Result<Addrs, Refused> {
    if addresses.is_empty() {
        return Err(Refused::Nowhere);
    }
    if addresses.iter().any(|address| !reach.admits(address.ip())) {
        return Err(Refused::OutOfReach);
    }
    Ok(Box::new(addresses.into_iter()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_bad_address_spoils_a_name() {
        let addresses = |texts: &[&str]| texts.iter().map(|text| SocketAddr::new(text.parse().unwrap(), 0)).collect();
        let outcome = |reach, texts| admitted(reach, addresses(texts)).map(Iterator::count);
        assert_eq!(outcome(Reach::Public, &["1.1.1.1", "2606:4700::1111"]), Ok(2));
        assert_eq!(outcome(Reach::Public, &["1.1.1.1", "10.0.0.1"]), Err(Refused::OutOfReach));
        assert_eq!(outcome(Reach::Private, &["10.0.0.1"]), Ok(1));
        assert_eq!(outcome(Reach::Private, &["10.0.0.1", "169.254.169.254"]), Err(Refused::OutOfReach));
        assert_eq!(outcome(Reach::Public, &[]), Err(Refused::Nowhere));
    }
}
