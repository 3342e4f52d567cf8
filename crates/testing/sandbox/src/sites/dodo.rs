//! Dodo Payments: refunds, payments and their line items.

mod list;
mod shown;

use serde_json::{Map, Value, json};

use crate::call::{Call, Reply, set};
use crate::ledger::{Payment, Provider, Stage};
use crate::world::{NewRefund, World};

pub(crate) fn handle(world: &mut World, call: &Call) -> Reply {
    let expected = ["Bearer ", &world.api_key].concat();
    if call.header("authorization") != Some(expected.as_str()) {
        return error(401, "UNAUTHORIZED", "the key is not valid");
    }
    match (call.method.as_str(), call.segments().as_slice()) {
        ("POST", ["refunds"]) => create(world, call).unwrap_or_else(|refusal| refusal),
        ("GET", ["refunds"]) => list::list(world, call).unwrap_or_else(|refusal| refusal),
        ("GET", ["refunds", id]) => match world.find_refund(Provider::Dodo, id) {
            Some((payment, refund)) => {
                Reply::json(200, &shown::refund(payment, refund, world.now()))
            }
            None => error(404, "NOT_FOUND", "no such refund"),
        },
        ("GET", ["payments", id]) => of_payment(world, id, shown::payment),
        ("GET", ["payments", id, "line-items"]) => of_payment(world, id, shown::line_items),
        _ => error(404, "NOT_FOUND", "no such resource"),
    }
}

fn of_payment(world: &World, id: &str, show: fn(&Payment, i64) -> Value) -> Reply {
    match world.book.get(&(Provider::Dodo, id.to_owned())) {
        Some(payment) => Reply::json(200, &show(payment, world.now())),
        None => error(404, "NOT_FOUND", "no such payment"),
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
    let metadata = metadata(&body)?;
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
    let mut answer = payment.map_or(Value::Null, |payment| shown::refund(payment, &refund, now));
    // A refund is taken on first, and settles afterwards.
    set(&mut answer, "status", json!("pending"));
    Ok(Reply::json(200, &answer))
}

/// Pairs of names and texts. Its later documents take numbers and booleans too.
fn metadata(body: &Map<String, Value>) -> Result<Value, Reply> {
    let Some(metadata) = body.get("metadata") else {
        return Ok(json!({}));
    };
    let scalar = |value: &Value| value.is_string() || value.is_number() || value.is_boolean();
    let Some(pairs) = metadata.as_object().filter(|map| map.values().all(scalar)) else {
        let message = "metadata is no map of texts";
        return Err(error(422, "INVALID_REQUEST_BODY", message));
    };
    if pairs.len() > 50 {
        return Err(error(422, "MAXIMUM_KEYS_REACHED", "at most 50 pairs"));
    }
    Ok(metadata.clone())
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

pub(crate) fn error(status: u16, code: &str, message: &str) -> Reply {
    Reply::json(status, &json!({"code": code, "message": message}))
}
