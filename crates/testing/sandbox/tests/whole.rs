//! What each provider's document requires of an answer is in it, whatever has happened to the
//! payment. The documents themselves are held against the sandbox by `cargo xtask contract`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod common;

use common::{dodo, dojo, mollie, primer, start, start_all, stripe};
use serde_json::{Value, json};

#[track_caller]
fn has(what: &str, value: &Value, fields: &[&str]) {
    for field in fields {
        let found = value.pointer(&["/", field].concat());
        assert!(
            found.is_some_and(|found| !found.is_null()),
            "{what}: no {field} in {value}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dodo_shows_whole_payments_and_refunds() {
    let sandbox = start().await;
    let client = dodo(&sandbox);
    let body = json!({"payment_id": "pay_paid_1"});
    let refund = client.post("/refunds", &body).answer().1;
    let path = format!("/refunds/{}", refund["refund_id"].as_str().unwrap());
    let listed = [
        "refund_id",
        "payment_id",
        "business_id",
        "status",
        "created_at",
        "is_partial",
    ];
    for (what, refund) in [("made", refund), ("read", client.get(&path).1)] {
        has(what, &refund, &listed);
        has(what, &refund, &["metadata", "customer", "brand_id"]);
        has(what, &refund["customer"], &["customer_id", "name", "email"]);
    }
    has("listed", &client.get("/refunds").1["items"][0], &listed);
    for id in ["pay_paid_1", "pay_auth_1", "pay_failed_1"] {
        let payment = client.get(&["/payments/", id].concat()).1;
        has(
            id,
            &payment,
            &[
                "payment_id",
                "business_id",
                "total_amount",
                "currency",
                "created_at",
                "disputes",
                "refunds",
                "customer",
                "metadata",
                "settlement_amount",
                "settlement_currency",
                "billing/country",
                "brand_id",
                "digital_products_delivered",
            ],
        );
        has(id, &payment["customer"], &["customer_id", "name", "email"]);
        assert!(
            payment.get("refund_status").is_some(),
            "{id}: null where there is none"
        );
    }
    let payment = client.get("/payments/pay_paid_1").1;
    has("in its payment", &payment["refunds"][0], &listed);
}

#[tokio::test(flavor = "multi_thread")]
async fn primers_transactions_name_their_processor_and_have_no_empty_reason() {
    let sandbox = start().await;
    let client = primer(&sandbox);
    let refund = "/payments/prim_paid_1/refund";
    client
        .post(refund, &json!({"amount": 1, "reason": "Returned"}))
        .answer();
    let client = client.with("x-idempotency-key", "k2");
    let (_, payment) = client.post(refund, &json!({"amount": 2})).answer();
    let transactions = payment["transactions"].as_array().unwrap();
    assert_eq!(transactions.len(), 3);
    for transaction in transactions {
        has(
            "transaction",
            transaction,
            &[
                "date",
                "amount",
                "currencyCode",
                "orderId",
                "transactionType",
                "processorName",
                "processorMerchantId",
                "processorTransactionId",
                "processorStatus",
            ],
        );
        assert_ne!(transaction.get("reason"), Some(&Value::Null));
    }
    assert_eq!(transactions[1]["reason"], "Returned");
    has("payment", &payment, &["processor/processorMerchantId"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn mollie_shows_whole_payments_refunds_and_errors() {
    let sandbox = start_all().await;
    let client = mollie(&sandbox);
    let path = "/v2/payments/tr_paid_1/refunds";
    let body = json!({"amount": {"value": "1.00", "currency": "EUR"}, "description": "Order 7"});
    let refund = client.post(path, &body).answer().1;
    let listed = [
        "resource",
        "id",
        "mode",
        "amount/currency",
        "amount/value",
        "status",
        "createdAt",
        "description",
        "paymentId",
        "_links/self/href",
        "_links/self/type",
        "_links/payment/href",
        "_links/payment/type",
    ];
    let alone = ["_links/documentation/href", "_links/documentation/type"];
    has("made", &refund, &listed);
    has("made", &refund, &alone);
    assert!(refund.get("metadata").is_some(), "null where there is none");
    let page = client.get(path).1;
    has(
        "page",
        &page,
        &["count", "_links/self/type", "_links/documentation/href"],
    );
    has("listed", &page["_embedded"]["refunds"][0], &listed);
    let own = refund["_links"]["self"]["href"].as_str().unwrap();
    let base = sandbox.addresses().mollie.clone().unwrap();
    let found = client.get(own.strip_prefix(&base).unwrap()).1;
    assert_eq!(found["id"], refund["id"], "a link leads to what it says");
    for id in [
        "tr_paid_1",
        "tr_part_1",
        "tr_auth_1",
        "tr_new_1",
        "tr_failed_1",
    ] {
        let payment = client.get(&["/v2/payments/", id].concat()).1;
        has(
            id,
            &payment,
            &[
                "resource",
                "id",
                "mode",
                "createdAt",
                "amount",
                "description",
                "status",
                "profileId",
                "sequenceType",
                "_links/self/href",
                "_links/dashboard/href",
            ],
        );
    }
    let wrong = client.get("/v2/payments/tr_none").1;
    has(
        "error",
        &wrong,
        &["status", "title", "detail", "_links/documentation/href"],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn stripe_shows_whole_refunds_and_lists() {
    let sandbox = start_all().await;
    let client = stripe(&sandbox);
    let refund = client
        .form("/v1/refunds", &[("payment_intent", "pi_card_1")])
        .answer()
        .1;
    has(
        "made",
        &refund,
        &["amount", "created", "currency", "id", "object", "status"],
    );
    assert!(refund.get("reason").is_some(), "null where there is none");
    let page = client.get("/v1/refunds").1;
    has("page", &page, &["data", "has_more", "object", "url"]);
    let wrong = client.get("/v1/refunds/re_none").1;
    has("error", &wrong, &["error/type", "error/message"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn dojo_shows_what_each_version_has() {
    let sandbox = start().await;
    for (version, total, card) in [
        ("2022-01-03", false, "/paymentDetails/cardNumber"),
        ("2022-04-07", true, "/paymentDetails/cardNumber"),
        ("2024-02-05", true, "/paymentDetails/card/cardNumber"),
        ("2026-02-27", true, "/paymentDetails/card/cardNumber"),
    ] {
        let intent = dojo(&sandbox)
            .with("version", version)
            .get("/payment-intents/pi_paid_1")
            .1;
        assert_eq!(intent.get("refundedAmount").is_some(), total, "{version}");
        assert!(intent.pointer(card).is_some(), "{version}");
        let details = intent["paymentDetails"].as_object().unwrap();
        assert_eq!(
            details.contains_key("card"),
            card.contains("/card/"),
            "{version}"
        );
    }
}
