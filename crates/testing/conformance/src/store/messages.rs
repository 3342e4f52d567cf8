//! What every [`Store`] remembers of providers' messages.

use std::sync::Arc;
use std::time::Duration;

use refundkit_core::operation::{Fact, Source};
use refundkit_core::ports::{Committed, Message, REMEMBERED};
use refundkit_core::{EventId, Evidence, RefundStatus, State, Store};

use super::{
    PAYMENT, StoreHarness, asking, at, begin_new, commit, is_done, joined, load, mark, message,
    refund, sample,
};
use crate::tasks::at_once;

/// How many copies of one message come, and how many of them at once.
const COPIES: u32 = 2_000;
const AT_ONCE: u32 = 100;

async fn take_in(store: &dyn Store, message: Message) -> Committed {
    commit(store, None, message).await
}

/// Two thousand copies of one message have the effect of one.
pub async fn a_message_counts_once(store: Arc<dyn Store>) {
    let writer = joined(&*store).await;
    let wanted = sample(1, 1000);
    begin_new(&writer, &wanted).await;
    mark(&writer, &wanted, 1).await;
    let mut done = 0;
    for batch in 0..COPIES / AT_ONCE {
        let copies = (0..AT_ONCE).map(|_| {
            let (store, wanted) = (Arc::clone(&store), wanted.clone());
            async move {
                let writer = joined(&*store).await;
                let told = Evidence {
                    at: at(i64::from(200 + batch)),
                    fact: Fact::Seen {
                        by: Source::Webhook,
                        refund: refund("rfnd_1", RefundStatus::Succeeded),
                    },
                };
                loop {
                    let mut change = writer.change(&writer.ledger_of(&wanted).await.unwrap());
                    change.note(&wanted.id, &told).unwrap();
                    match commit(&*store, change, message("msg_1", 200)).await {
                        Committed::Conflict => {}
                        other @ (Committed::Done(_) | Committed::Known | Committed::IdTaken) => {
                            return other;
                        }
                    }
                }
            }
        });
        for taken in at_once(copies).await {
            done += u32::from(is_done(&taken));
            assert!(is_done(&taken) || taken == Committed::Known, "{taken:?}");
        }
    }
    assert_eq!(done, 1);
    let stored = load(&*store, &wanted).await;
    assert_eq!(stored.version, 3);
    assert_eq!(stored.operations[0].1, State::Succeeded);
}

/// An id is one provider's: another's may be the same.
pub async fn a_message_is_one_providers(store: Arc<dyn Store>) {
    for provider in ["dojo", "dodo"] {
        let message = Message {
            provider: provider.parse().unwrap(),
            ..asking("msg_1", 1, PAYMENT)
        };
        assert!(
            is_done(&take_in(&*store, message.clone()).await),
            "{provider}"
        );
        let again = take_in(&*store, message).await;
        assert_eq!(again, Committed::Known, "{provider}");
    }
    let asked = store.hints(100).await.unwrap();
    let providers: Vec<&str> = asked.iter().map(|hint| hint.provider.as_str()).collect();
    assert_eq!(providers, ["dojo", "dodo"]);
}

/// What asks for nothing and changes nothing is known when it comes again.
pub async fn a_message_without_a_change_is_remembered(store: Arc<dyn Store>) {
    for number in 1..=3 {
        let id = format!("msg_{number}");
        assert!(is_done(&take_in(&*store, message(&id, 1)).await));
        assert_eq!(take_in(&*store, message(&id, 2)).await, Committed::Known);
        // What it asks for doesn't make it another one.
        let asking = asking(&id, 2, PAYMENT);
        assert_eq!(take_in(&*store, asking).await, Committed::Known);
    }
    assert_eq!(store.hints(100).await.unwrap(), []);
    assert_eq!(store.info().await.unwrap().entries, 0);
}

