//! Every effect boundary × every class of first and second answer × one and two crashes, for every
//! kind of provider.
//!
//! The engine runs over a journal and a provider that stop for ever at a chosen point, as a dead
//! process does. Then a new engine takes over, time passes, and in the end there must be at most
//! one effect, and a state that says the truth about it or leaves it to a person.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use async_trait::async_trait;
use refundkit::core::answer::Answer;
use refundkit::core::capabilities::{
    AnswerRule, Capabilities, Idempotency, Lookup, Meaning, OnRepeat, Partial, Reversal, Texts,
};
use refundkit::core::ports::{Attempt, Begun, Budget, Detail, JournalInfo, Marked, ReadErrorKind};
use refundkit::core::{
    Evidence, Intent, ProviderKey, RefundFact, RefundPlan, RefundStatus, ReversalPlan, SeenRefund,
    Stage,
};
use refundkit::{
    Clock, Error, Filter, Journal, JournalError, MemoryJournal, Minor, Operation, OperationId,
    Payment, PaymentId, Plan, Preview, Provider, ProviderName, ReadError, RefundId, RefundRequest,
    Refunds, State, Timestamp,
};

const AMOUNT: i64 = 1000;

/// What protects a repeated refund, and what can be read back.
const MODES: [(&str, Idempotency, Lookup); 6] = [
    ("key replayed, total", REPLAY, Lookup::Total),
    ("key replayed, token", REPLAY, Lookup::ByToken),
    ("key in conflict, token", CONFLICT, Lookup::ByToken),
    ("no key, token", Idempotency::None, Lookup::ByToken),
    ("no key, total", Idempotency::None, Lookup::Total),
    ("nothing", Idempotency::None, Lookup::No),
];
const REPLAY: Idempotency = Idempotency::Key {
    lifetime: None,
    on_repeat: OnRepeat::Replay,
};
const CONFLICT: Idempotency = Idempotency::Key {
    lifetime: None,
    on_repeat: OnRepeat::Conflict,
};

/// What an attempt meets. The third and later ones meet a provider in good health.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Executed,
    Pending,
    Refused,
    NotSent,
    LostAfterEffect,
    LostBeforeEffect,
    ErrorAfterEffect,
    ErrorBeforeEffect,
    Throttled,
    Unreadable,
    OtherAmount,
}

const CLASSES: [Class; 11] = [
    Class::Executed,
    Class::Pending,
    Class::Refused,
    Class::NotSent,
    Class::LostAfterEffect,
    Class::LostBeforeEffect,
    Class::ErrorAfterEffect,
    Class::ErrorBeforeEffect,
    Class::Throttled,
    Class::Unreadable,
    Class::OtherAmount,
];

/// What the second attempt meets.
const SECOND: [Class; 4] = [
    Class::Executed,
    Class::Refused,
    Class::LostAfterEffect,
    Class::LostBeforeEffect,
];

impl Class {
    const fn has_effect(self) -> bool {
        match self {
            Self::Executed
            | Self::Pending
            | Self::LostAfterEffect
            | Self::ErrorAfterEffect
            | Self::Unreadable
            | Self::OtherAmount => true,
            Self::Refused
            | Self::NotSent
            | Self::LostBeforeEffect
            | Self::ErrorBeforeEffect
            | Self::Throttled => false,
        }
    }
}

/// Counts the boundaries that are passed, and stops for ever at the chosen one.
#[derive(Debug, Default)]
struct Crash(Mutex<Option<usize>>);

impl Crash {
    fn arm(&self, after: usize) {
        *self.0.lock().unwrap() = Some(after);
    }

    fn disarm(&self) {
        *self.0.lock().unwrap() = None;
    }

    async fn point(&self) {
        let dead = match &mut *self.0.lock().unwrap() {
            Some(0) => true,
            Some(left) => {
                *left -= 1;
                false
            }
            None => false,
        };
        if dead {
            std::future::pending::<()>().await;
        }
    }
}

#[derive(Debug)]
struct Fragile {
    journal: MemoryJournal,
    crash: Arc<Crash>,
}

/// Each call can stop before it has done anything, and after it has.
macro_rules! fragile {
    ($self:ident, $call:expr) => {{
        $self.crash.point().await;
        let done = $call.await;
        $self.crash.point().await;
        done
    }};
}

