//! What is answered to whom, what is counted, and what is written down.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use common::{Shop, Told};
use refundkit::JournalError;
use refundkit::State;
use refundkit::core::ledger::Stored;
use refundkit::core::ports::{Committed, Durable, MockStore};
use refundkit_axum::Outcome;

fn code(told: &Told) -> String {
    let body: serde_json::Value = serde_json::from_str(&told.body).unwrap();
    assert_eq!(told.headers["content-type"], "application/json");
    let error = body["error"].as_object().unwrap();
    assert_eq!((body.as_object().unwrap().len(), error.len()), (1, 2));
    let message = error["message"].as_str().unwrap();
    assert!(!message.is_empty() && !message.contains('\n'), "{message}");
    error["code"].as_str().unwrap().to_owned()
}

async fn state(shop: &Shop) -> State {
    let kept = shop.refunds.status(&shop.intent.id).await.unwrap();
    kept.state()
}

fn counted(told: &Told) -> (&str, Outcome) {
    let (provider, outcome) = told.counted.as_ref().unwrap();
    (provider.as_deref().unwrap_or("-"), *outcome)
}

#[tokio::test]
async fn what_is_taken_in_is_a_success_and_written_down() {
    let shop = Shop::open().await;
    for (body, outcome, then) in [
        ("msg_1 other", Outcome::Nothing, State::Accepted),
        ("msg_2 look", Outcome::Noted, State::Accepted),
        ("msg_3 done", Outcome::Told, State::Succeeded),
        ("msg_3 done", Outcome::Known, State::Succeeded),
        ("msg_4 done", Outcome::Nothing, State::Succeeded),
    ] {
        let told = shop.send("/webhooks/dodo", Some("right"), body).await;
        assert_eq!(told.status, 204, "{body}: {told:?}");
        assert_eq!(told.body, "");
        assert_eq!(counted(&told), ("dodo", outcome));
        assert_eq!(state(&shop).await, then, "{body}");
    }
}

#[tokio::test]
async fn what_is_not_the_providers_is_refused_and_changes_nothing() {
    let shop = Shop::open().await;
    for (signature, body, status, expected, outcome) in [
        (None, "msg_1 done", 401, "RK5001", Outcome::Unsigned),
        (
            Some("planted"),
            "msg_1 done",
            401,
            "RK5002",
            Outcome::Forged,
        ),
        (Some("old"), "msg_1 done", 401, "RK5003", Outcome::Untimely),
        (Some("right"), "planted", 422, "RK5005", Outcome::Unreadable),
    ] {
        let told = shop.send("/webhooks/dodo", signature, body).await;
        assert_eq!(told.status, status, "{told:?}");
        assert_eq!(code(&told), expected);
        assert!(!told.body.contains("planted"), "{}", told.body);
        assert_eq!(counted(&told), ("dodo", outcome));
        assert_eq!(state(&shop).await, State::Accepted);
    }
    // The id was not remembered for a message that wasn't the provider's.
    let told = shop
        .send("/webhooks/dodo", Some("right"), "msg_1 done")
        .await;
    assert_eq!(counted(&told), ("dodo", Outcome::Told));
}

#[tokio::test]
async fn nobody_listens_elsewhere() {
    let shop = Shop::open().await;
    for (path, expected) in [
        ("/webhooks/quiet", "RK1107"),
        ("/webhooks/planted", "RK1101"),
        ("/webhooks/PLANTED", "RK1101"),
        ("/webhooks/%ff", "RK1101"),
        ("/webhooks/dodo%2f..", "RK1101"),
    ] {
        let told = shop.send(path, Some("right"), "msg_1 done").await;
        assert_eq!(
            (told.status.as_u16(), code(&told).as_str()),
            (404, expected)
        );
        assert_eq!(counted(&told), ("-", Outcome::Nobody), "{path}");
        for word in ["planted", "PLANTED", "dodo", "quiet"] {
            assert!(!told.body.contains(word), "{}", told.body);
        }
    }
    for path in ["/webhooks", "/webhooks/", "/webhooks/dodo/more", "/"] {
        let told = shop.send(path, Some("right"), "msg_1 done").await;
        assert_eq!((told.status.as_u16(), told.body.as_str()), (404, ""));
        assert_eq!(told.counted, None);
    }
    assert_eq!(state(&shop).await, State::Accepted);
}

