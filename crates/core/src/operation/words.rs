//! What the provider has said of an operation's refunds. Nearly always there is one. After a send
//! that was proved absent there can be two: one that failed unseen, and the one that followed.

use std::collections::BTreeMap;

use super::State;
use crate::answer::{RefundFact, RefundStatus};
use crate::ids::RefundId;
use crate::time::Timestamp;

/// The provider's words, by the refund's id where they name one. Merging is a union of maxima.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Words(BTreeMap<Option<RefundId>, Said>);

/// What is said of one refund.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Said {
    word: Word,
    succeeded_once: bool,
}

/// The provider's strongest word: a final one beats one that isn't, then the newest counts, and
/// success beats failure where both are as new, since success is what keeps the money held.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Word {
    is_final: bool,
    at: Timestamp,
    status: RefundStatus,
}

impl Said {
    fn merge(&mut self, other: &Self) {
        self.succeeded_once |= other.succeeded_once;
        if other.word > self.word {
            self.word.clone_from(&other.word);
        }
    }

    fn state(&self) -> State {
        match self.word.status {
            RefundStatus::Succeeded => State::Succeeded,
            RefundStatus::Failed if self.succeeded_once => State::FailedLate,
            RefundStatus::Failed => State::Failed,
            RefundStatus::Unstated
            | RefundStatus::Other(_)
            | RefundStatus::Pending
            | RefundStatus::Review => State::Accepted,
        }
    }

    /// What keeps the money held goes first.
    fn rank(&self) -> u8 {
        match self.state() {
            State::Succeeded => 3,
            State::Accepted => 2,
            State::FailedLate => 1,
            State::Failed
            | State::Ready
            | State::Attempting
            | State::Rejected
            | State::Refused
            | State::Cancelled
            | State::Unknown
            | State::Parked => 0,
        }
    }
}

impl Words {
    /// Adds what `fact` says.
    pub(super) fn add(&mut self, at: Timestamp, fact: &RefundFact) {
        let word = Word {
            is_final: fact.status.is_final(),
            at,
            status: fact.status.clone(),
        };
        let said = Said {
            succeeded_once: fact.status == RefundStatus::Succeeded,
            word,
        };
        self.say(fact.refund.clone(), said);
    }

    fn say(&mut self, refund: Option<RefundId>, said: Said) {
        match self.0.get_mut(&refund) {
            Some(mine) => mine.merge(&said),
            None => {
                self.0.insert(refund, said);
            }
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        for (refund, said) in other.0 {
            self.say(refund, said);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The state that follows; `None` where nothing was said.
    pub(super) fn state(&self) -> Option<State> {
        self.telling().map(|said| said.state())
    }

    /// The status that the state follows from.
    pub(super) fn status(&self) -> Option<RefundStatus> {
        self.telling().map(|said| said.word.status)
    }

    /// The refund that counts, where one was named.
    pub(super) fn refund(&self) -> Option<&RefundId> {
        let named = self
            .0
            .iter()
            .filter_map(|(refund, said)| Some((refund.as_ref()?, said)));
        named
            .max_by_key(|(_, said)| said.rank())
            .map(|(refund, _)| refund)
    }

    /// Words without an id are about the one refund there is. Where there are several, the one
    /// that keeps the money held is what counts, and words that name none of them only if they
    /// say success.
    fn telling(&self) -> Option<Said> {
        let several = self.0.keys().flatten().count() > 1;
        let mut all = self.0.iter();
        if !several {
            let (_, first) = all.next()?;
            let mut one = first.clone();
            all.for_each(|(_, said)| one.merge(said));
            return Some(one);
        }
        all.filter(|(refund, said)| refund.is_some() || said.word.status == RefundStatus::Succeeded)
            .map(|(_, said)| said)
            .max_by_key(|said| said.rank())
            .cloned()
    }
}
