//! What follows from a message for the operations of its payment: a fact, a reading, both, or nothing.
//! Pure: the message was read before, and nothing is written down here.

use super::News;
use crate::answer::RefundStatus;
use crate::ids::OperationId;
use crate::operation::{Fact, Operation, Source, Summary, owner};
use crate::sighting::Sighting;
use crate::timing::CLOCK_SLACK;

/// What follows from a message for the operations of its payment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// The fact to write down, and about which operation.
    pub fact: Option<(OperationId, Fact)>,
    /// Whether the payment is to be read: the message doesn't say enough, or not what was known.
    pub look: bool,
}

/// What a message says about `operations`, which are all of its payment's.
///
/// A refund is ours by our token, or by an id that the provider has given it before. Anything else
/// could be ours or somebody else's, which a reading of the payment tells.
#[must_use]
pub fn told(operations: &[Operation], news: &News) -> Told {
    let look = !operations.is_empty();
    match news {
        News::Other => Told::default(),
        News::Look(_) => Told { fact: None, look },
        News::Refund(sighting) => match owner(operations, &sighting.refund) {
            Some(operation) => word(operation, sighting, Source::Webhook),
            None => Told { fact: None, look },
        },
    }
}

/// Whether it may be about what an earlier send has made, while nobody knows what became of a later
/// one: a message can come hours after it was due. That the earlier one failed, or is on its way,
/// says nothing about the later one; that it succeeded does, and keeps the money held.
///
/// Sends lie [`QUIESCENCE`](crate::timing::QUIESCENCE) apart, far more than clocks do, so that
/// the time at which the refund was made tells which one made it.
fn is_overtaken(operation: &Operation, summary: &Summary, sighting: &Sighting) -> bool {
    let refund = &sighting.refund;
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
fn word(operation: &Operation, sighting: &Sighting, by: Source) -> Told {
    let summary = operation.summary();
    let refund = sighting.fact();
    if is_overtaken(operation, &summary, sighting) {
        return Told {
            fact: None,
            look: true,
        };
    }
    let known = summary.provider_status();
    let turns = known
        .as_ref()
        .is_some_and(|known| known.is_final() && *known != refund.status);
    let other = refund.refund.as_ref().is_some_and(|refund| {
        let mut ids = summary.refunds().peekable();
        ids.peek().is_some() && !ids.any(|known| known == refund)
    });
    let fact = Fact::seen(operation, by, refund);
    if operation.ends_with(&fact) {
        return Told::default();
    }
    Told {
        fact: Some((operation.intent.id.clone(), fact)),
        look: turns || other,
    }
}
