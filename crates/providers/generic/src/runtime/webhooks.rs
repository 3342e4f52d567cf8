//! What a provider sends by itself, checked and read as its profile says.

mod key;
mod message;
mod signature;

use std::fmt;

use refundkit_core::ports::Webhooks;
use refundkit_core::webhook::{MOST_BODY_BYTES, WebhookError, WebhookProblem};
use refundkit_core::{Delivery, EventContent, EventId, Timestamp, WebhookEvent};
use refundkit_http::{ConfigError, Masks, Secret};

use super::read::RefundReader;
use crate::language::Profile;
use message::MessageReader;
use signature::{Proven, SignatureCheck};

/// The most secrets of an account at once: the one that is valid, and those that it takes the place of.
const MOST_SECRETS: usize = 8;

/// Checks and reads the messages of one account of a provider that a profile describes.
///
/// The account is that of the secrets. A message tells of a refund by the words of the profile's
/// `[refund_object]`, never by the name of its event, and where it doesn't tell enough it only says
/// that the payment is to be read. The profile says how messages are signed; where the provider
/// doesn't sign them, or not in a way that a profile can say, a message proves nothing: then it is
/// never more than [`EventContent::Changed`], which costs one reading of a payment that has operations here.
///
/// ```
/// use refundkit_generic::{GenericWebhooks, Profile};
/// use refundkit_http::Secret;
///
/// let secrets = vec![Secret::new("the_new_one")?, Secret::new("the_former_one")?];
/// let webhooks = GenericWebhooks::new(Profile::builtin("primer")?, secrets)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct GenericWebhooks {
    profile: Profile,
    reader: MessageReader,
    /// `None` where messages aren't signed.
    signature: Option<SignatureCheck>,
    masks: Masks,
}

impl GenericWebhooks {
    /// The messages of one account, by the secrets with which they are signed: one to eight of them,
    /// of which any may fit; none where the profile describes no signature.
    ///
    /// # Errors
    /// [`ConfigError::Setting`] where the profile describes no messages that name a payment, where it
    /// needs a secret that isn't given, or is given one that it has no use for.
    pub fn new(profile: Profile, secrets: Vec<Secret>) -> Result<Self, ConfigError> {
        let wrong = |problem: &str| ConfigError::Setting {
            problem: ["the profile ", profile.name(), " ", problem].concat(),
        };
        let document = profile.document();
        let webhook = document
            .webhook
            .as_ref()
            .ok_or_else(|| wrong("doesn't describe the provider's webhooks"))?;
        if !document.messages_name_a_payment() {
            return Err(wrong(
                "describes webhooks that don't name the payment: nothing could follow from them",
            ));
        }
        match (webhook.signature.is_some(), secrets.len()) {
            (true, 0) => {
                return Err(wrong("needs the secret with which its webhooks are signed"));
            }
            (true, 1..=MOST_SECRETS) | (false, 0) => {}
            (true, _) => return Err(wrong("takes at most 8 secrets of webhooks")),
            (false, _) => {
                return Err(wrong(
                    "doesn't say how webhooks are signed: leave their secret out, and each only makes refundkit read",
                ));
            }
        }
        Ok(Self {
            reader: MessageReader::new(webhook, RefundReader::of(&profile)),
            signature: SignatureCheck::new(webhook, &secrets)?,
            masks: Masks::new(secrets),
            profile,
        })
    }
}

impl fmt::Debug for GenericWebhooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GenericWebhooks({})", self.profile.name())
    }
}

impl Webhooks for GenericWebhooks {
    fn read<'a>(
        &self,
        delivery: &Delivery<'a>,
        now: Timestamp,
    ) -> Result<WebhookEvent, WebhookError> {
        self.masks.of(self.opened(delivery, now))
    }
}

impl GenericWebhooks {
    fn opened(
        &self,
        delivery: &Delivery<'_>,
        now: Timestamp,
    ) -> Result<WebhookEvent, WebhookError> {
        let body = delivery.body();
        if body.len() > MOST_BODY_BYTES {
            let why = "the message has more than 256 KiB";
            return Err(WebhookError::new(WebhookProblem::TooLarge, why));
        }
        let Some(signature) = &self.signature else {
            return Ok(WebhookEvent {
                id: EventId::unsigned(),
                at: None,
                content: hint(self.reader.read(body)?.content),
            });
        };
        let Proven { id, time } = signature.open(delivery)?;
        let header_time = time.map(|time| signature::timely(time, now)).transpose()?;
        let message = self.reader.read(body)?;
        let body_time = message.time.as_deref();
        let body_time = body_time
            .map(|time| signature::timely(time, now))
            .transpose()?;
        let id = id.map(str::to_owned).or(message.id);
        let id = id.and_then(|id| EventId::new(id).ok());
        Ok(WebhookEvent {
            id: id.unwrap_or_else(|| EventId::of_body(body)),
            at: header_time.or(body_time),
            content: message.content,
        })
    }
}

/// What an unsigned message is good for.
fn hint(content: EventContent) -> EventContent {
    match content {
        EventContent::Refund(refund) => refund
            .payment
            .map_or(EventContent::Other, EventContent::Changed),
        EventContent::Changed(_) | EventContent::Other => content,
    }
}

#[cfg(test)]
mod tests {
    use refundkit_core::{PaymentId, ProviderRefund, RefundStatus};

    use super::*;

    #[test]
    fn nobodys_word_about_a_refund_is_a_hint() {
        let payment = PaymentId::new("pay_1").unwrap();
        let refund = EventContent::Refund(Box::new(ProviderRefund {
            payment: Some(payment.clone()),
            currency: None,
            ..ProviderRefund::with_status(RefundStatus::Succeeded)
        }));
        assert_eq!(hint(refund), EventContent::Changed(payment));
        assert_eq!(hint(EventContent::Other), EventContent::Other);
    }
}
