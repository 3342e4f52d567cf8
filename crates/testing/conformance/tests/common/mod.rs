//! A store as small as the suite allows, on a `BTreeMap`; and the same one broken.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use refundkit_conformance::StoreHarness;
use refundkit_core::ledger::{Stored, Version};
use refundkit_core::ports::{Commit, Committed, Durable, ListedOperation, Message};
use refundkit_core::{
    Change, Count, EventId, Filter, Hint, JournalError, JournalInfo, Namespace, OperationId,
    PaymentId, ProviderName, Store, Timestamp, WorkerId,
};

/// What is wrong with the store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// Nothing.
    #[default]
    None,
    /// It never compares versions.
    IgnoresVersions,
    /// Of a change it writes down the first entry only.
    WritesHalf,
    /// A message stays known though its change was refused.
    KeepsMessages,
    /// The newest entry is gone when the next process opens it.
    LosesTail,
}

#[derive(Debug, Default)]
pub(crate) struct Third {
    kept: Mutex<Kept>,
    flaw: Flaw,
}

type Key = (ProviderName, PaymentId);

#[derive(Clone, Debug, Default)]
struct Kept {
    namespace: Option<Namespace>,
    workers: u64,
    ledgers: BTreeMap<Key, Stored>,
    index: Vec<(ListedOperation, Timestamp)>,
    messages: BTreeSet<(ProviderName, EventId)>,
    hints: BTreeMap<Key, u64>,
    newest: u64,
    pauses: BTreeMap<ProviderName, Timestamp>,
}

impl Third {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap()
    }
}

impl Kept {
    fn load(&self, key: &Key) -> Stored {
        let nothing = || Stored::nothing(key.0.clone(), key.1.clone(), 1);
        self.ledgers.get(key).cloned().unwrap_or_else(nothing)
    }

    fn place(&self, id: &OperationId) -> Option<usize> {
        self.index
            .iter()
            .position(|(listed, ..)| listed.operation == *id)
    }

    fn take_in(&mut self, message: &Message) -> bool {
        let id = (message.provider.clone(), message.event.clone());
        message.event.is_unsigned() || self.messages.insert(id)
    }

    fn append(&mut self, change: &Change, flaw: Flaw) -> Option<Committed> {
        let ledger = change.ledger();
        let key = (ledger.provider().clone(), ledger.payment().clone());
        let mut stored = self.load(&key);
        let expected = change.expected();
        let here = (stored.timeline, stored.version);
        if (expected.timeline, expected.entries) != here && flaw != Flaw::IgnoresVersions {
            return Some(Committed::Conflict);
        }
        if change.is_empty() {
            return None;
        }
        let mut begun = change.indexed().filter(|row| row.before.is_none());
        if begun.any(|row| self.place(&row.operation.intent.id).is_some()) {
            return Some(Committed::IdTaken);
        }
        for row in change.indexed() {
            let intent = &row.operation.intent;
            match self.place(&intent.id) {
                Some(at) => self.index[at].0.state = row.state,
                None => {
                    let (operation, (provider, payment)) = (intent.id.clone(), key.clone());
                    let listed = ListedOperation {
                        operation,
                        state: row.state,
                        provider,
                        payment,
                    };
                    self.index.push((listed, intent.created_at));
                }
            }
        }
        let written = if flaw == Flaw::WritesHalf {
            1
        } else {
            usize::MAX
        };
        let entries = change.entries().take(written);
        stored
            .entries
            .extend(entries.map(|(_, body)| body.to_vec()));
        let owned = change.owned().iter();
        stored
            .owners
            .extend(owned.map(|owned| (owned.refund.clone(), owned.operation)));
        let indexed = ledger.indexed();
        stored.operations = indexed.map(|(id, state)| (id.clone(), state)).collect();
        stored.version = ledger.version().entries;
        stored.head = *ledger.head();
        stored.held = ledger.holds();
        self.ledgers.insert(key, stored);
        None
    }
}

#[async_trait]
impl Store for Third {
    async fn bind(&self, given: &Namespace) -> Result<(), JournalError> {
        let mut kept = self.kept();
        let held = kept.namespace.get_or_insert_with(|| given.clone()).clone();
        let given = given.clone();
        if held == given {
            Ok(())
        } else {
            Err(JournalError::OtherNamespace { held, given })
        }
    }

    async fn join(&self) -> Result<WorkerId, JournalError> {
        let mut kept = self.kept();
        kept.workers += 1;
        Ok(WorkerId::new(format!("third-{}", kept.workers)).unwrap())
    }

    async fn is_gone(&self, _: &WorkerId) -> Result<bool, JournalError> {
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
        let stored = self.load(provider, payment).await?;
        Ok(Version {
            timeline: stored.timeline,
            entries: stored.version,
        })
    }

