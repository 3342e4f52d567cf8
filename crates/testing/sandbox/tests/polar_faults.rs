//! What can go wrong on purpose at the simulated Polar, over plain HTTP.
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

use common::{Client, Got, polar};
use refundkit_sandbox::{Fault, FaultKind, Sandbox, SandboxConfig};
use serde_json::{Value, json};

const REFUNDS: &str = "/v1/refunds/";

async fn with_fault(kind: FaultKind) -> (Sandbox, Client) {
    let mut config = SandboxConfig::default();
    config.more_providers = true;
    config.faults = vec![Fault::always(kind)];
    config.slow = Duration::from_millis(150);
    let sandbox = Sandbox::start(config).await.unwrap();
    let client = polar(&sandbox);
    (sandbox, client)
}

fn body(amount: i64) -> Value {
    json!({"order_id": "ord_paid_1", "reason": "other", "amount": amount})
}

fn refunded(client: &Client) -> Value {
    client.get("/v1/orders/ord_paid_1").1["refunded_amount"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_fault_does_what_its_name_says_at_polar() {
    let table = [
        (FaultKind::RequestLost, 0, None),
        (FaultKind::AnswerLost, 1, None),
        (FaultKind::ErrorBeforeEffect, 0, Some(500)),
        (FaultKind::ErrorAfterEffect, 1, Some(500)),
        (FaultKind::Throttle, 0, Some(429)),
        (FaultKind::Slow, 1, Some(201)),
        (FaultKind::Truncated, 1, None),
        (FaultKind::Html, 1, Some(502)),
        (FaultKind::WrongAmount, 1, Some(201)),
        (FaultKind::WrongCurrency, 1, Some(201)),
        (FaultKind::DuplicateDelivery, 2, Some(201)),
        (FaultKind::KeyForgotten, 1, Some(201)),
        (FaultKind::StaleRead, 1, Some(201)),
        (FaultKind::LateFailure, 1, Some(201)),
    ];
    assert_eq!(table.map(|(kind, _, _)| kind), FaultKind::ALL);
    for (kind, effects, expected) in table {
        let (sandbox, client) = with_fault(kind).await;
        let since = sandbox.now();
        let (status, answer) = match client.post(REFUNDS, &body(1_000)) {
            Got::Answer(status, answer) => (Some(status), answer),
            Got::Broken => (None, Value::Null),
        };
        let amounts: Vec<i64> = sandbox.effects().iter().map(|e| e.amount.minor).collect();
        assert_eq!(
            (amounts, status),
            (vec![1_000; effects], expected),
            "{kind}"
        );
        if kind == FaultKind::Slow {
            assert!(sandbox.now() - since >= 150);
        }
        if matches!(status, Some(429 | 500)) {
            assert!(answer["error"].is_string() && answer["detail"].is_string());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_of_polar_can_lie() {
    let told = |client: &Client| {
        let refund = client.post(REFUNDS, &body(1_000)).answer().1;
        (refund["amount"].clone(), refund["currency"].clone())
    };
    let (_sandbox, client) = with_fault(FaultKind::WrongAmount).await;
    assert_eq!(told(&client), (json!(1_001), json!("usd")));
    assert_eq!(refunded(&client), 1_000, "what really happened");
    let (_sandbox, client) = with_fault(FaultKind::WrongCurrency).await;
    assert_eq!(told(&client), (json!(1_000), json!("chf")));
    let (_sandbox, client) = with_fault(FaultKind::StaleRead).await;
    told(&client);
    assert_eq!(refunded(&client), 0);
    assert_eq!(client.get(REFUNDS).1["items"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_that_fails_late_at_polar_can_be_made_again() {
    let (sandbox, client) = with_fault(FaultKind::LateFailure).await;
    client.post(REFUNDS, &body(1_000)).answer();
    assert_eq!(refunded(&client), 1_000);
    sandbox.advance(Duration::from_secs(3_600));
    assert_eq!(refunded(&client), 0);
    let (_, page) = client.get(REFUNDS);
    assert_eq!(page["items"][0]["status"], "failed");
    assert!(page["items"][0]["modified_at"].is_string());
    assert_eq!(client.post(REFUNDS, &body(4_500)).answer().0, 201);
}
