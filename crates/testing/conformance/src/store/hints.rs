//! What every [`Store`] keeps of payments that messages have asked to read.

use std::sync::Arc;

use refundkit_core::{Hint, Store};

use super::{StoreHarness, asking, commit, is_done};

async fn ask(store: &dyn Store, id: &str, payment: &str) {
    let taken = commit(store, None, asking(id, 1, payment)).await;
    assert!(is_done(&taken), "{taken:?}");
}

async fn hints(store: &dyn Store) -> Vec<Hint> {
    store.hints(100).await.unwrap()
}

fn payments(hints: &[Hint]) -> Vec<&str> {
    hints.iter().map(|hint| hint.payment.as_str()).collect()
}

/// A payment is to be read once, however many messages say so; the one whose newest message is the
/// oldest comes first.
pub async fn a_payment_is_asked_for_once(store: Arc<dyn Store>) {
    assert_eq!(hints(&*store).await, []);
    for (id, payment) in [("a", "pi_2"), ("b", "pi_1"), ("c", "pi_3"), ("d", "pi_2")] {
        ask(&*store, id, payment).await;
    }
    let asked = hints(&*store).await;
    assert_eq!(payments(&asked), ["pi_1", "pi_3", "pi_2"]);
    assert!(asked.is_sorted_by(|a, b| a.number < b.number), "{asked:?}");
    let first = store.hints(2).await.unwrap();
    assert_eq!(first[..], asked[..2]);
    assert_eq!(store.hints(0).await.unwrap(), []);
}

/// A reading answers what was asked before it, and nothing that came meanwhile.
pub async fn a_hint_that_came_meanwhile_stays(store: Arc<dyn Store>) {
    for number in 1..=2 {
        ask(&*store, &format!("msg_{number}"), &format!("pi_{number}")).await;
    }
    let asked = hints(&*store).await;
    ask(&*store, "msg_3", "pi_1").await;
    for _ in 0..2 {
        for hint in &asked {
            store.acknowledge(hint).await.unwrap();
        }
        let left = hints(&*store).await;
        assert_eq!(payments(&left), ["pi_1"]);
        assert!(left[0].number > asked[0].number);
    }
    for _ in 0..2 {
        for hint in hints(&*store).await {
            store.acknowledge(&hint).await.unwrap();
            store.acknowledge(&hint).await.unwrap();
        }
        assert_eq!(hints(&*store).await, []);
    }
    ask(&*store, "msg_4", "pi_2").await;
    store.acknowledge(&asked[1]).await.unwrap();
    let left = hints(&*store).await;
    assert_eq!(
        payments(&left),
        ["pi_2"],
        "an old hint is no answer to a new one"
    );
}

/// What one provider's payment was read for is no answer to what another's was asked for.
pub async fn a_hint_is_one_providers(store: Arc<dyn Store>) {
    ask(&*store, "msg_1", "pi_1").await;
    let elsewhere = Hint {
        provider: "dodo".parse().unwrap(),
        ..hints(&*store).await.remove(0)
    };
    store.acknowledge(&elsewhere).await.unwrap();
    assert_eq!(payments(&hints(&*store).await), ["pi_1"]);
}

/// The next process is asked too, until it has read; and what it is asked then is newer.
pub async fn a_hint_outlasts_its_process<H: StoreHarness>(harness: H) {
    let store = harness.store();
    ask(&*store, "msg_1", "pi_1").await;
    ask(&*store, "msg_2", "pi_2").await;
    let asked = hints(&*store).await;
    drop(store);
    let harness = harness.reopen().await;
    let store = harness.store();
    assert_eq!(hints(&*store).await, asked);
    store.acknowledge(&asked[0]).await.unwrap();
    store.acknowledge(&asked[1]).await.unwrap();
    drop(store);
    let harness = harness.reopen().await;
    let store = harness.store();
    assert_eq!(hints(&*store).await, []);
    ask(&*store, "msg_3", "pi_1").await;
    store.acknowledge(&asked[0]).await.unwrap();
    assert_eq!(
        payments(&hints(&*store).await),
        ["pi_1"],
        "its number is a new one"
    );
}
