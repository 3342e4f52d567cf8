//! What a message says.

use refundkit_core::webhook::{WebhookError, WebhookProblem};
use refundkit_core::{EventContent, PaymentId, RefundStatus};

use super::super::read::{Around, Fields, RefundReader};
use crate::language::{Paths, Webhook};

const EVENT: usize = 0;
const PAYMENT: usize = 1;
const REFUND: usize = 2;
const ID: usize = 3;
const TIME: usize = 4;

/// Reads a message's body, after its signature has been checked.
pub(super) struct MessageReader {
    fields: Fields,
    refund: RefundReader,
    events: Option<Vec<String>>,
    has_time: bool,
}

/// What a body says.
#[derive(Debug)]
pub(super) struct Message {
    pub(super) id: Option<String>,
    pub(super) time: Option<String>,
    pub(super) content: EventContent,
}

impl MessageReader {
    pub(super) fn new(webhook: &Webhook, refund: RefundReader) -> Self {
        let in_body = |paths: &&Paths| paths.is_plain();
        let time = webhook.timestamp.as_ref().filter(in_body);
        Self {
            fields: Fields::new([
                webhook.event.as_ref(),
                webhook.payment.as_ref(),
                webhook.at.as_ref(),
                webhook.event_id.as_ref().filter(in_body),
                time,
            ]),
            refund,
            events: webhook.event.is_some().then(|| webhook.events.clone()),
            has_time: time.is_some(),
        }
    }

    pub(super) fn read(&self, body: &[u8]) -> Result<Message, WebhookError> {
        let json = std::str::from_utf8(body).map_err(|_| unreadable("it is no UTF-8"))?;
        let found = self.fields.read(json, Around::default());
        let found = found.map_err(|why| unreadable(&why))?;
        let text = |field| found.text(field).map(std::borrow::Cow::into_owned);
        let time = text(TIME);
        if self.has_time && time.is_none() {
            return Err(unreadable("it has no time"));
        }
        let is_listed = match &self.events {
            None => true,
            Some(events) => {
                let event = text(EVENT).ok_or_else(|| unreadable("it names no event"))?;
                events.contains(&event)
            }
        };
        let content = if is_listed {
            content(&self.refund, text(PAYMENT), found.raw(REFUND))?
        } else {
            EventContent::Other
        };
        Ok(Message {
            id: text(ID),
            time,
            content,
        })
    }
}

/// The refund that the message tells of, or else the payment.
fn content(
    reader: &RefundReader,
    payment: Option<String>,
    refund: Option<&str>,
) -> Result<EventContent, WebhookError> {
    let own = refund.and_then(|json| reader.payment_in(json));
    let payment = match (payment, own) {
        (Some(payment), Some(own)) if payment != own => {
            return Err(unreadable("it names two payments"));
        }
        (payment, own) => payment.or(own),
    };
    let payment = payment.ok_or_else(|| unreadable("it names no payment"))?;
    let payment = PaymentId::new(payment).map_err(|_| unreadable("its payment's id is none"))?;
    let told = refund.and_then(|json| reader.in_message(&payment, json).ok());
    // Without a status there is no word about the refund.
    let tells = told.filter(|told| told.status != RefundStatus::Unstated);
    Ok(tells.map_or(EventContent::Changed(payment), |refund| {
        EventContent::Refund(Box::new(refund))
    }))
}

fn unreadable(why: &str) -> WebhookError {
    let why = ["the message can't be understood: ", why].concat();
    WebhookError::new(WebhookProblem::Unreadable, &why)
}
