//! Payments and refunds as Mollie shows them: every field that its document requires.

use serde_json::{Value, json};

use crate::call::{Call, set};
use crate::clock;
use crate::ledger::{Payment, Progress, Refund, Stage};
use crate::major;

/// A refund alone, which links to its documentation.
pub(super) fn refund(call: &Call, payment: &Payment, refund: &Refund, now: i64) -> Value {
    let mut answer = listed(call, payment, refund, now);
    if let Some(links) = answer.get_mut("_links") {
        set(links, "documentation", documentation());
    }
    answer
}

/// A refund among others.
pub(super) fn listed(call: &Call, payment: &Payment, refund: &Refund, now: i64) -> Value {
    let status = match refund.progress(now) {
        Progress::Pending => "pending",
        Progress::Succeeded => "refunded",
        Progress::Failed => "failed",
    };
    let path = path(payment);
    json!({
        "resource": "refund", "id": refund.id, "mode": "test", "status": status,
        "paymentId": payment.id, "amount": money(payment, refund.amount),
        "description": refund.reason.as_deref().unwrap_or_default(), "metadata": refund.metadata,
        "createdAt": clock::show(refund.created_at),
        "_links": {
            "self": link(call, &[&path, "/refunds/", &refund.id].concat()),
            "payment": link(call, &path),
        },
    })
}

pub(super) fn payment(call: &Call, payment: &Payment, now: i64) -> Value {
    let status = match payment.stage {
        Stage::Created => "open",
        Stage::Authorized => "authorized",
        Stage::PartiallyCaptured | Stage::Captured => "paid",
        Stage::Reversed => "canceled",
        Stage::Failed => "failed",
    };
    let path = path(payment);
    let mut answer = json!({
        "resource": "payment", "id": payment.id, "mode": "test", "status": status,
        "description": format!("Order {}", payment.id), "method": "creditcard",
        "profileId": "pfl_sandbox", "sequenceType": "oneoff",
        "amount": money(payment, payment.authorized), "createdAt": clock::show(payment.created_at),
        "captureMode": if payment.manual { "manual" } else { "automatic" },
        "isCancelable": matches!(payment.stage, Stage::Created | Stage::Authorized),
        "metadata": null,
        "_links": {
            "self": link(call, &path),
            "dashboard": {"href": call.url("/dashboard"), "type": "text/html"},
            "documentation": documentation(),
        },
    });
    if payment.captured > 0 {
        for (name, minor) in [
            ("amountCaptured", payment.captured),
            ("amountRefunded", payment.refunded(now)),
            ("amountRemaining", payment.left(now)),
        ] {
            set(&mut answer, name, money(payment, minor));
        }
    }
    answer
}

/// Where something else of this interface is found.
pub(super) fn link(call: &Call, path: &str) -> Value {
    json!({"href": call.url(path), "type": "application/hal+json"})
}

pub(super) fn documentation() -> Value {
    json!({"href": "https://docs.mollie.com/reference", "type": "text/html"})
}

fn path(payment: &Payment) -> String {
    ["/v2/payments/", &payment.id].concat()
}

fn money(payment: &Payment, minor: i64) -> Value {
    json!({"value": major::write(minor, &payment.currency), "currency": payment.currency})
}
