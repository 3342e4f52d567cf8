//! What a provider sends by itself, checked and read as its profile says.

mod key;
mod message;
mod seal;

use std::fmt;

use refundkit_core::ports::Webhooks;
use refundkit_core::webhook::{MOST_BODY_BYTES, WebhookError, WebhookProblem};
use refundkit_core::{Delivery, Event, EventId, News, Timestamp};
use refundkit_http::{ConfigError, Masks, Secret};

use super::read::RefundReader;
use crate::language::Profile;
use message::MessageReader;
use seal::{Seal, Sealed};

/// The most secrets of an account at once: the one that is valid, and those that it takes the place of.
const MOST_SECRETS: usize = 8;

/// Checks and reads the messages of one account of a provider that a profile describes.
///
/// The account is that of the secrets. A message tells of a refund by the words of the profile's
/// `[refund_object]`, never by the name of its event, and where it doesn't tell enough it only says
/// that the payment is to be read. The profile says how messages are signed; where the provider
/// doesn't sign them, or not in a way that a profile can say, a message proves nothing: then it is
/// never more than [`News::Look`], which costs one reading of a payment that has operations here.
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
    seal: Option<Seal>,
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
            seal: Seal::new(webhook, &secrets)?,
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
    fn read<'a>(&self, delivery: &Delivery<'a>, now: Timestamp) -> Result<Event, WebhookError> {
        self.masks.of(self.opened(delivery, now))
    }
}

impl GenericWebhooks {
    fn opened(&self, delivery: &Delivery<'_>, now: Timestamp) -> Result<Event, WebhookError> {
        let body = delivery.body();
        if body.len() > MOST_BODY_BYTES {
            let why = "the message has more than 256 KiB";
            return Err(WebhookError::new(WebhookProblem::TooLarge, why));
        }
        let Some(seal) = &self.seal else {
            return Ok(Event {
                id: EventId::unsigned(),
                at: None,
                news: hint(self.reader.read(body)?.news),
            });
        };
        let Sealed { id, time } = seal.open(delivery)?;
        let header_time = time.map(|time| seal::timely(time, now)).transpose()?;
        let message = self.reader.read(body)?;
        let body_time = message.time.as_deref();
        let body_time = body_time.map(|time| seal::timely(time, now)).transpose()?;
        let id = id.map(str::to_owned).or(message.id);
        let id = id.and_then(|id| EventId::new(id).ok());
        Ok(Event {
            id: id.unwrap_or_else(|| EventId::of_body(body)),
            at: header_time.or(body_time),
            news: message.news,
        })
    }
}

/// What an unsigned message is good for.
fn hint(news: News) -> News {
    match news {
        News::Refund(sighting) => News::Look(sighting.payment),
        News::Look(_) | News::Other => news,
    }
}

#[cfg(test)]
mod tests {
    use refundkit_core::{PaymentId, RefundStatus, Sighting, payment::SeenRefund};

    use super::*;

    #[test]
    fn nobodys_word_about_a_refund_is_a_hint() {
        let payment = PaymentId::new("pay_1").unwrap();
        let refund = News::Refund(Box::new(Sighting {
            payment: payment.clone(),
            currency: None,
            refund: SeenRefund {
                id: None,
                token: None,
                references: refundkit_core::References::none(),
                status: RefundStatus::Succeeded,
                amount: None,
                created_at: None,
            },
        }));
        assert_eq!(hint(refund), News::Look(payment));
        assert_eq!(hint(News::Other), News::Other);
    }
}
