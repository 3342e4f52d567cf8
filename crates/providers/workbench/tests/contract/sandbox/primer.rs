//! Primer, version 2.4.

use serde_json::json;

use super::visitor::Visitor;

/// The document as published requires of a transaction what its own schema doesn't have, and wants
/// times in a form that its own examples don't have.
pub(super) const OTHERWISE: &[(&str, &str)] = &[
    ("\"id\" is a required", SCHEMA),
    ("\"processor\" is a required", SCHEMA),
    ("\"type\" is a required", SCHEMA),
    ("\"status\" is a required", SCHEMA),
    (
        "is not a \"date-time\"",
        "the corrected document holds: times have no zone, as in every example",
    ),
];
const SCHEMA: &str =
    "the corrected document holds: the properties of a transaction have other names";

pub(super) fn walk(visitor: &mut Visitor) {
    let key = visitor.api_key();
    visitor.set("x-api-key", &key);
    visitor.set("x-api-version", "2.4");
    for id in [
        "paid_1", "paid_2", "part_1", "auth_1", "jpy_1", "kwd_1", "failed_1",
    ] {
        visitor.get(&["/payments/prim_", id].concat());
    }
    let refund = "/payments/prim_paid_1/refund";
    visitor.new_key("x-idempotency-key");
    let part = json!({ "amount": 1000, "orderId": "r-1", "reason": "Returned" });
    visitor.post(refund, &part);
    visitor.post(refund, &part);
    visitor.complete();
    visitor.get("/payments/prim_paid_1");
    visitor.new_key("x-idempotency-key");
    visitor.post(refund, &json!({}));
    visitor.new_key("x-idempotency-key");
    visitor.post(refund, &json!({}));
    visitor.failing(|visitor| {
        visitor.new_key("x-idempotency-key");
        let _ = visitor.post("/payments/prim_jpy_1/refund", &json!({ "amount": 1 }));
    });
    visitor.get("/payments/prim_jpy_1");
    visitor.new_key("x-idempotency-key");
    visitor.post("/payments/prim_auth_1/cancel", &json!({}));
    visitor.get("/payments/prim_auth_1");
    wrong(visitor, refund);
}

fn wrong(visitor: &mut Visitor, refund: &str) {
    visitor.new_key("x-idempotency-key");
    visitor.post(refund, &json!({ "amount": "1" }));
    visitor.post(refund, &json!({ "sum": 1 }));
    visitor.post("/payments/prim_kwd_1/refund", &json!({ "amount": 25_001 }));
    visitor.post("/payments/prim_failed_1/refund", &json!({}));
    visitor.post("/payments/prim_none/refund", &json!({}));
    visitor.get("/payments/prim_none");
    visitor.in_trouble(|visitor| {
        let _ = visitor.post("/payments/prim_kwd_1/refund", &json!({}));
    });
    visitor.set("x-api-key", "sk_sandbox_other");
    visitor.get("/payments/prim_paid_1");
}
