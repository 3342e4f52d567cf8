//! A payment, as its provider describes it, in refundkit's words.

use serde::{Deserialize, Serialize};

use crate::answer::RefundStatus;
use crate::ids::{ItemId, PaymentId, ProviderKey, RefundId};
use crate::money::{Currency, Minor, Money};
use crate::time::Timestamp;

/// How far a payment has come.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Stage {
    /// Nothing has been paid yet.
    Created,
    /// The customer's money is held but not taken: reverse, don't refund.
    Authorized,
    /// Part of what was authorised has been taken.
    PartiallyCaptured,
    /// The money has been taken: refund.
    Captured,
    /// The authorisation or the payment was taken back whole.
    Reversed,
    /// All of it has been refunded.
    Refunded,
    /// Called off before anything was paid.
    Canceled,
    /// The payment did not succeed.
    Failed,
    /// A word of the provider that refundkit doesn't know; never taken for a good one.
    Other(String),
}

/// Who takes the money after it is authorised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaptureMode {
    /// The provider, at once.
    Auto,
    /// The merchant, by a call.
    Manual,
    /// The provider doesn't say.
    Unknown,
}

/// One line of a payment that can be refunded by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineItem {
    /// The id to name in a refund.
    pub id: ItemId,
    /// What was bought, for people.
    pub name: Option<String>,
    /// What was paid for it, tax included, in the payment's currency.
    pub amount: Minor,
    /// The tax within that amount, where the provider says.
    pub tax: Option<Minor>,
    /// What is left of it to refund, tax included.
    pub refundable: Minor,
}

/// A refund that the provider lists with the payment, ours or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenRefund {
    /// The provider's id; some providers give none of their own.
    pub id: Option<RefundId>,
    /// Our token, where it could be read back.
    pub token: Option<ProviderKey>,
    /// How far it has come.
    pub status: RefundStatus,
    /// Its amount in the payment's currency; `None` where the provider doesn't say.
    pub amount: Option<Minor>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
}

/// Until when a payment may be reversed, worked out by the adapter from the provider's rule and
/// every time zone and starting moment that the rule could mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReversalWindow {
    /// Up to here every reading of the rule agrees that a reversal is allowed.
    pub certain_until: Timestamp,
    /// After this every reading agrees that it is too late. Between the two the provider decides.
    pub possible_until: Timestamp,
}

/// A payment, as read from its provider a moment ago. All amounts are minor units of `currency`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Payment {
    /// The provider's id.
    pub id: PaymentId,
    /// The currency that the customer paid in.
    pub currency: Currency,
    /// How far the payment has come.
    pub stage: Stage,
    /// Who captures.
    pub capture_mode: CaptureMode,
    /// What the customer agreed to pay.
    pub authorized: Minor,
    /// What has been taken, before any refund.
    pub captured: Minor,
    /// What the provider says has been returned, or is on its way.
    pub refunded: Minor,
    /// Every refund of this payment, where the provider lists them all; `None` where it only sums up.
    pub refunds: Option<Vec<SeenRefund>>,
    /// The lines, where they were asked for and the provider has them.
    pub items: Vec<LineItem>,
    /// `Some(false)` where this payment takes no partial refund.
    pub partial_allowed: Option<bool>,
    /// Whether the provider answers with amounts in the payment's own currency. `false` for a
    /// payment settled in another currency, where the amount returned follows the day's rate.
    pub amounts_comparable: bool,
    /// When the payment was made.
    pub created_at: Option<Timestamp>,
    /// Until when it may be reversed; `None` where no limit is known.
    pub reversal_window: Option<ReversalWindow>,
}

impl Payment {
    /// A payment with no money in it yet; the adapter fills in what it has read.
    #[must_use]
    pub fn new(id: PaymentId, currency: Currency, stage: Stage) -> Self {
        Self {
            id,
            currency,
            stage,
            capture_mode: CaptureMode::Unknown,
            authorized: Minor::ZERO,
            captured: Minor::ZERO,
            refunded: Minor::ZERO,
            refunds: None,
            items: Vec::new(),
            partial_allowed: None,
            amounts_comparable: true,
            created_at: None,
            reversal_window: None,
        }
    }

    /// A payment by its caller's word, where the provider shows none: `paid` was captured of it,
    /// and nothing is known to have been returned.
    #[must_use]
    pub fn stated(id: PaymentId, paid: Money) -> Self {
        let mut payment = Self::new(id, paid.currency(), Stage::Captured);
        payment.authorized = paid.minor();
        payment.captured = paid.minor();
        payment
    }
}
