//! What the engine's tests share: a provider with a ledger and faults, a clock to set, builders.
#![allow(dead_code, reason = "every test file uses its own part of it")]

mod fault;
mod most;
mod provider;
pub(crate) mod script;
mod store;
pub(crate) mod words;

#[allow(unused_imports, reason = "every test file uses its own part of it")]
pub(crate) use fault::{Effect, Fault, Meanwhile};
pub(crate) use provider::FakeProvider;
#[allow(unused_imports, reason = "every test file uses its own part of it")]
pub(crate) use store::TestStore;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use refundkit::core::capabilities::{
    Amounts, AnswerRule, Capabilities, Idempotency, Lookup, Meaning, OnRepeat, Partial, Reversal,
    Texts, USUALLY_SETTLED,
};
use refundkit::core::operation::Decision;
use refundkit::core::{CaptureMode, Change, Evidence, Stage};
use refundkit::{
    Clock, Error, Minor, Operation, OperationId, Payment, PaymentId, ProviderName, RefundRequest,
    Refunds, Resolution, ReversalRequest, Store, Text, Timestamp,
};

/// The name under which the tests configure their provider.
pub(crate) fn name() -> ProviderName {
    "dojo".parse().unwrap()
}

pub(crate) fn payment_id(id: &str) -> PaymentId {
    id.parse().unwrap()
}

pub(crate) fn minor(units: i64) -> Minor {
    Minor::new(units).unwrap()
}

/// A key that the provider recognises, and answers as it did the first time.
pub(crate) const KEYED: Idempotency = Idempotency::Key {
    lifetime: None,
    on_repeat: OnRepeat::Replay,
};

/// A provider that can do everything these tests need, and doesn't watch the cap by itself.
pub(crate) fn capabilities() -> Capabilities {
    Capabilities {
        partial: Partial::ByAmount,
        by_item: false,
        reversal: Reversal::AuthorizedOrAutoCaptured,
        refund_key: KEYED,
        reversal_key: KEYED,
        lookup: Lookup::ByToken,
        enforces_cap: false,
        one_open_refund: false,
        shows_disputes: false,
        windows: Vec::new(),
        settles_within: USUALLY_SETTLED,
        largest_amount: i64::MAX,
        amounts: Amounts::any(),
        refund_texts: Texts {
            reason: Some(100),
            notes: None,
            order_id: None,
            metadata: None,
        },
        shows_payments: true,
        reasons: Vec::new(),
        reason_required: false,
        extras: Vec::new(),
        reversal_reason: None,
        answers: vec![
            AnswerRule::status(400, Meaning::Refused),
            AnswerRule::status(409, Meaning::Exists),
            AnswerRule::status(429, Meaning::NotProcessed).without_body(),
        ],
    }
}

/// The same without any key: what is sent twice is done twice.
pub(crate) fn keyless() -> Capabilities {
    Capabilities {
        refund_key: Idempotency::None,
        reversal_key: Idempotency::None,
        ..capabilities()
    }
}

/// A provider that takes a key and shows no payments, and what is sent to it is all it tells.
pub(crate) fn unseen() -> Capabilities {
    Capabilities {
        shows_payments: false,
        lookup: Lookup::No,
        ..capabilities()
    }
}

/// A payment of 50.00 GBP that the merchant has captured.
pub(crate) fn captured(id: &str) -> Payment {
    let mut payment = Payment::new(payment_id(id), "GBP".parse().unwrap(), Stage::Captured);
    payment.capture_mode = CaptureMode::Manual;
    payment.authorized = minor(5000);
    payment.captured = minor(5000);
    payment.refunded = Some(minor(0));
    payment
}

/// A payment of 50.00 GBP that is authorised and not captured.
pub(crate) fn authorized(id: &str) -> Payment {
    let mut payment = Payment::new(payment_id(id), "GBP".parse().unwrap(), Stage::Authorized);
    payment.capture_mode = CaptureMode::Manual;
    payment.authorized = minor(5000);
    payment
}

/// A refund of `amount` of payment `pi_1`.
pub(crate) fn refund(key: &str, amount: &str) -> RefundRequest {
    all_left(key).amount(amount.parse().unwrap())
}

/// A refund of all that is left of payment `pi_1`.
pub(crate) fn all_left(key: &str) -> RefundRequest {
    RefundRequest::new(payment_id("pi_1"), key.parse().unwrap())
}

/// A reversal of payment `pi_1`.
pub(crate) fn reversal(key: &str) -> ReversalRequest {
    ReversalRequest::new(payment_id("pi_1"), key.parse().unwrap())
}

/// Decides as a person does who has just looked.
pub(crate) async fn resolve(
    refunds: &Refunds,
    id: &OperationId,
    decision: Decision,
) -> Result<Operation, Error> {
    let (_, seen) = refunds.see(id).await?;
    let text = |text: &str| Text::new(text).unwrap();
    let resolution = Resolution {
        decision,
        evidence: text("the dashboard"),
        by: text("ann"),
        actor: None,
        ticket: None,
        seen,
    };
    refunds.resolve(id, resolution).await
}

/// Adds evidence as it once came: marks are made, everything else is noted.
pub(crate) fn replay(change: &mut Change, id: &OperationId, evidence: &[Evidence]) {
    for evidence in evidence {
        if evidence.fact.is_mark() {
            change.mark(id, evidence.at).unwrap();
        } else {
            change.note(id, evidence).unwrap();
        }
    }
}

/// A clock that stands until it is set.
#[derive(Debug)]
pub(crate) struct TestClock(AtomicI64);

impl TestClock {
    pub(crate) fn new() -> Self {
        Self(AtomicI64::new(1_800_000_000_000))
    }

    pub(crate) fn advance(&self, by: Duration) {
        let by = i64::try_from(by.as_millis()).unwrap();
        self.0.fetch_add(by, Ordering::SeqCst);
    }

    pub(crate) fn advance_minutes(&self, minutes: u64) {
        self.advance(Duration::from_secs(minutes * 60));
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_millis(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// An engine over a fake provider, with hands on all its parts.
pub(crate) struct Scene {
    pub(crate) fake: Arc<FakeProvider>,
    pub(crate) journal: Arc<TestStore>,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) refunds: Refunds,
}

impl Scene {
    /// With the captured payment `pi_1` of 50.00 GBP.
    pub(crate) fn new(capabilities: Capabilities) -> Self {
        Self::with(capabilities, vec![captured("pi_1")])
    }

    pub(crate) fn with(capabilities: Capabilities, payments: Vec<Payment>) -> Self {
        let fake = Arc::new(FakeProvider::new(capabilities, payments));
        let journal = Arc::new(TestStore::default());
        let clock = Arc::new(TestClock::new());
        Self {
            refunds: engine("test", &fake, journal.clone(), &clock),
            fake,
            journal,
            clock,
        }
    }

    /// Another engine over the same parts: the program started again, three minutes after the former
    /// one has ended.
    pub(crate) fn restarted(&self) -> Refunds {
        self.clock.advance_minutes(3);
        self.journal.end_all();
        self.in_namespace("test")
    }

    pub(crate) fn in_namespace(&self, namespace: &str) -> Refunds {
        engine(namespace, &self.fake, self.journal.clone(), &self.clock)
    }
}

pub(crate) fn engine(
    namespace: &str,
    fake: &Arc<FakeProvider>,
    journal: Arc<dyn Store>,
    clock: &Arc<TestClock>,
) -> Refunds {
    Refunds::builder()
        .namespace(namespace.parse().unwrap())
        .provider(name(), fake.clone())
        .journal(journal)
        .clock(clock.clone())
        .build()
        .unwrap()
}
