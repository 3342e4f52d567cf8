//! What every [`Store`] keeps of a commit: all of it is there or nothing, and nothing where it was refused.

use std::sync::Arc;

use refundkit_core::operation::Source;
use refundkit_core::ports::{Committed, Message};
use refundkit_core::{
    Change, Evidence, Fact, Filter, Intent, PaymentLedger, RefundStatus, State, Store,
};

use super::{
    PAYMENT, answered, asking, at, begin_new, beginning, commit, is_done, joined, load, mark,
    message, payment, refund, refused, sample,
};
use crate::sample::intent;
use crate::writer::Writer;

/// Begins the intent, marks it, and tells of its end: three entries and a refund, all in one.
async fn whole(writer: &Writer<'_>, wanted: &Intent) -> Change {
    let mut change = beginning(writer, wanted).await;
    change.mark(&wanted.id, at(1)).unwrap();
    let fact = Fact::Seen {
        by: Source::Asked,
        refund: refund("rfnd_1", RefundStatus::Succeeded),
    };
    let evidence = Evidence { at: at(2), fact };
    assert!(change.note(&wanted.id, &evidence).unwrap());
    change
}

/// That nothing at all of it is there: not in the payment, not in the index, and not in the inbox.
async fn assert_nothing(store: &dyn Store, wanted: &Intent, before: u64, message: &Message) {
    let stored = load(store, wanted).await;
    assert_eq!(stored.version, before);
    assert_eq!(u64::try_from(stored.entries.len()).unwrap(), before);
    PaymentLedger::replay(&stored).unwrap();
    let asked = store.hints(100).await.unwrap();
    let hint = asked
        .iter()
        .find(|hint| Some(&hint.payment) == message.look.as_ref());
    assert_eq!(hint, None);
    // Not remembered: it counts when it comes for the first time.
    let again = commit(store, None, message.clone()).await;
    assert!(is_done(&again), "{again:?}");
    assert_eq!(commit(store, None, message.clone()).await, Committed::Known);
}

/// All entries of a change, its operation in the index, its owner, its message and what that asks for.
pub async fn a_change_is_written_whole(store: Arc<dyn Store>) {
    let writer = joined(&*store).await;
    let wanted = sample(1, 1000);
    let change = whole(&writer, &wanted).await;
    let ledger = change.ledger().clone();
    let message = asking("msg_1", 3, "pi_2");
    let done = commit(&*store, change, message.clone()).await;
    assert!(is_done(&done), "{done:?}");
    let stored = load(&*store, &wanted).await;
    assert_eq!(stored.version, 3);
    assert_eq!(PaymentLedger::replay(&stored).unwrap(), ledger);
    assert_eq!(stored.operations, [(wanted.id.clone(), State::Succeeded)]);
    assert_eq!(stored.owners.len(), 1);
    let listed = store.list(&Filter::default()).await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(commit(&*store, None, message).await, Committed::Known);
    let asked = store.hints(100).await.unwrap();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].payment, payment("pi_2"));
}

/// Where the ledger was changed by others, neither the change is there nor its message.
pub async fn a_conflict_leaves_nothing(store: Arc<dyn Store>) {
    let writer = joined(&*store).await;
    let (first, second) = (sample(1, 1000), sample(2, 1000));
    let stale = whole(&writer, &second).await;
    begin_new(&writer, &first).await;
    let before = load(&*store, &first).await;
    let counts = store.counts().await.unwrap();
    let message = asking("msg_1", 3, "pi_2");
    let refused = commit(&*store, stale, message.clone()).await;
    assert_eq!(refused, Committed::Conflict);
    assert_eq!(load(&*store, &first).await, before);
    assert_eq!(store.find(&second.id).await.unwrap(), None);
    assert_eq!(store.counts().await.unwrap(), counts);
    assert_nothing(&*store, &first, 1, &message).await;
}

