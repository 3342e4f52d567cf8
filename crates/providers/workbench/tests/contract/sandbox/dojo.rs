//! Dojo, one version at a time.

use serde_json::json;

use super::visitor::Visitor;

/// A refund that was tried and turned down, which no document has.
pub(super) const PASCAL: (&str, &str) = (
    "'Detail', 'Extensions', 'Status' were unexpected",
    "a refund that was turned down is told in Pascal case, as two integrators have seen it",
);
/// The introduction of each document shows errors with these two fields. From 2024-02-05 on the
/// schema leaves them out, and leaves errors open.
pub(super) const VALIDATION: (&str, &str) = (
    "'errors', 'traceId' were unexpected",
    "the introduction holds, which shows both; the schema of errors is open",
);

pub(super) fn walk(visitor: &mut Visitor) {
    let key = format!("Basic {}", visitor.api_key());
    visitor.set("authorization", &key);
    let refunds = "/payment-intents/pi_paid_1/refunds";
    visitor.new_key("idempotencyKey");
    let body = json!({ "amount": 1000, "refundReason": "Returned", "notes": "by Ada" });
    let refund = visitor.post(refunds, &body);
    let refund = format!(
        "/payment-intents/refunds/{}",
        refund["refundId"].as_str().unwrap()
    );
    visitor.get(&refund);
    visitor.get("/payment-intents/pi_paid_1");
    visitor.complete();
    visitor.get(&refund);
    for id in [
        "pi_paid_1",
        "pi_paid_2",
        "pi_paid_3",
        "pi_auth_1",
        "pi_auth_2",
        "pi_new_1",
    ] {
        visitor.get(&["/payment-intents/", id].concat());
    }
    visitor.new_key("idempotencyKey");
    visitor.post(refunds, &json!({ "amount": 4000 }));
    visitor.get("/payment-intents/pi_paid_1");
    visitor.new_key("idempotencyKey");
    visitor.post(refunds, &json!({ "amount": 1 }));
    visitor.failing(|visitor| {
        visitor.new_key("idempotencyKey");
        let refunds = "/payment-intents/pi_paid_3/refunds";
        let _ = visitor.post(refunds, &json!({ "amount": 1 }));
    });
    visitor.get("/payment-intents/pi_paid_3");
    visitor.post("/payment-intents/pi_auth_1/reversal", &json!({}));
    visitor.get("/payment-intents/pi_auth_1");
    wrong(visitor, refunds);
}

fn wrong(visitor: &mut Visitor, refunds: &str) {
    visitor.new_key("idempotencyKey");
    visitor.post(refunds, &json!({ "amount": "1" }));
    visitor.post(refunds, &json!({ "amount": 1, "sum": 2 }));
    visitor.post("/payment-intents/pi_none/refunds", &json!({ "amount": 1 }));
    visitor.get("/payment-intents/pi_none");
    visitor.get("/payment-intents/refunds/none");
    visitor.in_trouble(|visitor| {
        let _ = visitor.post(
            "/payment-intents/pi_paid_3/refunds",
            &json!({ "amount": 1 }),
        );
    });
    visitor.set("authorization", "Basic sk_sandbox_other");
    visitor.post(refunds, &json!({ "amount": 1 }));
    visitor.get("/payment-intents/pi_paid_1");
}