#[async_trait]
impl Journal for Fragile {
    async fn begin(&self, intent: &Intent, budget: Budget) -> Result<Begun, JournalError> {
        fragile!(self, self.journal.begin(intent, budget))
    }

    async fn mark(&self, id: &OperationId, at: Timestamp) -> Result<Marked, JournalError> {
        fragile!(self, self.journal.mark(id, at))
    }

    async fn record(
        &self,
        id: &OperationId,
        evidence: &Evidence,
    ) -> Result<Operation, JournalError> {
        fragile!(self, self.journal.record(id, evidence))
    }

    async fn operation(&self, id: &OperationId) -> Result<Option<Operation>, JournalError> {
        self.journal.operation(id).await
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

    async fn info(&self) -> Result<JournalInfo, JournalError> {
        self.journal.info().await
    }
}

#[derive(Debug)]
struct Simulated {
    capabilities: Capabilities,
    classes: [Class; 2],
    crash: Arc<Crash>,
    journal: Arc<Fragile>,
    /// The keys and amounts of the effects, in their order.
    effects: Mutex<Vec<(ProviderKey, i64)>>,
    sends: Mutex<u32>,
}

impl Simulated {
    fn effects(&self) -> Vec<i64> {
        let effects = self.effects.lock().unwrap();
        effects.iter().map(|(_, amount)| *amount).collect()
    }

    fn apply(&self, key: &ProviderKey, class: Class) {
        let amount = if class == Class::OtherAmount {
            AMOUNT + 1
        } else {
            AMOUNT
        };
        self.effects.lock().unwrap().push((key.clone(), amount));
    }

    fn knows(&self, key: &ProviderKey) -> Option<OnRepeat> {
        match self.capabilities.refund_key {
            Idempotency::None => None,
            Idempotency::Key { on_repeat, .. } => self
                .effects
                .lock()
                .unwrap()
                .iter()
                .any(|(known, _)| known == key)
                .then_some(on_repeat),
        }
    }

    fn answer(&self, class: Class) -> Answer {
        let problem = |status, code: Option<&str>| Answer::Problem {
            status,
            code: code.map(str::to_owned),
            message: None,
            retry_after: None,
        };
        match class {
            Class::Executed => Answer::Refund(fact(RefundStatus::Succeeded, AMOUNT)),
            Class::Pending => Answer::Refund(fact(RefundStatus::Pending, AMOUNT)),
            Class::OtherAmount => Answer::Refund(fact(RefundStatus::Succeeded, AMOUNT + 1)),
            Class::Refused => problem(400, Some("no")),
            Class::Throttled => problem(429, None),
            Class::ErrorAfterEffect | Class::ErrorBeforeEffect => problem(500, None),
            Class::NotSent => Answer::NotSent {
                why: "no route".to_owned(),
            },
            Class::LostAfterEffect | Class::LostBeforeEffect => Answer::Lost {
                why: "silence".to_owned(),
            },
            Class::Unreadable => Answer::Unreadable {
                status: 200,
                why: "nonsense".to_owned(),
            },
        }
    }
}

fn fact(status: RefundStatus, amount: i64) -> RefundFact {
    RefundFact {
        refund: RefundId::new("re_1").ok(),
        status,
        amount: Minor::new(amount),
        currency: "GBP".parse().ok(),
        payment: PaymentId::new("pay_1").ok(),
    }
}

#[async_trait]
impl Provider for Simulated {
    fn adapter(&self) -> &str {
        "simulated"
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    async fn payment(&self, id: &PaymentId, _detail: Detail) -> Result<Payment, ReadError> {
        self.crash.point().await;
        let mut payment = Payment::new(id.clone(), "GBP".parse().unwrap(), Stage::Captured);
        payment.captured = Minor::new(5000).unwrap();
        payment.authorized = payment.captured;
        let effects = self.effects.lock().unwrap().clone();
        let sum = effects.iter().map(|(_, amount)| amount).sum();
        payment.refunded = Minor::new(sum).unwrap();
        let seen = |(key, amount): (ProviderKey, i64)| SeenRefund {
            id: RefundId::new("re_1").ok(),
            token: Some(key),
            status: RefundStatus::Succeeded,
            amount: Minor::new(amount),
            created_at: None,
        };
        if self.capabilities.lookup == Lookup::ByToken {
            payment.refunds = Some(effects.into_iter().map(seen).collect());
        }
        Ok(payment)
    }

    async fn refund_status(
        &self,
        _payment: &PaymentId,
        _refund: &RefundId,
    ) -> Result<RefundFact, ReadError> {
        Err(ReadError::new(ReadErrorKind::Unsupported, "no such call"))
    }

    async fn refund(&self, plan: &RefundPlan, attempt: &Attempt) -> Answer {
        let operation = self
            .journal
            .journal
            .operation(attempt.operation())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            operation.state(),
            State::Attempting,
            "a send has its own earlier mark"
        );
        assert_eq!(plan.amount().minor().get(), AMOUNT);
        self.crash.point().await;
        let class = {
            let mut sends = self.sends.lock().unwrap();
            *sends += 1;
            match *sends {
                1 => self.classes[0],
                2 => self.classes[1],
                _ => Class::Executed,
            }
        };
        let repeated = self.knows(attempt.key());
        if repeated.is_none() && class.has_effect() {
            self.apply(attempt.key(), class);
        }
        self.crash.point().await;
        match repeated.filter(|_| class == Class::Executed) {
            Some(OnRepeat::Conflict) => Answer::Problem {
                status: 409,
                code: Some("key_used".to_owned()),
                message: None,
                retry_after: None,
            },
            // The first answer once more.
            Some(OnRepeat::Replay) => {
                Answer::Refund(fact(RefundStatus::Succeeded, self.effects()[0]))
            }
            None => self.answer(class),
        }
    }

