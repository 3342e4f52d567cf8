use std::sync::Arc;

use async_trait::async_trait;
use refundkit_core::answer::{Answer, RefundFact};
use refundkit_core::ids::{PaymentId, ProviderKey, RefundId};
use refundkit_core::plan::{Plan, RefundPlan, ReversalPlan};
use refundkit_core::ports::{Attempt, Detail, Preview, Provider, ReadError, ReadErrorKind};
use refundkit_core::{Capabilities, Payment};
use refundkit_http::{ConfigError, HttpClient, Request, Response, Transport};

use crate::request::{Account, PAGE_SIZE};
use crate::{DodoConfig, ListedRefund, RefundQuery, capabilities, translate};

/// Nobody has more refunds between two moments than fit on so many pages of a hundred.
const MOST_PAGES: usize = 10_000;

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

    /// All refunds of the business that fit `query`, page after page; a page that isn't full is the last.
    ///
    /// # Errors
    /// [`ReadError`] where a page could not be read, or there are more than a million refunds.
    pub async fn refunds(&self, query: &RefundQuery) -> Result<Vec<ListedRefund>, ReadError> {
        let mut all = Vec::new();
        for page in 0..MOST_PAGES {
            let response = self.read(self.account.refunds(query, page)).await?;
            let found = translate::refunds(&response)?;
            let last = found.len() < PAGE_SIZE;
            all.extend(found);
            if last {
                return Ok(all);
            }
        }
        let why = "more than a million refunds; ask for a shorter time";
        Err(ReadError::new(ReadErrorKind::Unreadable, why))
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
        let mut read = translate::payment(&response)?;
        for refund in translate::needs_metadata(&response) {
            let single = self.read(self.account.refund_status(&refund)).await?;
            let token = translate::metadata_token(&single)?;
            for seen in read.refunds.iter_mut().flatten() {
                if seen.id.as_ref() == Some(&refund) {
                    seen.token.clone_from(&token);
                }
            }
        }
        match detail {
            Detail::Sums => Ok(read),
            Detail::Items => {
                let items = self.read(self.account.line_items(payment)).await?;
                translate::with_items(read, &items)
            }
        }
    }

    async fn refund_status(
        &self,
        _payment: &PaymentId,
        refund: &RefundId,
    ) -> Result<RefundFact, ReadError> {
        let response = self.read(self.account.refund_status(refund)).await?;
        translate::refund_status(&response)
    }

    async fn refund(&self, plan: &RefundPlan, attempt: &Attempt) -> Answer {
        let request = self.account.refund(plan, attempt.key());
        match self.transport.send(request).await {
            Ok(response) => translate::refund(&response),
            Err(error) => error.into(),
        }
    }

    async fn reverse(&self, _plan: &ReversalPlan, _attempt: &Attempt) -> Answer {
        Answer::NotSent {
            why: "Dodo has no reversals".to_owned(),
        }
    }

    fn preview(&self, plan: &Plan, key: &ProviderKey) -> Preview {
        match plan {
            Plan::Refund(plan) => self.account.refund(plan, key).preview(),
            // Core plans no reversal at a provider without one; this is what would be read instead.
            Plan::Reversal(plan) => self.account.payment(plan.payment()).preview(),
        }
    }
}
