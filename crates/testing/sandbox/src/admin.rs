//! The admin port: what really happened, and levers.

mod disputes;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::call::{Call, Reply};
use crate::clock;
use crate::fault::Fault;
use crate::ledger::{Item, Payment, Provider, Stage};
use crate::view::{Amount, PaymentView};
use crate::world::World;

pub(crate) fn handle(world: &mut World, call: &Call) -> Reply {
    match (call.method.as_str(), call.path.as_str()) {
        ("GET", "/payments") => Reply::json(200, &json!(world.views())),
        ("POST", "/payments") => add(world, call).unwrap_or_else(|problem| wrong(&problem)),
        ("GET", "/effects") => Reply::json(200, &json!(world.effects)),
        ("GET", "/requests") => Reply::json(200, &json!(world.requests)),
        ("POST", "/faults") => faults(world, call).unwrap_or_else(|problem| wrong(&problem)),
        ("POST", "/advance") => advance(world, call).unwrap_or_else(|problem| wrong(&problem)),
        ("POST", "/disputes") => {
            disputes::post(world, call).unwrap_or_else(|problem| wrong(&problem))
        }
        _ => {
            let paths = "GET /payments, POST /payments, GET /effects, GET /requests, POST /faults, POST /advance, POST /disputes";
            Reply::json(404, &json!({"error": format!("there are {paths}")}))
        }
    }
}

/// A payment in the shape in which `GET /payments` shows one; most of it may be left out.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewPayment {
    provider: Provider,
    payment: Option<String>,
    authorized: Amount,
    captured: Option<Amount>,
    refunded: Option<Amount>,
    tax: Option<Amount>,
    stage: Option<String>,
    capture_mode: Option<String>,
    created_at: Option<String>,
    #[serde(default)]
    items: Vec<NewItem>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewItem {
    item_id: String,
    amount: Amount,
    refunded: Option<Amount>,
    #[serde(default)]
    tax: i64,
}

fn add(world: &mut World, call: &Call) -> Result<Reply, String> {
    let new: NewPayment = serde_json::from_slice(&call.body).map_err(|e| e.to_string())?;
    let id = match &new.payment {
        Some(id) => id.clone(),
        None => ["new_", &world.next_id()].concat(),
    };
    let payment = payment(world, id, new)?;
    let view = PaymentView::of(&payment, world.now());
    world.add(payment);
    Ok(Reply::json(201, &json!(view)))
}

fn payment(world: &mut World, id: String, new: NewPayment) -> Result<Payment, String> {
    if new.authorized.minor <= 0 {
        return Err("authorized must be more than zero".to_owned());
    }
    let created_at = match new.created_at {
        None => world.now(),
        Some(text) => clock::parse(&text).ok_or("created_at is no RFC 3339 time")?,
    };
    let (stage, all_refunded) = match new.stage.as_deref() {
        None => (Stage::Captured, false),
        Some("refunded") => (Stage::Captured, true),
        Some(word) => {
            let word = Value::from(word);
            let stage = serde_json::from_value(word).map_err(|_| "there is no such stage")?;
            (stage, false)
        }
    };
    let (total, currency) = (new.authorized.minor, new.authorized.currency);
    let mut payment = Payment::captured(new.provider, id, total, currency, created_at).at(stage);
    if let Some(captured) = new.captured {
        payment.captured = captured.minor.clamp(0, total);
    }
    payment.manual = new.capture_mode.as_deref() != Some("auto");
    let minor = |amount: &Option<Amount>| amount.as_ref().map_or(0, |amount| amount.minor);
    payment.tax = minor(&new.tax).max(0);
    let items = new.items.iter();
    let taken: Vec<(String, i64)> = items
        .map(|item| (item.item_id.clone(), minor(&item.refunded)))
        .filter(|(_, taken)| *taken > 0)
        .collect();
    let refunded = if all_refunded {
        payment.captured
    } else {
        minor(&new.refunded)
    };
    if refunded > 0 {
        let id = ["earlier_", &world.next_id()].concat();
        payment.refund_earlier(id, refunded, taken, created_at);
    }
    payment.items = new
        .items
        .into_iter()
        .map(|item| Item {
            id: item.item_id,
            amount: item.amount.minor,
            tax: item.tax,
        })
        .collect();
    Ok(payment)
}

/// `{"faults":["answer-lost=1"]}` or `{"answer-lost":1,"html":[1,4]}` replaces what there was.
fn faults(world: &mut World, call: &Call) -> Result<Reply, String> {
    let new: Value = serde_json::from_slice(&call.body).map_err(|e| e.to_string())?;
    let list = new.get("faults").unwrap_or(&new);
    let texts: Option<Vec<String>> = match list {
        Value::Array(texts) => texts
            .iter()
            .map(|text| text.as_str().map(str::to_owned))
            .collect(),
        Value::Object(map) => map.iter().map(|(name, when)| fault(name, when)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    };
    let texts = texts.ok_or("write {\"faults\":[\"answer-lost=1\"]} or {\"answer-lost\":1}")?;
    let faults: Result<Vec<Fault>, _> = texts.iter().map(|text| text.parse()).collect();
    world.faults = faults.map_err(|error| error.to_string())?;
    Ok(Reply::json(200, &json!({"faults": texts})))
}

/// A name with a probability, or with a list of request numbers, as the command line writes it.
fn fault(name: &str, when: &Value) -> Option<String> {
    let when = match when {
        Value::Number(chance) => chance.to_string(),
        Value::Array(numbers) => {
            let numbers: Option<Vec<String>> = numbers
                .iter()
                .map(|number| Some(format!("#{}", number.as_u64()?)))
                .collect();
            numbers?.join(",")
        }
        Value::Null | Value::Bool(_) | Value::String(_) | Value::Object(_) => return None,
    };
    Some([name, "=", &when].concat())
}

/// `{"seconds":3600}` moves the time forward.
fn advance(world: &mut World, call: &Call) -> Result<Reply, String> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Advance {
        seconds: u32,
    }
    let new: Advance = serde_json::from_slice(&call.body).map_err(|e| e.to_string())?;
    let millis = i64::from(new.seconds).saturating_mul(1000);
    world.advanced = world.advanced.saturating_add(millis);
    Ok(Reply::json(200, &json!({"now": clock::show(world.now())})))
}

fn wrong(problem: &str) -> Reply {
    Reply::json(
        400,
        &Value::from(serde_json::Map::from_iter([(
            "error".to_owned(),
            json!(problem),
        )])),
    )
}
