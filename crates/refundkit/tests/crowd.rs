//! Many at once, and calls that are dropped half-way: never more than was captured, never twice.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::wildcard_enum_match_arm,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::sync::Arc;
use std::time::Duration;

use common::{
    FakeProvider, Fault, Scene, TestClock, TestStore, capabilities, captured, engine, keyless,
    name, payment_id, refund,
};
use refundkit::{
    Capabilities, Error, Filter, JournalError, Operation, RefundRequest, Refunds, Refusal, State,
};
use tokio::task::JoinSet;

const TASKS: usize = 64;

/// Parts that outlive the tasks which share them.
struct Shared {
    fake: Arc<FakeProvider>,
    journal: Arc<TestStore>,
    clock: Arc<TestClock>,
}

impl Shared {
    fn new(capabilities: Capabilities) -> Self {
        Self {
            fake: Arc::new(FakeProvider::new(capabilities, vec![captured("pi_1")])),
            journal: Arc::new(TestStore::default()),
            clock: Arc::new(TestClock::new()),
        }
    }

    fn engine(&self) -> Arc<Refunds> {
        Arc::new(engine(
            "test",
            &self.fake,
            self.journal.clone(),
            &self.clock,
        ))
    }
}

/// Asks again while another engine's attempt for the payment is on its way.
async fn patient(engine: &Refunds, request: &RefundRequest) -> Result<Operation, Error> {
    loop {
        match engine.refund(&name(), request).await {
            Err(Error::Journal(JournalError::InFlight | JournalError::Contended { .. })) => {
                tokio::task::yield_now().await;
            }
            Ok(operation) if operation.state() == State::Attempting => {
                tokio::task::yield_now().await;
            }
            done => return done,
        }
    }
}

/// Refunds all requests at once, each through its own engine of those given, in turn.
async fn crowd(
    engines: &[Arc<Refunds>],
    requests: Vec<RefundRequest>,
) -> Vec<Result<Operation, Error>> {
    let mut tasks = JoinSet::new();
    for (request, engine) in requests.into_iter().zip(engines.iter().cycle()) {
        let engine = Arc::clone(engine);
        tasks.spawn(async move { patient(&engine, &request).await });
    }
    tasks.join_all().await
}

fn different() -> Vec<RefundRequest> {
    let keys = (0..TASKS).map(|task| refund(&format!("key-{task}"), "7.00 GBP"));
    keys.collect()
}

fn count(results: &[Result<Operation, Error>], state: State) -> usize {
    let in_state = results.iter().flatten();
    in_state
        .filter(|operation| operation.state() == state)
        .count()
}

