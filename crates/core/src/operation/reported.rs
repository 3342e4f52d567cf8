//! What the provider has said of an operation's refunds. Nearly always there is one. After a send
//! that was proved absent there can be two: one that failed unseen, and the one that followed.

use std::collections::{BTreeMap, BTreeSet};

use super::State;
use crate::answer::RefundStatus;
use crate::ids::RefundId;
use crate::provider_refund::ProviderRefund;
use crate::time::Timestamp;
use crate::timing::QUIESCENCE;

/// The provider's words, by what they are about. Merging is a union of maxima.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ReportedStatuses(BTreeMap<About, Reported>);

/// What a word is about, as far as it says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum About {
    /// The refund with this id.
    Refund(RefundId),
    /// Whatever this attempt made: its answer carries no id.
    Attempt(u32),
    /// The operation.
    Whole,
}

/// What is said of one refund: when it was last said to have succeeded, and to have failed, and the
/// newest word that ends nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Reported {
    succeeded: Option<Timestamp>,
    failed: Option<Timestamp>,
    open: Option<(Timestamp, RefundStatus)>,
    /// The first attempt whose answer told of it; `None` where only readings did.
    from: Option<u32>,
}

/// What counts where a refund is said to have succeeded, and to have failed, too soon after each other:
/// neither ends it, and the provider is asked again.
const DISAGREED: &str = "succeeded, and failed";

impl Reported {
    fn once(at: Timestamp, status: &RefundStatus, from: Option<u32>) -> Self {
        let mut said = Self {
            succeeded: None,
            failed: None,
            open: None,
            from,
        };
        match status {
            RefundStatus::Succeeded => said.succeeded = Some(at),
            RefundStatus::Failed => said.failed = Some(at),
            RefundStatus::Unstated
            | RefundStatus::Other(_)
            | RefundStatus::Pending
            | RefundStatus::Review => said.open = Some((at, status.clone())),
        }
        said
    }

    fn merge(&mut self, other: &Self) {
        self.succeeded = self.succeeded.max(other.succeeded);
        self.failed = self.failed.max(other.failed);
        if other.open > self.open {
            self.open.clone_from(&other.open);
        }
        self.from = match (self.from, other.from) {
            (Some(mine), Some(others)) => Some(mine.min(others)),
            (mine, others) => mine.or(others),
        };
    }

    /// The provider's strongest word: a final one beats one that isn't. Of two that disagree the newer one
    /// counts once it was said long enough after the other: a reading lags, and a message can be overtaken.
    fn status(&self) -> RefundStatus {
        match (self.succeeded, self.failed) {
            (Some(succeeded), Some(failed)) => {
                let (newer, apart) = if failed > succeeded {
                    (RefundStatus::Failed, failed.since(succeeded))
                } else {
                    (RefundStatus::Succeeded, succeeded.since(failed))
                };
                if apart >= QUIESCENCE {
                    newer
                } else {
                    RefundStatus::Other(DISAGREED.to_owned())
                }
            }
            (Some(_), None) => RefundStatus::Succeeded,
            (None, Some(_)) => RefundStatus::Failed,
            (None, None) => {
                let open = self.open.as_ref().map(|(_, status)| status.clone());
                open.unwrap_or(RefundStatus::Unstated)
            }
        }
    }

    fn state(&self) -> State {
        match self.status() {
            RefundStatus::Succeeded => State::Succeeded,
            RefundStatus::Failed if self.succeeded.is_some() => State::FailedLate,
            RefundStatus::Failed => State::Failed,
            RefundStatus::Unstated
            | RefundStatus::Other(_)
            | RefundStatus::Pending
            | RefundStatus::Review => State::Accepted,
        }
    }

