//! Disputes of a payment: opened, won and lost on the admin port, and shown by Dodo.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod common;

use common::{Client, dodo, start};
use refundkit_sandbox::{DisputeError, DisputeStage, DisputeStatus, Provider};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_dispute_is_opened_and_lost_on_the_admin_port() {
    let sandbox = start().await;
    let admin = Client::new(&sandbox.addresses().admin, &[]);
    let client = dodo(&sandbox);
    let shown = || client.get("/payments/pay_paid_1").1["disputes"].clone();
    assert_eq!(shown(), json!([]), "none at first, and said so");
    let open = json!({"provider": "dodo", "payment": "pay_paid_1", "amount": 1500});
    let (status, view) = admin.post("/disputes", &open).answer();
    assert_eq!(status, 201, "{view}");
    let id = view["disputes"][0]["dispute"].as_str().unwrap().to_owned();
    let made = shown()[0]["created_at"].clone();
    let expected = |status: &str, stage: &str| {
        json!([{
            "dispute_id": id, "payment_id": "pay_paid_1", "business_id": "bus_sandbox",
            "amount": "1500", "currency": "USD", "dispute_status": status,
            "dispute_stage": stage, "created_at": made, "remarks": null,
        }])
    };
    assert_eq!(shown(), expected("dispute_opened", "dispute"));
    for (word, stage) in [("won", "pre_arbitration"), ("lost", "dispute")] {
        let decide = json!({"dispute": id, "status": word, "stage": stage});
        assert_eq!(admin.post("/disputes", &decide).answer().0, 200);
        let status = ["dispute_", word].concat();
        assert_eq!(shown(), expected(&status, stage));
    }
    assert!(sandbox.effects().is_empty(), "no refund is made by it");
    assert_eq!(client.get("/payments/pay_paid_2").1["disputes"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_was_captured_is_disputed_where_no_amount_is_named() {
    let sandbox = start().await;
    let admin = Client::new(&sandbox.addresses().admin, &[]);
    let open = json!({"provider": "dodo", "payment": "pay_paid_1"});
    assert_eq!(admin.post("/disputes", &open).answer().0, 201);
    let (_, payments) = admin.get("/payments");
    let payments = payments.as_array().unwrap();
    let one = payments.iter().find(|one| one["payment"] == "pay_paid_1");
    let dispute = &one.unwrap()["disputes"][0];
    assert_eq!(dispute["amount"], json!({"minor": 5000, "currency": "USD"}));
    assert_eq!(dispute["status"], "opened");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_dispute_is_refused() {
    let sandbox = start().await;
    let admin = Client::new(&sandbox.addresses().admin, &[]);
    for body in [
        json!({}),
        json!({"provider": "dodo", "payment": "pay_none"}),
        json!({"provider": "dojo", "payment": "pi_paid_1"}),
        json!({"provider": "dodo", "payment": "pay_paid_1", "amount": 0}),
        json!({"provider": "dodo", "payment": "pay_paid_1", "amount": 5001}),
        json!({"provider": "dodo", "payment": "pay_failed_1"}),
        json!({"dispute": "dp_none", "status": "lost"}),
        json!({"dispute": "dp_none", "status": "mislaid"}),
        json!({"provider": "dodo", "payment": "pay_paid_1", "sum": 1}),
    ] {
        let (status, answer) = admin.post("/disputes", &body).answer();
        assert_eq!(status, 400, "{body}");
        assert!(answer["error"].is_string(), "{body}");
    }
    let shown = dodo(&sandbox).get("/payments/pay_paid_1").1;
    assert_eq!(shown["disputes"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn disputes_are_opened_and_decided_from_the_program_too() {
    let sandbox = start().await;
    let opened = sandbox.dispute(Provider::Dodo, "pay_paid_2", 2400);
    let won = |id: &str| sandbox.decide_dispute(id, DisputeStage::PreDispute, DisputeStatus::Won);
    assert_eq!(won(&opened.unwrap()), Ok(()));
    assert_eq!(won("dp_none"), Err(DisputeError::Missing));
    let many = sandbox.dispute(Provider::Dodo, "pay_paid_2", 2401);
    assert_eq!(many, Err(DisputeError::Amount));
    let shown = dodo(&sandbox).get("/payments/pay_paid_2").1;
    assert_eq!(shown["disputes"][0]["dispute_status"], "dispute_won");
    assert_eq!(shown["refund_status"], Value::Null);
}