/// A journal without anything in it, of which it is to be said what it answers to commits.
fn empty() -> MockStore {
    let mut store = MockStore::new();
    store.expect_bind().returning(|_| Ok(()));
    store
        .expect_join()
        .returning(|| Ok("worker-1".parse().unwrap()));
    store
        .expect_load()
        .returning(|provider, payment| Ok(Stored::nothing(provider.clone(), payment.clone(), 0)));
    store
}

/// A journal that answers whatever is asked of it about messages, after a while.
fn journal(after: Duration, answer: fn() -> JournalError) -> Shop {
    #[derive(Debug)]
    struct Slow(Duration, fn() -> JournalError);
    let slow = Slow(after, answer);
    let mut journal = empty();
    journal.expect_commit().returning(move |_| {
        std::thread::sleep(slow.0);
        Err((slow.1)())
    });
    let intent = refundkit_conformance::intent(1, "dodo", "pay_1", 1000);
    Shop::over(Arc::new(journal), intent)
}

#[tokio::test]
async fn what_could_not_be_written_down_is_to_be_sent_again() {
    let full = journal(Duration::ZERO, || JournalError::Full);
    let locked = journal(Duration::ZERO, || JournalError::Locked {
        location: "/srv/planted.db".to_owned(),
    });
    for (shop, expected) in [(full, "RK3004"), (locked, "RK3001")] {
        let told = shop
            .send("/webhooks/dodo", Some("right"), "msg_1 done")
            .await;
        assert_eq!(
            (told.status.as_u16(), code(&told).as_str()),
            (503, expected)
        );
        assert_eq!(told.headers["retry-after"], "30");
        assert!(!told.body.contains("planted"), "{}", told.body);
        assert_eq!(counted(&told), ("dodo", Outcome::Journal));
        // A forged message doesn't get as far as the journal.
        let told = shop
            .send("/webhooks/dodo", Some("wrong"), "msg_1 done")
            .await;
        assert_eq!(told.status, 401);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_journal_that_takes_too_long_is_not_waited_for() {
    let mut shop = journal(Duration::from_millis(300), || JournalError::Full);
    shop.intake = shop.intake.written_within(Duration::from_millis(20));
    let told = shop
        .send("/webhooks/dodo", Some("right"), "msg_1 done")
        .await;
    assert_eq!(
        (told.status.as_u16(), code(&told).as_str()),
        (503, "RK3008")
    );
}

/// Those that nobody waits for any more are still with the journal, each with its body.
#[tokio::test(flavor = "multi_thread", worker_threads = 6)]
async fn a_journal_that_hangs_gets_only_so_many_messages() {
    let (asked, hangs) = (
        Arc::new(AtomicUsize::new(0)),
        Arc::new(AtomicBool::new(true)),
    );
    let (counter, gate) = (Arc::clone(&asked), Arc::clone(&hangs));
    let mut journal = empty();
    journal.expect_commit().returning(move |_| {
        counter.fetch_add(1, Ordering::Relaxed);
        while gate.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(Committed::Done(Durable::after_commit()))
    });
    let intent = refundkit_conformance::intent(1, "dodo", "pay_1", 1000);
    let mut shop = Shop::over(Arc::new(journal), intent);
    let short = Duration::from_millis(20);
    shop.intake = shop.intake.at_once(1).written_within(short);
    for _ in 0..3 {
        let told = shop
            .send("/webhooks/dodo", Some("right"), "msg_1 done")
            .await;
        assert_eq!(told.status, 503);
        assert_eq!(counted(&told), ("dodo", Outcome::Journal));
    }
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    hangs.store(false, Ordering::Relaxed);
    shop.intake = shop.intake.written_within(Duration::from_secs(10));
    for _ in 0..3 {
        let told = shop
            .send("/webhooks/dodo", Some("right"), "msg_1 done")
            .await;
        assert_eq!(told.status, 204, "once it answers again");
    }
}
