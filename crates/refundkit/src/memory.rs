//! A journal that lasts as long as its process: for tests, trials and `memory:`.

mod inbox;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use inbox::Inbox;
use refundkit_core::operation::Fact;
use refundkit_core::ports::Leases;
use refundkit_core::webhook::{Told, told};
use refundkit_core::{
    Begun, Budget, Count, Event, Evidence, Filter, Hint, Intent, Journal, JournalError,
    JournalInfo, Lease, Marked, Minor, Namespace, Operation, OperationId, PaymentId, ProviderName,
    State, Taken, Timestamp, WorkerId,
};

/// An in-memory [`Journal`]. It keeps every promise of the port but durability: what is in it is
/// gone with the process, so a crash between send and answer is not noticed afterwards.
#[derive(Debug, Default)]
pub struct MemoryJournal {
    book: Mutex<Book>,
}

#[derive(Debug, Default)]
struct Book {
    operations: Vec<Operation>,
    by_id: HashMap<OperationId, usize>,
    leases: Leases,
    inbox: Inbox,
    namespace: Option<Namespace>,
    pauses: BTreeMap<ProviderName, Timestamp>,
}

impl MemoryJournal {
    /// An empty journal.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Book {
    fn get(&self, id: &OperationId) -> Option<&Operation> {
        self.by_id.get(id).and_then(|&at| self.operations.get(at))
    }

    fn need(&self, id: &OperationId) -> Result<&Operation, JournalError> {
        self.get(id)
            .ok_or_else(|| JournalError::NoSuchOperation(id.clone()))
    }

    fn add(&mut self, id: &OperationId, evidence: &Evidence) -> Result<Operation, JournalError> {
        let owner = self.owner_beside(id, &evidence.fact)?;
        let operation = self.get_mut(id)?;
        let added = operation.to_add(evidence, owner.as_ref());
        operation.evidence.extend(added);
        Ok(operation.clone())
    }

    /// The other operation of the payment that has made the refund which the fact names.
    fn owner_beside(
        &self,
        id: &OperationId,
        fact: &Fact,
    ) -> Result<Option<OperationId>, JournalError> {
        let Some(refund) = fact.refund() else {
            return Ok(None);
        };
        let intent = &self.need(id)?.intent;
        let mut others = self.of_payment(&intent.provider, intent.plan.payment());
        let owner = others
            .find(|other| other.intent.id != *id && other.refunds().any(|known| known == refund));
        Ok(owner.map(|owner| owner.intent.id.clone()))
    }

    fn get_mut(&mut self, id: &OperationId) -> Result<&mut Operation, JournalError> {
        let at = self.by_id.get(id).copied();
        at.and_then(|at| self.operations.get_mut(at))
            .ok_or_else(|| JournalError::NoSuchOperation(id.clone()))
    }

    fn of_payment<'a>(
        &'a self,
        provider: &'a ProviderName,
        payment: &'a PaymentId,
    ) -> impl Iterator<Item = &'a Operation> {
        self.operations.iter().filter(move |operation| {
            operation.intent.provider == *provider && operation.intent.plan.payment() == payment
        })
    }

    /// What is left of the budget. Nothing where sums don't fit.
    fn left(&self, intent: &Intent, budget: Budget) -> Minor {
        let held = self
            .of_payment(&intent.provider, intent.plan.payment())
            .filter(|operation| operation.state().holds_money())
            .map(|operation| operation.intent.plan.amount().minor());
        let gone = Minor::checked_sum(held).and_then(|held| held.checked_add(budget.external));
        gone.map_or(Minor::ZERO, |gone| budget.cap.saturating_sub(gone))
    }
}

#[async_trait]
impl Journal for MemoryJournal {
    async fn bind(&self, namespace: &Namespace) -> Result<(), JournalError> {
        let mut book = self.book();
        let held = book.namespace.get_or_insert_with(|| namespace.clone());
        if held == namespace {
            return Ok(());
        }
        Err(JournalError::OtherNamespace {
            held: held.clone(),
            given: namespace.clone(),
        })
    }

    async fn pause(&self, provider: &ProviderName, until: Timestamp) -> Result<(), JournalError> {
        let mut book = self.book();
        let kept = book.pauses.entry(provider.clone()).or_insert(until);
        *kept = until.max(*kept);
        Ok(())
    }

    async fn paused_until(
        &self,
        provider: &ProviderName,
    ) -> Result<Option<Timestamp>, JournalError> {
        Ok(self.book().pauses.get(provider).copied())
    }

    async fn claim(
        &self,
        provider: &ProviderName,
        payment: &PaymentId,
        worker: &WorkerId,
        now: Timestamp,
    ) -> Result<Lease, JournalError> {
        self.book().leases.claim(provider, payment, worker, now)
    }

    async fn release(&self, lease: &Lease) -> Result<(), JournalError> {
        self.book().leases.release(lease);
        Ok(())
    }

