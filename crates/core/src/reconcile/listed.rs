//! Payments whose provider lists every refund.

use super::agree::fits;
use super::{Compared, Difference, DifferenceKind, Look, is_claimed, is_settled};
use crate::answer::RefundStatus;
use crate::capabilities::Lookup;
use crate::money::Minor;
use crate::operation::{Operation, State, ours, owner, sighted};
use crate::provider_refund::ProviderRefund;

use crate::timing::{CLOCK_SLACK, QUIESCENCE};

impl Look<'_> {
    /// `twice` says that the payment was reversed and refunded: that explains what is missing.
    pub(super) fn listed(&self, shown: &[ProviderRefund], twice: bool, compared: &mut Compared) {
        let mut untold = Vec::new();
        for operation in self.operations {
            let (one, more) = ours(operation, shown);
            // One refund is one operation's: whoever else claims it has none.
            let is_own = |seen: &&ProviderRefund| {
                let owner = owner(self.operations, seen);
                owner.is_none_or(|owner| owner.intent.id == operation.intent.id)
            };
            let one = one.filter(is_own);
            let more: Vec<&ProviderRefund> = more.into_iter().filter(is_own).collect();
            let Some(one) = one else {
                let Some(found) = self.unseen(operation, compared) else {
                    continue;
                };
                match found {
                    Unseen::Missing(difference) if !twice => compared.differences.push(*difference),
                    Unseen::Missing(_) => {}
                    Unseen::Untold => untold.push(operation),
                }
                continue;
            };
            let all: Vec<&ProviderRefund> = std::iter::once(one).chain(more).collect();
            self.owned(operation, &all, compared);
        }
        compared.untold = compared.untold.saturating_add(untold.len());
        for seen in shown {
            let alive = seen.status != RefundStatus::Failed;
            if alive && owner(self.operations, seen).is_none() && !claim(&mut untold, seen) {
                compared.differences.push(self.unowned(seen));
            }
        }
        self.unexplained(shown, compared);
    }

    /// The refunds of one operation: the one that counts, and those beside it.
    fn owned(&self, operation: &Operation, all: &[&ProviderRefund], compared: &mut Compared) {
        let summary = operation.summary();
        let known = |one: &&&ProviderRefund| one.id.as_ref() == summary.refund();
        let Some(main) = all.iter().find(known).or(all.first()) else {
            return;
        };
        let mut others = all.iter().filter(|one| !std::ptr::eq(**one, *main));
        if let Some(second) = others.next() {
            let note = "the provider shows two refunds of this operation".to_owned();
            let evidence = sighted(operation, second.as_evidence(), true);
            let kind = DifferenceKind::Doubled;
            compared
                .differences
                .push(self.about(kind, operation, second, note, Some(evidence)));
        }
        for further in others {
            let note = "one more refund of an operation that has two already".to_owned();
            let kind = DifferenceKind::Extra;
            compared
                .differences
                .push(self.about(kind, operation, further, note, None));
        }
        if let Some((kind, note)) = self.differs(operation, main, compared) {
            let evidence = sighted(operation, main.as_evidence(), all.len() > 1);
            compared
                .differences
                .push(self.about(kind, operation, main, note, Some(evidence)));
        }
    }

    fn about(
        &self,
        kind: DifferenceKind,
        operation: &Operation,
        seen: &ProviderRefund,
        note: String,
        evidence: Option<crate::Fact>,
    ) -> Difference {
        let mut difference = Difference::of(kind, operation, note).showing(seen);
        difference.evidence = evidence;
        difference
    }

    /// In which way one refund differs from what its operation says.
    fn differs(
        &self,
        operation: &Operation,
        seen: &ProviderRefund,
        compared: &mut Compared,
    ) -> Option<(DifferenceKind, String)> {
        let plan = &operation.intent.plan;
        let wanted = plan.amount();
        let exact = plan.amount_is_exact() && seen.status != RefundStatus::Failed;
        let currency = seen.currency.filter(|_| exact);
        if let Some(currency) = currency.filter(|found| *found != wanted.currency()) {
            let note = format!("it is in {currency} instead of {}", wanted.currency());
            return Some((DifferenceKind::Currency, note));
        }
        let amount = seen.amount.filter(|_| exact);
        if let Some(amount) = amount.filter(|found| *found != wanted.minor()) {
            let amount = wanted.currency().words(amount);
            let note = format!("it is for {amount} instead of {wanted}");
            return Some((DifferenceKind::Amount, note));
        }
        let (state, status) = (operation.state(), &seen.status);
        let difference = by_status(state, status)?;
        let stale = state == State::Succeeded && !status.is_final();
        if !is_settled(operation, self.now) || (stale && self.is_fresh(operation)) {
            compared.young = compared.young.saturating_add(1);
            return None;
        }
        Some((
            difference,
            format!("it is {state} in the journal, and {status} at the provider"),
        ))
    }

    /// Whether something was learnt of it so lately that a reading may not show it yet.
    fn is_fresh(&self, operation: &Operation) -> bool {
        let last = operation.evidence.iter().map(|evidence| evidence.at).max();
        last.is_some_and(|last| self.now.since(last) < QUIESCENCE)
    }

    /// An operation that none of the refunds is.
    fn unseen(&self, operation: &Operation, compared: &mut Compared) -> Option<Unseen> {
        let is_refund = operation.intent.plan.kind() == crate::Kind::Refund;
        let state = operation.state();
        if !is_refund || !(is_claimed(state) || state.in_flight() || state == State::Parked) {
            return None;
        }
        let nameless = operation.summary().refunds().next().is_none();
        if nameless && self.capabilities.lookup != Lookup::ByToken {
            return Some(Unseen::Untold);
        }
        if !is_claimed(state) {
            return None;
        }
        if !is_settled(operation, self.now) {
            compared.young = compared.young.saturating_add(1);
            return None;
        }
        let note = format!("it is {state} in the journal, and the payment has no such refund");
        let missing = Difference::of(DifferenceKind::Missing, operation, note);
        Some(Unseen::Missing(Box::new(missing)))
    }

    /// A refund that is no operation's of this payment.
    fn unowned(&self, seen: &ProviderRefund) -> Difference {
        let payment = &self.payment.id;
        let difference = if seen.token.is_some() {
            let note = "it carries a token as ours are, and the journal doesn't have it".to_owned();
            Difference::at(DifferenceKind::Extra, payment, note)
        } else {
            let note = match seen.amount {
                Some(amount) => self.shrinks(amount),
                None => "somebody else returned money of the payment".to_owned(),
            };
            Difference::at(DifferenceKind::Dashboard, payment, note)
        };
        difference.showing(seen)
    }

    /// By how much the payment's budget shrinks.
    pub(super) fn shrinks(&self, amount: Minor) -> String {
        let (gone, captured) = (self.payment.returned(), self.payment.captured);
        let words = |minor| self.payment.currency.words(minor);
        format!(
            "somebody else returned {} of the payment: {} of {} is left",
            words(amount),
            words(captured.saturating_sub(gone)),
            words(captured)
        )
    }

    /// A total that says more than the refunds do.
    fn unexplained(&self, shown: &[ProviderRefund], compared: &mut Compared) {
        let alive = shown
            .iter()
            .filter(|one| one.status != RefundStatus::Failed);
        let amounts: Option<Vec<Minor>> = alive.map(|one| one.amount).collect();
        let listed = amounts.and_then(Minor::checked_sum);
        let (total, payment) = (self.payment.refunded, &self.payment.id);
        if let Some((listed, total)) = listed.zip(total)
            && listed < total
            && self.payment.amounts_comparable
        {
            let words = |minor| self.payment.currency.words(minor);
            let note = format!(
                "{} was returned of the payment, and its refunds add up to {}",
                words(total),
                words(listed)
            );
            let sum = Difference::at(DifferenceKind::Sum, payment, note);
            compared.differences.push(self.of_total(sum));
        }
    }
}

