//! What a client and an adapter are set up with: deadlines, allowed hosts, a rate, test or live mode;
//! and what is wrong with a setting. Nothing is sent here.

use std::collections::BTreeSet;
use std::time::Duration;

use refundkit_core::codes::{Code, Coded};
use url::Host;

use crate::{Rate, guard};

/// How a client waits. The defaults suit the providers: Primer ends a request after 90 s itself, so
/// that a shorter deadline here would only make outcomes unknown that it would have told.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HttpConfig {
    /// How long a connection may take to be made; 10 s. No longer than
    /// [`SEND_WITHIN`](refundkit_core::timing::SEND_WITHIN), whatever is set.
    pub connect: Duration,
    /// How long a request may take from its start to the last byte of its answer; 100 s. No longer than
    /// [`LONGEST_REQUEST`](refundkit_core::timing::LONGEST_REQUEST), whatever is set: what takes over
    /// from somebody who has died counts on that.
    pub deadline: Duration,
    pub(crate) private: BTreeSet<Host>,
    pub(crate) rate: Option<Rate>,
}

impl HttpConfig {
    /// The same with another deadline for the whole exchange.
    #[must_use]
    pub const fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// The same with another deadline for the connection.
    #[must_use]
    pub const fn with_connect(mut self, connect: Duration) -> Self {
        self.connect = connect;
        self
    }

    /// The same for a provider that takes no more requests than this. They leave evenly spaced, all
    /// that a client and its clones send together. One that moves money waits 10 s at most for its
    /// turn, and no more than one other request goes ahead of each; it is `NotSent` then. Others wait
    /// as long as the deadline; the time that a request waits is not part of its own.
    #[must_use]
    pub const fn with_rate(mut self, rate: Rate) -> Self {
        self.rate = Some(rate);
        self
    }

    /// The same with a host that may be, or resolve to, any address: private (RFC 1918, fc00::/7),
    /// link-local, of this machine, shared (RFC 6598) or reserved ones, which are refused otherwise. It is
    /// the host of the base URL, without scheme and port, such as `payments.internal` or `10.0.0.7`;
    /// text that can't be one allows nothing. Names below it aren't allowed with it.
    #[must_use]
    pub fn allow_private(mut self, host: &str) -> Self {
        self.private.extend(guard::host(host));
        self
    }
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            deadline: Duration::from_secs(100),
            private: BTreeSet::new(),
            rate: None,
        }
    }
}

/// Whether real money moves. Test is the default everywhere; live has to be written out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// The provider's sandbox or test mode.
    #[default]
    Test,
    /// Real money.
    Live,
}

impl Mode {
    /// Refuses a key whose prefix belongs to the other mode.
    ///
    /// # Errors
    /// [`ConfigError::Setting`] says which of the two to change.
    pub fn check_key(
        self,
        key: &crate::Secret,
        test_prefixes: &[&str],
        live_prefixes: &[&str],
    ) -> Result<(), ConfigError> {
        let starts = |prefixes: &[&str]| prefixes.iter().any(|p| key.expose().starts_with(p));
        let problem = match self {
            Self::Test if starts(live_prefixes) => {
                "the key is a live one, but the mode is test: write mode = \"live\" if real money is meant to move"
            }
            Self::Live if starts(test_prefixes) => {
                "the key is a test one, but the mode is live: use the live key, or leave the mode out"
            }
            Self::Test | Self::Live => return Ok(()),
        };
        Err(ConfigError::Setting {
            problem: problem.to_owned(),
        })
    }
}

/// Why a client or an adapter can't be set up. No value of a setting is repeated in it: it may be
/// a key in the wrong place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The key can't be one.
    #[error("the provider's key {problem}")]
    Secret {
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The address can't be used.
    #[error("the provider's base URL {problem}")]
    BaseUrl {
        /// What is wrong with it.
        problem: &'static str,
    },
    /// Another setting of an adapter.
    #[error("{problem}")]
    Setting {
        /// What is wrong, and what would be right.
        problem: String,
    },
    /// TLS or the client could not be set up.
    #[error("the HTTP client could not be set up: {problem}")]
    Client {
        /// What the library says.
        problem: String,
    },
}

impl Coded for ConfigError {
    fn code(&self) -> Code {
        Code::new(match self {
            Self::Secret { .. } => "RK1301",
            Self::BaseUrl { .. } => "RK1302",
            Self::Setting { .. } => "RK1303",
            Self::Client { .. } => "RK1304",
        })
    }

    fn help(&self) -> Option<String> {
        let help = match self {
            Self::Secret { .. } => {
                "copy the key as the provider's dashboard shows it; it has 8 to 4096 characters"
            }
            Self::BaseUrl { .. } => {
                "write https://HOST, or http://127.0.0.1:PORT for a sandbox on this machine"
            }
            Self::Setting { .. } | Self::Client { .. } => return None,
        };
        Some(help.to_owned())
    }
}