    async fn commit(&self, commit: &Commit) -> Result<Committed, JournalError> {
        let mut kept = self.kept();
        let mut after = kept.clone();
        let message = commit.message.as_ref();
        if message.is_some_and(|message| !after.take_in(message)) {
            return Ok(Committed::Known);
        }
        if let Some((message, look)) = message.and_then(|one| Some((one, one.look.clone()?))) {
            after.newest += 1;
            after
                .hints
                .insert((message.provider.clone(), look), after.newest);
        }
        let change = commit.change.as_ref();
        if let Some(refused) = change.and_then(|change| after.append(change, self.flaw)) {
            if self.flaw == Flaw::KeepsMessages {
                kept.messages = after.messages;
            }
            return Ok(refused);
        }
        *kept = after;
        Ok(Committed::Done(Durable::after_commit()))
    }

    async fn find(
        &self,
        id: &OperationId,
    ) -> Result<Option<(ProviderName, PaymentId)>, JournalError> {
        let kept = self.kept();
        let listed = kept.place(id).map(|at| &kept.index[at].0);
        Ok(listed.map(|listed| (listed.provider.clone(), listed.payment.clone())))
    }

    async fn list(&self, filter: &Filter) -> Result<Vec<ListedOperation>, JournalError> {
        let kept = self.kept();
        let skipped = match &filter.after {
            None => 0,
            Some(id) => {
                let at = kept.place(id);
                at.ok_or_else(|| JournalError::NoSuchOperation(id.clone()))? + 1
            }
        };
        let rows = kept.index.iter().skip(skipped);
        let rows = rows.filter(|(listed, at)| filter.takes(&listed.provider, listed.state, *at));
        let rows = rows.take(filter.limit.unwrap_or(usize::MAX));
        Ok(rows.map(|(listed, ..)| listed.clone()).collect())
    }

    async fn counts(&self) -> Result<Vec<Count>, JournalError> {
        let mut counts: Vec<Count> = Vec::new();
        for (listed, at) in &self.kept().index {
            let (provider, state) = (listed.provider.clone(), listed.state);
            let oldest = (!state.is_final()).then_some(*at);
            let same = |count: &&mut Count| count.provider == provider && count.state == state;
            if let Some(count) = counts.iter_mut().find(same) {
                count.operations += 1;
                count.oldest = count.oldest.min(oldest);
            } else {
                counts.push(Count {
                    provider,
                    state,
                    operations: 1,
                    oldest,
                });
            }
        }
        Ok(counts)
    }

    async fn hints(&self, limit: usize) -> Result<Vec<Hint>, JournalError> {
        let kept = self.kept();
        let mut hints: Vec<Hint> = kept
            .hints
            .iter()
            .map(|((provider, payment), number)| Hint {
                provider: provider.clone(),
                payment: payment.clone(),
                number: *number,
            })
            .collect();
        hints.sort_by_key(|hint| hint.number);
        hints.truncate(limit);
        Ok(hints)
    }

    async fn acknowledge(&self, hint: &Hint) -> Result<(), JournalError> {
        let key = (hint.provider.clone(), hint.payment.clone());
        self.kept()
            .hints
            .retain(|known, number| *known != key || *number > hint.number);
        Ok(())
    }

    async fn pause(&self, provider: &ProviderName, until: Timestamp) -> Result<(), JournalError> {
        let mut kept = self.kept();
        let known = kept.pauses.entry(provider.clone()).or_insert(until);
        *known = until.max(*known);
        Ok(())
    }

    async fn paused_until(&self, at: &ProviderName) -> Result<Option<Timestamp>, JournalError> {
        Ok(self.kept().pauses.get(at).copied())
    }

    async fn info(&self) -> Result<JournalInfo, JournalError> {
        let kept = self.kept();
        Ok(JournalInfo {
            kind: "third".to_owned(),
            location: "this test".to_owned(),
            namespace: kept.namespace.clone(),
            schema: 1,
            engine: None,
            operations: kept.index.len().try_into().unwrap(),
            entries: kept.ledgers.values().map(|stored| stored.version).sum(),
        })
    }
}

/// A [`Third`] store, which the next process finds as a copy of what was kept.
#[derive(Debug)]
pub(crate) struct Harness(Arc<Third>);

impl Harness {
    pub(crate) fn with(flaw: Flaw) -> Self {
        let kept = Mutex::default();
        Self(Arc::new(Third { kept, flaw }))
    }
}

impl StoreHarness for Harness {
    fn store(&self) -> Arc<dyn Store> {
        Arc::<Third>::clone(&self.0)
    }

    async fn reopen(self) -> Self {
        let mut kept = self.0.kept().clone();
        let flaw = self.0.flaw;
        if flaw == Flaw::LosesTail
            && let Some(stored) = kept.ledgers.values_mut().next_back()
        {
            stored.entries.pop();
            stored.version -= 1;
        }
        let kept = Mutex::new(kept);
        Self(Arc::new(Third { kept, flaw }))
    }
}
