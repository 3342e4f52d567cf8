//! A journal that is lost, or set back to an older copy of itself.

use refundkit::core::ports::{Begun, Budget};
use refundkit::core::{Fact, JournalError};
use refundkit::{Filter, Journal, MemoryJournal, Minor, WorkerId};

use crate::check::moment;
use crate::world::at_once;

/// A journal with the same in it. `None` where operations of one payment have been in each other's
/// way: what was written down one after the other can't be written down operation by operation.
pub(super) fn copy_of(journal: &MemoryJournal) -> Option<MemoryJournal> {
    let copy = MemoryJournal::new();
    at_once(fill(&copy, journal)).ok().map(|()| copy)
}

async fn fill(copy: &MemoryJournal, journal: &MemoryJournal) -> Result<(), JournalError> {
    let copier = WorkerId::new("copier").unwrap();
    for operation in journal.list(&Filter::default()).await? {
        let intent = &operation.intent;
        let (id, payment) = (&intent.id, intent.plan.payment());
        let lease = copy
            .claim(&intent.provider, payment, &copier, moment(0))
            .await?;
        let budget = Budget {
            cap: Minor::MAX,
            external: Minor::ZERO,
        };
        let begun = copy.begin(&lease, intent, budget).await?;
        assert!(matches!(begun, Begun::New(_)), "it is empty at first");
        for evidence in &operation.evidence {
            if matches!(evidence.fact, Fact::Marked { .. }) {
                drop(copy.mark(&lease, id, evidence.at).await?);
            } else if evidence.fact.is_decision() || interrupts(&evidence.fact) {
                copy.decide(&lease, id, evidence).await?;
            } else {
                copy.record(id, evidence).await?;
            }
        }
        copy.release(&lease).await?;
    }
    Ok(())
}

/// An answer can be a fact or a conclusion: the lease is there for both.
const fn interrupts(fact: &Fact) -> bool {
    matches!(fact, Fact::Answered { .. })
}
