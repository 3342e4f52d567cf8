//! What a ledger is made of, and the bytes that are written down of it: what one version has written
//! every later one reads. Whether an entry may be added is decided elsewhere.

use serde::{Deserialize, Serialize};

use crate::ids::WorkerId;
use crate::operation::{Evidence, Intent};

/// What is appended to a payment's ledger, and by whom. Written as JSON, so that what one version has
/// written down every later one reads: fields are only ever added, each with a default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// An operation was begun: the next of the payment's.
    Begun {
        /// The writer.
        by: WorkerId,
        /// What is intended.
        intent: Box<Intent>,
    },
    /// Something became known of an operation, or was decided about it.
    Noted {
        /// The writer.
        by: WorkerId,
        /// Which operation of the payment, counted from 0.
        operation: u32,
        /// What.
        evidence: Box<Evidence>,
    },
}

/// An entry that this version can't read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an entry can't be read")]
pub struct Unreadable;

impl Entry {
    /// The bytes that are written down and hashed.
    ///
    /// # Errors
    /// Never for what the types allow.
    pub fn encode(&self) -> Result<Vec<u8>, Unreadable> {
        serde_json::to_vec(self).map_err(|_| Unreadable)
    }

    /// Reads what [`encode`](Self::encode) has written, by this version or an earlier one.
    ///
    /// # Errors
    /// [`Unreadable`].
    pub fn decode(body: &[u8]) -> Result<Self, Unreadable> {
        serde_json::from_slice(body).map_err(|_| Unreadable)
    }
}
