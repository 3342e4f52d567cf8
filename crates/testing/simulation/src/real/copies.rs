//! A journal that is lost, or set back to an older copy of itself.

use refundkit::core::ledger::Entry;
use refundkit::core::ports::{Commit, Committed};
use refundkit::core::{Change, JournalError, PaymentLedger};
use refundkit::{Filter, MemoryStore, Store};

use crate::world::at_once;

/// More names than a run gives to its processes.
const NAMES: usize = 32;

/// A store without anything in it. No name is given in it that was given in the one before: that one's
/// processes aren't this one's.
pub(super) fn empty() -> MemoryStore {
    let store = MemoryStore::new();
    for _ in 0..NAMES {
        at_once(store.join()).unwrap();
    }
    store
}

/// A store with the same in it, entry by entry.
pub(super) fn copy_of(store: &MemoryStore) -> MemoryStore {
    let copy = empty();
    at_once(fill(&copy, store)).unwrap();
    copy
}

async fn fill(copy: &MemoryStore, store: &MemoryStore) -> Result<(), JournalError> {
    if let Some(namespace) = store.info().await?.namespace {
        copy.bind(&namespace).await?;
    }
    let mut done = Vec::new();
    for listed in store.list(&Filter::default()).await? {
        if done.contains(&listed.payment) {
            continue;
        }
        let stored = store.load(&listed.provider, &listed.payment).await?;
        let whole = PaymentLedger::replay(&stored)?;
        let mut ledger = PaymentLedger::new(listed.provider, listed.payment.clone(), 0);
        for body in &stored.entries {
            ledger = once_more(copy, ledger, Entry::decode(body).unwrap()).await?;
        }
        assert_eq!(ledger, whole, "the copy has the same in it");
        done.push(listed.payment);
    }
    Ok(())
}

async fn once_more(
    copy: &MemoryStore,
    ledger: PaymentLedger,
    entry: Entry,
) -> Result<PaymentLedger, JournalError> {
    let change = match entry {
        Entry::Begun { by, intent } => {
            let mut change = Change::of(&ledger, &by);
            change.begin(*intent)?;
            change
        }
        Entry::Noted {
            by,
            operation,
            evidence,
        } => {
            let mut change = Change::of(&ledger, &by);
            let id = ledger.operations()[operation as usize].intent.id.clone();
            if evidence.fact.is_mark() {
                change.mark(&id, evidence.at)?;
            } else {
                change.note(&id, &evidence)?;
            }
            change
        }
    };
    let commit = Commit::from(change);
    let done = copy.commit(&commit).await?;
    assert!(
        matches!(done, Committed::Done(_)),
        "nobody else writes into it"
    );
    Ok(commit.change.unwrap().ledger().clone())
}
