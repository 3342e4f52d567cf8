//! What has to hold at every moment, by the numbers in the crate's documentation. The checks lean
//! on the provider's books and on what they have seen themselves, never on what the engine says.

use std::collections::BTreeSet;
use std::time::Duration;

use refundkit::core::capabilities::Idempotency;
use refundkit::core::operation::{Decision, Source};
use refundkit::core::ports::{Begun, Lease, Marked};
use refundkit::core::{Evidence, Fact, Intent, Outcome, RefundStatus};
use refundkit::{
    Journal, JournalError, Operation, OperationId, PaymentId, RefundId, State, Timestamp,
};

use crate::connection::start;
use crate::journal::Life;
use crate::knobs::{MINUTE, SECOND};
use crate::ledger::{Effect, Ledger};
use crate::site::{Request, Site, provider_name, short};
use crate::waits;
use crate::world::at_once;

/// Without a key, this long after the last request nothing is sent: the 15 minutes of quiescence
/// run from the mark, by clocks that differ by up to a minute, and a mark is sent within a minute.
const QUIET: u64 = 12 * MINUTE;
/// For so long after its mark a send is covered by its lease, whatever the clocks.
const COVERED: u64 = 100 * SECOND;

/// A time of the run on a clock that is right.
pub(crate) fn moment(at: u64) -> Timestamp {
    start().saturating_add(Duration::from_millis(at))
}

/// The operation as the journal has it.
pub(crate) fn in_journal(site: &Site, id: &OperationId) -> Option<Operation> {
    at_once(site.journal().operation(id)).ok().flatten()
}

/// The refunds of a payment that the journal has for other operations than this one.
pub(crate) fn known_refunds(
    site: &Site,
    payment: &PaymentId,
    but: &OperationId,
) -> BTreeSet<RefundId> {
    let operations = at_once(site.journal().of_payment(&provider_name(), payment));
    let operations = operations.unwrap_or_default();
    let others = operations.iter().filter(|one| one.intent.id != *but);
    others
        .flat_map(|one| one.summary().refunds().cloned().collect::<Vec<_>>())
        .collect()
}

pub(crate) fn claimed(site: &Site, payment: &PaymentId, claimed: &Result<Lease, JournalError>) {
    if let Ok(lease) = claimed {
        let newest = site.ledger().epochs.insert(payment.clone(), lease.epoch());
        if newest.is_some_and(|newest| newest >= lease.epoch()) {
            site.world().violate(
                "I8",
                format_args!("epoch {} was granted again", lease.epoch()),
            );
        }
    }
}

/// I8: a decision applies under the newest lease of its payment only.
fn current(site: &Site, lease: Option<&Lease>, payment: &PaymentId, what: &str) {
    let newest = site.ledger().epochs.get(payment).copied();
    let epoch = lease
        .filter(|lease| lease.payment() == payment)
        .map(Lease::epoch);
    if epoch.is_none() || epoch != newest {
        site.world().violate(
            "I8",
            format_args!("{what} under epoch {epoch:?}, the newest is {newest:?}"),
        );
    }
}

/// I12: what is held fits into what was captured.
pub(crate) fn begun(
    site: &Site,
    life: &Life,
    lease: &Lease,
    intent: &Intent,
    begun: &Result<Begun, JournalError>,
) {
    let world = site.world();
    let Ok(Begun::New(operation)) = begun else {
        return;
    };
    let payment = intent.plan.payment();
    world.note(format_args!(
        "{life} begins {} of {payment}: {} of {}",
        short(&intent.id),
        intent.plan.kind(),
        intent.plan.amount()
    ));
    current(site, Some(lease), payment, "begun");
    let operations = at_once(
        site.journal()
            .of_payment(&operation.intent.provider, payment),
    );
    let held: i64 = operations
        .unwrap_or_default()
        .iter()
        .filter(|operation| operation.state().holds_money())
        .map(|operation| operation.intent.plan.amount().minor().get())
        .sum();
    let room = room(site, &site.ledger(), payment);
    if held > room {
        world.violate(
            "I12",
            format_args!("{held} held of {payment}, {room} there"),
        );
    }
}

