//! The journal's operations of one payment, summed up beside a reading of it: what is held, what others
//! have returned, what is under way. In doubt it is the sum that leaves less to refund.

use std::collections::BTreeSet;

use crate::ids::{OperationId, ProviderKey, RefundId};
use crate::money::{Currency, Minor, Money};
use crate::operation::{Operation, State};
use crate::payment::{Payment, Stage};
use crate::plan::{Kind, Refusal};
use crate::provider_refund::ProviderRefund;
use crate::time::Timestamp;
use crate::timing::QUIESCENCE;

/// What the journal holds for one payment, summed up for the rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// Held by operations that have not succeeded yet.
    open: Minor,
    /// Held by operations that have succeeded.
    succeeded: Minor,
    /// The part of it that was sent so long ago that every reading shows it.
    final_sum: Minor,
    /// The sums left the range of numbers; nothing more is possible.
    overflowed: bool,
    ids: BTreeSet<RefundId>,
    keys: BTreeSet<ProviderKey>,
    /// An operation that may be under way at the provider, or waits for a person.
    unsettled: Option<OperationId>,
    /// Any operation that has not ended.
    unfinished: Option<OperationId>,
    kinds: Vec<Kind>,
    /// The most that a plan has found returned by others.
    seen_external: Minor,
    /// The same of the last minutes, which a reading may not show yet.
    late_external: Minor,
    /// What every plan took for the most that may be returned, whatever became of it.
    caps: Vec<(Currency, Minor)>,
    /// The currencies of the money that is held.
    held_in: BTreeSet<Currency>,
    /// Every refund that an operation of ours is known to have made, whatever became of it.
    owned: BTreeSet<RefundId>,
    /// The token of every operation.
    tokens: BTreeSet<ProviderKey>,
    /// Of these refunds, the ones that live and are so old that every whole list shows them.
    listed: BTreeSet<RefundId>,
    /// The most that was captured by what refunds were planned with, where money of it is held.
    captured: Option<Minor>,
    /// When the reading was asked for.
    read_at: Option<Timestamp>,
}

