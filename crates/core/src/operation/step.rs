//! What to do next about an operation. Pure; the engine carries it out.

use super::{Operation, State};
use crate::answer::{Outcome, RefundStatus};
use crate::capabilities::{Capabilities, GuardedBy, Idempotency};
use crate::plan::Kind;
use crate::time::Timestamp;
use crate::timing::{CLOCK_SLACK, INTERRUPTED_AFTER, LAST_MINUTES, LONGEST_WAIT, QUIESCENCE};

/// So many errors that nobody knows the meaning of leave the rest to a person.
const UNLISTED_ENOUGH: usize = 2;
/// So many complete readings without it are proof of absence.
pub(super) const PROVING_ABSENCES: usize = 2;
/// How often one call of the engine sends: the first attempt and one more under the same key.
const SENDS_PER_CALL: u32 = 2;

/// The next thing to do about an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// An attempt was marked by somebody who is gone: write down that its outcome is unknown.
    Interrupted {
        /// Which attempt.
        attempt: u32,
    },
    /// Mark an attempt and send it.
    Send,
    /// Read the payment and see what it proves.
    Look,
    /// No rule makes a next step safe: write down that a person has to decide.
    Park {
        /// Why.
        why: &'static str,
    },
    /// Nothing more can safely be done now.
    Rest,
}

/// What one call of the engine has done so far about an operation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tries {
    /// How many attempts it has sent.
    pub sends: u32,
    /// What it has seen of the payment since the last one.
    pub sight: Sight,
    /// What it knows of whoever has marked the newest attempt.
    pub marker: Marker,
}

impl Tries {
    /// After one more attempt was sent: whatever was seen before says nothing about it.
    #[must_use]
    pub const fn sent(self) -> Self {
        Self {
            sends: self.sends.saturating_add(1),
            sight: Sight::Unlooked,
            marker: Marker::MayLive,
        }
    }
}

/// Who has marked an attempt whose answer isn't written down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Marker {
    /// It may be at it still.
    #[default]
    MayLive,
    /// It is proved to have ended: nobody writes down an answer any more.
    Gone,
}

/// What is seen of an operation's payment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sight {
    /// Nobody has looked.
    #[default]
    Unlooked,
    /// It could not be read now.
    Away,
    /// A reading that would show the operation's effect.
    Clear,
    /// One that proves nothing, or nothing to read at all.
    Dark,
    /// Something that may be the operation's effect.
    Blocked,
    /// [`Finding::NoRoom`](super::Finding::NoRoom).
    NoRoom,
}

/// Decides the next step. `now` is compared with the first attempt's mark: a key is sent again
/// only inside the window in which its provider is trusted to recognise it.
#[must_use]
pub fn step(
    operation: &Operation,
    capabilities: &Capabilities,
    tries: Tries,
    now: Timestamp,
) -> Step {
    let summary = operation.summary();
    let looked = tries.sight != Sight::Unlooked;
    match summary.state() {
        State::Attempting if tries.marker == Marker::Gone || is_given_up(operation, now) => summary
            .open_attempt()
            .map_or(Step::Rest, |attempt| Step::Interrupted { attempt }),
        // A person may have been wrong, what wasn't sent may have been after all, an older copy of the
        // journal doesn't know what was sent since, and others may have taken the money: look first.
        State::Ready if capabilities.shows_payments && !looked && tries.sends == 0 => Step::Look,
        State::Ready
            if tries.sends == 0 && may_leave(operation, capabilities, tries.sight, now) =>
        {
            Step::Send
        }
        State::Unknown => unknown(operation, capabilities, tries, now),
        State::Accepted if summary.provider_status() == Some(RefundStatus::Unstated) && !looked => {
            Step::Look
        }
        State::Accepted => park_or_rest(operation, capabilities, now),
        State::Ready
        | State::Attempting
        | State::Succeeded
        | State::Failed
        | State::FailedLate
        | State::Rejected
        | State::Refused
        | State::Cancelled
        | State::Parked => Step::Rest,
    }
}

/// Whether whoever has marked the newest attempt would have written down its answer by now.
fn is_given_up(operation: &Operation, now: Timestamp) -> bool {
    operation
        .last_mark()
        .is_some_and(|last| now >= last && now.since(last) > INTERRUPTED_AFTER)
}

/// Why a person has to look at an operation without an end: it is on its way for longer than the provider
/// ever takes. `None` until then.
#[must_use]
pub fn overdue(
    operation: &Operation,
    capabilities: &Capabilities,
    now: Timestamp,
) -> Option<&'static str> {
    let last = operation.last_mark()?;
    let late = now >= last && now.since(last) > capabilities.settles_within;
    late.then_some(
        "it is on its way for longer than the provider takes for a refund, and nobody has told its end",
    )
}

fn park_or_rest(operation: &Operation, capabilities: &Capabilities, now: Timestamp) -> Step {
    overdue(operation, capabilities, now).map_or(Step::Rest, |why| Step::Park { why })
}

fn unknown(
    operation: &Operation,
    capabilities: &Capabilities,
    tries: Tries,
    now: Timestamp,
) -> Step {
    let summary = operation.summary();
    let is_turned_away = summary.unlisted() >= UNLISTED_ENOUGH;
    let may_look =
        capabilities.shows_payments || !key_may_be_sent(operation, capabilities, tries, now);
    match () {
        // Nothing is sent again, and nothing concluded from readings of another day, without a look.
        () if tries.sight == Sight::Unlooked && may_look => Step::Look,
        () if is_turned_away => Step::Park {
            why: "the provider has answered twice with an error that its list doesn't have, and shows no refund for it",
        },
        () if key_may_be_sent(operation, capabilities, tries, now) => Step::Send,
        () if is_absent(operation) => after_absence(operation, capabilities, tries, now),
        // Once only: a refusal then still doesn't tell whether the first one went through.
        () if tries.sight == Sight::NoRoom
            && tries.sends == 0
            && summary.has_no_room()
            && may_leave(operation, capabilities, tries.sight, now) =>
        {
            Step::Send
        }
        () => park_or_rest(operation, capabilities, now),
    }
}

