//! A payment, as its provider describes it, in refundkit's words.

use serde::{Deserialize, Serialize};

use crate::answer::RefundStatus;
use crate::ids::{ItemId, PaymentId};
use crate::money::{Currency, Minor, Money};
use crate::provider_refund::ProviderRefund;
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
    NeverPaid,
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

/// What the provider says by a word, such as a status, of how much of a payment was refunded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Extent {
    /// Some of it.
    Part,
    /// All of it.
    Whole,
}

/// The refunds that a reading shows of a payment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedRefunds {
    /// Those that it shows.
    pub refunds: Vec<ProviderRefund>,
    /// Whether they were read to an end that the provider states: what isn't among them is nowhere.
    /// A page that is short states none.
    pub whole: bool,
}

impl ListedRefunds {
    /// All refunds that there are, by the provider's own word.
    #[must_use]
    pub const fn whole(refunds: Vec<ProviderRefund>) -> Self {
        Self {
            refunds,
            whole: true,
        }
    }

    /// Some refunds; whether there are more isn't known.
    #[must_use]
    pub const fn some(refunds: Vec<ProviderRefund>) -> Self {
        Self {
            refunds,
            whole: false,
        }
    }
}

/// Money that a cardholder's bank has asked back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispute {
    /// The provider's id.
    pub id: Option<String>,
    /// How it stands.
    pub stage: DisputeStage,
    /// How much of the payment it is about; `None` where the provider doesn't say: all of it.
    pub amount: Option<Minor>,
    /// When it was opened.
    pub created_at: Option<Timestamp>,
}

/// How a dispute stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisputeStage {
    /// Not decided yet, or in a state that refundkit doesn't know: the money counts as gone.
    Open,
    /// The cardholder has the money.
    Lost,
    /// The merchant has it again, or it never left.
    Won,
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

/// A payment, as read from its provider a moment ago: what it states, and nothing that it doesn't.
/// What that can prove is decided in one place for all providers ([`crate::reading`]). All amounts
/// are minor units of `currency`.
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
    /// What the provider states in a sum of what has been returned, or is on its way; `None` where
    /// it states none, which is not zero.
    pub refunded: Option<Minor>,
    /// What it says of that by a word beside its status; `None` where it says nothing was, or nothing.
    pub extent: Option<Extent>,
    /// Its refunds; `None` where the provider shows no list, which is not an empty one.
    pub refunds: Option<ListedRefunds>,
    /// Its disputes; `None` where the reading has none of them where the provider shows them, or the
    /// provider shows them nowhere ([`Capabilities::shows_disputes`](crate::Capabilities::shows_disputes)).
    pub disputes: Option<Vec<Dispute>>,
    /// The lines, where they were asked for and the provider has them.
    pub items: Vec<LineItem>,
    /// `Some(false)` where this payment takes no partial refund.
    pub partial_allowed: Option<bool>,
    /// Whether the provider answers with amounts in the payment's own currency. `false` for a
    /// payment settled in another currency, where the amount returned follows the day's rate.
    pub amounts_comparable: bool,
    /// When the payment was made.
    pub created_at: Option<Timestamp>,
    /// How it was paid, in the provider's word for the method.
    pub method: Option<String>,
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
            refunded: None,
            extent: None,
            refunds: None,
            disputes: None,
            items: Vec::new(),
            partial_allowed: None,
            amounts_comparable: true,
            created_at: None,
            method: None,
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

    /// What of it was refunded by the provider's own sum, or by its word that all of it was.
    #[must_use]
    pub fn total(&self) -> Option<Minor> {
        self.refunded
            .or_else(|| self.is_refunded_whole().then_some(self.captured))
    }

    /// Whether the provider says by a word that all of it was refunded.
    #[must_use]
    pub fn is_refunded_whole(&self) -> bool {
        self.stage == Stage::Refunded || self.extent == Some(Extent::Whole)
    }

    /// The refunds that it shows, whether they are all or not.
    #[must_use]
    pub fn shown(&self) -> &[ProviderRefund] {
        self.refunds
            .as_ref()
            .map_or(&[], |listed| listed.refunds.as_slice())
    }

    /// The sum of the refunds that are shown and alive, as far as they state their amounts; `None`
    /// where it leaves the range of numbers.
    #[must_use]
    pub fn sum_shown(&self) -> Option<Minor> {
        let alive = self
            .shown()
            .iter()
            .filter(|seen| seen.status != RefundStatus::Failed);
        Minor::checked_sum(alive.filter_map(|seen| seen.amount))
    }

    /// The most that any part of it says was returned, for rules and for people: nothing can be
    /// concluded from its being little.
    #[must_use]
    pub fn returned(&self) -> Minor {
        let shown = self.sum_shown().unwrap_or(Minor::MAX);
        let whole = if self.is_refunded_whole() {
            self.captured
        } else {
            Minor::ZERO
        };
        self.refunded.unwrap_or_default().max(whole).max(shown)
    }

    /// Whether no part of it says that anything was returned, be it without an amount.
    #[must_use]
    pub fn is_untouched(&self) -> bool {
        let mut shown = self.shown().iter();
        let any_alive = shown.any(|seen| seen.status != RefundStatus::Failed);
        !any_alive && self.extent.is_none() && self.returned().is_zero()
    }

    /// What is in dispute and not won back; all that was captured where a dispute states no amount.
    #[must_use]
    pub fn disputed(&self) -> Minor {
        let gone = self
            .disputes
            .iter()
            .flatten()
            .filter(|dispute| dispute.stage != DisputeStage::Won)
            .map(|dispute| dispute.amount.unwrap_or(self.captured));
        Minor::checked_sum(gone).unwrap_or(Minor::MAX)
    }
}
