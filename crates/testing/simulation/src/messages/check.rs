//! I16 to I18: what a message may do, by what the provider knows that it has sent.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use refundkit::core::ledger::Entry;
use refundkit::core::operation::Summary;
use refundkit::core::ports::Message;
use refundkit::core::webhook::TOLERANCE;
use refundkit::core::{Change, EventId, Evidence, Fact, Hint, RefundStatus};
use refundkit::{Error, Operation, PaymentId, Received, State, Store};

use super::delivery::DeliveredCopy;
use super::knobs::Style;
use super::message::Said;
use crate::check;
use crate::knobs::SECOND;
use crate::ledger::Effect;
use crate::site::{Site, short};
use crate::world::at_once;

/// A worker's clock is off by so much at most, and a time is signed in full seconds.
const CLOCKS: u64 = 31 * SECOND;

/// What the provider has sent, and what has come of it.
#[derive(Debug, Default)]
pub(crate) struct Book {
    pub(crate) sent: u32,
    /// What each message said, whenever it was sent.
    said: BTreeMap<String, Vec<Said>>,
    /// Those that the journal has taken in.
    taken: BTreeSet<String>,
    /// When the journal was asked to read a payment, by its own number.
    asked: HashMap<u64, u64>,
    /// When a payment was last read, from the reading's beginning.
    read: BTreeMap<PaymentId, u64>,
    /// Refunds that were said in a message to have failed.
    pub(crate) failed: BTreeSet<usize>,
}

impl Book {
    /// When a payment was last read, from the reading's beginning.
    pub(crate) fn last_read(&self, payment: &PaymentId) -> Option<u64> {
        self.read.get(payment).copied()
    }

    pub(crate) fn says(&mut self, id: &str, said: Said) {
        self.said.entry(id.to_owned()).or_default().push(said);
    }
}

/// A payment was read.
pub(crate) fn read(site: &Site, payment: &PaymentId, begun: u64) {
    let read = &mut site.ledger().messages.read;
    let last = read.entry(payment.clone()).or_default();
    *last = begun.max(*last);
}

/// I16 and I17, as something at the door is answered.
pub(crate) fn answered(
    site: &Site,
    parcel: &DeliveredCopy,
    came: u64,
    done: &Result<Received, Error>,
) {
    let (world, message) = (site.world(), &parcel.message);
    match done {
        Ok(taken) => {
            world.count(match taken {
                Received::Known => "a message was known",
                Received::Nothing => "a message said nothing new",
                Received::RefreshDue => "a message asked to read",
                Received::Recorded { .. } => "a message told",
            });
            let apart = came.abs_diff(message.signed);
            let timely = u128::from(apart) <= TOLERANCE.as_millis() + u128::from(CLOCKS);
            if !parcel.genuine {
                world.violate("I16", format_args!("{} is forged and taken", message.id));
            } else if message.style == Style::Words && !timely && !site.clock_is_turned() {
                world.violate("I16", format_args!("{} is old and taken", message.id));
            } else if !site.ledger().messages.taken.contains(&message.id) {
                let id = &message.id;
                world.violate(
                    "I17",
                    format_args!("{id} is answered and not in the journal"),
                );
            }
            if let Ok(mut taken) = parcel.taken.lock() {
                *taken = true;
            }
        }
        Err(Error::Webhook(_)) => world.count("a message was refused"),
        Err(_) => world.count("a message could not be written down"),
    }
    let told = match done {
        Ok(_) => "taken".to_owned(),
        Err(error) => error.to_string(),
    };
    let genuine = parcel.genuine;
    world.note(format_args!("{}, genuine {genuine}: {told}", message.id));
}

/// I16, I17 and I18, as the journal takes a message in, with what is written down from it.
pub(crate) fn taken_in(site: &Site, message: &Message, change: Option<&Change>) {
    let (world, event) = (site.world(), &message.event);
    if message.event.is_unsigned() {
        return;
    }
    let said = said(site, message);
    if said.is_empty() {
        let what = format_args!("{event} is taken in, and was never said");
        world.violate("I16", what);
        return;
    }
    if !site.ledger().messages.taken.insert(event.to_string()) {
        world.violate("I17", format_args!("{event} counts twice"));
        return;
    }
    let added = change.map(added).unwrap_or_default();
    for (operation, evidence) in &added {
        told(site, event, &said, operation, evidence);
    }
    let hints = at_once(site.journal().hints(usize::MAX)).unwrap_or_default();
    for (_, effect) in &said {
        let hint = hints.iter().find(|hint| hint.payment == effect.payment);
        if let Some(hint) = hint {
            let now = world.now();
            let asked = &mut site.ledger().messages.asked;
            asked.entry(hint.number).or_insert(now);
        }
    }
    let is_heard =
        |(said, effect): &(Said, Effect)| is_written_down(site, said, effect, &hints, &added);
    if !said.iter().any(is_heard) {
        let what = format_args!("{event} is taken in and nothing follows from it");
        world.violate("I17", what);
    }
}

