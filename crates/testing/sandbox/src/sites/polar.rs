//! Polar: orders and their refunds, API 2026-04. It takes no idempotency key: the same request
//! twice is two refunds. Every amount is net but where its name says otherwise; the tax goes back
//! on top, in proportion.
//!
//! Real ids are UUIDs. Here those of refunds are, and those of orders are names.

use serde_json::{Map, Value, json};

use crate::call::{Call, Reply};
use crate::clock;
use crate::ledger::{Payment, Progress, Provider, Refund, Stage};
use crate::world::{NewRefund, World};

const FIELDS: [&str; 6] = [
    "order_id",
    "reason",
    "amount",
    "comment",
    "revoke_benefits",
    "metadata",
];
const REASONS: [&str; 6] = [
    "duplicate",
    "fraudulent",
    "customer_request",
    "service_disruption",
    "satisfaction_guarantee",
    "other",
];
const ORGANIZATION: &str = "1dbfc517-0bbf-4301-9ba8-555ca42b9737";
const CUSTOMER: &str = "992fae2a-2a17-4b7a-8d9e-e287cf90131b";

pub(crate) fn handle(world: &mut World, call: &Call) -> Reply {
    if !call.bears(&world.api_key) {
        return error(401, "Unauthorized", "The access token is not valid.");
    }
    // The collection's path ends in a slash, as the document has it.
    let made = match (call.method.as_str(), call.segments().as_slice()) {
        ("POST", ["v1", "refunds", ""]) => create(world, call),
        ("GET", ["v1", "refunds", ""]) => list(world, call),
        ("GET", ["v1", "orders", id]) => match find(world, id) {
            Some(order) => Ok(Reply::json(200, &shown(order, world.now()))),
            None => Err(error(404, "ResourceNotFound", "Not found")),
        },
        _ => Err(Reply::json(404, &json!({"detail": "Not Found"}))),
    };
    made.unwrap_or_else(|refusal| refusal)
}

fn create(world: &mut World, call: &Call) -> Result<Reply, Reply> {
    let body = call
        .json()
        .ok_or_else(|| invalid(&["body"], "json_invalid", "The body is no JSON object"))?;
    let asked = Asked::read(&body)?;
    let now = world.now();
    let order = find(world, &asked.order)
        .ok_or_else(|| wrong("order_id", "value_error", "There is no such order"))?;
    if !matches!(order.stage, Stage::Captured | Stage::PartiallyCaptured) {
        let detail = "No payment of this order is known.";
        return Err(error(404, "RefundUnknownPayment", detail));
    }
    let left = order.left(now);
    if left <= 0 {
        let detail = "The order has been refunded whole.";
        return Err(error(403, "RefundedAlready", detail));
    }
    if asked.amount > left {
        let message = "The amount is more than can be refunded";
        return Err(wrong("amount", "value_error", message));
    }
    let new = NewRefund {
        id: world.next_uuid(),
        amount: asked.amount,
        reason: Some(asked.reason),
        metadata: Value::Object(asked.metadata),
        revoke_benefits: asked.revoke_benefits,
        ..NewRefund::default()
    };
    let entry = (Provider::Polar, asked.order);
    let made = world.refund(&entry, new).zip(world.book.get(&entry));
    made.map(|(refund, order)| Reply::json(201, &object(order, &refund, now)))
        .ok_or_else(|| error(500, "InternalServerError", "Something went wrong."))
}

/// A request whose fields are all as the document has them.
struct Asked {
    order: String,
    reason: String,
    amount: i64,
    revoke_benefits: bool,
    metadata: Map<String, Value>,
}

impl Asked {
    fn read(body: &Map<String, Value>) -> Result<Self, Reply> {
        if let Some(unknown) = body.keys().find(|name| !FIELDS.contains(&name.as_str())) {
            let message = "The field is not known";
            return Err(wrong(unknown, "extra_forbidden", message));
        }
        let required = |name: &str| {
            let missing = || wrong(name, "missing", "The field is missing");
            body.get(name).ok_or_else(missing)
        };
        let text = |name: &str| {
            let no_text = || wrong(name, "string_type", "This is no text");
            let value = required(name)?;
            value.as_str().map(str::to_owned).ok_or_else(no_text)
        };
        let order = text("order_id")?;
        let reason = text("reason")?;
        if !REASONS.contains(&reason.as_str()) {
            return Err(wrong("reason", "enum", "This is none of the reasons"));
        }
        let amount = required("amount")?
            .as_i64()
            .ok_or_else(|| wrong("amount", "int_type", "This is no whole number"))?;
        if amount < 1 {
            let message = "This is not greater than 0";
            return Err(wrong("amount", "greater_than", message));
        }
        if !matches!(
            body.get("comment"),
            None | Some(Value::Null | Value::String(_))
        ) {
            let message = "This is no text";
            return Err(wrong("comment", "string_type", message));
        }
        let revoke_benefits = match body.get("revoke_benefits") {
            None => false,
            Some(Value::Bool(revoke)) => *revoke,
            Some(_) => {
                let message = "This is no boolean";
                return Err(wrong("revoke_benefits", "bool_type", message));
            }
        };
        let metadata = match body.get("metadata") {
            None => Map::new(),
            Some(Value::Object(pairs)) if pairs.len() <= 50 && pairs.iter().all(fits) => {
                pairs.clone()
            }
            Some(_) => {
                let message = "This is no map of at most 50 short texts, numbers and booleans";
                return Err(wrong("metadata", "value_error", message));
            }
        };
        Ok(Self {
            order,
            reason,
            amount,
            revoke_benefits,
            metadata,
        })
    }
}

