//! What a fresh reading of a payment says about an operation whose end isn't known.

use super::step::{is_quiet, key_is_usable};
use super::{Fact, Operation, Sight, Source, State};
use crate::answer::RefundStatus;
use crate::capabilities::{Capabilities, Lookup};
use crate::money::Minor;
use crate::payment::{Payment, Stage};
use crate::plan::{History, Kind, Plan, RefundPlan};
use crate::provider_refund::ProviderRefund;
use crate::reading::{contradiction, unstated};
use crate::time::Timestamp;
use crate::timing::READINGS_APART;

/// What a reading shows of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Presence is proof: a refund with our id or our token, a reversed payment, a total that has
    /// moved by exactly our amount since the plan was made.
    Proof(Box<Fact>),
    /// A reading that would show it, and doesn't.
    Absent,
    /// Something that could be ours and can't be told apart, or a reading that contradicts itself or
    /// what was known: nothing may be sent again.
    Blocked(String),
    /// A reading that can't prove that it isn't there.
    Unclear(&'static str),
    /// The provider can't be read for it.
    Silent,
    /// Nor that, but the payment has no room for it twice, and its provider refuses what it has no
    /// room for: sending it once more can't make a second one.
    NoRoom,
}

impl Finding {
    /// The fact that is proved, where one is.
    #[must_use]
    pub fn proof(self) -> Option<Fact> {
        match self {
            Self::Proof(fact) => Some(*fact),
            Self::Absent | Self::Blocked(_) | Self::Unclear(_) | Self::Silent | Self::NoRoom => {
                None
            }
        }
    }

    /// What the finding means for the next step.
    #[must_use]
    pub const fn sight(&self) -> Sight {
        match self {
            Self::Proof(_) | Self::Absent => Sight::Clear,
            Self::Blocked(_) => Sight::Blocked,
            Self::Unclear(_) | Self::Silent => Sight::Dark,
            Self::NoRoom => Sight::NoRoom,
        }
    }
}

/// The fact that `payment` proves about `operation`; `None` where it proves nothing. `history` is that
/// of all operations of the payment.
#[must_use]
pub fn apply_reading(
    operation: &Operation,
    payment: &Payment,
    history: &History,
    capabilities: &Capabilities,
) -> Option<Fact> {
    let found = || find(operation, payment, history, capabilities).proof();
    may_apply_reading(operation, payment).then(found).flatten()
}

/// Whether what `payment` proves is news of `operation`. Of one that was never sent, or has ended
/// without effect, only a refund of its own can tell that it has happened after all: that a payment is
/// reversed tells it of whichever operation did it.
#[must_use]
pub fn may_apply_reading(operation: &Operation, payment: &Payment) -> bool {
    match operation.state() {
        State::Attempting | State::Unknown | State::Accepted | State::Succeeded | State::Parked => {
            true
        }
        State::Ready | State::Failed | State::FailedLate | State::Rejected | State::Cancelled => {
            payment.refunds.is_some() && operation.intent.plan.kind() == Kind::Refund
        }
        State::Refused => false,
    }
}

/// What `payment` shows of `operation`. `history` is that of all operations of the payment.
#[must_use]
pub fn find(
    operation: &Operation,
    payment: &Payment,
    history: &History,
    capabilities: &Capabilities,
) -> Finding {
    // A stated payment isn't the provider's word: it shows nothing, not even that there is no room.
    if !capabilities.shows_payments {
        return Finding::Silent;
    }
    match &operation.intent.plan {
        Plan::Reversal(_) => reversal(operation, payment, history),
        Plan::Refund(plan) => refund(operation, plan, payment, history, capabilities),
    }
}

/// The fact to write down about a reading that proved nothing and was asked for at `asked_at`, once so
/// much time has passed that it says something: absence (which counts from the second time on), or
/// that a person has to look.
#[must_use]
pub fn conclude(
    operation: &Operation,
    finding: &Finding,
    capabilities: &Capabilities,
    asked_at: Timestamp,
) -> Option<Fact> {
    let summary = operation.summary();
    let attempt = summary.last_attempt();
    if let (State::Ready, Finding::Blocked(why)) = (summary.state(), finding) {
        return Some(Fact::parked(attempt, why.as_str()));
    }
    if summary.state() != State::Unknown || !is_quiet(operation, asked_at) {
        return None;
    }
    match finding {
        Finding::Proof(_) => None,
        // While its key can still be leaned on, sending it once more tells more than a person can.
        Finding::Unclear(_) | Finding::Silent | Finding::NoRoom
            if key_is_usable(operation, capabilities, finding.sight(), asked_at) =>
        {
            None
        }
        Finding::NoRoom if summary.has_no_room() => None,
        Finding::NoRoom if summary.may_have_arrived() == 1 => Some(Fact::NoRoom { attempt }),
        Finding::Absent => {
            let last = summary.absences(attempt).max();
            let apart = last.is_none_or(|last| asked_at.since(last) >= READINGS_APART);
            apart.then_some(Fact::Absent { attempt })
        }
        Finding::Blocked(why) => Some(Fact::parked(attempt, why.as_str())),
        Finding::Unclear(why) => Some(Fact::parked(attempt, *why)),
        Finding::Silent | Finding::NoRoom => {
            let why = "the provider can't be asked what became of it";
            Some(Fact::parked(attempt, why))
        }
    }
}

