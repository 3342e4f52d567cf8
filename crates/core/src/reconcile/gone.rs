//! All that has gone of a payment beside what was captured of it.

use super::{Compared, Difference, DifferenceKind, Look, is_claimed};
use crate::answer::RefundStatus;
use crate::money::{Minor, Money};
use crate::payment::{Dispute, DisputeStage, Stage};
use crate::plan::Kind;
use crate::provider_refund::ProviderRefund;

impl Look<'_> {
    /// Tells where more has gone than was captured. What the provider shows counts, whoever returned
    /// it: by its sum, by its word, or one by one.
    pub(super) fn overdrawn(&self, shown: &[ProviderRefund], compared: &mut Compared) {
        let payment = self.payment;
        let alive = shown
            .iter()
            .filter(|one| one.status != RefundStatus::Failed);
        let listed = Minor::checked_sum(alive.filter_map(|one| one.amount));
        let gone = listed.unwrap_or(Minor::MAX).max(payment.returned());
        // What was taken back before it was captured is told by itself.
        let is_taken = matches!(
            payment.stage,
            Stage::Captured | Stage::PartiallyCaptured | Stage::Refunded
        );
        if !is_taken || !payment.amounts_comparable || gone <= payment.captured {
            return;
        }
        let captured = payment.captured;
        let words = |minor| payment.currency.words(minor);
        let note = format!(
            "{} was returned of the payment, and {} was captured of it",
            words(gone),
            words(captured)
        );
        let mut overdrawn = Difference::at(DifferenceKind::Overdrawn, &payment.id, note);
        overdrawn.wanted = Money::new(captured, payment.currency).ok();
        let mut overdrawn = self.of_total(overdrawn);
        if let Some(shown) = &mut overdrawn.shown {
            shown.amount = Some(gone);
        }
        compared.differences.push(overdrawn);
    }

    /// Tells of each dispute of money that a refund of ours has returned too, with what somebody needs
    /// who contests it: which refund, of how much, and since when.
    pub(super) fn disputed(&self, compared: &mut Compared) {
        let open = self.payment.disputes.iter().flatten();
        for dispute in open.filter(|dispute| dispute.stage != DisputeStage::Won) {
            let refund = self.operations.iter().find(|operation| {
                let before = dispute.created_at.zip(operation.first_mark());
                operation.intent.plan.kind() == Kind::Refund
                    && is_claimed(operation.state())
                    && before.is_none_or(|(opened, sent)| sent <= opened)
            });
            let Some(refund) = refund else {
                continue;
            };
            let (amount, since) = (refund.intent.plan.amount(), refund.first_mark());
            let since = since.map_or_else(String::new, |since| format!(", sent at {since}"));
            let (name, word) = (name(dispute), word(dispute.stage));
            let note = format!(
                "dispute{name} is {word}, and {amount} had been refunded before{since}: contest it with that refund, before the provider's deadline"
            );
            let mut disputed = Difference::of(DifferenceKind::Disputed, refund, note);
            disputed.shown = Some(ProviderRefund {
                amount: dispute.amount,
                currency: Some(self.payment.currency),
                payment: Some(self.payment.id.clone()),
                ..ProviderRefund::with_status(RefundStatus::Other(word.to_owned()))
            });
            compared.differences.push(disputed);
        }
    }
}

fn name(dispute: &Dispute) -> String {
    let id = dispute.id.as_ref();
    id.map_or_else(String::new, |id| format!(" {id}"))
}

const fn word(stage: DisputeStage) -> &'static str {
    match stage {
        DisputeStage::Open => "open",
        DisputeStage::Lost => "lost",
        DisputeStage::Won => "won",
    }
}
