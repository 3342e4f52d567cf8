//! What the simulated Stripe makes of idempotency keys, over plain HTTP.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::thread::JoinHandle;
use std::time::Duration;

use common::{Client, start_all, stripe};
use refundkit_sandbox::{FaultKind, PauseAt, SandboxConfig};
use serde_json::Value;

const REFUNDS: &str = "/v1/refunds";
const FIELDS: [(&str, &str); 2] = [("payment_intent", "pi_card_1"), ("amount", "1000")];
const LONG: Duration = Duration::from_secs(10);

/// Sends a refund from a thread of its own.
fn send(client: Client) -> JoinHandle<(u16, Value)> {
    std::thread::spawn(move || client.form(REFUNDS, &FIELDS).answer())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_in_use_while_its_first_request_is_carried_out() {
    let sandbox = start_all().await;
    for (at, effects) in [(PauseAt::BeforeEffect, 0), (PauseAt::AfterEffect, 3)] {
        let client = stripe(&sandbox).with("idempotency-key", &format!("{at:?}"));
        let pause = sandbox.pause(at);
        let first = send(client.clone());
        assert!(pause.reached(LONG));
        for fields in [FIELDS, [FIELDS[0], ("amount", "1")]] {
            let (status, answer) = client.form(REFUNDS, &fields).answer();
            assert_eq!(
                (status, answer["error"]["code"].as_str()),
                (409, Some("idempotency_key_in_use")),
                "{at:?}"
            );
        }
        assert_eq!(sandbox.effects().len(), effects, "{at:?}");
        let other = client.with("idempotency-key", &format!("other {at:?}"));
        assert_eq!(other.form(REFUNDS, &FIELDS).answer().0, 200, "another key");
        assert!(pause.let_go(LONG));
        let first = first.join().unwrap();
        assert_eq!(first.0, 200);
        assert_eq!(client.form(REFUNDS, &FIELDS).answer(), first, "replayed");
    }
    assert_eq!(sandbox.effects().len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_whose_request_was_broken_off_can_come_again() {
    let sandbox = start_all().await;
    let client = stripe(&sandbox);
    let pause = sandbox.pause(PauseAt::BeforeEffect);

    let sender = client.clone();
    let first = std::thread::spawn(move || sender.form(REFUNDS, &FIELDS));
    assert!(pause.reached(LONG));
    drop(pause);
    assert!(matches!(first.join().unwrap(), common::Got::Broken));
    assert_eq!(client.form(REFUNDS, &FIELDS).answer().0, 200);
    assert_eq!(sandbox.effects().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_in_use_until_a_slow_answer_is_out() {
    let mut config = SandboxConfig::default();
    config.more_providers = true;
    config.slow = Duration::from_secs(2);
    let sandbox = refundkit_sandbox::Sandbox::start(config).await.unwrap();
    let client = stripe(&sandbox);
    sandbox.inject_next(FaultKind::Slow, 1);
    let first = send(client.clone());
    while sandbox.effects().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let (status, answer) = client.form(REFUNDS, &FIELDS).answer();
    assert_eq!(
        (status, answer["error"]["code"].as_str()),
        (409, Some("idempotency_key_in_use"))
    );
    let first = first.join().unwrap();
    assert_eq!(client.form(REFUNDS, &FIELDS).answer(), first, "replayed");
    assert_eq!(sandbox.effects().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_500_after_the_effect_is_the_answer_of_its_key() {
    let sandbox = start_all().await;
    let client = stripe(&sandbox);
    sandbox.inject_next(FaultKind::ErrorAfterEffect, 1);
    for _ in 0..2 {
        let (status, answer) = client.form(REFUNDS, &FIELDS).answer();
        assert_eq!(
            (status, answer["error"]["type"].as_str()),
            (500, Some("api_error"))
        );
    }
    let (_, list) = client.get("/v1/refunds?payment_intent=pi_card_1");
    assert_eq!(list["data"][0]["status"], "succeeded", "it happened");
    assert_eq!(sandbox.effects().len(), 1);
    sandbox.inject_next(FaultKind::ErrorBeforeEffect, 1);
    let client = client.with("idempotency-key", "k2");
    assert_eq!(client.form(REFUNDS, &FIELDS).answer().0, 500);
    assert_eq!(
        client.form(REFUNDS, &FIELDS).answer().0,
        200,
        "it never began"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_validation_leaves_its_key_unused() {
    let sandbox = start_all().await;
    let client = stripe(&sandbox);
    for fields in [
        vec![("amount", "1")],
        vec![FIELDS[0], ("amount", "ten")],
        vec![FIELDS[0], ("reason", "whim")],
        vec![FIELDS[0], ("sum", "1")],
    ] {
        assert_eq!(client.form(REFUNDS, &fields).answer().0, 400, "{fields:?}");
    }
    assert_eq!(client.form(REFUNDS, &FIELDS).answer().0, 200);
    assert_eq!(sandbox.effects().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_one_for_the_whole_account() {
    let sandbox = start_all().await;
    let client = stripe(&sandbox);
    assert_eq!(client.form(REFUNDS, &FIELDS).answer().0, 200);
    let cancel = "/v1/payment_intents/pi_card_auth_1/cancel";
    let (status, answer) = client.form(cancel, &[]).answer();
    assert_eq!(
        (status, answer["error"]["type"].as_str()),
        (400, Some("idempotency_error"))
    );
    assert_eq!(sandbox.effects().len(), 1);
}
