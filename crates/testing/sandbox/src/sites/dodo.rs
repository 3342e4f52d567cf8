//! Dodo Payments: refunds, payments and their line items.

use serde_json::{Map, Value, json};

use crate::call::{Call, Reply, set};
use crate::clock;
use crate::ledger::{Payment, Progress, Provider, Refund, Stage};
use crate::world::{NewRefund, Place, World};

pub(crate) fn handle(world: &mut World, call: &Call) -> Reply {
    let expected = ["Bearer ", &world.api_key].concat();
    if call.header("authorization") != Some(expected.as_str()) {
        return error(401, "UNAUTHORIZED", "the key is not valid");
    }
    match (call.method.as_str(), call.segments().as_slice()) {
        ("POST", ["refunds"]) => create(world, call).unwrap_or_else(|refusal| refusal),
        ("GET", ["refunds"]) => list(world, call),
        ("GET", ["refunds", id]) => refund(world, id),
        ("GET", ["payments", id]) => payment(world, id),
        ("GET", ["payments", id, "line-items"]) => line_items(world, id),
        _ => error(404, "NOT_FOUND", "no such resource"),
    }
}

fn create(world: &mut World, call: &Call) -> Result<Reply, Reply> {
    let body = call
        .json()
        .ok_or_else(|| error(422, "INVALID_REQUEST_BODY", "the body is not valid JSON"))?;
    if let Some(unknown) = body.keys().find(|name| {
        !["payment_id", "items", "currency", "reason", "metadata"].contains(&name.as_str())
    }) {
        return Err(error(
            422,
            "INVALID_REQUEST_BODY",
            &format!("unknown field {unknown}"),
        ));
    }
    let id = body
        .get("payment_id")
        .and_then(Value::as_str)
        .ok_or_else(|| error(422, "INVALID_REQUEST_BODY", "payment_id is missing"))?;
    let reason = body
        .get("reason")
        .and_then(Value::as_str)
        .map(str::to_owned);
    if reason
        .as_ref()
        .is_some_and(|reason| reason.chars().count() > 3000)
    {
        return Err(error(
            422,
            "INVALID_REQUEST_PARAMETERS",
            "the reason is too long",
        ));
    }
    let metadata = body.get("metadata").cloned().unwrap_or_else(|| json!({}));
    if metadata.as_object().is_some_and(|map| map.len() > 50) {
        return Err(error(422, "MAXIMUM_KEYS_REACHED", "at most 50 pairs"));
    }
    let entry = (Provider::Dodo, id.to_owned());
    let now = world.now();
    let payment = world
        .book
        .get(&entry)
        .ok_or_else(|| error(404, "NOT_FOUND", "no such payment"))?;
    if now.saturating_sub(payment.created_at) > world.dodo_window {
        let message = "the payment is too old to be refunded";
        return Err(error(400, "REFUND_WINDOW_EXPIRED", message));
    }
    let (amount, items) = legal(payment, &body, now)?;
    let new = NewRefund {
        id: ["ref_", &world.next_id()].concat(),
        amount,
        items,
        reason,
        metadata,
        ..NewRefund::default()
    };
    let refund = world
        .refund(&entry, new)
        .ok_or_else(|| error(404, "NOT_FOUND", "no such payment"))?;
    let payment = world.book.get(&entry);
    let mut answer = payment.map_or(Value::Null, |payment| listed(payment, &refund, now));
    // A refund is taken on first, and settles afterwards.
    set(&mut answer, "status", json!("pending"));
    set(&mut answer, "metadata", refund.metadata);
    set(
        &mut answer,
        "customer",
        json!({"customer_id": "cus_sandbox", "name": "Sandbox", "email": "sandbox@example.com"}),
    );
    Ok(Reply::json(200, &answer))
}