    fn is_from(&self, upto: u32) -> bool {
        self.from.is_some_and(|from| from <= upto)
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

impl ReportedStatuses {
    /// Adds what `fact` says.
    pub(super) fn add(&mut self, at: Timestamp, attempt: Option<u32>, fact: &ProviderRefund) {
        let said = Reported::once(at, &fact.status, attempt);
        let about = match (&fact.id, attempt) {
            (Some(refund), _) => About::Refund(refund.clone()),
            (None, Some(attempt)) => About::Attempt(attempt),
            (None, None) => About::Whole,
        };
        self.say(about, said);
    }

    fn say(&mut self, about: About, said: Reported) {
        match self.0.get_mut(&about) {
            Some(mine) => mine.merge(&said),
            None => {
                self.0.insert(about, said);
            }
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        for (about, said) in other.0 {
            self.say(about, said);
        }
    }

    /// The state that follows; `None` where nothing was said. `ends` are the attempts that were
    /// proved or declared to have made nothing that lives: what was sent after one is another refund.
    pub(super) fn state(&self, ends: &BTreeSet<u32>) -> Option<State> {
        self.telling(ends).map(|said| said.state())
    }

    /// The status that the state follows from.
    pub(super) fn status(&self, ends: &BTreeSet<u32>) -> Option<RefundStatus> {
        self.telling(ends).map(|said| said.status())
    }

    /// Whether all that is told of was made by attempt number `upto` or earlier ones.
    pub(super) fn are_all_from(&self, upto: u32) -> bool {
        self.0.values().all(|said| said.is_from(upto))
    }

    /// Whether this refund was.
    pub(super) fn is_from(&self, refund: &RefundId, upto: u32) -> bool {
        let said = self.0.get(&About::Refund(refund.clone()));
        said.is_some_and(|said| said.is_from(upto))
    }

    /// Whether the answer of a later attempt has told of this refund.
    pub(super) fn is_from_after(&self, refund: &RefundId, attempt: u32) -> bool {
        let said = self.0.get(&About::Refund(refund.clone()));
        said.is_some_and(|said| said.from.is_some_and(|from| from > attempt))
    }

    /// Whether this attempt's answer has told of a refund, and not of which.
    pub(super) fn has_no_name_for(&self, attempt: u32) -> bool {
        self.0.contains_key(&About::Attempt(attempt))
    }

    /// The refund that counts, where one was named.
    pub(super) fn refund(&self) -> Option<&RefundId> {
        let named = self.0.iter().filter_map(|(about, said)| match about {
            About::Refund(refund) => Some((refund, said)),
            About::Attempt(_) | About::Whole => None,
        });
        named
            .max_by_key(|(_, said)| said.rank())
            .map(|(refund, _)| refund)
    }

    /// Mostly all words are about the one refund there is. Where there are several ids, or answers
    /// without ids of several sends, or one of a send that had ended before, the one that keeps the money held is what counts, and words
    /// about the whole only if they say success.
    fn telling(&self, ends: &BTreeSet<u32>) -> Option<Reported> {
        let (mut refunds, mut sends, mut wholes) = (Vec::new(), BTreeMap::new(), Vec::new());
        for (about, said) in &self.0 {
            match about {
                About::Refund(_) => refunds.push(said.clone()),
                About::Attempt(attempt) => {
                    let send = ends.range(..attempt).count();
                    let said_of_it = sends.entry(send).or_insert_with(|| said.clone());
                    said_of_it.merge(said);
                }
                About::Whole => wholes.push(said.clone()),
            }
        }
        let ended = ends.last().copied().unwrap_or_default();
        let superseded = !wholes.is_empty() && self.0.values().any(|said| said.is_from(ended));
        let several = refunds.len() > 1 || sends.len() > 1 || superseded;
        if several {
            wholes.retain(|said| said.status() == RefundStatus::Succeeded);
        }
        let all = refunds.into_iter().chain(sends.into_values()).chain(wholes);
        if several {
            return all.max_by_key(Reported::rank);
        }
        all.reduce(|mut one, said| {
            one.merge(&said);
            one
        })
    }
}
