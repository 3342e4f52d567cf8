//! Several engines on one journal: what one decides another one notices, and nothing leaves late.
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
    FakeProvider, Fault, Scene, TestClock, TestStore, capabilities, captured, engine, name, refund,
};
use refundkit::core::operation::Decision;
use refundkit::core::timing::{INTERRUPTED_AFTER, QUIESCENCE, SEND_WITHIN};
use refundkit::{Error, Resolution, State, Text};

/// What became of a refund whose machine slept for so long between mark and send, and how often it was sent.
async fn after_a_sleep_of(sleep: Duration) -> (State, usize) {
    let fake = Arc::new(FakeProvider::new(capabilities(), vec![captured("pi_1")]));
    let clock = Arc::new(TestClock::new());
    let journal = Arc::new(TestStore::asleep_after_commits(clock.clone(), sleep));
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
async fn while_one_engine_waits_for_an_answer_another_one_calls_it_neither_lost_nor_off() {
    let scene = Scene::new(capabilities());
    let other = scene.in_namespace("test");
    scene.fake.faults([Fault::Hang]);
    let (provider, request) = (name(), refund("key-1", "10.00 GBP"));
    tokio::select! {
        done = scene.refunds.refund(&provider, &request) => panic!("{done:?}"),
        () = async {
            scene.fake.hung.notified().await;
            let again = other.refund(&provider, &request).await.unwrap();
            assert_eq!(again.state(), State::Attempting);
            let left = other.resume().await.unwrap();
            assert_eq!(left[0].state(), State::Attempting);
            assert_eq!(left[0].evidence.len(), 1, "nobody calls it interrupted");
            let cancelled = other.cancel(&left[0].intent.id).await;
            assert!(matches!(cancelled, Err(Error::NotCancellable { .. })), "{cancelled:?}");
            scene.clock.advance(INTERRUPTED_AFTER);
            assert_eq!(other.resume().await.unwrap()[0].state(), State::Attempting);
        } => {}
    }
    scene.clock.advance(Duration::from_millis(1));
    let taken_over = other.resume().await.unwrap();
    assert_eq!(taken_over[0].state(), State::Succeeded);
    assert_eq!(scene.fake.ledger().len(), 1);
}

#[tokio::test]
async fn an_attempt_of_a_process_that_is_proved_dead_is_taken_over_at_once() {
    let scene = Scene::new(capabilities());
    scene.fake.faults([Fault::Hang]);
    let (provider, request) = (name(), refund("key-1", "10.00 GBP"));
    tokio::select! {
        done = scene.refunds.refund(&provider, &request) => panic!("{done:?}"),
        () = scene.fake.hung.notified() => {}
    }
    scene.journal.end_all();
    let other = scene.in_namespace("test");
    let done = other.refund(&provider, &request).await.unwrap();
    assert_eq!(done.state(), State::Succeeded);
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

/// A decision that rests on what was seen of it at another time.
async fn decided_by(scene: &Scene, decision: Decision, early: bool) -> Result<State, Error> {
    let request = refund("key-1", "40.00 GBP");
    scene.fake.faults([Fault::LoseRequest]);
    let lost = scene.refunds.refund(&name(), &request).await.unwrap();
    assert_eq!(lost.state(), State::Unknown);
    let id = &lost.intent.id;
    let mut seen = scene.refunds.see(id).await.unwrap().1;
    scene.clock.advance(QUIESCENCE);
    if !early {
        // Somebody else's reading becomes known meanwhile.
        seen.at = refundkit::Clock::now(&*scene.clock);
        scene.refunds.refresh(id).await.unwrap();
    }
    let text = |text: &str| Text::new(text).unwrap();
    let resolution = Resolution {
        decision,
        evidence: text("the dashboard"),
        by: text("ann"),
        actor: None,
        ticket: None,
        seen,
    };
    let resolved = scene.refunds.resolve(id, resolution).await;
    resolved.map(|operation| operation.state())
}

#[tokio::test]
async fn a_person_decides_about_what_was_seen_and_not_about_what_is_there_by_then() {
    let keyless = common::keyless();
    for decision in [Decision::Succeeded, Decision::Rejected, Decision::Ready] {
        let scene = Scene::new(keyless.clone());
        let changed = decided_by(&scene, decision, false).await;
        assert!(
            matches!(changed, Err(Error::NotDecidable { .. })),
            "{changed:?}"
        );
    }
}

#[tokio::test]
async fn what_was_looked_at_while_it_was_on_its_way_is_decided_only_to_have_happened() {
    let keyless = common::keyless();
    for decision in [Decision::Rejected, Decision::Ready] {
        let scene = Scene::new(keyless.clone());
        let early = decided_by(&scene, decision, true).await;
        assert!(
            matches!(early, Err(Error::NotDecidable { .. })),
            "{early:?}"
        );
    }
    let scene = Scene::new(keyless);
    let early = decided_by(&scene, Decision::Succeeded, true).await;
    assert_eq!(early.unwrap(), State::Succeeded);
}
