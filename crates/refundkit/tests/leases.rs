//! Two engines on one journal: decisions by one at a time, and nothing leaves late.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::sync::Arc;
use std::time::Duration;

use common::{
    FakeProvider, Fault, Scene, SlowJournal, TestClock, capabilities, captured, engine, name,
    refund,
};
use refundkit::core::ports::{LEASE, SEND_WITHIN};
use refundkit::{Error, JournalError, State};

/// What became of a refund whose machine slept for so long between mark and send, and how often it was sent.
async fn after_a_sleep_of(sleep: Duration) -> (State, usize) {
    let fake = Arc::new(FakeProvider::new(capabilities(), vec![captured("pi_1")]));
    let clock = Arc::new(TestClock::new());
    let journal = Arc::new(SlowJournal::asleep_after_marks(clock.clone(), sleep));
    let refunds = engine("test", &fake, journal, &clock);
    let request = refund("key-1", "10.00 GBP");
    let done = refunds.refund(&name(), &request).await.unwrap();
    (done.state(), fake.sends())
}

#[tokio::test]
async fn an_attempt_that_its_machine_slept_over_is_not_sent() {
    let late = SEND_WITHIN + Duration::from_millis(1);
    assert_eq!(after_a_sleep_of(late).await, (State::Ready, 0));
    assert_eq!(after_a_sleep_of(SEND_WITHIN).await, (State::Succeeded, 1));
}

#[tokio::test]
async fn while_one_engine_waits_for_an_answer_another_one_decides_nothing() {
    let scene = Scene::new(capabilities());
    let other = scene.in_namespace("test");
    scene.fake.faults([Fault::Hang]);
    let (provider, request) = (name(), refund("key-1", "10.00 GBP"));
    tokio::select! {
        done = scene.refunds.refund(&provider, &request) => panic!("{done:?}"),
        () = async {
            scene.fake.hung.notified().await;
            let again = other.refund(&provider, &request).await;
            assert!(matches!(again, Err(Error::Journal(JournalError::Held { .. }))), "{again:?}");
            let left = other.resume().await.unwrap();
            assert_eq!(left[0].state(), State::Attempting);
            assert_eq!(left[0].evidence.len(), 1, "nobody calls it abandoned");
            let cancelled = other.cancel(&left[0].intent.id).await;
            assert!(matches!(cancelled, Err(Error::Journal(JournalError::Held { .. }))));
        } => {}
    }
    scene.clock.advance(LEASE);
    let taken_over = other.resume().await.unwrap();
    assert_eq!(taken_over[0].state(), State::Succeeded);
    assert_eq!(scene.fake.ledger().len(), 1);
}

#[tokio::test]
async fn the_same_engine_goes_on_at_once_after_a_call_was_dropped() {
    let scene = Scene::new(capabilities());
    scene.fake.faults([Fault::Hang]);
    let (provider, request) = (name(), refund("key-1", "10.00 GBP"));
    tokio::select! {
        done = scene.refunds.refund(&provider, &request) => panic!("{done:?}"),
        () = scene.fake.hung.notified() => {}
    }
    let done = scene.refunds.refund(&provider, &request).await.unwrap();
    assert_eq!(done.state(), State::Succeeded);
    assert_eq!(scene.fake.ledger().len(), 1);
}

#[tokio::test]
async fn every_call_gives_its_lease_back() {
    let scene = Scene::new(capabilities());
    let other = scene.in_namespace("test");
    let provider = name();
    let too_much = refund("key-0", "99.00 GBP");
    scene
        .refunds
        .refund(&provider, &too_much)
        .await
        .unwrap_err();
    let request = refund("key-1", "10.00 GBP");
    let done = other.refund(&provider, &request).await.unwrap();
    let id = &done.intent.id;
    scene.refunds.ask(id).await.unwrap();
    other.cancel(id).await.unwrap_err();
    scene.refunds.resume_one(id).await.unwrap();
    let text = |words: &str| refundkit::Text::new(words).unwrap();
    let decision = refundkit::core::operation::Decision::Rejected;
    other
        .resolve(id, decision, text("x"), text("Ada"))
        .await
        .unwrap_err();
    scene.refunds.refund(&provider, &request).await.unwrap();
}
