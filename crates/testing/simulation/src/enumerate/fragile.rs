//! A journal that stops for ever at a chosen point, and a clock that is turned by hand.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use refundkit::core::Namespace;
use refundkit::core::ports::{Begun, Budget, JournalInfo, Lease, Marked};
use refundkit::core::{Count, Event, Evidence, Hint, Intent, Taken};
use refundkit::{
    Clock, Filter, Journal, JournalError, MemoryJournal, Operation, OperationId, PaymentId,
    ProviderName, Timestamp, WorkerId,
};

/// Counts the boundaries that are passed, and stops for ever at the chosen one.
#[derive(Debug, Default)]
pub(crate) struct Crash {
    left: Mutex<Option<usize>>,
    passed: AtomicU32,
    last: Mutex<Option<&'static str>>,
}

impl Crash {
    pub(crate) fn arm(&self, after: usize) {
        *self.left.lock().unwrap() = Some(after);
    }

    pub(crate) fn disarm(&self) {
        *self.left.lock().unwrap() = None;
    }

    /// Where it stopped last.
    pub(crate) fn last(&self) -> Option<&'static str> {
        *self.last.lock().unwrap()
    }

    pub(crate) async fn point(&self, name: &'static str) {
        // No case that ends passes so many: one that doesn't end stops here.
        if self.passed.fetch_add(1, Ordering::Relaxed) > 10_000 {
            std::future::pending::<()>().await;
        }
        let dead = match &mut *self.left.lock().unwrap() {
            Some(0) => true,
            Some(left) => {
                *left -= 1;
                false
            }
            None => false,
        };
        if dead {
            *self.last.lock().unwrap() = Some(name);
            std::future::pending::<()>().await;
        }
    }
}

#[derive(Debug)]
pub(crate) struct Fragile {
    pub(crate) journal: MemoryJournal,
    pub(crate) crash: Arc<Crash>,
}

/// Each call can stop before it has done anything, and after it has.
macro_rules! fragile {
    ($self:ident, $name:literal, $call:expr) => {{
        $self.crash.point(concat!("before ", $name)).await;
        let done = $call.await;
        $self.crash.point(concat!("after ", $name)).await;
        done
    }};
}

#[async_trait]
impl Journal for Fragile {
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
        fragile!(
            self,
            "claim",
            self.journal.claim(provider, payment, worker, now)
        )
    }

    async fn release(&self, lease: &Lease) -> Result<(), JournalError> {
        fragile!(self, "release", self.journal.release(lease))
    }

    async fn begin(
        &self,
        lease: &Lease,
        intent: &Intent,
        budget: Budget,
    ) -> Result<Begun, JournalError> {
        fragile!(self, "begin", self.journal.begin(lease, intent, budget))
    }

    async fn mark(
        &self,
        lease: &Lease,
        id: &OperationId,
        at: Timestamp,
    ) -> Result<Marked, JournalError> {
        fragile!(self, "mark", self.journal.mark(lease, id, at))
    }

    async fn decide(
        &self,
        lease: &Lease,
        id: &OperationId,
        evidence: &Evidence,
    ) -> Result<Operation, JournalError> {
        fragile!(self, "decide", self.journal.decide(lease, id, evidence))
    }

    async fn record(
        &self,
        id: &OperationId,
        evidence: &Evidence,
    ) -> Result<Operation, JournalError> {
        fragile!(self, "record", self.journal.record(id, evidence))
    }

    async fn operation(&self, id: &OperationId) -> Result<Option<Operation>, JournalError> {
        self.journal.operation(id).await
    }

    async fn of_payment(
        &self,
        provider: &ProviderName,
        payment: &PaymentId,
    ) -> Result<Vec<Operation>, JournalError> {
        self.journal.of_payment(provider, payment).await
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
        fragile!(self, "take_in", self.journal.take_in(provider, event, at))
    }

    async fn hints(&self, limit: usize) -> Result<Vec<Hint>, JournalError> {
        self.journal.hints(limit).await
    }

    async fn heed(&self, hint: &Hint) -> Result<(), JournalError> {
        fragile!(self, "heed", self.journal.heed(hint))
    }

    async fn census(&self) -> Result<Vec<Count>, JournalError> {
        self.journal.census().await
    }

    async fn info(&self) -> Result<JournalInfo, JournalError> {
        self.journal.info().await
    }
}

#[derive(Debug)]
pub(crate) struct ByHand(pub(crate) Mutex<Timestamp>);

impl Clock for ByHand {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}
