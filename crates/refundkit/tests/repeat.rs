//! One key is one operation, however often and from wherever it is asked for.
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

use common::{
    FakeProvider, Fault, Scene, all_left, authorized, capabilities, captured, engine, keyless,
    name, payment_id, refund, reversal,
};
use refundkit::{
    Coded, Error, MemoryStore, Operation, ProviderName, RefundRequest, Refunds, State,
};

fn ten() -> RefundRequest {
    refund("key-1", "10.00 GBP")
}

/// Fails unless the key turned out to be used by `first`.
fn reused(result: Result<Operation, Error>, first: &Operation) {
    match result {
        Err(Error::KeyReused { key, operation }) => {
            assert_eq!(key, first.intent.request_key);
            assert_eq!(operation, first.intent.id);
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_same_request_ten_times_is_one_effect_and_one_operation() {
    let scene = Scene::new(capabilities());
    let first = scene.refunds.refund(&name(), &ten()).await.unwrap();
    for _ in 0..9 {
        let again = scene.refunds.refund(&name(), &ten()).await.unwrap();
        assert_eq!(again, first);
    }
    assert_eq!(scene.fake.sends(), 1);
    assert_eq!(scene.fake.returned("pi_1"), 1000);
    assert_eq!(scene.refunds.journal_info().await.unwrap().operations, 1);
}

#[tokio::test]
async fn the_same_request_after_a_restart_is_the_same_operation() {
    let scene = Scene::new(capabilities());
    let first = scene.refunds.refund(&name(), &ten()).await.unwrap();
    let again = scene.restarted().refund(&name(), &ten()).await.unwrap();
    assert_eq!(again, first);
    assert_eq!(scene.fake.sends(), 1);
}

#[tokio::test]
async fn the_same_request_after_the_journal_was_lost_finds_its_refund_and_sends_nothing() {
    let scene = Scene::new(keyless());
    let first = scene.refunds.refund(&name(), &ten()).await.unwrap();
    let empty = Arc::new(MemoryStore::new());
    let anew = engine("test", &scene.fake, empty, &scene.clock);
    let again = anew.refund(&name(), &ten()).await.unwrap();
    assert_eq!(again.state(), State::Succeeded);
    assert_eq!(again.intent.id, first.intent.id);
    assert_eq!(again.summary().refund(), first.summary().refund());
    assert_eq!(scene.fake.sends(), 1);
}

#[tokio::test]
async fn the_same_reversal_twice_is_one_effect() {
    let scene = Scene::with(capabilities(), vec![authorized("pi_1")]);
    let request = reversal("key-1");
    let first = scene.refunds.reverse(&name(), &request).await.unwrap();
    let again = scene.refunds.reverse(&name(), &request).await.unwrap();
    assert_eq!(again, first);
    assert_eq!(scene.fake.sends(), 1);
}

#[tokio::test]
async fn repeating_through_faults_ends_in_one_effect_under_one_key() {
    let scene = Scene::new(capabilities());
    scene.fake.faults([
        Fault::NotSent,
        Fault::Busy,
        Fault::LoseRequest,
        Fault::ServerErrorAfterEffect,
        Fault::LoseAnswer,
    ]);
    let mut states = Vec::new();
    let mut ids = Vec::new();
    for _ in 0..6 {
        let operation = scene.refunds.refund(&name(), &ten()).await.unwrap();
        states.push(operation.state());
        ids.push(operation.intent.id);
    }
    assert_eq!(states[..2], [State::Ready, State::Ready]);
    assert_eq!(states.last(), Some(&State::Succeeded));
    ids.dedup();
    assert_eq!(ids.len(), 1);
    let keys = scene.fake.keys();
    assert!(keys.len() > 2 && keys.iter().all(|key| *key == keys[0]));
    assert_eq!(scene.fake.ledger().len(), 1);
}

#[tokio::test]
async fn the_same_key_with_another_amount_is_refused() {
    let scene = Scene::new(capabilities());
    let first = scene.refunds.refund(&name(), &ten()).await.unwrap();
    let other = refund("key-1", "10.01 GBP");
    reused(scene.refunds.refund(&name(), &other).await, &first);
    let all = all_left("key-1");
    reused(scene.refunds.refund(&name(), &all).await, &first);
    assert_eq!(scene.fake.returned("pi_1"), 1000);
}

#[tokio::test]
async fn the_same_key_for_another_payment_is_refused() {
    let payments = vec![captured("pi_1"), captured("pi_2")];
    let scene = Scene::with(capabilities(), payments);
    let first = scene.refunds.refund(&name(), &ten()).await.unwrap();
    let mut other = ten();
    other.payment = payment_id("pi_2");
    reused(scene.refunds.refund(&name(), &other).await, &first);
    assert_eq!(scene.fake.returned("pi_2"), 0);
}

#[tokio::test]
async fn the_same_key_for_another_kind_is_refused() {
    let scene = Scene::with(capabilities(), vec![authorized("pi_1")]);
    let request = reversal("key-1");
    let first = scene.refunds.reverse(&name(), &request).await.unwrap();
    let all = all_left("key-1");
    reused(scene.refunds.refund(&name(), &all).await, &first);
    reused(scene.refunds.reverse_or_refund(&name(), &all).await, &first);
    assert_eq!(scene.fake.sends(), 1);
}

#[tokio::test]
async fn the_same_key_at_another_provider_is_refused() {
    let scene = Scene::new(capabilities());
    let other = Arc::new(FakeProvider::new(capabilities(), vec![captured("pi_1")]));
    let dodo: ProviderName = "dodo".parse().unwrap();
    let refunds = Refunds::builder()
        .namespace("test".parse().unwrap())
        .provider(name(), scene.fake.clone())
        .provider(dodo.clone(), other.clone())
        .journal(scene.journal.clone())
        .clock(scene.clock.clone())
        .build()
        .unwrap();
    let first = refunds.refund(&name(), &ten()).await.unwrap();
    reused(refunds.refund(&dodo, &ten()).await, &first);
    assert_eq!(other.calls(), Vec::<&str>::new());
}

#[tokio::test]
async fn a_journal_is_not_used_under_another_namespace() {
    let scene = Scene::new(capabilities());
    scene.refunds.refund(&name(), &ten()).await.unwrap();
    let calls = scene.fake.calls();
    let elsewhere = scene.in_namespace("elsewhere");
    let refused = elsewhere.refund(&name(), &ten()).await.unwrap_err();
    assert_eq!(refused.code().as_str(), "RK3013", "{refused}");
    assert_eq!(
        scene.fake.calls(),
        calls,
        "nothing was asked, let alone sent"
    );
    assert_eq!(scene.fake.returned("pi_1"), 1000);
}

#[tokio::test]
async fn a_refused_request_does_not_use_up_its_key() {
    let scene = Scene::new(capabilities());
    let over = refund("key-1", "50.01 GBP");
    let refused = scene.refunds.refund(&name(), &over).await;
    assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
    assert_eq!(scene.refunds.journal_info().await.unwrap().operations, 0);
    let fits = scene.refunds.refund(&name(), &ten()).await.unwrap();
    assert_eq!(fits.state(), State::Succeeded);
}

#[tokio::test]
async fn a_request_whose_payment_cannot_be_read_does_not_use_up_its_key() {
    let scene = Scene::new(capabilities());
    scene.fake.down(true);
    let failed = scene.refunds.refund(&name(), &ten()).await;
    assert!(matches!(failed, Err(Error::Read(_))), "{failed:?}");
    scene.fake.down(false);
    let other = refund("key-1", "12.00 GBP");
    let done = scene.refunds.refund(&name(), &other).await.unwrap();
    assert_eq!(done.state(), State::Succeeded);
    assert_eq!(scene.fake.returned("pi_1"), 1200);
}
