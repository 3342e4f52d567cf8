//! What a payment alone doesn't tell.

use super::agree::fits;
use super::{Compared, Difference, DifferenceKind, is_claimed, is_settled};
use crate::answer::{RefundStatus, contradiction};
use crate::operation::{Fact, Operation, Source};
use crate::provider_refund::ProviderRefund;
use crate::time::Timestamp;

/// The provider knows no such payment: whatever it had taken on of it is missing.
#[must_use]
pub fn gone(operations: &[Operation], now: Timestamp) -> Compared {
    let mut compared = Compared::default();
    for operation in operations {
        let state = operation.state();
        if !is_claimed(state) {
            continue;
        }
        if !is_settled(operation, now) {
            compared.young = compared.young.saturating_add(1);
            continue;
        }
        let note = format!("it is {state} in the journal, and the provider knows no such payment");
        let missing = Difference::of(DifferenceKind::Missing, operation, note);
        compared.differences.push(missing);
    }
    compared
}

/// What is left of a [`Missing`](DifferenceKind::Missing) one once its refund itself was asked for,
/// and was told of: it belongs to another payment, or it has failed, or is there after all, where
/// only the payment didn't show it yet.
#[must_use]
pub fn asked(operation: &Operation, fact: ProviderRefund) -> Option<Difference> {
    let state = operation.state();
    let moved = fact
        .payment
        .as_ref()
        .filter(|payment| *payment != operation.intent.plan.payment());
    let (kind, note) = if let Some(payment) = moved {
        let note = format!("the provider has it at payment {payment}");
        (DifferenceKind::OtherPayment, note)
    } else if let Some(found) = not_as_asked(operation, &fact) {
        found
    } else if fact.status == RefundStatus::Failed && state == crate::State::Succeeded {
        let note = "it had succeeded by the journal's word, and has failed".to_owned();
        (DifferenceKind::LateFailure, note)
    } else if fits(state, &fact.status) {
        return None;
    } else {
        let note = format!(
            "it is {state} in the journal, and {} at the provider",
            fact.status
        );
        (DifferenceKind::Status, note)
    };
    let mut difference = Difference::of(kind, operation, note);
    difference.refund = fact.id.clone().or(difference.refund);
    difference.evidence = Some(Fact::seen(operation, Source::Asked, fact.clone()));
    difference.shown = Some(fact);
    Some(difference)
}

/// Whether a refund that is alive is for another amount than was asked for, or in another currency.
fn not_as_asked(operation: &Operation, fact: &ProviderRefund) -> Option<(DifferenceKind, String)> {
    let (intent, was_sent) = (&operation.intent, operation.last_mark().is_some());
    let what = contradiction(intent, fact, was_sent);
    let what = what.filter(|_| fact.status != RefundStatus::Failed)?;
    let wanted = intent.plan.amount().currency();
    let abroad = fact.currency.is_some_and(|currency| currency != wanted);
    let kind = if abroad {
        DifferenceKind::Currency
    } else {
        DifferenceKind::Amount
    };
    Some((kind, what))
}

/// The same refund, found to be the operation's by its token or its id, though the provider has it
/// at another payment than the operation was for. `None` where it isn't.
#[must_use]
pub fn elsewhere(operation: &Operation, unowned: &Difference) -> Option<Difference> {
    let shown = unowned.shown.as_ref()?;
    let by_token = unowned.token.as_ref() == Some(&operation.intent.key);
    let summary = operation.summary();
    let by_id = || {
        let mut ids = summary.refunds();
        ids.any(|id| shown.id.as_ref() == Some(id))
    };
    if *operation.intent.plan.payment() == unowned.payment || !(by_token || by_id()) {
        return None;
    }
    let note = format!("the provider has it at payment {}", unowned.payment);
    let mut difference = Difference::of(DifferenceKind::OtherPayment, operation, note);
    difference.refund = shown.id.clone().or(difference.refund);
    difference.shown = Some(shown.clone());
    let fact = Fact::seen(operation, Source::Listed, shown.clone());
    difference.evidence = Some(fact);
    Some(difference)
}