/// Whether a pair of metadata keeps to the document's lengths.
fn fits((key, value): (&String, &Value)) -> bool {
    let value_fits = match value {
        Value::String(text) => (1..=500).contains(&text.chars().count()),
        Value::Number(_) | Value::Bool(_) => true,
        Value::Null | Value::Array(_) | Value::Object(_) => false,
    };
    value_fits && (1..=40).contains(&key.chars().count())
}

/// The newest first; a page beyond the last is empty.
fn list(world: &World, call: &Call) -> Result<Reply, Reply> {
    // A larger page than the largest is that.
    let limit = number(call, "limit", 10)?.min(100);
    let page = number(call, "page", 1)?;
    let (id, order) = (call.query("id"), call.query("order_id"));
    let now = world.now();
    let mut all: Vec<(&Payment, &Refund)> = world
        .refunds(Provider::Polar)
        .filter(|(_, refund)| id.as_ref().is_none_or(|id| *id == refund.id))
        .filter(|(payment, _)| order.as_ref().is_none_or(|id| *id == payment.id))
        .collect();
    all.sort_by_key(|(_, refund)| refund.created_at);
    let items: Vec<Value> = all
        .iter()
        .rev()
        .skip(limit.saturating_mul(page.saturating_sub(1)))
        .take(limit)
        .map(|(order, refund)| object(order, refund, now))
        .collect();
    let pagination = json!({"total_count": all.len(), "max_page": all.len().div_ceil(limit)});
    Ok(Reply::json(
        200,
        &json!({"items": items, "pagination": pagination}),
    ))
}

/// A whole number from 1 in the query.
fn number(call: &Call, name: &str, default: usize) -> Result<usize, Reply> {
    match call.query(name).map(|text| text.parse()) {
        None => Ok(default),
        Some(Ok(number @ 1..)) => Ok(number),
        Some(_) => {
            let message = "This is no whole number greater than 0";
            Err(invalid(&["query", name], "greater_than", message))
        }
    }
}

fn find<'a>(world: &'a World, id: &str) -> Option<&'a Payment> {
    world.book.get(&(Provider::Polar, id.to_owned()))
}

fn object(order: &Payment, refund: &Refund, now: i64) -> Value {
    let (status, modified_at) = match refund.progress(now) {
        Progress::Pending => ("pending", None),
        Progress::Succeeded => {
            let later = refund.completes_at > refund.created_at;
            ("succeeded", later.then_some(refund.completes_at))
        }
        Progress::Failed => ("failed", refund.fails_at),
    };
    json!({
        "id": refund.id, "created_at": clock::show(refund.created_at),
        "modified_at": modified_at.map(clock::show), "metadata": refund.metadata,
        "status": status, "reason": refund.reason, "amount": refund.amount,
        "tax_amount": refund.tax, "currency": order.currency.to_lowercase(),
        "organization_id": ORGANIZATION, "order_id": order.id, "subscription_id": null,
        "customer_id": CUSTOMER, "revoke_benefits": refund.revoke_benefits, "dispute": null,
    })
}

/// Only what has arrived counts as refunded in an order. What is on its way can't be refunded
/// again all the same, because it has left the charge underneath.
fn shown(order: &Payment, now: i64) -> Value {
    let (refunded, refunded_tax) = (order.completed(now), order.completed_tax(now));
    let status = match order.stage {
        Stage::Created | Stage::Authorized => "pending",
        Stage::Reversed | Stage::Failed => "void",
        Stage::PartiallyCaptured | Stage::Captured if refunded >= order.captured => "refunded",
        Stage::PartiallyCaptured | Stage::Captured if refunded > 0 => "partially_refunded",
        Stage::PartiallyCaptured | Stage::Captured => "paid",
    };
    let paid = !matches!(status, "pending" | "void");
    let net = order.authorized;
    json!({
        "id": order.id, "created_at": clock::show(order.created_at), "modified_at": null,
        "status": status, "paid": paid, "subtotal_amount": net, "discount_amount": 0,
        "net_amount": net, "tax_amount": order.tax,
        "total_amount": net.saturating_add(order.tax), "applied_balance_amount": 0,
        "refunded_amount": refunded,
        "refunded_tax_amount": refunded_tax, "currency": order.currency.to_lowercase(),
        "billing_reason": "purchase", "customer_id": CUSTOMER, "subscription_id": null,
        "metadata": {},
    })
}

fn wrong(field: &str, kind: &str, message: &str) -> Reply {
    invalid(&["body", field], kind, message)
}

fn invalid(place: &[&str], kind: &str, message: &str) -> Reply {
    let problem = json!({"loc": place, "msg": message, "type": kind});
    Reply::json(422, &json!({"detail": [problem]}))
}

pub(crate) fn error(status: u16, name: &str, detail: &str) -> Reply {
    Reply::json(status, &json!({"error": name, "detail": detail}))
}
