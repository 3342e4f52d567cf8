//! What every [`Store`] keeps of versions: a change is written down only where the ledger is still what
//! it was made of.

use std::sync::Arc;

use refundkit_core::ledger::Version;
use refundkit_core::ports::{Commit, Committed, Message};
use refundkit_core::{PaymentLedger, Store, Timestamp};

use super::{
    StoreHarness, begin_new, beginning, is_done, joined, load, mark, note, refused, sample,
};

/// One that was made before another was committed.
pub async fn a_stale_change_is_a_conflict(store: Arc<dyn Store>) {
    let writer = joined(&*store).await;
    let (first, second) = (sample(1, 100), sample(2, 100));
    let stale = beginning(&writer, &second).await;
    begin_new(&writer, &first).await;
    let before = load(&*store, &first).await;
    assert_eq!(writer.commit(stale).await.unwrap(), Committed::Conflict);
    // Also where the older version isn't the first one, and where the same worker was faster.
    let stale = beginning(&writer, &second).await;
    mark(&writer, &first, 1).await;
    assert_eq!(writer.commit(stale).await.unwrap(), Committed::Conflict);
    let after = load(&*store, &first).await;
    assert_eq!((before.version, after.version), (1, 2));
    assert_eq!(after.operations.len(), 1);
    begin_new(&writer, &second).await;
}

/// One that follows on a change which was never committed.
pub async fn a_change_of_what_was_never_written_is_a_conflict(store: Arc<dyn Store>) {
    let writer = joined(&*store).await;
    let (first, second) = (sample(1, 100), sample(2, 100));
    let lost = beginning(&writer, &first).await;
    let mut ahead = writer.change(lost.ledger());
    ahead.begin(second.clone()).unwrap();
    assert_eq!(writer.commit(ahead).await.unwrap(), Committed::Conflict);
    assert_eq!(load(&*store, &first).await.version, 0);
    assert!(is_done(&writer.commit(lost).await.unwrap()));
    begin_new(&writer, &second).await;
}

/// One that was made of another timeline's ledger, though the number of its entries is right.
pub async fn a_change_of_another_timeline_is_a_conflict(store: Arc<dyn Store>) {
    let writer = joined(&*store).await;
    let wanted = sample(1, 100);
    for (number, entries) in [(1, 0_u64), (2, 1)] {
        let mut stored = load(&*store, &wanted).await;
        let timeline = stored.timeline;
        assert_eq!(stored.version, entries);
        for other in [timeline + 1, timeline.wrapping_sub(1)] {
            stored.timeline = other;
            let elsewhere = PaymentLedger::replay(&stored).unwrap();
            let timeline = other;
            assert_eq!(elsewhere.version(), Version { timeline, entries });
            let mut change = writer.change(&elsewhere);
            change.begin(sample(number, 100)).unwrap();
            let refused = writer.commit(change).await.unwrap();
            assert_eq!(refused, Committed::Conflict, "{other}");
        }
        assert_eq!(load(&*store, &wanted).await.version, entries);
        begin_new(&writer, &sample(number, 100)).await;
        assert_eq!(load(&*store, &wanted).await.timeline, timeline);
    }
}

/// The next process finds the version that this one has left, and a change of before is as stale there.
pub async fn a_version_outlasts_its_process<H: StoreHarness>(harness: H) {
    let (first, second) = (sample(1, 100), sample(2, 100));
    let (stale, fitting) = {
        let store = harness.store();
        let writer = joined(&*store).await;
        let stale = beginning(&writer, &second).await;
        begin_new(&writer, &first).await;
        let fitting = beginning(&writer, &second).await;
        (stale, fitting)
    };
    let harness = harness.reopen().await;
    let store = harness.store();
    let writer = joined(&*store).await;
    assert_eq!(writer.commit(stale).await.unwrap(), Committed::Conflict);
    assert!(is_done(&writer.commit(fitting).await.unwrap()));
    mark(&writer, &first, 1).await;
    note(&writer, &first, 2, super::answered(1, refused())).await;
    assert_eq!(load(&*store, &first).await.version, 4);
}

/// A message of which nothing follows for the ledger as it was: what has been begun since, it may be about.
pub async fn that_nothing_follows_holds_for_its_version(store: Arc<dyn Store>) {
    let writer = joined(&*store).await;
    let wanted = sample(1, 100);
    let stale = writer.change(&writer.ledger_of(&wanted).await.unwrap());
    begin_new(&writer, &wanted).await;
    let message = Message {
        provider: wanted.provider.clone(),
        event: "evt_1".parse().unwrap(),
        at: Timestamp::epoch(),
        look: None,
    };
    let commit = |change| Commit {
        change: Some(change),
        message: Some(message.clone()),
    };
    let refused = store.commit(&commit(stale)).await.unwrap();
    assert_eq!(refused, Committed::Conflict);
    let fresh = writer.change(&writer.ledger_of(&wanted).await.unwrap());
    let taken = store.commit(&commit(fresh)).await.unwrap();
    assert!(is_done(&taken), "the message isn't known yet: {taken:?}");
}

/// What is asked for by itself is what a loading would have.
pub async fn the_version_is_that_of_the_newest_change(store: Arc<dyn Store>) {
    let writer = joined(&*store).await;
    let wanted = sample(1, 100);
    let version = async || {
        let payment = wanted.plan.payment();
        let version = store.version(&wanted.provider, payment).await.unwrap();
        let loaded = load(&*store, &wanted).await;
        assert_eq!(version.timeline, loaded.timeline);
        assert_eq!(version.entries, loaded.version);
        version.entries
    };
    assert_eq!(version().await, 0);
    begin_new(&writer, &wanted).await;
    assert_eq!(version().await, 1);
    mark(&writer, &wanted, 1).await;
    assert_eq!(version().await, 2);
}