/// Whether the same key may be sent once more: its provider is trusted to know it, nothing that was
/// seen may be the operation's effect, and nobody has asked to wait.
fn key_may_be_sent(
    operation: &Operation,
    capabilities: &Capabilities,
    tries: Tries,
    now: Timestamp,
) -> bool {
    let seen = match tries.sight {
        Sight::Blocked => return false,
        Sight::Away if capabilities.shows_payments => return false,
        Sight::Unlooked | Sight::Away | Sight::Clear | Sight::Dark | Sight::NoRoom => tries.sight,
    };
    key_is_usable(operation, capabilities, seen, now)
        && tries.sends < SENDS_PER_CALL
        && may_leave(operation, capabilities, tries.sight, now)
}

/// Whether the time is over for which the provider has asked to wait. A wait never carries an attempt
/// past the end of the window in which its key is known.
fn may_leave(
    operation: &Operation,
    capabilities: &Capabilities,
    sight: Sight,
    now: Timestamp,
) -> bool {
    let Some(until) = operation.waits_until() else {
        return true;
    };
    let window = key(operation, capabilities).safe_window(guarded_by(sight));
    let ends = operation.first_mark().zip(window);
    let ends =
        ends.map(|(first, window)| first.saturating_add(window.saturating_sub(LAST_MINUTES)));
    let last_chance = operation.state() == State::Unknown && ends.is_some_and(|ends| now >= ends);
    !is_still_to_come(until, now) || last_chance
}

const fn guarded_by(sight: Sight) -> GuardedBy {
    match sight {
        Sight::Clear => GuardedBy::KeyAndReading,
        Sight::Unlooked | Sight::Away | Sight::Dark | Sight::Blocked | Sight::NoRoom => {
            GuardedBy::KeyAlone
        }
    }
}

/// Whether the end of a wait lies ahead. One that lies further ahead than any wait is long was written
/// down before the clock went back, and would make it wait for as long; workers' clocks differ a little.
#[must_use]
pub fn is_still_to_come(until: Timestamp, now: Timestamp) -> bool {
    let longest = LONGEST_WAIT.saturating_add(CLOCK_SLACK);
    now < until && until.since(now) <= longest
}

/// Whether the provider is trusted to recognise the operation's key, and has not answered it so
/// that sending it again would tell nothing new.
pub(super) fn key_is_usable(
    operation: &Operation,
    capabilities: &Capabilities,
    sight: Sight,
    now: Timestamp,
) -> bool {
    let window = key(operation, capabilities).safe_window(guarded_by(sight));
    // A clock that went back past anything that is written down says nothing about the key's age:
    // don't lean on the key. Those of several workers may lie a little apart.
    let newest = operation.evidence.iter().map(|evidence| evidence.at).max();
    let went_back = newest.is_some_and(|newest| newest.since(now) > CLOCK_SLACK);
    let in_window = operation.first_mark().is_some_and(|first| {
        now >= first && !went_back && window.is_some_and(|window| now.since(first) < window)
    });
    in_window && key_is_worth_a_try(operation)
}

/// Whether readings have proved that the newest attempt had no effect.
fn is_absent(operation: &Operation) -> bool {
    let summary = operation.summary();
    summary.absences(summary.last_attempt()).count() >= PROVING_ABSENCES
}

/// Proved absent, it is sent once more, and only once; a provider that has said anything but
/// nothing about it leaves the decision to a person.
fn after_absence(
    operation: &Operation,
    capabilities: &Capabilities,
    tries: Tries,
    now: Timestamp,
) -> Step {
    let summary = operation.summary();
    let earlier = 1..summary.last_attempt();
    let sent_before = earlier
        .into_iter()
        .any(|attempt| summary.absences(attempt).count() >= PROVING_ABSENCES);
    match () {
        () if sent_before => Step::Park {
            why: "it was sent again after it was proved absent, and is absent still",
        },
        () if !key_is_worth_a_try(operation) => Step::Park {
            why: "the provider refused or recognised a repeated attempt, and shows no refund for it",
        },
        // What was absent twice and now may be there isn't absent.
        () if tries.sight != Sight::Clear || tries.sends > 0 => Step::Rest,
        () if !may_leave(operation, capabilities, tries.sight, now) => Step::Rest,
        () => Step::Send,
    }
}

/// Whether nothing of the newest attempt can still be on its way.
pub(super) fn is_quiet(operation: &Operation, now: Timestamp) -> bool {
    operation
        .last_mark()
        .is_some_and(|last| now >= last && now.since(last) >= QUIESCENCE)
}

fn key(operation: &Operation, capabilities: &Capabilities) -> Idempotency {
    match operation.intent.plan.kind() {
        Kind::Refund => capabilities.refund_key,
        Kind::Reversal => capabilities.reversal_key,
    }
}

/// After "that key was used" or a refusal of a repeated attempt, sending once more tells nothing new.
fn key_is_worth_a_try(operation: &Operation) -> bool {
    !matches!(
        operation.last_outcome(),
        Some(Outcome::Exists | Outcome::Refused { .. })
    )
}
