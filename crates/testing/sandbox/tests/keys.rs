//! Each simulated provider takes the sandbox's key and no other.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod common;

use common::{Client, dodo, dojo, mollie, polar, primer, start_all, stripe};
use serde_json::{Value, json};

/// What each of them says to a key that it doesn't know.
fn refusal(name: &str) -> Value {
    match name {
        "stripe" => json!("invalid_request_error"),
        "mollie" => json!("Unauthorized Request"),
        "polar" | "primer" => json!("Unauthorized"),
        "dodo" => json!("UNAUTHORIZED"),
        _ => json!(401),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_not_the_accounts_is_refused() {
    let sandbox = start_all().await;
    let sites: [(&str, Client, &str, &str, &str); 6] = [
        (
            "dojo",
            dojo(&sandbox),
            "authorization",
            "/payment-intents/pi_paid_1",
            "/status",
        ),
        (
            "dodo",
            dodo(&sandbox),
            "authorization",
            "/payments/pay_paid_1",
            "/code",
        ),
        (
            "primer",
            primer(&sandbox),
            "x-api-key",
            "/payments/prim_paid_1",
            "/error/errorId",
        ),
        (
            "stripe",
            stripe(&sandbox),
            "authorization",
            "/v1/payment_intents/pi_card_1",
            "/error/type",
        ),
        (
            "mollie",
            mollie(&sandbox),
            "authorization",
            "/v2/payments/tr_paid_1",
            "/title",
        ),
        (
            "polar",
            polar(&sandbox),
            "authorization",
            "/v1/orders/ord_paid_1",
            "/error",
        ),
    ];
    let key = sandbox.addresses().api_key.clone();
    let longer = format!("Bearer {key}x");
    let upper = format!("Bearer {}", key.to_uppercase());
    for (name, client, header, path, place) in sites {
        assert_eq!(client.get(path).0, 200, "{name}");
        for wrong in [
            "Bearer sk_test_x",
            "Bearer test_x",
            "Bearer polar_oat_x",
            "Bearer sk_sandbox_",
            "Bearer",
            "sk_test_x",
            longer.as_str(),
            upper.as_str(),
        ] {
            let (status, body) = client.with(header, wrong).get(path);
            assert_eq!(status, 401, "{name}, {wrong}");
            assert_eq!(body.pointer(place), Some(&refusal(name)), "{name}, {wrong}");
        }
        assert_eq!(client.without(header).get(path).0, 401, "{name}, no key");
    }
    assert!(sandbox.effects().is_empty());
}
