//! What has to hold at every moment, by the numbers in the crate's documentation. The checks lean
//! on the provider's books and on what they have seen themselves, never on what the engine says.

use std::collections::BTreeSet;
use std::time::Duration;

use refundkit::core::capabilities::Idempotency;
use refundkit::core::operation::{Decision, Source};
use refundkit::core::timing::SEND_WITHIN;
use refundkit::core::{Fact, Outcome, PaymentLedger, RefundStatus};
use refundkit::{Operation, OperationId, PaymentId, RefundId, State, Timestamp};

use crate::connection::start;
use crate::knobs::MINUTE;
use crate::ledger::{Effect, Ledger};
use crate::life::Life;
use crate::site::{Request, Site, short};
use crate::waits;

/// Without a key, this long after the last request nothing is sent: the 15 minutes of quiescence
/// run from the mark, by clocks that differ by up to a minute, and a mark is sent within a minute.
const QUIET: u64 = 12 * MINUTE;
/// For so long after it was sent nobody takes an attempt for interrupted: eight minutes run from the mark, by
/// clocks that differ by up to a minute, and it leaves within a minute.
const COVERED: u64 = 5 * MINUTE;

/// A time of the run on a clock that is right.
pub(crate) fn moment(at: u64) -> Timestamp {
    start().saturating_add(Duration::from_millis(at))
}

/// A time that a worker's clock has told, in milliseconds of the run.
pub(crate) fn time_of(told: Timestamp, skew: i64) -> u64 {
    let since = told.unix_millis().saturating_sub(start().unix_millis());
    u64::try_from(since.saturating_sub(skew)).unwrap_or(0)
}

/// The operation as it was written down.
pub(crate) fn in_journal(site: &Site, id: &OperationId) -> Option<Operation> {
    in_ledgers(&site.ledger(), id)
}

fn in_ledgers(ledger: &Ledger, id: &OperationId) -> Option<Operation> {
    ledger
        .kept
        .values()
        .find_map(|kept| kept.operation(id))
        .cloned()
}

fn recorded<'a>(ledger: &'a Ledger, payment: &PaymentId) -> &'a [Operation] {
    ledger
        .kept
        .get(payment)
        .map_or(&[], PaymentLedger::operations)
}

/// The refunds of a payment that the journal has for other operations than this one.
pub(crate) fn known_refunds(
    site: &Site,
    payment: &PaymentId,
    but: &OperationId,
) -> BTreeSet<RefundId> {
    let ledger = site.ledger();
    let others = recorded(&ledger, payment)
        .iter()
        .filter(|one| one.intent.id != *but);
    others
        .flat_map(|one| one.summary().refunds().cloned().collect::<Vec<_>>())
        .collect()
}

/// What may be returned of a payment: what was captured and isn't disputed, or where that isn't shown, the least that
/// any of its operations was asked for with.
pub(crate) fn room(
    site: &Site,
    ledger: &Ledger,
    operations: &[Operation],
    payment: &PaymentId,
) -> i64 {
    if site.knobs().capabilities.shows_payments {
        return site.payment(payment).returnable();
    }
    let stated = operations
        .iter()
        .filter_map(|operation| ledger.stated.get(&operation.intent.fingerprint));
    if stated.clone().collect::<BTreeSet<_>>().len() > 1 {
        site.world().count("two sums were said to have been paid");
    }
    stated.min().copied().unwrap_or_default()
}

/// I3 and I4, for every operation of a payment of which something is written down.
pub(crate) fn stands(site: &Site, operation: &Operation) {
    let (world, id, state) = (site.world(), &operation.intent.id, operation.state());
    taken_back(site, operation);
    let over = match state {
        State::Rejected | State::Refused | State::Cancelled | State::Failed => true,
        State::Ready
        | State::Attempting
        | State::Accepted
        | State::Succeeded
        | State::FailedLate
        | State::Unknown
        | State::Parked => false,
    };
    let now = world.now();
    let ledger = site.ledger();
    let alive = ledger.of_operation(id).any(|effect| effect.is_alive(now));
    let flying = ledger.truth.get(id).is_some_and(|truth| truth.flying > 0);
    if over && (alive || (flying && state != State::Failed)) {
        drop(ledger);
        world.violate(
            "I4",
            format_args!(
                "{} is {state}: effect {alive}, on its way {flying}",
                short(id)
            ),
        );
    }
}

