//! I16 to I18: what a message may do, by what the provider knows that it has sent.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use refundkit::core::webhook::TOLERANCE;
use refundkit::core::{Event, Evidence, Fact, Hint, RefundStatus, Taken};
use refundkit::{Error, Journal, JournalError, Operation, PaymentId, State};

use super::delivery::Parcel;
use super::knobs::Style;
use super::letter::Said;
use crate::check;
use crate::journal::Life;
use crate::knobs::SECOND;
use crate::ledger::Effect;
use crate::site::{Site, provider_name, short};
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
pub(crate) fn answered(site: &Site, parcel: &Parcel, came: u64, done: &Result<Taken, Error>) {
    let (world, letter) = (site.world(), &parcel.letter);
    match done {
        Ok(taken) => {
            world.count(match taken {
                Taken::Known => "a message was known",
                Taken::Nothing => "a message said nothing new",
                Taken::Noted => "a message asked to read",
                Taken::Told { .. } => "a message told",
            });
            let apart = came.abs_diff(letter.signed);
            let timely = u128::from(apart) <= TOLERANCE.as_millis() + u128::from(CLOCKS);
            if !parcel.genuine {
                world.violate("I16", format_args!("{} is forged and taken", letter.id));
            } else if letter.style == Style::Words && !timely && !site.clock_is_turned() {
                world.violate("I16", format_args!("{} is old and taken", letter.id));
            } else if !site.ledger().messages.taken.contains(&letter.id) {
                let id = &letter.id;
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
    world.note(format_args!("{}, genuine {genuine}: {told}", letter.id));
}

/// I16, I17 and I18, as the journal takes a message in.
pub(crate) fn taken_in(
    site: &Site,
    life: &Life,
    event: &Event,
    done: &Result<Taken, JournalError>,
) {
    let (world, Ok(taken)) = (site.world(), done) else {
        return;
    };
    let Some((said, effect)) = sent(site, event) else {
        let id = &event.id;
        world.violate(
            "I16",
            format_args!("{id} is taken in, and was never said: {event:?}"),
        );
        return;
    };
    let known = !site.ledger().messages.taken.insert(event.id.to_string());
    if known {
        if *taken != Taken::Known {
            world.violate("I17", format_args!("{} counts twice", event.id));
        }
        return;
    }
    if let Taken::Told { operation, .. } = taken {
        told(site, life, &effect, &said, operation);
    }
    is_written_down(site, event, &said, &effect, taken);
}

/// What the provider has said under this id, if it has said that.
fn sent(site: &Site, event: &Event) -> Option<(Said, Effect)> {
    let ledger = site.ledger();
    let said = ledger.messages.said.get(event.id.as_str())?;
    let found = said.iter().find(|said| {
        let same_time = event.at.is_none_or(|at| {
            let apart = at.unix_millis() - check::moment(said.signed).unix_millis();
            (0..1000).contains(&apart)
        });
        same_time && said.is(site, &ledger.effects[said.number], &event.news)
    });
    let found = found?.clone();
    let effect = ledger.effects[found.number].clone();
    Some((found, effect))
}

/// I18: it is about the operation whose refund it is.
fn told(site: &Site, life: &Life, effect: &Effect, said: &Said, operation: &Operation) {
    let id = &operation.intent.id;
    if effect.operation.as_ref() != Some(id) {
        let what = format_args!("{} is told of re_{}", short(id), effect.number);
        site.world().violate("I18", what);
    }
    if let Some(last) = operation.evidence.last() {
        check::noted(site, life, None, last, &Ok(operation.clone()));
    }
    if said.status == Some(RefundStatus::Failed) {
        site.ledger().messages.failed.insert(effect.number);
    }
}

/// I17: whatever a message says of an operation of ours is its evidence, or its payment is to be read.
fn is_written_down(site: &Site, event: &Event, said: &Said, effect: &Effect, taken: &Taken) {
    let (world, journal) = (site.world(), site.journal());
    let operations = at_once(journal.of_payment(&provider_name(), &effect.payment));
    let operations = operations.unwrap_or_default();
    let hints = at_once(journal.hints(usize::MAX)).unwrap_or_default();
    let hint = hints.iter().find(|hint| hint.payment == effect.payment);
    if let Some(hint) = hint {
        let now = world.now();
        site.ledger()
            .messages
            .asked
            .entry(hint.number)
            .or_insert(now);
    }
    let owner = operations
        .iter()
        .find(|operation| Some(&operation.intent.id) == effect.operation.as_ref());
    let is_said = owner.is_some_and(|owner| {
        let mut evidence = owner.evidence.iter();
        evidence.any(|evidence| says(evidence, effect.number, said.status.as_ref()))
    });
    let concerns = said.hints || said.status.is_some();
    // What had succeeded and failed since is read as well.
    let succeeded = matches!(taken, Taken::Told { before, .. } if *before == State::Succeeded);
    let turned = succeeded && said.status == Some(RefundStatus::Failed);
    let missed = match (owner, hint.is_some()) {
        _ if !concerns || operations.is_empty() => false,
        (_, true) => false,
        (Some(_), false) if turned => true,
        (Some(_), false) => !is_said,
        (None, false) => true,
    };
    if missed {
        let id = &event.id;
        world.violate(
            "I17",
            format_args!("{id} is taken in and nothing follows from it"),
        );
    }
}

fn says(evidence: &Evidence, number: usize, status: Option<&RefundStatus>) -> bool {
    match &evidence.fact {
        Fact::Seen { refund, .. } | Fact::Contradicted { refund, .. } => {
            let id = refund.refund.as_ref().map(ToString::to_string);
            id == Some(format!("re_{number}")) && Some(&refund.status) == status
        }
        _ => false,
    }
}

/// I17: a payment that was to be read has been read.
pub(crate) fn heeded(site: &Site, hint: &Hint) {
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
