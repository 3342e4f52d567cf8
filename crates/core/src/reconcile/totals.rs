//! Payments whose provider shows the refunded total and no refunds.
//!
//! What a total can't tell: whether a surplus is somebody else's refund or one of ours that went out
//! twice, and which of several operations of the same amount is missing. Then the difference says
//! how much it is about and names no operation.

use super::{Compared, Difference, DifferenceKind, Look, is_claimed, is_settled};

use crate::money::{Minor, Money};
use crate::operation::{Operation, State, apply_reading};
use crate::provider_refund::ProviderRefund;
use crate::{Kind, RefundStatus};

impl Look<'_> {
    pub(super) fn totals(&self, compared: &mut Compared) {
        let refunds = || {
            self.operations
                .iter()
                .filter(|operation| operation.intent.plan.kind() == Kind::Refund)
        };
        let was_sent = |operation: &&Operation| operation.last_mark().is_some();
        let young = refunds()
            .filter(was_sent)
            .filter(|operation| !is_settled(operation, self.now))
            .count();
        compared.young = compared.young.saturating_add(young);
        // Nothing can be compared with a sum that isn't exact, or isn't stated: not what was turned down
        // either, which another copy of the journal may have sent.
        let inexact = refunds().any(|operation| !operation.intent.plan.amount_is_exact());
        let Some(total) = self.payment.total().filter(|_| !inexact) else {
            let told = compared.untold;
            compared.untold = told.saturating_add(refunds().count().saturating_sub(young));
            return;
        };
        let claimed: Vec<&Operation> = refunds()
            .filter(|operation| is_claimed(operation.state()))
            .filter(|operation| is_settled(operation, self.now))
            .collect();
        let Some(mut ours) = Minor::checked_sum(claimed.iter().map(|one| amount(one))) else {
            compared.untold = compared.untold.saturating_add(claimed.len());
            return;
        };
        // The total may count what is young already, or not yet: then only too little is too little.
        if young > 0 {
            if let Some(lack) = ours.checked_sub(total).filter(|lack| !lack.is_zero()) {
                self.too_little(&claimed, lack, (ours, total), compared);
            }
            return;
        }
        for operation in refunds().filter(|one| has_no_end(one.state())) {
            let with = ours.checked_add(amount(operation));
            let Some(with) = with.filter(|with| *with <= total) else {
                continue;
            };
            if let Some(fact) =
                apply_reading(operation, self.payment, &self.history, self.capabilities)
            {
                ours = with;
                let note = format!(
                    "it is {} in the journal, and the payment's refunded total has grown by just as much",
                    operation.state()
                );
                let went = Difference::of(DifferenceKind::WentThrough, operation, note);
                let mut went = self.of_total(went);
                went.evidence = Some(fact);
                compared.differences.push(went);
            }
        }
        match (total.checked_sub(ours), ours.checked_sub(total)) {
            (Some(more), _) if !more.is_zero() => {
                let note = self.shrinks(more);
                let kind = DifferenceKind::Dashboard;
                let mut surplus = self.of_total(Difference::at(kind, &self.payment.id, note));
                if let Some(shown) = &mut surplus.shown {
                    shown.amount = Some(more);
                }
                compared.differences.push(surplus);
            }
            (_, Some(lack)) if !lack.is_zero() => {
                self.too_little(&claimed, lack, (ours, total), compared)
            }
            _ => {}
        }
    }

    fn too_little(
        &self,
        claimed: &[&Operation],
        lack: Minor,
        (ours, total): (Minor, Minor),
        compared: &mut Compared,
    ) {
        let mut alike = claimed.iter().filter(|one| amount(one) == lack);
        let only = alike.next().filter(|_| alike.next().is_none());
        let missing: Vec<&&Operation> = match only {
            _ if total.is_zero() => claimed.iter().collect(),
            Some(only) => vec![only],
            None => Vec::new(),
        };
        for operation in &missing {
            let note = format!(
                "it is {} in the journal, and the payment's refunded total is {} too small",
                operation.state(),
                self.payment.currency.words(lack)
            );
            let difference = Difference::of(DifferenceKind::Missing, operation, note);
            compared.differences.push(difference);
        }
        if missing.is_empty() {
            let words = |minor| self.payment.currency.words(minor);
            let note = format!(
                "{} was returned of the payment, and the journal's operations add up to {}",
                words(total),
                words(ours)
            );
            let kind = DifferenceKind::Sum;
            let mut sum = match claimed {
                [one] => Difference::of(kind, one, note),
                _ => Difference::at(kind, &self.payment.id, note),
            };
            sum.wanted = Money::new(ours, self.payment.currency).ok();
            compared.differences.push(self.of_total(sum));
        }
    }

    /// The same with the payment's refunded total beside it.
    pub(super) fn of_total(&self, mut difference: Difference) -> Difference {
        difference.shown = Some(ProviderRefund {
            amount: self.payment.total(),
            currency: Some(self.payment.currency),
            payment: Some(self.payment.id.clone()),
            ..ProviderRefund::with_status(RefundStatus::Unstated)
        });
        difference
    }
}

fn amount(operation: &Operation) -> Minor {
    operation.intent.plan.amount().minor()
}

const fn has_no_end(state: State) -> bool {
    matches!(state, State::Unknown | State::Parked | State::Attempting)
}
