//! A store that lasts as long as its process: for tests, trials and `memory:`.

mod inbox;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use inbox::Inbox;
use refundkit_core::ledger::{Stored, Version};
use refundkit_core::ports::{Commit, Committed, Durable, ListedOperation};
use refundkit_core::{
    Change, Count, Filter, Hint, JournalError, JournalInfo, Namespace, OperationId, PaymentId,
    ProviderName, State, Store, Timestamp, WorkerId,
};

/// A [`Store`] in memory. It keeps every promise of the port but durability: what is in it is gone with
/// the process.
#[derive(Debug, Default)]
pub struct MemoryStore {
    kept: Mutex<Kept>,
}

type Key = (ProviderName, PaymentId);

#[derive(Debug, Default)]
struct Kept {
    namespace: Option<Namespace>,
    workers: u64,
    ledgers: HashMap<Key, Stored>,
    /// In the order in which they were begun.
    index: Vec<Row>,
    by_id: HashMap<OperationId, usize>,
    inbox: Inbox,
    pauses: BTreeMap<ProviderName, Timestamp>,
}

#[derive(Clone, Debug)]
struct Row {
    listed: ListedOperation,
    created_at: Timestamp,
}

impl MemoryStore {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn load(&self, key: &Key) -> Stored {
        let nothing = || Stored::nothing(key.0.clone(), key.1.clone(), 0);
        self.ledgers.get(key).cloned().unwrap_or_else(nothing)
    }

    /// Appends the change, or says what is in its way; nothing is changed then.
    fn append(&mut self, change: &Change) -> Option<Committed> {
        let ledger = change.ledger();
        let key = (ledger.provider().clone(), ledger.payment().clone());
        let mut stored = self.load(&key);
        let here = Version {
            timeline: stored.timeline,
            entries: stored.version,
        };
        if change.expected() != here {
            return Some(Committed::Conflict);
        }
        if change.is_empty() {
            return None;
        }
        let is_new = |id: &OperationId| self.by_id.contains_key(id);
        let mut begun = change.indexed().filter(|row| row.before.is_none());
        if begun.any(|row| is_new(&row.operation.intent.id)) {
            return Some(Committed::IdTaken);
        }
        for row in change.indexed() {
            let id = &row.operation.intent.id;
            self.index_one(&key, id, row.state, row.operation.intent.created_at);
            match stored.operations.iter_mut().find(|(known, _)| known == id) {
                Some((_, state)) => *state = row.state,
                None => stored.operations.push((id.clone(), row.state)),
            }
        }
        let owned = change.owned().iter();
        stored
            .owners
            .extend(owned.map(|owned| (owned.refund.clone(), owned.operation)));
        stored
            .entries
            .extend(change.entries().map(|(_, body)| body.to_vec()));
        stored.version = ledger.version().entries;
        stored.head = *ledger.head();
        stored.held = ledger.holds();
        self.ledgers.insert(key, stored);
        None
    }

