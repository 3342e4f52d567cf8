//! Intents and capabilities to test with.

use refundkit_core::capabilities::{
    Amounts, Capabilities, Idempotency, Lookup, Partial, Reversal, Texts, USUALLY_SETTLED,
};
use refundkit_core::fingerprint::Fingerprint;
use refundkit_core::ledger::Begun;
use refundkit_core::plan::{History, Plan, plan_refund};
use refundkit_core::ports::Durable;
use refundkit_core::{
    Attempt, Change, Intent, Minor, OperationId, Payment, PaymentId, PaymentLedger, ProviderKey,
    ProviderName, RefundRequest, RequestKey, Stage, Text, Timestamp, WorkerId,
};

/// An intent to refund `minor` pence of a payment of 50.00 GBP, numbered so that each has a key of its own.
#[must_use]
pub fn intent(number: u32, provider: &str, payment: &str, minor: i64) -> Intent {
    let mut read = Payment::new(
        PaymentId::new(payment).unwrap(),
        "GBP".parse().unwrap(),
        Stage::Captured,
    );
    read.captured = Minor::new(5000).unwrap();
    read.authorized = read.captured;
    let key = RequestKey::new(format!("key-{number}")).unwrap();
    let amount = refundkit_core::Money::from_minor(minor, read.currency).unwrap();
    let request = RefundRequest::new(read.id.clone(), key.clone())
        .amount(amount)
        .reason(Text::new("duplicate \"transaction\"\nseen twice — ünïcödé").unwrap());
    let plan = plan_refund(&read, &History::default(), &request, &capabilities()).unwrap();
    let provider = ProviderName::new(provider).unwrap();
    Intent {
        id: OperationId::new(format!("op_{number}")).unwrap(),
        fingerprint: Fingerprint::of(&provider, "refund", &request),
        provider,
        request_key: key,
        key: ProviderKey::new(format!("token{number}")).unwrap(),
        origin: Default::default(),
        plan: Plan::Refund(plan),
        created_at: Timestamp::from_unix_millis(i64::from(number) * 1000).unwrap(),
    }
}

/// A provider that refunds by amount and promises nothing.
#[must_use]
pub fn capabilities() -> Capabilities {
    Capabilities {
        partial: Partial::ByAmount,
        by_item: false,
        reversal: Reversal::No,
        refund_key: Idempotency::None,
        reversal_key: Idempotency::None,
        lookup: Lookup::No,
        enforces_cap: true,
        one_open_refund: false,
        shows_disputes: false,
        windows: Vec::new(),
        settles_within: USUALLY_SETTLED,
        largest_amount: i64::MAX,
        amounts: Amounts::any(),
        refund_texts: Texts {
            reason: Some(1000),
            notes: None,
            order_id: None,
            metadata: None,
        },
        shows_payments: true,
        reasons: Vec::new(),
        reason_required: false,
        extras: Vec::new(),
        reversal_reason: None,
        answers: Vec::new(),
    }
}

/// The first attempt at `plan` under a key of its own for each number, as if its mark were durable.
#[must_use]
pub fn attempt(number: u32, plan: &Plan) -> Attempt {
    attempt_at(&sent(number, plan))
}

/// The first attempt at `intent`, as if its mark were durable.
#[must_use]
pub fn attempt_at(intent: &Intent) -> Attempt {
    let payment = intent.plan.payment().clone();
    let ledger = PaymentLedger::new(intent.provider.clone(), payment, 0);
    let mut change = Change::of(&ledger, &WorkerId::new("tester").unwrap());
    assert_eq!(change.begin(intent.clone()).unwrap(), Begun::New);
    change.mark(&intent.id, Timestamp::epoch()).unwrap();
    let (_, marked) = change.committed(Durable::after_commit());
    Attempt::new(intent, marked.unwrap(), Timestamp::epoch()).unwrap()
}

/// The intent that it is an attempt at.
pub(crate) fn sent(number: u32, plan: &Plan) -> Intent {
    let provider = ProviderName::new("provider").unwrap();
    Intent {
        id: OperationId::new(format!("op_{number}")).unwrap(),
        fingerprint: Fingerprint::of(&provider, "refund", &number),
        provider,
        request_key: RequestKey::new(format!("key-{number}")).unwrap(),
        key: key(number),
        origin: Default::default(),
        plan: plan.clone(),
        created_at: Timestamp::epoch(),
    }
}

/// In the form of refundkit's own: 32 characters of `[a-z2-7]`.
fn key(number: u32) -> ProviderKey {
    let letters = [('0', "z"), ('1', "y"), ('8', "x"), ('9', "w")];
    let number = letters
        .iter()
        .fold(format!("{number:06}"), |text, (digit, letter)| {
            text.replace(*digit, letter)
        });
    ProviderKey::new(["abcdefghijklmnopqrstuvwxyz", &number].concat()).unwrap()
}
