//! Without a key of the caller's, the same money isn't returned twice: judged on the ledger that is written.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::time::Duration;

use common::{Fault, Scene, capabilities, keyless, name, refund};
use futures_util::future::join_all;
use refundkit::core::timing::TWIN_WITHIN;
use refundkit::{Error, Refusal, State};

fn twin(done: &Result<refundkit::Operation, Error>) -> bool {
    matches!(done, Err(Error::Refused(Refusal::Twin { .. })))
}

#[tokio::test]
async fn of_many_at_once_without_a_key_one_is_begun() {
    let scene = Scene::new(capabilities());
    let engines: Vec<_> = (0..8).map(|_| scene.in_namespace("test")).collect();
    let provider = name();
    let done = join_all(engines.iter().enumerate().map(|(number, engine)| {
        let request = refund(&format!("made-up-{number}"), "10.00 GBP").made_up_key();
        let provider = &provider;
        async move { engine.refund(provider, &request).await }
    }))
    .await;
    assert_eq!(done.iter().filter(|done| done.is_ok()).count(), 1);
    assert_eq!(done.iter().filter(|done| twin(done)).count(), 7, "{done:?}");
    assert_eq!(scene.fake.sends(), 1);
}

#[tokio::test]
async fn a_key_of_its_own_or_another_day_means_another_one() {
    let scene = Scene::new(capabilities());
    let provider = name();
    let ask = async |key: &str, made_up: bool| {
        let request = refund(key, "10.00 GBP");
        let request = if made_up {
            request.made_up_key()
        } else {
            request
        };
        scene.refunds.refund(&provider, &request).await
    };
    ask("order-1", false).await.unwrap();
    assert!(
        twin(&ask("made-up-1", true).await),
        "whatever key the first one had"
    );
    ask("order-2", false).await.unwrap();
    scene.clock.advance(TWIN_WITHIN + Duration::from_millis(1));
    ask("made-up-2", true).await.unwrap();
    assert_eq!(scene.fake.sends(), 3);
}

#[tokio::test]
async fn one_that_waits_for_its_answer_is_a_twin_too() {
    let scene = Scene::new(keyless());
    scene.fake.faults([Fault::Hang]);
    let other = scene.in_namespace("test");
    let (provider, first) = (name(), refund("order-1", "10.00 GBP"));
    tokio::select! {
        done = scene.refunds.refund(&provider, &first) => panic!("{done:?}"),
        () = async {
            scene.fake.hung.notified().await;
            let again = refund("made-up", "10.00 GBP").made_up_key();
            assert!(twin(&other.refund(&provider, &again).await));
        } => {}
    }
}

#[tokio::test]
async fn a_stopped_engine_begins_nothing_and_says_what_is_in_flight() {
    let scene = Scene::new(capabilities());
    scene.fake.faults([Fault::Hang]);
    let (provider, first) = (name(), refund("order-1", "10.00 GBP"));
    tokio::select! {
        done = scene.refunds.refund(&provider, &first) => panic!("{done:?}"),
        () = async {
            scene.fake.hung.notified().await;
            assert_eq!(scene.refunds.in_flight().len(), 1);
            scene.refunds.stop();
            scene.refunds.stopping().await;
        } => {}
    }
    assert!(scene.refunds.in_flight().is_empty(), "the call was dropped");
    let again = scene.restarted();
    again.stop();
    let open = again.refund(&provider, &first).await.unwrap();
    assert_eq!(open.state(), State::Attempting, "it is left as it is");
    let new = again
        .refund(&provider, &refund("order-2", "1.00 GBP"))
        .await;
    assert!(matches!(new, Err(Error::Stopped)), "{new:?}");
    assert_eq!(scene.fake.sends(), 1);
}
