//! What a message says, once it is known to be Dojo's.

use refundkit_core::webhook::WebhookProblem;
use refundkit_core::{EventContent, EventId, PaymentId, WebhookError, WebhookEvent};
use serde::Deserialize;
use serde_json::value::RawValue;

/// The body: its `accountId` isn't read, since the account is that of the secret that fits. Its
/// `createdAt` isn't either: it is when the message was made, and what is read then is newer.
#[derive(Deserialize)]
struct Message<'a> {
    id: String,
    event: String,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload {
    payment_intent_id: Option<String>,
}

/// The payment to read. No event is about a refund, and none carries an amount: a refund shows as
/// another status of its payment intent, or not at all where it is a partial one.
pub(super) fn read(body: &[u8]) -> Result<WebhookEvent, WebhookError> {
    let message: Message<'_> =
        serde_json::from_slice(body).map_err(|_| unreadable("it is no event"))?;
    let id = EventId::new(message.id).map_err(|_| unreadable("its id is none"))?;
    let about_a_payment = message.event.starts_with("payment_intent.");
    let content = match message.data.filter(|_| about_a_payment) {
        None => EventContent::Other,
        Some(data) => of_payment(data)?,
    };
    Ok(WebhookEvent {
        id,
        at: None,
        content,
    })
}

fn of_payment(data: &RawValue) -> Result<EventContent, WebhookError> {
    let payload: Payload =
        serde_json::from_str(data.get()).map_err(|_| unreadable("its data can't be read"))?;
    let Some(payment) = payload.payment_intent_id else {
        return Ok(EventContent::Other);
    };
    PaymentId::new(payment)
        .map(EventContent::Changed)
        .map_err(|_| unreadable("its payment intent's id is none"))
}

fn unreadable(why: &str) -> WebhookError {
    let message = ["the message is Dojo's and can't be read: ", why].concat();
    WebhookError::new(WebhookProblem::Unreadable, &message)
}

#[cfg(test)]
mod tests;
