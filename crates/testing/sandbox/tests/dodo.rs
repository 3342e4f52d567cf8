//! The simulated Dodo, over plain HTTP.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod common;

use common::{dodo, start};
use refundkit_sandbox::{Payment, Provider, Sandbox, SandboxConfig};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn dodo_keeps_balances_by_item() {
    let sandbox = start().await;
    let client = dodo(&sandbox);
    let refund = |body: Value| client.post("/refunds", &body).answer();
    let part = json!({"payment_id": "pay_paid_1", "currency": "USD", "items": [{"item_id": "pdt_paid_1_1", "amount": 1000}]});
    let (status, body) = refund(part);
    assert_eq!(
        (status, body["status"].as_str(), body["amount"].as_i64()),
        (200, Some("pending"), Some(1000))
    );
    let (_, lines) = client.get("/payments/pay_paid_1/line-items");
    assert_eq!(lines["items"][0]["refundable_amount"], 2000);
    let whole = json!({"payment_id": "pay_paid_1", "items": [{"item_id": "pdt_paid_1_1"}]});
    assert_eq!(refund(whole.clone()).1["amount"], 2000);
    assert_eq!(refund(whole).1["code"], "LINE_ITEM_FULLY_REFUNDED");
    let rest = json!({"payment_id": "pay_paid_1"});
    assert_eq!(refund(rest.clone()).1["amount"], 2000, "what is left");
    assert_eq!(refund(rest).1["code"], "PAYMENT_ALREADY_REFUNDED");
    assert_eq!(
        client.get("/payments/pay_paid_1").1["refund_status"],
        "full"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn dodo_refuses_in_its_own_codes() {
    let sandbox = start().await;
    let client = dodo(&sandbox);
    let item =
        |entry: Value| json!({"payment_id": "pay_paid_1", "currency": "USD", "items": [entry]});
    for (body, code) in [
        (json!({"payment_id": "pay_none"}), "NOT_FOUND"),
        (json!({}), "INVALID_REQUEST_BODY"),
        (
            json!({"payment_id": "pay_paid_1", "amount": 5}),
            "INVALID_REQUEST_BODY",
        ),
        (
            json!({"payment_id": "pay_failed_1"}),
            "PAYMENT_NOT_SUCCEEDED",
        ),
        (
            json!({"payment_id": "pay_paid_1", "reason": "x".repeat(3001)}),
            "INVALID_REQUEST_PARAMETERS",
        ),
        (item(json!({"item_id": "none"})), "LINE_ITEM_NOT_FOUND"),
        (
            item(json!({"item_id": "pdt_paid_1_1", "amount": 3001})),
            "LINE_ITEM_REFUND_AMOUNT_TOO_HIGH",
        ),
        (
            item(json!({"item_id": "pdt_paid_1_1", "amount": 3_000_000_000_i64})),
            "INTEGER_CONVERSION_FAILURE",
        ),
        (
            json!({"payment_id": "pay_paid_1", "items": [{"item_id": "pdt_paid_1_1"}, {"item_id": "pdt_paid_1_1"}]}),
            "DUPLICATE_LINE_ITEMS_IN_REQUEST",
        ),
        (
            json!({"payment_id": "pay_fx_1", "items": [{"item_id": "pdt_fx_1_1", "amount": 5}]}),
            "INVALID_REQUEST_PARAMETERS",
        ),
    ] {
        let (status, answer) = client.post("/refunds", &body).answer();
        assert!(status >= 400);
        assert_eq!(answer["code"], code, "{body}");
    }
    assert_eq!(
        client
            .with("authorization", "Bearer x")
            .get("/payments/pay_paid_1")
            .1["code"],
        "UNAUTHORIZED"
    );
    assert!(sandbox.effects().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn dodo_adds_the_tax_where_an_amount_excludes_it() {
    let sandbox = start().await;
    let body = json!({"payment_id": "pay_paid_2", "currency": "EUR",
        "items": [{"item_id": "pdt_paid_2_1", "amount": 1000, "tax_inclusive": false}]});
    assert_eq!(
        dodo(&sandbox).post("/refunds", &body).answer().1["amount"],
        1200
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn dodo_takes_one_open_refund_at_a_time_and_lists_from_page_zero() {
    let mut config = SandboxConfig::default();
    config.complete_after = std::time::Duration::from_secs(60);
    let sandbox = Sandbox::start(config).await.unwrap();
    let client = dodo(&sandbox);
    let item = |id: &str| json!({"payment_id": "pay_paid_1", "items": [{"item_id": id}], "metadata": {"a": "b"}});
    let (_, first) = client.post("/refunds", &item("pdt_paid_1_1")).answer();
    let (_, second) = client.post("/refunds", &item("pdt_paid_1_2")).answer();
    assert_eq!(second["code"], "EXISTING_REFUND_REQUEST_PROCESSING");
    sandbox.advance(std::time::Duration::from_secs(60));
    assert_eq!(
        client.post("/refunds", &item("pdt_paid_1_2")).answer().0,
        200
    );
    let page = |number: u32| {
        client
            .get(&format!("/refunds?page_size=1&page_number={number}"))
            .1
    };
    assert_eq!(page(0)["items"][0]["refund_id"], first["refund_id"]);
    assert!(
        page(0)["items"][0].get("metadata").is_none(),
        "a list shows no metadata"
    );
    assert_eq!(page(2)["items"].as_array().unwrap().len(), 0);
    let single = client
        .get(&format!(
            "/refunds/{}",
            first["refund_id"].as_str().unwrap()
        ))
        .1;
    assert_eq!(
        (single["status"].as_str(), single["metadata"]["a"].as_str()),
        (Some("succeeded"), Some("b"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn dodo_never_takes_malformed_items_for_the_whole_payment() {
    let sandbox = start().await;
    for items in [json!([]), json!({}), json!("pdt_paid_1_1"), json!(0)] {
        let body = json!({"payment_id": "pay_paid_1", "items": items});
        let (status, answer) = dodo(&sandbox).post("/refunds", &body).answer();
        assert_eq!(
            (status, answer["code"].as_str()),
            (422, Some("INVALID_REQUEST_BODY")),
            "{body}"
        );
    }
    assert!(sandbox.effects().is_empty());
    let none = json!({"payment_id": "pay_paid_1", "items": null});
    assert_eq!(
        dodo(&sandbox).post("/refunds", &none).answer().1["amount"],
        5000
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn dodo_refunds_for_thirty_days_and_never_a_payment_of_nothing() {
    let sandbox = start().await;
    let free = Payment::captured(Provider::Dodo, "pay_free", 0, "USD", sandbox.now());
    sandbox.add_payment(free);
    let refund = |id: &str| {
        let body = json!({"payment_id": id});
        let (_, answer) = dodo(&sandbox).post("/refunds", &body).answer();
        answer["code"].as_str().map(str::to_owned)
    };
    let zero = "ZERO_AMOUNT_PAYMENT_REFUND_NOT_ALLOWED";
    assert_eq!(refund("pay_free").as_deref(), Some(zero));
    let day = std::time::Duration::from_secs(24 * 3600);
    sandbox.advance(day * 29);
    assert_eq!(refund("pay_paid_1"), None);
    sandbox.advance(day * 2);
    assert_eq!(
        refund("pay_paid_2").as_deref(),
        Some("REFUND_WINDOW_EXPIRED")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn dodo_counts_a_refund_once_it_has_arrived() {
    let mut config = SandboxConfig::default();
    config.complete_after = std::time::Duration::from_secs(60);
    let sandbox = Sandbox::start(config).await.unwrap();
    let client = dodo(&sandbox);
    let body = json!({"payment_id": "pay_paid_1"});
    assert_eq!(
        client.post("/refunds", &body).answer().1["status"],
        "pending"
    );
    let payment = client.get("/payments/pay_paid_1").1;
    assert_eq!(payment["refund_status"], Value::Null);
    assert_eq!(payment["refunds"][0]["status"], "pending");
    sandbox.advance(std::time::Duration::from_secs(60));
    let payment = client.get("/payments/pay_paid_1").1;
    assert_eq!(payment["refund_status"], "full");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_refunds_can_be_asked_for_by_period() {
    let sandbox = start().await;
    let client = dodo(&sandbox);
    let paid = Payment::captured(Provider::Dodo, "pay_old", 900, "USD", 0);
    let paid = paid
        .with_refund("ref_1", 100, None, 0)
        .with_refund("ref_2", 100, None, 86_400_000);
    sandbox.add_payment(paid);
    let ids = |query: &str| {
        let (_, body) = client.get(&["/refunds?", query].concat());
        let items = body["items"].as_array().unwrap().clone();
        items
            .iter()
            .map(|item| item["refund_id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(""), ["ref_1", "ref_2"]);
    assert_eq!(ids("created_at_gte=1970-01-02T00:00:00Z"), ["ref_2"]);
    assert_eq!(ids("created_at_lte=1970-01-01T23:00:00Z"), ["ref_1"]);
    assert_eq!(ids("page_size=1&page_number=1"), ["ref_2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_refunds_can_be_asked_for_by_status_and_customer() {
    let mut config = SandboxConfig::default();
    config.complete_after = std::time::Duration::from_secs(60);
    let sandbox = Sandbox::start(config).await.unwrap();
    let client = dodo(&sandbox);
    for (payment, refund) in [("pay_a", "ref_a"), ("pay_b", "ref_b")] {
        let paid = Payment::captured(Provider::Dodo, payment, 900, "USD", 0);
        sandbox.add_payment(paid.with_refund(refund, 100, None, 0));
    }
    let pending = client
        .post("/refunds", &json!({"payment_id": "pay_paid_1"}))
        .answer()
        .1;
    let pending = pending["refund_id"].as_str().unwrap();
    let ids = |query: &str| {
        let (_, body) = client.get(&["/refunds?", query].concat());
        let items = body["items"].as_array().unwrap().clone();
        let ids = items
            .iter()
            .map(|item| item["refund_id"].as_str().unwrap().to_owned());
        ids.collect::<Vec<_>>()
    };
    assert_eq!(ids("status=succeeded"), ["ref_a", "ref_b"]);
    assert_eq!(ids("status=pending"), [pending]);
    assert_eq!(ids("status=review"), [""; 0]);
    let customer = client.get("/payments/pay_b").1["customer"]["customer_id"].clone();
    let by_customer = ["customer_id=", customer.as_str().unwrap()].concat();
    assert_eq!(ids(&by_customer), ["ref_b"]);
    assert_eq!(ids(&[&by_customer, "&status=pending"].concat()), [""; 0]);
    assert_eq!(ids("subscription_id=sub_1"), [""; 0]);
    assert_eq!(
        ids("status=succeeded&page_size=1&page_number=1"),
        ["ref_b"],
        "pages are of what is wanted"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_that_can_not_be_read_is_no_filter_at_all() {
    let sandbox = start().await;
    for query in [
        "status=done",
        "created_at_gte=yesterday",
        "created_at_lte=1",
        "page_size=many",
        "page_number=-1",
    ] {
        let (status, body) = dodo(&sandbox).get(&["/refunds?", query].concat());
        assert_eq!(
            (status, body["code"].as_str()),
            (400, Some("INVALID_QUERY_PARAMS")),
            "{query}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dodos_summary_of_refunds_counts_those_that_stand() {
    let sandbox = start().await;
    let client = dodo(&sandbox);
    let summary = || {
        let payment = client.get("/payments/pay_paid_1").1;
        let refunds = payment["refunds"].as_array().unwrap().len();
        (payment["refund_status"].clone(), refunds)
    };
    assert_eq!(summary(), (Value::Null, 0), "an empty list is a list");
    sandbox.inject_next(refundkit_sandbox::FaultKind::LateFailure, 1);
    let part = json!({"payment_id": "pay_paid_1", "items": [{"item_id": "pdt_paid_1_1"}]});
    client.post("/refunds", &part).answer();
    assert_eq!(summary(), (json!("partial"), 1));
    sandbox.advance(std::time::Duration::from_secs(3600));
    assert_eq!(summary(), (Value::Null, 1), "it has failed");
    client
        .post("/refunds", &json!({"payment_id": "pay_paid_1"}))
        .answer();
    assert_eq!(summary(), (json!("full"), 2));
}
