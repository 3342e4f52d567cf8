//! A payment as its provider showed it, with the moment at which it was asked for: what it can prove
//! hangs on that moment.

use refundkit_core::plan::History;
use refundkit_core::{
    Clock, Detail, Evidence, Fact, Operation, Payment, PaymentId, Provider, ReadError,
    RefundStatus, Timestamp,
};

/// A payment, and when it was asked for: what is younger it may not show, and what was learnt since is
/// newer, whenever it is written down.
pub(super) struct Reading {
    pub(super) payment: Payment,
    pub(super) asked_at: Timestamp,
}

impl Reading {
    /// Reads a payment from its provider.
    pub(super) async fn of(
        provider: &dyn Provider,
        clock: &dyn Clock,
        payment: &PaymentId,
        detail: Detail,
    ) -> Result<Self, ReadError> {
        let asked_at = clock.now();
        let payment = provider.payment(payment, detail).await?;
        Ok(Self { payment, asked_at })
    }

    /// What the journal holds for the payment, to be compared with the reading.
    pub(super) fn history(&self, operations: &[Operation]) -> History {
        History::of(operations, self.asked_at)
    }

    /// Whether a final word of the provider has come while this one was on its way that `with` says
    /// another thing than: which of the two is newer only another reading tells.
    pub(super) fn is_overtaken(&self, operation: &Operation) -> bool {
        let final_word = |evidence: &Evidence| {
            let Fact::Seen { refund, .. } = &evidence.fact else {
                return None;
            };
            Some(refund.status.clone()).filter(RefundStatus::is_final)
        };
        let words = |is_since: fn(Timestamp, Timestamp) -> bool| {
            let evidence = operation.evidence.iter();
            let evidence = evidence.filter(move |one| is_since(one.at, self.asked_at));
            evidence.filter_map(final_word)
        };
        let own = words(|at, asked_at| at == asked_at).next_back();
        let mut since = words(|at, asked_at| at > asked_at);
        own.is_some_and(|own| since.any(|word| word != own))
    }
}
