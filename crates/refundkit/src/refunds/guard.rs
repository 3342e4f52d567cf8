//! One task's hold of one payment's ledger, and the ways to write to it: facts at any version,
//! decisions and marks only at the one that they rest on.

use refundkit_core::ledger::Version;
use refundkit_core::{
    Clock, Evidence, Fact, JournalError, Marked, Operation, OperationId, PaymentId, PaymentLedger,
    ProviderName, Timestamp,
};
use tokio::sync::OwnedMutexGuard;

use super::Refunds;
use crate::Error;
use crate::journal::{Journal, Written, contended};
use crate::stop::Stop;

/// So often a decision is made anew because others have changed the ledger meanwhile.
pub(super) const MOST_ANEW: usize = 16;

/// One payment's turn in this engine: no other task of it works on the payment until it ends. Others, in
/// this process or another, may: what is decided is written down only on the ledger as it is here.
pub(super) struct LedgerGuard<'a> {
    pub(super) journal: &'a Journal,
    pub(super) clock: &'a dyn Clock,
    pub(super) ledger: PaymentLedger,
    pub(super) stop: &'a Stop,
    _lane: OwnedMutexGuard<()>,
}

/// Whether a decision was written down. Where the ledger had changed meanwhile it wasn't: the turn has
/// loaded it again, and whoever decides has to begin anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub(super) enum Decided {
    WrittenDown,
    Anew,
}

impl Refunds {
    /// Waits for the payment's lane and loads its ledger.
    pub(super) async fn lock(
        &self,
        provider: &ProviderName,
        payment: &PaymentId,
    ) -> Result<LedgerGuard<'_>, Error> {
        self.journal.worker().await?;
        let lane = self.locks.enter(provider, payment).await;
        let ledger = self.journal.load(provider, payment).await?.ledger;
        Ok(LedgerGuard {
            journal: &self.journal,
            clock: self.clock.as_ref(),
            ledger,
            stop: &self.stop,
            _lane: lane,
        })
    }

    /// The turn of an operation's payment.
    pub(super) async fn lock_of(&self, id: &OperationId) -> Result<LedgerGuard<'_>, Error> {
        let found = self.journal.store.find(id).await?;
        let found = found.ok_or_else(|| JournalError::NoSuchOperation(id.clone()))?;
        let guard = self.lock(&found.0, &found.1).await?;
        guard.operation(id)?;
        Ok(guard)
    }
}

impl LedgerGuard<'_> {
    /// The operation as the ledger has it.
    pub(super) fn operation(&self, id: &OperationId) -> Result<&Operation, Error> {
        Ok(self.ledger.need(id)?)
    }

    /// Loads the ledger again. The time is no later than that of the loading.
    pub(super) async fn reload(&mut self) -> Result<Timestamp, Error> {
        let loaded = self.journal.reload(self.ledger.clone()).await?;
        self.ledger = loaded.ledger;
        Ok(loaded.at)
    }

    /// Writes down what is known, as of when it was asked for: what came meanwhile is newer.
    pub(super) async fn record(
        &mut self,
        id: &OperationId,
        fact: Fact,
        at: Timestamp,
    ) -> Result<(), Error> {
        let evidence = Evidence { at, fact };
        self.ledger = self
            .journal
            .record(self.ledger.clone(), id, &evidence)
            .await?;
        Ok(())
    }

    /// Writes down what was decided on the ledger as it is here.
    pub(super) async fn decide(
        &mut self,
        id: &OperationId,
        fact: Fact,
        at: Timestamp,
    ) -> Result<Decided, Error> {
        let mut change = self.journal.change(&self.ledger).await?;
        change.note(id, &Evidence { at, fact })?;
        Ok(match self.journal.commit(change).await? {
            Written::Done(ledger, _) => {
                self.ledger = *ledger;
                Decided::WrittenDown
            }
            Written::Conflict | Written::IdTaken => {
                self.reload().await?;
                Decided::Anew
            }
        })
    }

    /// Writes down a fact whatever the version, and a decision only on this one.
    pub(super) async fn note(
        &mut self,
        id: &OperationId,
        fact: Fact,
        at: Timestamp,
    ) -> Result<Decided, Error> {
        if fact.is_decision() {
            return self.decide(id, fact, at).await;
        }
        self.record(id, fact, at).await?;
        Ok(Decided::WrittenDown)
    }

    /// Marks the next attempt, as of a time no later than that of the ledger's last loading. Where the
    /// ledger isn't any more what was decided on, or it isn't to be sent any more at that time, nothing is
    /// marked: `None`.
    pub(super) async fn mark(
        &mut self,
        id: &OperationId,
        still_sends: impl FnOnce(&Operation, Timestamp) -> bool + Send,
    ) -> Result<Option<Marked>, Error> {
        let decided_on: Version = self.ledger.version();
        let at = self.reload().await?;
        if self.ledger.version() != decided_on {
            return Ok(None);
        }
        // Whoever stood still since then may have outlasted the key.
        if !still_sends(self.operation(id)?, at) {
            return Ok(None);
        }
        let mut change = self.journal.change(&self.ledger).await?;
        change.mark(id, at)?;
        match self.journal.commit(change).await? {
            Written::Done(ledger, marked) => {
                self.ledger = *ledger;
                Ok(marked)
            }
            Written::Conflict | Written::IdTaken => {
                self.reload().await?;
                Ok(None)
            }
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(super) fn contended<T>(&self) -> Result<T, Error> {
        Err(contended(&self.ledger).into())
    }
}
