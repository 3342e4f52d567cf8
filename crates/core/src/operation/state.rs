//! The states of an operation, and what each of them means: whether its money is held, whether it may
//! be sent, whether it has ended. How one follows from the evidence isn't said here.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Where an operation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Written down, its money held, nothing sent.
    Ready,
    /// An attempt is marked and its answer not written down: it may be under way right now.
    Attempting,
    /// The provider has taken it on.
    Accepted,
    /// The money has been returned.
    Succeeded,
    /// The provider took it on and could not return the money.
    Failed,
    /// It had succeeded, and then the provider said that it failed.
    FailedLate,
    /// The provider said no. Nothing moved.
    Rejected,
    /// A rule said no. Nothing was sent, nothing is written down.
    Refused,
    /// Called off before it was sent.
    Cancelled,
    /// It may or may not have happened. The money stays held.
    Unknown,
    /// A person has to decide. The money stays held.
    Parked,
}

impl State {
    /// All states.
    pub const ALL: [Self; 11] = [
        Self::Ready,
        Self::Attempting,
        Self::Accepted,
        Self::Succeeded,
        Self::Failed,
        Self::FailedLate,
        Self::Rejected,
        Self::Refused,
        Self::Cancelled,
        Self::Unknown,
        Self::Parked,
    ];

    /// Whether the operation's amount counts against its payment.
    #[must_use]
    pub const fn holds_money(self) -> bool {
        match self {
            Self::Ready
            | Self::Attempting
            | Self::Accepted
            | Self::Succeeded
            | Self::Unknown
            | Self::Parked => true,
            Self::Failed | Self::FailedLate | Self::Rejected | Self::Refused | Self::Cancelled => {
                false
            }
        }
    }

    /// Whether an attempt may be on its way to the provider, or have arrived unnoticed.
    #[must_use]
    pub const fn in_flight(self) -> bool {
        matches!(self, Self::Attempting | Self::Unknown)
    }

    /// Whether another attempt may be marked, if everything else allows it.
    #[must_use]
    pub const fn is_sendable(self) -> bool {
        matches!(self, Self::Ready | Self::Unknown)
    }

    /// Whether nothing more is expected to happen. `Succeeded` can still become `FailedLate`.
    #[must_use]
    pub const fn is_final(self) -> bool {
        match self {
            Self::Succeeded
            | Self::Failed
            | Self::FailedLate
            | Self::Rejected
            | Self::Refused
            | Self::Cancelled => true,
            Self::Ready | Self::Attempting | Self::Accepted | Self::Unknown | Self::Parked => false,
        }
    }

    /// The state's name, as the command prints it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Attempting => "attempting",
            Self::Accepted => "accepted",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::FailedLate => "failed_late",
            Self::Rejected => "rejected",
            Self::Refused => "refused",
            Self::Cancelled => "cancelled",
            Self::Unknown => "unknown",
            Self::Parked => "parked",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A word that names no state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "no such state; there are ready, attempting, accepted, succeeded, failed, failed_late, rejected, refused, cancelled, unknown, parked"
)]
pub struct NoSuchState;

impl FromStr for State {
    type Err = NoSuchState;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == name)
            .ok_or(NoSuchState)
    }
}
