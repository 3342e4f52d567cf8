//! What has to be had before anything is sent that moves money: the proof that an attempt's mark is
//! durable. It is good for one send.

use crate::ids::OperationId;
use crate::time::Timestamp;

/// Proof that an attempt's mark is durable. Only a [change that was
/// committed](crate::ledger::Change::committed) makes one, and one [`Attempt`](super::Attempt) uses it up.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "the attempt that was marked must be sent, or its not being sent recorded"]
pub struct Marked {
    operation: OperationId,
    attempt: u32,
    at: Timestamp,
}

impl Marked {
    pub(crate) const fn new(operation: OperationId, attempt: u32, at: Timestamp) -> Self {
        Self {
            operation,
            attempt,
            at,
        }
    }

    /// Whose attempt it is.
    #[must_use]
    pub const fn operation(&self) -> &OperationId {
        &self.operation
    }

    /// Which attempt was marked, counted from 1.
    #[must_use]
    pub const fn attempt(&self) -> u32 {
        self.attempt
    }

    /// As of when.
    #[must_use]
    pub const fn at(&self) -> Timestamp {
        self.at
    }
}