/// Drops a refund's call while its answer is awaited.
async fn drop_mid_send(scene: &Scene, request: &RefundRequest) {
    scene.fake.faults([Fault::Hang]);
    let provider = name();
    tokio::select! {
        done = scene.refunds.refund(&provider, request) => panic!("{done:?}"),
        () = scene.fake.hung.notified() => {}
        () = tokio::time::sleep(Duration::from_secs(30)) => panic!("nothing was sent"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn sixty_four_keys_on_one_payment_never_return_more_than_was_captured() {
    let shared = Shared::new(capabilities());
    let results = crowd(&[shared.engine()], different()).await;
    assert_eq!(count(&results, State::Succeeded), 7);
    let refused = |result: &&Result<_, _>| matches!(result, Err(Error::Refused(_)));
    assert_eq!(results.iter().filter(refused).count(), TASKS - 7);
    assert_eq!(shared.fake.returned("pi_1"), 4900);
    assert_eq!(shared.fake.most_unanswered(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn sixty_four_keys_amid_faults_never_return_more_than_was_captured() {
    let shared = Shared::new(keyless());
    let faults = [
        Fault::NotSent,
        Fault::LoseAnswer,
        Fault::Refuse,
        Fault::ServerErrorAfterEffect,
        Fault::Busy,
    ];
    shared.fake.faults(faults);
    let engine = shared.engine();
    let results = crowd(&[Arc::clone(&engine)], different()).await;
    assert_eq!(count(&results, State::Rejected), 1);
    assert_eq!(count(&results, State::Ready), 2);
    assert_eq!(count(&results, State::Succeeded), 5, "two of seven wait");
    assert_eq!(shared.fake.returned("pi_1"), 3500);
    engine.resume().await.unwrap();
    assert_eq!(shared.fake.returned("pi_1"), 4900);
    assert_eq!(shared.fake.most_unanswered(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn sixty_four_times_the_same_key_is_one_effect() {
    let shared = Shared::new(keyless());
    let requests = vec![refund("key-1", "7.00 GBP"); TASKS];
    let results = crowd(&[shared.engine()], requests).await;
    assert_eq!(count(&results, State::Succeeded), TASKS);
    let ids = results.iter().flatten().map(|done| &done.intent.id);
    let first = &results[0].as_ref().unwrap().intent.id;
    assert!(ids.into_iter().all(|id| id == first));
    assert_eq!(shared.fake.sends(), 1);
    assert_eq!(shared.fake.returned("pi_1"), 700);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn engines_that_share_only_a_journal_never_return_more_than_was_captured() {
    let shared = Shared::new(keyless());
    let engines: Vec<_> = (0..8).map(|_| shared.engine()).collect();
    let results = crowd(&engines, different()).await;
    assert_eq!(results.len(), TASKS);
    assert_eq!(count(&results, State::Succeeded), 7);
    assert_eq!(shared.fake.returned("pi_1"), 4900);
    assert_eq!(shared.fake.sends(), 7, "nothing was sent twice");
    assert_eq!(shared.fake.most_on_the_way(), 1);
}

#[tokio::test]
async fn two_engines_at_once_on_an_old_history_return_no_more_than_was_captured() {
    let shared = Shared::new(capabilities());
    let journal = Arc::new(TestStore::default());
    let engine = || engine("test", &shared.fake, journal.clone(), &shared.clock);
    let (one, other, provider) = (engine(), engine(), name());
    let (first, second) = (refund("key-1", "30.00 GBP"), refund("key-2", "30.00 GBP"));
    let (first, second) = tokio::join!(
        one.refund(&provider, &first),
        other.refund(&provider, &second)
    );
    let refused = [first, second].into_iter().find_map(Result::err);
    match refused {
        Some(Error::Refused(Refusal::OverRefund { left, .. })) => assert_eq!(left, "20.00 GBP"),
        other => panic!("{other:?}"),
    }
    let begun = other.list(&Filter::default()).await.unwrap();
    assert_eq!(begun.len(), 1, "what has no room isn't written down");
    assert_eq!(shared.fake.returned("pi_1"), 3000);
}

#[tokio::test]
async fn two_engines_with_one_new_key_make_one_operation_of_it() {
    let shared = Shared::new(capabilities());
    let journal = Arc::new(TestStore::default());
    let engine = || engine("test", &shared.fake, journal.clone(), &shared.clock);
    let (one, other) = (engine(), engine());
    let request = refund("key-1", "30.00 GBP");
    let (first, second) = tokio::join!(patient(&one, &request), patient(&other, &request));
    assert_eq!(first.unwrap().intent, second.unwrap().intent);
    let begun = one.list(&Filter::default()).await.unwrap();
    assert_eq!(begun.len(), 1);
    assert_eq!(begun[0].state(), State::Succeeded);
    assert_eq!(shared.fake.returned("pi_1"), 3000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn payments_do_not_wait_for_each_other() {
    let scene = Scene::with(capabilities(), vec![captured("pi_1"), captured("pi_2")]);
    scene.fake.faults([Fault::Hang]);
    let refunds = Arc::new(scene.refunds);
    let engine = Arc::clone(&refunds);
    let stuck =
        tokio::spawn(async move { engine.refund(&name(), &refund("key-1", "7.00 GBP")).await });
    let deadline = Duration::from_secs(30);
    let sent = tokio::time::timeout(deadline, scene.fake.hung.notified()).await;
    sent.expect("the first was sent");
    let mut other = refund("key-2", "7.00 GBP");
    other.payment = payment_id("pi_2");
    let done = tokio::time::timeout(deadline, refunds.refund(&name(), &other)).await;
    assert_eq!(done.unwrap().unwrap().state(), State::Succeeded);
    assert!(!stuck.is_finished());
    stuck.abort();
}

#[tokio::test]
async fn a_call_dropped_mid_send_leaves_an_attempt_that_resume_settles_with_its_key() {
    let scene = Scene::new(capabilities());
    let request = refund("key-1", "40.00 GBP");
    drop_mid_send(&scene, &request).await;
    let left = scene.refunds.list(&Filter::default()).await.unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].state(), State::Attempting);
    let resumed = scene.restarted().resume().await.unwrap();
    assert_eq!(resumed.len(), 1);
    assert_eq!(resumed[0].intent.id, left[0].intent.id);
    assert_eq!(resumed[0].state(), State::Succeeded);
    assert_eq!(scene.fake.ledger().len(), 1);
}

#[tokio::test]
async fn a_call_dropped_mid_send_is_settled_by_reading_where_there_is_no_key() {
    let scene = Scene::new(keyless());
    let request = refund("key-1", "40.00 GBP");
    drop_mid_send(&scene, &request).await;
    let resumed = scene.refunds.resume().await.unwrap();
    assert_eq!(resumed[0].state(), State::Succeeded);
    assert_eq!(scene.fake.sends(), 1);
    assert_eq!(scene.fake.returned("pi_1"), 4000);
}

#[tokio::test]
async fn a_call_dropped_mid_send_frees_its_lane_and_holds_its_money() {
    let scene = Scene::new(keyless());
    drop_mid_send(&scene, &refund("key-1", "40.00 GBP")).await;
    scene.fake.stale(true);
    let deadline = Duration::from_secs(30);
    let over = refund("key-2", "10.01 GBP");
    let provider = name();
    let next = tokio::time::timeout(deadline, scene.refunds.refund(&provider, &over)).await;
    let next = next.expect("the lane is free");
    assert!(matches!(next, Err(Error::Refused(_))), "{next:?}");
    assert_eq!(scene.fake.sends(), 1);
}
