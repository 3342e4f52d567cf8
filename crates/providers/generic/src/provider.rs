use std::sync::Arc;

use async_trait::async_trait;
use refundkit_core::answer::{Answer, RefundFact};
use refundkit_core::ids::{PaymentId, ProviderKey, RefundId};
use refundkit_core::plan::{Plan, RefundPlan, ReversalPlan};
use refundkit_core::ports::{Attempt, Detail, Preview, Provider, ReadError, ReadErrorKind};
use refundkit_core::{Capabilities, Payment};
use refundkit_http::{ConfigError, HttpClient, Transport};

use crate::profile::Document;
use crate::request::Account;
use crate::{GenericConfig, capabilities, translate};

/// One account of a provider that a profile describes.
#[derive(Debug)]
pub struct Generic {
    account: Account,
    capabilities: Capabilities,
    transport: Arc<dyn Transport>,
}

impl Generic {
    /// An account over real HTTP.
    ///
    /// # Errors
    /// [`ConfigError`] where the settings don't fit together or TLS can't be set up.
    pub fn new(config: GenericConfig) -> Result<Self, ConfigError> {
        let client = HttpClient::new(&config.http)?;
        Self::with_transport(config, Arc::new(client))
    }

    /// An account over any transport.
    ///
    /// # Errors
    /// [`ConfigError`] where the settings don't fit together.
    pub fn with_transport(
        config: GenericConfig,
        transport: Arc<dyn Transport>,
    ) -> Result<Self, ConfigError> {
        let base = config.base()?;
        Ok(Self {
            capabilities: capabilities::of(config.profile.document()),
            account: Account {
                base,
                key: config.api_key,
                profile: config.profile,
            },
            transport,
        })
    }

    fn profile(&self) -> &Document {
        self.account.profile.document()
    }
}

#[async_trait]
impl Provider for Generic {
    fn adapter(&self) -> &str {
        self.account.profile.name()
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    async fn payment(&self, payment: &PaymentId, _detail: Detail) -> Result<Payment, ReadError> {
        let response = self.transport.send(self.account.payment(payment)).await?;
        let read = translate::payment(self.profile(), &response)?;
        let Some(request) = self.account.refunds(payment) else {
            return Ok(read);
        };
        let refunds = self.transport.send(request).await?;
        translate::with_refunds(self.profile(), read, &refunds)
    }

    async fn refund_status(
        &self,
        payment: &PaymentId,
        refund: &RefundId,
    ) -> Result<RefundFact, ReadError> {
        let Some(request) = self.account.refund_status(payment, refund) else {
            let why = "the provider has no reading of a single refund; the payment shows it";
            return Err(ReadError::new(ReadErrorKind::Unsupported, why));
        };
        let response = self.transport.send(request).await?;
        translate::refund_status(self.profile(), &response)
    }

    async fn refund(&self, plan: &RefundPlan, attempt: &Attempt) -> Answer {
        let request = self.account.refund(plan, attempt.key());
        match self.transport.send(request).await {
            Ok(response) => translate::refund(self.profile(), attempt.key(), &response),
            Err(error) => error.into(),
        }
    }

    async fn reverse(&self, plan: &ReversalPlan, attempt: &Attempt) -> Answer {
        let Some(request) = self.account.reverse(plan, attempt.key()) else {
            return Answer::NotSent {
                why: "the profile has no reversal".to_owned(),
            };
        };
        match self.transport.send(request).await {
            Ok(response) => translate::reversal(self.profile(), &response),
            Err(error) => error.into(),
        }
    }

    fn preview(&self, plan: &Plan, key: &ProviderKey) -> Preview {
        match plan {
            Plan::Refund(plan) => self.account.refund(plan, key),
            Plan::Reversal(plan) => self
                .account
                .reverse(plan, key)
                .unwrap_or_else(|| self.account.payment(plan.payment())),
        }
        .preview()
    }
}
