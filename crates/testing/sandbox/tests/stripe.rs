//! The simulated Stripe, over plain HTTP.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod common;

use common::{start_all, stripe};
use serde_json::json;

const REFUNDS: &str = "/v1/refunds";

#[tokio::test(flavor = "multi_thread")]
async fn stripe_refunds_add_up_and_stop_at_what_was_received() {
    let sandbox = start_all().await;
    let client = stripe(&sandbox);
    let part = [
        ("payment_intent", "pi_card_1"),
        ("amount", "2500"),
        ("reason", "duplicate"),
        ("metadata[order]", "o 1"),
    ];
    let (status, first) = client.form(REFUNDS, &part).answer();
    assert_eq!(
        (status, first["amount"].as_i64(), first["currency"].as_str()),
        (200, Some(2500), Some("usd"))
    );
    assert_eq!(first["metadata"], json!({"order": "o 1"}));
    let too_much = [("payment_intent", "pi_card_1"), ("amount", "3501")];
    let (status, answer) = client
        .with("idempotency-key", "k2")
        .form(REFUNDS, &too_much)
        .answer();
    assert_eq!(
        (status, answer["error"]["param"].as_str()),
        (400, Some("amount"))
    );
    let rest = [("payment_intent", "pi_card_1")];
    let (_, all) = client
        .with("idempotency-key", "k3")
        .form(REFUNDS, &rest)
        .answer();
    assert_eq!(all["amount"], 3500, "no amount is all that is left");
    let (_, answer) = client
        .with("idempotency-key", "k4")
        .form(REFUNDS, &rest)
        .answer();
    assert_eq!(answer["error"]["code"], "charge_already_refunded");
    let sums: Vec<i64> = sandbox.effects().iter().map(|e| e.amount.minor).collect();
    assert_eq!(sums, [2500, 3500]);
    let id = first["id"].as_str().unwrap();
    assert_eq!(
        client.get(&format!("/v1/refunds/{id}")).1["status"],
        "succeeded"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn stripe_repeats_the_answer_of_a_key_refusals_included() {
    let sandbox = start_all().await;
    let client = stripe(&sandbox);
    let fields = [("payment_intent", "pi_card_2"), ("amount", "100")];
    let first = client.form(REFUNDS, &fields).answer();
    assert_eq!(client.form(REFUNDS, &fields).answer(), first);
    let other = [("payment_intent", "pi_card_2"), ("amount", "101")];
    let (status, answer) = client.form(REFUNDS, &other).answer();
    assert_eq!(
        (status, answer["error"]["type"].as_str()),
        (400, Some("idempotency_error"))
    );
    let client = client.with("idempotency-key", "k2");
    let unknown = [("payment_intent", "pi_none")];
    let refused = client.form(REFUNDS, &unknown).answer();
    assert_eq!(refused.1["error"]["code"], "resource_missing");
    assert_eq!(client.form(REFUNDS, &unknown).answer(), refused);
    assert_eq!(sandbox.effects().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn stripe_cancels_what_is_held_and_nothing_that_was_taken() {
    let sandbox = start_all().await;
    let client = stripe(&sandbox);
    let cancel = |key: &str, id: &str| {
        client
            .with("idempotency-key", key)
            .form(&format!("/v1/payment_intents/{id}/cancel"), &[])
            .answer()
    };
    assert_eq!(cancel("a", "pi_card_auth_1").1["status"], "canceled");
    assert_eq!(cancel("a", "pi_card_auth_1").0, 200, "the same key");
    let code = "payment_intent_unexpected_state";
    assert_eq!(cancel("b", "pi_card_auth_1").1["error"]["code"], code);
    assert_eq!(cancel("c", "pi_card_1").1["error"]["code"], code);
    assert_eq!(cancel("d", "pi_card_new_1").1["status"], "canceled");
    let effects = sandbox.effects();
    assert_eq!(effects.len(), 1, "nothing was held of the unpaid one");
    assert_eq!(
        (effects[0].kind, effects[0].amount.minor),
        ("reversal", 4500)
    );
    let (_, intent) = client.get("/v1/payment_intents/pi_card_1");
    assert_eq!(
        (
            intent["status"].as_str(),
            intent["amount_received"].as_i64()
        ),
        (Some("succeeded"), Some(6000))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn stripe_lists_the_newest_first_and_says_when_there_are_more() {
    let sandbox = start_all().await;
    let client = stripe(&sandbox);
    for (key, amount) in [("a", "1"), ("b", "2"), ("c", "3")] {
        let fields = [("payment_intent", "pi_card_1"), ("amount", amount)];
        let made = client.with("idempotency-key", key).form(REFUNDS, &fields);
        assert_eq!(made.answer().0, 200);
    }
    let (_, page) = client.get("/v1/refunds?payment_intent=pi_card_1&limit=2");
    assert_eq!(
        (
            page["data"][0]["amount"].as_i64(),
            page["data"][1]["amount"].as_i64(),
            page["has_more"].as_bool()
        ),
        (Some(3), Some(2), Some(true))
    );
    let last = page["data"][1]["id"].as_str().unwrap();
    let path = format!("/v1/refunds?payment_intent=pi_card_1&limit=2&starting_after={last}");
    let (_, page) = client.get(&path);
    assert_eq!(
        (
            page["data"][0]["amount"].as_i64(),
            page["has_more"].as_bool()
        ),
        (Some(1), Some(false))
    );
    assert_eq!(
        client.get("/v1/refunds?payment_intent=pi_card_2").1["data"],
        json!([])
    );
    assert_eq!(client.get("/v1/refunds?limit=101").0, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn stripe_refuses_what_it_does_not_understand() {
    let sandbox = start_all().await;
    let client = stripe(&sandbox);
    for (number, (fields, code)) in [
        (vec![("amount", "1")], "parameter_missing"),
        (
            vec![("payment_intent", "pi_card_1"), ("amount", "1.5")],
            "parameter_invalid_integer",
        ),
        (
            vec![("payment_intent", "pi_card_1"), ("amount", "0")],
            "parameter_invalid_integer",
        ),
        (
            vec![("payment_intent", "pi_card_1"), ("sum", "1")],
            "parameter_unknown",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let client = client.with("idempotency-key", &format!("k{number}"));
        let (status, answer) = client.form(REFUNDS, &fields).answer();
        assert_eq!(
            (status, answer["error"]["code"].as_str()),
            (400, Some(code)),
            "{fields:?}"
        );
    }
    let unpaid = [("payment_intent", "pi_card_auth_1")];
    let client = client.with("idempotency-key", "unpaid");
    assert_eq!(client.form(REFUNDS, &unpaid).answer().0, 400);
    let stranger = client.with("authorization", "Bearer sk_live_x");
    assert_eq!(stranger.get("/v1/payment_intents/pi_card_1").0, 401);
    assert_eq!(client.get("/v1/nowhere").0, 404);
    assert!(sandbox.effects().is_empty());
}
