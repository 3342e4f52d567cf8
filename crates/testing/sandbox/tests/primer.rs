//! The simulated Primer, over plain HTTP.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod common;

use common::{primer, start};
use refundkit_sandbox::FaultKind;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn primer_answers_with_the_payment_and_never_repeats_a_key() {
    let sandbox = start().await;
    let client = primer(&sandbox);
    let body = json!({"amount": 2000, "orderId": "ref-1", "reason": "broken"});
    let (status, payment) = client.post("/payments/prim_paid_1/refund", &body).answer();
    assert_eq!((status, payment["status"].as_str()), (200, Some("SETTLED")));
    let refund = &payment["transactions"][1];
    assert_eq!(
        (refund["orderId"].as_str(), refund["amount"].as_i64()),
        (Some("ref-1"), Some(2000))
    );
    let (status, error) = client.post("/payments/prim_paid_1/refund", &body).answer();
    assert_eq!(
        (status, error["error"]["errorId"].as_str()),
        (409, Some("IdempotencyKeyAlreadyExists"))
    );
    let client = client.with("x-idempotency-key", "k2");
    let (status, payment) = client
        .post("/payments/prim_paid_1/refund", &json!({}))
        .answer();
    assert_eq!(
        (status, payment["processor"]["amountRefunded"].as_i64()),
        (200, Some(7000))
    );
    let client = client.with("x-idempotency-key", "k3");
    let (_, error) = client
        .post("/payments/prim_paid_1/refund", &json!({}))
        .answer();
    assert_eq!(error["error"]["errorId"], "PaymentAlreadyRefunded");
    assert_eq!(sandbox.effects().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn primer_cancels_what_is_authorised_and_refuses_the_rest() {
    let sandbox = start().await;
    let client = primer(&sandbox);
    assert_eq!(
        client
            .post("/payments/prim_auth_1/refund", &json!({}))
            .answer()
            .0,
        400
    );
    let (status, payment) = client
        .post("/payments/prim_auth_1/cancel", &json!({"reason": "x"}))
        .answer();
    assert_eq!(
        (status, payment["status"].as_str()),
        (200, Some("CANCELLED"))
    );
    let client = client.with("x-idempotency-key", "k2");
    for (body, expected) in [
        (json!({"amount": 7001}), "UnprocessableRefundAmount"),
        (json!({"amount": 0}), "UnprocessableRefundAmount"),
        (json!({"unknown": 1}), "RequestValidationError"),
        (json!({"amount": "100"}), "RequestValidationError"),
        (json!({"amount": 1.5}), "RequestValidationError"),
        (json!({"amount": -1}), "RequestValidationError"),
    ] {
        let (_, error) = client.post("/payments/prim_paid_1/refund", &body).answer();
        assert_eq!(error["error"]["errorId"], expected);
    }
    let (_, error) = client
        .post("/payments/prim_paid_1/cancel", &json!({"amount": 1}))
        .answer();
    assert_eq!(error["error"]["errorId"], "RequestValidationError");
    assert_eq!(
        client
            .with("x-api-version", "2.1")
            .get("/payments/prim_paid_1")
            .0,
        400
    );
    assert_eq!(client.get("/payments/none").0, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn primers_key_of_a_refund_that_failed_is_spent() {
    let sandbox = start().await;
    let client = primer(&sandbox);
    let (path, body) = ("/payments/prim_paid_1/refund", json!({"amount": 2000}));
    sandbox.inject_next(FaultKind::LateFailure, 1);
    assert_eq!(client.post(path, &body).answer().0, 200);
    sandbox.advance(std::time::Duration::from_secs(3600));
    let (status, answer) = client.post(path, &body).answer();
    assert_eq!(
        (status, answer["error"]["errorId"].as_str()),
        (409, Some("IdempotencyKeyAlreadyExists"))
    );
    let payment = client.get("/payments/prim_paid_1").1;
    assert_eq!(payment["transactions"][1]["processorStatus"], "FAILED");
    assert_eq!(payment["processor"]["amountRefunded"], 0, "no money moved");
    let client = client.with("x-idempotency-key", "k2");
    assert_eq!(client.post(path, &body).answer().0, 200);
    assert_eq!(sandbox.effects().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn primers_key_of_a_request_that_was_refused_can_come_again() {
    let sandbox = start().await;
    let client = primer(&sandbox);
    let path = "/payments/prim_paid_1/refund";
    let refused = client.post(path, &json!({"amount": 7001})).answer();
    assert_eq!(refused.0, 422);
    assert_eq!(client.post(path, &json!({"amount": 7000})).answer().0, 200);
    assert_eq!(sandbox.effects().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn primer_names_the_payment_that_a_key_was_for() {
    let sandbox = start().await;
    let client = primer(&sandbox);
    let body = json!({"amount": 100});
    client.post("/payments/prim_paid_1/refund", &body).answer();
    for path in [
        "/payments/prim_paid_2/refund",
        "/payments/prim_auth_1/refund",
    ] {
        let (status, answer) = client.post(path, &body).answer();
        let error = &answer["error"];
        assert_eq!(
            (
                status,
                error["paymentId"].as_str(),
                error["paymentStatus"].as_str()
            ),
            (409, Some("prim_paid_1"), Some("SETTLED"))
        );
    }
    assert_eq!(sandbox.effects().len(), 1);
}
