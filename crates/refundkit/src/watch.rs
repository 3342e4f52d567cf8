//! Tells what has changed, once it is durable: a journal around the journal.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use refundkit_core::{
    Begun, Budget, Count, Event, Evidence, Filter, Hint, Intent, Journal, JournalError,
    JournalInfo, Lease, Marked, Namespace, Operation, OperationId, PaymentId, ProviderName, State,
    Taken, Timestamp, WorkerId,
};

/// An operation that has got another state.
///
/// That an attempt is about to be sent is none of its own: the next transition comes with its
/// answer, from [`State::Attempting`].
#[derive(Clone, Copy, Debug)]
pub struct Transition<'a> {
    /// The operation as it is now.
    pub operation: &'a Operation,
    /// Its state before; `None` where it has just been begun.
    pub from: Option<State>,
    /// Its state now.
    pub to: State,
}

type Call = dyn Fn(&Transition<'_>) + Send + Sync;

/// Who wants to know.
#[derive(Clone, Default)]
pub(crate) struct Watch(Option<Arc<Call>>);

impl Watch {
    pub(crate) fn calling(call: impl Fn(&Transition<'_>) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(call)))
    }

    fn tell(&self, operation: &Operation, from: Option<State>) {
        let to = operation.state();
        if from == Some(to) {
            return;
        }
        let intent = &operation.intent;
        let (provider, payment) = (&intent.provider, intent.plan.payment());
        let (id, attempts) = (&intent.id, operation.summary().attempts());
        let from_word = from.map(State::as_str);
        if to == State::FailedLate {
            tracing::warn!(operation = %id, %provider, %payment, attempts, from = from_word, to = to.as_str(), "failed after it had succeeded");
        } else {
            tracing::info!(operation = %id, %provider, %payment, attempts, from = from_word, to = to.as_str(), "transition");
        }
        if let Some(call) = &self.0 {
            call(&Transition {
                operation,
                from,
                to,
            });
        }
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watch")
    }
}

/// A journal whose changes are told.
#[derive(Debug)]
pub(crate) struct Watched {
    journal: Arc<dyn Journal>,
    watch: Watch,
}

impl Watched {
    pub(crate) fn new(journal: Arc<dyn Journal>, watch: Watch) -> Self {
        Self { journal, watch }
    }

    /// Evidence was added, unless it was there before.
    fn added(&self, operation: &Operation, evidence: &Evidence) {
        if let Some((last, before)) = operation.evidence.split_last()
            && (last == evidence || is_turned_away(last, evidence))
        {
            let from = refundkit_core::operation::Summary::fold(before).state();
            self.watch.tell(operation, Some(from));
        }
    }
}

/// Whether the journal has written down `given` as `kept`: the refund that it names is another
/// operation's.
fn is_turned_away(kept: &Evidence, given: &Evidence) -> bool {
    let named = given.fact.refund().is_some();
    kept.at == given.at && named && kept.fact.refund().is_none()
}

#[async_trait]
impl Journal for Watched {
    async fn bind(&self, namespace: &Namespace) -> Result<(), JournalError> {
        self.journal.bind(namespace).await
    }

    async fn pause(&self, provider: &ProviderName, until: Timestamp) -> Result<(), JournalError> {
        self.journal.pause(provider, until).await
    }

    async fn paused_until(
        &self,
        provider: &ProviderName,
    ) -> Result<Option<Timestamp>, JournalError> {
        self.journal.paused_until(provider).await
    }

    async fn claim(
        &self,
        provider: &ProviderName,
        payment: &PaymentId,
        worker: &WorkerId,
        now: Timestamp,
    ) -> Result<Lease, JournalError> {
        self.journal.claim(provider, payment, worker, now).await
    }

    async fn release(&self, lease: &Lease) -> Result<(), JournalError> {
        self.journal.release(lease).await
    }

    async fn begin(
        &self,
        lease: &Lease,
        intent: &Intent,
        budget: Budget,
    ) -> Result<Begun, JournalError> {
        let begun = self.journal.begin(lease, intent, budget).await?;
        if let Begun::New(operation) = &begun {
            self.watch.tell(operation, None);
        }
        Ok(begun)
    }

    async fn mark(
        &self,
        lease: &Lease,
        operation: &OperationId,
        at: Timestamp,
    ) -> Result<Marked, JournalError> {
        self.journal.mark(lease, operation, at).await
    }

    async fn record(
        &self,
        operation: &OperationId,
        evidence: &Evidence,
    ) -> Result<Operation, JournalError> {
        let with = self.journal.record(operation, evidence).await?;
        self.added(&with, evidence);
        Ok(with)
    }

    async fn decide(
        &self,
        lease: &Lease,
        operation: &OperationId,
        evidence: &Evidence,
    ) -> Result<Operation, JournalError> {
        let with = self.journal.decide(lease, operation, evidence).await?;
        self.added(&with, evidence);
        Ok(with)
    }

    async fn operation(&self, operation: &OperationId) -> Result<Option<Operation>, JournalError> {
        self.journal.operation(operation).await
    }

    async fn of_payment(
        &self,
        provider: &ProviderName,
        payment: &PaymentId,
    ) -> Result<Vec<Operation>, JournalError> {
        self.journal.of_payment(provider, payment).await
    }

    async fn list(&self, filter: &Filter) -> Result<Vec<Operation>, JournalError> {
        self.journal.list(filter).await
    }

    async fn take_in(
        &self,
        provider: &ProviderName,
        event: &Event,
        at: Timestamp,
    ) -> Result<Taken, JournalError> {
        let taken = self.journal.take_in(provider, event, at).await?;
        if let Taken::Told {
            operation, before, ..
        } = &taken
        {
            self.watch.tell(operation, Some(*before));
        }
        Ok(taken)
    }

    async fn hints(&self, limit: usize) -> Result<Vec<Hint>, JournalError> {
        self.journal.hints(limit).await
    }

    async fn heed(&self, hint: &Hint) -> Result<(), JournalError> {
        self.journal.heed(hint).await
    }

    async fn census(&self) -> Result<Vec<Count>, JournalError> {
        self.journal.census().await
    }

    async fn info(&self) -> Result<JournalInfo, JournalError> {
        self.journal.info().await
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use refundkit_conformance::{begin, intent, mark};
    use refundkit_core::operation::{Fact, Source};
    use refundkit_core::{RefundFact, RefundId, RefundStatus};

    use super::*;
    use crate::MemoryJournal;

    #[tokio::test]
    async fn a_refund_of_another_is_told_as_what_it_makes_of_the_operation() {
        let told: Arc<Mutex<Vec<(String, State)>>> = Arc::default();
        let heard = Arc::clone(&told);
        let watch = Watch::calling(move |transition: &Transition<'_>| {
            let id = transition.operation.intent.id.to_string();
            heard.lock().unwrap().push((id, transition.to));
        });
        let journal = Watched::new(Arc::new(MemoryJournal::new()), watch);
        let at = Timestamp::epoch();
        for number in 1..=2 {
            let wanted = intent(number, "dojo", "pi_1", 100);
            let _ = begin(&journal, &wanted).await.unwrap();
            let _ = mark(&journal, &wanted, at).await.unwrap();
            let refund = RefundFact {
                refund: RefundId::new("rfnd_1").ok(),
                ..RefundFact::with_status(RefundStatus::Succeeded)
            };
            let by = Source::Listed;
            let fact = Fact::Seen { by, refund };
            let evidence = Evidence { at, fact };
            let _ = journal.record(&wanted.id, &evidence).await.unwrap();
        }
        let expected = [
            ("op_1", State::Ready),
            ("op_1", State::Succeeded),
            ("op_2", State::Ready),
            ("op_2", State::Parked),
        ];
        let told = told.lock().unwrap();
        let told: Vec<(&str, State)> = told.iter().map(|(id, to)| (id.as_str(), *to)).collect();
        assert_eq!(told, expected);
    }
}
