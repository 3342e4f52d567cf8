//! A provider around the provider that sends each refund a second time with the same key, where the
//! profile has one. It is for `refundkit profile test` and for nothing else.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use refundkit::core::ProviderRefund;
use refundkit::core::answer::Answer;
use refundkit::core::capabilities::Idempotency;
use refundkit::core::fingerprint::Fingerprint;
use refundkit::core::plan::{RefundPlan, ReversalPlan};
use refundkit::core::ports::{Attempt, Cursor, Detail, Durable, Period, RefundPage};
use refundkit::core::{Change, IdError, Intent, PaymentLedger, ProviderKey, WorkerId};
use refundkit::{
    Capabilities, Payment, PaymentId, Plan, Preview, Provider, ProviderName, ReadError, RefundId,
    Refusal, RequestKey, Timestamp,
};

use crate::failure::Failure;

/// A provider that gets every refund twice, as after a lost answer, so that the profile's word on
/// its key is put to the test. Only in test mode, and only where the profile claims that the key
/// makes the second one harmless: without one nothing is ever sent twice.
#[derive(Debug)]
pub(super) struct Twice {
    inner: Arc<dyn Provider>,
    second: Mutex<Option<Answer>>,
}

impl Twice {
    pub(super) fn new(inner: Arc<dyn Provider>) -> Self {
        Self {
            inner,
            second: Mutex::new(None),
        }
    }

    /// What the second one was answered with; nothing where none was sent.
    pub(super) fn second(&self) -> Option<Answer> {
        let second = self.second.lock().unwrap_or_else(PoisonError::into_inner);
        second.clone()
    }
}

#[async_trait]
impl Provider for Twice {
    fn adapter(&self) -> &str {
        self.inner.adapter()
    }

    fn capabilities(&self) -> &Capabilities {
        self.inner.capabilities()
    }

    async fn payment(&self, payment: &PaymentId, detail: Detail) -> Result<Payment, ReadError> {
        self.inner.payment(payment, detail).await
    }

    async fn refund_status(
        &self,
        payment: &PaymentId,
        refund: &RefundId,
    ) -> Result<ProviderRefund, ReadError> {
        self.inner.refund_status(payment, refund).await
    }

    async fn refunds(
        &self,
        period: &Period,
        cursor: Option<Cursor>,
    ) -> Result<RefundPage, ReadError> {
        self.inner.refunds(period, cursor).await
    }

    async fn refund(&self, plan: &RefundPlan, attempt: Attempt) -> Answer {
        let has_key = matches!(self.capabilities().refund_key, Idempotency::Key { .. });
        let again = again(plan, &attempt).ok().flatten();
        let first = self.inner.refund(plan, attempt).await;
        if let Some(again) = again.filter(|_| has_key && matches!(first, Answer::Refund(_))) {
            let second = self.inner.refund(plan, again).await;
            *self.second.lock().unwrap_or_else(PoisonError::into_inner) = Some(second);
        }
        first
    }

    async fn reverse(&self, plan: &ReversalPlan, attempt: Attempt) -> Answer {
        self.inner.reverse(plan, attempt).await
    }

    fn preview(&self, plan: &Plan, key: &ProviderKey) -> Result<Preview, Refusal> {
        self.inner.preview(plan, key)
    }
}

/// The same attempt once more. A mark is sent once, and no journal hands out a second one: this one is
/// made on a ledger that nobody keeps.
fn again(plan: &RefundPlan, attempt: &Attempt) -> Result<Option<Attempt>, Failure> {
    let input = |error: IdError| Failure::input(&error);
    let provider = ProviderName::new("trial").map_err(input)?;
    let request_key = RequestKey::new("trial").map_err(input)?;
    let now = Timestamp::epoch();
    let intent = Intent {
        id: attempt.operation().clone(),
        fingerprint: Fingerprint::of(&provider, "refund", &()),
        provider,
        request_key,
        key: attempt.key().clone(),
        origin: Default::default(),
        plan: Plan::Refund(plan.clone()),
        created_at: now,
    };
    let payment = plan.payment().clone();
    let ledger = PaymentLedger::new(intent.provider.clone(), payment, 0);
    let worker = WorkerId::new("trial").map_err(input)?;
    let mut change = Change::of(&ledger, &worker);
    change.begin(intent.clone())?;
    change.mark(&intent.id, now)?;
    let (_, marked) = change.committed(Durable::after_commit());
    Ok(marked.and_then(|marked| Attempt::new(&intent, marked, now)))
}
