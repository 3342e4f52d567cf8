//! What a host may lead to. A provider stands on the public internet; a host that leads elsewhere is
//! a mistake, or somebody who wants a request with credentials, or its answer, from inside a network.

mod public;
mod resolver;

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};

use url::{Host, Url};

use self::public::is_public;
pub(crate) use self::resolver::{GuardedResolver, SystemResolver};

/// Judges where a request may go.
#[derive(Clone, Debug)]
pub(crate) struct Guard {
    allowed: BTreeSet<Host>,
}

/// Where a request may not go. It names the host as it was configured, never what it led to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refused {
    #[error("the host {0} is a private or reserved address; allow it by name if that is meant")]
    Address(Host),
    #[error(
        "the host {0} resolves to a private or reserved address; allow it by name if that is meant"
    )]
    Name(Host),
    #[error("the host localhost resolves to an address beyond this machine")]
    Localhost,
    #[error("the host can't be a name")]
    NoName,
}

impl Guard {
    pub(crate) const fn new(allowed: BTreeSet<Host>) -> Self {
        Self { allowed }
    }

    /// Judges a host that is written as an address, which no resolver sees. A name passes: it is
    /// judged when it is resolved.
    pub(crate) fn check_url(&self, url: &Url) -> Result<(), Refused> {
        let (host, address) = match url.host() {
            Some(Host::Ipv4(address)) => (Host::Ipv4(address), IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => (Host::Ipv6(address), IpAddr::V6(address)),
            Some(Host::Domain(_)) | None => return Ok(()),
        };
        // A loopback address is written by one who means it.
        if address.is_loopback() || is_public(address) || self.allowed.contains(&host) {
            return Ok(());
        }
        Err(Refused::Address(host))
    }

    /// Judges all that a name resolves to: one address that isn't public refuses the others with it.
    fn check_name(&self, name: &str, addresses: &[SocketAddr]) -> Result<(), Refused> {
        let host = host(name).ok_or(Refused::NoName)?;
        let all = |fits: fn(IpAddr) -> bool| addresses.iter().all(|address| fits(address.ip()));
        // Plain http is spoken to localhost, so nothing but this machine will do.
        if host == Host::Domain("localhost") {
            return match all(|address| address.is_loopback()) {
                true => Ok(()),
                false => Err(Refused::Localhost),
            };
        }
        if self.allowed.contains(&host) || all(is_public) {
            return Ok(());
        }
        Err(Refused::Name(host))
    }
}

/// A host as it is compared: in lower case, in ASCII, without the root's dot, an address as an address.
/// Whether the URL's host is a name, or an address that is public.
pub(crate) fn is_public_host(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => is_public(address.into()),
        Some(Host::Ipv6(address)) => is_public(address.into()),
        Some(Host::Domain(name)) => name.contains('.') && !name.ends_with(".localhost"),
        None => false,
    }
}

pub(crate) fn host(text: &str) -> Option<Host> {
    if let Ok(address) = text.parse() {
        return Some(Host::Ipv6(address));
    }
    Host::parse(text.strip_suffix('.').unwrap_or(text)).ok()
}

#[cfg(test)]
mod tests;
