//! Somebody who works with a store as the engine does: loads a ledger, makes a change of it by the
//! rules, commits it, and does all of that anew where others were faster.

use refundkit_core::ledger::Begun;
use refundkit_core::ports::{Commit, Committed};
use refundkit_core::{
    Change, Evidence, Intent, JournalError, Marked, Operation, OperationId, PaymentId,
    PaymentLedger, ProviderName, Store, Timestamp, WorkerId,
};

/// So often a change is made anew, before the store is taken for one that never commits anything.
const MOST_TRIES: u32 = 10_000;

/// A store with the name that it has given to whoever works with it.
#[derive(Clone, Debug)]
pub struct Writer<'a> {
    store: &'a dyn Store,
    by: WorkerId,
}

impl<'a> Writer<'a> {
    /// Takes a name from the store.
    ///
    /// # Errors
    /// The store's.
    pub async fn join(store: &'a dyn Store) -> Result<Self, JournalError> {
        let by = store.join().await?;
        Ok(Self { store, by })
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &WorkerId {
        &self.by
    }

    /// What the store has of a payment, checked.
    ///
    /// # Errors
    /// The store's, and [`JournalError::Damaged`] where what it has kept contradicts itself.
    pub async fn ledger(
        &self,
        provider: &ProviderName,
        payment: &PaymentId,
    ) -> Result<PaymentLedger, JournalError> {
        PaymentLedger::replay(&self.store.load(provider, payment).await?)
    }

    /// The ledger of the intent's payment.
    ///
    /// # Errors
    /// As [`ledger`](Self::ledger).
    pub async fn ledger_of(&self, intent: &Intent) -> Result<PaymentLedger, JournalError> {
        self.ledger(&intent.provider, intent.plan.payment()).await
    }

    /// The operation, where there is one.
    ///
    /// # Errors
    /// As [`ledger`](Self::ledger).
    pub async fn operation(&self, id: &OperationId) -> Result<Option<Operation>, JournalError> {
        let Some((provider, payment)) = self.store.find(id).await? else {
            return Ok(None);
        };
        let ledger = self.ledger(&provider, &payment).await?;
        Ok(Some(ledger.need(id)?.clone()))
    }

    /// An empty change of the ledger.
    pub fn change(&self, ledger: &PaymentLedger) -> Change {
        Change::of(ledger, &self.by)
    }

    /// Commits the change alone, once.
    ///
    /// # Errors
    /// The store's.
    pub async fn commit(&self, change: Change) -> Result<Committed, JournalError> {
        self.store.commit(&Commit::from(change)).await
    }

    /// Changes the ledger of the intent's payment: loads it, lets `rule` make the change, and commits
    /// it; all of it anew on a conflict. Returns what the rule has said last, and the ledger with the
    /// change, and the mark in it.
    ///
    /// # Errors
    /// The rule's and the store's; [`JournalError::Contended`] where it never comes to an end.
    ///
    /// # Panics
    /// Where the store takes an id for one of another payment.
    pub async fn write<T>(
        &self,
        intent: &Intent,
        rule: impl Fn(&mut Change) -> Result<T, JournalError>,
    ) -> Result<(T, PaymentLedger, Option<Marked>), JournalError> {
        for _ in 0..MOST_TRIES {
            let mut change = self.change(&self.ledger_of(intent).await?);
            let said = rule(&mut change)?;
            let commit = Commit::from(change);
            match self.store.commit(&commit).await? {
                Committed::Done(durable) => {
                    let change = commit.change.expect("it was there");
                    let (ledger, marked) = change.committed(durable);
                    return Ok((said, ledger, marked));
                }
                Committed::Conflict => {}
                other @ (Committed::IdTaken | Committed::Known) => panic!("{other:?}"),
            }
        }
        let payment = intent.plan.payment().clone();
        Err(JournalError::Contended { payment })
    }

    /// Begins the intent.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub async fn begin(&self, intent: &Intent) -> Result<Begun, JournalError> {
        let begun = self.write(intent, |change| change.begin(intent.clone()));
        Ok(begun.await?.0)
    }

    /// Marks the intent's next attempt.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub async fn mark(&self, intent: &Intent, at: Timestamp) -> Result<Marked, JournalError> {
        let marked = self.write(intent, |change| change.mark(&intent.id, at));
        Ok(marked.await?.2.expect("a mark was committed"))
    }

    /// Adds what is known of the intent's operation; the operation with it.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub async fn add(
        &self,
        intent: &Intent,
        evidence: &Evidence,
    ) -> Result<Operation, JournalError> {
        let added = self.write(intent, |change| change.note(&intent.id, evidence));
        let (_, ledger, _) = added.await?;
        Ok(ledger.need(&intent.id)?.clone())
    }
}

/// [`Writer::begin`] by somebody new.
///
/// # Errors
/// The store's.
pub async fn begin(store: &dyn Store, intent: &Intent) -> Result<Begun, JournalError> {
    Writer::join(store).await?.begin(intent).await
}

/// [`Writer::mark`] by somebody new.
///
/// # Errors
/// The store's, and those of the rules.
pub async fn mark(
    store: &dyn Store,
    intent: &Intent,
    at: Timestamp,
) -> Result<Marked, JournalError> {
    Writer::join(store).await?.mark(intent, at).await
}

/// [`Writer::add`] by somebody new.
///
/// # Errors
/// The store's, and [`JournalError::NoSuchOperation`].
pub async fn add(
    store: &dyn Store,
    intent: &Intent,
    evidence: &Evidence,
) -> Result<Operation, JournalError> {
    Writer::join(store).await?.add(intent, evidence).await
}
