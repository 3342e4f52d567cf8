//! Dodo as core's port to a provider: which requests make up each call. How requests are written and
//! what answers say isn't decided here.

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
use refundkit_http::{ConfigError, HttpClient, LeaveBy, Request, Response, Transport};

use crate::request::Account;
use crate::{DodoConfig, capabilities, translate};

/// One Dodo business.
#[derive(Debug)]
pub struct Dodo {
    account: Account,
    capabilities: Capabilities,
    transport: Arc<dyn Transport>,
}

impl Dodo {
    /// A business over real HTTP.
    ///
    /// # Errors
    /// [`ConfigError`] where the settings don't fit together or TLS can't be set up.
    pub fn new(config: DodoConfig) -> Result<Self, ConfigError> {
        let client = HttpClient::new(&config.http)?;
        Self::with_transport(config, Arc::new(client))
    }

    /// A business over any transport.
    ///
    /// # Errors
    /// [`ConfigError`] where the settings don't fit together.
    pub fn with_transport(
        config: DodoConfig,
        transport: Arc<dyn Transport>,
    ) -> Result<Self, ConfigError> {
        Ok(Self {
            account: Account {
                base: config.base()?,
                key: config.api_key,
            },
            capabilities: capabilities::all(),
            transport,
        })
    }

    async fn read(&self, request: Request) -> Result<Response, ReadError> {
        Ok(self.transport.send(request).await?)
    }
}

#[async_trait]
impl Provider for Dodo {
    fn adapter(&self) -> &str {
        "dodo"
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    async fn payment(&self, payment: &PaymentId, detail: Detail) -> Result<Payment, ReadError> {
        let response = self.read(self.account.payment(payment)).await?;
        let read = translate::payment(&response);
        let mut wire = read.map_err(|error| response.masked(error))?;
        for refund in translate::needs_metadata(&wire) {
            // Where it can't be read, the list says no more than it does by itself.
            if let Ok(single) = self.read(self.account.refund_status(&refund)).await {
                translate::add_metadata(&mut wire, &refund, &single);
            }
        }
        let read = response.masked(translate::of_payment(wire))?;
        match detail {
            Detail::Sums => Ok(read),
            Detail::Items => {
                let items = self.read(self.account.line_items(payment)).await?;
                items.masked(translate::with_items(read, &items))
            }
        }
    }

    async fn refund_status(
        &self,
        _payment: &PaymentId,
        refund: &RefundId,
    ) -> Result<ProviderRefund, ReadError> {
        let response = self.read(self.account.refund_status(refund)).await?;
        response.masked(translate::refund_status(&response))
    }

    /// Dodo says neither how many there are nor whether more follow: an empty page is the end, and
    /// a short one isn't.
    async fn refunds(
        &self,
        period: &Period,
        cursor: Option<Cursor>,
    ) -> Result<RefundPage, ReadError> {
        let page: u32 = match cursor {
            None => 0,
            Some(Cursor(page)) => page.parse().map_err(|_| no_page())?,
        };
        let response = self.read(self.account.refunds(period, page)).await?;
        let refunds = response.masked(translate::refunds(&response))?;
        if refunds.is_empty() {
            return Ok(RefundPage::default());
        }
        let next = page.checked_add(1).ok_or_else(no_page)?;
        Ok(RefundPage {
            refunds,
            next: Some(Cursor(next.to_string())),
        })
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

    async fn reverse(&self, _plan: &ReversalPlan, _attempt: Attempt) -> Answer {
        Answer::NotSent {
            why: "Dodo has no reversals".to_owned(),
        }
    }

    fn preview(&self, plan: &Plan, key: &ProviderKey) -> Result<Preview, Refusal> {
        match plan {
            Plan::Refund(plan) => Ok(self.account.refund(plan, key).preview()),
            Plan::Reversal(_) => Err(Refusal::Unwritable("Dodo has no reversals".to_owned())),
        }
    }
}

fn no_page() -> ReadError {
    let why = "there is no such page of refunds";
    ReadError::new(ReadErrorKind::Unsupported, why)
}
