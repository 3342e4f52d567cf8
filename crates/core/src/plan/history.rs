use std::collections::BTreeSet;

use crate::ids::{OperationId, ProviderKey, RefundId};
use crate::money::Minor;
use crate::operation::{Operation, State};
use crate::payment::Payment;
use crate::plan::{Kind, Refusal};

/// What the journal holds for one payment, summed up for the rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// Held by operations that have not succeeded yet.
    open: Minor,
    /// Held by operations that have succeeded.
    succeeded: Minor,
    /// The sums left the range of numbers; nothing more is possible.
    overflowed: bool,
    ids: BTreeSet<RefundId>,
    keys: BTreeSet<ProviderKey>,
    /// An operation that may be under way at the provider, or waits for a person.
    unsettled: Option<OperationId>,
    /// Any operation that has not ended.
    unfinished: Option<OperationId>,
    kinds: Vec<Kind>,
}

impl History {
    /// Sums up the operations of one payment.
    #[must_use]
    pub fn of<'a>(operations: impl IntoIterator<Item = &'a Operation>) -> Self {
        let mut history = Self::default();
        for operation in operations {
            history.add(operation);
        }
        history
    }

    fn add(&mut self, operation: &Operation) {
        let summary = operation.summary();
        let state = summary.state();
        if !state.holds_money() {
            // A refund that the provider lists for it all the same counts as somebody else's.
            return;
        }
        self.ids.extend(summary.refund().cloned());
        self.keys.insert(operation.intent.key.clone());
        let id = &operation.intent.id;
        let sum = if state == State::Succeeded {
            &mut self.succeeded
        } else {
            &mut self.open
        };
        match sum.checked_add(operation.intent.plan.amount().minor()) {
            Some(more) => *sum = more,
            None => self.overflowed = true,
        }
        if state.in_flight() || state == State::Parked {
            self.unsettled.get_or_insert_with(|| id.clone());
        }
        if !state.is_final() {
            self.unfinished.get_or_insert_with(|| id.clone());
        }
        self.kinds.push(operation.intent.plan.kind());
    }

    /// Refuses while another operation of the payment is in flight, or not ended where only one may be open.
    pub(super) fn check_idle(&self, payment: &Payment, one_open: bool) -> Result<(), Refusal> {
        let blocking = if one_open {
            &self.unfinished
        } else {
            &self.unsettled
        };
        match blocking {
            None => Ok(()),
            Some(operation) => Err(Refusal::UnderWay {
                payment: payment.id.clone(),
                operation: operation.clone(),
            }),
        }
    }

    /// Refuses where money is held by an operation of the other kind.
    pub(super) fn check_kind(&self, payment: &Payment, asked: Kind) -> Result<(), Refusal> {
        match self.kinds.iter().find(|kind| **kind != asked) {
            None => Ok(()),
            Some(other) => Err(Refusal::OtherKind {
                payment: payment.id.clone(),
                asked,
                other: *other,
            }),
        }
    }

    /// Whether any money is held.
    pub(super) fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    /// What the provider's total was at least when the plan was made: a reading may lag behind
    /// what has succeeded already.
    pub(super) fn returned_before(&self, payment: &Payment) -> Minor {
        payment.refunded.max(self.succeeded)
    }

    /// What was returned by others than us, as far as the provider tells.
    ///
    /// From a list: the refunds that are neither ours nor failed. From a total: what is more than
    /// ours that have succeeded; an operation of ours that is open may be counted twice here,
    /// which refuses too much rather than too little.
    pub(super) fn external(&self, payment: &Payment) -> Result<Minor, Refusal> {
        let unclear = |because| Refusal::Unclear {
            payment: payment.id.clone(),
            because,
        };
        let Some(refunds) = &payment.refunds else {
            return Ok(payment.refunded.saturating_sub(self.succeeded));
        };
        let others = refunds.iter().filter(|seen| {
            let by_id = seen.id.as_ref().is_some_and(|id| self.ids.contains(id));
            let by_key = seen
                .token
                .as_ref()
                .is_some_and(|token| self.keys.contains(token));
            !by_id && !by_key && seen.status != crate::RefundStatus::Failed
        });
        let amounts: Option<Vec<Minor>> = others.map(|seen| seen.amount).collect();
        let amounts =
            amounts.ok_or_else(|| unclear("the provider lists a refund without its amount"))?;
        Minor::checked_sum(amounts).ok_or_else(|| unclear("the sum of its refunds is too large"))
    }

    /// `cap` less everything returned and under way.
    pub(super) fn left(
        &self,
        payment: &Payment,
        cap: Minor,
        external: Minor,
    ) -> Result<Minor, Refusal> {
        let unclear = || Refusal::Unclear {
            payment: payment.id.clone(),
            because: "the sum of its operations is too large",
        };
        if self.overflowed {
            return Err(unclear());
        }
        let gone = Minor::checked_sum([self.open, self.succeeded, external]).ok_or_else(unclear)?;
        Ok(cap.saturating_sub(gone))
    }
}
