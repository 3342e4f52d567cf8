//! Stripe: payment intents and their refunds, bodies form-encoded.

use serde_json::{Map, Value, json};

use crate::call::{Call, Reply};
use crate::ledger::{Payment, Progress, Provider, Refund, Stage};
use crate::world::{NewRefund, World};

/// Stripe's reasons are these words.
const REASONS: [&str; 3] = ["duplicate", "fraudulent", "requested_by_customer"];

pub(crate) fn handle(world: &mut World, call: &Call) -> Reply {
    if call.header("authorization").is_none() {
        return error(401, None, "You did not provide an API key.", None);
    }
    if !call.bears(&world.api_key) {
        return error(401, None, "Invalid API Key provided.", None);
    }
    match (call.method.as_str(), call.segments().as_slice()) {
        ("POST", ["v1", "refunds"]) => match Asked::read(call) {
            Ok(asked) => once(world, call, |world| refund(world, call, asked)),
            Err(refusal) => refusal,
        },
        ("POST", ["v1", "payment_intents", id, "cancel"]) => {
            once(world, call, |world| cancel(world, call, id))
        }
        ("GET", ["v1", "refunds"]) => list(world, call),
        ("GET", ["v1", "refunds", id]) => single(world, id),
        ("GET", ["v1", "payment_intents", id]) => match find(world, id) {
            Ok(payment) => Reply::json(200, &expanded(call, payment, world.now())),
            Err(refusal) => refusal,
        },
        _ => error(404, None, "Unrecognized request URL.", None),
    }
}

/// The same key has the same answer, a refusal and a 500 included; with other parameters it is an
/// error, and so it is while its first request is being carried out. What fails validation comes
/// before all that, and leaves the key as it was.
fn once(
    world: &mut World,
    call: &Call,
    act: impl FnOnce(&mut World) -> Result<Reply, Reply>,
) -> Reply {
    let Some(key) = call.header("idempotency-key") else {
        return act(world).unwrap_or_else(|refusal| refusal);
    };
    if key.len() > 255 {
        return error(400, None, "The idempotency key is too long.", None);
    }
    if world.is_in_flight(Provider::Stripe, key) {
        let message = "Another request with the key is still in progress.";
        return error(409, Some("idempotency_key_in_use"), message, None);
    }
    // What was asked: the path too, since a key is one for the whole account.
    let asked = [call.path.as_bytes(), b"\n", &call.body].concat();
    if let Some((earlier, reply)) = world.remembered(Provider::Stripe, key) {
        if *earlier == asked {
            return reply.clone();
        }
        let message = "The key was used with other parameters before.";
        return typed(400, "idempotency_error", None, message, None);
    }
    let reply = act(world).unwrap_or_else(|refusal| refusal);
    let saved = if world.breaks_after_effect {
        super::broken(Provider::Stripe)
    } else {
        reply.clone()
    };
    let until = world.answered_at;
    world.in_flight.begin(Provider::Stripe, key, until);
    let entry = (Provider::Stripe, key.to_owned());
    world.keys.insert(entry, (asked, saved));
    reply
}

/// A refund whose parameters passed validation.
struct Asked {
    intent: String,
    amount: Option<i64>,
    reason: Option<String>,
    metadata: Map<String, Value>,
}

impl Asked {
    fn read(call: &Call) -> Result<Self, Reply> {
        let (mut intent, mut amount, mut reason) = (None, None, None);
        let mut metadata = Map::new();
        for (name, value) in call.form() {
            let pair = name.strip_prefix("metadata[");
            match (name.as_str(), pair.and_then(|pair| pair.strip_suffix(']'))) {
                ("payment_intent", _) => intent = Some(value),
                ("amount", _) => amount = Some(whole(&value)?),
                ("reason", _) => reason = Some(value),
                (_, Some(key)) => {
                    metadata.insert(key.to_owned(), Value::from(value));
                }
                (unknown, None) => {
                    let message = "Received unknown parameter.";
                    return Err(invalid("parameter_unknown", message, unknown));
                }
            }
        }
        let intent = intent.ok_or_else(|| {
            let message =
                "One of the following params should be provided: payment_intent or charge.";
            invalid("parameter_missing", message, "payment_intent")
        })?;
        let known = |word: &String| REASONS.contains(&word.as_str());
        if !reason.as_ref().is_none_or(known) {
            return Err(error(400, None, "Invalid reason.", Some("reason")));
        }
        Ok(Self {
            intent,
            amount,
            reason,
            metadata,
        })
    }
}

