//! Builders that the test files share: one payment of 100.00 GBP, and what can happen to it.
#![allow(dead_code, reason = "each test file uses its own part of the builders")]

pub(crate) mod any;
pub(crate) mod compared;
pub(crate) mod ledgers;
pub(crate) mod plans;
pub(crate) mod steps;

use refundkit_core::ProviderRefund;
use refundkit_core::capabilities::{
    Amounts, Capabilities, Idempotency, Lookup, MetadataLimits, OnRepeat, Partial, Reversal, Texts,
    USUALLY_SETTLED,
};
use refundkit_core::fingerprint::Fingerprint;
use refundkit_core::operation::{self, Decision, Finding, Known, Source};
use refundkit_core::plan::{History, Plan, plan_refund, plan_reversal};
use refundkit_core::{
    CaptureMode, Currency, Evidence, Fact, Intent, ItemId, LineItem, Minor, Money, Operation,
    OperationId, Outcome, Payment, ProviderKey, ProviderName, RefundId, RefundRequest,
    RefundStatus, RequestKey, ReversalRequest, Stage, State, Text, Timestamp,
};

/// What `payment()` has captured.
pub(crate) const CAPTURED: i64 = 10_000;

pub(crate) fn minor(units: i64) -> Minor {
    Minor::new(units).unwrap()
}

pub(crate) fn gbp() -> Currency {
    Currency::new("GBP").unwrap()
}

pub(crate) fn pence(units: i64) -> Money {
    Money::from_minor(units, gbp()).unwrap()
}

pub(crate) fn text(text: &str) -> Text {
    Text::new(text).unwrap()
}

pub(crate) fn item_id(number: usize) -> ItemId {
    ItemId::new(format!("item_{number}")).unwrap()
}

/// That many seconds after the epoch.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix_millis(seconds * 1_000).unwrap()
}

/// 100.00 GBP, captured by the provider, untouched.
pub(crate) fn payment() -> Payment {
    let mut payment = Payment::new("pay_1".parse().unwrap(), gbp(), Stage::Captured);
    payment.capture_mode = CaptureMode::Auto;
    payment.authorized = minor(CAPTURED);
    payment.captured = minor(CAPTURED);
    payment.refunded = Some(minor(0));
    payment
}

pub(crate) fn payment_at(stage: Stage) -> Payment {
    let mut payment = payment();
    payment.stage = stage;
    payment
}

/// A payment whose items have these prices and add up to what was captured.
pub(crate) fn payment_of(prices: &[i64]) -> Payment {
    let mut payment = payment();
    payment.captured = minor(prices.iter().sum());
    payment.authorized = payment.captured;
    payment.items = prices
        .iter()
        .enumerate()
        .map(|(number, price)| LineItem {
            id: item_id(number),
            name: None,
            amount: minor(*price),
            tax: None,
            refundable: minor(*price),
        })
        .collect();
    payment
}

/// A provider that can do everything.
pub(crate) fn capabilities() -> Capabilities {
    let key = Idempotency::Key {
        lifetime: None,
        on_repeat: OnRepeat::Replay,
    };
    Capabilities {
        partial: Partial::ByAmount,
        by_item: true,
        reversal: Reversal::AuthorizedOrAutoCaptured,
        refund_key: key,
        reversal_key: key,
        lookup: Lookup::ByToken,
        enforces_cap: true,
        one_open_refund: false,
        shows_disputes: false,
        windows: Vec::new(),
        settles_within: USUALLY_SETTLED,
        largest_amount: i64::MAX,
        amounts: Amounts::any(),
        refund_texts: Texts {
            reason: Some(20),
            notes: Some(20),
            order_id: Some(20),
            metadata: Some(MetadataLimits {
                pairs: 2,
                key: 5,
                value: 10,
            }),
        },
        shows_payments: true,
        reasons: Vec::new(),
        reason_required: false,
        extras: Vec::new(),
        reversal_reason: Some(20),
        answers: Vec::new(),
    }
}

/// A refund of all that is left of `payment()`.
pub(crate) fn request() -> RefundRequest {
    RefundRequest::new("pay_1".parse().unwrap(), "key-1".parse().unwrap())
}

pub(crate) fn request_of(units: i64) -> RefundRequest {
    request().amount(pence(units))
}

pub(crate) fn reversal_request() -> ReversalRequest {
    ReversalRequest::new("pay_1".parse().unwrap(), "key-1".parse().unwrap())
}

pub(crate) fn fact(status: RefundStatus) -> ProviderRefund {
    ProviderRefund::with_status(status)
}

pub(crate) fn unknown() -> Outcome {
    Outcome::Unknown {
        why: "lost".to_owned(),
    }
}

pub(crate) fn refused() -> Outcome {
    Outcome::Refused {
        status: 400,
        code: None,
        message: None,
    }
}

pub(crate) fn not_sent() -> Outcome {
    Outcome::NotSent {
        why: "no route".to_owned(),
    }
}

pub(crate) fn contradiction() -> Outcome {
    Outcome::Contradiction {
        what: "another amount".to_owned(),
        fact: fact(RefundStatus::Succeeded),
    }
}

pub(crate) fn evidence(seconds: i64, fact: Fact) -> Evidence {
    Evidence {
        at: at(seconds),
        fact,
    }
}

