//! A journal with time between what it does and what its caller does next.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use refundkit::core::ports::{Begun, Budget, JournalInfo, Lease, Marked};
use refundkit::core::{Count, Event, Evidence, Hint, Intent, Namespace, Taken};
use refundkit::{
    Filter, Journal, JournalError, MemoryJournal, Operation, OperationId, PaymentId, ProviderName,
    Timestamp, WorkerId,
};

use super::TestClock;

#[derive(Debug, Default)]
pub(crate) struct SlowJournal {
    journal: MemoryJournal,
    sleep: Option<(Arc<TestClock>, Duration)>,
}

impl SlowJournal {
    /// Every history is old by the time that it is used: another task has had its turn.
    pub(crate) fn with_old_histories() -> Self {
        Self::default()
    }

    /// Its machine falls asleep for so long right after each mark.
    pub(crate) fn asleep_after_marks(clock: Arc<TestClock>, sleep: Duration) -> Self {
        Self {
            sleep: Some((clock, sleep)),
            ..Self::default()
        }
    }
}

#[async_trait]
impl Journal for SlowJournal {
    async fn bind(&self, namespace: &Namespace) -> Result<(), JournalError> {
        self.journal.bind(namespace).await
    }

    async fn pause(&self, provider: &ProviderName, until: Timestamp) -> Result<(), JournalError> {
        self.journal.pause(provider, until).await
    }

    async fn paused_until(
        &self,
        provider: &ProviderName,
    ) -> Result<Option<Timestamp>, JournalError> {
        self.journal.paused_until(provider).await
    }

    async fn claim(
        &self,
        provider: &ProviderName,
        payment: &PaymentId,
        worker: &WorkerId,
        now: Timestamp,
    ) -> Result<Lease, JournalError> {
        self.journal.claim(provider, payment, worker, now).await
    }

    async fn release(&self, lease: &Lease) -> Result<(), JournalError> {
        self.journal.release(lease).await
    }

    async fn begin(
        &self,
        lease: &Lease,
        intent: &Intent,
        budget: Budget,
    ) -> Result<Begun, JournalError> {
        self.journal.begin(lease, intent, budget).await
    }

    async fn mark(
        &self,
        lease: &Lease,
        id: &OperationId,
        at: Timestamp,
    ) -> Result<Marked, JournalError> {
        let marked = self.journal.mark(lease, id, at).await;
        if let Some((clock, sleep)) = &self.sleep {
            clock.advance(*sleep);
        }
        marked
    }

    async fn record(
        &self,
        id: &OperationId,
        evidence: &Evidence,
    ) -> Result<Operation, JournalError> {
        self.journal.record(id, evidence).await
    }

    async fn decide(
        &self,
        lease: &Lease,
        id: &OperationId,
        evidence: &Evidence,
    ) -> Result<Operation, JournalError> {
        self.journal.decide(lease, id, evidence).await
    }

    async fn operation(&self, id: &OperationId) -> Result<Option<Operation>, JournalError> {
        self.journal.operation(id).await
    }

    async fn of_payment(
        &self,
        provider: &ProviderName,
        payment: &PaymentId,
    ) -> Result<Vec<Operation>, JournalError> {
        let history = self.journal.of_payment(provider, payment).await;
        tokio::task::yield_now().await;
        history
    }

    async fn list(&self, filter: &Filter) -> Result<Vec<Operation>, JournalError> {
        self.journal.list(filter).await
    }

    async fn take_in(
        &self,
        provider: &ProviderName,
        event: &Event,
        at: Timestamp,
    ) -> Result<Taken, JournalError> {
        self.journal.take_in(provider, event, at).await
    }

    async fn hints(&self, limit: usize) -> Result<Vec<Hint>, JournalError> {
        self.journal.hints(limit).await
    }

    async fn heed(&self, hint: &Hint) -> Result<(), JournalError> {
        self.journal.heed(hint).await
    }

    async fn census(&self) -> Result<Vec<Count>, JournalError> {
        self.journal.census().await
    }

    async fn info(&self) -> Result<JournalInfo, JournalError> {
        self.journal.info().await
    }
}
