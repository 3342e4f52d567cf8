//! What a person decides, and what the engine shows of itself.
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

use common::words::ten;
use common::{
    FakeProvider, Fault, Scene, capabilities, captured, name, payment_id, refund, resolve,
};
use refundkit::core::operation::Decision;
use refundkit::{Clock, Error, MemoryStore, Operation, Refunds, State, SystemClock};

#[tokio::test]
async fn what_waits_for_a_person_is_not_resumed_and_ends_as_the_person_decides() {
    for (decision, state, free) in [
        (Decision::Succeeded, State::Succeeded, false),
        (Decision::Rejected, State::Rejected, true),
    ] {
        let (scene, parked) = Scene::parked().await;
        assert_eq!(scene.refunds.resume().await.unwrap(), []);
        let id = &parked.intent.id;
        let decided = resolve(&scene.refunds, id, decision).await.unwrap();
        assert_eq!(decided.state(), state);
        let again = scene.refunds.refund(&name(), &ten()).await.unwrap();
        assert_eq!(again, decided, "decided is decided");
        assert_eq!(scene.fake.sends(), 1);
        let all = refund("key-2", "50.00 GBP");
        let other = scene.refunds.refund(&name(), &all).await;
        assert_eq!(other.is_ok(), free, "{other:?}");
    }
}

#[tokio::test]
async fn what_a_person_makes_ready_goes_out_once_more_with_the_same_key() {
    let (scene, parked) = Scene::parked().await;
    let id = &parked.intent.id;
    let ready = resolve(&scene.refunds, id, Decision::Ready).await.unwrap();
    assert_eq!(ready.state(), State::Ready);
    assert_eq!(scene.fake.sends(), 1, "deciding sends nothing");
    let resumed = scene.refunds.resume().await.unwrap();
    assert_eq!(resumed.len(), 1);
    assert_eq!(resumed[0].state(), State::Succeeded);
    let keys = scene.fake.keys();
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[0], keys[1]);
    assert_eq!(scene.fake.returned("pi_1"), 1000);
}

#[tokio::test]
async fn only_what_is_parked_is_decided_and_a_contradiction_is_never_sent_again() {
    let scene = Scene::new(capabilities());
    let parked = scene.after(Fault::OtherAmount, &ten()).await;
    let decide = async |operation: &Operation, decision| {
        resolve(&scene.refunds, &operation.intent.id, decision).await
    };
    let again = decide(&parked, Decision::Ready).await;
    assert!(
        matches!(again, Err(Error::NotDecidable { .. })),
        "{again:?}"
    );
    let done = decide(&parked, Decision::Succeeded).await.unwrap();
    assert_eq!(done.state(), State::Succeeded);
    let twice = decide(&done, Decision::Rejected).await;
    assert!(
        matches!(
            twice,
            Err(Error::NotDecidable {
                state: State::Succeeded,
                ..
            })
        ),
        "{twice:?}"
    );
    assert_eq!(scene.fake.sends(), 1);
}

#[tokio::test]
async fn the_engine_shows_its_namespace_providers_payments_and_journal() {
    let scene = Scene::new(capabilities());
    assert_eq!(scene.refunds.namespace().as_str(), "test");
    let providers: Vec<_> = scene
        .refunds
        .providers()
        .map(|(name, adapter, can)| (name.to_string(), adapter.to_owned(), can.clone()))
        .collect();
    let expected = ("dojo".to_owned(), "fake".to_owned(), capabilities());
    assert_eq!(providers, [expected]);
    scene.refunds.refund(&name(), &ten()).await.unwrap();
    let read = scene
        .refunds
        .payment(&name(), &payment_id("pi_1"))
        .await
        .unwrap();
    assert_eq!(read.returned().get(), 1000);
    let info = scene.refunds.journal_info().await.unwrap();
    assert_eq!((info.kind.as_str(), info.operations), ("memory", 1));
    assert_eq!(info.entries, 3, "an intent, a mark and an answer");
}

#[tokio::test]
async fn without_a_clock_of_its_own_the_engine_takes_the_machines() {
    let fake = Arc::new(FakeProvider::new(capabilities(), vec![captured("pi_1")]));
    let refunds = Refunds::builder()
        .namespace("test".parse().unwrap())
        .provider(name(), fake)
        .journal(Arc::new(MemoryStore::new()))
        .build()
        .unwrap();
    let done = refunds.refund(&name(), &ten()).await.unwrap();
    let now = SystemClock.now();
    let age = now.since(done.intent.created_at);
    assert!(age < Duration::from_secs(60), "{age:?}");
    assert!(done.intent.created_at.unix_millis() > 0);
}