/// What the provider has said under this id, as often as it may be this message.
fn said(site: &Site, message: &Message) -> Vec<(Said, Effect)> {
    let ledger = site.ledger();
    let said = ledger.messages.said.get(message.event.as_str());
    let said = said.into_iter().flatten();
    // A worker's clock that is behind makes it younger than it is, by as much.
    let same_time = |said: &&Said| {
        let at = check::moment(said.signed);
        message.at <= at
            || site
                .messages()
                .is_some_and(|knobs| knobs.style == Style::Hints)
    };
    let all = || {
        said.clone()
            .map(|said| (said.clone(), ledger.effects[said.number].clone()))
    };
    let then: Vec<_> = said
        .clone()
        .filter(same_time)
        .map(|said| (said.clone(), ledger.effects[said.number].clone()))
        .collect();
    if then.is_empty() {
        all().collect()
    } else {
        then
    }
}

/// What a change adds to which operations.
fn added(change: &Change) -> Vec<(Operation, Evidence)> {
    let operations = change.ledger().operations();
    let entries = change
        .entries()
        .map(|(_, body)| Entry::decode(body).unwrap());
    let added = entries.filter_map(|entry| match entry {
        Entry::Noted {
            operation,
            evidence,
            ..
        } => Some((operations[operation as usize].clone(), *evidence)),
        Entry::Begun { .. } => None,
    });
    added.collect()
}

/// I16 and I18: it is what was said, and about the operation whose refund it is.
fn told(
    site: &Site,
    event: &EventId,
    said: &[(Said, Effect)],
    operation: &Operation,
    evidence: &Evidence,
) {
    let id = &operation.intent.id;
    let (Fact::Seen { refund, .. } | Fact::Contradicted { refund, .. }) = &evidence.fact else {
        let what = format_args!("{event} makes {:?}", evidence.fact);
        site.world().violate("I16", what);
        return;
    };
    let of = said.iter().find(|(said, effect)| {
        let factor = if site.knobs().converts { 2 } else { 1 };
        let named = refund.id.as_ref().map(ToString::to_string);
        named.is_none_or(|named| named == format!("re_{}", effect.number))
            && said.status.as_ref() == Some(&refund.status)
            && refund
                .amount
                .is_none_or(|amount| amount.get() == effect.amount * factor)
    });
    let Some((said, effect)) = of else {
        let what = format_args!("{event} never said {:?}", evidence.fact);
        site.world().violate("I16", what);
        return;
    };
    if effect.operation.as_ref() != Some(id) {
        let what = format_args!("{} is told of re_{}", short(id), effect.number);
        site.world().violate("I18", what);
    }
    if said.status == Some(RefundStatus::Failed) {
        site.ledger().messages.failed.insert(effect.number);
    }
}

/// I17: whatever a message says of an operation of ours is its evidence, or its payment is to be read.
fn is_written_down(
    site: &Site,
    said: &Said,
    effect: &Effect,
    hints: &[Hint],
    added: &[(Operation, Evidence)],
) -> bool {
    let ledger = site.ledger();
    let operations = ledger
        .kept
        .get(&effect.payment)
        .map_or(&[][..], |kept| kept.operations());
    let concerns = said.hints || said.status.is_some();
    if !concerns || operations.is_empty() {
        return true;
    }
    if hints.iter().any(|hint| hint.payment == effect.payment) {
        return true;
    }
    let owner = operations
        .iter()
        .find(|operation| Some(&operation.intent.id) == effect.operation.as_ref());
    let Some(owner) = owner else {
        return false;
    };
    // What had succeeded and failed since is read as well.
    let adds = !added.is_empty();
    let turned = adds && said.status == Some(RefundStatus::Failed) && had_succeeded(owner);
    let mut evidence = owner.evidence.iter();
    !turned && evidence.any(|evidence| says(evidence, effect.number, said.status.as_ref()))
}

/// Whether an operation had succeeded before what was added last.
fn had_succeeded(operation: &Operation) -> bool {
    let mut before = operation.evidence.clone();
    before.pop();
    Summary::fold(&before).state() == State::Succeeded
}

fn says(evidence: &Evidence, number: usize, status: Option<&RefundStatus>) -> bool {
    match &evidence.fact {
        Fact::Seen { refund, .. } | Fact::Contradicted { refund, .. } => {
            let id = refund.id.as_ref().map(ToString::to_string);
            id == Some(format!("re_{number}")) && Some(&refund.status) == status
        }
        _ => false,
    }
}

/// I17: a payment that was to be read has been read.
pub(crate) fn acknowledged(site: &Site, hint: &Hint) {
    if !site.knobs().capabilities.shows_payments {
        return;
    }
    let ledger = site.ledger();
    let asked = ledger.messages.asked.get(&hint.number).copied();
    let read = ledger.messages.read.get(&hint.payment).copied();
    drop(ledger);
    if asked.is_none() || read < asked {
        let payment = &hint.payment;
        let what = format_args!("{payment} was to be read at {asked:?} and was at {read:?}");
        site.world().violate("I17", what);
    }
}

/// I17: once nothing is wrong any more, everything that was to be read before `since` has been.
pub(crate) fn all_heeded(site: &Site, since: u64) {
    let hints = at_once(site.journal().hints(usize::MAX)).unwrap_or_default();
    for hint in hints {
        let asked = site.ledger().messages.asked.get(&hint.number).copied();
        if asked.is_none_or(|asked| asked < since) {
            let payment = &hint.payment;
            site.world()
                .violate("I17", format_args!("{payment} is still to be read"));
        }
    }
}
