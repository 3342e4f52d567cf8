//! Payments' ledgers, driven over a store: what is loaded is checked, what is decided is written down on
//! the version that it was decided on, and what is known is written down whatever the version.

use std::sync::Arc;

use refundkit_core::operation::Marker;
use refundkit_core::ports::{Commit, Committed, Message};
use refundkit_core::webhook::{Consequence, consequence};
use refundkit_core::{
    Change, Clock, Evidence, Filter, JournalError, Marked, Namespace, Operation, OperationId,
    PaymentId, PaymentLedger, ProviderName, State, Store, Timestamp, WebhookEvent, WorkerId,
};
use tokio::sync::OnceCell;

use crate::watch::Watch;

/// How often a fact is tried again where others change the ledger meanwhile. Each time somebody gets
/// something written down, so that this many in a row are a fault.
const MOST_CONFLICTS: usize = 64;

#[derive(Debug)]
pub(crate) struct Journal {
    pub(crate) store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    watch: Watch,
    namespace: Namespace,
    /// This engine's name, once the store has taken the namespace for its own and given one.
    worker: OnceCell<WorkerId>,
}

/// A ledger, and a time no later than that of its loading.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) ledger: PaymentLedger,
    pub(crate) at: Timestamp,
}

/// What became of a change.
#[derive(Debug)]
pub(crate) enum Written {
    /// It is durable. The mark may be sent, where there is one.
    Done(Box<PaymentLedger>, Option<Marked>),
    /// Others have changed the ledger meanwhile: nothing was written, and it has to be decided anew.
    Conflict,
    /// The id of the operation that it begins is one of another payment's.
    IdTaken,
}

/// What became of a provider's message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Received {
    /// The message was known already.
    Known,
    /// Nothing follows from it: it is about nothing of ours, or says what was said last.
    Nothing,
    /// The payment is to be read, and that is written down.
    RefreshDue,
    /// It is the provider's word about one of our operations, and that is written down.
    Recorded {
        /// The operation with it.
        operation: Box<Operation>,
        /// Its state before.
        before: State,
        /// Whether the payment is to be read all the same.
        refresh: bool,
    },
}

impl Journal {
    pub(crate) fn new(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        watch: Watch,
        namespace: Namespace,
    ) -> Self {
        Self {
            store,
            clock,
            watch,
            namespace,
            worker: OnceCell::new(),
        }
    }

    pub(crate) const fn namespace(&self) -> &Namespace {
        &self.namespace
    }

    /// This engine's name in the store. Nothing is written down before the store is bound to the namespace.
    pub(crate) async fn worker(&self) -> Result<&WorkerId, JournalError> {
        let join = || async {
            self.store.bind(&self.namespace).await?;
            self.store.join().await
        };
        self.worker.get_or_try_init(join).await
    }

    /// The ledger as it is now. The time comes first: whatever rests on it is younger.
    pub(crate) async fn load(
        &self,
        provider: &ProviderName,
        payment: &PaymentId,
    ) -> Result<Loaded, JournalError> {
        let at = self.clock.now();
        let stored = self.store.load(provider, payment).await?;
        let ledger = PaymentLedger::replay(&stored)?;
        Ok(Loaded { ledger, at })
    }

    /// The ledger as it is now, for somebody who has it as it was: it is read only where it has changed.
    pub(crate) async fn reload(&self, ledger: PaymentLedger) -> Result<Loaded, JournalError> {
        let at = self.clock.now();
        let version = self
            .store
            .version(ledger.provider(), ledger.payment())
            .await?;
        if version == ledger.version() {
            return Ok(Loaded { ledger, at });
        }
        self.load(ledger.provider(), ledger.payment()).await
    }

    /// A change of the ledger by this engine.
    pub(crate) async fn change(&self, ledger: &PaymentLedger) -> Result<Change, JournalError> {
        Ok(Change::of(ledger, self.worker().await?))
    }

    /// Writes a change down, and tells what it has changed.
    pub(crate) async fn commit(&self, change: Change) -> Result<Written, JournalError> {
        if change.is_empty() {
            return Ok(Written::Done(Box::new(change.into_ledger()), None));
        }
        let commit = Commit::from(change);
        let committed = self.store.commit(&commit).await?;
        match (committed, commit.change) {
            (Committed::Done(durable), Some(change)) => {
                self.watch.tell(&change);
                let (ledger, marked) = change.committed(durable);
                Ok(Written::Done(Box::new(ledger), marked))
            }
            (Committed::IdTaken, _) => Ok(Written::IdTaken),
            (Committed::Conflict | Committed::Known | Committed::Done(_), _) => {
                Ok(Written::Conflict)
            }
        }
    }

    /// Writes down what is known of an operation, whoever has changed the ledger meanwhile. Returns the
    /// ledger with it.
    pub(crate) async fn record(
        &self,
        mut ledger: PaymentLedger,
        id: &OperationId,
        evidence: &Evidence,
    ) -> Result<PaymentLedger, JournalError> {
        for _ in 0..MOST_CONFLICTS {
            let mut change = self.change(&ledger).await?;
            change.note(id, evidence)?;
            if let Written::Done(ledger, _) = self.commit(change).await? {
                return Ok(*ledger);
            }
            ledger = self.reload(ledger).await?.ledger;
        }
        Err(contended(&ledger))
    }

