//! What most examples of this crate run on: a provider in memory with one payment of 50.00 GBP, whose
//! next answer can be chosen, and a clock that is moved by hand. A real adapter is a crate of its own.
#![allow(dead_code, reason = "each example uses its own part")]

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use refundkit::core::ProviderRefund;
use refundkit::core::ports::ReadErrorKind;
use refundkit::core::{
    Answer, Attempt, Cursor, Detail, ListedRefunds, Period, ProviderKey, RefundPage, RefundPlan,
    RefundStatus, ReversalPlan, Stage, capabilities::Lookup,
};
use refundkit::{
    Capabilities, Clock, Minor, Payment, PaymentId, Plan, Preview, Provider, ReadError, RefundId,
    Refusal, Timestamp,
};

/// What comes back of a send. The refund is made in each case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// That it is on its way.
    Pending,
    /// Nothing: the connection breaks.
    Lost,
    /// Nothing, and the call never ends.
    Hangs,
}

/// The provider. By its payment it shows each refund with our token, or nothing of them.
#[derive(Debug)]
pub(crate) struct Shop {
    capabilities: Capabilities,
    next: Next,
    made: Mutex<Vec<(ProviderKey, Minor)>>,
}

impl Shop {
    pub(crate) fn new(next: Next, lookup: Lookup) -> Self {
        let capabilities = Capabilities {
            lookup,
            ..refundkit_conformance::capabilities()
        };
        Self {
            capabilities,
            next,
            made: Mutex::default(),
        }
    }

    /// What it has really refunded.
    pub(crate) fn made(&self) -> MutexGuard<'_, Vec<(ProviderKey, Minor)>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Provider for Shop {
    fn adapter(&self) -> &str {
        "shop"
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    async fn payment(&self, id: &PaymentId, _: Detail) -> Result<Payment, ReadError> {
        let unreadable = |_| ReadError::new(ReadErrorKind::Unreadable, "no such currency");
        let currency = "GBP".parse().map_err(unreadable)?;
        let mut payment = Payment::new(id.clone(), currency, Stage::Captured);
        payment.captured = Minor::new(5000).unwrap_or_default();
        payment.authorized = payment.captured;
        if self.capabilities.lookup == Lookup::ByToken {
            let made = self.made();
            let seen = made.iter().map(|(key, amount)| ProviderRefund {
                id: RefundId::new(format!("ref_{key}")).ok(),
                token: Some(key.clone()),
                amount: Some(*amount),
                ..ProviderRefund::with_status(RefundStatus::Succeeded)
            });
            payment.refunds = Some(ListedRefunds::whole(seen.collect()));
        }
        Ok(payment)
    }

    async fn refund(&self, plan: &RefundPlan, attempt: Attempt) -> Answer {
        let made = (attempt.key().clone(), plan.amount().minor());
        self.made().push(made);
        let why = "the connection broke".to_owned();
        match self.next {
            Next::Pending => Answer::Refund(ProviderRefund {
                id: RefundId::new(format!("ref_{}", attempt.key())).ok(),
                ..ProviderRefund::with_status(RefundStatus::Pending)
            }),
            Next::Lost => Answer::Lost { why },
            Next::Hangs => std::future::pending().await,
        }
    }

    async fn reverse(&self, _: &ReversalPlan, _: Attempt) -> Answer {
        let why = "the shop reverses nothing".to_owned();
        Answer::NotSent { why }
    }

    async fn refund_status(
        &self,
        _: &PaymentId,
        _: &RefundId,
    ) -> Result<ProviderRefund, ReadError> {
        let no = "the shop is asked by its payment";
        Err(ReadError::new(ReadErrorKind::Unsupported, no))
    }

    async fn refunds(&self, _: &Period, _: Option<Cursor>) -> Result<RefundPage, ReadError> {
        let no = "the shop lists refunds by payment";
        Err(ReadError::new(ReadErrorKind::Unsupported, no))
    }

    fn preview(&self, plan: &Plan, key: &ProviderKey) -> Result<Preview, Refusal> {
        Ok(Preview {
            method: "POST".to_owned(),
            url: format!("https://shop.test/{}/refunds", plan.payment()),
            headers: vec![("idempotency-key".to_owned(), key.to_string())],
            body: Some(plan.amount().to_string()),
        })
    }
}

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub(crate) struct HandClock(Mutex<Timestamp>);

impl HandClock {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Timestamp::epoch()))
    }

    pub(crate) fn advance(&self, by: Duration) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now = now.saturating_add(by);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