    async fn reverse(&self, _plan: &ReversalPlan, _attempt: &Attempt) -> Answer {
        panic!("nobody asked for a reversal");
    }

    fn preview(&self, _plan: &Plan, _key: &ProviderKey) -> Preview {
        panic!("nobody asked for a preview");
    }
}

fn capabilities(refund_key: Idempotency, lookup: Lookup) -> Capabilities {
    Capabilities {
        partial: Partial::ByAmount,
        by_item: false,
        reversal: Reversal::No,
        refund_key,
        reversal_key: Idempotency::None,
        lookup,
        enforces_cap: false,
        one_open_refund: true,
        largest_amount: i64::MAX,
        refund_texts: Texts {
            reason: None,
            notes: None,
            order_id: None,
            metadata: None,
        },
        reversal_reason: None,
        answers: vec![
            AnswerRule::status_code(409, "key_used", Meaning::Exists),
            AnswerRule::status(400, Meaning::Refused),
            AnswerRule::status(429, Meaning::NotProcessed),
        ],
    }
}

#[derive(Debug)]
struct ByHand(Mutex<Timestamp>);

impl Clock for ByHand {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

struct Case {
    provider: Arc<Simulated>,
    journal: Arc<Fragile>,
    crash: Arc<Crash>,
    clock: Arc<ByHand>,
}

impl Case {
    fn new(key: Idempotency, lookup: Lookup, classes: [Class; 2]) -> Self {
        let crash = Arc::new(Crash::default());
        let journal = Arc::new(Fragile {
            journal: MemoryJournal::new(),
            crash: Arc::clone(&crash),
        });
        let provider = Arc::new(Simulated {
            capabilities: capabilities(key, lookup),
            classes,
            crash: Arc::clone(&crash),
            journal: Arc::clone(&journal),
            effects: Mutex::default(),
            sends: Mutex::default(),
        });
        let clock = Arc::new(ByHand(Mutex::new("2026-11-21T10:00:00Z".parse().unwrap())));
        Self {
            provider,
            journal,
            crash,
            clock,
        }
    }

