//! What a fresh reading of a payment says about an operation whose end isn't known.

use std::time::Duration;

use super::step::{CLOCK_SLACK, is_quiet, key_is_usable};
use super::{Fact, Operation, Source, State};
use crate::answer::{RefundFact, RefundStatus};
use crate::capabilities::{Capabilities, Lookup};
use crate::payment::{Payment, SeenRefund, Stage};
use crate::plan::{Kind, Plan, RefundPlan};
use crate::time::Timestamp;

/// Two readings that prove absence lie at least so far apart.
pub(super) const READINGS_APART: Duration = Duration::from_secs(60);

/// What a reading shows of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Presence is proof: a refund with our id or our token, a reversed payment, a total that has
    /// moved by exactly our amount since the plan was made.
    Proof(Box<Fact>),
    /// A complete reading that doesn't show it.
    Absent,
    /// Something that could be ours and can't be told apart.
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
            Self::Absent | Self::Unclear(_) | Self::Silent | Self::NoRoom => None,
        }
    }
}

/// The fact that `payment` proves about `operation`; `None` where it proves nothing.
#[must_use]
pub fn settle(
    operation: &Operation,
    payment: &Payment,
    capabilities: &Capabilities,
) -> Option<Fact> {
    match operation.state() {
        State::Attempting | State::Unknown | State::Accepted | State::Succeeded | State::Parked => {
        }
        // Only a refund of its own can tell that one of these has happened after all. That a payment
        // is reversed tells it of whichever operation did it.
        State::Ready | State::Failed | State::FailedLate | State::Rejected | State::Cancelled
            if payment.refunds.is_some() && operation.intent.plan.kind() == Kind::Refund => {}
        State::Ready
        | State::Failed
        | State::FailedLate
        | State::Rejected
        | State::Refused
        | State::Cancelled => return None,
    }
    find(operation, payment, capabilities).proof()
}

/// What `payment` shows of `operation`.
#[must_use]
pub fn find(operation: &Operation, payment: &Payment, capabilities: &Capabilities) -> Finding {
    // A stated payment isn't the provider's word: it shows nothing, not even that there is no room.
    if !capabilities.shows_payments {
        return Finding::Silent;
    }
    match &operation.intent.plan {
        Plan::Reversal(_) => reversal(operation, payment),
        Plan::Refund(plan) => match (&payment.refunds, capabilities.lookup) {
            (Some(refunds), _) => listed(operation, payment, refunds, capabilities.lookup),
            (None, Lookup::Total) => summed(operation, plan, payment),
            (None, Lookup::ByToken) => Finding::Silent,
            (None, Lookup::No) => unseen(plan, payment, capabilities),
        },
    }
}

/// The fact to write down about a reading that proved nothing, once so much time has passed that
/// it says something: absence (which counts from the second time on), or that a person has to look.
#[must_use]
pub fn conclude(
    operation: &Operation,
    finding: &Finding,
    capabilities: &Capabilities,
    now: Timestamp,
) -> Option<Fact> {
    if operation.state() != State::Unknown || !is_quiet(operation, now) {
        return None;
    }
    let summary = operation.summary();
    let attempt = summary.last_attempt();
    match finding {
        Finding::Proof(_) => None,
        // While its key can still be leaned on, sending it once more tells more than a person can.
        Finding::Unclear(_) | Finding::Silent | Finding::NoRoom
            if key_is_usable(operation, capabilities, now) =>
        {
            None
        }
        Finding::NoRoom if summary.has_no_room() => None,
        Finding::NoRoom if summary.may_have_arrived() == 1 => Some(Fact::NoRoom { attempt }),
        Finding::Absent => {
            let last = summary.absences(attempt).max();
            let apart = last.is_none_or(|last| now.since(last) >= READINGS_APART);
            apart.then_some(Fact::Absent { attempt })
        }
        Finding::Unclear(why) => Some(Fact::Parked {
            attempt,
            why: (*why).to_owned(),
        }),
        Finding::Silent | Finding::NoRoom => Some(Fact::Parked {
            attempt,
            why: "the provider can't be asked what became of it".to_owned(),
        }),
    }
}

