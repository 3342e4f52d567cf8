//! Operations that the provider has answered about, payments as it shows them, and what comparing
//! the two says.

use refundkit_core::ProviderRefund;
use refundkit_core::capabilities::{Capabilities, Lookup};
use refundkit_core::reconcile::{Compared, compare};
use refundkit_core::{
    DifferenceKind, Evidence, Fact, ListedRefunds, Operation, Outcome, Payment, RefundId,
    RefundStatus, State, Timestamp,
};

use super::{answered, at, capabilities, foreign, marked, minor, payment, refund, token};

/// An hour after all that happens in these tests.
pub(crate) fn later() -> Timestamp {
    at(3_600)
}

pub(crate) fn refund_id(number: usize) -> RefundId {
    RefundId::new(format!("re_{number}")).unwrap()
}

/// Operation `number` of 10.00 that the provider answered about, naming its refund.
pub(crate) fn told(number: usize, status: RefundStatus) -> Operation {
    let refunded = ProviderRefund {
        id: Some(refund_id(number)),
        ..ProviderRefund::with_status(status.clone())
    };
    let outcome = if status == RefundStatus::Succeeded {
        Outcome::Executed(refunded)
    } else {
        Outcome::Accepted(refunded)
    };
    refund(number, 1_000, vec![marked(0, 1), answered(1, 1, outcome)])
}

/// The refund of operation `number` as the provider lists it.
pub(crate) fn seen(number: usize, status: RefundStatus, units: i64) -> ProviderRefund {
    let mut seen = foreign(number, status, units);
    seen.token = Some(token(number));
    seen
}

pub(crate) fn listing(refunds: impl IntoIterator<Item = ProviderRefund>) -> Payment {
    let mut payment = payment();
    payment.refunds = Some(ListedRefunds::whole(refunds.into_iter().collect()));
    payment
}

pub(crate) fn summing(total: i64) -> Payment {
    let mut payment = payment();
    payment.refunded = Some(minor(total));
    payment
}

pub(crate) fn by(lookup: Lookup) -> Capabilities {
    Capabilities {
        lookup,
        ..capabilities()
    }
}

pub(crate) fn summed(operations: &[Operation], payment: &Payment) -> Compared {
    compare(operations, payment, &[], &by(Lookup::Total), later())
}

pub(crate) fn kinds(compared: &Compared) -> Vec<DifferenceKind> {
    compared.differences.iter().map(|one| one.kind).collect()
}

/// The one difference there is.
pub(crate) fn only(compared: Compared, kind: DifferenceKind) -> refundkit_core::Difference {
    assert_eq!(kinds(&compared), [kind], "{compared:?}");
    compared.differences.into_iter().next().unwrap()
}

pub(crate) fn state_with(operation: &Operation, fact: Fact) -> State {
    let mut operation = operation.clone();
    operation.evidence.push(Evidence { at: later(), fact });
    operation.state()
}