/// What the refund takes, or why it can't be.
fn legal(
    payment: &Payment,
    body: &Map<String, Value>,
    now: i64,
) -> Result<(i64, Vec<(String, i64)>), Reply> {
    if payment.stage != Stage::Captured {
        return Err(error(
            400,
            "PAYMENT_NOT_SUCCEEDED",
            "the payment has not succeeded",
        ));
    }
    if payment.captured == 0 {
        let code = "ZERO_AMOUNT_PAYMENT_REFUND_NOT_ALLOWED";
        return Err(error(400, code, "nothing was paid"));
    }
    if payment.has_pending(now) {
        let message = "a refund of this payment is in status Pending";
        return Err(error(409, "EXISTING_REFUND_REQUEST_PROCESSING", message));
    }
    let left = payment.left(now);
    if left <= 0 {
        return Err(error(
            400,
            "PAYMENT_ALREADY_REFUNDED",
            "the payment was refunded",
        ));
    }
    let asked = match body.get("items") {
        None | Some(Value::Null) => {
            let rest = payment
                .items
                .iter()
                .map(|item| (item.id.clone(), payment.item_left(item, now)));
            return Ok((left, rest.collect()));
        }
        // What an empty list means isn't documented, so nobody may count on a meaning.
        Some(Value::Array(asked)) if !asked.is_empty() => asked,
        Some(_) => {
            let message = "items is no list of items";
            return Err(error(422, "INVALID_REQUEST_BODY", message));
        }
    };
    let with_amount = asked.iter().any(|item| item.get("amount").is_some());
    let currency = body.get("currency").and_then(Value::as_str);
    let read_in = currency.unwrap_or(&payment.settled_in);
    if with_amount && read_in != payment.currency {
        return Err(error(
            400,
            "INVALID_REQUEST_PARAMETERS",
            "the currency is not the payment's",
        ));
    }
    let mut items: Vec<(String, i64)> = Vec::new();
    for entry in asked {
        let taken = line(payment, entry, now)?;
        if items.iter().any(|(id, _)| *id == taken.0) {
            return Err(error(
                400,
                "DUPLICATE_LINE_ITEMS_IN_REQUEST",
                "an item is named twice",
            ));
        }
        items.push(taken);
    }
    let amount = items
        .iter()
        .try_fold(0_i64, |sum, (_, amount)| sum.checked_add(*amount))
        .unwrap_or(i64::MAX);
    if amount > left {
        let message = "more than was paid";
        return Err(error(400, "REFUND_AMOUNT_EXCEEDS_PAID_AMOUNT", message));
    }
    Ok((amount, items))
}

fn line(payment: &Payment, entry: &Value, now: i64) -> Result<(String, i64), Reply> {
    let id = entry
        .get("item_id")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let item = payment
        .items
        .iter()
        .find(|item| item.id == id)
        .ok_or_else(|| error(400, "LINE_ITEM_NOT_FOUND", "no such line item"))?;
    let left = payment.item_left(item, now);
    if left <= 0 {
        return Err(error(
            400,
            "LINE_ITEM_FULLY_REFUNDED",
            "nothing is left of the item",
        ));
    }
    let amount = match entry.get("amount") {
        None | Some(Value::Null) => left,
        Some(amount) => amount
            .as_i64()
            .filter(|amount| (1..=2_147_483_647).contains(amount))
            .ok_or_else(|| error(422, "INTEGER_CONVERSION_FAILURE", "the amount is no int32"))?,
    };
    let inclusive = entry
        .get("tax_inclusive")
        .and_then(Value::as_bool)
        .unwrap_or(true);
    let amount = if inclusive {
        amount
    } else {
        with_tax(item.amount, item.tax, amount)
    };
    if amount > left {
        let message = "the requested refund amount including tax is too high";
        return Err(error(400, "LINE_ITEM_REFUND_AMOUNT_TOO_HIGH", message));
    }
    Ok((item.id.clone(), amount))
}

/// The amount with the item's share of tax on top, rounded down.
fn with_tax(price: i64, tax: i64, net: i64) -> i64 {
    let untaxed = price.saturating_sub(tax);
    let share = net.saturating_mul(tax).checked_div(untaxed).unwrap_or(0);
    net.saturating_add(share)
}

