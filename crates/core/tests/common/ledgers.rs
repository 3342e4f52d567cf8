//! Ledgers, changes of them, and the least that a store is: what was committed last, and a comparison.

use refundkit_core::ProviderRefund;
use refundkit_core::ledger::{Begun, Head, Stored};
use refundkit_core::operation::Source;
use refundkit_core::plan::{History, Plan, plan_refund};
use refundkit_core::ports::Durable;
use refundkit_core::{
    Change, Evidence, Fact, Intent, Marked, OperationId, PaymentId, PaymentLedger, ProviderName,
    RefundId, RefundStatus, State, WorkerId,
};

use super::{at, capabilities, evidence, fact, intent, minor, payment, request_of};

pub(crate) fn provider() -> ProviderName {
    "p".parse().unwrap()
}

pub(crate) fn payment_id() -> PaymentId {
    payment().id
}

pub(crate) fn worker(name: &str) -> WorkerId {
    WorkerId::new(name).unwrap()
}

pub(crate) fn op(number: usize) -> OperationId {
    OperationId::new(format!("op_{number}")).unwrap()
}

/// A ledger of which nothing is known.
pub(crate) fn fresh() -> PaymentLedger {
    PaymentLedger::new(provider(), payment_id(), 0)
}

/// Operation `number`: to refund so many pence of 100.00, nothing of which was returned by others.
pub(crate) fn wanted(number: usize, units: i64) -> Intent {
    beside(number, units, 0)
}

/// The same where others have returned `external`.
pub(crate) fn beside(number: usize, units: i64, external: i64) -> Intent {
    let mut whole = payment();
    whole.refunded = Some(minor(external));
    let request = request_of(units);
    let plan = plan_refund(&whole, &History::default(), &request, &capabilities());
    intent(number, Plan::Refund(plan.unwrap()))
}

pub(crate) fn change(ledger: &PaymentLedger) -> Change {
    Change::of(ledger, &worker("ada"))
}

/// The ledger with the change, as if it were durable, and the mark in it.
pub(crate) fn done(change: Change) -> (PaymentLedger, Option<Marked>) {
    change.committed(Durable::after_commit())
}

/// With this operation begun.
pub(crate) fn begun(ledger: &PaymentLedger, intent: Intent) -> PaymentLedger {
    let mut change = change(ledger);
    assert_eq!(change.begin(intent).unwrap(), Begun::New);
    done(change).0
}

/// With the operation's next attempt marked.
pub(crate) fn sent(ledger: &PaymentLedger, number: usize, seconds: i64) -> PaymentLedger {
    let mut change = change(ledger);
    change.mark(&op(number), at(seconds)).unwrap();
    done(change).0
}

/// With this known of the operation.
pub(crate) fn noted(ledger: &PaymentLedger, number: usize, known: &Evidence) -> PaymentLedger {
    let mut change = change(ledger);
    assert!(change.note(&op(number), known).unwrap(), "{known:?}");
    done(change).0
}

/// With evidence that leads to this state.
pub(crate) fn led_to(ledger: &PaymentLedger, number: usize, state: State) -> PaymentLedger {
    let add = |ledger: PaymentLedger, known: &Evidence| match known.fact.is_mark() {
        true => sent(&ledger, number, 0),
        false => noted(&ledger, number, known),
    };
    let after = super::leading_to(state).iter().fold(ledger.clone(), add);
    assert_eq!(after.need(&op(number)).unwrap().state(), state);
    after
}

/// The provider's word on the refund with this id.
pub(crate) fn told(seconds: i64, refund: &str, status: RefundStatus) -> Evidence {
    let refund = named(refund, status);
    let by = Source::Asked;
    evidence(seconds, Fact::Seen { by, refund })
}

pub(crate) fn named(refund: &str, status: RefundStatus) -> ProviderRefund {
    ProviderRefund {
        id: RefundId::new(refund).ok(),
        ..fact(status)
    }
}

/// The entries' bytes.
pub(crate) fn bodies(change: &Change) -> Vec<Vec<u8>> {
    change.entries().map(|(_, body)| body.to_vec()).collect()
}

/// One payment as a store keeps it, written as the port says and from what a change tells alone.
#[derive(Clone, Debug)]
pub(crate) struct Shelf(pub(crate) Stored);

impl Shelf {
    pub(crate) fn new() -> Self {
        Self(Stored::nothing(provider(), payment_id(), 0))
    }

    pub(crate) fn load(&self) -> PaymentLedger {
        PaymentLedger::replay(&self.0).unwrap()
    }

    /// The change's ledger and mark where it was made of what is kept; nothing where it wasn't.
    pub(crate) fn commit(&mut self, change: Change) -> Option<(PaymentLedger, Option<Marked>)> {
        let kept = &mut self.0;
        if (change.expected().timeline, change.expected().entries) != (kept.timeline, kept.version)
        {
            return None;
        }
        if change.is_empty() {
            return Some(done(change));
        }
        for row in change.indexed() {
            let place = usize::try_from(row.place).unwrap();
            let id = row.operation.intent.id.clone();
            match kept.operations.get_mut(place) {
                None => {
                    assert_eq!((row.before, place), (None, kept.operations.len()));
                    kept.operations.push((id, row.state));
                }
                Some(known) => {
                    assert_eq!((row.before, &known.0), (Some(known.1), &id));
                    assert_ne!(known.1, row.state);
                    known.1 = row.state;
                }
            }
        }
        let owned = change.owned().iter();
        kept.owners
            .extend(owned.map(|owned| (owned.refund.clone(), owned.operation)));
        kept.entries.extend(bodies(&change));
        kept.version = change.ledger().version().entries;
        kept.head = *change.ledger().head();
        kept.held = change.ledger().holds();
        Some(done(change))
    }
}

/// A head that is nobody's.
pub(crate) fn other_head() -> Head {
    Head::from_bytes([7; 32])
}
