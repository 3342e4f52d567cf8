//! Mollie.

use serde_json::{Value, json};

use super::visitor::Visitor;

const REFUNDS: &str = "/v2/payments/tr_paid_1/refunds";

pub(super) fn walk(visitor: &mut Visitor) {
    let key = format!("Bearer {}", visitor.api_key());
    visitor.set("authorization", &key);
    let look = |visitor: &mut Visitor| {
        for id in [
            "paid_1", "paid_2", "part_1", "jpy_1", "auth_1", "new_1", "failed_1",
        ] {
            visitor.get(&["/v2/payments/tr_", id].concat());
        }
    };
    look(visitor);
    let refund = again(visitor, REFUNDS, &euros("15.00"));
    let refund = [REFUNDS, "/", refund["id"].as_str().unwrap()].concat();
    visitor.get(&refund);
    visitor.complete();
    visitor.get(&refund);
    let mut with_metadata = euros("25.00");
    with_metadata["metadata"] = json!({ "token": "t" });
    again(visitor, REFUNDS, &with_metadata);
    visitor.get(&[REFUNDS, "?limit=1"].concat());
    visitor.get(REFUNDS);
    visitor.get("/v2/payments/tr_part_1/refunds");
    visitor.failing(|visitor| {
        again(visitor, "/v2/payments/tr_part_1/refunds", &euros("1.00"));
    });
    visitor.get("/v2/payments/tr_part_1/refunds");
    visitor.post("/v2/payments/tr_auth_1/release-authorization", &json!({}));
    visitor.delete("/v2/payments/tr_new_1");
    look(visitor);
    wrong(visitor);
}

fn wrong(visitor: &mut Visitor) {
    let part = "/v2/payments/tr_part_1/refunds";
    for body in [
        euros("10"),
        euros("99.00"),
        json!({}),
        json!({ "sum": 1 }),
        json!({ "amount": { "value": "1.00", "currency": "EUR" } }),
    ] {
        again(visitor, part, &body);
    }
    for _ in 0..2 {
        again(visitor, part, &euros("2.00"));
    }
    visitor.post(part, &euros("3.00"));
    again(visitor, "/v2/payments/tr_none/refunds", &euros("1.00"));
    visitor.get("/v2/payments/tr_none");
    visitor.get("/v2/payments/tr_paid_1/refunds/re_none");
    visitor.get(&[REFUNDS, "?limit=251"].concat());
    visitor.delete("/v2/payments/tr_paid_1");
    visitor.in_trouble(|visitor| {
        again(visitor, part, &euros("4.00"));
    });
    visitor.set("authorization", "Bearer test_other");
    visitor.get("/v2/payments/tr_paid_1");
}

fn again(visitor: &mut Visitor, path: &str, body: &Value) -> Value {
    visitor.new_key("idempotency-key");
    visitor.post(path, body)
}

fn euros(value: &str) -> Value {
    json!({ "amount": { "value": value, "currency": "EUR" }, "description": "Order 7" })
}