/// An amount, from 1.
fn whole(text: &str) -> Result<i64, Reply> {
    let code = "parameter_invalid_integer";
    let amount: i64 = text
        .parse()
        .map_err(|_| invalid(code, "Invalid integer.", "amount"))?;
    if amount < 1 {
        let message = "This value must be greater than or equal to 1.";
        return Err(invalid(code, message, "amount"));
    }
    Ok(amount)
}

fn refund(world: &mut World, call: &Call, asked: Asked) -> Result<Reply, Reply> {
    let now = world.now();
    let payment = find(world, &asked.intent)?;
    let left = payment.left(now);
    if !matches!(payment.stage, Stage::Captured | Stage::PartiallyCaptured) {
        let message = "This PaymentIntent has no successful charge to refund.";
        return Err(error(400, None, message, Some("payment_intent")));
    }
    if left <= 0 {
        let message = "The charge has already been refunded.";
        return Err(error(400, Some("charge_already_refunded"), message, None));
    }
    let amount = asked.amount.unwrap_or(left);
    if amount > left {
        let message = "The refund is greater than the unrefunded amount of the charge.";
        return Err(error(400, None, message, Some("amount")));
    }
    let new = NewRefund {
        id: ["re_", &world.next_id()].concat(),
        amount,
        reason: asked.reason,
        metadata: Value::Object(asked.metadata),
        key: call.header("idempotency-key").map(str::to_owned),
        ..NewRefund::default()
    };
    let entry = (Provider::Stripe, asked.intent);
    let refund = world.refund(&entry, new).ok_or_else(missing)?;
    let payment = world.book.get(&entry).ok_or_else(missing)?;
    Ok(Reply::json(200, &object(payment, &refund, now)))
}

fn cancel(world: &mut World, call: &Call, id: &str) -> Result<Reply, Reply> {
    let stage = find(world, id)?.stage;
    let entry = (Provider::Stripe, id.to_owned());
    match stage {
        Stage::Authorized => {
            let number = ["cancel_", &world.next_id()].concat();
            let key = call.header("idempotency-key").map(str::to_owned);
            world.reverse(&entry, &number, key);
        }
        // No money is held, so none moves.
        Stage::Created => {
            if let Some(payment) = world.book.get_mut(&entry) {
                payment.stage = Stage::Reversed;
            }
        }
        Stage::PartiallyCaptured | Stage::Captured | Stage::Reversed | Stage::Failed => {
            let code = "payment_intent_unexpected_state";
            let message = "You cannot cancel this PaymentIntent in its status.";
            return Err(error(400, Some(code), message, None));
        }
    }
    find(world, id).map(|payment| Reply::json(200, &shown(payment)))
}

/// The newest first; `has_more` where the limit has cut some off.
fn list(world: &World, call: &Call) -> Reply {
    let limit = match call.query("limit").map(|text| text.parse::<usize>()) {
        None => 10,
        Some(Ok(limit @ 1..=100)) => limit,
        Some(_) => return error(400, None, "Invalid limit.", Some("limit")),
    };
    let (now, wanted) = (world.now(), call.query("payment_intent"));
    let mut all: Vec<(&Payment, &Refund)> = world
        .refunds(Provider::Stripe)
        .filter(|(payment, _)| wanted.as_ref().is_none_or(|id| *id == payment.id))
        .collect();
    all.sort_by_key(|(_, refund)| refund.created_at);
    all.reverse();
    if let Some(after) = call.query("starting_after") {
        let Some(at) = all.iter().position(|(_, refund)| refund.id == after) else {
            return missing();
        };
        all.drain(..=at);
    }
    let more = all.len() > limit;
    let data: Vec<Value> = all
        .into_iter()
        .take(limit)
        .map(|(payment, refund)| object(payment, refund, now))
        .collect();
    Reply::json(
        200,
        &json!({"object": "list", "url": "/v1/refunds", "has_more": more, "data": data}),
    )
}

