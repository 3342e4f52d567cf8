//! Mollie: payments and their refunds, amounts in major units beside their currency.

mod shown;

use serde_json::{Map, Value, json};

use crate::call::{Call, Reply, set};
use crate::ledger::{Payment, Provider, Refund, Stage};
use crate::major;
use crate::world::{NewRefund, World};

/// How soon after the first an identical refund is taken for a mistake. Mollie says "in short
/// succession" and no more.
const SUCCESSION: i64 = 1_000;
const FIELDS: [&str; 6] = [
    "amount",
    "description",
    "metadata",
    "testmode",
    "reverseRouting",
    "routingReversals",
];

pub(crate) fn handle(world: &mut World, call: &Call) -> Reply {
    if !call.bears(&world.api_key) {
        return error(
            401,
            "Missing authentication, or failed to authenticate",
            None,
        );
    }
    let made = match (call.method.as_str(), call.segments().as_slice()) {
        ("POST", ["v2", "payments", id, "refunds"]) => create(world, call, id),
        ("GET", ["v2", "payments", id, "refunds"]) => list(world, call, id),
        ("GET", ["v2", "payments", id, "refunds", refund]) => single(world, call, id, refund),
        ("GET", ["v2", "payments", id]) => read(world, call, id),
        ("DELETE", ["v2", "payments", id]) => {
            release(world, call, id).and_then(|()| read(world, call, id))
        }
        ("POST", ["v2", "payments", id, "release-authorization"]) => {
            release(world, call, id).map(|()| hal(202, &json!({})))
        }
        _ => Err(error(404, "There is no such page", None)),
    };
    made.unwrap_or_else(|refusal| refusal)
}

fn create(world: &mut World, call: &Call, id: &str) -> Result<Reply, Reply> {
    let body = call
        .json()
        .ok_or_else(|| error(400, "The request body is not valid JSON", None))?;
    if let Some(unknown) = body.keys().find(|name| !FIELDS.contains(&name.as_str())) {
        return Err(error(422, "The field is not known", Some(unknown)));
    }
    let key = call.header("idempotency-key").map(str::to_owned);
    let scope = key.as_ref().map(|key| [id, " ", key].concat());
    if let Some(scope) = &scope
        && let Some((earlier, reply)) = world.remembered(Provider::Mollie, scope)
    {
        if *earlier == call.body {
            return Ok(reply.clone());
        }
        let detail = "The idempotency key was used with another request";
        return Err(error(400, detail, None));
    }
    let now = world.now();
    let payment = find(world, id)?;
    let amount = legal(payment, &body, now)?;
    let description = match body.get("description") {
        Some(Value::String(text)) if text.chars().count() <= 255 => Some(text.clone()),
        None => {
            return Err(error(
                422,
                "The 'description' field is missing",
                Some("description"),
            ));
        }
        Some(_) => {
            let detail = "The 'description' is no text of at most 255 characters";
            return Err(error(422, detail, Some("description")));
        }
    };
    let metadata = body.get("metadata").cloned().unwrap_or_default();
    let same = |refund: &&Refund| {
        let as_before =
            (refund.amount, &refund.reason, &refund.metadata) == (amount, &description, &metadata);
        as_before && now.saturating_sub(refund.created_at) < SUCCESSION
    };
    if payment.refunds.iter().any(|refund| same(&refund)) {
        let detail = "A duplicate refund has been detected";
        return Err(error(409, detail, None));
    }
    let new = NewRefund {
        id: ["re_", &world.next_id()].concat(),
        amount,
        reason: description,
        metadata,
        key,
        ..NewRefund::default()
    };
    let entry = (Provider::Mollie, id.to_owned());
    let refund = world.refund(&entry, new).ok_or_else(|| missing(id))?;
    let reply = hal(201, &shown::refund(call, find(world, id)?, &refund, now));
    if let Some(scope) = scope {
        let answered = (call.body.clone(), reply.clone());
        world.keys.insert((Provider::Mollie, scope), answered);
    }
    Ok(reply)
}