/// What it is that an operation isn't shown.
enum Unseen {
    Missing(Box<Difference>),
    /// The refunds carry no token, and no id of it is known: any of them could be it.
    Untold,
}

/// Takes the operation that this refund could be from those that can't be told apart.
fn claim(untold: &mut Vec<&Operation>, seen: &ProviderRefund) -> bool {
    let place = untold
        .iter()
        .position(|operation| could_be(operation, seen));
    place.map(|place| untold.swap_remove(place)).is_some()
}

/// Whether the refund could be this operation's: no token in it, its amount or none, and made since
/// its first attempt.
fn could_be(operation: &Operation, seen: &ProviderRefund) -> bool {
    let since = operation
        .first_mark()
        .map(|first| first.saturating_sub(CLOCK_SLACK));
    let plan = &operation.intent.plan;
    let amount = plan.amount().minor();
    let is_old = |at| since.is_some_and(|since| at < since);
    seen.token.is_none()
        && seen.status != RefundStatus::Failed
        && (!plan.amount_is_exact() || seen.amount.is_none_or(|seen| seen == amount))
        && !seen.created_at.is_some_and(is_old)
}

fn by_status(state: State, status: &RefundStatus) -> Option<DifferenceKind> {
    if fits(state, status) {
        return None;
    }
    let failed = *status == RefundStatus::Failed;
    match state {
        State::Succeeded if failed => Some(DifferenceKind::LateFailure),
        // It may still be on its way, and nobody has said how far it is.
        State::Failed | State::FailedLate if *status == RefundStatus::Unstated => None,
        State::Succeeded | State::Accepted | State::Failed | State::FailedLate => {
            Some(DifferenceKind::Status)
        }
        // Turned down or called off, and failed: nothing has moved by either word.
        State::Rejected | State::Refused | State::Cancelled if failed => None,
        State::Ready | State::Attempting | State::Unknown | State::Parked if failed => {
            Some(DifferenceKind::Status)
        }
        State::Ready
        | State::Attempting
        | State::Unknown
        | State::Parked
        | State::Rejected
        | State::Refused
        | State::Cancelled => Some(DifferenceKind::WentThrough),
    }
}