/// The oldest first. Sorted once for all pages: an account has many.
fn list(world: &mut World, call: &Call) -> Reply {
    let number = |name: &str, default: usize| {
        call.query(name)
            .and_then(|text| text.parse().ok())
            .unwrap_or(default)
    };
    let (size, page) = (number("page_size", 10).min(100), number("page_number", 0));
    let time = |name: &str| call.query(name).and_then(|text| clock::parse(&text));
    let since = time("created_at_gte").unwrap_or(i64::MIN);
    let until = time("created_at_lte").unwrap_or(i64::MAX);
    let order = world.order.take().unwrap_or_else(|| in_order(world));
    let now = world.now();
    let items: Vec<Value> = order
        .iter()
        .filter(|(made, ..)| (since..=until).contains(made))
        .skip(size.saturating_mul(page))
        .take(size)
        .filter_map(|(_, payment, place)| {
            let payment = world.book.get(&(Provider::Dodo, payment.clone()))?;
            Some(listed(payment, payment.refunds.get(*place)?, now))
        })
        .collect();
    world.order = Some(order);
    Reply::json(200, &json!({"items": items}))
}

fn in_order(world: &World) -> Vec<Place> {
    let payments = world.book.values();
    let mut order: Vec<Place> = payments
        .filter(|payment| payment.provider == Provider::Dodo)
        .flat_map(|payment| {
            let refunds = payment.refunds.iter().enumerate();
            refunds.map(|(place, refund)| (refund.created_at, payment.id.clone(), place))
        })
        .collect();
    order.sort_by_key(|(made, ..)| *made);
    order
}

fn refund(world: &World, id: &str) -> Reply {
    let now = world.now();
    let Some((payment, refund)) = world.find_refund(Provider::Dodo, id) else {
        return error(404, "NOT_FOUND", "no such refund");
    };
    let mut answer = listed(payment, refund, now);
    set(&mut answer, "metadata", refund.metadata.clone());
    set(
        &mut answer,
        "customer",
        json!({"customer_id": "cus_sandbox", "name": "Sandbox", "email": "sandbox@example.com"}),
    );
    Reply::json(200, &answer)
}

fn payment(world: &World, id: &str) -> Reply {
    let now = world.now();
    let entry = (Provider::Dodo, id.to_owned());
    let Some(payment) = world.book.get(&entry) else {
        return error(404, "NOT_FOUND", "no such payment");
    };
    let status = match payment.stage {
        Stage::Created => "processing",
        Stage::Authorized => "requires_capture",
        Stage::PartiallyCaptured => "partially_captured",
        Stage::Captured => "succeeded",
        Stage::Reversed => "cancelled",
        Stage::Failed => "failed",
    };
    // Only what has arrived counts.
    let refund_status = match payment.settled(now) {
        0 => Value::Null,
        settled if settled >= payment.captured => json!("full"),
        _ => json!("partial"),
    };
    let refunds: Vec<Value> = payment
        .refunds
        .iter()
        .map(|refund| listed(payment, refund, now))
        .collect();
    Reply::json(
        200,
        &json!({
            "payment_id": payment.id, "business_id": "bus_sandbox", "status": status,
            "total_amount": payment.authorized, "currency": payment.currency, "tax": null,
            "settlement_amount": payment.authorized, "settlement_currency": payment.settled_in,
            "refund_status": refund_status, "refunds": refunds, "disputes": [],
            "created_at": clock::show(payment.created_at),
        }),
    )
}

fn line_items(world: &World, id: &str) -> Reply {
    let now = world.now();
    let entry = (Provider::Dodo, id.to_owned());
    let Some(payment) = world.book.get(&entry) else {
        return error(404, "NOT_FOUND", "no such payment");
    };
    let items: Vec<Value> = payment
        .items
        .iter()
        .map(|item| {
            json!({"items_id": item.id, "amount": item.amount, "tax": item.tax,
                "refundable_amount": payment.item_left(item, now), "name": item.id})
        })
        .collect();
    Reply::json(200, &json!({"currency": payment.currency, "items": items}))
}

fn listed(payment: &Payment, refund: &Refund, now: i64) -> Value {
    let status = match refund.progress(now) {
        Progress::Pending => "pending",
        Progress::Succeeded => "succeeded",
        Progress::Failed => "failed",
    };
    json!({
        "refund_id": refund.id, "payment_id": payment.id, "business_id": "bus_sandbox", "status": status,
        "created_at": clock::show(refund.created_at), "is_partial": refund.amount < payment.captured,
        "amount": refund.amount, "reason": refund.reason,
        "currency": refund.currency.as_ref().unwrap_or(&payment.currency),
    })
}

pub(crate) fn error(status: u16, code: &str, message: &str) -> Reply {
    Reply::json(status, &json!({"code": code, "message": message}))
}
