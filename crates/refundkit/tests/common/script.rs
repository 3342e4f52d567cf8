//! Mocks that share one sequence: a call out of turn fails the test.

use std::sync::{Arc, Mutex};

use super::{TestClock, capabilities, captured, name, refund};
use mockall::Sequence;
use refundkit::core::answer::Answer;
use refundkit::core::operation::Fact;
use refundkit::core::ports::{MockJournal, MockProvider};
use refundkit::core::{
    Begun, Evidence, Lease, Marked, Operation, Outcome, ProviderKey, RefundFact, RefundStatus,
};
use refundkit::{Capabilities, JournalError, Payment, RefundRequest, Refunds, Timestamp};

/// Mocks in one sequence: a call out of turn, one too many and one too few all fail the test.
/// What is begun, marked and recorded is kept in `book`, as a journal would.
pub(crate) struct Script {
    pub(crate) journal: MockJournal,
    pub(crate) provider: MockProvider,
    pub(crate) order: Sequence,
    pub(crate) book: Arc<Mutex<Option<Operation>>>,
    pub(crate) keys: Arc<Mutex<Vec<ProviderKey>>>,
}

impl Script {
    pub(crate) fn new(capabilities: Capabilities) -> Self {
        let mut provider = MockProvider::new();
        provider.expect_adapter().return_const("mock".to_owned());
        provider.expect_capabilities().return_const(capabilities);
        Self {
            journal: MockJournal::new(),
            provider,
            order: Sequence::new(),
            book: Arc::default(),
            keys: Arc::default(),
        }
    }

    pub(crate) fn looks_up(mut self, found: Option<Operation>) -> Self {
        *self.book.lock().unwrap() = found.clone();
        self.journal
            .expect_operation()
            .times(1)
            .in_sequence(&mut self.order)
            .return_once(move |_| Ok(found));
        self
    }

    pub(crate) fn reads(mut self, payment: Payment) -> Self {
        self.provider
            .expect_payment()
            .times(1)
            .in_sequence(&mut self.order)
            .return_once(move |_, _| Ok(payment));
        self
    }

    pub(crate) fn reads_history(mut self) -> Self {
        self.journal
            .expect_of_payment()
            .times(1)
            .in_sequence(&mut self.order)
            .return_once(|_, _| Ok(Vec::new()));
        self
    }

    /// Looks at the payment of an operation that has begun.
    pub(crate) fn looks(self, payment: Payment) -> Self {
        self.reads(payment).reads_history()
    }

    pub(crate) fn begins(mut self) -> Self {
        let book = self.book.clone();
        self.journal
            .expect_begin()
            .times(1)
            .in_sequence(&mut self.order)
            .return_once(move |_, intent, _| {
                let operation = Operation::new(intent.clone());
                *book.lock().unwrap() = Some(operation.clone());
                Ok(Begun::New(Box::new(operation)))
            });
        self
    }

    pub(crate) fn marks(mut self, attempt: u32) -> Self {
        let book = self.book.clone();
        self.journal
            .expect_mark()
            .times(1)
            .in_sequence(&mut self.order)
            .return_once(move |_, id, at| {
                let mut book = book.lock().unwrap();
                let operation = book.as_mut().unwrap();
                assert_eq!(operation.intent.id, *id);
                operation.evidence.push(Evidence {
                    at,
                    fact: Fact::Marked { attempt },
                });
                Ok(Marked::durable(attempt, at))
            });
        self
    }

    /// Sends a refund, which has to be the attempt that was marked last.
    pub(crate) fn refunds(mut self, attempt: u32, answer: Answer) -> Self {
        let keys = self.keys.clone();
        self.provider
            .expect_refund()
            .times(1)
            .in_sequence(&mut self.order)
            .return_once(move |_, sent| {
                assert_eq!(sent.number(), attempt);
                keys.lock().unwrap().push(sent.key().clone());
                answer
            });
        self
    }

    pub(crate) fn reverses(mut self, attempt: u32, answer: Answer) -> Self {
        let keys = self.keys.clone();
        self.provider
            .expect_reverse()
            .times(1)
            .in_sequence(&mut self.order)
            .return_once(move |_, sent| {
                assert_eq!(sent.number(), attempt);
                keys.lock().unwrap().push(sent.key().clone());
                answer
            });
        self
    }

    pub(crate) fn records(mut self) -> Self {
        let book = self.book.clone();
        self.journal
            .expect_record()
            .times(1)
            .in_sequence(&mut self.order)
            .return_once(move |id, evidence| {
                let mut book = book.lock().unwrap();
                let operation = book.as_mut().unwrap();
                assert_eq!(operation.intent.id, *id);
                operation.evidence.push(evidence.clone());
                Ok(operation.clone())
            });
        self
    }

    pub(crate) fn decides(mut self) -> Self {
        let book = self.book.clone();
        self.journal
            .expect_decide()
            .times(1)
            .in_sequence(&mut self.order)
            .return_once(move |_, id, evidence| {
                let mut book = book.lock().unwrap();
                let operation = book.as_mut().unwrap();
                assert_eq!(operation.intent.id, *id);
                operation.evidence.push(evidence.clone());
                Ok(operation.clone())
            });
        self
    }

    /// Up to the point where the operation is written down.
    pub(crate) fn begins_anew(self, payment: Payment) -> Self {
        self.looks_up(None).reads(payment).reads_history().begins()
    }

    /// The engine; a call that isn't in the script fails the test. Around it all, one lease is
    /// claimed and given back.
    pub(crate) fn play(mut self) -> Refunds {
        self.journal.expect_bind().times(1).return_once(|_| Ok(()));
        self.journal.expect_paused_until().returning(|_| Ok(None));
        self.journal
            .expect_claim()
            .times(1)
            .return_once(|provider, payment, _, _| {
                Ok(Lease::granted(provider.clone(), payment.clone(), 1))
            });
        self.journal
            .expect_release()
            .times(1)
            .return_once(|_| Ok(()));
        Refunds::builder()
            .namespace("test".parse().unwrap())
            .provider(name(), Arc::new(self.provider))
            .journal(Arc::new(self.journal))
            .clock(Arc::new(TestClock::new()))
            .build()
            .unwrap()
    }
}

pub(crate) fn executed() -> Answer {
    Answer::Refund(RefundFact::with_status(RefundStatus::Succeeded))
}

pub(crate) fn lost() -> Answer {
    Answer::Lost {
        why: "the connection was closed".to_owned(),
    }
}

pub(crate) fn ten() -> RefundRequest {
    refund("key-1", "10.00 GBP")
}

/// What the engine makes of [`ten`], with this evidence.
pub(crate) async fn existing(facts: impl IntoIterator<Item = Fact>) -> Operation {
    let mut script = Script::new(capabilities())
        .looks_up(None)
        .reads(captured("pi_1"))
        .reads_history();
    let book = script.book.clone();
    script
        .journal
        .expect_begin()
        .return_once(move |_, intent, _| {
            *book.lock().unwrap() = Some(Operation::new(intent.clone()));
            Err(JournalError::Full)
        });
    let book = script.book.clone();
    script.play().refund(&name(), &ten()).await.unwrap_err();
    let mut operation = book.lock().unwrap().take().unwrap();
    let at = Timestamp::epoch();
    operation.evidence = facts
        .into_iter()
        .map(|fact| Evidence { at, fact })
        .collect();
    operation
}

pub(crate) fn answered(outcome: Outcome) -> Fact {
    Fact::answered(1, outcome, None)
}
