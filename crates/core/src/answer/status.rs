//! How far a refund or a reversal has come by its provider's word. In which state an operation is
//! follows from more than that word, and is no part of it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A refund's or reversal's status at its provider.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RefundStatus {
    /// The answer carries no status (Dojo since version 2022-04-07): taken on, no more.
    Unstated,
    /// A word that refundkit doesn't know. Never taken for success.
    Other(String),
    /// On its way.
    Pending,
    /// Held by the provider for a person to look at.
    Review,
    /// The provider could not return the money.
    Failed,
    /// The money has been returned.
    Succeeded,
}

impl RefundStatus {
    /// The same with a word of the provider's made fit for the journal and a log line.
    #[must_use]
    pub fn redacted(self) -> Self {
        match self {
            Self::Other(word) => Self::Other(crate::redact::message(&word)),
            Self::Unstated | Self::Pending | Self::Review | Self::Failed | Self::Succeeded => self,
        }
    }

    /// Whether the provider is done with it.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Failed | Self::Succeeded)
    }
}

impl fmt::Display for RefundStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unstated => "unstated",
            Self::Other(word) => word,
            Self::Pending => "pending",
            Self::Review => "review",
            Self::Failed => "failed",
            Self::Succeeded => "succeeded",
        })
    }
}
