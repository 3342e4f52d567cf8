//! The store as a worker has it: it takes time, fails, and outlives the worker.

use async_trait::async_trait;
use refundkit::core::ledger::{Stored, Version};
use refundkit::core::ports::{Commit, Committed, JournalInfo, ListedOperation};
use refundkit::core::{Hint, Namespace};
use refundkit::{
    Count, Filter, JournalError, MemoryStore, OperationId, PaymentId, ProviderName, Store,
    Timestamp, WorkerId,
};
use std::sync::Arc;

use crate::knobs::{HOUR, Knobs, MINUTE, SECOND};
use crate::life::Life;
use crate::messages;
use crate::site::Site;
use crate::{workers, written};

/// What every worker shares, as one life of one of them has it. Any other may come in between two of
/// its calls.
#[derive(Debug)]
pub(crate) struct SimulatedStore {
    pub(crate) store: Arc<MemoryStore>,
    pub(crate) site: Site,
    pub(crate) life: Life,
    stall: u64,
    fault: u64,
}

/// What becomes of a commit that fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CommitFault {
    Full,
    /// Its end isn't known, and nothing was written.
    Gone,
    /// Its end isn't known, and all of it was written.
    Kept,
}

impl SimulatedStore {
    pub(crate) fn new(store: &Arc<MemoryStore>, site: &Site, life: &Life, knobs: &Knobs) -> Self {
        Self {
            store: Arc::clone(store),
            site: site.clone(),
            life: life.clone(),
            stall: knobs.stall,
            fault: knobs.journal_fault,
        }
    }

    /// What passes before and after a call: time, sometimes a lot of it, and sometimes a life.
    async fn pauses(&self) {
        let world = &self.life.world;
        self.life.moment().await;
        let pause = if world.misfortune(self.stall) {
            let long = [2 * SECOND, 2 * MINUTE, 5 * MINUTE, 20 * MINUTE, 2 * HOUR];
            let at = world.below(long.len() as u64);
            world.count("a worker stood still");
            long[at as usize]
        } else {
            1 + world.below(10)
        };
        world.sleep(pause).await;
        self.life.moment().await;
    }

    /// What befalls the next commit, if anything does.
    fn trouble(&self) -> Option<CommitFault> {
        let world = &self.life.world;
        world.misfortune(self.fault).then(|| {
            let trouble = [
                CommitFault::Full,
                CommitFault::Gone,
                CommitFault::Kept,
                CommitFault::Kept,
            ];
            let trouble = trouble[world.below(4) as usize];
            world.note(format_args!("{}: a commit fails: {trouble:?}", self.life));
            world.count("a write failed");
            trouble
        })
    }

    /// A reading fails now and then too.
    fn unreadable(&self) -> Result<(), JournalError> {
        let world = &self.life.world;
        if world.misfortune(self.fault / 4) {
            world.note(format_args!("{}: the store can't be read", self.life));
            return Err(JournalError::Storage("it can't be read now".into()));
        }
        Ok(())
    }
}

fn uncertain() -> JournalError {
    JournalError::Uncertain("the connection broke while it committed".into())
}

/// A call with the time that passes before and after it.
macro_rules! paused {
    ($self:ident, $call:expr) => {{
        $self.pauses().await;
        let done = $call.await;
        $self.pauses().await;
        done
    }};
}

#[async_trait]
impl Store for SimulatedStore {
    async fn bind(&self, namespace: &Namespace) -> Result<(), JournalError> {
        paused!(self, self.store.bind(namespace))
    }

    async fn join(&self) -> Result<WorkerId, JournalError> {
        self.pauses().await;
        let joined = self.store.join().await;
        if let Ok(worker) = &joined {
            workers::joined(&self.site, &self.life, worker);
        }
        self.pauses().await;
        joined
    }

    /// Only of those that are dead, and not of all of these at once.
    async fn is_gone(&self, worker: &WorkerId) -> Result<bool, JournalError> {
        self.pauses().await;
        let is_gone = workers::is_gone(&self.site, worker);
        self.life.world.count(if is_gone {
            "a marker was gone"
        } else {
            "a marker may have lived"
        });
        self.pauses().await;
        Ok(is_gone)
    }

    async fn load(
        &self,
        provider: &ProviderName,
        payment: &PaymentId,
    ) -> Result<Stored, JournalError> {
        let asked_at = self.life.world.now();
        self.pauses().await;
        self.unreadable()?;
        let loaded = self.store.load(provider, payment).await;
        written::loaded(&self.site, &self.life, payment, asked_at, &loaded);
        self.pauses().await;
        loaded
    }

    async fn version(
        &self,
        provider: &ProviderName,
        payment: &PaymentId,
    ) -> Result<Version, JournalError> {
        let asked_at = self.life.world.now();
        self.pauses().await;
        self.unreadable()?;
        let version = self.store.version(provider, payment).await?;
        written::versioned(&self.site, &self.life, payment, asked_at, version);
        self.pauses().await;
        Ok(version)
    }

    async fn commit(&self, commit: &Commit) -> Result<Committed, JournalError> {
        self.pauses().await;
        let trouble = self.trouble();
        if let Some(trouble @ (CommitFault::Full | CommitFault::Gone)) = trouble {
            written::failed(&self.site, &self.life, commit);
            self.pauses().await;
            return Err(if trouble == CommitFault::Full {
                JournalError::Full
            } else {
                uncertain()
            });
        }
        let done = self.store.commit(commit).await;
        if let Ok(done) = &done {
            written::committed(&self.site, &self.life, commit, done);
        }
        if trouble.is_some() || done.is_err() {
            written::failed(&self.site, &self.life, commit);
        }
        self.pauses().await;
        if trouble.is_some() {
            return Err(uncertain());
        }
        done
    }

    async fn find(
        &self,
        operation: &OperationId,
    ) -> Result<Option<(ProviderName, PaymentId)>, JournalError> {
        self.pauses().await;
        self.unreadable()?;
        let found = self.store.find(operation).await;
        self.pauses().await;
        found
    }

    async fn list(&self, filter: &Filter) -> Result<Vec<ListedOperation>, JournalError> {
        paused!(self, self.store.list(filter))
    }

    async fn counts(&self) -> Result<Vec<Count>, JournalError> {
        paused!(self, self.store.counts())
    }

    async fn hints(&self, limit: usize) -> Result<Vec<Hint>, JournalError> {
        paused!(self, self.store.hints(limit))
    }

    async fn acknowledge(&self, hint: &Hint) -> Result<(), JournalError> {
        self.pauses().await;
        messages::check::acknowledged(&self.site, hint);
        let trouble = self.trouble();
        if matches!(trouble, None | Some(CommitFault::Kept)) {
            self.store.acknowledge(hint).await?;
        }
        self.pauses().await;
        if trouble.is_some() {
            Err(uncertain())
        } else {
            Ok(())
        }
    }

    async fn pause(&self, provider: &ProviderName, until: Timestamp) -> Result<(), JournalError> {
        paused!(self, self.store.pause(provider, until))
    }

    async fn paused_until(
        &self,
        provider: &ProviderName,
    ) -> Result<Option<Timestamp>, JournalError> {
        paused!(self, self.store.paused_until(provider))
    }

    async fn info(&self) -> Result<JournalInfo, JournalError> {
        paused!(self, self.store.info())
    }
}

#[cfg(test)]
mod tests;
