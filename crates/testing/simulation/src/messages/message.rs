//! One message, as it leaves the provider, and as the provider remembers having sent it.

use refundkit::core::RefundStatus;
use refundkit::{Kind, PaymentId};
use serde_json::json;

use super::knobs::Style;
use super::signing::{self, FOREIGN};
use crate::check;
use crate::ledger::Effect;
use crate::site::Site;

/// A message with its signature.
#[derive(Clone, Debug)]
pub(crate) struct SentMessage {
    pub(crate) style: Style,
    pub(crate) id: String,
    /// When it was signed, in milliseconds of the run: full seconds.
    pub(crate) signed: u64,
    pub(crate) body: String,
    pub(crate) signature: String,
}

/// What the provider knows that it has said in a message.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) signed: u64,
    /// Which of its refunds it is about.
    pub(crate) number: usize,
    /// How far it said that this is; `None` where it only hints at the payment, or is about
    /// something else.
    pub(crate) status: Option<RefundStatus>,
    /// Whether it asks to read the payment.
    pub(crate) hints: bool,
}

/// What an effect's message says now. `event` is what had happened.
pub(crate) fn write(
    site: &Site,
    effect: &Effect,
    id: &str,
    event: &RefundStatus,
) -> (SentMessage, Said) {
    let world = site.world();
    let knobs = site.messages().unwrap();
    let now = world.now();
    let signed = now / 1000 * 1000;
    let said = |status, hints| Said {
        signed,
        number: effect.number,
        status,
        hints,
    };
    let of_refund = effect.kind == Kind::Refund;
    let (body, said) = match knobs.style {
        Style::Hints => (hint(id, now, &effect.payment, of_refund), said(None, true)),
        Style::Words if !of_refund => {
            let body = json!({
                "business_id": "bus_1",
                "type": "payment.cancelled",
                "timestamp": check::moment(now).to_string(),
                "data": { "payload_type": "Payment", "payment_id": effect.payment.as_str(), "status": "cancelled" },
            });
            (body.to_string(), said(None, false))
        }
        Style::Words => {
            let names = ["refund.succeeded", "refund.failed", "refund.pending"];
            let name = if world.chance(knobs.misnamed) {
                names[world.below(3) as usize]
            } else {
                match event {
                    RefundStatus::Succeeded => names[0],
                    RefundStatus::Failed => names[1],
                    _ => names[2],
                }
            };
            // The state at this moment and not the event's, from a copy that may be behind.
            let shown = now.saturating_sub(world.below(knobs.lag.saturating_add(1)));
            let status = effect.status(shown.max(effect.made_at())).unwrap().clone();
            let body = word(site, effect, name, &status);
            (body, said(Some(status), false))
        }
    };
    let secret = signing::secrets(knobs.style)[world.below(2) as usize];
    (
        SentMessage::signed(knobs.style, id, signed, body, secret),
        said,
    )
}

impl SentMessage {
    fn signed(style: Style, id: &str, signed: u64, body: String, secret: &str) -> Self {
        let seconds = seconds(signed);
        let signature = signing::sign(style, secret, id, seconds, &body);
        Self {
            style,
            id: id.to_owned(),
            signed,
            body,
            signature,
        }
    }

    pub(crate) fn headers(&self) -> Vec<(String, String)> {
        let named = |name: &str, value: String| (name.to_owned(), value);
        match self.style {
            Style::Words => vec![
                named("Webhook-Id", self.id.clone()),
                named("webhook-timestamp", seconds(self.signed).to_string()),
                named("webhook-signature", self.signature.clone()),
            ],
            Style::Hints => vec![named("dojo-signature", self.signature.clone())],
        }
    }

    /// What somebody makes of it who has no secret of the account.
    pub(crate) fn forged(&self, site: &Site) -> Self {
        let mut forged = self.clone();
        let world = site.world();
        let words = ["succeeded", "failed", "pending"];
        let word = words[world.below(3) as usize];
        match world.below(6) {
            0 => {
                let (id, body) = (format!("{}x", self.id), lie(&self.body, word, None));
                return Self::signed(self.style, &id, self.signed, body, FOREIGN);
            }
            1 => forged.body = lie(&self.body, word, None),
            2 => forged.body = lie(&self.body, word, Some(("amount", json!(1)))),
            3 => {
                let payment = crate::site::payment_id(world.below(3) as usize);
                forged.body = lie(
                    &self.body,
                    word,
                    Some(("payment_id", json!(payment.as_str()))),
                );
            }
            4 => forged.signature = String::new(),
            // As it was, under another name: so that it would count once more.
            _ if self.style == Style::Words => forged.id = format!("{}y", self.id),
            _ => forged.body.push(' '),
        }
        if forged.body == self.body && forged.id == self.id && forged.signature == self.signature {
            forged.body.push(' ');
        }
        forged
    }

    /// The old message with a time of today.
    pub(crate) fn redated(&self, now: u64) -> Self {
        let mut again = self.clone();
        again.signed = now / 1000 * 1000;
        again
    }
}

/// A body that says something else.
fn lie(body: &str, status: &str, other: Option<(&str, serde_json::Value)>) -> String {
    let mut said: serde_json::Value = serde_json::from_str(body).unwrap();
    if let Some(data) = said.get_mut("data").and_then(|data| data.as_object_mut()) {
        data.insert("status".to_owned(), json!(status));
        data.insert("paymentStatus".to_owned(), json!("Refunded"));
        if let Some((name, value)) = other {
            data.insert(name.to_owned(), value);
        }
    }
    said.to_string()
}

fn seconds(millis: u64) -> u64 {
    u64::try_from(check::moment(millis).unix_millis()).unwrap() / 1000
}

fn hint(id: &str, now: u64, payment: &PaymentId, of_refund: bool) -> String {
    let status = if of_refund { "Refunded" } else { "Reversed" };
    json!({
        "id": id,
        "event": "payment_intent.status_updated",
        "accountId": "acc_1",
        "createdAt": check::moment(now).to_string(),
        "data": { "paymentIntentId": payment.as_str(), "paymentStatus": status, "captureMode": "Auto" },
    })
    .to_string()
}

fn word(site: &Site, effect: &Effect, name: &str, status: &RefundStatus) -> String {
    let converts = site.knobs().converts;
    let token = effect.key.as_ref().filter(|_| effect.shows_key);
    let metadata = token.map_or_else(
        || json!({}),
        |token| json!({ "refundkit_token": token.as_str() }),
    );
    json!({
        "business_id": "bus_1",
        "type": name,
        "timestamp": check::moment(effect.made_at()).to_string(),
        "data": {
            "payload_type": "Refund",
            "refund_id": format!("re_{}", effect.number),
            "payment_id": effect.payment.as_str(),
            "business_id": "bus_1",
            "status": status_word(status),
            "amount": if converts { effect.amount * 2 } else { effect.amount },
            "currency": if converts { "EUR" } else { "GBP" },
            "is_partial": true,
            "reason": null,
            "created_at": check::moment(effect.made_at()).to_string(),
            "metadata": metadata,
        },
    })
    .to_string()
}

fn status_word(status: &RefundStatus) -> &str {
    match status {
        RefundStatus::Succeeded => "succeeded",
        RefundStatus::Failed => "failed",
        RefundStatus::Review => "review",
        RefundStatus::Other(word) => word,
        _ => "pending",
    }
}