pub(crate) fn marked(seconds: i64, attempt: u32) -> Evidence {
    evidence(seconds, Fact::Marked { attempt })
}

pub(crate) fn answered(seconds: i64, attempt: u32, outcome: Outcome) -> Evidence {
    evidence(seconds, Fact::answered(attempt, outcome, None))
}

pub(crate) fn seen(seconds: i64, status: RefundStatus) -> Evidence {
    let by = Source::Asked;
    let refund = fact(status);
    evidence(seconds, Fact::Seen { by, refund })
}

pub(crate) fn parked(seconds: i64, attempt: u32) -> Evidence {
    let why = "no rule".to_owned();
    evidence(seconds, Fact::parked(attempt, why))
}

pub(crate) fn absent(seconds: i64, attempt: u32) -> Evidence {
    evidence(seconds, Fact::Absent { attempt })
}

pub(crate) fn decided(seconds: i64, attempt: u32, decision: Decision) -> Evidence {
    let fact = Fact::Decided {
        attempt,
        decision,
        evidence: text("seen in the dashboard"),
        by: text("Ada"),
        actor: None,
        ticket: None,
        known: Known::default(),
    };
    evidence(seconds, fact)
}

/// What is intended by operation 1.
pub(crate) fn intended(plan: Plan) -> Intent {
    intent(1, plan)
}

fn intent(number: usize, plan: Plan) -> Intent {
    let provider = ProviderName::new("p").unwrap();
    Intent {
        id: OperationId::new(format!("op_{number}")).unwrap(),
        fingerprint: Fingerprint::of(&provider, plan.kind().as_str(), &number),
        provider,
        request_key: RequestKey::new(format!("key-{number}")).unwrap(),
        key: token(number),
        origin: Default::default(),
        plan,
        created_at: at(0),
    }
}

/// What operation `number` is known by at the provider.
pub(crate) fn token(number: usize) -> ProviderKey {
    ProviderKey::new(format!("token{number}")).unwrap()
}

/// Operation `number`: a refund of so many pence, about which `evidence` is known.
pub(crate) fn refund(number: usize, units: i64, evidence: Vec<Evidence>) -> Operation {
    let mut whole = payment();
    whole.captured = minor(units.max(CAPTURED));
    let plan = plan_refund(
        &whole,
        &History::default(),
        &request_of(units),
        &capabilities(),
    );
    let mut operation = Operation::new(intent(number, Plan::Refund(plan.unwrap())));
    operation.evidence = evidence;
    operation
}

/// Operation `number`: a reversal of the payment, about which `evidence` is known.
pub(crate) fn reversal(number: usize, evidence: Vec<Evidence>) -> Operation {
    let plan = plan_reversal(
        &payment_at(Stage::Authorized),
        &History::default(),
        &reversal_request(),
        &capabilities(),
        at(0),
    );
    let mut operation = Operation::new(intent(number, Plan::Reversal(plan.unwrap())));
    operation.evidence = evidence;
    operation
}

/// Evidence that leads to `state`. There is none for `Refused`, which is never written down.
pub(crate) fn leading_to(state: State) -> Vec<Evidence> {
    match state {
        State::Ready => Vec::new(),
        State::Attempting => vec![marked(0, 1)],
        State::Accepted => vec![answered(
            1,
            1,
            Outcome::Accepted(fact(RefundStatus::Pending)),
        )],
        State::Succeeded => vec![answered(
            1,
            1,
            Outcome::Executed(fact(RefundStatus::Succeeded)),
        )],
        State::Failed => vec![answered(
            1,
            1,
            Outcome::Accepted(fact(RefundStatus::Failed)),
        )],
        State::FailedLate => vec![
            seen(1, RefundStatus::Succeeded),
            seen(901, RefundStatus::Failed),
        ],
        State::Rejected => vec![answered(1, 1, refused())],
        State::Cancelled => vec![evidence(1, Fact::cancelled())],
        State::Unknown => vec![marked(0, 1), answered(1, 1, unknown())],
        State::Parked => vec![answered(1, 1, unknown()), parked(2, 1)],
        State::Refused => panic!("nothing is written down about a refused request"),
    }
}

pub(crate) fn refund_in(state: State, number: usize, units: i64) -> Operation {
    refund(number, units, leading_to(state))
}

/// A refund that the provider lists, made by somebody else.
pub(crate) fn foreign(number: usize, status: RefundStatus, units: i64) -> ProviderRefund {
    ProviderRefund {
        id: Some(RefundId::new(format!("re_{number}")).unwrap()),
        amount: Some(minor(units)),
        ..ProviderRefund::with_status(status)
    }
}

/// What the payment shows of the operation, by a reading of an hour after all that happens here.
pub(crate) fn find(
    operation: &Operation,
    payment: &Payment,
    capabilities: &Capabilities,
) -> Finding {
    let history = History::of([operation], at(3_600));
    operation::find(operation, payment, &history, capabilities)
}

/// The fact that the payment proves about the operation.
pub(crate) fn apply_reading(
    operation: &Operation,
    payment: &Payment,
    capabilities: &Capabilities,
) -> Option<Fact> {
    let history = History::of([operation], at(3_600));
    operation::apply_reading(operation, payment, &history, capabilities)
}
