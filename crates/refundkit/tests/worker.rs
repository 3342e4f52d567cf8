//! The worker alone brings everything to its end, asks no more than it has to, and is held up by nothing.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::{
    FakeProvider, Fault, Scene, TestClock, capabilities, captured, keyless, name, payment_id,
};
use refundkit::core::RefundStatus;
use refundkit::core::ports::{Commit, Message};
use refundkit::{
    Clock, Filter, MemoryStore, Operation, RefundRequest, Refunds, State, Store, Timestamp, Worker,
};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A scene with so many payments, each with a refund of 10.00 GBP that is pending.
async fn pending(count: usize) -> Scene {
    let ids = (1..=count).map(|number| format!("pi_{number}"));
    let scene = Scene::with(capabilities(), ids.map(|id| captured(&id)).collect());
    for number in 1..=count {
        scene.fake.faults([Fault::Status(RefundStatus::Pending)]);
        let payment = payment_id(&format!("pi_{number}"));
        let request = RefundRequest::new(payment, format!("key-{number}").parse().unwrap());
        let request = request.amount("10.00 GBP".parse().unwrap());
        let operation = scene.refunds.refund(&name(), &request).await.unwrap();
        assert_eq!(operation.state(), State::Accepted);
    }
    scene
}

/// Works until so much time has gone by. How many operations have changed.
async fn work(worker: &mut Worker<'_>, clock: &TestClock, by: Duration) -> usize {
    let (start, mut changed) = (clock.now(), 0);
    while clock.now().since(start) < by {
        let round = worker.round().await.unwrap();
        changed += round.changed.len();
        // A day in coarse steps, a minute in fine ones.
        clock.advance(round.rest.max(by / 800));
    }
    changed
}

async fn states(refunds: &Refunds) -> Vec<State> {
    let all = refunds.list(&Filter::default()).await.unwrap();
    all.iter().map(Operation::state).collect()
}

async fn asks_to_read(store: &dyn Store, payment: &str, at: Timestamp) {
    let event = format!("{payment}-{}", at.unix_millis());
    let message = Message {
        provider: name(),
        event: event.parse().unwrap(),
        at,
        look: Some(payment_id(payment)),
    };
    let commit = Commit {
        change: None,
        message: Some(message),
    };
    let _ = store.commit(&commit).await.unwrap();
}

/// A message that asks to read the payment.
async fn message(scene: &Scene, payment: &str) {
    asks_to_read(scene.journal.as_ref(), payment, scene.clock.now()).await;
}

#[tokio::test]
async fn a_pending_refund_costs_about_thirty_asks_on_its_first_day_and_four_on_each_later_one() {
    let scene = pending(1).await;
    let mut worker = Worker::new(&scene.refunds, &name());
    let before = scene.fake.calls().len();
    work(&mut worker, &scene.clock, DAY).await;
    let first = scene.fake.calls().len() - before;
    assert!((20..=34).contains(&first), "{first}");
    work(&mut worker, &scene.clock, DAY * 2).await;
    let before = scene.fake.calls().len();
    work(&mut worker, &scene.clock, DAY).await;
    let later = scene.fake.calls().len() - before;
    assert!((3..=5).contains(&later), "{later}");
}

#[tokio::test]
async fn without_any_message_everything_ends_as_the_provider_says() {
    let scene = pending(200).await;
    let mut worker = Worker::new(&scene.refunds, &name());
    work(&mut worker, &scene.clock, Duration::from_secs(60)).await;
    scene.fake.turn(&RefundStatus::Succeeded);
    let changed = work(&mut worker, &scene.clock, Duration::from_secs(120)).await;
    assert_eq!(changed, 200, "each is told of once");
    let states = states(&scene.refunds).await;
    assert!(states.iter().all(|state| *state == State::Succeeded));
    let before = scene.fake.calls().len();
    work(&mut worker, &scene.clock, DAY).await;
    assert_eq!(
        scene.fake.calls().len(),
        before,
        "what has ended is left alone"
    );
}

