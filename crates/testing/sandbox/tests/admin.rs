//! The admin port and the seeded payments, over plain HTTP.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod common;

use common::{Client, dodo, dojo, start};
use refundkit_sandbox::Provider;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn the_admin_port_tells_what_happened_with_credentials_masked() {
    let sandbox = start().await;
    let admin = Client::new(&sandbox.addresses().admin, &[]);
    dojo(&sandbox)
        .post(
            "/payment-intents/pi_paid_1/refunds",
            &json!({"amount": 100}),
        )
        .answer();
    let (_, effects) = admin.get("/effects");
    assert_eq!(effects[0]["provider"], "dojo");
    assert_eq!(
        effects[0]["amount"],
        json!({"minor": 100, "currency": "GBP"})
    );
    assert_eq!(
        (effects[0]["kind"].as_str(), effects[0]["key"].as_str()),
        (Some("refund"), Some("k1"))
    );
    let (_, requests) = admin.get("/requests");
    assert_eq!(
        (
            requests[0]["path"].as_str(),
            requests[0]["answered"].as_u64()
        ),
        (Some("/payment-intents/pi_paid_1/refunds"), Some(200))
    );
    assert!(!requests.to_string().contains(&sandbox.addresses().api_key));
    let (_, payments) = admin.get("/payments");
    let payment = payments
        .as_array()
        .unwrap()
        .iter()
        .find(|p| p["payment"] == "pi_paid_1")
        .unwrap();
    assert_eq!(
        (
            payment["stage"].as_str(),
            payment["refunded"]["minor"].as_i64()
        ),
        (Some("captured"), Some(100))
    );
    assert_eq!(payments.as_array().unwrap().len(), 82);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_admin_port_has_levers() {
    let sandbox = start().await;
    let admin = Client::new(&sandbox.addresses().admin, &[]);
    let new = json!({"provider": "dodo", "payment": "pay_mine", "authorized": {"minor": 900, "currency": "USD"},
        "items": [{"item_id": "x", "amount": {"minor": 900, "currency": "USD"}}]});
    assert_eq!(admin.post("/payments", &new).answer().0, 201);
    assert_eq!(
        dodo(&sandbox).get("/payments/pay_mine").1["total_amount"],
        900
    );
    assert_eq!(
        admin
            .post("/payments", &json!({"provider": "dodo"}))
            .answer()
            .0,
        400
    );
    assert_eq!(
        admin
            .post("/faults", &json!({"faults": ["throttle=1"]}))
            .answer()
            .0,
        200
    );
    assert_eq!(
        admin
            .post("/faults", &json!({"faults": ["nonsense=1"]}))
            .answer()
            .0,
        400
    );
    assert_eq!(
        dodo(&sandbox)
            .post("/refunds", &json!({"payment_id": "pay_mine"}))
            .answer()
            .0,
        429
    );
    assert_eq!(
        admin.post("/advance", &json!({"seconds": 60})).answer().0,
        200
    );
    assert_eq!(admin.get("/nowhere").0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn at_least_half_of_the_payments_can_be_refunded_by_twenty() {
    let payments = start().await.payments();
    let good = |payment: &&refundkit_sandbox::PaymentView| {
        payment.stage == "captured"
            && payment.captured.minor >= 2000
            && ["GBP", "USD", "EUR"].contains(&payment.captured.currency.as_str())
    };
    assert!(payments.iter().filter(good).count() * 2 >= payments.len());
    for payment in &payments {
        let items: i64 = payment.items.iter().map(|item| item.amount.minor).sum();
        assert!(
            payment.items.is_empty() || items == payment.authorized.minor,
            "{}",
            payment.payment
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_can_be_added_in_the_shape_in_which_it_is_shown() {
    let sandbox = start().await;
    let admin = Client::new(&sandbox.addresses().admin, &[]);
    let amount = |minor: i64| json!({"minor": minor, "currency": "USD"});
    let shown = json!({"provider": "dodo", "payment": "pay_mine", "stage": "captured", "capture_mode": "auto",
        "authorized": amount(900), "captured": amount(900), "refunded": amount(300),
        "created_at": "2026-11-20T09:30:00.000000Z",
        "items": [{"item_id": "x", "amount": amount(900), "refunded": amount(300)}]});
    assert_eq!(admin.post("/payments", &shown).answer(), (201, shown));
    let lines = dodo(&sandbox).get("/payments/pay_mine/line-items").1;
    assert_eq!(lines["items"][0]["refundable_amount"], 600);
    assert!(sandbox.effects().is_empty(), "that was earlier");
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_are_set_by_name_too() {
    let sandbox = start().await;
    let admin = Client::new(&sandbox.addresses().admin, &[]);
    for (body, status) in [
        (json!({"answer-lost": 0.5, "html": [1, 4]}), 200),
        (json!(["answer-lost=1"]), 200),
        (json!({"nonsense": 1}), 400),
        (json!({"html": "x"}), 400),
        (json!(5), 400),
    ] {
        assert_eq!(admin.post("/faults", &body).answer().0, status, "{body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tampering_shows_as_an_effect() {
    let sandbox = start().await;
    sandbox.tamper(Provider::Dojo, "pi_paid_1", 700);
    assert_eq!(
        dojo(&sandbox).get("/payment-intents/pi_paid_1").1["refundedAmount"],
        700
    );
    assert_eq!(sandbox.effects()[0].amount.minor, 700);
}