fn single(world: &World, id: &str) -> Reply {
    match world.find_refund(Provider::Stripe, id) {
        Some((payment, refund)) => Reply::json(200, &object(payment, refund, world.now())),
        None => missing(),
    }
}

fn find<'a>(world: &'a World, id: &str) -> Result<&'a Payment, Reply> {
    let entry = (Provider::Stripe, id.to_owned());
    world.book.get(&entry).ok_or_else(missing)
}

fn object(payment: &Payment, refund: &Refund, now: i64) -> Value {
    let status = match refund.progress(now) {
        Progress::Pending => "pending",
        Progress::Succeeded => "succeeded",
        Progress::Failed => "failed",
    };
    json!({
        "id": refund.id, "object": "refund", "amount": refund.amount,
        "currency": payment.currency.to_lowercase(), "payment_intent": payment.id,
        "charge": charge(payment), "status": status, "reason": refund.reason,
        "metadata": refund.metadata, "created": refund.created_at.div_euclid(1000),
    })
}

fn shown(payment: &Payment) -> Value {
    let status = match payment.stage {
        Stage::Created => "requires_payment_method",
        Stage::Authorized => "requires_capture",
        Stage::PartiallyCaptured | Stage::Captured => "succeeded",
        Stage::Reversed | Stage::Failed => "canceled",
    };
    let held = payment.stage == Stage::Authorized;
    json!({
        "id": payment.id, "object": "payment_intent", "status": status, "livemode": false,
        "amount": payment.authorized, "amount_received": payment.captured,
        "amount_capturable": if held { payment.authorized } else { 0 },
        "currency": payment.currency.to_lowercase(), "metadata": {},
        "capture_method": if payment.manual { "manual" } else { "automatic" },
        "latest_charge": charge(payment),
        "created": payment.created_at.div_euclid(1000),
    })
}

/// With its charge instead of the charge's id, where that is asked for. No payment here is disputed.
fn expanded(call: &Call, payment: &Payment, now: i64) -> Value {
    let mut shown = shown(payment);
    let asked = call.query("expand[]");
    if asked.as_deref() == Some("latest_charge")
        && let Some(fields) = shown.as_object_mut()
    {
        let charge = json!({
            "id": charge(payment), "object": "charge", "disputed": false,
            "amount_refunded": payment.refunded(now),
        });
        fields.insert("latest_charge".to_owned(), charge);
    }
    shown
}

fn charge(payment: &Payment) -> String {
    ["ch_", &payment.id].concat()
}

fn missing() -> Reply {
    error(404, Some("resource_missing"), "No such object.", None)
}

fn invalid(code: &str, message: &str, param: &str) -> Reply {
    error(400, Some(code), message, Some(param))
}

pub(crate) fn error(status: u16, code: Option<&str>, message: &str, param: Option<&str>) -> Reply {
    let kind = if status >= 500 {
        "api_error"
    } else {
        "invalid_request_error"
    };
    typed(status, kind, code, message, param)
}

/// A field without a value is left out, as Stripe does.
fn typed(status: u16, kind: &str, code: Option<&str>, message: &str, param: Option<&str>) -> Reply {
    let fields = [
        ("type", Some(kind)),
        ("code", code),
        ("message", Some(message)),
        ("param", param),
    ];
    let error: Map<String, Value> = fields
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), Value::from(value?))))
        .collect();
    Reply::json(status, &json!({"error": error}))
}
