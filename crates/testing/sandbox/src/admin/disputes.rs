//! `POST /disputes`: a payment is disputed, and a dispute is won or lost.

use serde::Deserialize;
use serde_json::json;

use crate::call::{Call, Reply};
use crate::dispute::{DisputeStage, DisputeStatus};
use crate::ledger::Provider;
use crate::view::PaymentView;
use crate::world::World;

/// `{"provider":"dodo","payment":"pay_paid_1","amount":500}`: opened, over all that was captured
/// where no amount in minor units is named.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    provider: Provider,
    payment: String,
    amount: Option<i64>,
}

/// `{"dispute":"dp_…","status":"lost"}`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Word {
    dispute: String,
    status: DisputeStatus,
    stage: Option<DisputeStage>,
}

/// Tells the payment as it stands then.
pub(super) fn post(world: &mut World, call: &Call) -> Result<Reply, String> {
    let body = call.json().ok_or("the body is no JSON object")?;
    let decided = body.contains_key("dispute");
    let body = serde_json::Value::Object(body);
    let (status, entry) = if decided {
        let word: Word = serde_json::from_value(body).map_err(|e| e.to_string())?;
        let decided = world.decide(&word.dispute, word.stage, word.status);
        (200, decided.map_err(|e| e.to_string())?)
    } else {
        let new: New = serde_json::from_value(body).map_err(|e| e.to_string())?;
        let opened = world.dispute(new.provider, &new.payment, new.amount);
        opened.map_err(|e| e.to_string())?;
        (201, (new.provider, new.payment))
    };
    let payment = world.book.get(&entry).ok_or("there is no such payment")?;
    let view = PaymentView::of(payment, world.now());
    Ok(Reply::json(status, &json!(view)))
}
