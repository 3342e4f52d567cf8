//! What came back of one attempt, and what it means.
//!
//! An adapter translates the wire into an [`Answer`] and never judges it. [`classify`] judges it,
//! in one place for all providers: only an error before the first byte, or an error answer that
//! the provider's table lists, is "not executed". Everything else that is no readable success is
//! [`Outcome::Unknown`].

mod classify;
mod status;

pub use classify::classify;
pub(crate) use classify::{checked, contradiction};
pub use status::RefundStatus;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::provider_refund::ProviderRefund;

/// One attempt's answer, translated and not judged. Texts are one line, without bodies and secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// No byte left this machine.
    NotSent {
        /// Why not.
        why: String,
    },
    /// The request may have arrived; no whole answer came back.
    Lost {
        /// What happened instead.
        why: String,
    },
    /// A success that could be read.
    Refund(ProviderRefund),
    /// An error answer of the provider.
    Problem {
        /// The HTTP status.
        status: u16,
        /// The provider's error code.
        code: Option<String>,
        /// The provider's message.
        message: Option<String>,
        /// How long the provider asks to wait; [`Answer::wait`] tells it of any answer.
        retry_after: Option<Duration>,
    },
    /// An answer that is neither: a success without the expected fields, a redirect, a gateway's page.
    Unreadable {
        /// The HTTP status.
        status: u16,
        /// What was wrong with it.
        why: String,
        /// How long the provider, or a gateway before it, asks to wait.
        retry_after: Option<Duration>,
    },
}

impl Answer {
    /// How long the provider asks to wait until anything is sent again.
    #[must_use]
    pub const fn wait(&self) -> Option<Duration> {
        match self {
            Self::Problem { retry_after, .. } | Self::Unreadable { retry_after, .. } => {
                *retry_after
            }
            Self::NotSent { .. } | Self::Lost { .. } | Self::Refund(_) => None,
        }
    }

    /// The same where the whole account has to wait, and not this operation alone: too many requests
    /// (RFC 6585: 429), whatever that means for the refund.
    #[must_use]
    pub fn account_wait(&self) -> Option<Duration> {
        let (Self::Problem { status, .. } | Self::Unreadable { status, .. }) = self else {
            return None;
        };
        self.wait().filter(|_| *status == 429)
    }
}

/// What one attempt's answer means for the money.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// Nothing was done, and nothing will be: it never left, or was turned away unread.
    NotSent {
        /// Why.
        why: String,
    },
    /// The provider looked at it and said no.
    Refused {
        /// The HTTP status.
        status: u16,
        /// The provider's error code.
        code: Option<String>,
        /// The provider's message.
        message: Option<String>,
    },
    /// The provider said not now: nothing was done, nothing will be, and it may be sent later.
    Deferred {
        /// The HTTP status.
        status: u16,
        /// The provider's error code.
        code: Option<String>,
        /// The provider's message.
        message: Option<String>,
    },
    /// An error that the provider's list doesn't have: it says no, and nobody knows whether it means it.
    Unlisted {
        /// The HTTP status, from 400 to 499.
        status: u16,
        /// The provider's error code.
        code: Option<String>,
        /// The provider's message.
        message: Option<String>,
    },
    /// The provider took it on; the money may move later, or fail to.
    Accepted(ProviderRefund),
    /// The provider says that the money has been returned.
    Executed(ProviderRefund),
    /// The provider has seen the key before and doesn't say what became of it.
    Exists,
    /// Nobody can tell yet. The money stays reserved.
    Unknown {
        /// What is known of it.
        why: String,
    },
    /// A success that isn't what was asked for.
    Contradiction {
        /// What differs.
        what: String,
        /// What the provider said.
        fact: ProviderRefund,
    },
}
