//! The simulated Dojo, over plain HTTP.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod common;

use common::{Client, dojo, start};
use refundkit_sandbox::{Sandbox, SandboxConfig};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn dojo_refunds_add_up_and_stop_at_the_captured_amount() {
    let sandbox = start().await;
    let client = dojo(&sandbox);
    let path = "/payment-intents/pi_paid_1/refunds";
    let (status, body) = client.post(path, &json!({"amount": 3000})).answer();
    assert_eq!(status, 200);
    assert!(body["refundId"].as_str().unwrap().starts_with("rfnd_"));
    assert!(body.get("status").is_none(), "no status in this version");
    let (status, body) = client
        .with("idempotencyKey", "k2")
        .post(path, &json!({"amount": 2001}))
        .answer();
    assert_eq!(status, 400);
    assert_eq!(
        body["Detail"],
        "Your refund request was not successful. Status: Failed."
    );
    let (status, _) = client
        .with("idempotencyKey", "k3")
        .post(path, &json!({"amount": 2000}))
        .answer();
    assert_eq!(status, 200);
    let (_, intent) = client.get("/payment-intents/pi_paid_1");
    assert_eq!(
        (intent["refundedAmount"].as_i64(), intent["status"].as_str()),
        (Some(5000), Some("Refunded"))
    );
    assert_eq!(sandbox.effects().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn dojo_remembers_keys() {
    let sandbox = start().await;
    let client = dojo(&sandbox);
    let path = "/payment-intents/pi_paid_1/refunds";
    let first = client.post(path, &json!({"amount": 100})).answer();
    let again = client.post(path, &json!({"amount": 100})).answer();
    assert_eq!(first, again);
    let (status, body) = client.post(path, &json!({"amount": 200})).answer();
    assert_eq!(status, 400);
    assert!(body["errors"]["idempotencyKey"].is_array());
    assert_eq!(sandbox.effects().len(), 1);
    assert_eq!(sandbox.effects()[0].key.as_deref(), Some("k1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn dojo_asks_for_key_version_and_credentials() {
    let sandbox = start().await;
    let client = dojo(&sandbox);
    let path = "/payment-intents/pi_paid_1/refunds";
    assert_eq!(
        client
            .with("authorization", "Bearer x")
            .post(path, &json!({"amount": 1}))
            .answer()
            .0,
        401
    );
    assert_eq!(
        client
            .with("version", "2024-02-06")
            .post(path, &json!({"amount": 1}))
            .answer()
            .0,
        400
    );
    for body in [
        json!({}),
        json!({"amount": 0}),
        json!({"amount": "100"}),
        json!({"amount": 1.5}),
        json!({"amount": 1, "x": 1}),
    ] {
        assert_eq!(client.post(path, &body).answer().0, 400, "{body}");
    }
    assert_eq!(
        client
            .post("/payment-intents/pi_none/refunds", &json!({"amount": 1}))
            .answer()
            .0,
        404
    );
    assert!(sandbox.effects().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn dojo_reverses_on_the_same_day_before_capture_and_automatic_captures_later_on() {
    let sandbox = start().await;
    let client = dojo(&sandbox);
    let reverse = |client: &Client, id: &str| {
        client
            .post(&format!("/payment-intents/{id}/reversal"), &json!({}))
            .answer()
            .0
    };
    let old = client.with("version", "2022-01-03");
    assert_eq!(reverse(&old, "pi_paid_2"), 409, "captured");
    assert_eq!(
        reverse(&client, "pi_paid_2"),
        200,
        "captured automatically, today"
    );
    assert_eq!(
        reverse(&client, "pi_paid_1"),
        409,
        "captured by the merchant"
    );
    assert_eq!(reverse(&client, "pi_auth_2"), 409, "yesterday's");
    assert_eq!(reverse(&old, "pi_auth_1"), 200);
    assert_eq!(reverse(&old, "pi_auth_1"), 409, "once only");
    let (_, intent) = client.get("/payment-intents/pi_auth_1");
    assert_eq!(intent["status"], "Reversed");
    assert_eq!(
        sandbox
            .effects()
            .iter()
            .filter(|effect| effect.kind == "reversal")
            .count(),
        2
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_oldest_dojo_version_states_statuses_that_settle() {
    let mut config = SandboxConfig::default();
    config.complete_after = std::time::Duration::from_secs(3600);
    let sandbox = Sandbox::start(config).await.unwrap();
    let client = dojo(&sandbox).with("version", "2022-01-03");
    let (_, refund) = client
        .post("/payment-intents/pi_paid_1/refunds", &json!({"amount": 1}))
        .answer();
    assert_eq!(refund["status"], "Created");
    let path = format!(
        "/payment-intents/refunds/{}",
        refund["refundId"].as_str().unwrap()
    );
    assert_eq!(client.get(&path).1["status"], "Created");
    sandbox.advance(std::time::Duration::from_secs(3600));
    assert_eq!(client.get(&path).1["status"], "Successful");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_never_return_more_than_was_paid() {
    let sandbox = start().await;
    let threads: Vec<_> = (0..16)
        .map(|number| {
            let client = dojo(&sandbox).with("idempotencyKey", &format!("k{number}"));
            std::thread::spawn(move || {
                client
                    .post(
                        "/payment-intents/pi_paid_1/refunds",
                        &json!({"amount": 1000}),
                    )
                    .answer()
                    .0
            })
        })
        .collect();
    let good = threads
        .into_iter()
        .map(|thread| thread.join().unwrap())
        .filter(|status| *status == 200)
        .count();
    assert_eq!((good, sandbox.effects().len()), (5, 5));
}
