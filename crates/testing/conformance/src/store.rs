//! What every [`Store`] keeps. None of it is a rule of money: those are the ledger's, and a store is
//! only ever given what they allow.

use std::sync::Arc;

use refundkit_core::ProviderRefund;
use refundkit_core::ledger::{Begun, Stored};
use refundkit_core::ports::{Commit, Committed, Message};
use refundkit_core::{
    Change, EventId, Evidence, Fact, Intent, Outcome, PaymentId, ProviderName, RefundId,
    RefundStatus, State, Store, Timestamp,
};

use crate::sample::intent;
use crate::writer::Writer;

pub mod atomic;
pub mod conflicts;
pub mod counts;
pub mod crowds;
pub mod durable;
pub mod entries;
pub mod hints;
pub mod lists;
pub mod messages;
pub mod names;
pub mod pauses;

/// A fresh, empty store, and whatever has to live as long as it does.
pub trait StoreHarness: Send {
    /// The store.
    fn store(&self) -> Arc<dyn Store>;

    /// The same store as somebody in another process has it, at the same time. One that is of one
    /// process only gives itself.
    fn beside(&self) -> impl Future<Output = Arc<dyn Store>> + Send {
        let store = self.store();
        async move { store }
    }

    /// The same store as the next process finds it. One that lasts no longer than its process has no
    /// next one, and gives itself back.
    fn reopen(self) -> impl Future<Output = Self> + Send
    where
        Self: Sized;
}

const PAYMENT: &str = "pi_1";

fn sample(number: u32, minor: i64) -> Intent {
    intent(number, "dojo", PAYMENT, minor)
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_unix_millis(second * 1000).unwrap()
}

fn dojo() -> ProviderName {
    "dojo".parse().unwrap()
}

fn payment(id: &str) -> PaymentId {
    PaymentId::new(id).unwrap()
}

async fn joined(store: &dyn Store) -> Writer<'_> {
    Writer::join(store).await.unwrap()
}

/// What the store has of the intent's payment.
async fn load(store: &dyn Store, intent: &Intent) -> Stored {
    let (provider, payment) = (&intent.provider, intent.plan.payment());
    store.load(provider, payment).await.unwrap()
}

async fn begin_new(writer: &Writer<'_>, intent: &Intent) {
    assert_eq!(writer.begin(intent).await.unwrap(), Begun::New);
}

/// Marks the intent's next attempt, as if it were sent.
async fn mark(writer: &Writer<'_>, intent: &Intent, second: i64) {
    let _ = writer.mark(intent, at(second)).await.unwrap();
}

async fn note(writer: &Writer<'_>, intent: &Intent, second: i64, fact: Fact) -> State {
    let evidence = Evidence {
        at: at(second),
        fact,
    };
    writer.add(intent, &evidence).await.unwrap().state()
}

async fn commit(
    store: &dyn Store,
    change: impl Into<Option<Change>>,
    message: impl Into<Option<Message>>,
) -> Committed {
    let (change, message) = (change.into(), message.into());
    store.commit(&Commit { change, message }).await.unwrap()
}

fn is_done(committed: &Committed) -> bool {
    matches!(committed, Committed::Done(_))
}

/// A change that begins the intent, of its payment as it is now.
async fn beginning(writer: &Writer<'_>, intent: &Intent) -> Change {
    let mut change = writer.change(&writer.ledger_of(intent).await.unwrap());
    assert_eq!(change.begin(intent.clone()).unwrap(), Begun::New);
    change
}

/// A message that asks for nothing.
fn message(id: &str, second: i64) -> Message {
    Message {
        provider: dojo(),
        event: EventId::new(id).unwrap(),
        at: at(second),
        look: None,
    }
}

/// One that asks to read this payment.
fn asking(id: &str, second: i64, look: &str) -> Message {
    Message {
        look: Some(payment(look)),
        ..message(id, second)
    }
}

fn unknown() -> Outcome {
    Outcome::Unknown {
        why: "no answer".to_owned(),
    }
}

fn refused() -> Outcome {
    Outcome::Refused {
        status: 400,
        code: Some("NO".to_owned()),
        message: None,
    }
}

fn not_sent() -> Outcome {
    let why = "x".to_owned();
    Outcome::NotSent { why }
}

fn answered(attempt: u32, outcome: Outcome) -> Fact {
    Fact::answered(attempt, outcome, None)
}

fn refund(id: &str, status: RefundStatus) -> ProviderRefund {
    ProviderRefund {
        id: RefundId::new(id).ok(),
        ..ProviderRefund::with_status(status)
    }
}