impl History {
    /// Sums up the operations of one payment, to be compared with a reading that was asked for at
    /// `read_at`.
    #[must_use]
    pub fn of<'a>(operations: impl IntoIterator<Item = &'a Operation>, read_at: Timestamp) -> Self {
        let mut history = Self {
            read_at: Some(read_at),
            ..Self::default()
        };
        for operation in operations {
            let external = operation.intent.plan.budget().external;
            history.seen_external = history.seen_external.max(external);
            let plan = &operation.intent.plan;
            let cap = (plan.amount().currency(), plan.budget().cap);
            history.caps.push(cap);
            if read_at.since(operation.intent.created_at) <= QUIESCENCE {
                history.late_external = history.late_external.max(external);
            }
            history.add(operation, read_at);
        }
        history
    }

    fn add(&mut self, operation: &Operation, read_at: Timestamp) {
        let summary = operation.summary();
        let state = summary.state();
        self.owned.extend(summary.refunds().cloned());
        self.tokens.insert(operation.intent.key.clone());
        if !state.holds_money() {
            // A refund that the provider lists for it all the same counts as somebody else's.
            return;
        }
        let currency = operation.intent.plan.amount().currency();
        self.held_in.insert(currency);
        self.ids.extend(summary.refunds().cloned());
        self.keys.insert(operation.intent.key.clone());
        let id = &operation.intent.id;
        let quiet = operation
            .last_mark()
            .is_none_or(|last| read_at.since(last) > QUIESCENCE);
        let succeeded = state == State::Succeeded;
        if quiet && matches!(state, State::Succeeded | State::Accepted) {
            self.listed.extend(summary.refund().cloned());
        }
        if operation.intent.plan.kind() == Kind::Refund {
            let cap = operation.intent.plan.budget().cap;
            self.captured = self.captured.max(Some(cap));
        }
        let sums = [
            (&mut self.open, !succeeded),
            (&mut self.succeeded, succeeded),
            (&mut self.final_sum, succeeded && quiet),
        ];
        for (sum, counts) in sums {
            match sum.checked_add(operation.intent.plan.amount().minor()) {
                Some(more) if counts => *sum = more,
                Some(_) => {}
                None => self.overflowed = true,
            }
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

    /// When the reading was asked for that the operations are compared with, if they are with one.
    pub(super) const fn read_at(&self) -> Option<Timestamp> {
        self.read_at
    }

    /// Whether an operation of ours is known to have made this refund.
    pub(crate) fn owns(&self, refund: &RefundId) -> bool {
        self.owned.contains(refund)
    }

    /// Why an operation that is held may not be sent any more: since it was planned, others have returned
    /// money of the payment, or a dispute was opened. `unsent` is its amount where nothing that is shown
    /// can be its own. A total may count what is held by others of ours, so no more of it is counted than
    /// they don't explain.
    pub(crate) fn leaves_no_room(&self, payment: &Payment, unsent: Minor) -> Option<&'static str> {
        let listed = payment.refunds.as_ref().map_or(Ok(Minor::ZERO), |listed| {
            self.others(payment, &listed.refunds)
        });
        let unlisted = self.unlisted(payment, unsent);
        let external = listed.unwrap_or(Minor::MAX).max(unlisted);
        let gone = [self.held(), external, payment.disputed()];
        let fits = Minor::checked_sum(gone).is_some_and(|gone| gone <= payment.captured);
        (!fits).then_some(
            "what is held of it, what others have returned and what is disputed are more than was captured",
        )
    }

    /// Whether this is the token of an operation of ours.
    pub(crate) fn knows(&self, token: &ProviderKey) -> bool {
        self.tokens.contains(token)
    }

    /// What of the reading contradicts what readings, answers and messages have told before.
    pub(crate) fn contradicts(&self, payment: &Payment) -> Option<&'static str> {
        if self.held_in.iter().any(|held| *held != payment.currency) {
            return Some("it is in another currency than before");
        }
        let lessened = self.captured.is_some_and(|most| payment.captured < most);
        match payment.stage {
            _ if self.captured.is_none() => {}
            Stage::Captured | Stage::PartiallyCaptured | Stage::Refunded if lessened => {
                return Some("less was captured of it than before");
            }
            Stage::Captured | Stage::PartiallyCaptured | Stage::Refunded | Stage::Reversed => {}
            Stage::Created
            | Stage::Authorized
            | Stage::NeverPaid
            | Stage::Failed
            | Stage::Other(_) => return Some("it had been captured, and isn't any more"),
        }
        let listed = payment.refunds.as_ref().filter(|listed| listed.whole)?;
        let named = |id: &&RefundId| {
            let mut refunds = listed.refunds.iter();
            refunds.any(|seen| seen.id.as_ref().is_none_or(|seen| seen == *id))
        };
        let all = self.listed.iter().all(|id| named(&id));
        (!all).then_some("it doesn't list a refund that is known to be there")
    }

    /// Whether any money is held.
    pub(super) fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    /// What has been returned for certain, by us and by others. A reading may lag behind it.
    pub(super) fn returned(&self, payment: &Payment, external: Minor) -> Result<Minor, Refusal> {
        self.succeeded
            .checked_add(external)
            .ok_or_else(|| too_large(payment))
    }

    /// What was returned by others than us, as far as the provider tells, and never less than what
    /// the plans of the last minutes have found: a reading that lags behind may not show it again.
    pub(super) fn external(&self, payment: &Payment) -> Result<Minor, Refusal> {
        let shown = match &payment.refunds {
            Some(refunds) => {
                let listed = self.others(payment, &refunds.refunds)?;
                listed.max(self.unlisted(payment, Minor::ZERO))
            }
            None => self.summed(payment),
        };
        Ok(shown.max(self.late_external))
    }

    /// The same where the provider tells nothing now: what any plan has found.
    pub(super) const fn external_as_known(&self) -> Minor {
        self.seen_external
    }

    /// From a total: what is more than ours that have succeeded. Where a success is so new that
    /// the total may lack it, that is too little, and what earlier plans have found counts, as far
    /// as the total has room for it. An operation of ours that is open may be counted twice here,
    /// which refuses too much rather than too little.
    fn summed(&self, payment: &Payment) -> Minor {
        let Some(total) = payment.total() else {
            return self.seen_external;
        };
        let least = total.saturating_sub(self.succeeded);
        let most = total.saturating_sub(self.final_sum);
        least.max(most.min(self.seen_external))
    }

    /// From a total beside a list: what is more than all of ours, whether it counts them or not, but
    /// for those `unsent`, which it can't count.
    fn unlisted(&self, payment: &Payment, unsent: Minor) -> Minor {
        let ours = self.held().saturating_sub(unsent);
        payment.total().unwrap_or_default().saturating_sub(ours)
    }

    /// All that ours hold.
    fn held(&self) -> Minor {
        let held = self.open.checked_add(self.succeeded);
        held.unwrap_or(Minor::MAX)
    }

    /// From a list: the refunds that are neither ours nor failed.
    fn others(&self, payment: &Payment, refunds: &[ProviderRefund]) -> Result<Minor, Refusal> {
        let unclear = |because| Refusal::Unclear {
            payment: payment.id.clone(),
            because,
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

    /// What may be returned of a payment at a provider that shows none: the least that any
    /// operation of it was planned with, or `paid` where that is less. Refuses a sum in another
    /// currency than what is held of it.
    pub(super) fn least_stated(&self, payment: &Payment, paid: Money) -> Result<Minor, Refusal> {
        let (found, currencies) = (paid.currency(), self.held_in.iter());
        if let Some(other) = currencies.copied().find(|held| *held != found) {
            return Err(Refusal::WrongCurrency {
                payment: payment.id.clone(),
                expected: other,
                found,
            });
        }
        let comparable = self.caps.iter().filter(|(currency, _)| *currency == found);
        let least = comparable.map(|(_, cap)| *cap).min();
        Ok(least.map_or(paid.minor(), |least| least.min(paid.minor())))
    }

    /// `cap` less everything returned and under way.
    pub(super) fn left(
        &self,
        payment: &Payment,
        cap: Minor,
        external: Minor,
    ) -> Result<Minor, Refusal> {
        if self.overflowed {
            return Err(too_large(payment));
        }
        let gone = Minor::checked_sum([self.open, self.succeeded, external])
            .ok_or_else(|| too_large(payment))?;
        Ok(cap.saturating_sub(gone))
    }
}

fn too_large(payment: &Payment) -> Refusal {
    Refusal::Unclear {
        payment: payment.id.clone(),
        because: "the sum of its operations is too large",
    }
}
