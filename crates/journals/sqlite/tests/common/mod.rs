//! Intents, and changes of ledgers in a store, as the engine makes them.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "each test uses some of it, and stops at the first surprise"
)]

use refundkit_core::ProviderRefund;
use refundkit_core::capabilities::{
    Amounts, Capabilities, Idempotency, Lookup, Partial, Reversal, Texts, USUALLY_SETTLED,
};
use refundkit_core::fingerprint::Fingerprint;
use refundkit_core::ledger::Begun;
use refundkit_core::plan::{History, Plan, plan_refund};
use refundkit_core::ports::{Commit, Committed, Message};
use refundkit_core::{
    Change, Evidence, Fact, Intent, JournalError, Marked, Minor, Namespace, Operation, OperationId,
    Outcome, Payment, PaymentId, PaymentLedger, ProviderKey, ProviderName, RefundId, RefundRequest,
    RefundStatus, RequestKey, Stage, Store, Text, Timestamp, WorkerId,
};
use refundkit_sqlite::{SqliteStore, Verified};

pub(crate) mod child;

/// An intent to refund `minor` pence of a payment of 50.00 GBP, numbered so that each has a key of its own.
pub(crate) fn intent(number: u32, provider: &str, payment: &str, minor: i64) -> Intent {
    let id = OperationId::new(format!("op_{number}")).unwrap();
    let key = ProviderKey::new(format!("token{number}")).unwrap();
    intent_with(number, provider, payment, minor, id, key)
}

/// As [`intent`], with the ids that refundkit derives.
pub(crate) fn derived(number: u32, provider: &str, payment: &str, minor: i64) -> Intent {
    let namespace: Namespace = "shop".parse().unwrap();
    let key = request_key(number);
    let id = refundkit_core::fingerprint::operation_id(&namespace, &key).unwrap();
    let amount = refundkit_core::Money::from_minor(minor, "GBP".parse().unwrap()).unwrap();
    let token = refundkit_core::fingerprint::provider_key(
        &namespace,
        &key,
        &PaymentId::new(payment).unwrap(),
        amount,
        refundkit_core::Kind::Refund,
    );
    intent_with(number, provider, payment, minor, id, token.unwrap())
}

fn request_key(number: u32) -> RequestKey {
    RequestKey::new(format!("key-{number}")).unwrap()
}

fn intent_with(
    number: u32,
    provider: &str,
    payment: &str,
    minor: i64,
    id: OperationId,
    token: ProviderKey,
) -> Intent {
    let mut read = Payment::new(
        PaymentId::new(payment).unwrap(),
        "GBP".parse().unwrap(),
        Stage::Captured,
    );
    read.captured = Minor::new(5000).unwrap();
    read.authorized = read.captured;
    let amount = refundkit_core::Money::from_minor(minor, read.currency).unwrap();
    let key = request_key(number);
    let request = RefundRequest::new(read.id.clone(), key.clone())
        .amount(amount)
        .reason(Text::new("duplicate \"transaction\"\nseen twice — ünïcödé").unwrap());
    let plan = plan_refund(&read, &History::default(), &request, &capabilities()).unwrap();
    let provider = ProviderName::new(provider).unwrap();
    Intent {
        id,
        fingerprint: Fingerprint::of(&provider, "refund", &request),
        provider,
        request_key: key,
        key: token,
        origin: Default::default(),
        plan: Plan::Refund(plan),
        created_at: Timestamp::from_unix_millis(i64::from(number) * 1000).unwrap(),
    }
}

