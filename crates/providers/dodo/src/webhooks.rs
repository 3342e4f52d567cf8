//! What Dodo sends by itself, signed after the Standard Webhooks specification.

mod content;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use refundkit_core::webhook::{WebhookProblem, timely};
use refundkit_core::{Delivery, EventId, Timestamp, WebhookError, WebhookEvent, Webhooks};
use refundkit_http::{ConfigError, Masks, Secret, SigningKeys, hmac_sha256};

/// Reads what Dodo sends to one account's address.
///
/// A message is Dodo's where its `webhook-signature` is HMAC-SHA256 over `webhook-id`,
/// `webhook-timestamp` and the body, and is taken where that time is [near enough](timely). A refund's
/// message carries the refund as it is when the message is sent, not as it was when the event happened
/// (Dodo's webhook page), so the event's name says nothing about its status.
#[derive(Clone, Debug)]
pub struct DodoWebhooks {
    keys: SigningKeys,
    masks: Masks,
}

impl DodoWebhooks {
    /// Messages signed with any of these secrets: while Dodo replaces one, both are valid for a day.
    /// A secret is written as the dashboard shows it: `whsec_` and base64, or the base64 alone.
    ///
    /// # Errors
    /// [`ConfigError::Setting`] where there is no secret, or one that isn't written so.
    pub fn new(secrets: Vec<Secret>) -> Result<Self, ConfigError> {
        let keys: Result<Vec<_>, _> = secrets.iter().map(key).collect();
        let keys = SigningKeys::new(keys?)?;
        Ok(Self {
            keys,
            masks: Masks::new(secrets),
        })
    }
}

fn key(secret: &Secret) -> Result<Vec<u8>, ConfigError> {
    let text = secret.expose();
    let key = STANDARD.decode(text.strip_prefix("whsec_").unwrap_or(text));
    key.map_err(|_| ConfigError::Setting {
        problem: "a webhook secret is none of Dodo's: expected whsec_ and base64, as its dashboard shows it".to_owned(),
    })
}

impl Webhooks for DodoWebhooks {
    fn read<'a>(
        &self,
        delivery: &Delivery<'a>,
        now: Timestamp,
    ) -> Result<WebhookEvent, WebhookError> {
        self.masks.of(self.opened(delivery, now))
    }
}

impl DodoWebhooks {
    fn opened(
        &self,
        delivery: &Delivery<'_>,
        now: Timestamp,
    ) -> Result<WebhookEvent, WebhookError> {
        let signed = Signed::of(delivery)?;
        let parts = [
            signed.id.as_str().as_bytes(),
            b".",
            signed.time.as_bytes(),
            b".",
            delivery.body(),
        ];
        let sign = |key: &[u8]| STANDARD.encode(hmac_sha256(key, &parts));
        if !self.keys.made_one_of(&signed.signatures, sign) {
            return Err(WebhookError::new(
                WebhookProblem::Forged,
                "the message's signature is of none of the account's secrets",
            ));
        }
        timely(signed.at, now)?;
        Ok(WebhookEvent {
            id: signed.id,
            at: Some(signed.at),
            content: content::read(delivery.body())?,
        })
    }
}

/// What stands in the headers. Nothing of it is believed before the signature was checked.
struct Signed<'a> {
    id: EventId,
    time: &'a str,
    at: Timestamp,
    signatures: Vec<&'a str>,
}

impl<'a> Signed<'a> {
    fn of(delivery: &Delivery<'a>) -> Result<Self, WebhookError> {
        let unsigned = |why| WebhookError::new(WebhookProblem::Unsigned, why);
        // Full stops stand between the parts of what is signed: one inside of the id would let the
        // border between id and time be moved.
        let id = delivery
            .header("webhook-id")
            .filter(|id| !id.contains('.'))
            .and_then(|id| EventId::new(id).ok())
            .ok_or_else(|| unsigned("there is no single webhook-id header with an id in it"))?;
        let (time, at) = delivery
            .header("webhook-timestamp")
            .and_then(|time| Some((time, moment(time)?)))
            .ok_or_else(|| unsigned("there is no single webhook-timestamp header with seconds"))?;
        let signatures: Vec<&str> = delivery
            .header("webhook-signature")
            .into_iter()
            .flat_map(|list| list.split(' '))
            .filter_map(|signature| signature.strip_prefix("v1,"))
            .collect();
        if signatures.is_empty() {
            return Err(unsigned(
                "there is no single webhook-signature header with a signature of version 1",
            ));
        }
        Ok(Self {
            id,
            time,
            at,
            signatures,
        })
    }
}

/// Seconds since 1970, in digits and nothing else.
fn moment(seconds: &str) -> Option<Timestamp> {
    let digits = seconds.bytes().all(|byte| byte.is_ascii_digit());
    let seconds: i64 = seconds.parse().ok().filter(|_| digits)?;
    Timestamp::from_unix_millis(seconds.checked_mul(1000)?).ok()
}
