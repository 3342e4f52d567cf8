//! What every [`Store`] that outlasts its process still has in the next one; and what two processes see
//! of each other.

use std::sync::Arc;

use refundkit_core::ledger::Stored;
use refundkit_core::operation::Source;
use refundkit_core::{
    Count, Fact, Filter, Intent, JournalInfo, Outcome, PaymentLedger, RefundStatus, State, Store,
};

use super::{
    PAYMENT, StoreHarness, answered, begin_new, joined, load, mark, note, refund, sample, unknown,
};
use crate::sample::intent;
use crate::writer::Writer;

fn intents() -> [Intent; 4] {
    [
        sample(1, 1000),
        intent(2, "dodo", PAYMENT, 2000),
        sample(3, 500),
        intent(4, "dojo", "pi_2", 5000),
    ]
}

/// Something of everything: a success, a refund that is open, one that is on its way, and one that waits.
async fn write(writer: &Writer<'_>) {
    let [first, second, third, fourth] = intents();
    for wanted in [&first, &second, &third, &fourth] {
        begin_new(writer, wanted).await;
    }
    mark(writer, &first, 10).await;
    let done = Outcome::Executed(refund("rfnd_1", RefundStatus::Succeeded));
    note(writer, &first, 11, answered(1, done)).await;
    mark(writer, &second, 12).await;
    note(writer, &second, 13, answered(1, unknown())).await;
    mark(writer, &third, 14).await;
}

type Whole = (Vec<Stored>, Vec<String>, Vec<Count>, JournalInfo);

async fn whole(store: &dyn Store) -> Whole {
    let mut stored = Vec::new();
    for wanted in intents() {
        let found = store.find(&wanted.id).await.unwrap();
        let there = (wanted.provider.clone(), wanted.plan.payment().clone());
        assert_eq!(found, Some(there));
        let mut kept = load(store, &wanted).await;
        PaymentLedger::replay(&kept).unwrap();
        kept.owners.sort();
        stored.push(kept);
    }
    let listed = store.list(&Filter::default()).await.unwrap();
    let listed = listed.iter().map(|listed| listed.operation.to_string());
    let mut counts = store.counts().await.unwrap();
    counts.sort_by_key(|count| (count.provider.clone(), count.state));
    (
        stored,
        listed.collect(),
        counts,
        store.info().await.unwrap(),
    )
}

/// All that was committed, to the last entry and the last byte.
pub async fn what_was_committed_outlasts_its_process<H: StoreHarness>(harness: H) {
    let before = {
        let store = harness.store();
        write(&joined(&*store).await).await;
        whole(&*store).await
    };
    assert_eq!(before.1, ["op_1", "op_2", "op_3", "op_4"]);
    let harness = harness.reopen().await;
    assert_eq!(whole(&*harness.store()).await, before);
    let harness = harness.reopen().await;
    assert_eq!(
        whole(&*harness.store()).await,
        before,
        "reading changes nothing"
    );
}

/// The next process goes on where this one has ended: in the same ledgers, and in the same list.
pub async fn the_next_process_goes_on<H: StoreHarness>(harness: H) {
    write(&joined(&*harness.store()).await).await;
    let harness = harness.reopen().await;
    let store = harness.store();
    let writer = joined(&*store).await;
    let [_, _, third, fourth] = intents();
    let done = Outcome::Accepted(refund("rfnd_3", RefundStatus::Pending));
    assert_eq!(
        note(&writer, &third, 20, answered(1, done)).await,
        State::Accepted
    );
    mark(&writer, &fourth, 21).await;
    begin_new(&writer, &sample(0, 100)).await;
    // Whose a refund is is known there too.
    let seen = Fact::Seen {
        by: Source::Listed,
        refund: refund("rfnd_1", RefundStatus::Succeeded),
    };
    assert_eq!(note(&writer, &third, 22, seen).await, State::Parked);
    let listed = store.list(&Filter::default()).await.unwrap();
    let last = listed.last().map(|listed| listed.operation.as_str());
    assert_eq!((listed.len(), last), (5, Some("op_0")));
    drop(writer);
    drop(store);
    let harness = harness.reopen().await;
    let store = harness.store();
    let stored = load(&*store, &third).await;
    let states: Vec<State> = stored.operations.iter().map(|(_, state)| *state).collect();
    assert_eq!(states, [State::Succeeded, State::Parked, State::Ready]);
    PaymentLedger::replay(&stored).unwrap();
}

/// What one process has committed the other one has at once, and it is the same there.
pub async fn both_sides_see_the_same<H: StoreHarness>(harness: H) {
    let (one, other) = (harness.store(), harness.beside().await);
    let [first, ..] = intents();
    assert_eq!(load(&*other, &first).await.version, 0);
    let writer = joined(&*one).await;
    write(&writer).await;
    assert_eq!(kept(&other).await, kept(&one).await);
    let there = joined(&*other).await;
    note(&there, &first, 30, Fact::parked(1, "w")).await;
    assert_eq!(kept(&one).await, kept(&other).await);
}

/// All but the description of itself, which names where it is for each of them.
async fn kept(store: &Arc<dyn Store>) -> (Vec<Stored>, Vec<String>, Vec<Count>) {
    let (stored, listed, counts, _) = whole(&**store).await;
    (stored, listed, counts)
}
