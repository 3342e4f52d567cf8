//! The fold: the same evidence gives the same state, in whatever order and however often it comes.

use std::collections::{BTreeMap, BTreeSet};

use super::reported::ReportedStatuses;
use super::step::PROVING_ABSENCES;
use super::{Decision, Evidence, Fact, Known, State};
use crate::answer::{Outcome, RefundStatus};
use crate::ids::RefundId;
use crate::provider_refund::ProviderRefund;
use crate::time::Timestamp;

/// Evidence folded into what counts. Merging is commutative, associative and idempotent: every
/// part is a set union or a maximum.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    marks: BTreeSet<u32>,
    answers: BTreeMap<u32, BTreeSet<Kind>>,
    words: ReportedStatuses,
    ids: BTreeSet<RefundId>,
    contradictions: BTreeSet<String>,
    cancelled: bool,
    /// When readings did not show it, by the newest attempt then.
    absences: BTreeMap<u32, BTreeSet<Timestamp>>,
    no_room: BTreeSet<u32>,
    /// Why, and the provider's word until then, by the newest attempt then.
    parked: BTreeMap<u32, BTreeMap<Option<RefundStatus>, String>>,
    decided: Option<(u32, Decision, Known)>,
    /// The attempts that met with an error which nobody knows the meaning of.
    unlisted: BTreeSet<u32>,
}

/// What an answer without a refund in it says about its attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    NotSent,
    Refused,
    Taken,
    Open,
}

