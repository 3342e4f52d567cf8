//! What a person's decision rests on: the version of a ledger that was shown, and when; with its text,
//! which `resolve --seen` takes. Whether it still holds is decided elsewhere.

use std::fmt;
use std::str::FromStr;

use super::Version;
use crate::time::Timestamp;

/// What a person was shown of an operation, and when: a decision that rests on it holds only while the
/// payment's ledger is at that version. Printed as `0.7@2026-01-31T09:30:00Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The version of the payment's ledger.
    pub version: Version,
    /// When it was shown.
    pub at: Timestamp,
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Version { timeline, entries } = self.version;
        write!(f, "{timeline}.{entries}@{}", self.at)
    }
}

/// A text that isn't what [`Seen`] is printed as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected what `refundkit status` shows as seen, such as 0.7@2026-01-31T09:30:00Z")]
pub struct NotSeen;

impl FromStr for Seen {
    type Err = NotSeen;

    fn from_str(text: &str) -> Result<Self, NotSeen> {
        let (version, at) = text.split_once('@').ok_or(NotSeen)?;
        let (timeline, entries) = version.split_once('.').ok_or(NotSeen)?;
        Ok(Self {
            version: Version {
                timeline: timeline.parse().map_err(|_| NotSeen)?,
                entries: entries.parse().map_err(|_| NotSeen)?,
            },
            at: at.parse().map_err(|_| NotSeen)?,
        })
    }
}
