use refundkit_core::{
    Clock, Evidence, Fact, Journal, Lease, Operation, PaymentId, ProviderName, Timestamp,
};
use tokio::sync::OwnedMutexGuard;

use super::Refunds;
use crate::Error;

/// One payment's turn: until it ends, nobody else decides about the payment's operations, neither
/// another task of this engine (the lane) nor another worker of this journal (the lease).
pub(super) struct Turn<'a> {
    pub(super) journal: &'a dyn Journal,
    pub(super) clock: &'a dyn Clock,
    pub(super) lease: Lease,
    _lane: OwnedMutexGuard<()>,
}

impl Refunds {
    /// Waits for the payment's lane and claims its lease.
    pub(super) async fn turn(
        &self,
        provider: &ProviderName,
        payment: &PaymentId,
    ) -> Result<Turn<'_>, Error> {
        self.bound
            .get_or_try_init(|| self.journal.bind(&self.namespace))
            .await?;
        let lane = self.lanes.enter(provider, payment).await;
        let lease = self
            .journal
            .claim(provider, payment, &self.worker, self.clock.now())
            .await?;
        Ok(Turn {
            journal: self.journal.as_ref(),
            clock: self.clock.as_ref(),
            lease,
            _lane: lane,
        })
    }

    /// The turn of an operation's payment, and the operation as it is at the turn's beginning.
    pub(super) async fn turn_of(&self, before: &Operation) -> Result<(Turn<'_>, Operation), Error> {
        let intent = &before.intent;
        let turn = self.turn(&intent.provider, intent.plan.payment()).await?;
        match self.status(&intent.id).await {
            Ok(found) => Ok((turn, found)),
            Err(error) => turn.end(Err(error)).await,
        }
    }
}

impl Turn<'_> {
    /// Writes a fact or a decision down, as of now.
    pub(super) async fn note(&self, operation: Operation, fact: Fact) -> Result<Operation, Error> {
        let now = self.clock.now();
        self.note_as_of(operation, fact, now).await
    }

    /// Writes a fact or a decision down. What a reading says counts as of the moment at which it was
    /// asked for: what came meanwhile is newer. The provider's word is left out where it is the last
    /// thing written down already.
    pub(super) async fn note_as_of(
        &self,
        operation: Operation,
        fact: Fact,
        at: Timestamp,
    ) -> Result<Operation, Error> {
        if operation.ends_with(&fact) {
            return Ok(operation);
        }
        let id = &operation.intent.id;
        let evidence = Evidence { at, fact };
        Ok(if evidence.fact.is_decision() {
            self.journal.decide(&self.lease, id, &evidence).await?
        } else {
            self.journal.record(id, &evidence).await?
        })
    }

    /// Lets the next one have its turn. A lease that can't be given back runs out by itself.
    pub(super) async fn end<T>(self, done: Result<T, Error>) -> Result<T, Error> {
        let _ = self.journal.release(&self.lease).await;
        done
    }
}