#[tokio::test]
async fn after_a_restart_everything_open_is_taken_up_once() {
    let scene = pending(100).await;
    let mut worker = Worker::new(&scene.refunds, &name());
    work(&mut worker, &scene.clock, DAY).await;
    let restarted = scene.restarted();
    let mut worker = Worker::new(&restarted, &name());
    let before = scene.fake.calls().len();
    work(&mut worker, &scene.clock, Duration::from_secs(30)).await;
    assert_eq!(scene.fake.calls().len() - before, 100);
}

#[tokio::test]
async fn a_lost_request_is_proved_absent_and_sent_once_more_without_anybody_asking() {
    let scene = Scene::new(keyless());
    scene.fake.faults([Fault::LoseRequest]);
    let request = common::refund("key-1", "10.00 GBP");
    let operation = scene.refunds.refund(&name(), &request).await.unwrap();
    assert_eq!(operation.state(), State::Unknown);
    let mut worker = Worker::new(&scene.refunds, &name());
    let before = scene.fake.calls().len();
    work(&mut worker, &scene.clock, Duration::from_secs(18 * 60)).await;
    assert_eq!(states(&scene.refunds).await, [State::Succeeded]);
    assert_eq!((scene.fake.sends(), scene.fake.ledger().len()), (2, 1));
    let asks = scene.fake.calls().len() - before;
    assert!(asks <= 20, "{asks}");
}

#[tokio::test]
async fn a_message_is_followed_within_a_second_and_starts_the_ladder_anew() {
    let scene = pending(2).await;
    let mut worker = Worker::new(&scene.refunds, &name());
    work(&mut worker, &scene.clock, DAY * 3).await;
    let before = scene.fake.calls().len();
    message(&scene, "pi_2").await;
    work(&mut worker, &scene.clock, Duration::from_secs(1)).await;
    assert!(scene.fake.calls().len() > before);
    // Nothing new yet: what the message was about is about to happen.
    scene.fake.turn(&RefundStatus::Succeeded);
    work(&mut worker, &scene.clock, Duration::from_secs(20)).await;
    assert_eq!(
        states(&scene.refunds).await,
        [State::Accepted, State::Succeeded]
    );
}

#[tokio::test]
async fn a_late_failure_is_found_by_a_message_and_frees_the_money() {
    let fake = Arc::new(FakeProvider::new(capabilities(), vec![captured("pi_1")]));
    let (journal, clock) = (Arc::new(MemoryStore::new()), Arc::new(TestClock::new()));
    let told = Arc::new(Mutex::new(Vec::new()));
    let hook = Arc::clone(&told);
    let refunds = Refunds::builder()
        .namespace("test".parse().unwrap())
        .provider(name(), fake.clone())
        .journal(journal.clone())
        .clock(clock.clone())
        .on_transition(move |transition| {
            hook.lock().unwrap().push((transition.from, transition.to));
        })
        .build()
        .unwrap();
    let all = common::refund("key-1", "50.00 GBP");
    let operation = refunds.refund(&name(), &all).await.unwrap();
    assert_eq!(operation.state(), State::Succeeded);
    told.lock().unwrap().clear();
    let mut worker = Worker::new(&refunds, &name());
    work(&mut worker, &clock, DAY).await;
    let again = common::refund("key-2", "50.00 GBP");
    assert!(refunds.refund(&name(), &again).await.is_err());
    // So soon after a success a failure ends nothing, which keeps the money held.
    clock.advance(Duration::from_secs(900));
    fake.turn(&RefundStatus::Failed);
    asks_to_read(journal.as_ref(), "pi_1", clock.now()).await;
    let changed = work(&mut worker, &clock, Duration::from_secs(5)).await;
    assert_eq!(changed, 1);
    let transition = (Some(State::Succeeded), State::FailedLate);
    assert_eq!(*told.lock().unwrap(), [transition]);
    let operation = refunds.refund(&name(), &again).await.unwrap();
    assert_eq!(operation.state(), State::Succeeded);
}

