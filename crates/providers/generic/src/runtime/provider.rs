//! The port to a provider, driven by a profile.

use std::sync::Arc;

use async_trait::async_trait;
use refundkit_core::ProviderRefund;
use refundkit_core::answer::Answer;
use refundkit_core::ids::{PaymentId, ProviderKey, RefundId};
use refundkit_core::plan::{Plan, RefundPlan, Refusal, ReversalPlan};
use refundkit_core::ports::{
    Attempt, Cursor, Detail, Period, Preview, Provider, ReadError, ReadErrorKind, RefundPage,
};
use refundkit_core::{Capabilities, Currency, ListedRefunds, Payment};
use refundkit_http::{ConfigError, HttpClient, LeaveBy, Response, SendError, Transport};

use super::config::GenericConfig;
use super::read::{ListReader, Pages, unreadable};
use super::send::{Account, Live, Outgoing};

/// The most pages of refunds that are read of one payment.
const MOST_PAGES: u16 = 20;

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
        let account = config.account()?;
        let profile = &account.profile;
        if !profile.unverified().is_empty() {
            let facts = profile.unverified().len();
            tracing::warn!(
                profile = profile.name(),
                facts,
                "the profile rests on facts that nobody has confirmed"
            );
        }
        Ok(Self {
            capabilities: profile.capabilities(),
            account,
            transport,
        })
    }

    /// Writes, signs and sends a request that reads, once. `None` where the profile has none for it.
    async fn exchange(&self, outgoing: Outgoing<'_>) -> Option<Result<Response, SendError>> {
        self.exchange_by(outgoing, None).await
    }

    /// The same, where it moves money and has to leave by then.
    async fn exchange_by(
        &self,
        outgoing: Outgoing<'_>,
        leave: Option<LeaveBy>,
    ) -> Option<Result<Response, SendError>> {
        let not_sent = |why: String| {
            let error = SendError::NotSent { why };
            Some(Err(self.account.masks().of(error)))
        };
        let live = match self.account.log_in(&*self.transport).await {
            Ok(live) => live,
            Err(why) => return not_sent(why),
        };
        let request = self.account.request(outgoing, live.clone())?;
        let request = match self.account.signed(request).await {
            Ok(request) => request,
            Err(why) => return not_sent(why),
        };
        let request = match leave {
            Some(leave) => request.leaving(leave),
            None => request.reading(),
        };
        let sent = self.transport.send(request).await;
        if let Ok(response) = &sent {
            self.account.was_turned_away(response.status(), &live);
        }
        Some(sent)
    }

    async fn read(&self, outgoing: Outgoing<'_>) -> Result<Response, ReadError> {
        let sent = self.exchange(outgoing).await.ok_or_else(unsupported)?;
        Ok(sent?)
    }

    /// The refunds of the payment, page by page; more than twenty pages are an error.
    async fn list(
        &self,
        reader: &ListReader,
        payment: &PaymentId,
        currency: Currency,
    ) -> Result<ListedRefunds, ReadError> {
        let mut pages = reader.pages();
        for _ in 0..MOST_PAGES {
            let at = pages.at();
            let response = self.read(Outgoing::Refunds(payment, at.as_deref())).await?;
            let page = response.masked(self.account.readers.page(payment, currency, &response))?;
            if let Some(listed) = pages.add(page).map_err(unreadable)? {
                return Ok(listed);
            }
        }
        Err(Pages::too_many())
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
        if self.account.document().payment.is_none() {
            return Err(unsupported());
        }
        let response = self.read(Outgoing::Payment(payment)).await?;
        let mut read = response.masked(self.account.readers.payment(&response))?;
        if let Some(list) = self
            .account
            .readers
            .list
            .as_ref()
            .filter(|list| !list.in_payment)
        {
            read.refunds = Some(self.list(list, payment, read.currency).await?);
        }
        Ok(read)
    }

    async fn refund_status(
        &self,
        payment: &PaymentId,
        refund: &RefundId,
    ) -> Result<ProviderRefund, ReadError> {
        if self.account.document().refund_status.is_none() {
            return Err(unsupported());
        }
        let response = self.read(Outgoing::Status(payment, refund)).await?;
        response.masked(self.account.readers.refund_status(&response))
    }

    async fn refunds(&self, _: &Period, _: Option<Cursor>) -> Result<RefundPage, ReadError> {
        Err(unsupported())
    }

    async fn refund(&self, plan: &RefundPlan, attempt: Attempt) -> Answer {
        let leave = LeaveBy::of(&attempt);
        let outgoing = Outgoing::Refund(plan, attempt.key());
        match self.exchange_by(outgoing, Some(leave)).await {
            Some(Ok(response)) => {
                let currency = plan.amount().currency();
                let response = response.judged_by(&self.capabilities.answers);
                let readers = &self.account.readers;
                response.masked(readers.refund(currency, attempt.key(), &response))
            }
            Some(Err(error)) => error.into(),
            None => no_reversal(),
        }
    }

    async fn reverse(&self, plan: &ReversalPlan, attempt: Attempt) -> Answer {
        let leave = LeaveBy::of(&attempt);
        let outgoing = Outgoing::Reverse(plan, attempt.key());
        let sent = self.exchange_by(outgoing, Some(leave)).await;
        match sent {
            Some(Ok(response)) => {
                let response = response.judged_by(&self.capabilities.answers);
                response.masked(self.account.readers.reversal(&response))
            }
            Some(Err(error)) => error.into(),
            None => no_reversal(),
        }
    }

    /// Without its access token and its signatures, which only a real request gets.
    fn preview(&self, plan: &Plan, key: &ProviderKey) -> Result<Preview, Refusal> {
        let outgoing = match plan {
            Plan::Refund(plan) => Outgoing::Refund(plan, key),
            Plan::Reversal(plan) => Outgoing::Reverse(plan, key),
        };
        let request = self.account.request(outgoing, Live::shown());
        let why = || "the profile's request has no room for it".to_owned();
        let request = request.ok_or_else(|| Refusal::Unwritable(why()))?;
        Ok(request.preview())
    }
}

fn unsupported() -> ReadError {
    let why = "the profile has no such reading";
    ReadError::new(ReadErrorKind::Unsupported, why)
}

fn no_reversal() -> Answer {
    Answer::NotSent {
        why: "the profile has no such request".to_owned(),
    }
}
