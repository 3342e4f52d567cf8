//! Dojo as core's port to a provider: one request a call at most. How requests are written and what
//! answers say isn't decided here.

use std::sync::Arc;

use async_trait::async_trait;
use refundkit_core::ProviderRefund;
use refundkit_core::answer::Answer;
use refundkit_core::ids::{PaymentId, ProviderKey, RefundId};
use refundkit_core::plan::{Plan, RefundPlan, Refusal, ReversalPlan};
use refundkit_core::ports::{
    Attempt, Cursor, Detail, Period, Preview, Provider, ReadError, ReadErrorKind, RefundPage,
};
use refundkit_core::{Capabilities, Payment};
use refundkit_http::{ConfigError, HttpClient, LeaveBy, Transport};

use crate::request::Account;
use crate::{DojoConfig, capabilities, translate};

/// One Dojo location account.
#[derive(Debug)]
pub struct Dojo {
    account: Account,
    capabilities: Capabilities,
    transport: Arc<dyn Transport>,
}

impl Dojo {
    /// An account over real HTTP.
    ///
    /// # Errors
    /// [`ConfigError`] where the settings don't fit together or TLS can't be set up.
    pub fn new(config: DojoConfig) -> Result<Self, ConfigError> {
        let client = HttpClient::new(&config.http)?;
        Self::with_transport(config, Arc::new(client))
    }

    /// An account over any transport.
    ///
    /// # Errors
    /// [`ConfigError`] where the settings don't fit together.
    pub fn with_transport(
        config: DojoConfig,
        transport: Arc<dyn Transport>,
    ) -> Result<Self, ConfigError> {
        let base = config.check()?;
        Ok(Self {
            capabilities: capabilities::of(config.version),
            account: Account {
                base,
                key: config.api_key,
                version: config.version,
            },
            transport,
        })
    }
}

#[async_trait]
impl Provider for Dojo {
    fn adapter(&self) -> &str {
        "dojo"
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    async fn payment(&self, payment: &PaymentId, _detail: Detail) -> Result<Payment, ReadError> {
        let request = self.account.payment(payment);
        let response = self.transport.send(request).await?;
        response.masked(translate::payment(&response))
    }

    async fn refund_status(
        &self,
        _payment: &PaymentId,
        refund: &RefundId,
    ) -> Result<ProviderRefund, ReadError> {
        let request = self.account.refund_status(refund);
        let response = self.transport.send(request).await?;
        response.masked(translate::refund_status(&response))
    }

    async fn refunds(&self, _: &Period, _: Option<Cursor>) -> Result<RefundPage, ReadError> {
        let why = "Dojo has no list of refunds";
        Err(ReadError::new(ReadErrorKind::Unsupported, why))
    }

    async fn refund(&self, plan: &RefundPlan, attempt: Attempt) -> Answer {
        let leave = LeaveBy::of(&attempt);
        let request = self.account.refund(plan, attempt.key()).leaving(leave);
        match self.transport.send(request).await {
            Ok(response) => {
                let response = response.judged_by(&self.capabilities.answers);
                response.masked(translate::refund(&response))
            }
            Err(error) => error.into(),
        }
    }

    async fn reverse(&self, plan: &ReversalPlan, attempt: Attempt) -> Answer {
        let request = self.account.reverse(plan).leaving(LeaveBy::of(&attempt));
        match self.transport.send(request).await {
            Ok(response) => {
                let response = response.judged_by(&self.capabilities.answers);
                response.masked(translate::reversal(&response))
            }
            Err(error) => error.into(),
        }
    }

    fn preview(&self, plan: &Plan, key: &ProviderKey) -> Result<Preview, Refusal> {
        let request = match plan {
            Plan::Refund(plan) => self.account.refund(plan, key),
            Plan::Reversal(plan) => self.account.reverse(plan),
        };
        Ok(request.preview())
    }
}
