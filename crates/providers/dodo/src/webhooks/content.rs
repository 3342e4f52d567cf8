//! What a message says, once it is known to be Dodo's.

use refundkit_core::webhook::WebhookProblem;
use refundkit_core::{EventContent, PaymentId, WebhookError};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::translate;
use crate::wire;

/// The body: its `business_id` isn't read, since the account is that of the secret that fits.
#[derive(Deserialize)]
struct Message<'a> {
    #[serde(rename = "type")]
    event: String,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Payload {
    payload_type: String,
}

#[derive(Deserialize)]
struct Affected {
    payment_id: String,
}

/// The refund in the body; where it can't be read, which payment to read instead.
pub(super) fn read(body: &[u8]) -> Result<EventContent, WebhookError> {
    let message: Message<'_> =
        serde_json::from_slice(body).map_err(|_| unreadable("it is no event"))?;
    let data = message.data.map_or("null", RawValue::get);
    if !message.event.starts_with("refund.") && !is_refund(data) {
        return Ok(EventContent::Other);
    }
    let refund = serde_json::from_str::<wire::Refund>(data).ok();
    if let Some(refund) = refund.and_then(|refund| translate::listed(&refund).ok()) {
        return Ok(EventContent::Refund(Box::new(refund)));
    }
    let payment = serde_json::from_str::<Affected>(data).ok();
    payment
        .and_then(|affected| PaymentId::new(affected.payment_id).ok())
        .map(EventContent::Changed)
        .ok_or_else(|| unreadable("it is about a refund, and names no payment"))
}

fn is_refund(data: &str) -> bool {
    serde_json::from_str::<Payload>(data).is_ok_and(|payload| payload.payload_type == "Refund")
}

fn unreadable(why: &str) -> WebhookError {
    let message = ["the message is Dodo's and can't be read: ", why].concat();
    WebhookError::new(WebhookProblem::Unreadable, &message)
}

#[cfg(test)]
mod tests;