/// What may be returned of a payment: what was captured and isn't disputed, or where that isn't shown, the least that
/// any of its operations was asked for with.
fn room(site: &Site, ledger: &Ledger, payment: &PaymentId) -> i64 {
    if site.knobs().capabilities.shows_payments {
        return site.payment(payment).returnable();
    }
    let operations = at_once(site.journal().of_payment(&provider_name(), payment));
    let operations = operations.unwrap_or_default();
    let stated = operations
        .iter()
        .filter_map(|operation| ledger.stated.get(&operation.intent.fingerprint));
    if stated.clone().collect::<BTreeSet<_>>().len() > 1 {
        site.world().count("two sums were said to have been paid");
    }
    stated.min().copied().unwrap_or_default()
}

/// I8 and I11: under the newest lease, and no other attempt of the payment is in flight.
pub(crate) fn marked(
    site: &Site,
    life: &Life,
    lease: &Lease,
    id: &OperationId,
    marked: &Result<Marked, JournalError>,
) {
    let (world, Ok(marked)) = (site.world(), marked) else {
        return;
    };
    world.note(format_args!(
        "{life} marks attempt {} of {}",
        marked.attempt(),
        short(id)
    ));
    let Some(operation) = in_journal(site, id) else {
        return;
    };
    let payment = operation.intent.plan.payment();
    current(site, Some(lease), payment, "marked");
    let operations = at_once(
        site.journal()
            .of_payment(&operation.intent.provider, payment),
    );
    let others = operations.unwrap_or_default();
    if let Some(other) = others
        .iter()
        .find(|other| other.intent.id != *id && other.state().in_flight())
    {
        world.violate(
            "I11",
            format_args!(
                "marked while {} is {}",
                short(&other.intent.id),
                other.state()
            ),
        );
    }
}

/// I3, I4 and I8, for everything that is written down.
pub(crate) fn noted(
    site: &Site,
    life: &Life,
    lease: Option<&Lease>,
    evidence: &Evidence,
    noted: &Result<Operation, JournalError>,
) {
    let (world, Ok(operation)) = (site.world(), noted) else {
        return;
    };
    let (id, state) = (&operation.intent.id, operation.state());
    world.note(format_args!(
        "{life} notes {} about {}: {state}",
        serde_json::to_string(&evidence.fact).unwrap_or_default(),
        short(id)
    ));
    if evidence.fact.is_decision() {
        current(site, lease, operation.intent.plan.payment(), "decided");
    }
    tally(site, &evidence.fact);
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

fn tally(site: &Site, fact: &Fact) {
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
        Fact::Cancelled => "cancelled",
        Fact::Absent { .. } => "absent in a reading",
        Fact::NoRoom { .. } => "no room for it twice",
        Fact::Parked { .. } => "parked",
        Fact::Decided { .. } => "decided by a person",
        _ => "another fact",
    });
}

/// I5, I10, I11 and I15, as a request leaves.
pub(crate) fn send(site: &Site, request: &Request, attempt: u32, may_arrive: bool) {
    let (world, id) = (site.world(), &request.operation);
    let now = world.now();
    let operation = in_journal(site, id);
    let marks: Vec<u32> = operation
        .iter()
        .flat_map(|operation| &operation.evidence)
        .filter_map(|evidence| match evidence.fact {
            Fact::Marked { attempt } => Some(attempt),
            _ => None,
        })
        .collect();
    if !marks.contains(&attempt) {
        world.violate(
            "I5",
            format_args!("attempt {attempt} of {} is sent unmarked", short(id)),
        );
    }
    let mut ledger = site.ledger();
    let other = ledger.under_way.iter().find(|(payment, _, since)| {
        *payment == request.payment && now.saturating_sub(*since) < COVERED
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
    let provider = provider_name();
    let operations = at_once(site.journal().of_payment(&provider, payment)).unwrap_or_default();
    operations
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
    let room = room(site, ledger, &request.payment);
    if ours > room {
        let what = format_args!("{ours} of {} returned, {room} there", request.payment);
        world.violate("I2", what);
    }
    let state = in_journal(site, id).map(|operation| operation.state());
    if !state.is_some_and(State::holds_money) {
        world.violate("I4", format_args!("{} is {state:?} and happens", short(id)));
    }
}