/// Anybody can send what nobody signs: it never stands in the way of a later one, and what it asks for
/// is newer than what was asked before.
pub async fn an_unsigned_message_is_never_known(store: Arc<dyn Store>) {
    let unsigned = |look: Option<&str>| Message {
        event: EventId::unsigned(),
        look: look.map(super::payment),
        ..message("msg_0", 1)
    };
    for _ in 0..3 {
        assert!(is_done(&take_in(&*store, unsigned(None)).await));
    }
    assert_eq!(store.hints(100).await.unwrap(), []);
    let mut numbers = Vec::new();
    for (message, wanted) in [
        (unsigned(Some("pi_1")), &["pi_1"][..]),
        (unsigned(Some("pi_2")), &["pi_1", "pi_2"]),
        (unsigned(Some("pi_1")), &["pi_2", "pi_1"]),
        (asking("msg_1", 4, "pi_2"), &["pi_1", "pi_2"]),
        (unsigned(Some("pi_2")), &["pi_1", "pi_2"]),
    ] {
        assert!(is_done(&take_in(&*store, message).await));
        let asked = store.hints(100).await.unwrap();
        let payments: Vec<&str> = asked.iter().map(|hint| hint.payment.as_str()).collect();
        assert_eq!(payments, wanted);
        numbers.extend(asked.last().map(|hint| hint.number));
    }
    assert!(numbers.is_sorted_by(|a, b| a < b), "{numbers:?}");
    let again = take_in(&*store, asking("msg_1", 6, "pi_2")).await;
    assert_eq!(again, Committed::Known, "the signed one still is");
}

/// An unsigned one brings its change each time, and the ledger says what is new in it.
pub async fn an_unsigned_message_brings_its_change(store: Arc<dyn Store>) {
    let writer = joined(&*store).await;
    let wanted = sample(1, 1000);
    begin_new(&writer, &wanted).await;
    for (second, status, version) in [
        (1, RefundStatus::Pending, 2),
        (1, RefundStatus::Pending, 2),
        (2, RefundStatus::Succeeded, 3),
    ] {
        let by = Source::Webhook;
        let refund = refund("rfnd_1", status);
        let (at, fact) = (at(second), Fact::Seen { by, refund });
        let mut change = writer.change(&writer.ledger_of(&wanted).await.unwrap());
        change.note(&wanted.id, &Evidence { at, fact }).unwrap();
        let unsigned = Message {
            event: EventId::unsigned(),
            ..message("msg_0", second)
        };
        assert!(is_done(&commit(&*store, change, unsigned).await));
        assert_eq!(load(&*store, &wanted).await.version, version);
    }
}

/// As long as the port promises a message is known again, whatever else comes meanwhile.
pub async fn a_message_is_known_for_as_long_as_was_promised(store: Arc<dyn Store>) {
    assert!(is_done(&take_in(&*store, message("msg_0", 0)).await));
    let last = REMEMBERED - Duration::from_secs(1);
    let last = i64::try_from(last.as_secs()).unwrap();
    for number in 1..=50 {
        let id = format!("msg_{number}");
        let second = last / 50 * number;
        assert!(is_done(&take_in(&*store, message(&id, second)).await));
    }
    for number in 0..=50 {
        let id = format!("msg_{number}");
        let again = take_in(&*store, message(&id, last)).await;
        assert_eq!(again, Committed::Known, "{id}");
    }
}

/// A clock that is wrong for a moment costs the memory of a few messages, and not of all.
pub async fn a_clock_that_jumps_ahead_forgets_little(store: Arc<dyn Store>) {
    let numbered = |number: i64, second| message(&format!("msg_{number}"), second);
    for number in 1..=20 {
        assert!(is_done(&take_in(&*store, numbered(number, number)).await));
    }
    let year = 365 * 24 * 60 * 60;
    assert!(is_done(&take_in(&*store, numbered(21, year)).await));
    let mut known = 0;
    for number in 1..=21 {
        let taken = take_in(&*store, numbered(number, 30)).await;
        known += u32::from(taken == Committed::Known);
    }
    assert!(known >= 19, "{known} of 21");
}

/// The next process knows it again.
pub async fn a_message_outlasts_its_process<H: StoreHarness>(harness: H) {
    assert!(is_done(
        &take_in(&*harness.store(), message("msg_1", 1)).await
    ));
    let harness = harness.reopen().await;
    let again = take_in(&*harness.store(), message("msg_1", 2)).await;
    assert_eq!(again, Committed::Known);
    let harness = harness.reopen().await;
    let again = take_in(&*harness.store(), message("msg_1", 3)).await;
    assert_eq!(again, Committed::Known);
    assert!(is_done(
        &take_in(&*harness.store(), message("msg_2", 3)).await
    ));
}
