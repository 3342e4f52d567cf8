//! A provider around the provider: tells what is asked and how long it takes, and lets through only
//! what is about the payment or refund that was asked for.

use std::sync::Arc;

use async_trait::async_trait;
use refundkit_core::ProviderRefund;
use refundkit_core::ports::{Cursor, Period, RefundPage};
use refundkit_core::{
    Answer, Attempt, Capabilities, Clock, Detail, Payment, PaymentId, Plan, Preview, Provider,
    ProviderKey, ProviderName, ReadError, RefundId, RefundPlan, Refusal, ReversalPlan, reading,
};
use tracing::{Instrument, Span, debug_span, info_span};

/// A provider whose calls are spans, and are timed by the engine's own clock.
#[derive(Debug)]
pub(crate) struct Traced {
    name: ProviderName,
    provider: Arc<dyn Provider>,
    clock: Arc<dyn Clock>,
}

impl Traced {
    pub(crate) fn new(
        name: ProviderName,
        provider: Arc<dyn Provider>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            name,
            provider,
            clock,
        }
    }

    async fn timed<T>(&self, call: &'static str, span: Span, work: impl Future<Output = T>) -> T {
        let start = self.clock.now();
        let done = work.instrument(span).await;
        let provider = self.name.to_string();
        metrics::histogram!("refundkit_call_seconds", "provider" => provider, "call" => call)
            .record(self.clock.now().since(start));
        done
    }

    async fn read<T>(
        &self,
        call: &'static str,
        span: Span,
        work: impl Future<Output = Result<T, ReadError>>,
    ) -> Result<T, ReadError> {
        let read = self.timed(call, span.clone(), work).await;
        if let Err(error) = &read {
            span.in_scope(|| tracing::debug!(error = %error, "could not be read"));
        }
        read
    }
}

#[async_trait]
impl Provider for Traced {
    fn adapter(&self) -> &str {
        self.provider.adapter()
    }

    fn capabilities(&self) -> &Capabilities {
        self.provider.capabilities()
    }

    async fn payment(&self, payment: &PaymentId, detail: Detail) -> Result<Payment, ReadError> {
        let span = debug_span!("read payment", provider = %self.name, %payment);
        let work = self.provider.payment(payment, detail);
        let work = async { reading::about(payment, work.await?) };
        self.read("payment", span, work).await
    }

    async fn refund_status(
        &self,
        payment: &PaymentId,
        refund: &RefundId,
    ) -> Result<ProviderRefund, ReadError> {
        let span = debug_span!("read refund", provider = %self.name, %payment, %refund);
        let work = self.provider.refund_status(payment, refund);
        let work = async { reading::about_refund(refund, work.await?) };
        self.read("refund_status", span, work).await
    }

    async fn refunds(
        &self,
        period: &Period,
        cursor: Option<Cursor>,
    ) -> Result<RefundPage, ReadError> {
        let span = debug_span!("list refunds", provider = %self.name);
        let work = self.provider.refunds(period, cursor);
        self.read("refunds", span, work).await
    }

    async fn refund(&self, plan: &RefundPlan, attempt: Attempt) -> Answer {
        let span = sending(&self.name, plan.payment(), &attempt);
        self.timed("refund", span, self.provider.refund(plan, attempt))
            .await
    }

    async fn reverse(&self, plan: &ReversalPlan, attempt: Attempt) -> Answer {
        let span = sending(&self.name, plan.payment(), &attempt);
        self.timed("reverse", span, self.provider.reverse(plan, attempt))
            .await
    }

    fn preview(&self, plan: &Plan, key: &ProviderKey) -> Result<Preview, Refusal> {
        self.provider.preview(plan, key)
    }
}

fn sending(provider: &ProviderName, payment: &PaymentId, attempt: &Attempt) -> Span {
    info_span!(
        "send",
        operation = %attempt.operation(),
        %provider,
        %payment,
        attempt = attempt.number()
    )
}