/// How many minor units the refund takes, or why it can't be.
fn legal(payment: &Payment, body: &Map<String, Value>, now: i64) -> Result<i64, Reply> {
    let text = |name: &str| body.get("amount")?.get(name)?.as_str();
    let currency = text("currency").unwrap_or_default();
    let value = text("value").unwrap_or_default();
    if !matches!(payment.stage, Stage::Captured | Stage::PartiallyCaptured) {
        return Err(error(
            422,
            "The payment is not paid, so it can't be refunded",
            None,
        ));
    }
    if currency != payment.currency {
        let detail = "The currency is not the payment's";
        return Err(error(422, detail, Some("amount.currency")));
    }
    let amount = major::read(value, currency)
        .filter(|amount| *amount > 0)
        .ok_or_else(|| {
            let detail = "The amount has an invalid value or number of decimals";
            error(422, detail, Some("amount.value"))
        })?;
    if amount > payment.left(now) {
        let detail = "The amount is higher than the maximum";
        return Err(error(422, detail, Some("amount")));
    }
    Ok(amount)
}

/// Lets go of what is held. A payment nobody has paid yet can be cancelled too; no money moves then.
fn release(world: &mut World, call: &Call, id: &str) -> Result<(), Reply> {
    let entry = (Provider::Mollie, id.to_owned());
    match find(world, id)?.stage {
        Stage::Authorized => {
            let number = ["release_", &world.next_id()].concat();
            let key = call.header("idempotency-key").map(str::to_owned);
            world.reverse(&entry, &number, key);
            Ok(())
        }
        Stage::Created if call.method == "DELETE" => {
            if let Some(payment) = world.book.get_mut(&entry) {
                payment.stage = Stage::Reversed;
            }
            Ok(())
        }
        Stage::Created
        | Stage::PartiallyCaptured
        | Stage::Captured
        | Stage::Reversed
        | Stage::Failed => Err(error(422, "The payment can't be cancelled", None)),
    }
}

fn list(world: &World, call: &Call, id: &str) -> Result<Reply, Reply> {
    let limit = match call.query("limit").map(|text| text.parse::<usize>()) {
        None => 50,
        Some(Ok(limit @ 1..=250)) => limit,
        Some(_) => return Err(error(400, "Invalid limit", Some("limit"))),
    };
    let (now, payment) = (world.now(), find(world, id)?);
    let newest = payment.refunds.iter().rev();
    let mut rest =
        newest.skip_while(|refund| call.query("from").is_some_and(|from| from != refund.id));
    let refunds: Vec<Value> = rest
        .by_ref()
        .take(limit)
        .map(|refund| shown::listed(call, payment, refund, now))
        .collect();
    let next = rest.next().map(|refund| {
        let href = format!("{}?limit={limit}&from={}", call.path, refund.id);
        shown::link(call, &href)
    });
    let links = json!({
        "self": shown::link(call, &call.path), "previous": null, "next": next,
        "documentation": shown::documentation(),
    });
    Ok(hal(
        200,
        &json!({
            "count": refunds.len(), "_embedded": {"refunds": refunds}, "_links": links,
        }),
    ))
}

fn single(world: &World, call: &Call, id: &str, refund: &str) -> Result<Reply, Reply> {
    let payment = find(world, id)?;
    let found = payment.refunds.iter().find(|found| found.id == refund);
    let refund = found.ok_or_else(|| missing(refund))?;
    Ok(hal(200, &shown::refund(call, payment, refund, world.now())))
}

fn read(world: &World, call: &Call, id: &str) -> Result<Reply, Reply> {
    Ok(hal(
        200,
        &shown::payment(call, find(world, id)?, world.now()),
    ))
}

fn find<'a>(world: &'a World, id: &str) -> Result<&'a Payment, Reply> {
    let entry = (Provider::Mollie, id.to_owned());
    world.book.get(&entry).ok_or_else(|| missing(id))
}

fn missing(id: &str) -> Reply {
    error(404, &format!("No resource exists with token {id}."), None)
}

fn hal(status: u16, body: &Value) -> Reply {
    Reply {
        content_type: "application/hal+json",
        ..Reply::json(status, body)
    }
}

pub(crate) fn error(status: u16, detail: &str, field: Option<&str>) -> Reply {
    let title = match status {
        400 => "Bad Request",
        401 => "Unauthorized Request",
        404 => "Not Found",
        409 => "Conflict",
        422 => "Unprocessable Entity",
        429 => "Too Many Requests",
        _ => "Internal Server Error",
    };
    let links = json!({"documentation": shown::documentation()});
    let mut body = json!({"status": status, "title": title, "detail": detail, "_links": links});
    if let Some(field) = field {
        set(&mut body, "field", field);
    }
    hal(status, &body)
}
