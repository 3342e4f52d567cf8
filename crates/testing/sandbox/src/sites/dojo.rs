//! Dojo: payment intents, refunds and reversals, versions 2022-01-03 to 2026-02-27.

use serde_json::{Value, json};

use crate::call::{Call, Reply, set};
use crate::clock;
use crate::ledger::{Payment, Progress, Provider, Stage};
use crate::world::{NewRefund, World};

const VERSIONS: [&str; 5] = [
    "2022-01-03",
    "2022-04-07",
    "2024-02-05",
    "2025-09-10",
    "2026-02-27",
];
/// The text of a refund that was tried and turned down.
const REFUND_FAILED: &str = "Your refund request was not successful. Status: Failed.";

pub(crate) fn handle(world: &mut World, call: &Call) -> Reply {
    let expected = ["Basic ", &world.api_key].concat();
    if call.header("authorization") != Some(expected.as_str()) {
        return problem(401, "Authentication is required.");
    }
    let Some(version) = call.header("version").filter(|v| VERSIONS.contains(v)) else {
        return validation("version", "The version field is required.");
    };
    let old = version == "2022-01-03";
    match (call.method.as_str(), call.segments().as_slice()) {
        ("POST", ["payment-intents", id, "refunds"]) => refund(world, call, id, old),
        ("POST", ["payment-intents", id, "reversal"]) => reversal(world, id, version),
        ("GET", ["payment-intents", "refunds", id]) => refund_status(world, id, old),
        ("GET", ["payment-intents", id]) => intent(world, call, id, version),
        _ => problem(404, "Not found."),
    }
}

fn refund(world: &mut World, call: &Call, id: &str, old: bool) -> Reply {
    let Some(key) = call.header("idempotencykey").filter(|key| key.len() <= 100) else {
        return validation("idempotencyKey", "The idempotencyKey field is required.");
    };
    let Some(body) = call.json() else {
        return validation("body", "The body is not valid JSON.");
    };
    if let Some(unknown) = body.keys().find(|name| {
        !["amount", "refundReason", "notes", "previousTransactionId"].contains(&name.as_str())
    }) {
        return validation(unknown, "The field is not known.");
    }
    let Some(amount) = body
        .get("amount")
        .and_then(Value::as_i64)
        .filter(|amount| *amount > 0)
    else {
        return validation(
            "amount",
            "The amount field must be a positive whole number.",
        );
    };
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
    for (name, limit) in [("refundReason", 1024), ("notes", 4096)] {
        if text(name).is_some_and(|text| text.chars().count() > limit) {
            return validation(name, "The field is too long.");
        }
    }
    let scope = [id, " ", key].concat();
    if let Some((earlier, reply)) = world.remembered(Provider::Dojo, &scope) {
        if *earlier == call.body {
            return reply.clone();
        }
        return validation("idempotencyKey", "The key was used with another request.");
    }
    let now = world.now();
    let entry = (Provider::Dojo, id.to_owned());
    let Some(payment) = world.book.get(&entry) else {
        return problem(404, "The payment intent was not found.");
    };
    let captured = matches!(payment.stage, Stage::Captured | Stage::PartiallyCaptured);
    if !captured || amount > payment.left(now) {
        return failed();
    }
    let new = NewRefund {
        id: if old {
            world.next_number()
        } else {
            ["rfnd_", &world.next_id()].concat()
        },
        amount,
        reason: text("refundReason"),
        key: Some(key.to_owned()),
        ..NewRefund::default()
    };
    let Some(refund) = world.refund(&entry, new) else {
        return problem(500, "An error occurred.");
    };
    let mut answer = json!({
        "paymentIntentId": id,
        "refundId": refund.id,
        "refundReason": refund.reason,
        "notes": text("notes"),
    });
    if old {
        let status = word(refund.progress(now));
        answer = json!({"status": status, "message": format!("refund for the order {id}"), "refundId": refund.id});
    }
    let reply = Reply::json(200, &answer);
    world
        .keys
        .insert((Provider::Dojo, scope), (call.body.clone(), reply.clone()));
    reply
}

fn refund_status(world: &World, id: &str, old: bool) -> Reply {
    let now = world.now();
    let Some((payment, refund)) = world.find_refund(Provider::Dojo, id) else {
        return problem(404, "The refund was not found.");
    };
    let mut answer = json!({"paymentIntentId": payment.id, "refundId": refund.id, "refundReason": refund.reason});
    if old {
        set(&mut answer, "status", json!(word(refund.progress(now))));
    }
    Reply::json(200, &answer)
}

