//! Dodo Payments.

use refundkit_sandbox::{DisputeStage, DisputeStatus, Provider};
use serde_json::json;

use super::visitor::Visitor;

/// The published changes and the official SDKs have `brand_id` in a refund, as a required field,
/// since 1.106.1. Both documents are older; they take what they don't know.
pub(super) const OTHERWISE: &[(&str, &str)] = &[(
    "'brand_id' was unexpected",
    "a refund has it and must have it since 1.106.1, say the official SDKs; both documents are older and leave refunds open",
)];

pub(super) fn walk(visitor: &mut Visitor) {
    let key = format!("Bearer {}", visitor.api_key());
    visitor.set("authorization", &key);
    for id in [
        "paid_1", "paid_3", "jpy_1", "kwd_1", "fx_1", "auth_1", "failed_1",
    ] {
        visitor.get(&["/payments/pay_", id].concat());
    }
    let part = json!({
        "payment_id": "pay_paid_1", "currency": "USD", "reason": "Returned",
        "items": [{ "item_id": "pdt_paid_1_1", "amount": 1000 }], "metadata": { "token": "t" },
    });
    let refund = visitor.post("/refunds", &part);
    let refund = format!("/refunds/{}", refund["refund_id"].as_str().unwrap());
    let look = |visitor: &mut Visitor| {
        visitor.get(&refund);
        visitor.get("/payments/pay_paid_1");
        visitor.get("/refunds");
    };
    look(visitor);
    visitor.post("/refunds", &part);
    visitor.complete();
    look(visitor);
    visitor.post("/refunds", &json!({ "payment_id": "pay_paid_1" }));
    visitor.complete();
    look(visitor);
    visitor.get("/payments/pay_paid_1/line-items");
    visitor.failing(|visitor| {
        let _ = visitor.post("/refunds", &json!({ "payment_id": "pay_jpy_1" }));
    });
    visitor.get("/payments/pay_jpy_1");
    disputed(visitor);
    visitor.get("/refunds?status=failed");
    visitor.get("/refunds?customer_id=cus_paid_1&page_size=1&page_number=1");
    wrong(visitor);
}

fn disputed(visitor: &mut Visitor) {
    let dispute = visitor.sandbox.dispute(Provider::Dodo, "pay_fx_1", 500);
    let dispute = dispute.unwrap();
    visitor.get("/payments/pay_fx_1");
    for (stage, status) in [
        (DisputeStage::PreDispute, DisputeStatus::Cancelled),
        (DisputeStage::Dispute, DisputeStatus::Expired),
        (DisputeStage::Dispute, DisputeStatus::Accepted),
        (DisputeStage::Dispute, DisputeStatus::Challenged),
        (DisputeStage::PreArbitration, DisputeStatus::Won),
        (DisputeStage::PreArbitration, DisputeStatus::Lost),
    ] {
        visitor
            .sandbox
            .decide_dispute(&dispute, stage, status)
            .unwrap();
        visitor.get("/payments/pay_fx_1");
    }
}

fn wrong(visitor: &mut Visitor) {
    visitor.post("/refunds", &json!({}));
    visitor.post("/refunds", &json!({ "payment_id": "pay_failed_1" }));
    visitor.post("/refunds", &json!({ "payment_id": "pay_none" }));
    visitor.get("/payments/pay_none");
    visitor.get("/refunds/ref_none");
    visitor.get("/refunds?page_size=many");
    visitor.in_trouble(|visitor| {
        let _ = visitor.post("/refunds", &json!({ "payment_id": "pay_kwd_1" }));
    });
    visitor.set("authorization", "Bearer sk_sandbox_other");
    visitor.get("/payments/pay_paid_1");
}
