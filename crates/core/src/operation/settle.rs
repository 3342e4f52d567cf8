//! What a fresh reading of a payment says about an operation whose end isn't known.

use super::{Fact, Operation, Source, State};
use crate::answer::{RefundFact, RefundStatus};
use crate::capabilities::{Capabilities, Lookup};
use crate::payment::{Payment, SeenRefund, Stage};
use crate::plan::Plan;

/// The fact that `payment` proves about `operation`; `None` where it proves nothing.
///
/// Presence is proof: a refund with our id or our token, a reversed payment, a total that has
/// moved by exactly our amount since the plan was made. Absence proves nothing here.
#[must_use]
pub fn settle(
    operation: &Operation,
    payment: &Payment,
    capabilities: &Capabilities,
) -> Option<Fact> {
    let summary = operation.summary();
    match summary.state() {
        State::Attempting | State::Unknown | State::Accepted | State::Succeeded => {}
        State::Ready
        | State::Failed
        | State::FailedLate
        | State::Rejected
        | State::Refused
        | State::Cancelled
        | State::Parked => return None,
    }
    match &operation.intent.plan {
        Plan::Reversal(_) => (payment.stage == Stage::Reversed).then(|| total(operation)),
        Plan::Refund(plan) => {
            if let Some(seen) = payment
                .refunds
                .iter()
                .flatten()
                .find(|seen| is_ours(operation, seen))
            {
                return Some(listed(operation, payment, seen));
            }
            let expected = plan.refunded_before().checked_add(plan.amount().minor());
            let moved = capabilities.lookup == Lookup::Total
                && summary.state() != State::Succeeded
                && expected == Some(payment.refunded);
            moved.then(|| total(operation))
        }
    }
}

fn is_ours(operation: &Operation, seen: &SeenRefund) -> bool {
    let known = operation.summary();
    let same_id = seen.id.is_some() && seen.id.as_ref() == known.refund();
    same_id || seen.token.as_ref() == Some(&operation.intent.key)
}

fn listed(operation: &Operation, payment: &Payment, seen: &SeenRefund) -> Fact {
    let refund = RefundFact {
        refund: seen.id.clone(),
        status: seen.status.clone(),
        amount: seen.amount,
        currency: Some(payment.currency),
        payment: Some(payment.id.clone()),
    };
    Fact::seen(&operation.intent.plan, Source::Listed, refund)
}

fn total(operation: &Operation) -> Fact {
    Fact::Seen {
        by: Source::Total,
        refund: RefundFact {
            refund: operation.summary().refund().cloned(),
            payment: Some(operation.intent.plan.payment().clone()),
            ..RefundFact::with_status(RefundStatus::Succeeded)
        },
    }
}