    async fn begin(
        &self,
        lease: &Lease,
        intent: &Intent,
        budget: Budget,
    ) -> Result<Begun, JournalError> {
        let mut book = self.book();
        book.leases.check(lease, intent)?;
        if let Some(existing) = book.get(&intent.id) {
            return Ok(Begun::Existing(Box::new(existing.clone())));
        }
        let left = book.left(intent, budget);
        if intent.plan.amount().minor() > left {
            return Ok(Begun::OverBudget { left });
        }
        let operation = Operation::new(intent.clone());
        let at = book.operations.len();
        book.by_id.insert(intent.id.clone(), at);
        book.operations.push(operation.clone());
        Ok(Begun::New(Box::new(operation)))
    }

    async fn mark(
        &self,
        lease: &Lease,
        id: &OperationId,
        at: Timestamp,
    ) -> Result<Marked, JournalError> {
        let mut book = self.book();
        let intent = &book.need(id)?.intent;
        book.leases.check(lease, intent)?;
        let others = book.of_payment(&intent.provider, intent.plan.payment());
        if others
            .into_iter()
            .any(|other| other.intent.id != *id && other.state().in_flight())
        {
            return Err(JournalError::InFlight);
        }
        let operation = book.get_mut(id)?;
        let attempt = operation.next_mark()?;
        operation.evidence.push(Evidence {
            at,
            fact: Fact::Marked { attempt },
        });
        book.leases.renew(lease, at);
        Ok(Marked::durable(attempt, at))
    }

    async fn record(
        &self,
        id: &OperationId,
        evidence: &Evidence,
    ) -> Result<Operation, JournalError> {
        let mut book = self.book();
        Leases::check_without(&evidence.fact, &book.need(id)?.intent)?;
        book.add(id, evidence)
    }

    async fn decide(
        &self,
        lease: &Lease,
        id: &OperationId,
        evidence: &Evidence,
    ) -> Result<Operation, JournalError> {
        let mut book = self.book();
        book.leases.check(lease, &book.need(id)?.intent)?;
        book.add(id, evidence)
    }

    async fn operation(&self, id: &OperationId) -> Result<Option<Operation>, JournalError> {
        Ok(self.book().get(id).cloned())
    }

    async fn of_payment(
        &self,
        provider: &ProviderName,
        payment: &PaymentId,
    ) -> Result<Vec<Operation>, JournalError> {
        Ok(self.book().of_payment(provider, payment).cloned().collect())
    }

    async fn list(&self, filter: &Filter) -> Result<Vec<Operation>, JournalError> {
        let book = self.book();
        let skipped = match &filter.after {
            None => 0,
            Some(id) => {
                let at = book.by_id.get(id);
                let at = at.ok_or_else(|| JournalError::NoSuchOperation(id.clone()))?;
                at.saturating_add(1)
            }
        };
        let fitting = book
            .operations
            .iter()
            .skip(skipped)
            .filter(|operation| filter.fits(operation))
            .cloned();
        Ok(fitting.take(filter.limit.unwrap_or(usize::MAX)).collect())
    }

    async fn take_in(
        &self,
        provider: &ProviderName,
        event: &Event,
        at: Timestamp,
    ) -> Result<Taken, JournalError> {
        let mut book = self.book();
        if !event.id.is_unsigned() && !book.inbox.is_new(provider, &event.id, at) {
            return Ok(Taken::Known);
        }
        let Some(payment) = event.news.payment() else {
            return Ok(Taken::Nothing);
        };
        let operations: Vec<Operation> = book.of_payment(provider, payment).cloned().collect();
        let Told { fact, look } = told(&operations, &event.news);
        if look {
            book.inbox.ask_for(provider, payment);
        }
        let Some((id, fact)) = fact else {
            return Ok(if look { Taken::Noted } else { Taken::Nothing });
        };
        let before = book.need(&id)?.state();
        let operation = Box::new(book.add(&id, &Evidence { at, fact })?);
        Ok(Taken::Told {
            operation,
            before,
            look,
        })
    }

    async fn hints(&self, limit: usize) -> Result<Vec<Hint>, JournalError> {
        Ok(self.book().inbox.hints(limit))
    }

    async fn heed(&self, hint: &Hint) -> Result<(), JournalError> {
        self.book().inbox.heed(hint);
        Ok(())
    }

    async fn census(&self) -> Result<Vec<Count>, JournalError> {
        let book = self.book();
        let mut counts: BTreeMap<(ProviderName, State), Count> = BTreeMap::new();
        for operation in &book.operations {
            let (intent, state) = (&operation.intent, operation.state());
            let key = (intent.provider.clone(), state);
            let count = counts.entry(key).or_insert_with(|| Count {
                provider: intent.provider.clone(),
                state,
                operations: 0,
                oldest: (!state.is_final()).then_some(intent.created_at),
            });
            count.operations = count.operations.saturating_add(1);
        }
        Ok(counts.into_values().collect())
    }

    async fn info(&self) -> Result<JournalInfo, JournalError> {
        let book = self.book();
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        Ok(JournalInfo {
            kind: "memory".to_owned(),
            location: "this process".to_owned(),
            namespace: book.namespace.clone(),
            schema: 1,
            engine: None,
            operations: count(book.operations.len()),
            evidence: count(
                book.operations
                    .iter()
                    .map(|operation| operation.evidence.len())
                    .sum(),
            ),
        })
    }
}
