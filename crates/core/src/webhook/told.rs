use super::News;
use crate::ids::OperationId;
use crate::operation::{Fact, Operation, Source, owner};
use crate::sighting::Sighting;

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

/// A word that doesn't follow from what was known is written down all the same, and the payment is
/// read too: messages overtake each other, and what is read now is newer than all of them.
fn word(operation: &Operation, sighting: &Sighting, by: Source) -> Told {
    let summary = operation.summary();
    let refund = sighting.fact();
    let known = summary.provider_status();
    let turns = known
        .as_ref()
        .is_some_and(|known| known.is_final() && *known != refund.status);
    let other = refund.refund.as_ref().is_some_and(|refund| {
        let mut ids = summary.refunds().peekable();
        ids.peek().is_some() && !ids.any(|known| known == refund)
    });
    let fact = Fact::seen(&operation.intent.plan, by, refund);
    if operation.ends_with(&fact) {
        return Told::default();
    }
    Told {
        fact: Some((operation.intent.id.clone(), fact)),
        look: turns || other,
    }
}
