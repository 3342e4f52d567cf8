//! What can go wrong on purpose, over plain HTTP.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod common;

use common::{Client, Got, dojo, primer, start};
use refundkit_sandbox::{Fault, FaultKind, Sandbox, SandboxConfig};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn each_fault_does_what_its_name_says() {
    let path = "/payments/prim_paid_1/refund";
    let body = json!({"amount": 1000, "orderId": "ref-1"});
    for (kind, effects, expected) in [
        (FaultKind::RequestLost, 0, None),
        (FaultKind::AnswerLost, 1, None),
        (FaultKind::Truncated, 1, None),
        (FaultKind::ErrorBeforeEffect, 0, Some(500)),
        (FaultKind::ErrorAfterEffect, 1, Some(500)),
        (FaultKind::Throttle, 0, Some(429)),
        (FaultKind::Html, 1, Some(502)),
        (FaultKind::DuplicateDelivery, 1, Some(200)),
        (FaultKind::Slow, 1, Some(200)),
    ] {
        let (sandbox, client) = with_fault(kind).await;
        let got = client.post(path, &body);
        let status = match got {
            Got::Answer(status, _) => Some(status),
            Got::Broken => None,
        };
        assert_eq!(
            (sandbox.effects().len(), status),
            (effects, expected),
            "{kind}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_can_lie() {
    let path = "/payments/prim_paid_1/refund";
    let body = json!({"amount": 1000, "orderId": "ref-1"});
    let (_sandbox, client) = with_fault(FaultKind::WrongAmount).await;
    assert_eq!(
        client.post(path, &body).answer().1["transactions"][1]["amount"],
        1001
    );
    let (_sandbox, client) = with_fault(FaultKind::WrongCurrency).await;
    assert_eq!(client.post(path, &body).answer().1["currencyCode"], "CHF");
    let (sandbox, client) = with_fault(FaultKind::KeyForgotten).await;
    client.post(path, &body);
    client.post(path, &body);
    assert_eq!(sandbox.effects().len(), 2);
    let (_sandbox, client) = with_fault(FaultKind::StaleRead).await;
    client.post(path, &body);
    assert_eq!(
        client.get("/payments/prim_paid_1").1["processor"]["amountRefunded"],
        0
    );
    let (sandbox, client) = with_fault(FaultKind::LateFailure).await;
    client.post(path, &body);
    assert_eq!(
        client.get("/payments/prim_paid_1").1["processor"]["amountRefunded"],
        1000
    );
    sandbox.advance(std::time::Duration::from_secs(3600));
    let payment = client.get("/payments/prim_paid_1").1;
    assert_eq!(payment["transactions"][1]["processorStatus"], "FAILED");
    assert_eq!(payment["processor"]["amountRefunded"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_at_a_numbered_request_happens_there_only() {
    let sandbox = start().await;
    sandbox.set_faults([Fault::at(FaultKind::AnswerLost, [2])]);
    let client = dojo(&sandbox);
    let path = "/payment-intents/pi_paid_1/refunds";
    let lost = |key: &str| {
        matches!(
            client
                .with("idempotencyKey", key)
                .post(path, &json!({"amount": 1})),
            Got::Broken
        )
    };
    assert_eq!([lost("a"), lost("b"), lost("c")], [false, true, false]);
    assert_eq!(sandbox.effects().len(), 3);
}

async fn with_fault(kind: FaultKind) -> (Sandbox, Client) {
    let mut config = SandboxConfig::default();
    config.faults = vec![Fault::always(kind)];
    config.slow = std::time::Duration::from_millis(150);
    let sandbox = Sandbox::start(config).await.unwrap();
    let client = primer(&sandbox);
    (sandbox, client)
}
