//! Whether a refund in a list of the account is what the journal says of it, so that its payment
//! needn't be read. Where it isn't, nothing is said about the reason.

use crate::answer::{RefundStatus, contradiction};
use crate::operation::{Operation, State, owner};
use crate::provider_refund::ProviderRefund;

/// The operation that a refund in a list of the account is, where the journal says just the same of
/// it: the same id, amount, currency and payment, and a state that fits. `None` says that the
/// payment is to be looked at, and nothing more.
///
/// `operations` are those that the journal has of the payment which the list names.
#[must_use]
pub fn agrees<'a>(operations: &'a [Operation], shown: &ProviderRefund) -> Option<&'a Operation> {
    let operation = owner(operations, shown)?;
    let summary = operation.summary();
    let same_id = shown.id.is_some() && shown.id.as_ref() == summary.refund();
    let was_sent = operation.last_mark().is_some();
    let as_asked = contradiction(&operation.intent, &shown.as_evidence(), was_sent).is_none();
    let one = summary.refunds().count() == 1;
    let fits = fits(summary.state(), &shown.status);
    (same_id && one && as_asked && fits).then_some(operation)
}

/// Whether the provider's word is the one that makes this state.
pub(super) const fn fits(state: State, status: &RefundStatus) -> bool {
    match state {
        State::Succeeded => matches!(status, RefundStatus::Succeeded | RefundStatus::Unstated),
        State::Accepted => !status.is_final(),
        State::Failed | State::FailedLate => matches!(status, RefundStatus::Failed),
        State::Ready
        | State::Attempting
        | State::Rejected
        | State::Refused
        | State::Cancelled
        | State::Unknown
        | State::Parked => false,
    }
}
