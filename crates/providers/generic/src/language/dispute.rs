//! Where a payment shows its disputes.

use serde::Deserialize;

use super::{Meanings, Paths};

/// Disputes of a payment, in the payment itself: a list of them, or fields of the one that there is,
/// or a field that says no more than that there is one. What is disputed and not won counts as gone.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Disputes {
    /// Where the list is. Left out where the fields below are in the payment.
    #[serde(default)]
    pub(crate) list: Option<Paths>,
    /// Whether the provider's page says that it is in every payment. Then one without it isn't
    /// refunded: nobody can tell what of it is left.
    #[serde(default)]
    pub(crate) always: bool,
    /// A dispute's id.
    #[serde(default)]
    pub(crate) id: Option<Paths>,
    /// How it stands. Without it, a dispute is lost.
    #[serde(default)]
    pub(crate) status: Option<Paths>,
    /// What the words of `status` mean. Any other is an open dispute.
    #[serde(default)]
    pub(crate) statuses: Meanings<DisputeWord>,
    /// How much of the payment it is about; all of it where that isn't said.
    #[serde(default)]
    pub(crate) amount: Option<Paths>,
    /// When it was opened.
    #[serde(default)]
    pub(crate) created_at: Option<Paths>,
}

/// How a dispute stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(crate) enum DisputeWord {
    /// Not decided.
    Open,
    /// The cardholder has the money.
    Lost,
    /// The merchant has it again, or it never left.
    Won,
    /// There is no dispute.
    None,
}
