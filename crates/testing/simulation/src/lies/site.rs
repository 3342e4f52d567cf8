//! The providers that the matrix goes through: an adapter each, and the sandbox's own reading of the
//! same API behind it.

mod built_in;
mod profiles;

use std::fmt;
use std::time::Duration;

use refundkit_sandbox::Provider as Place;

use crate::adapters::Build;

/// What an answer is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Route {
    Send,
    Payment,
    Items,
    Refunds,
    Status,
}

/// How the provider treats its keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keys {
    /// It has none.
    None,
    /// It promises nothing.
    Unpromised,
    /// It promises to know them for so long.
    For(Duration),
}

pub(super) struct Site {
    /// As in the names of cases.
    pub(super) name: &'static str,
    pub(super) at: Place,
    /// The key that the sandbox and the adapter are given.
    pub(super) api_key: &'static str,
    pub(super) currency: &'static str,
    pub(super) keys: Keys,
    pub(super) reverses: bool,
    /// Fields that differ from one reading to the next though nothing has happened.
    pub(super) volatile: &'static [&'static str],
    /// Errors in the provider's own form, by name.
    pub(super) errors: &'static [(&'static str, &'static str)],
    /// What every error of the provider's own has in its body.
    pub(super) own: &'static str,
    /// The statuses, each with a part of its body, under which the provider's documents say that
    /// nothing was done; status 0 stands for any from 400 to 499. Where no part is named, it is any error
    /// of its own: a gateway's page is none, and a body that is empty is nobody's. Written down here once more and not
    /// taken from the adapter: what an adapter takes for a no without a document is to be seen.
    pub(super) noes: &'static [(u16, &'static str)],
    /// Whether it states where a list of refunds ends, or how many there are.
    pub(super) states_ends: bool,
    pub(super) route: fn(method: &str, target: &str) -> Route,
    pub(super) adapter: Build,
}

impl Site {
    /// Whether an answer to a send is the provider's documented word that nothing was done.
    pub(super) fn says_no(&self, status: u16, body: &str) -> bool {
        self.noes.iter().any(|(no, part)| {
            let meant = *no == status || (*no == 0 && (400..500).contains(&status));
            let said = match *part {
                "" => body.contains(self.own),
                part => body.contains(part),
            };
            meant && said
        })
    }
}

/// All of them.
pub(super) fn all() -> Vec<Site> {
    let mut sites = built_in::dojo();
    sites.push(built_in::dodo());
    sites.extend(profiles::all());
    sites
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Send => "send",
            Self::Payment => "payment",
            Self::Items => "items",
            Self::Refunds => "refunds",
            Self::Status => "status",
        })
    }
}

/// The segments of a request's path.
fn segments(target: &str) -> Vec<&str> {
    let path = target.split('?').next().unwrap_or_default();
    path.trim_start_matches('/').split('/').collect()
}