fn reversal(operation: &Operation, payment: &Payment, history: &History) -> Finding {
    if payment.stage == Stage::Reversed {
        return Finding::Proof(Box::new(total(operation)));
    }
    if let Some(why) = contradiction(payment, history) {
        return Finding::Blocked(why.to_owned());
    }
    // Of what isn't captured nothing can have been refunded, whether its provider says so or not.
    let tells = match payment.stage {
        Stage::Authorized => true,
        Stage::Captured => unstated(payment).is_none(),
        Stage::Created
        | Stage::PartiallyCaptured
        | Stage::Reversed
        | Stage::Refunded
        | Stage::NeverPaid
        | Stage::Failed
        | Stage::Other(_) => false,
    };
    if tells && payment.is_untouched() {
        return Finding::Absent;
    }
    Finding::Unclear("the payment is neither reversed nor as it was")
}

fn refund(
    operation: &Operation,
    plan: &RefundPlan,
    payment: &Payment,
    history: &History,
    capabilities: &Capabilities,
) -> Finding {
    let (one, more) = ours(operation, payment.shown());
    if let Some(seen) = one {
        let fact = sighted(operation, fact_of(payment, seen), !more.is_empty());
        return Finding::Proof(Box::new(fact));
    }
    let doubt = contradiction(payment, history).or_else(|| changed(plan, payment));
    let by_total = payment.refunds.is_none() && capabilities.lookup == Lookup::Total;
    if by_total
        && doubt.is_none()
        && let Some(found) = proved_by_total(operation, plan, payment)
    {
        return found;
    }
    let was_sent = operation.last_mark().is_some();
    if let Some(why) = could_be_there(operation, plan, payment, history).filter(|_| was_sent) {
        return Finding::Blocked(why);
    }
    let unsent = if was_sent {
        Minor::ZERO
    } else {
        plan.amount().minor()
    };
    let doubt = doubt.or_else(|| history.leaves_no_room(payment, unsent));
    match (&payment.refunds, capabilities.lookup, doubt) {
        // What contradicts itself is no reason to send anything.
        (_, _, Some(why)) => Finding::Blocked(why.to_owned()),
        (Some(_), Lookup::Total | Lookup::No, _) | (None, Lookup::ByToken, _) => Finding::Silent,
        (Some(_), Lookup::ByToken, None) => match unstated(payment) {
            Some(why) => Finding::Unclear(why),
            None => Finding::Absent,
        },
        (None, Lookup::Total, None) => summed(operation, plan, payment),
        (None, Lookup::No, None) => unseen(plan, payment, capabilities),
    }
}

/// What of the payment isn't as it was when the refund was planned, so that nothing tells what else
/// has changed.
fn changed(plan: &RefundPlan, payment: &Payment) -> Option<&'static str> {
    if payment.currency != plan.amount().currency() {
        return Some("it is in another currency than before");
    }
    if payment.captured != plan.budget().cap {
        return Some("another amount was captured of it than before");
    }
    let listed = payment.refunds.as_ref().filter(|listed| listed.whole);
    if listed.is_some_and(|listed| !plan.before().is_in(&listed.refunds)) {
        return Some("it doesn't list a refund that was there before");
    }
    let stays = matches!(
        payment.stage,
        Stage::Captured | Stage::PartiallyCaptured | Stage::Refunded
    );
    (!stays).then_some("it had been captured, and isn't any more")
}

/// Why the refund may have happened though nothing shows it as ours; `None` where nothing hints at it.
fn could_be_there(
    operation: &Operation,
    plan: &RefundPlan,
    payment: &Payment,
    history: &History,
) -> Option<String> {
    let name = |seen: &ProviderRefund| {
        let id = seen.id.as_ref().map(|id| format!(" ({id})"));
        id.unwrap_or_default()
    };
    let foreign = |seen: &&ProviderRefund| seen.id.as_ref().is_none_or(|id| !history.owns(id));
    let mut alike = payment.shown().iter().filter(foreign);
    if let Some(seen) = alike.find(|seen| seen.references.resemble(&operation.intent.key)) {
        let name = name(seen);
        return Some(format!(
            "the payment has a refund{name} whose reference is not quite ours"
        ));
    }
    if let Some(seen) = plan.before().new_in(payment.shown(), history) {
        let name = name(seen);
        return Some(format!(
            "the payment has a refund{name} that is new since this one was planned, and nobody's"
        ));
    }
    let grown = plan.before().unexplained(payment, history);
    let by_ours = grown.is_some_and(|grown| grown >= plan.amount().minor());
    by_ours.then(|| {
        "the payment's refunded total has grown by as much, or more, since this one was planned"
            .to_owned()
    })
}

