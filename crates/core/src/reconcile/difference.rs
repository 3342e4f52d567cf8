//! The kinds of difference between journal and provider, each with its word, and one difference as it
//! is reported. How they are found isn't said here.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ids::{OperationId, PaymentId, ProviderKey, RefundId};
use crate::money::Money;
use crate::operation::{Fact, Operation, State};
use crate::provider_refund::ProviderRefund;

/// In which way journal and provider differ. Each difference has one kind: where several would fit,
/// the one that explains it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DifferenceKind {
    /// The journal says that it was taken on, and the provider shows no such refund anywhere.
    Missing,
    /// A refund carries a token in our form, and no operation of this journal has that token: another
    /// installation shares the account, or a part of the journal was lost. Of an operation with more
    /// than two refunds, those from the third on.
    Extra,
    /// An operation has two refunds that are alive.
    Doubled,
    /// The refund is for another amount than was asked for.
    Amount,
    /// The refund is in another currency than was asked for.
    Currency,
    /// Both know the refund, and not its being in the same state.
    Status,
    /// Somebody else has returned money of the payment, by the provider's dashboard for example: so
    /// much less of it is left.
    Dashboard,
    /// It had succeeded by the journal's word, and the provider says that it failed.
    LateFailure,
    /// The refund is there, and belongs to another payment.
    OtherPayment,
    /// What the provider says was returned of the payment is not the sum of what the journal says,
    /// and no single refund explains it.
    Sum,
    /// The payment was taken back whole, and money of it was refunded besides.
    ReversedAndRefunded,
    /// It had no end by the journal's word, or was turned down, and the provider has it.
    WentThrough,
    /// More has gone of the payment than was captured of it.
    Overdrawn,
    /// The cardholder's bank has asked for money of the payment that was refunded besides.
    Disputed,
}

impl DifferenceKind {
    /// All kinds.
    pub const ALL: [Self; 14] = [
        Self::Missing,
        Self::Extra,
        Self::Doubled,
        Self::Amount,
        Self::Currency,
        Self::Status,
        Self::Dashboard,
        Self::LateFailure,
        Self::OtherPayment,
        Self::Sum,
        Self::ReversedAndRefunded,
        Self::WentThrough,
        Self::Overdrawn,
        Self::Disputed,
    ];

    /// The kind's word. It stays the same.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Extra => "extra",
            Self::Doubled => "doubled",
            Self::Amount => "amount",
            Self::Currency => "currency",
            Self::Status => "status",
            Self::Dashboard => "dashboard",
            Self::LateFailure => "late_failure",
            Self::OtherPayment => "other_payment",
            Self::Sum => "sum",
            Self::ReversedAndRefunded => "reversed_and_refunded",
            Self::WentThrough => "went_through",
            Self::Overdrawn => "overdrawn",
            Self::Disputed => "disputed",
        }
    }
}

impl fmt::Display for DifferenceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One difference between journal and provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Which way they differ.
    pub kind: DifferenceKind,
    /// The payment, by the journal's word where there is an operation, by the provider's where not.
    pub payment: PaymentId,
    /// The operation, where it is about one.
    pub operation: Option<OperationId>,
    /// Where that operation stands by the journal's word.
    pub state: Option<State>,
    /// What the journal says was asked for: of the operation, or of all of the payment's for a
    /// [`Sum`](DifferenceKind::Sum).
    pub wanted: Option<Money>,
    /// The provider's id of the refund, where one is known.
    pub refund: Option<RefundId>,
    /// The token that the refund carries, where it could be read.
    pub token: Option<ProviderKey>,
    /// What the provider says; `None` where it shows nothing.
    pub shown: Option<ProviderRefund>,
    /// The difference in one line, for a person.
    pub note: String,
    /// The fact that follows for the operation, where one does. It may be written down; that
    /// nothing was shown is none.
    pub evidence: Option<Fact>,
}

impl Difference {
    /// About an operation.
    pub(super) fn of(kind: DifferenceKind, operation: &Operation, note: String) -> Self {
        let summary = operation.summary();
        Self {
            kind,
            payment: operation.intent.plan.payment().clone(),
            operation: Some(operation.intent.id.clone()),
            state: Some(summary.state()),
            wanted: Some(operation.intent.plan.amount()),
            refund: summary.refund().cloned(),
            token: Some(operation.intent.key.clone()),
            shown: None,
            note,
            evidence: None,
        }
    }

    /// About a payment, or a refund that is nobody's.
    pub(super) fn at(kind: DifferenceKind, payment: &PaymentId, note: String) -> Self {
        Self {
            kind,
            payment: payment.clone(),
            operation: None,
            state: None,
            wanted: None,
            refund: None,
            token: None,
            shown: None,
            note,
            evidence: None,
        }
    }

    /// The same with the refund that the provider shows.
    pub(super) fn showing(mut self, shown: &ProviderRefund) -> Self {
        self.refund = shown.id.clone().or(self.refund);
        self.token = shown.token.clone().or(self.token);
        self.shown = Some(shown.as_evidence());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_a_word_of_its_own_which_programs_read_too() {
        for kind in DifferenceKind::ALL {
            let word = serde_json::to_value(kind).unwrap();
            assert_eq!(word, kind.as_str());
            let same = |other: &&DifferenceKind| other.as_str() == kind.as_str();
            assert_eq!(DifferenceKind::ALL.iter().filter(same).count(), 1);
        }
    }
}
