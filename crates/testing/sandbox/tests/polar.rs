//! The simulated Polar, over plain HTTP.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::time::Duration;

use common::{Client, polar, start_all};
use refundkit_sandbox::{Sandbox, SandboxConfig};
use serde_json::{Value, json};

const REFUNDS: &str = "/v1/refunds/";

fn of(order: &str, amount: i64) -> Value {
    json!({"order_id": order, "reason": "customer_request", "amount": amount})
}

fn sums(sandbox: &Sandbox) -> Vec<i64> {
    sandbox.effects().iter().map(|e| e.amount.minor).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn polar_refunds_add_up_and_stop_at_what_was_paid() {
    let sandbox = start_all().await;
    let client = polar(&sandbox);
    let mut first = of("ord_paid_1", 1_500);
    first["metadata"] = json!({"refund": "r 1", "try": 1, "test": true});
    first["comment"] = json!("broken");
    let (status, refund) = client.post(REFUNDS, &first).answer();
    assert_eq!(
        (
            status,
            refund["status"].as_str(),
            refund["currency"].as_str()
        ),
        (201, Some("succeeded"), Some("usd"))
    );
    assert_eq!(
        (refund["amount"].as_i64(), refund["tax_amount"].as_i64()),
        (Some(1_500), Some(0))
    );
    assert_eq!(refund["metadata"], first["metadata"]);
    assert_eq!(refund["reason"], "customer_request");
    assert_eq!(refund["revoke_benefits"], false);
    let (status, answer) = client.post(REFUNDS, &of("ord_paid_1", 3_001)).answer();
    assert_eq!(
        (status, &answer["detail"][0]["loc"]),
        (422, &json!(["body", "amount"]))
    );
    let (_, order) = client.get("/v1/orders/ord_paid_1");
    assert_eq!(
        (order["status"].as_str(), order["refunded_amount"].as_i64()),
        (Some("partially_refunded"), Some(1_500))
    );
    assert_eq!(
        client.post(REFUNDS, &of("ord_paid_1", 3_000)).answer().0,
        201
    );
    let (status, answer) = client.post(REFUNDS, &of("ord_paid_1", 1)).answer();
    assert_eq!(
        (status, answer["error"].as_str()),
        (403, Some("RefundedAlready"))
    );
    assert!(answer["detail"].is_string());
    let (_, order) = client.get("/v1/orders/ord_paid_1");
    assert_eq!(
        (order["status"].as_str(), order["paid"].as_bool()),
        (Some("refunded"), Some(true))
    );
    assert_eq!(sums(&sandbox), [1_500, 3_000]);
}

#[tokio::test(flavor = "multi_thread")]
async fn polar_knows_no_keys() {
    let sandbox = start_all().await;
    let client = polar(&sandbox).with("idempotency-key", "k1");
    let body = of("ord_paid_1", 1_000);
    let (_, first) = client.post(REFUNDS, &body).answer();
    let (status, second) = client.post(REFUNDS, &body).answer();
    assert_eq!(status, 201);
    assert_ne!(
        first["id"], second["id"],
        "the same request is a second refund"
    );
    assert_eq!(first["id"].as_str().unwrap().len(), 36, "a UUID");
    assert_eq!(sums(&sandbox), [1_000, 1_000]);
    assert!(sandbox.effects().iter().all(|effect| effect.key.is_none()));
}

#[tokio::test(flavor = "multi_thread")]
async fn polar_returns_the_tax_on_top() {
    let sandbox = start_all().await;
    let client = polar(&sandbox);
    let (_, order) = client.get("/v1/orders/ord_tax_1");
    let amounts = [
        "subtotal_amount",
        "discount_amount",
        "net_amount",
        "tax_amount",
        "total_amount",
    ];
    assert_eq!(
        amounts.map(|name| order[name].as_i64().unwrap()),
        [9_000, 0, 9_000, 720, 9_720]
    );
    // The tax is 8 %: 1.05 carry 0.084.
    for (amount, tax) in [(400, 32), (105, 8), (105, 8), (8_390, 672)] {
        let (status, refund) = client.post(REFUNDS, &of("ord_tax_1", amount)).answer();
        assert_eq!(
            (
                status,
                refund["amount"].as_i64(),
                refund["tax_amount"].as_i64()
            ),
            (201, Some(amount), Some(tax))
        );
    }
    let (_, order) = client.get("/v1/orders/ord_tax_1");
    assert_eq!(
        (
            order["status"].as_str(),
            order["refunded_amount"].as_i64(),
            order["refunded_tax_amount"].as_i64()
        ),
        (Some("refunded"), Some(9_000), Some(720)),
        "the last takes the tax that is left"
    );
    let effects = sandbox.effects();
    assert_eq!(sums(&sandbox), [400, 105, 105, 8_390], "net, as asked for");
    let taxes = effects.iter().map(|e| e.tax.as_ref().unwrap().minor);
    assert_eq!(taxes.sum::<i64>(), 720);
    let admin = Client::new(&sandbox.addresses().admin, &[]);
    let (_, effects) = admin.get("/effects");
    assert_eq!(effects[0]["tax"], json!({"minor": 32, "currency": "USD"}));
    let (_, payments) = admin.get("/payments");
    let find = |id| {
        let payments = payments.as_array().unwrap();
        payments.iter().find(|p| p["payment"] == id).unwrap()
    };
    let shown = find("ord_tax_1");
    assert_eq!(
        (
            shown["captured"]["minor"].as_i64(),
            shown["tax"]["minor"].as_i64()
        ),
        (Some(9_000), Some(720))
    );
    assert_eq!(shown["refunded_tax"]["minor"], 720);
    assert_eq!(find("ord_paid_1").get("tax"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn polar_never_returns_more_tax_than_was_taken() {
    let sandbox = start_all().await;
    let admin = Client::new(&sandbox.addresses().admin, &[]);
    let money = |minor: i64| json!({"minor": minor, "currency": "USD"});
    let new = json!({"provider": "polar", "payment": "ord_five", "authorized": money(5), "tax": money(3)});
    assert_eq!(admin.post("/payments", &new).answer().0, 201);
    let client = polar(&sandbox);
    let taxes = [(); 5].map(|()| {
        let (_, refund) = client.post(REFUNDS, &of("ord_five", 1)).answer();
        refund["tax_amount"].as_i64().unwrap()
    });
    assert_eq!(taxes, [1, 1, 1, 0, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn polar_counts_a_refund_in_the_order_once_it_has_arrived() {
    let mut config = SandboxConfig::default();
    config.more_providers = true;
    config.complete_after = Duration::from_secs(60);
    let sandbox = Sandbox::start(config).await.unwrap();
    let client = polar(&sandbox);
    let (_, refund) = client.post(REFUNDS, &of("ord_paid_1", 4_500)).answer();
    assert_eq!(
        (refund["status"].as_str(), &refund["modified_at"]),
        (Some("pending"), &Value::Null)
    );
    let order = || client.get("/v1/orders/ord_paid_1").1;
    assert_eq!(
        (
            order()["status"].as_str(),
            order()["refunded_amount"].as_i64()
        ),
        (Some("paid"), Some(0))
    );
    let (status, answer) = client.post(REFUNDS, &of("ord_paid_1", 1)).answer();
    assert_eq!(
        (status, answer["error"].as_str()),
        (403, Some("RefundedAlready")),
        "on its way is gone too"
    );
    sandbox.advance(Duration::from_secs(61));
    assert_eq!(order()["status"], "refunded");
    let id = refund["id"].as_str().unwrap();
    let (_, page) = client.get(&format!("{REFUNDS}?id={id}"));
    assert_eq!(page["items"][0]["status"], "succeeded");
    assert!(page["items"][0]["modified_at"].is_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn polar_refuses_what_is_not_paid_or_not_understood() {
    let sandbox = start_all().await;
    let client = polar(&sandbox);
    for order in ["ord_new_1", "ord_void_1"] {
        let (status, answer) = client.post(REFUNDS, &of(order, 100)).answer();
        assert_eq!(
            (status, answer["error"].as_str()),
            (404, Some("RefundUnknownPayment"))
        );
    }
    let status = |order: &str| client.get(&format!("/v1/orders/{order}")).1["status"].clone();
    assert_eq!(
        [status("ord_new_1"), status("ord_void_1")],
        ["pending", "void"]
    );
    let long = "x".repeat(501);
    let many: serde_json::Map<String, Value> =
        (0..51).map(|n| (format!("k{n}"), json!(n))).collect();
    for (field, value, kind) in [
        ("order_id", json!("ord_none"), "value_error"),
        ("order_id", Value::Null, "missing"),
        ("reason", json!("requested_by_customer"), "enum"),
        ("reason", json!("dispute_prevention"), "enum"),
        ("reason", Value::Null, "missing"),
        ("amount", Value::Null, "missing"),
        ("amount", json!("100"), "int_type"),
        ("amount", json!(1.5), "int_type"),
        ("amount", json!(0), "greater_than"),
        ("amount", json!(-1), "greater_than"),
        ("comment", json!(1), "string_type"),
        ("revoke_benefits", json!("yes"), "bool_type"),
        ("currency", json!("usd"), "extra_forbidden"),
        ("metadata", json!("x"), "value_error"),
        ("metadata", json!({"k": long}), "value_error"),
        ("metadata", json!({"k": ""}), "value_error"),
        ("metadata", json!({"k": {}}), "value_error"),
        ("metadata", json!({"x".repeat(41): "v"}), "value_error"),
        ("metadata", Value::Object(many), "value_error"),
    ] {
        let mut body = of("ord_paid_1", 100);
        let fields = body.as_object_mut().unwrap();
        if value.is_null() {
            fields.remove(field);
        } else {
            fields.insert(field.to_owned(), value);
        }
        let (status, answer) = client.post(REFUNDS, &body).answer();
        let problem = &answer["detail"][0];
        assert_eq!(
            (status, problem["type"].as_str(), &problem["loc"]),
            (422, Some(kind), &json!(["body", field])),
            "{body}"
        );
    }
    let longest = json!({"x".repeat(40): "x".repeat(500)});
    let mut body = of("ord_paid_1", 100);
    body["metadata"] = longest;
    assert_eq!(client.post(REFUNDS, &body).answer().0, 201);
    assert_eq!(
        client.post("/v1/refunds", &body).answer().0,
        404,
        "no slash"
    );
    assert_eq!(client.get("/v1/orders/ord_none").0, 404);
    let stranger = client.with("authorization", "Bearer sk_test_x");
    assert_eq!(stranger.get("/v1/orders/ord_paid_1").0, 401);
    assert_eq!(sums(&sandbox), [100]);
}

#[tokio::test(flavor = "multi_thread")]
async fn polar_lists_the_newest_first_and_counts_them_all() {
    let sandbox = start_all().await;
    let client = polar(&sandbox);
    for amount in [1, 2, 3] {
        assert_eq!(
            client.post(REFUNDS, &of("ord_paid_1", amount)).answer().0,
            201
        );
    }
    assert_eq!(client.post(REFUNDS, &of("ord_paid_2", 9)).answer().0, 201);
    let page = |query: &str| client.get(&format!("{REFUNDS}?{query}")).1;
    let amounts = |page: &Value| -> Vec<i64> {
        let items = page["items"].as_array().unwrap().iter();
        items.map(|item| item["amount"].as_i64().unwrap()).collect()
    };
    let first = page("order_id=ord_paid_1&limit=2");
    assert_eq!(amounts(&first), [3, 2]);
    assert_eq!(
        first["pagination"],
        json!({"total_count": 3, "max_page": 2})
    );
    assert_eq!(amounts(&page("order_id=ord_paid_1&limit=2&page=2")), [1]);
    let beyond = page("order_id=ord_paid_1&limit=2&page=3");
    assert_eq!(beyond["items"], json!([]));
    assert_eq!(amounts(&page("")), [9, 3, 2, 1], "of all orders");
    assert_eq!(amounts(&page("order_id=ord_none")), [0; 0]);
    let id = first["items"][1]["id"].as_str().unwrap();
    assert_eq!(amounts(&page(&format!("id={id}"))), [2]);
    for query in ["limit=0", "page=0", "page=x"] {
        let (status, answer) = client.get(&format!("{REFUNDS}?{query}"));
        assert_eq!(
            (status, &answer["detail"][0]["loc"][0]),
            (422, &json!("query"))
        );
    }
    assert_eq!(client.get(&format!("{REFUNDS}?limit=1000")).0, 200);
}