/// The operation whose refund it is. A token is our own writing and goes first.
pub(crate) fn owner<'a>(
    operations: &'a [Operation],
    seen: &ProviderRefund,
) -> Option<&'a Operation> {
    let has_token = |operation: &&Operation| seen.token.as_ref() == Some(&operation.intent.key);
    let has_id = |operation: &&Operation| {
        let summary = operation.summary();
        summary.refunds().any(|id| seen.id.as_ref() == Some(id))
    };
    let by_token = operations.iter().find(has_token);
    by_token.or_else(|| operations.iter().find(has_id))
}

/// Of `refunds` the one that tells what became of the operation, and those that are alive beside it:
/// there should be none.
pub(crate) fn ours<'a>(
    operation: &Operation,
    refunds: &'a [ProviderRefund],
) -> (Option<&'a ProviderRefund>, Vec<&'a ProviderRefund>) {
    let summary = operation.summary();
    let is_ours = |seen: &&ProviderRefund| {
        let same_id = summary.refunds().any(|id| seen.id.as_ref() == Some(id));
        same_id || seen.token.as_ref() == Some(&operation.intent.key)
    };
    let is_alive = |seen: &&ProviderRefund| seen.status != RefundStatus::Failed;
    let (alive, failed): (Vec<_>, Vec<_>) = refunds.iter().filter(is_ours).partition(is_alive);
    let mut alive = alive.into_iter();
    // Those that have failed say nothing about one that was sent since. Of several, that of the one
    // that counted until now is the news.
    let mut failed: Vec<_> = failed
        .into_iter()
        .filter(|seen| !summary.is_superseded(seen.id.as_ref()))
        .collect();
    failed.sort_by_key(|seen| seen.id.as_ref() != summary.refund());
    (alive.next().or(failed.first().copied()), alive.collect())
}

/// What the provider says about our refund; that there are `more` of them is none of what was asked for.
pub(crate) fn sighted(operation: &Operation, refund: ProviderRefund, more: bool) -> Fact {
    if more {
        return Fact::Contradicted {
            what: "the provider shows it more than once".to_owned(),
            refund,
        };
    }
    Fact::seen(operation, Source::Listed, refund)
}

fn fact_of(payment: &Payment, seen: &ProviderRefund) -> ProviderRefund {
    ProviderRefund {
        currency: seen.currency.or(Some(payment.currency)),
        payment: Some(payment.id.clone()),
        ..seen.as_evidence()
    }
}

/// All of the payment counts as room, since whatever else was returned of it may yet fail.
fn unseen(plan: &RefundPlan, payment: &Payment, capabilities: &Capabilities) -> Finding {
    let amount = plan.amount().minor();
    let fits_twice = amount
        .checked_add(amount)
        .is_some_and(|twice| twice <= payment.captured);
    let watched = capabilities.enforces_cap && plan.amount_is_exact();
    if watched && !fits_twice && payment.stage == Stage::Captured {
        return Finding::NoRoom;
    }
    Finding::Silent
}

/// That the total has grown by exactly our amount; or that our part of it was counted before.
fn proved_by_total(operation: &Operation, plan: &RefundPlan, payment: &Payment) -> Option<Finding> {
    if operation.state() == State::Succeeded {
        return Some(Finding::Silent);
    }
    let with_ours = plan.refunded_before().checked_add(plan.amount().minor());
    let grown = plan.total_is_certain() && with_ours.is_some() && with_ours == payment.total();
    grown.then(|| Finding::Proof(Box::new(total(operation))))
}

/// What a total says that hasn't grown by our amount.
fn summed(operation: &Operation, plan: &RefundPlan, payment: &Payment) -> Finding {
    let (before, ours) = (plan.refunded_before(), plan.amount().minor());
    match payment.total() {
        // Its part of the total has been counted before.
        _ if operation.state() == State::Succeeded => Finding::Silent,
        None => Finding::Unclear("the payment doesn't say how much of it was refunded"),
        Some(_) if !plan.total_is_certain() => {
            Finding::Unclear("the payment's refunded total was not up to date when this began")
        }
        // An earlier refund of as much may have failed while this one went through.
        Some(now) if before == now && before >= ours => Finding::Unclear(
            "the payment's refunded total is the same, and earlier refunds are part of it",
        ),
        Some(now) if before == now => Finding::Absent,
        Some(_) => Finding::Unclear("the payment's refunded total has changed by another amount"),
    }
}

fn total(operation: &Operation) -> Fact {
    let summary = operation.summary();
    // Not that of an earlier send, which has failed.
    let refund = summary
        .refund()
        .filter(|refund| !summary.is_superseded(Some(refund)));
    Fact::Seen {
        by: Source::Total,
        refund: ProviderRefund {
            id: refund.cloned(),
            payment: Some(operation.intent.plan.payment().clone()),
            ..ProviderRefund::with_status(RefundStatus::Succeeded)
        },
    }
}