    /// Takes in a provider's message, once: what it says, and the need to read the payment.
    pub(crate) async fn take_in(
        &self,
        provider: &ProviderName,
        event: &WebhookEvent,
        at: Timestamp,
    ) -> Result<Received, JournalError> {
        self.worker().await?;
        let message = |look: Option<PaymentId>| Message {
            provider: provider.clone(),
            event: event.id.clone(),
            at,
            look,
        };
        let Some(payment) = event.content.payment() else {
            let message = Some(message(None));
            let commit = Commit {
                change: None,
                message,
            };
            return Ok(match self.store.commit(&commit).await? {
                Committed::Known => Received::Known,
                Committed::Done(_) | Committed::Conflict | Committed::IdTaken => Received::Nothing,
            });
        };
        for _ in 0..MOST_CONFLICTS {
            let ledger = self.load(provider, payment).await?.ledger;
            let Consequence { fact, refresh } = consequence(ledger.operations(), &event.content);
            let mut change = self.change(&ledger).await?;
            let mut about = None;
            if let Some((id, fact)) = fact {
                let before = ledger.need(&id)?.state();
                change.note(&id, &Evidence { at, fact })?;
                about = Some((id, before));
            }
            let message = Some(message(refresh.then(|| payment.clone())));
            let commit = Commit {
                change: Some(change),
                message,
            };
            match (self.store.commit(&commit).await?, commit.change) {
                (Committed::Known, _) => return Ok(Received::Known),
                (Committed::Done(_), Some(change)) => {
                    self.watch.tell(&change);
                    return received(&change, about, refresh);
                }
                (Committed::Conflict | Committed::IdTaken | Committed::Done(_), _) => {}
            }
        }
        let payment = payment.clone();
        Err(JournalError::Contended { payment })
    }

    /// What is known of whoever has marked the operation's newest attempt. One of this engine is gone:
    /// an engine works on a payment in one task at a time.
    pub(crate) async fn marker(
        &self,
        ledger: &PaymentLedger,
        id: &OperationId,
    ) -> Result<Marker, JournalError> {
        let Some(marker) = ledger.marker(id) else {
            return Ok(Marker::MayLive);
        };
        let is_gone = marker == self.worker().await? || self.store.is_gone(marker).await?;
        Ok(if is_gone {
            Marker::Gone
        } else {
            Marker::MayLive
        })
    }

    /// The ledger that has the operation.
    pub(crate) async fn find(&self, id: &OperationId) -> Result<Option<Loaded>, JournalError> {
        let Some((provider, payment)) = self.store.find(id).await? else {
            return Ok(None);
        };
        let loaded = self.load(&provider, &payment).await?;
        // That an index leads to a ledger without it is damage, and not its absence.
        if loaded.ledger.operation(id).is_none() {
            return Err(JournalError::Damaged {
                what: format!("its index leads to no operation {id}"),
            });
        }
        Ok(Some(loaded))
    }

    pub(crate) async fn operation(&self, id: &OperationId) -> Result<Operation, JournalError> {
        let found = self.find(id).await?;
        let found = found.ok_or_else(|| JournalError::NoSuchOperation(id.clone()))?;
        found.ledger.need(id).cloned()
    }

    pub(crate) async fn of_payment(
        &self,
        provider: &ProviderName,
        payment: &PaymentId,
    ) -> Result<Vec<Operation>, JournalError> {
        Ok(self
            .load(provider, payment)
            .await?
            .ledger
            .operations()
            .to_vec())
    }

    /// The operations that fit the filter, each as it is now. Operations of one payment that follow each
    /// other are loaded once.
    pub(crate) async fn list(&self, filter: &Filter) -> Result<Vec<Operation>, JournalError> {
        let mut operations = Vec::new();
        let mut ledger: Option<PaymentLedger> = None;
        for listed in self.store.list(filter).await? {
            let (provider, payment) = (&listed.provider, &listed.payment);
            let is_its = |ledger: &PaymentLedger| {
                (ledger.provider(), ledger.payment()) == (provider, payment)
                    && ledger.operation(&listed.operation).is_some()
            };
            let its = match ledger.take().filter(is_its) {
                Some(ledger) => ledger,
                None => self.load(provider, payment).await?.ledger,
            };
            operations.push(its.need(&listed.operation)?.clone());
            ledger = Some(its);
        }
        Ok(operations)
    }
}

pub(crate) fn contended(ledger: &PaymentLedger) -> JournalError {
    let payment = ledger.payment().clone();
    JournalError::Contended { payment }
}

fn received(
    change: &Change,
    about: Option<(OperationId, State)>,
    refresh: bool,
) -> Result<Received, JournalError> {
    Ok(match about {
        Some((id, before)) if !change.is_empty() => Received::Recorded {
            operation: Box::new(change.ledger().need(&id)?.clone()),
            before,
            refresh,
        },
        Some(_) | None if refresh => Received::RefreshDue,
        Some(_) | None => Received::Nothing,
    })
}