    fn index_one(&mut self, key: &Key, id: &OperationId, state: State, created_at: Timestamp) {
        if let Some(row) = self.by_id.get(id).and_then(|at| self.index.get_mut(*at)) {
            row.listed.state = state;
            return;
        }
        self.by_id.insert(id.clone(), self.index.len());
        let (provider, payment) = key.clone();
        let listed = ListedOperation {
            operation: id.clone(),
            state,
            provider,
            payment,
        };
        self.index.push(Row { listed, created_at });
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn bind(&self, namespace: &Namespace) -> Result<(), JournalError> {
        let mut kept = self.kept();
        let held = kept.namespace.get_or_insert_with(|| namespace.clone());
        if held == namespace {
            return Ok(());
        }
        Err(JournalError::OtherNamespace {
            held: held.clone(),
            given: namespace.clone(),
        })
    }

    async fn join(&self) -> Result<WorkerId, JournalError> {
        let mut kept = self.kept();
        kept.workers = kept.workers.saturating_add(1);
        let name = format!("memory-{}", kept.workers);
        WorkerId::new(name).map_err(|error| JournalError::Storage(Box::new(error)))
    }

    async fn is_gone(&self, _worker: &WorkerId) -> Result<bool, JournalError> {
        // All of them are of this process.
        Ok(false)
    }

    async fn load(
        &self,
        provider: &ProviderName,
        payment: &PaymentId,
    ) -> Result<Stored, JournalError> {
        Ok(self.kept().load(&(provider.clone(), payment.clone())))
    }

    async fn version(
        &self,
        provider: &ProviderName,
        payment: &PaymentId,
    ) -> Result<Version, JournalError> {
        let kept = self.kept();
        let stored = kept.ledgers.get(&(provider.clone(), payment.clone()));
        Ok(Version {
            timeline: 0,
            entries: stored.map_or(0, |stored| stored.version),
        })
    }

    async fn commit(&self, commit: &Commit) -> Result<Committed, JournalError> {
        let mut kept = self.kept();
        let message = commit.message.as_ref();
        let signed = message.filter(|message| !message.event.is_unsigned());
        if signed.is_some_and(|message| kept.inbox.knows(&message.provider, &message.event)) {
            return Ok(Committed::Known);
        }
        if let Some(change) = &commit.change
            && let Some(refused) = kept.append(change)
        {
            return Ok(refused);
        }
        if let Some(message) = signed {
            kept.inbox
                .remember(&message.provider, &message.event, message.at);
        }
        if let Some((message, payment)) = message.and_then(|one| Some((one, one.look.as_ref()?))) {
            kept.inbox.ask_for(&message.provider, payment);
        }
        Ok(Committed::Done(Durable::after_commit()))
    }

    async fn find(
        &self,
        operation: &OperationId,
    ) -> Result<Option<(ProviderName, PaymentId)>, JournalError> {
        let kept = self.kept();
        let row = kept.by_id.get(operation).and_then(|at| kept.index.get(*at));
        Ok(row.map(|row| (row.listed.provider.clone(), row.listed.payment.clone())))
    }

    async fn list(&self, filter: &Filter) -> Result<Vec<ListedOperation>, JournalError> {
        let kept = self.kept();
        let skipped = match &filter.after {
            None => 0,
            Some(id) => {
                let at = kept.by_id.get(id);
                let at = at.ok_or_else(|| JournalError::NoSuchOperation(id.clone()))?;
                at.saturating_add(1)
            }
        };
        let rows = kept.index.iter().skip(skipped);
        let fitting = rows
            .filter(|row| filter.takes(&row.listed.provider, row.listed.state, row.created_at))
            .map(|row| row.listed.clone());
        Ok(fitting.take(filter.limit.unwrap_or(usize::MAX)).collect())
    }

    async fn counts(&self) -> Result<Vec<Count>, JournalError> {
        let kept = self.kept();
        let mut counts: BTreeMap<(ProviderName, &str), Count> = BTreeMap::new();
        for row in &kept.index {
            let provider = &row.listed.provider;
            let oldest = (!row.listed.state.is_final()).then_some(row.created_at);
            let count = counts
                .entry((provider.clone(), row.listed.state.as_str()))
                .or_insert(Count {
                    provider: provider.clone(),
                    state: row.listed.state,
                    operations: 0,
                    oldest,
                });
            count.operations = count.operations.saturating_add(1);
            count.oldest = count.oldest.min(oldest);
        }
        Ok(counts.into_values().collect())
    }

    async fn hints(&self, limit: usize) -> Result<Vec<Hint>, JournalError> {
        Ok(self.kept().inbox.hints(limit))
    }

    async fn acknowledge(&self, hint: &Hint) -> Result<(), JournalError> {
        self.kept().inbox.acknowledge(hint);
        Ok(())
    }

    async fn pause(&self, provider: &ProviderName, until: Timestamp) -> Result<(), JournalError> {
        let mut kept = self.kept();
        let known = kept.pauses.entry(provider.clone()).or_insert(until);
        *known = until.max(*known);
        Ok(())
    }

    async fn paused_until(
        &self,
        provider: &ProviderName,
    ) -> Result<Option<Timestamp>, JournalError> {
        Ok(self.kept().pauses.get(provider).copied())
    }

    async fn info(&self) -> Result<JournalInfo, JournalError> {
        let kept = self.kept();
        let entries = kept.ledgers.values().map(|stored| stored.version);
        Ok(JournalInfo {
            kind: "memory".to_owned(),
            location: "this process".to_owned(),
            namespace: kept.namespace.clone(),
            schema: 1,
            engine: None,
            operations: u64::try_from(kept.index.len()).unwrap_or(u64::MAX),
            entries: entries.fold(0, u64::saturating_add),
        })
    }
}
