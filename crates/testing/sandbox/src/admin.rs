//! The admin port: what really happened, and levers.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::call::{Call, Reply};
use crate::clock;
use crate::fault::Fault;
use crate::ledger::{Item, Payment, Provider, Stage};
use crate::view::{Amount, PaymentView};
use crate::world::World;

pub(crate) fn handle(world: &mut World, call: &Call) -> Reply {
    let now = world.now();
    match (call.method.as_str(), call.path.as_str()) {
        ("GET", "/payments") => {
            let views: Vec<PaymentView> = world
                .book
                .values()
                .map(|payment| PaymentView::of(payment, now))
                .collect();
            Reply::json(200, &json!(views))
        }
        ("POST", "/payments") => add(world, call).unwrap_or_else(|problem| wrong(&problem)),
        ("GET", "/effects") => Reply::json(200, &json!(world.effects)),
        ("GET", "/requests") => Reply::json(200, &json!(world.requests)),
        ("POST", "/faults") => faults(world, call).unwrap_or_else(|problem| wrong(&problem)),
        ("POST", "/advance") => advance(world, call).unwrap_or_else(|problem| wrong(&problem)),
        _ => {
            let paths = "GET /payments, POST /payments, GET /effects, GET /requests, POST /faults, POST /advance";
            Reply::json(404, &json!({"error": format!("there are {paths}")}))
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewPayment {
    provider: Provider,
    payment: Option<String>,
    authorized: Amount,
    captured: Option<Amount>,
    stage: Option<Stage>,
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
    #[serde(default)]
    tax: i64,
}

fn add(world: &mut World, call: &Call) -> Result<Reply, String> {
    let new: NewPayment = serde_json::from_slice(&call.body).map_err(|e| e.to_string())?;
    let id = match new.payment {
        Some(id) => id,
        None => ["new_", &world.next_id()].concat(),
    };
    if new.authorized.minor <= 0 {
        return Err("authorized must be more than zero".to_owned());
    }
    let created_at = match new.created_at {
        None => world.now(),
        Some(text) => clock::parse(&text).ok_or("created_at is no RFC 3339 time")?,
    };
    let stage = new.stage.unwrap_or(Stage::Captured);
    let currency = new.authorized.currency;
    let mut payment =
        Payment::captured(new.provider, id, new.authorized.minor, currency, created_at).at(stage);
    if let Some(captured) = new.captured {
        payment.captured = captured.minor.clamp(0, payment.authorized);
    }
    payment.manual = new.capture_mode.as_deref() != Some("auto");
    payment.items = new
        .items
        .into_iter()
        .map(|item| Item {
            id: item.item_id,
            amount: item.amount.minor,
            tax: item.tax,
        })
        .collect();
    let view = PaymentView::of(&payment, world.now());
    world.add(payment);
    Ok(Reply::json(201, &json!(view)))
}

/// `{"faults":["answer-lost=1"]}` replaces what there was.
fn faults(world: &mut World, call: &Call) -> Result<Reply, String> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Faults {
        faults: Vec<String>,
    }
    let new: Faults = serde_json::from_slice(&call.body).map_err(|e| e.to_string())?;
    let faults: Result<Vec<Fault>, _> = new.faults.iter().map(|text| text.parse()).collect();
    world.faults = faults.map_err(|error| error.to_string())?;
    Ok(Reply::json(200, &json!({"faults": new.faults})))
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
