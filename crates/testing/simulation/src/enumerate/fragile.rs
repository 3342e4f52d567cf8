//! A store that stops for ever at a chosen point, and a clock that is turned by hand.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use refundkit::core::ledger::{Entry, Stored, Version};
use refundkit::core::ports::{Commit, Committed, JournalInfo, ListedOperation};
use refundkit::core::{Change, Fact, Hint, Namespace};
use refundkit::{
    Clock, Count, Filter, JournalError, MemoryStore, OperationId, PaymentId, ProviderName, Store,
    Timestamp, WorkerId,
};

/// Counts the boundaries that are passed, and stops for ever at the chosen one.
#[derive(Debug, Default)]
pub(crate) struct Crash {
    left: Mutex<Option<usize>>,
    /// Whether it can stop after a call too that has written nothing: the world is as before it then.
    everywhere: bool,
    passed: AtomicU32,
    last: Mutex<Option<&'static str>>,
}

impl Crash {
    pub(crate) fn new(everywhere: bool) -> Self {
        Self {
            everywhere,
            ..Self::default()
        }
    }

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
    pub(crate) store: MemoryStore,
    pub(crate) crash: Arc<Crash>,
    /// Whether it is proved of the dead that they are.
    pub(crate) proves: bool,
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

/// The same of a call that writes nothing.
macro_rules! reading {
    ($self:ident, $name:literal, $call:expr) => {{
        $self.crash.point(concat!("before ", $name)).await;
        let done = $call.await;
        if $self.crash.everywhere {
            $self.crash.point(concat!("after ", $name)).await;
        }
        done
    }};
}

/// The boundaries of a commit, by what it holds.
fn boundaries(change: Option<&Change>) -> [&'static str; 2] {
    let bodies = change.into_iter().flat_map(|change| change.entries());
    let entries: Vec<Entry> = bodies
        .filter_map(|(_, body)| Entry::decode(body).ok())
        .collect();
    let begins = entries
        .iter()
        .any(|entry| matches!(entry, Entry::Begun { .. }));
    let facts = || {
        entries.iter().filter_map(|entry| match entry {
            Entry::Noted { evidence, .. } => Some(&evidence.fact),
            Entry::Begun { .. } => None,
        })
    };
    let marks = facts().any(Fact::is_mark);
    let answers = facts().any(|fact| matches!(fact, Fact::Answered { .. }));
    let decides = facts().any(Fact::is_decision);
    match () {
        () if begins && marks => [
            "before commit of begin and mark",
            "after commit of begin and mark",
        ],
        () if begins => ["before commit of begin", "after commit of begin"],
        () if marks => ["before commit of mark", "after commit of mark"],
        () if answers => ["before commit of answer", "after commit of answer"],
        () if decides => ["before commit of decision", "after commit of decision"],
        () => ["before commit of fact", "after commit of fact"],
    }
}

#[async_trait]
impl Store for Fragile {
    async fn bind(&self, namespace: &Namespace) -> Result<(), JournalError> {
        fragile!(self, "bind", self.store.bind(namespace))
    }

    async fn join(&self) -> Result<WorkerId, JournalError> {
        fragile!(self, "join", self.store.join())
    }

    /// Nobody asks this of themselves, and everybody else is dead.
    async fn is_gone(&self, _worker: &WorkerId) -> Result<bool, JournalError> {
        reading!(self, "is_gone", async { Ok(self.proves) })
    }

    async fn load(
        &self,
        provider: &ProviderName,
        payment: &PaymentId,
    ) -> Result<Stored, JournalError> {
        reading!(self, "load", self.store.load(provider, payment))
    }

    async fn version(
        &self,
        provider: &ProviderName,
        payment: &PaymentId,
    ) -> Result<Version, JournalError> {
        reading!(self, "version", self.store.version(provider, payment))
    }

    async fn commit(&self, commit: &Commit) -> Result<Committed, JournalError> {
        let [before, after] = boundaries(commit.change.as_ref());
        self.crash.point(before).await;
        let done = self.store.commit(commit).await;
        self.crash.point(after).await;
        done
    }

    async fn find(
        &self,
        operation: &OperationId,
    ) -> Result<Option<(ProviderName, PaymentId)>, JournalError> {
        reading!(self, "find", self.store.find(operation))
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
        fragile!(self, "pause", self.store.pause(provider, until))
    }

    async fn paused_until(
        &self,
        provider: &ProviderName,
    ) -> Result<Option<Timestamp>, JournalError> {
        reading!(self, "paused_until", self.store.paused_until(provider))
    }

    async fn info(&self) -> Result<JournalInfo, JournalError> {
        self.store.info().await
    }
}

#[derive(Debug)]
pub(crate) struct ByHand(pub(crate) Mutex<Timestamp>);

impl Clock for ByHand {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}