impl Summary {
    /// Folds evidence.
    #[must_use]
    pub fn fold<'a>(evidence: impl IntoIterator<Item = &'a Evidence>) -> Self {
        let mut summary = Self::default();
        for evidence in evidence {
            summary.add(evidence);
        }
        summary
    }

    fn add(&mut self, evidence: &Evidence) {
        match &evidence.fact {
            Fact::Marked { attempt } => {
                self.marks.insert(*attempt);
            }
            Fact::Answered {
                attempt, outcome, ..
            } => self.answer(evidence.at, *attempt, outcome),
            Fact::Seen { refund, .. } => self.see(evidence.at, None, refund),
            Fact::Contradicted { what, refund } => self.contradict(what, refund),
            Fact::Cancelled { .. } => self.cancelled = true,
            Fact::Absent { attempt } => {
                self.absences
                    .entry(*attempt)
                    .or_default()
                    .insert(evidence.at);
            }
            Fact::NoRoom { attempt } => {
                self.no_room.insert(*attempt);
            }
            Fact::Parked { attempt, why, told } => self.park(*attempt, told.as_ref(), why),
            Fact::Decided {
                attempt,
                decision,
                known,
                ..
            } => self.decide(Some((*attempt, *decision, known.clone()))),
        }
    }

    fn answer(&mut self, at: Timestamp, attempt: u32, outcome: &Outcome) {
        self.marks.insert(attempt);
        self.answers
            .entry(attempt)
            .or_default()
            .insert(kind_of(outcome));
        match outcome {
            Outcome::Accepted(fact) | Outcome::Executed(fact) => {
                self.see(at, Some(attempt), fact);
            }
            Outcome::Contradiction { what, fact } => self.contradict(what, fact),
            Outcome::Unlisted { .. } => {
                self.unlisted.insert(attempt);
            }
            Outcome::NotSent { .. }
            | Outcome::Refused { .. }
            | Outcome::Deferred { .. }
            | Outcome::Exists
            | Outcome::Unknown { .. } => {}
        }
    }

    fn see(&mut self, at: Timestamp, attempt: Option<u32>, fact: &ProviderRefund) {
        self.ids.extend(fact.id.clone());
        self.words.add(at, attempt, fact);
    }

    fn contradict(&mut self, what: &str, fact: &ProviderRefund) {
        self.contradictions.insert(what.to_owned());
        self.ids.extend(fact.id.clone());
    }

    /// Of two reasons for one attempt the larger text stays, so that order doesn't matter.
    fn park(&mut self, attempt: u32, told: Option<&RefundStatus>, why: &str) {
        let reasons = self.parked.entry(attempt).or_default();
        let kept = reasons.entry(told.cloned()).or_default();
        if kept.as_str() < why {
            why.clone_into(kept);
        }
    }

    /// The newest decision counts: of two about one attempt, the one that was made with more known.
    fn decide(&mut self, decided: Option<(u32, Decision, Known)>) {
        let rank = |decided: &(u32, Decision, Known)| {
            let (attempt, decision, known) = decided.clone();
            (attempt, known.pieces, decision, known)
        };
        if decided.as_ref().map(rank) > self.decided.as_ref().map(rank) {
            self.decided = decided;
        }
    }

    /// What two summaries say together.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.marks.extend(other.marks);
        for (attempt, kinds) in other.answers {
            self.answers.entry(attempt).or_default().extend(kinds);
        }
        self.words.merge(other.words);
        self.ids.extend(other.ids);
        self.contradictions.extend(other.contradictions);
        self.cancelled |= other.cancelled;
        for (attempt, times) in other.absences {
            self.absences.entry(attempt).or_default().extend(times);
        }
        self.no_room.extend(other.no_room);
        for (attempt, reasons) in other.parked {
            for (told, why) in reasons {
                self.park(attempt, told.as_ref(), &why);
            }
        }
        self.decide(other.decided);
        self.unlisted.extend(other.unlisted);
        self
    }

    /// The state that follows.
    #[must_use]
    pub fn state(&self) -> State {
        // After `Ready` the attempts since then decide, and whether it was called off.
        if let Some(decision) = self
            .decision()
            .filter(|decision| *decision != Decision::Ready)
        {
            return if self.is_contested(decision) {
                State::Parked
            } else {
                decision.state()
            };
        }
        if !self.contradictions.is_empty() {
            return State::Parked;
        }
        match self.told() {
            Some(State::Accepted) if self.is_overdue() => State::Parked,
            Some(state) => state,
            None if self.is_parked() => State::Parked,
            None => self.state_of_attempts(),
        }
    }

    /// Whether the provider has said something against the decision since, or that it had a word for
    /// that nobody had heard.
    fn is_contested(&self, decision: Decision) -> bool {
        let Some((_, _, known)) = &self.decided else {
            return false;
        };
        if !self.contradictions.is_subset(&known.contradictions) {
            return true;
        }
        let told = self.provider_status().filter(|_| self.told().is_some());
        let alive = |status: &RefundStatus| *status != RefundStatus::Failed;
        told != known.told
            && told.is_some_and(|told| alive(&told) != (decision == Decision::Succeeded))
    }

    /// What the provider's words make of it. That a refund failed says nothing about another one
    /// that was sent since, and whose own end isn't known.
    fn told(&self) -> Option<State> {
        let state = self.words.state(&self.ends())?;
        let failed = matches!(state, State::Failed | State::FailedLate);
        let earlier = failed && self.words.are_all_from(self.settled_before());
        (!earlier).then_some(state)
    }

    /// Whether `refund` is known to be of an attempt that another send has followed, one that may
    /// have made a refund of its own.
    pub(super) fn is_superseded(&self, refund: Option<&RefundId>) -> bool {
        refund.is_some_and(|refund| self.words.is_from(refund, self.settled_before()))
    }

    /// Whether a send that had ended before the newest one can have made a refund of this id. It makes
    /// no difference where nothing has ended, or where all is known of what the newest one made: that
    /// was nothing, or another refund with an id.
    pub(crate) fn may_be_of_an_earlier_send(&self, refund: Option<&RefundId>) -> bool {
        let newest = self.last_attempt();
        let ended = if self.words.has_no_name_for(newest) {
            self.ended_before(newest)
        } else {
            self.settled_before()
        };
        let of_newest = refund.is_some_and(|refund| self.words.is_from_after(refund, ended));
        ended > 0 && !of_newest
    }

    /// The newest attempt that ended a send, before the one that is open now; 0 where there is none.
    fn settled_before(&self) -> u32 {
        let ended = self.ended_before(self.last_attempt());
        let mut since = self.marks.iter().filter(|attempt| **attempt > ended);
        let is_open = |attempt: &u32| {
            let kinds = self.answers.get(attempt);
            kinds.is_none_or(|kinds| kinds.contains(&Kind::Open))
        };
        // An attempt that didn't leave, or was refused, says nothing about one before it.
        if since.any(is_open) { ended } else { 0 }
    }

    /// The newest attempt before this one that ended a send; 0 where there is none.
    fn ended_before(&self, attempt: u32) -> u32 {
        let ends = self.ends();
        let last = ends.range(..attempt).next_back();
        last.copied().unwrap_or_default()
    }

    /// The attempts that were proved absent, declared not to have happened by a person, or of which
    /// nothing could be known, so that there was room for one more.
    fn ends(&self) -> BTreeSet<u32> {
        let absent = self
            .absences
            .iter()
            .filter(|(_, times)| times.len() >= PROVING_ABSENCES)
            .map(|(attempt, _)| *attempt);
        let declared = self.decided.as_ref().map(|(upto, _, _)| *upto);
        let unseen = self.no_room.iter().copied();
        absent.chain(declared).chain(unseen).collect()
    }

    /// A person's decision, while nothing newer has been sent. A decision to send it again ends with
    /// the provider's word.
    #[must_use]
    pub fn decision(&self) -> Option<Decision> {
        let (upto, decision, _) = self.decided.as_ref()?;
        let newest = self.marks.last().is_none_or(|last| last <= upto);
        let spoken = *decision == Decision::Ready && self.told().is_some();
        (newest && !spoken).then_some(*decision)
    }

    /// Whether the newest attempt was parked, and nobody has decided since.
    fn is_parked(&self) -> bool {
        self.waits_for_a_person()
            .is_some_and(|reasons| reasons.contains_key(&None))
    }

    /// Whether it was parked while the provider said what it says still.
    fn is_overdue(&self) -> bool {
        let told = self.provider_status();
        self.waits_for_a_person()
            .is_some_and(|reasons| told.is_some() && reasons.contains_key(&told))
    }

    fn waits_for_a_person(&self) -> Option<&BTreeMap<Option<RefundStatus>, String>> {
        let newest = self.last_attempt();
        let (parked, reasons) = self.parked.last_key_value()?;
        let decided = self.decided.as_ref().map(|(attempt, _, _)| *attempt);
        (*parked >= newest && decided < Some(*parked)).then_some(reasons)
    }

    /// Without a word of the provider about a refund, the attempts decide: one that is open or
    /// unknown outweighs a refusal of another, which says nothing about it.
    fn state_of_attempts(&self) -> State {
        // What a person has declared not to have happened doesn't count any more.
        let resolved = self.resolved_through();
        let open = |attempt: &&u32| **attempt > resolved;
        let answers = |attempt: &u32| self.answers.get(attempt);
        if self
            .marks
            .iter()
            .filter(open)
            .any(|attempt| answers(attempt).is_none())
        {
            return State::Attempting;
        }
        let counted = || self.answers.iter().filter(|(attempt, _)| open(attempt));
        let any = |kind: Kind| counted().any(|(_, kinds)| kinds.contains(&kind));
        match () {
            () if any(Kind::Open) || any(Kind::Taken) => State::Unknown,
            () if any(Kind::Refused) => State::Rejected,
            () if self.cancelled => State::Cancelled,
            () => State::Ready,
        }
    }

    /// The newest attempt that a person has decided about; 0 where nobody has.
    fn resolved_through(&self) -> u32 {
        self.decided.as_ref().map_or(0, |(attempt, _, _)| *attempt)
    }

    /// How many attempts met with an error that nobody knows the meaning of, those aside that a
    /// person has decided about.
    pub(super) fn unlisted(&self) -> usize {
        let resolved = self.resolved_through();
        let open = self.unlisted.iter().filter(|attempt| **attempt > resolved);
        open.count()
    }

    /// How many attempts may have reached the provider, those aside that a person has declared not
    /// to have happened.
    pub(super) fn may_have_arrived(&self) -> usize {
        let resolved = self.resolved_through();
        let stayed = |attempt: &u32| {
            let kinds = self.answers.get(attempt);
            kinds.is_some_and(|kinds| kinds.iter().all(|kind| *kind == Kind::NotSent))
        };
        let open = self.marks.iter().filter(|attempt| **attempt > resolved);
        open.filter(|attempt| !stayed(attempt)).count()
    }

    /// Whether there was no room for the newest attempt to happen twice.
    pub(super) fn has_no_room(&self) -> bool {
        self.no_room.contains(&self.last_attempt())
    }

    /// How many attempts were marked.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        u32::try_from(self.marks.len()).unwrap_or(u32::MAX)
    }

    /// The newest attempt that was marked and whose answer isn't written down.
    #[must_use]
    pub fn open_attempt(&self) -> Option<u32> {
        self.marks
            .iter()
            .rev()
            .find(|attempt| !self.answers.contains_key(attempt))
            .copied()
    }

    /// The number of the attempt that would be marked next.
    #[must_use]
    pub fn next_attempt(&self) -> u32 {
        self.marks.last().map_or(1, |last| last.saturating_add(1))
    }

    /// The provider's id of the refund, where one is known; of several, that of the one that counts.
    #[must_use]
    pub fn refund(&self) -> Option<&RefundId> {
        self.words.refund().or_else(|| self.ids.first())
    }

    /// Every id that the provider has given it.
    pub fn refunds(&self) -> impl Iterator<Item = &RefundId> {
        self.ids.iter()
    }

    /// The provider's last word on the refund's status.
    #[must_use]
    pub fn provider_status(&self) -> Option<RefundStatus> {
        self.words.status(&self.ends())
    }

    /// The number of the newest attempt; 0 before the first.
    #[must_use]
    pub fn last_attempt(&self) -> u32 {
        self.marks.last().copied().unwrap_or_default()
    }

    /// When complete readings did not show it, after attempt number `attempt`.
    pub fn absences(&self, attempt: u32) -> impl Iterator<Item = Timestamp> {
        self.absences.get(&attempt).into_iter().flatten().copied()
    }

    /// Why it waits for a person.
    #[must_use]
    pub fn parked_because(&self) -> Option<&str> {
        let (_, reasons) = self.parked.last_key_value()?;
        reasons.last_key_value().map(|(_, why)| why.as_str())
    }

    /// All that contradicts the request.
    pub fn contradictions(&self) -> impl Iterator<Item = &String> {
        self.contradictions.iter()
    }

    /// What contradicts the request, where something does.
    #[must_use]
    pub fn contradiction(&self) -> Option<&str> {
        self.contradictions.first().map(String::as_str)
    }
}

const fn kind_of(outcome: &Outcome) -> Kind {
    match outcome {
        Outcome::NotSent { .. } | Outcome::Deferred { .. } => Kind::NotSent,
        Outcome::Refused { .. } => Kind::Refused,
        Outcome::Accepted(_) | Outcome::Executed(_) | Outcome::Contradiction { .. } => Kind::Taken,
        Outcome::Exists | Outcome::Unlisted { .. } | Outcome::Unknown { .. } => Kind::Open,
    }
}
