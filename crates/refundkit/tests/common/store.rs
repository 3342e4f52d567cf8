//! A store whose workers can be told to have ended, with time between what it does and what its caller
//! does next.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use refundkit::core::ledger::{Stored, Version};
use refundkit::core::ports::{Commit, Committed, Hint, JournalInfo, ListedOperation};
use refundkit::core::{Change, Count, Evidence, Namespace, PaymentLedger};
use refundkit::{
    Filter, JournalError, MemoryStore, OperationId, PaymentId, ProviderName, Store, Timestamp,
    WorkerId,
};

use super::TestClock;
use super::script::Log;

#[derive(Debug, Default)]
pub(crate) struct TestStore {
    store: MemoryStore,
    workers: AtomicU64,
    /// Of the workers, so many have ended.
    ended: AtomicU64,
    sleep: Option<(Arc<TestClock>, Duration)>,
    /// How many changes are committed until one fails; none fails where it is `None`.
    until_full: Mutex<Option<usize>>,
    log: Option<Log>,
}

impl TestStore {
    /// After so many changes there is no room for one.
    pub(crate) fn full_after(self, changes: usize) -> Self {
        *self.until_full.lock().unwrap() = Some(changes);
        self
    }

    pub(crate) fn logged(self, log: &Log) -> Self {
        Self {
            log: Some(log.clone()),
            ..self
        }
    }

    /// Adds what somebody else has come to know, whatever the ledger's version.
    pub(crate) async fn append(&self, id: &OperationId, evidence: &Evidence) {
        let (provider, payment) = self.store.find(id).await.unwrap().unwrap();
        let stored = self.store.load(&provider, &payment).await.unwrap();
        let ledger = PaymentLedger::replay(&stored).unwrap();
        let mut change = Change::of(&ledger, &"somebody-else".parse().unwrap());
        change.note(id, evidence).unwrap();
        let committed = self.store.commit(&change.into()).await.unwrap();
        assert!(matches!(committed, Committed::Done(_)), "{committed:?}");
    }

    fn is_full(&self) -> bool {
        let mut until_full = self.until_full.lock().unwrap();
        match until_full.as_mut() {
            Some(0) => {
                *until_full = None;
                true
            }
            Some(left) => {
                *left -= 1;
                false
            }
            None => false,
        }
    }

    /// Its machine falls asleep for so long right after each commit.
    pub(crate) fn asleep_after_commits(clock: Arc<TestClock>, sleep: Duration) -> Self {
        Self {
            sleep: Some((clock, sleep)),
            ..Self::default()
        }
    }

    /// All who have worked with it so far are dead, and that is known.
    pub(crate) fn end_all(&self) {
        self.ended
            .store(self.workers.load(Ordering::SeqCst), Ordering::SeqCst);
    }
}

#[async_trait]
impl Store for TestStore {
    async fn bind(&self, namespace: &Namespace) -> Result<(), JournalError> {
        self.store.bind(namespace).await
    }

    async fn join(&self) -> Result<WorkerId, JournalError> {
        self.workers.fetch_add(1, Ordering::SeqCst);
        self.store.join().await
    }

    async fn is_gone(&self, worker: &WorkerId) -> Result<bool, JournalError> {
        let number = worker
            .as_str()
            .rsplit('-')
            .next()
            .and_then(|number| number.parse().ok());
        Ok(number.is_some_and(|number: u64| number <= self.ended.load(Ordering::SeqCst)))
    }

    async fn load(
        &self,
        provider: &ProviderName,
        payment: &PaymentId,
    ) -> Result<Stored, JournalError> {
        if let Some(log) = &self.log {
            log.add("loads");
        }
        let stored = self.store.load(provider, payment).await;
        // What was loaded is old by the time that it is used: another task has had its turn.
        tokio::task::yield_now().await;
        stored
    }

    async fn version(
        &self,
        provider: &ProviderName,
        payment: &PaymentId,
    ) -> Result<Version, JournalError> {
        if let Some(log) = &self.log {
            log.add("loads");
        }
        let version = self.store.version(provider, payment).await;
        tokio::task::yield_now().await;
        version
    }

    async fn commit(&self, commit: &Commit) -> Result<Committed, JournalError> {
        if let (Some(log), Some(change)) = (&self.log, &commit.change) {
            log.commits(change);
        }
        if commit.change.is_some() && self.is_full() {
            return Err(JournalError::Full);
        }
        let committed = self.store.commit(commit).await;
        if let Some((clock, sleep)) = &self.sleep {
            clock.advance(*sleep);
        }
        committed
    }

    async fn find(
        &self,
        operation: &OperationId,
    ) -> Result<Option<(ProviderName, PaymentId)>, JournalError> {
        self.store.find(operation).await
    }

    async fn list(&self, filter: &Filter) -> Result<Vec<ListedOperation>, JournalError> {
        self.store.list(filter).await
    }

    async fn counts(&self) -> Result<Vec<Count>, JournalError> {
        self.store.counts().await
    }

    async fn hints(&self, limit: usize) -> Result<Vec<Hint>, JournalError> {
        self.store.hints(limit).await
    }

    async fn acknowledge(&self, hint: &Hint) -> Result<(), JournalError> {
        self.store.acknowledge(hint).await
    }

    async fn pause(&self, provider: &ProviderName, until: Timestamp) -> Result<(), JournalError> {
        self.store.pause(provider, until).await
    }

    async fn paused_until(
        &self,
        provider: &ProviderName,
    ) -> Result<Option<Timestamp>, JournalError> {
        self.store.paused_until(provider).await
    }

    async fn info(&self) -> Result<JournalInfo, JournalError> {
        self.store.info().await
    }
}