#[tokio::test]
async fn a_provider_that_asks_to_wait_is_left_alone_for_so_long() {
    let scene = pending(100).await;
    scene.fake.asks_to_wait(Duration::from_secs(120));
    let mut worker = Worker::new(&scene.refunds, &name());
    let before = scene.fake.calls().len();
    work(&mut worker, &scene.clock, Duration::from_secs(119)).await;
    let asked = scene.fake.calls().len() - before;
    assert!(
        (1..=16).contains(&asked),
        "those under way at once: {asked}"
    );
    scene.fake.down(false);
    scene.fake.turn(&RefundStatus::Succeeded);
    work(&mut worker, &scene.clock, Duration::from_secs(60)).await;
    let states = states(&scene.refunds).await;
    assert!(states.iter().all(|state| *state == State::Succeeded));
}

#[tokio::test]
async fn however_long_a_provider_asks_to_wait_it_is_asked_again_within_the_hour() {
    let scene = pending(1).await;
    scene.fake.asks_to_wait(DAY * 3650);
    let mut worker = Worker::new(&scene.refunds, &name());
    work(&mut worker, &scene.clock, Duration::from_secs(60)).await;
    scene.fake.down(false);
    scene.fake.turn(&RefundStatus::Succeeded);
    work(&mut worker, &scene.clock, Duration::from_secs(62 * 60)).await;
    assert_eq!(states(&scene.refunds).await, [State::Succeeded]);
}

#[tokio::test]
async fn a_provider_that_is_away_is_not_asked_about_everything_again_and_again() {
    let scene = pending(200).await;
    scene.fake.down(true);
    let mut worker = Worker::new(&scene.refunds, &name());
    let before = scene.fake.calls().len();
    work(&mut worker, &scene.clock, Duration::from_secs(60)).await;
    let asked = scene.fake.calls().len() - before;
    assert!((16..=4 * 24).contains(&asked), "{asked}");
}

#[tokio::test]
async fn hints_that_can_not_be_followed_are_kept_and_hold_nobody_up() {
    let scene = pending(300).await;
    let mut worker = Worker::new(&scene.refunds, &name());
    work(&mut worker, &scene.clock, DAY).await;
    for number in 1..=299 {
        message(&scene, &format!("pi_{number}")).await;
        scene.fake.hide(&format!("pi_{number}"));
    }
    message(&scene, "pi_300").await;
    scene.fake.turn(&RefundStatus::Succeeded);
    let last = || async { states(&scene.refunds).await[299] };
    work(&mut worker, &scene.clock, Duration::from_secs(5)).await;
    assert_eq!(
        last().await,
        State::Succeeded,
        "behind 299 that can't be read"
    );
    assert_eq!(
        scene.journal.hints(1000).await.unwrap().len(),
        299,
        "none is lost"
    );
    let before = scene
        .fake
        .calls()
        .iter()
        .filter(|call| **call == "payment")
        .count();
    work(&mut worker, &scene.clock, Duration::from_secs(3600)).await;
    let tries = scene
        .fake
        .calls()
        .iter()
        .filter(|call| **call == "payment")
        .count()
        - before;
    assert!(tries < 299 * 10, "tried again with growing pauses: {tries}");
}

#[tokio::test]
async fn nothing_of_another_provider_is_touched() {
    let scene = pending(3).await;
    let mut worker = Worker::new(&scene.refunds, &"dodo".parse().unwrap());
    message(&scene, "pi_1").await;
    let before = scene.fake.calls().len();
    work(&mut worker, &scene.clock, DAY).await;
    assert_eq!(scene.fake.calls().len(), before);
    assert_eq!(scene.journal.hints(10).await.unwrap().len(), 1);
}

/// It can be put into a task.
#[test]
fn a_round_can_be_sent() {
    fn is_send<T: Send>(_: T) {}
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let scene = runtime.block_on(pending(1));
    let mut worker = Worker::new(&scene.refunds, &name());
    is_send(worker.round());
}