/// A provider that refunds by amount and promises nothing.
fn capabilities() -> Capabilities {
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

pub(crate) fn shop() -> Namespace {
    "shop".parse().unwrap()
}

pub(crate) fn dojo() -> ProviderName {
    "dojo".parse().unwrap()
}

pub(crate) fn payment(id: &str) -> PaymentId {
    PaymentId::new(id).unwrap()
}

/// A worker of no store.
pub(crate) fn worker() -> WorkerId {
    WorkerId::new("0-1.1").unwrap()
}

/// The payment's ledger as the store has kept it, checked.
pub(crate) async fn ledger(
    store: &dyn Store,
    provider: &ProviderName,
    payment: &PaymentId,
) -> Result<PaymentLedger, JournalError> {
    PaymentLedger::replay(&store.load(provider, payment).await?)
}

/// The ledger of the intent's payment.
pub(crate) async fn of(store: &dyn Store, intent: &Intent) -> Result<PaymentLedger, JournalError> {
    ledger(store, &intent.provider, intent.plan.payment()).await
}

/// Commits the change, which has to fit.
pub(crate) async fn done(
    store: &dyn Store,
    change: Change,
) -> Result<(PaymentLedger, Option<Marked>), JournalError> {
    let commit = Commit::from(change);
    match store.commit(&commit).await? {
        Committed::Done(durable) => Ok(commit.change.unwrap().committed(durable)),
        other @ (Committed::Conflict | Committed::IdTaken | Committed::Known) => {
            panic!("{other:?}")
        }
    }
}

/// Makes a change of the newest ledger and commits it, anew where others were quicker.
pub(crate) async fn change<T>(
    store: &dyn Store,
    intent: &Intent,
    mut make: impl FnMut(&mut Change) -> Result<T, JournalError>,
) -> Result<(T, PaymentLedger, Option<Marked>), JournalError> {
    loop {
        let ledger = of(store, intent).await?;
        let mut change = Change::of(&ledger, &worker());
        let made = make(&mut change)?;
        if change.is_empty() {
            return Ok((made, ledger, None));
        }
        let commit = Commit::from(change);
        match store.commit(&commit).await? {
            Committed::Done(durable) => {
                let (ledger, marked) = commit.change.unwrap().committed(durable);
                return Ok((made, ledger, marked));
            }
            Committed::Conflict => {}
            other @ (Committed::IdTaken | Committed::Known) => panic!("{other:?}"),
        }
    }
}

pub(crate) async fn begin(store: &dyn Store, intent: &Intent) -> Result<Begun, JournalError> {
    let begun = change(store, intent, |change| change.begin(intent.clone())).await?;
    Ok(begun.0)
}

pub(crate) async fn mark(store: &dyn Store, intent: &Intent) -> Result<Marked, JournalError> {
    let at = Timestamp::epoch();
    let marked = change(store, intent, |change| change.mark(&intent.id, at)).await?;
    Ok(marked.2.unwrap())
}

pub(crate) async fn note(
    store: &dyn Store,
    intent: &Intent,
    fact: Fact,
) -> Result<Operation, JournalError> {
    let at = Timestamp::epoch();
    let evidence = Evidence { at, fact };
    let noted = change(store, intent, |change| change.note(&intent.id, &evidence)).await?;
    Ok(noted.1.need(&intent.id)?.clone())
}

/// Begins and marks in one commit.
pub(crate) async fn begin_and_mark(store: &dyn Store, intent: &Intent) -> Result<(), JournalError> {
    let at = Timestamp::epoch();
    let begun = change(store, intent, |change| {
        let begun = change.begin(intent.clone())?;
        change.mark(&intent.id, at)?;
        Ok(begun)
    });
    begun.await.map(drop)
}

/// The first attempt has made a refund.
pub(crate) fn executed(refund: &str) -> Fact {
    Fact::answered(1, Outcome::Executed(made(refund)), None)
}

/// The first attempt had no answer.
pub(crate) fn lost() -> Fact {
    let why = "lost".to_owned();
    Fact::answered(1, Outcome::Unknown { why }, None)
}

pub(crate) fn made(refund: &str) -> ProviderRefund {
    ProviderRefund {
        id: RefundId::new(refund).ok(),
        ..ProviderRefund::with_status(RefundStatus::Succeeded)
    }
}

/// A message by which nothing but a payment to read comes.
pub(crate) fn message(event: &str, look: Option<&str>) -> Commit {
    let message = Message {
        provider: dojo(),
        event: refundkit_core::EventId::new(event).unwrap(),
        at: Timestamp::epoch(),
        look: look.map(payment),
    };
    Commit {
        change: None,
        message: Some(message),
    }
}

pub(crate) async fn verified(store: &SqliteStore) -> Result<Verified, JournalError> {
    store.verify(|_| {}).await
}
