//! What the words of a provider for the status of a payment or of a refund can mean.

use serde::Deserialize;

/// How far a payment has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum StageWord {
    /// Not paid yet.
    Created,
    /// Held and not taken.
    Authorized,
    /// Taken in part; then `captured` has to say how much.
    PartiallyCaptured,
    /// Taken.
    Captured,
    /// Taken back whole before it was captured, or as if it never had been.
    Reversed,
    /// Taken, and refunded in part.
    PartiallyRefunded,
    /// Taken, and refunded whole.
    Refunded,
    /// Called off before anything was paid. What was authorised and let go is `reversed`.
    NeverPaid,
    /// Not successful.
    Failed,
}

/// How far a refund has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum StatusWord {
    /// On its way.
    Pending,
    /// Held for a person at the provider.
    Review,
    /// The money could not be returned.
    Failed,
    /// The money has been returned.
    Succeeded,
}
