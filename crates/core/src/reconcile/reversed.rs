//! Payments that were taken back whole, or should have been.

use super::{Compared, Difference, DifferenceKind, Look, is_claimed, is_settled};
use crate::answer::RefundStatus;
use crate::operation::{Operation, State, apply_reading};
use crate::payment::Stage;
use crate::plan::Kind;
use crate::provider_refund::ProviderRefund;

impl Look<'_> {
    /// Compares the reversals; whether the payment was reversed and refunded.
    pub(super) fn reversals(&self, compared: &mut Compared) -> bool {
        let reversed = self.payment.stage == Stage::Reversed;
        let of_kind = |kind| {
            let same = move |one: &&Operation| one.intent.plan.kind() == kind;
            self.operations.iter().filter(same)
        };
        let is_off = reversed || self.payment.stage == Stage::NeverPaid;
        let refund =
            of_kind(Kind::Refund).find(|one| is_claimed(one.state()) && is_settled(one, self.now));
        let twice = is_off && (refund.is_some() || self.returned());
        if twice {
            compared.differences.push(self.twice(refund));
        }
        let claimed = of_kind(Kind::Reversal).filter(|one| is_claimed(one.state()));
        let others = of_kind(Kind::Reversal).filter(|one| !is_claimed(one.state()));
        let (claimed, others): (Vec<_>, Vec<_>) = (claimed.collect(), others.collect());
        if !reversed {
            self.not_reversed(&claimed, compared);
        } else if claimed.is_empty() {
            self.reversed_by(&others, twice, compared);
        }
        twice
    }

    /// Whether the provider itself says that money was refunded.
    fn returned(&self) -> bool {
        let alive = |one: &ProviderRefund| one.status != RefundStatus::Failed;
        let stated = self.payment.refunded.is_some_and(|sum| !sum.is_zero());
        stated || self.payment.shown().iter().any(alive)
    }

    fn twice(&self, refund: Option<&Operation>) -> Difference {
        let kind = DifferenceKind::ReversedAndRefunded;
        let note = "the payment was taken back whole, and money of it was refunded".to_owned();
        let difference = match refund {
            Some(refund) => Difference::of(kind, refund, note),
            None => Difference::at(kind, &self.payment.id, note),
        };
        self.of_total(difference)
    }

    fn not_reversed(&self, claimed: &[&Operation], compared: &mut Compared) {
        for reversal in claimed {
            if !is_settled(reversal, self.now) {
                compared.young = compared.young.saturating_add(1);
                continue;
            }
            let note = format!(
                "it is {} in the journal, and the payment isn't reversed",
                reversal.state()
            );
            let missing = Difference::of(DifferenceKind::Missing, reversal, note);
            compared.differences.push(missing);
        }
    }

    /// The payment is reversed, and the journal has no reversal that was taken on.
    fn reversed_by(&self, others: &[&Operation], twice: bool, compared: &mut Compared) {
        let sent = |one: &&&Operation| one.last_mark().is_some();
        let open = |one: &&&Operation| !one.state().is_final();
        // One whose end isn't known goes before one that was turned down.
        let may_be = |one: &&&Operation| one.state() != State::Cancelled;
        let by = others.iter().filter(sent).filter(may_be);
        let by = by.clone().find(open).or_else(|| by.clone().next());
        let Some(operation) = by else {
            // That it was refunded besides has been told, and all of it.
            if !twice && !self.operations.is_empty() {
                compared.differences.push(self.by_somebody());
            }
            return;
        };
        if !is_settled(operation, self.now) {
            compared.young = compared.young.saturating_add(1);
            return;
        }
        let note = format!(
            "it is {} in the journal, and the payment is reversed",
            operation.state()
        );
        let mut went = Difference::of(DifferenceKind::WentThrough, operation, note);
        went.evidence = apply_reading(operation, self.payment, &self.history, self.capabilities);
        compared.differences.push(went);
    }

    fn by_somebody(&self) -> Difference {
        let note = "somebody else took the payment back whole: nothing of it is left".to_owned();
        let mut difference = Difference::at(DifferenceKind::Dashboard, &self.payment.id, note);
        difference.shown = Some(ProviderRefund {
            amount: Some(self.payment.authorized),
            currency: Some(self.payment.currency),
            payment: Some(self.payment.id.clone()),
            ..ProviderRefund::with_status(RefundStatus::Succeeded)
        });
        difference
    }
}