/// I3: a success is followed by a failure, by waiting for another word where a failure was told so soon
/// that neither counts, by a person's doubts, or by those about what was sent since it failed, and by
/// nothing else.
fn taken_back(site: &Site, operation: &Operation) {
    let id = &operation.intent.id;
    let now = site.world().now();
    let mut ledger = site.ledger();
    match operation.state() {
        State::Succeeded => {
            ledger.succeeded.insert(id.clone());
        }
        State::FailedLate | State::Parked => {}
        State::Accepted if is_said_to_have_failed(operation) => {}
        _ if operation.summary().decision().is_some() => {}
        _ if ledger.failed_late_and_sent_since(id, now) => {}
        state if ledger.succeeded.contains(id) => {
            drop(ledger);
            let what = format_args!("{} had succeeded and is {state}", short(id));
            site.world().violate("I3", what);
        }
        _ => {}
    }
}

fn is_said_to_have_failed(operation: &Operation) -> bool {
    let mut facts = operation.evidence.iter().map(|evidence| &evidence.fact);
    facts.any(|fact| {
        let (Fact::Seen { refund, .. }
        | Fact::Answered {
            outcome: Outcome::Accepted(refund),
            ..
        }) = fact
        else {
            return false;
        };
        refund.status == RefundStatus::Failed
    })
}

pub(crate) fn count_fact(site: &Site, fact: &Fact) {
    site.world().count(match fact {
        Fact::Marked { .. } => "marked",
        Fact::Answered { outcome, .. } => match outcome {
            Outcome::NotSent { .. } => "answered: not sent",
            Outcome::Refused { .. } => "answered: refused",
            Outcome::Deferred { .. } => "answered: not now",
            Outcome::Unlisted { .. } => "answered: an error nobody knows",
            Outcome::Accepted(_) => "answered: accepted",
            Outcome::Executed(_) => "answered: executed",
            Outcome::Exists => "answered: the key was used",
            Outcome::Unknown { .. } => "answered: unknown",
            Outcome::Contradiction { .. } => "answered: contradiction",
        },
        Fact::Seen {
            by: Source::Webhook,
            ..
        } => "seen in a message",
        Fact::Seen { .. } => "seen by reading",
        Fact::Contradicted { .. } => "contradicted",
        Fact::Cancelled { .. } => "cancelled",
        Fact::Absent { .. } => "absent in a reading",
        Fact::NoRoom { .. } => "no room for it twice",
        Fact::Parked { .. } => "parked",
        Fact::Decided { .. } => "decided by a person",
        _ => "another fact",
    });
}

/// I5: the mark is written down, known to be so, and fresh; and nobody has given up on it.
fn may_leave(
    site: &Site,
    life: &Life,
    operation: Option<&Operation>,
    id: &OperationId,
    attempt: u32,
) {
    let facts = || {
        operation
            .into_iter()
            .flat_map(|operation| &operation.evidence)
    };
    let marked = facts().any(|one| one.fact == Fact::Marked { attempt });
    let answered = facts()
        .any(|one| matches!(&one.fact, Fact::Answered { attempt: of, .. } if *of == attempt));
    let ledger = site.ledger();
    let unsure = ledger.unsure.contains(&(life.number, id.clone(), attempt));
    let mark = ledger
        .truth
        .get(id)
        .and_then(|truth| truth.marks.get(&attempt));
    let time = mark.map(|mark| mark.time);
    let marker = mark.and_then(|mark| ledger.workers.get(&mark.by));
    let is_own = marker.is_some_and(|marker| marker.life == life.number);
    drop(ledger);
    let now = site.world().now();
    let fresh =
        time.is_some_and(|time| Duration::from_millis(now.saturating_sub(time)) <= SEND_WITHIN);
    let broken = match () {
        () if !marked => "is sent unmarked",
        () if !is_own => "is sent by another than who has marked it",
        () if unsure => "is sent, and nobody knows that its mark is written down",
        () if answered => "is sent after it was taken for interrupted",
        () if !fresh && !site.clock_is_turned() => "is sent too long after its mark",
        () => return,
    };
    let id = short(id);
    site.world()
        .violate("I5", format_args!("attempt {attempt} of {id} {broken}"));
}