    /// A new process: the request once more, until it ends or dies. `None` where it died.
    fn run(&self) -> Option<Result<Operation, Error>> {
        let refunds = Refunds::builder()
            .namespace("crashes".parse().unwrap())
            .provider("simulated".parse().unwrap(), self.provider.clone())
            .journal(self.journal.clone())
            .clock(self.clock.clone())
            .build()
            .unwrap();
        let request = RefundRequest::new("pay_1".parse().unwrap(), "key".parse().unwrap())
            .amount("10.00 GBP".parse().unwrap());
        let name: ProviderName = "simulated".parse().unwrap();
        let mut running = pin!(refunds.refund(&name, &request));
        // Nothing here waits for anything but a crash, so one poll runs to the end.
        match running
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
        {
            Poll::Ready(done) => Some(done),
            Poll::Pending => None,
        }
    }

    fn wait(&self, minutes: u64) {
        let later = self
            .clock
            .now()
            .saturating_add(Duration::from_secs(minutes * 60));
        *self.clock.0.lock().unwrap() = later;
    }

    /// Dies at the chosen boundaries, then lives on in good health until nothing more happens.
    ///
    /// # Errors
    /// Which of the crashes did not happen: it had no such boundary.
    fn live(&self, crashes: &[usize]) -> Result<(), usize> {
        for (number, after) in crashes.iter().enumerate() {
            self.crash.arm(*after);
            if self.run().is_some() {
                return Err(number);
            }
            self.wait(1);
        }
        self.crash.disarm();
        for minutes in [1, 1, 16, 2, 2, 16, 2, 2, 13 * 60, 2, 2, 16] {
            self.wait(minutes);
            self.run().unwrap().unwrap();
        }
        Ok(())
    }

    fn check(&self, what: &str) -> State {
        let operations = self.run().unwrap().unwrap();
        let state = operations.state();
        let effects = self.provider.effects();
        assert!(effects.len() <= 1, "I1, {what}: {effects:?}");
        let right = match state {
            State::Succeeded | State::Accepted => effects == [AMOUNT],
            State::Rejected => effects.is_empty(),
            // Held until a person has looked.
            State::Parked => true,
            State::Ready
            | State::Attempting
            | State::Failed
            | State::FailedLate
            | State::Refused
            | State::Cancelled
            | State::Unknown => false,
        };
        assert!(
            right,
            "{what}: {state} with {effects:?}: {:?}",
            operations.evidence
        );
        assert!(
            *self.provider.sends.lock().unwrap() <= operations.summary().attempts(),
            "I15, {what}"
        );
        state
    }
}

#[derive(Debug, Default)]
struct Counts {
    cases: usize,
    parked: usize,
}

/// All modes, each in a thread of its own.
fn enumerate(crashes: usize) -> Counts {
    let threads = MODES.map(|mode| std::thread::spawn(move || of_mode(mode, crashes)));
    let mut counts = Counts::default();
    for thread in threads {
        let found = thread.join().unwrap();
        counts.cases += found.cases;
        counts.parked += found.parked;
    }
    counts
}

fn of_mode((mode, key, lookup): (&str, Idempotency, Lookup), crashes: usize) -> Counts {
    let mut counts = Counts::default();
    for classes in CLASSES
        .into_iter()
        .flat_map(|first| SECOND.map(|second| [first, second]))
    {
        let mut chosen = vec![0; crashes];
        loop {
            let case = Case::new(key, lookup, classes);
            let moved = match case.live(&chosen) {
                Ok(()) => {
                    counts.cases += 1;
                    let state = case.check(&format!("{mode}, {classes:?}, crashes at {chosen:?}"));
                    counts.parked += usize::from(state == State::Parked);
                    chosen.len()
                }
                // That crash is past the last boundary: the one before it moves on.
                Err(number) => number,
            };
            chosen[moved..].fill(0);
            let Some(next) = moved.checked_sub(1) else {
                break;
            };
            chosen[next] += 1;
        }
    }
    counts
}

#[test]
fn without_a_crash_every_answer_ends_in_the_truth() {
    let counts = enumerate(0);
    assert_eq!(counts.cases, MODES.len() * CLASSES.len() * SECOND.len());
}

#[test]
fn one_crash_at_every_boundary_never_makes_a_second_effect() {
    let counts = enumerate(1);
    println!("{counts:?}");
    assert!(counts.cases > 2_500, "{counts:?}");
}

#[test]
fn two_crashes_at_every_two_boundaries_never_make_a_second_effect() {
    let counts = enumerate(2);
    println!("{counts:?}");
    assert!(counts.cases > 20_000, "{counts:?}");
}
