//! What has to hold of everything that is written down, as a store gives it back and takes it.
//!
//! Whatever the store says, the simulation keeps each payment's ledger itself, as of the last commit
//! that it saw, and compares.

use std::collections::BTreeMap;

use refundkit::core::ledger::{Entry, Seen, Stored, Version};
use refundkit::core::operation::{Decision, Summary};
use refundkit::core::ports::{Commit, Committed};
use refundkit::core::timing::{INTERRUPTED_AFTER, QUIESCENCE};
use refundkit::core::{Change, Evidence, Fact, Intent, PaymentLedger};
use refundkit::{JournalError, Operation, PaymentId, WorkerId};

use crate::check;
use crate::ledger::Mark;
use crate::life::Life;
use crate::messages;
use crate::site::{Site, provider_name, short};
use crate::workers::is_gone;

/// The payment's ledger as of the last commit.
pub(crate) fn kept(site: &Site, payment: &PaymentId) -> PaymentLedger {
    let kept = site.ledger().kept.get(payment).cloned();
    kept.unwrap_or_else(|| PaymentLedger::new(provider_name(), payment.clone(), 0))
}

/// I6: what was written down is there, and nothing else. `asked_at` is when it was asked for.
pub(crate) fn loaded(
    site: &Site,
    life: &Life,
    payment: &PaymentId,
    asked_at: u64,
    loaded: &Result<Stored, JournalError>,
) {
    let Ok(stored) = loaded else {
        return;
    };
    let kept = kept(site, payment);
    let entries = u64::try_from(stored.entries.len()).unwrap_or(u64::MAX);
    let version = kept.version().entries;
    if stored.version != version || entries != version || stored.head != *kept.head() {
        let what = format_args!(
            "{version} entries of {payment} were written down, and {entries} of {} are there",
            stored.version
        );
        site.world().violate("I6", what);
    }
    known_as_of(site, life, payment, asked_at);
}

/// I6: it is at the version that was written down last.
pub(crate) fn versioned(
    site: &Site,
    life: &Life,
    payment: &PaymentId,
    asked_at: u64,
    version: Version,
) {
    let kept = kept(site, payment).version();
    if version != kept {
        let what = format_args!("{payment} is at {kept:?}, and is said to be at {version:?}");
        site.world().violate("I6", what);
    }
    known_as_of(site, life, payment, asked_at);
}

/// A life knows the payment's ledger as of this moment.
fn known_as_of(site: &Site, life: &Life, payment: &PaymentId, asked_at: u64) {
    let slot = (life.number, payment.clone());
    // Several tasks of a life may ask at once.
    let mut ledger = site.ledger();
    let last = ledger.loads.entry(slot).or_default();
    *last = asked_at.max(*last);
}

/// The entries of a change, readable.
fn entries(change: &Change) -> Vec<Entry> {
    let bodies = change.entries().map(|(_, body)| body);
    bodies.map(|body| Entry::decode(body).unwrap()).collect()
}

/// The marks of a change: whose, and which attempt.
fn marks(change: &Change) -> Vec<(refundkit::OperationId, u32)> {
    let mut marks = Vec::new();
    for entry in entries(change) {
        if let Entry::Noted {
            operation,
            evidence,
            ..
        } = entry
            && let Fact::Marked { attempt } = evidence.fact
        {
            let operations = change.ledger().operations();
            marks.push((operations[operation as usize].intent.id.clone(), attempt));
        }
    }
    marks
}

/// A commit has failed, or its end isn't known: no mark of it is ever sent.
pub(crate) fn failed(site: &Site, life: &Life, commit: &Commit) {
    if let Some(change) = &commit.change {
        let marks = marks(change).into_iter();
        let marks = marks.map(|(operation, attempt)| (life.number, operation, attempt));
        site.ledger().unsure.extend(marks);
    }
}

/// Everything that has to hold of a commit that has come to its end.
pub(crate) fn committed(site: &Site, life: &Life, commit: &Commit, done: &Committed) {
    let change = commit.change.as_ref().filter(|change| !change.is_empty());
    match (done, change) {
        (Committed::Done(_), Some(change)) => {
            let before = kept(site, change.ledger().payment());
            Writing {
                site,
                life,
                change,
                before,
            }
            .check();
        }
        (Committed::Conflict, Some(change)) => conflict(site, life, change),
        _ => {}
    }
    if let (Committed::Done(_), Some(message)) = (done, &commit.message) {
        messages::check::taken_in(site, message, commit.change.as_ref());
    }
}

fn decisions(change: &Change) -> Vec<String> {
    let entries = entries(change).into_iter();
    let decisions = entries.filter(|entry| match entry {
        Entry::Begun { .. } => true,
        Entry::Noted { evidence, .. } => evidence.fact.is_decision(),
    });
    decisions.map(|entry| format!("{entry:?}")).collect()
}