/// I5, I10, I11 and I15, as a request leaves.
pub(crate) fn send(site: &Site, life: &Life, request: &Request, attempt: u32, may_arrive: bool) {
    let (world, id) = (site.world(), &request.operation);
    let now = world.now();
    let operation = in_journal(site, id);
    may_leave(site, life, operation.as_ref(), id, attempt);
    let mut ledger = site.ledger();
    let other = ledger.under_way.iter().find(|(payment, other, since)| {
        // What has been told meanwhile is on its way no more, as far as anybody knows.
        let is_open = in_ledgers(&ledger, other).is_some_and(|other| other.state().in_flight());
        *payment == request.payment && is_open && now.saturating_sub(*since) < COVERED
    });
    if let Some((_, other, _)) = other {
        world.violate(
            "I11",
            format_args!("{} is sent while {} is on its way", short(id), short(other)),
        );
    }
    ledger
        .under_way
        .push((request.payment.clone(), id.clone(), now));
    let truth = ledger.truth.entry(id.clone()).or_default();
    let known = truth.key.get_or_insert_with(|| request.key.clone());
    if *known != request.key {
        world.violate(
            "I10",
            format_args!("{} is sent under another key", short(id)),
        );
    }
    let last = truth.sent.values().max().copied();
    truth.sent.insert(attempt, now);
    if may_arrive {
        truth.flying = truth.flying.saturating_add(1);
    }
    if site.rule(request.kind) == Idempotency::None {
        if last.is_some_and(|last| now.saturating_sub(last) < QUIET) {
            world.violate(
                "I15",
                format_args!("{} is sent again without a key", short(id)),
            );
        }
        // Twice, and as often again for each time that a person had it sent anew.
        let anew = operation.iter().flat_map(|operation| &operation.evidence);
        let anew = anew.filter(|evidence| {
            let fact = &evidence.fact;
            matches!(
                fact,
                Fact::Decided {
                    decision: Decision::Ready,
                    ..
                }
            )
        });
        if truth.sent.len() > (anew.count() + 1) * 2 {
            world.violate("I15", format_args!("{} is sent too often", short(id)));
        }
        if last.is_some() {
            world.count("sent again without a key");
        }
    } else if last.is_some() {
        world.count("sent again under its key");
    }
    drop(ledger);
    if let Some((last, operation)) = last.zip(operation.as_ref()) {
        waits::again(site, request, operation, last);
    }
}

/// Whether an operation of the payment is unknown, so that no other one can be planned.
pub(crate) fn is_looked_for(site: &Site, payment: &PaymentId) -> bool {
    let ledger = site.ledger();
    recorded(&ledger, payment)
        .iter()
        .any(|operation| operation.state() == State::Unknown)
}

/// I1, I2 and I4, as money moves.
pub(crate) fn effect(site: &Site, ledger: &Ledger, request: &Request) {
    let (world, id) = (site.world(), &request.operation);
    let now = world.now();
    let alive = |effect: &&Effect| effect.is_alive(now);
    let count = ledger.of_operation(id).filter(alive).count();
    if count > 1 {
        world.violate("I1", format_args!("{} has {count} effects", short(id)));
    }
    let returned = ledger.returned(&request.payment, now);
    if returned > site.payment(&request.payment).returnable() {
        world.violate(
            "I2",
            format_args!("{returned} of {} returned", request.payment),
        );
    }
    let of_payment = ledger.of_payment(&request.payment).filter(alive);
    let ours: i64 = of_payment
        .filter(|effect| effect.operation.is_some())
        .map(|effect| effect.amount)
        .sum();
    let operations = recorded(ledger, &request.payment);
    let room = room(site, ledger, operations, &request.payment);
    if ours > room {
        let what = format_args!("{ours} of {} returned, {room} there", request.payment);
        world.violate("I2", what);
    }
    let state = in_ledgers(ledger, id).map(|operation| operation.state());
    if !state.is_some_and(State::holds_money) {
        world.violate("I4", format_args!("{} is {state:?} and happens", short(id)));
    }
}
