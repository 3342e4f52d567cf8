//! An engine whose calls to store and provider are written down in one log, in their order.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use refundkit::core::ProviderRefund;
use refundkit::core::answer::Answer;
use refundkit::core::ledger::Entry;
use refundkit::core::operation::Fact;
use refundkit::core::ports::{Cursor, Detail, RefundPage};
use refundkit::core::{
    Attempt, Change, Evidence, Outcome, PaymentLedger, ProviderKey, RefundPlan, RefundStatus,
    ReversalPlan,
};
use refundkit::{
    Capabilities, Operation, Payment, PaymentId, Period, Plan, Preview, Provider, ReadError,
    RefundId, RefundRequest, Refunds, Refusal, Store, Timestamp,
};

use super::store::TestStore;
use super::{TestClock, capabilities, captured, name, refund, replay};

/// What was called, one after the other.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    pub(crate) fn add(&self, call: impl Into<String>) {
        self.0.lock().unwrap().push(call.into());
    }

    /// What a change is about to write down.
    pub(crate) fn commits(&self, change: &Change) {
        let words = change
            .entries()
            .map(|(_, body)| match Entry::decode(body).unwrap() {
                Entry::Begun { .. } => "begun".to_owned(),
                Entry::Noted { evidence, .. } => {
                    if let Fact::Marked { attempt } = evidence.fact {
                        format!("marked {attempt}")
                    } else if let Fact::Answered { attempt, .. } = evidence.fact {
                        format!("answered {attempt}")
                    } else {
                        format!("{:?}", evidence.fact)
                    }
                }
            });
        let words: Vec<String> = words.collect();
        self.add(format!("commit: {}", words.join(", ")));
    }

    pub(crate) fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

/// A provider that answers as it is told, and an engine over it.
pub(crate) struct Script {
    pub(crate) log: Log,
    pub(crate) store: Arc<TestStore>,
    pub(crate) provider: Arc<Scripted>,
    pub(crate) refunds: Refunds,
}

impl Script {
    pub(crate) fn new(
        capabilities: Capabilities,
        payment: Payment,
        answers: impl IntoIterator<Item = Answer>,
    ) -> Self {
        Self::over(TestStore::default(), capabilities, Some(payment), answers)
    }

    pub(crate) fn over(
        store: TestStore,
        capabilities: Capabilities,
        payment: Option<Payment>,
        answers: impl IntoIterator<Item = Answer>,
    ) -> Self {
        let log = Log::default();
        let store = Arc::new(store.logged(&log));
        let provider = Arc::new(Scripted {
            log: log.clone(),
            capabilities,
            payment,
            answers: Mutex::new(answers.into_iter().collect()),
            keys: Mutex::default(),
        });
        let refunds = Refunds::builder()
            .namespace("test".parse().unwrap())
            .provider(name(), provider.clone())
            .journal(store.clone())
            .clock(Arc::new(TestClock::new()))
            .build()
            .unwrap();
        Self {
            log,
            store,
            provider,
            refunds,
        }
    }

    /// The keys that were sent, one for each send.
    pub(crate) fn keys(&self) -> Vec<ProviderKey> {
        self.provider.keys.lock().unwrap().clone()
    }

    pub(crate) async fn operations(&self) -> Vec<Operation> {
        self.refunds
            .list(&refundkit::Filter::default())
            .await
            .unwrap()
    }
}

#[derive(Debug)]
pub(crate) struct Scripted {
    log: Log,
    capabilities: Capabilities,
    payment: Option<Payment>,
    answers: Mutex<VecDeque<Answer>>,
    keys: Mutex<Vec<ProviderKey>>,
}

impl Scripted {
    fn answer(&self, call: &str, attempt: &Attempt) -> Answer {
        self.log.add(format!("{call} {}", attempt.number()));
        self.keys.lock().unwrap().push(attempt.key().clone());
        let answer = self.answers.lock().unwrap().pop_front();
        answer.unwrap()
    }
}

#[async_trait]
impl Provider for Scripted {
    fn adapter(&self) -> &str {
        "script"
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    async fn payment(&self, _: &PaymentId, _: Detail) -> Result<Payment, ReadError> {
        self.log.add("reads");
        let down = || ReadError::new(refundkit::core::ports::ReadErrorKind::Unavailable, "down");
        self.payment.clone().ok_or_else(down)
    }

    async fn refund_status(
        &self,
        _: &PaymentId,
        _: &RefundId,
    ) -> Result<ProviderRefund, ReadError> {
        panic!("nobody asks for it")
    }

    async fn refunds(&self, _: &Period, _: Option<Cursor>) -> Result<RefundPage, ReadError> {
        panic!("nobody asks for it")
    }

    async fn refund(&self, _: &RefundPlan, attempt: Attempt) -> Answer {
        self.answer("refunds", &attempt)
    }

    async fn reverse(&self, _: &ReversalPlan, attempt: Attempt) -> Answer {
        self.answer("reverses", &attempt)
    }

    fn preview(&self, _: &Plan, _: &ProviderKey) -> Result<Preview, Refusal> {
        panic!("nobody asks for it")
    }
}

pub(crate) fn executed() -> Answer {
    Answer::Refund(ProviderRefund::with_status(RefundStatus::Succeeded))
}

pub(crate) fn lost() -> Answer {
    Answer::Lost {
        why: "the connection was closed".to_owned(),
    }
}

pub(crate) fn ten() -> RefundRequest {
    refund("key-1", "10.00 GBP")
}

/// A store in which [`ten`] was begun by somebody who is gone, with this evidence; and the operation.
pub(crate) async fn existing(facts: impl IntoIterator<Item = Fact>) -> (TestStore, Operation) {
    let script = Script::new(capabilities(), captured("pi_1"), [executed()]);
    script.refunds.refund(&name(), &ten()).await.unwrap();
    let intent = script.operations().await.remove(0).intent;
    let store = TestStore::default();
    let by = store.join().await.unwrap();
    let mut change = Change::of(&PaymentLedger::new(name(), "pi_1".parse().unwrap(), 0), &by);
    change.begin(intent.clone()).unwrap();
    let evidence = facts.into_iter().map(|fact| {
        let at = if fact.is_mark() {
            intent.created_at
        } else {
            Timestamp::epoch()
        };
        Evidence { at, fact }
    });
    let evidence: Vec<Evidence> = evidence.collect();
    replay(&mut change, &intent.id, &evidence);
    let operation = change.ledger().operations()[0].clone();
    store.commit(&change.into()).await.unwrap();
    store.end_all();
    (store, operation)
}

pub(crate) fn answered(outcome: Outcome) -> Fact {
    Fact::answered(1, outcome, None)
}