fn conflict(site: &Site, life: &Life, change: &Change) {
    let payment = change.ledger().payment();
    site.world()
        .note(format_args!("{life} meets a conflict over {payment}"));
    site.world().count("a conflict");
    let decisions = decisions(change);
    site.world().count(if decisions.is_empty() {
        "a fact met a conflict"
    } else {
        "a decision met a conflict"
    });
    site.ledger().conflicted.extend(decisions);
}

/// A change that has just been written down.
struct Writing<'a> {
    site: &'a Site,
    life: &'a Life,
    change: &'a Change,
    before: PaymentLedger,
}

impl Writing<'_> {
    fn check(mut self) {
        self.versions();
        // The fold as it goes: what an entry changes, it changes for the next.
        let mut evidence: BTreeMap<u32, Vec<Evidence>> = BTreeMap::new();
        for (place, operation) in (0..).zip(self.before.operations()) {
            evidence.insert(place, operation.evidence.clone());
        }
        for entry in entries(self.change) {
            match entry {
                Entry::Begun { intent, .. } => self.begun(&intent),
                Entry::Noted {
                    operation,
                    evidence: added,
                    by,
                } => {
                    let known = evidence.entry(operation).or_default();
                    let about = &self.change.ledger().operations()[operation as usize];
                    self.says_something(about, known, &added);
                    known.push(added.as_ref().clone());
                    self.noted(about, &added, &by);
                }
            }
        }
        let payment = self.change.ledger().payment().clone();
        self.before = self.change.ledger().clone();
        self.site.ledger().kept.insert(payment, self.before);
        for operation in self.change.ledger().operations() {
            check::stands(self.site, operation);
        }
    }

    fn violate(&self, rule: &'static str, what: std::fmt::Arguments<'_>) {
        self.site.world().violate(rule, what);
    }

    /// I8: it is written down on the version that it was made on, and nothing is decided on another
    /// one that was decided on one which had changed.
    fn versions(&self) {
        let (expected, version) = (self.change.expected(), self.before.version());
        if expected != version {
            let what = format_args!("made on {expected:?}, written down on {version:?}");
            self.violate("I8", what);
        }
        let entries = u64::try_from(self.change.entries().len()).unwrap_or(u64::MAX);
        let with = self.change.ledger().version().entries;
        if with != version.entries.saturating_add(entries) {
            self.violate(
                "I8",
                format_args!("{entries} entries make {with} of {version:?}"),
            );
        }
        let conflicted = &self.site.ledger().conflicted;
        let mut decisions = decisions(self.change).into_iter();
        if let Some(again) = decisions.find(|decision| conflicted.contains(decision)) {
            let what = format_args!("decided before a conflict and written down after it: {again}");
            self.violate("I8", what);
        }
    }

    /// I12: what is held fits into what was captured.
    fn begun(&self, intent: &Intent) {
        let (site, life) = (self.site, self.life);
        let payment = intent.plan.payment();
        site.world().note(format_args!(
            "{life} begins {} of {payment}: {} of {}",
            short(&intent.id),
            intent.plan.kind(),
            intent.plan.amount()
        ));
        let operations = self.change.ledger().operations();
        let holding = operations
            .iter()
            .filter(|operation| operation.state().holds_money());
        let held: i64 = holding
            .map(|operation| operation.intent.plan.amount().minor().get())
            .sum();
        let room = check::room(site, &site.ledger(), operations, payment);
        if held > room {
            self.violate(
                "I12",
                format_args!("{held} held of {payment}, {room} there"),
            );
        }
    }

    /// I8: no entry that changes nothing makes another version.
    fn says_something(&self, about: &Operation, known: &[Evidence], added: &Evidence) {
        let last = known.last().map(|last| &last.fact);
        let is_word = matches!(added.fact, Fact::Seen { .. } | Fact::Contradicted { .. });
        let again = is_word && last == Some(&added.fact) && {
            let (before, with) = (
                Summary::fold(known),
                Summary::fold(known.iter().chain([added])),
            );
            (before.state(), before.provider_status()) == (with.state(), with.provider_status())
        };
        if again || known.contains(added) {
            let id = short(&about.intent.id);
            self.violate(
                "I8",
                format_args!("{id} is told once more: {:?}", added.fact),
            );
        }
    }

    fn noted(&self, about: &Operation, evidence: &Evidence, by: &WorkerId) {
        let id = &about.intent.id;
        self.site.world().note(format_args!(
            "{} notes {} about {}: {}",
            self.life,
            serde_json::to_string(&evidence.fact).unwrap_or_default(),
            short(id),
            about.state()
        ));
        check::count_fact(self.site, &evidence.fact);
        match &evidence.fact {
            Fact::Marked { attempt } => self.marked(about, *attempt, evidence, by),
            Fact::Answered { attempt, .. } => self.answered(about, *attempt, evidence, by),
            Fact::Absent { attempt } => self.absent(about, *attempt, evidence),
            Fact::Parked { attempt, .. } | Fact::NoRoom { attempt } => {
                self.newest(about, *attempt, "concluded");
            }
            Fact::Decided {
                decision,
                evidence,
                attempt,
                ..
            } => {
                self.newest(about, *attempt, "decided");
                self.decided(about, *decision, evidence.as_str());
            }
            _ => {}
        }
    }

    /// I8: whatever is concluded is concluded of the newest attempt.
    fn newest(&self, about: &Operation, attempt: u32, what: &str) {
        let newest = self.before.operation(&about.intent.id);
        let newest = newest.map_or(0, |operation| operation.summary().last_attempt());
        if attempt != newest {
            let id = short(&about.intent.id);
            let what = format_args!("{id}: {what} of attempt {attempt}, the newest is {newest}");
            self.violate("I8", what);
        }
    }

    /// I5, I8 and I11: as of no later than the load before it, and no other attempt is in flight.
    fn marked(&self, about: &Operation, attempt: u32, evidence: &Evidence, by: &WorkerId) {
        let (site, id) = (self.site, &about.intent.id);
        let payment = self.change.ledger().payment();
        let others = self.change.ledger().operations().iter();
        let mut others = others.filter(|other| other.intent.id != *id);
        if let Some(other) = others.find(|other| other.state().in_flight()) {
            let (other, state) = (short(&other.intent.id), other.state());
            self.violate("I11", format_args!("marked while {other} is {state}"));
        }
        let at = check::time_of(evidence.at, self.life.skew);
        let slot = (self.life.number, payment.clone());
        let mut ledger = site.ledger();
        let load = ledger.loads.get(&slot).copied();
        ledger
            .unsure
            .remove(&(self.life.number, id.clone(), attempt));
        let truth = ledger.truth.entry(id.clone()).or_default();
        let mark = Mark {
            time: at,
            at: evidence.at,
            by: by.clone(),
        };
        truth.marks.insert(attempt, mark);
        drop(ledger);
        if !site.clock_is_turned() && load.is_none_or(|load| at > load) {
            let id = short(id);
            let what =
                format_args!("attempt {attempt} of {id} is marked as of {at}, loaded at {load:?}");
            self.violate("I8", what);
        }
    }

    /// I8: nobody writes down for another worker that nothing is known of an attempt, before that one
    /// would have, or is gone.
    fn answered(&self, about: &Operation, attempt: u32, evidence: &Evidence, by: &WorkerId) {
        let id = &about.intent.id;
        let ledger = self.site.ledger();
        let mark = ledger
            .truth
            .get(id)
            .and_then(|truth| truth.marks.get(&attempt))
            .cloned();
        drop(ledger);
        let Some(mark) = mark else {
            let id = short(id);
            self.violate(
                "I5",
                format_args!("attempt {attempt} of {id} has an answer and no mark"),
            );
            return;
        };
        if mark.by == *by {
            return;
        }
        self.site
            .world()
            .count("an attempt was taken for interrupted");
        let given_up = evidence.at.since(mark.at) > INTERRUPTED_AFTER;
        if !given_up && !is_gone(self.site, &mark.by) {
            let id = short(id);
            let what = format_args!(
                "attempt {attempt} of {id} is taken for interrupted by {by} and may be under way"
            );
            self.violate("I8", what);
        }
    }

    /// I15: an absence is that of the newest attempt, as of when it was asked for, and that was long
    /// enough after the mark.
    fn absent(&self, about: &Operation, attempt: u32, evidence: &Evidence) {
        self.newest(about, attempt, "absent");
        let before = self.before.operation(&about.intent.id);
        let mark = before.and_then(Operation::last_mark);
        let is_quiet = mark.is_some_and(|mark| evidence.at.since(mark) >= QUIESCENCE);
        let asked_at = check::time_of(evidence.at, self.life.skew);
        let payment = self.change.ledger().payment();
        let read = self.site.ledger().messages.last_read(payment);
        let is_asked = read.is_some_and(|read| asked_at <= read) || self.site.clock_is_turned();
        if !is_quiet || !is_asked {
            let id = short(&about.intent.id);
            let what =
                format_args!("{id} is absent as of {asked_at}, read at {read:?}, marked {mark:?}");
            self.violate("I15", what);
        }
    }

    /// I8: a person decides about what they have seen, and that it didn't happen only where it couldn't
    /// be on its way any more when they looked. What was seen is what the decision rests on.
    fn decided(&self, about: &Operation, decision: Decision, rests_on: &str) {
        let seen: Option<Seen> = rests_on.parse().ok();
        let version = self.before.version();
        let id = short(&about.intent.id);
        if seen.is_none_or(|seen| seen.version != version) {
            let what = format_args!("{id} is decided at {version:?} by what was seen: {rests_on}");
            self.violate("I8", what);
        }
        let mark = self
            .before
            .operation(&about.intent.id)
            .and_then(Operation::last_mark);
        let is_quiet = seen
            .zip(mark)
            .is_none_or(|(seen, mark)| seen.at.since(mark) >= QUIESCENCE);
        if decision != Decision::Succeeded && !is_quiet {
            let what = format_args!("{id} is {decision:?} by what was seen too early: {rests_on}");
            self.violate("I8", what);
        }
    }
}
