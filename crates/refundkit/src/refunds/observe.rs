//! Takes in what providers send by themselves: checked, read and written down, before they are
//! answered. No provider is asked here.

use refundkit_core::webhook::{MOST_BODY_BYTES, WebhookError, WebhookProblem};
use refundkit_core::{Delivery, EventContent, ProviderName, Timestamp, WebhookEvent, Webhooks};

use super::Refunds;
use crate::Error;
use crate::journal::Received;

impl Refunds {
    /// Whether somebody reads the messages of this provider, for servers that want to know before
    /// they read a body.
    ///
    /// # Errors
    /// [`Error::UnknownProvider`] and [`Error::NoWebhooks`] where nobody does.
    pub fn takes_in(&self, provider: &ProviderName) -> Result<(), Error> {
        self.webhooks_of(provider).map(drop)
    }

    /// Takes in what a provider has sent to its account's address, for people with a web server of
    /// their own. `headers` are names with values, such as an `&http::HeaderMap`; `body` is what
    /// came, byte for byte, at most 256 KiB.
    ///
    /// Answer the provider with a success only after an `Ok`: then what the message says is durable,
    /// or nothing follows from it. The same message again changes nothing. Where the message only
    /// says that the payment is to be read, a [`Worker`](crate::Worker) does that.
    ///
    /// # Errors
    /// [`Error::UnknownProvider`] and [`Error::NoWebhooks`] where nobody listens at that address;
    /// [`Error::Webhook`] for a message that isn't the provider's, is too old or too large, or can't
    /// be understood; [`Error::Journal`] where it could not be written down, so that the provider
    /// has to send it again.
    #[tracing::instrument(level = "debug", skip_all, fields(%provider))]
    pub async fn observe<N: AsRef<str>, V: AsRef<[u8]>>(
        &self,
        provider: &ProviderName,
        headers: impl IntoIterator<Item = (N, V)>,
        body: &[u8],
    ) -> Result<Received, Error> {
        let now = self.clock.now();
        let event = self.event(provider, headers, body, now)?;
        // A provider's clock may be ahead of ours. Nothing is known before it is known here.
        let at = event.at.map_or(now, |at| at.min(now));
        Ok(self.journal.take_in(provider, &event, at).await?)
    }

    fn webhooks_of(&self, provider: &ProviderName) -> Result<&dyn Webhooks, Error> {
        let webhooks = self.of(provider)?.webhooks.as_deref();
        webhooks.ok_or_else(|| Error::NoWebhooks(provider.clone()))
    }

    fn event<N: AsRef<str>, V: AsRef<[u8]>>(
        &self,
        provider: &ProviderName,
        headers: impl IntoIterator<Item = (N, V)>,
        body: &[u8],
        now: Timestamp,
    ) -> Result<WebhookEvent, Error> {
        let webhooks = self.webhooks_of(provider)?;
        if body.len() > MOST_BODY_BYTES {
            let why = "the message has more than 256 KiB";
            return Err(WebhookError::new(WebhookProblem::TooLarge, why).into());
        }
        let headers: Vec<(N, V)> = headers.into_iter().collect();
        let headers: Vec<(&str, &[u8])> = headers
            .iter()
            .map(|(name, value)| (name.as_ref(), value.as_ref()))
            .collect();
        let delivery = Delivery::new(&headers, body);
        let event = webhooks.read(&delivery, now)?;
        if matches!(&event.content, EventContent::Refund(refund) if refund.payment.is_none()) {
            let why = "the message is about a refund and names no payment";
            return Err(WebhookError::new(WebhookProblem::Unreadable, why).into());
        }
        Ok(event)
    }
}
