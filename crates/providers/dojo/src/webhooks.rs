//! What Dojo sends by itself.

mod content;

use refundkit_core::webhook::WebhookProblem;
use refundkit_core::{Delivery, Timestamp, WebhookError, WebhookEvent, Webhooks};
use refundkit_http::{ConfigError, Masks, Secret, SigningKeys, hmac_sha256};

/// Reads what Dojo sends to one account's address.
///
/// A message is Dojo's where its `dojo-signature` is HMAC-SHA256 over the body (Dojo's webhook page).
/// No time is signed, so an old message is as good as a new one; nothing is lost by it, since none
/// carries a refund: it says that something happened to a payment, which is then read.
#[derive(Clone, Debug)]
pub struct DojoWebhooks {
    keys: SigningKeys,
    masks: Masks,
}

impl DojoWebhooks {
    /// Messages signed with any of these secrets, each as Dojo gives it: a subscription can have
    /// several, and which of them signs while one is replaced isn't documented.
    ///
    /// # Errors
    /// [`ConfigError::Setting`] where there is no secret.
    pub fn new(secrets: Vec<Secret>) -> Result<Self, ConfigError> {
        let key = |secret: &Secret| secret.expose().as_bytes().to_vec();
        let keys = SigningKeys::new(secrets.iter().map(key).collect())?;
        Ok(Self {
            keys,
            masks: Masks::new(secrets),
        })
    }
}

impl Webhooks for DojoWebhooks {
    fn read<'a>(
        &self,
        delivery: &Delivery<'a>,
        _: Timestamp,
    ) -> Result<WebhookEvent, WebhookError> {
        self.masks.of(self.opened(delivery))
    }
}

impl DojoWebhooks {
    fn opened(&self, delivery: &Delivery<'_>) -> Result<WebhookEvent, WebhookError> {
        let signature = delivery
            .header("dojo-signature")
            .and_then(|header| header.strip_prefix("sha256="))
            .ok_or_else(|| {
                let why = "there is no single dojo-signature header that begins with sha256=";
                WebhookError::new(WebhookProblem::Unsigned, why)
            })?;
        let body = delivery.body();
        let sign = |key: &[u8]| dashed(&hmac_sha256(key, &[body]));
        if !self.keys.made_one_of(&[signature], sign) {
            return Err(WebhookError::new(
                WebhookProblem::Forged,
                "the message's signature is of none of the account's secrets",
            ));
        }
        content::read(body)
    }
}

/// Upper case hexadecimal pairs with dashes between them.
fn dashed(bytes: &[u8]) -> String {
    let pairs: Vec<String> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    pairs.join("-")
}
