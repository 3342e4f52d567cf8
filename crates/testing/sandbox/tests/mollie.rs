//! The simulated Mollie, over plain HTTP.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod common;

use common::{mollie, start_all};
use serde_json::{Value, json};

const REFUNDS: &str = "/v2/payments/tr_paid_1/refunds";

fn euros(value: &str) -> Value {
    json!({"amount": {"value": value, "currency": "EUR"}, "description": "Order 7"})
}

#[tokio::test(flavor = "multi_thread")]
async fn mollie_refunds_add_up_and_stop_at_what_was_paid() {
    let sandbox = start_all().await;
    let client = mollie(&sandbox);
    let (status, refund) = client.post(REFUNDS, &euros("15.00")).answer();
    assert_eq!(
        (status, &refund["amount"]),
        (201, &json!({"value": "15.00", "currency": "EUR"}))
    );
    let client = client.with("idempotency-key", "k2");
    let (status, answer) = client.post(REFUNDS, &euros("25.01")).answer();
    assert_eq!((status, answer["field"].as_str()), (422, Some("amount")));
    assert_eq!(client.post(REFUNDS, &euros("25.00")).answer().0, 201);
    let (_, payment) = client.get("/v2/payments/tr_paid_1");
    assert_eq!(
        (
            payment["status"].as_str(),
            payment["amountRefunded"]["value"].as_str(),
            payment["amountRemaining"]["value"].as_str()
        ),
        (Some("paid"), Some("40.00"), Some("0.00"))
    );
    let sums: Vec<i64> = sandbox.effects().iter().map(|e| e.amount.minor).collect();
    assert_eq!(sums, [1500, 2500]);
    let path = format!("{REFUNDS}/{}", refund["id"].as_str().unwrap());
    assert_eq!(client.get(&path).1["status"], "refunded");
}

#[tokio::test(flavor = "multi_thread")]
async fn mollie_repeats_the_answer_of_a_key_and_refuses_twins() {
    let sandbox = start_all().await;
    let client = mollie(&sandbox);
    let first = client.post(REFUNDS, &euros("1.00")).answer();
    assert_eq!(client.post(REFUNDS, &euros("1.00")).answer(), first);
    assert_eq!(client.post(REFUNDS, &euros("2.00")).answer().0, 400);
    let client = client.with("idempotency-key", "k2");
    assert_eq!(
        client.post(REFUNDS, &euros("1.00")).answer().0,
        409,
        "an identical one, at once"
    );
    sandbox.advance(std::time::Duration::from_secs(1));
    assert_eq!(client.post(REFUNDS, &euros("1.00")).answer().0, 201);
    assert_eq!(sandbox.effects().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn mollie_reads_major_units_exactly() {
    let sandbox = start_all().await;
    let client = mollie(&sandbox);
    for value in ["10", "10.0", "10.001", "-1.00", "0.00", "1e1", ""] {
        let (status, answer) = client.post(REFUNDS, &euros(value)).answer();
        assert_eq!(
            (status, answer["field"].as_str()),
            (422, Some("amount.value")),
            "{value}"
        );
    }
    let yen = json!({"amount": {"value": "7000", "currency": "JPY"}, "description": "Order 8"});
    assert_eq!(client.post(REFUNDS, &yen).answer().0, 422, "paid in euros");
    let (status, _) = client.post("/v2/payments/tr_jpy_1/refunds", &yen).answer();
    assert_eq!(status, 201);
    assert_eq!(sandbox.effects()[0].amount.minor, 7000);
}

#[tokio::test(flavor = "multi_thread")]
async fn mollie_refuses_what_is_not_paid_or_not_known() {
    let sandbox = start_all().await;
    let client = mollie(&sandbox);
    for (path, body, status) in [
        ("/v2/payments/tr_none/refunds", euros("1.00"), 404),
        ("/v2/payments/tr_auth_1/refunds", euros("1.00"), 422),
        ("/v2/payments/tr_failed_1/refunds", euros("1.00"), 422),
        ("/v2/payments/tr_part_1/refunds", euros("50.01"), 422),
        (REFUNDS, json!({"amount": 100}), 422),
        (REFUNDS, json!({}), 422),
        (REFUNDS, json!({"sum": 1}), 422),
    ] {
        assert_eq!(client.post(path, &body).answer().0, status, "{path} {body}");
    }
    let silent = json!({"amount": {"value": "1.00", "currency": "EUR"}});
    for description in [Value::Null, json!(7), json!("x".repeat(256))] {
        let mut wrong = euros("1.00");
        wrong["description"] = description;
        for body in [&silent, &wrong] {
            let (status, answer) = client.post(REFUNDS, body).answer();
            assert_eq!(
                (status, &answer["field"]),
                (422, &json!("description")),
                "{body}"
            );
        }
    }
    let stranger = client.with("authorization", "Bearer live_x");
    assert_eq!(stranger.get("/v2/payments/tr_paid_1").0, 401);
    assert!(sandbox.effects().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn mollie_lets_go_of_what_is_held() {
    let sandbox = start_all().await;
    let client = mollie(&sandbox);
    let release = "/v2/payments/tr_auth_1/release-authorization";
    assert_eq!(client.post(release, &json!({})).answer().0, 202);
    assert_eq!(
        client.post(release, &json!({})).answer().0,
        422,
        "once only"
    );
    assert_eq!(client.get("/v2/payments/tr_auth_1").1["status"], "canceled");
    assert_eq!(
        client.delete("/v2/payments/tr_new_1").1["status"],
        "canceled"
    );
    assert_eq!(client.delete("/v2/payments/tr_paid_1").0, 422);
    let effects = sandbox.effects();
    assert_eq!((effects.len(), effects[0].kind), (1, "reversal"));
}

#[tokio::test(flavor = "multi_thread")]
async fn mollie_lists_the_newest_first_with_a_link_to_the_rest() {
    let sandbox = start_all().await;
    let client = mollie(&sandbox);
    for value in ["1.00", "2.00", "3.00"] {
        let client = client.with("idempotency-key", value);
        assert_eq!(client.post(REFUNDS, &euros(value)).answer().0, 201);
    }
    let (_, page) = client.get(&format!("{REFUNDS}?limit=2"));
    assert_eq!(page["count"], 2);
    let first = &page["_embedded"]["refunds"][0]["amount"]["value"];
    assert_eq!(first, "3.00");
    let next = page["_links"]["next"]["href"].as_str().unwrap();
    let base = sandbox.addresses().mollie.clone().unwrap();
    let (_, page) = client.get(next.strip_prefix(&base).unwrap());
    assert_eq!(
        (page["count"].as_i64(), &page["_links"]["next"]),
        (Some(1), &Value::Null)
    );
    assert_eq!(page["_embedded"]["refunds"][0]["amount"]["value"], "1.00");
}