fn reversal(world: &mut World, id: &str, version: &str) -> Reply {
    let now = world.now();
    let entry = (Provider::Dojo, id.to_owned());
    let Some(payment) = world.book.get(&entry) else {
        return problem(404, "The payment intent was not found.");
    };
    let auto_captured = payment.stage == Stage::Captured
        && !payment.manual
        && version > "2022-01-03"
        && payment.refunds.is_empty();
    let right_stage = payment.stage == Stage::Authorized || auto_captured;
    if !right_stage || !clock::same_day(payment.created_at, now) {
        return problem(409, "The payment intent can't be reversed.");
    }
    let number = if version == "2022-01-03" {
        world.next_number()
    } else {
        ["rvs_", &world.next_id()].concat()
    };
    world.reverse(&entry, &number, None);
    let message = format!("reverse for the order {id}");
    let mut answer = json!({"message": message, "reversalId": number});
    if version == "2022-01-03" {
        set(&mut answer, "status", json!("Successful"));
    }
    Reply::json(200, &answer)
}

fn intent(world: &World, call: &Call, id: &str, version: &str) -> Reply {
    let entry = (Provider::Dojo, id.to_owned());
    let Some(payment) = world.book.get(&entry) else {
        return problem(404, "The payment intent was not found.");
    };
    // A cancelled intent is shown only to whoever asks for those, since the version that knows how.
    let asked = call.query("returnCanceled").as_deref() == Some("true");
    if payment.stage == Stage::Failed && version >= "2024-02-05" && !asked {
        return problem(404, "The payment intent was not found.");
    }
    Reply::json(200, &shown(payment, world.now(), version))
}

fn shown(payment: &Payment, now: i64, version: &str) -> Value {
    let money = |value: i64| json!({"value": value, "currencyCode": payment.currency});
    let status = match payment.stage {
        Stage::Captured | Stage::PartiallyCaptured if payment.is_fully_refunded(now) => "Refunded",
        Stage::Created => "Created",
        Stage::Authorized => "Authorized",
        Stage::PartiallyCaptured | Stage::Captured => "Captured",
        Stage::Reversed => "Reversed",
        Stage::Failed => "Canceled",
    };
    let mut intent = json!({
        "id": payment.id,
        "captureMode": if payment.manual { "Manual" } else { "Auto" },
        "status": status,
        "amount": money(payment.authorized),
        "totalAmount": money(payment.authorized),
        "reference": "sandbox",
        "createdAt": clock::show(payment.created_at),
        "updatedAt": clock::show(now),
    });
    // The oldest version has no such field; the revisions of the next one brought it.
    if version > "2022-01-03" {
        set(&mut intent, "refundedAmount", payment.refunded(now));
    }
    if payment.stage != Stage::Created {
        set(&mut intent, "paymentDetails", details(payment, version));
    }
    if version >= "2024-02-05" {
        let captures = if payment.captured > 0 && payment.manual {
            json!([{"id": "cp_1", "amount": payment.captured, "tipsAmount": null, "status": "Successful", "createdAt": clock::show(payment.created_at)}])
        } else {
            json!([])
        };
        set(&mut intent, "captures", captures);
    }
    intent
}

/// The card's fields moved into an object of their own in 2024-02-05.
fn details(payment: &Payment, version: &str) -> Value {
    let card = json!({"cardNumber": "520424******0006", "cardType": "Mastercard"});
    let mut details = if version >= "2024-02-05" {
        json!({ "card": card })
    } else {
        card
    };
    let at = clock::show(payment.created_at);
    set(&mut details, "transactionDateTime", at);
    set(&mut details, "message", "DEPOSITED");
    details
}

const fn word(progress: Progress) -> &'static str {
    match progress {
        Progress::Pending => "Created",
        Progress::Succeeded => "Successful",
        Progress::Failed => "Failed",
    }
}

/// A refund that was tried and turned down comes in Pascal case, as integrators have seen it.
fn failed() -> Reply {
    Reply::json(
        400,
        &json!({"Status": 400, "Detail": REFUND_FAILED, "Extensions": {}}),
    )
}

fn validation(field: &str, message: &str) -> Reply {
    let title = "One or more validation errors occurred.";
    Reply::json(
        400,
        &json!({"title": title, "status": 400, "errors": {field: [message]}, "traceId": "00-sandbox-00"}),
    )
}

pub(crate) fn problem(status: u16, detail: &str) -> Reply {
    Reply::json(
        status,
        &json!({"type": "about:blank", "title": "Error", "status": status, "detail": detail}),
    )
}
