//! Payments, refunds and disputes as Dodo shows them: every field that its document requires.

use serde_json::{Value, json};

use crate::call::set;
use crate::clock;
use crate::dispute::{Dispute, DisputeStage, DisputeStatus};
use crate::ledger::{Payment, Progress, Refund, Stage};

const BUSINESS: &str = "bus_sandbox";
const BRAND: &str = "brd_sandbox";

pub(super) fn payment(payment: &Payment, now: i64) -> Value {
    let status = match payment.stage {
        Stage::Created => "processing",
        Stage::Authorized => "requires_capture",
        Stage::PartiallyCaptured => "partially_captured",
        Stage::Captured => "succeeded",
        Stage::Reversed => "cancelled",
        Stage::Failed => "failed",
    };
    // Only what has arrived counts.
    let refund_status = match payment.completed(now) {
        0 => Value::Null,
        settled if settled >= payment.captured => json!("full"),
        _ => json!("partial"),
    };
    let refunds = payment.refunds.iter();
    let refunds: Vec<Value> = refunds.map(|one| listed(payment, one, now)).collect();
    let disputes = payment.disputes.iter();
    let disputes: Vec<Value> = disputes.map(|one| disputed(payment, one)).collect();
    let items = payment.items.iter();
    let cart: Vec<Value> = items
        .map(|item| json!({"product_id": item.id, "quantity": 1}))
        .collect();
    json!({
        "payment_id": payment.id, "business_id": BUSINESS, "brand_id": BRAND, "status": status,
        "total_amount": payment.authorized, "currency": payment.currency, "tax": null,
        "settlement_amount": payment.authorized, "settlement_currency": payment.settled_in,
        "refund_status": refund_status, "refunds": refunds, "disputes": disputes,
        "created_at": clock::show(payment.created_at), "customer": customer(payment),
        "billing": {"country": "GB", "city": null, "state": null, "street": null, "zipcode": null},
        "product_cart": cart, "digital_products_delivered": false, "metadata": {},
        "payment_method": "card", "subscription_id": null,
    })
}

pub(super) fn line_items(payment: &Payment, now: i64) -> Value {
    let items = payment.items.iter();
    let items: Vec<Value> = items
        .map(|item| {
            json!({"items_id": item.id, "amount": item.amount, "tax": item.tax,
                "refundable_amount": payment.item_left(item, now), "name": item.id})
        })
        .collect();
    json!({"currency": payment.currency, "items": items})
}

/// A refund alone. It has its `brand_id` since 1.106.1, and since then official clients require it;
/// 1.86.0 and 1.102.0 don't know the field, and take what they don't know.
pub(super) fn refund(payment: &Payment, refund: &Refund, now: i64) -> Value {
    let metadata = refund.metadata.as_object().cloned().unwrap_or_default();
    let mut answer = listed(payment, refund, now);
    set(&mut answer, "brand_id", BRAND);
    set(&mut answer, "metadata", metadata);
    set(&mut answer, "customer", customer(payment));
    answer
}

/// A refund among others, which has no customer, no metadata and no `brand_id`.
pub(super) fn listed(payment: &Payment, refund: &Refund, now: i64) -> Value {
    json!({
        "refund_id": refund.id, "payment_id": payment.id, "business_id": BUSINESS,
        "status": status(refund, now), "created_at": clock::show(refund.created_at),
        "is_partial": refund.amount < payment.captured,
        "amount": refund.amount, "reason": refund.reason,
        "currency": refund.currency.as_ref().unwrap_or(&payment.currency),
    })
}

pub(super) fn status(refund: &Refund, now: i64) -> &'static str {
    match refund.progress(now) {
        Progress::Pending => "pending",
        Progress::Succeeded => "succeeded",
        Progress::Failed => "failed",
    }
}

/// Every payment has a customer of its own.
pub(super) fn customer_id(payment: &Payment) -> String {
    let name = payment.id.strip_prefix("pay_").unwrap_or(&payment.id);
    ["cus_", name].concat()
}

fn customer(payment: &Payment) -> Value {
    json!({"customer_id": customer_id(payment), "name": "Ada Sandbox",
        "email": "sandbox@example.com", "phone_number": null, "metadata": {}})
}

/// The amount is a text. That it counts minor units, as all others do, isn't written down anywhere.
fn disputed(payment: &Payment, dispute: &Dispute) -> Value {
    let status = match dispute.status {
        DisputeStatus::Opened => "dispute_opened",
        DisputeStatus::Expired => "dispute_expired",
        DisputeStatus::Accepted => "dispute_accepted",
        DisputeStatus::Cancelled => "dispute_cancelled",
        DisputeStatus::Challenged => "dispute_challenged",
        DisputeStatus::Won => "dispute_won",
        DisputeStatus::Lost => "dispute_lost",
    };
    let stage = match dispute.stage {
        DisputeStage::PreDispute => "pre_dispute",
        DisputeStage::Dispute => "dispute",
        DisputeStage::PreArbitration => "pre_arbitration",
    };
    json!({
        "dispute_id": dispute.id, "payment_id": payment.id, "business_id": BUSINESS,
        "amount": dispute.amount.to_string(), "currency": payment.currency,
        "dispute_status": status, "dispute_stage": stage,
        "created_at": clock::show(dispute.created_at), "remarks": null,
    })
}