/// An id is one payment's. A change that begins it for another one is refused as a whole, whatever else
/// is in it.
pub async fn an_id_that_is_taken_leaves_nothing(store: Arc<dyn Store>) {
    let writer = joined(&*store).await;
    let first = sample(1, 1000);
    begin_new(&writer, &first).await;
    for (number, provider, id) in [(2, "dojo", "pi_2"), (3, "dodo", PAYMENT)] {
        let taken = intent(1, provider, id, 1000);
        let free = intent(number, provider, id, 1000);
        let mut change = beginning(&writer, &free).await;
        change.begin(taken.clone()).unwrap();
        let counts = store.counts().await.unwrap();
        let message = asking(&format!("msg_{number}"), 3, &format!("pi_asked_{number}"));
        let refused = commit(&*store, change, message.clone()).await;
        assert_eq!(refused, Committed::IdTaken);
        assert_eq!(store.find(&free.id).await.unwrap(), None);
        assert_eq!(store.counts().await.unwrap(), counts);
        assert_nothing(&*store, &taken, 0, &message).await;
        let found = store.find(&taken.id).await.unwrap().unwrap();
        assert_eq!(found, (first.provider.clone(), payment(PAYMENT)));
        begin_new(&writer, &free).await;
    }
}

/// What follows from a message is written down with it once: with one that is known already comes nothing.
pub async fn a_known_message_keeps_its_change_out(store: Arc<dyn Store>) {
    let writer = joined(&*store).await;
    let wanted = sample(1, 1000);
    begin_new(&writer, &wanted).await;
    let telling = async |status| {
        let mut change = writer.change(&writer.ledger_of(&wanted).await.unwrap());
        let refund = refund("rfnd_1", status);
        let by = Source::Webhook;
        let fact = Fact::Seen { by, refund };
        let evidence = Evidence { at: at(1), fact };
        assert!(change.note(&wanted.id, &evidence).unwrap());
        change
    };
    let first = telling(RefundStatus::Pending).await;
    let done = commit(&*store, first, message("msg_1", 1)).await;
    assert!(is_done(&done), "{done:?}");
    let before = load(&*store, &wanted).await;
    assert_eq!(before.version, 2);
    let again = telling(RefundStatus::Succeeded).await;
    let known = commit(&*store, again, asking("msg_1", 2, PAYMENT)).await;
    assert_eq!(known, Committed::Known);
    assert_eq!(load(&*store, &wanted).await, before);
    assert_eq!(store.hints(100).await.unwrap(), []);
    let another = telling(RefundStatus::Succeeded).await;
    let done = commit(&*store, another, message("msg_2", 3)).await;
    assert!(is_done(&done), "{done:?}");
}

/// A change without entries, alone or with a message, leaves the ledger as it is.
pub async fn an_empty_change_writes_no_entry(store: Arc<dyn Store>) {
    let writer = joined(&*store).await;
    let (wanted, elsewhere) = (sample(1, 1000), intent(2, "dojo", "pi_2", 1000));
    begin_new(&writer, &wanted).await;
    let entries = store.info().await.unwrap().entries;
    for (number, about) in [&wanted, &elsewhere].into_iter().enumerate() {
        let before = load(&*store, about).await;
        let empty = || async { writer.change(&writer.ledger_of(about).await.unwrap()) };
        assert!(is_done(&commit(&*store, empty().await, None).await));
        let message = message(&format!("msg_{number}"), 1);
        assert!(is_done(
            &commit(&*store, empty().await, message.clone()).await
        ));
        let known = commit(&*store, empty().await, message).await;
        assert_eq!(known, Committed::Known);
        assert_eq!(load(&*store, about).await, before);
    }
    assert_eq!(store.info().await.unwrap().entries, entries);
}

/// A refused attempt goes on in the same payment: what was begun and ended leaves the index as the
/// entries say.
pub async fn a_state_changes_with_its_entries(store: Arc<dyn Store>) {
    let writer = joined(&*store).await;
    let wanted = sample(1, 1000);
    let listed = async |state| {
        let filter = Filter {
            states: vec![state],
            ..Filter::default()
        };
        let listed = store.list(&filter).await.unwrap();
        assert!(listed.iter().all(|listed| listed.operation == wanted.id));
        listed.len()
    };
    begin_new(&writer, &wanted).await;
    assert_eq!(listed(State::Ready).await, 1);
    mark(&writer, &wanted, 1).await;
    assert_eq!(listed(State::Ready).await, 0);
    assert_eq!(listed(State::Attempting).await, 1);
    super::note(&writer, &wanted, 2, answered(1, refused())).await;
    assert_eq!(listed(State::Attempting).await, 0);
    assert_eq!(listed(State::Rejected).await, 1);
}