fn reversal(operation: &Operation, payment: &Payment) -> Finding {
    if payment.stage == Stage::Reversed {
        return Finding::Proof(Box::new(total(operation)));
    }
    let as_it_was = matches!(payment.stage, Stage::Authorized | Stage::Captured);
    if as_it_was && payment.refunded.is_zero() {
        return Finding::Absent;
    }
    Finding::Unclear("the payment is neither reversed nor as it was")
}

fn listed(
    operation: &Operation,
    payment: &Payment,
    refunds: &[SeenRefund],
    lookup: Lookup,
) -> Finding {
    let (one, more) = ours(operation, refunds);
    if let Some(seen) = one {
        let fact = sighted(operation, fact_of(payment, seen), !more.is_empty());
        return Finding::Proof(Box::new(fact));
    }
    if lookup != Lookup::ByToken {
        return Finding::Silent;
    }
    if refunds.iter().any(|seen| could_be_ours(operation, seen)) {
        return Finding::Unclear("the payment has a new refund of the same amount without a token");
    }
    Finding::Absent
}

/// The operation whose refund it is. A token is our own writing and goes first.
pub(crate) fn owner<'a>(operations: &'a [Operation], seen: &SeenRefund) -> Option<&'a Operation> {
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
    refunds: &'a [SeenRefund],
) -> (Option<&'a SeenRefund>, Vec<&'a SeenRefund>) {
    let summary = operation.summary();
    let is_ours = |seen: &&SeenRefund| {
        let same_id = summary.refunds().any(|id| seen.id.as_ref() == Some(id));
        same_id || seen.token.as_ref() == Some(&operation.intent.key)
    };
    let is_alive = |seen: &&SeenRefund| seen.status != RefundStatus::Failed;
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
pub(crate) fn sighted(operation: &Operation, refund: RefundFact, more: bool) -> Fact {
    if more {
        return Fact::Contradicted {
            what: "the provider shows it more than once".to_owned(),
            refund,
        };
    }
    Fact::seen(&operation.intent.plan, Source::Listed, refund)
}

fn fact_of(payment: &Payment, seen: &SeenRefund) -> RefundFact {
    RefundFact {
        refund: seen.id.clone(),
        status: seen.status.clone().redacted(),
        amount: seen.amount,
        currency: Some(payment.currency),
        payment: Some(payment.id.clone()),
    }
}

/// No token in it, our amount or none, and made since our first attempt.
pub(crate) fn could_be_ours(operation: &Operation, seen: &SeenRefund) -> bool {
    let since = operation
        .first_mark()
        .map(|first| first.saturating_sub(CLOCK_SLACK));
    let amount = operation.intent.plan.amount().minor();
    let exact = operation.intent.plan.amount_is_exact();
    seen.token.is_none()
        && seen.status != RefundStatus::Failed
        && (!exact || seen.amount.is_none_or(|seen| seen == amount))
        && seen
            .created_at
            .is_none_or(|at| since.is_none_or(|since| at >= since))
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

fn summed(operation: &Operation, plan: &RefundPlan, payment: &Payment) -> Finding {
    let (before, ours) = (plan.refunded_before(), plan.amount().minor());
    let with_ours = before.checked_add(ours);
    match payment.refunded {
        // Its part of the total has been counted before.
        _ if operation.state() == State::Succeeded => Finding::Silent,
        _ if !plan.total_is_certain() => {
            Finding::Unclear("the payment's refunded total was not up to date when this began")
        }
        now if with_ours == Some(now) => Finding::Proof(Box::new(total(operation))),
        // An earlier refund of as much may have failed while this one went through.
        now if before == now && before >= ours => Finding::Unclear(
            "the payment's refunded total is the same, and earlier refunds are part of it",
        ),
        now if before == now => Finding::Absent,
        _ => Finding::Unclear("the payment's refunded total has changed by another amount"),
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
        refund: RefundFact {
            refund: refund.cloned(),
            payment: Some(operation.intent.plan.payment().clone()),
            ..RefundFact::with_status(RefundStatus::Succeeded)
        },
    }
}
