//! What follows from a message for the operations of its payment: a fact, a reading, both, or nothing.
//! Pure: the message was read before, and nothing is written down here.

use super::EventContent;
use crate::answer::RefundStatus;
use crate::ids::OperationId;
use crate::operation::{Fact, Operation, Source, Summary, owner};
use crate::provider_refund::ProviderRefund;

use crate::timing::CLOCK_SLACK;

/// What follows from a message for the operations of its payment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Consequence {
    /// The fact to write down, and about which operation.
    pub fact: Option<(OperationId, Fact)>,
    /// Whether the payment is to be read: the message doesn't say enough, or not what was known.
    pub refresh: bool,
}

/// What a message says about `operations`, which are all of its payment's.
///
/// A refund is ours by our token, or by an id that the provider has given it before. Anything else
/// could be ours or somebody else's, which a reading of the payment tells.
#[must_use]
pub fn consequence(operations: &[Operation], news: &EventContent) -> Consequence {
    let refresh = !operations.is_empty();
    match news {
        EventContent::Other => Consequence::default(),
        EventContent::Changed(_) => Consequence {
            fact: None,
            refresh,
        },
        EventContent::Refund(refund) => match owner(operations, refund) {
            Some(operation) => of_refund(operation, refund, Source::Webhook),
            None => Consequence {
                fact: None,
                refresh,
            },
        },
    }
}

/// Whether it may be about what an earlier send has made, while nobody knows what became of a later
/// one: a message can come hours after it was due. That the earlier one failed, or is on its way,
/// says nothing about the later one; that it succeeded does, and keeps the money held.
///
/// Sends lie [`QUIESCENCE`](crate::timing::QUIESCENCE) apart, far more than clocks do, so that
/// the time at which the refund was made tells which one made it.
fn is_overtaken(operation: &Operation, summary: &Summary, refund: &ProviderRefund) -> bool {
    let newest = operation.last_mark();
    let is_new = newest
        .zip(refund.created_at)
        .is_some_and(|(mark, made)| made >= mark.saturating_sub(CLOCK_SLACK));
    refund.status != RefundStatus::Succeeded
        && summary.may_be_of_an_earlier_send(refund.id.as_ref())
        && !is_new
}

/// A word that doesn't follow from what was known is written down all the same, and the payment is
/// read too: messages overtake each other, and what is read now is newer than all of them.
fn of_refund(operation: &Operation, told: &ProviderRefund, by: Source) -> Consequence {
    let summary = operation.summary();
    let refund = told.as_evidence();
    if is_overtaken(operation, &summary, told) {
        return Consequence {
            fact: None,
            refresh: true,
        };
    }
    let known = summary.provider_status();
    let turns = known
        .as_ref()
        .is_some_and(|known| known.is_final() && *known != refund.status);
    let other = refund.id.as_ref().is_some_and(|refund| {
        let mut ids = summary.refunds().peekable();
        ids.peek().is_some() && !ids.any(|known| known == refund)
    });
    let fact = Fact::seen(operation, by, refund);
    if operation.ends_with(&fact) {
        return Consequence::default();
    }
    Consequence {
        fact: Some((operation.intent.id.clone(), fact)),
        refresh: turns || other,
    }
}
