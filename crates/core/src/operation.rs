//! An operation: what was intended, the evidence for what became of it, and the state that follows.

mod evidence;
mod find;
mod poll_schedule;
mod reported;
mod state;
mod step;
mod summary;

pub use evidence::{Decision, Evidence, Fact, Known, NoSuchDecision, Source};
pub use find::{Finding, apply_reading, conclude, find, may_apply_reading};
pub(crate) use find::{ours, owner, sighted};
pub use poll_schedule::{LONGEST_PAUSE, PollSchedule, SHORTEST_PAUSE};
pub use state::{NoSuchState, State};
pub use step::{Marker, Sight, Step, Tries, is_still_to_come, overdue, step};
pub use summary::Summary;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::answer::Outcome;
use crate::fingerprint::Fingerprint;
use crate::ids::{OperationId, ProviderKey, ProviderName, RefundId, RequestKey};
use crate::origin::Origin;
use crate::plan::Plan;
use crate::ports::JournalError;
use crate::time::Timestamp;
use crate::timing::{LONGEST_WAIT, QUIESCENCE};

/// What is written down before anything is sent. Never changes afterwards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// The operation's id, derived from namespace and request key.
    pub id: OperationId,
    /// The provider's configured name.
    pub provider: ProviderName,
    /// The caller's key.
    pub request_key: RequestKey,
    /// What the caller asked for, hashed.
    pub fingerprint: Fingerprint,
    /// The key or token at the provider.
    pub key: ProviderKey,
    /// What is to be done.
    pub plan: Plan,
    /// When it was written down.
    pub created_at: Timestamp,
    /// Who wanted it, and why.
    #[serde(default, skip_serializing_if = "Origin::is_empty")]
    pub origin: Origin,
}

/// An intent with all evidence about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// What was intended.
    pub intent: Intent,
    /// What is known, in the order in which it was written down.
    pub evidence: Vec<Evidence>,
}

impl Operation {
    /// An operation about which nothing is known yet.
    #[must_use]
    pub const fn new(intent: Intent) -> Self {
        Self {
            intent,
            evidence: Vec::new(),
        }
    }

    /// The number of the next attempt, for a journal that is about to mark it.
    ///
    /// # Errors
    /// [`JournalError::InFlight`] while an attempt is under way, [`JournalError::NotSendable`] where
    /// there is nothing to send.
    pub fn next_mark(&self) -> Result<u32, JournalError> {
        let summary = self.summary();
        let state = summary.state();
        if state == State::Attempting {
            return Err(JournalError::InFlight);
        }
        if !state.is_sendable() {
            return Err(JournalError::NotSendable {
                operation: self.intent.id.clone(),
                state,
            });
        }
        Ok(summary.next_attempt())
    }

    /// The evidence, folded.
    #[must_use]
    pub fn summary(&self) -> Summary {
        Summary::fold(&self.evidence)
    }

    /// The state that follows from the evidence.
    #[must_use]
    pub fn state(&self) -> State {
        self.summary().state()
    }

    /// Whether the provider's word is the last thing written down already, and says nothing more when
    /// it is said again, however late. One that doesn't count, because it was written down at a time at which another
    /// one held, has to be written down again; one that wouldn't count at any time, such as that a
    /// refund which has failed was pending, hasn't.
    #[must_use]
    pub fn ends_with(&self, word: &Fact) -> bool {
        let newest = self.evidence.iter().map(|evidence| evidence.at).max();
        newest.is_some_and(|newest| {
            self.says_nothing_more(&Evidence {
                at: newest.saturating_add(QUIESCENCE),
                fact: word.clone(),
            })
        })
    }

    /// Whether it is the provider's word that was written down last, and says nothing more as of then: so
    /// does one that is older than another that holds, by the clock of whoever has heard it.
    #[must_use]
    pub fn says_nothing_more(&self, again: &Evidence) -> bool {
        let is_word = matches!(again.fact, Fact::Seen { .. } | Fact::Contradicted { .. });
        let last = self.evidence.last().map(|evidence| &evidence.fact);
        if !is_word || last != Some(&again.fact) {
            return false;
        }
        let (known, with) = (
            self.summary(),
            Summary::fold(self.evidence.iter().chain([again])),
        );
        (known.state(), known.provider_status()) == (with.state(), with.provider_status())
    }

    /// What a journal is to write down of `evidence`, where the refund that it names is known to be the
    /// `owner`'s, another operation of the payment; nothing where it is there already. That it is another's
    /// is said once, and not again whenever it comes.
    #[must_use]
    pub fn to_add(&self, evidence: &Evidence, owner: Option<&OperationId>) -> Option<Evidence> {
        let mut added = evidence.clone();
        let Some(owner) = owner else {
            return (!self.evidence.contains(&added)).then_some(added);
        };
        added.fact = added.fact.of_another(owner);
        let with = Summary::fold(self.evidence.iter().chain([&added]));
        (with != self.summary()).then_some(added)
    }

    /// The ids of the provider's refunds that it has made, by the evidence; one may come again.
    pub fn refunds(&self) -> impl Iterator<Item = &RefundId> {
        self.evidence
            .iter()
            .filter_map(|evidence| evidence.fact.refund())
    }

    /// What is known by now, for a decision that rests on it.
    #[must_use]
    pub fn known(&self) -> Known {
        let summary = self.summary();
        Known {
            pieces: u64::try_from(self.evidence.len()).unwrap_or(u64::MAX),
            told: summary.provider_status(),
            contradictions: summary.contradictions().cloned().collect(),
        }
    }

    /// That a person has to decide. The provider's word is part of it only where it is what the state
    /// follows from: one about a refund that another send has followed ends no waiting.
    #[must_use]
    pub fn parked(&self, why: &str) -> Fact {
        let summary = self.summary();
        let told = summary.provider_status();
        Fact::Parked {
            attempt: summary.last_attempt(),
            why: why.to_owned(),
            told: told.filter(|_| summary.state() == State::Accepted),
        }
    }

    /// When the first attempt was marked.
    #[must_use]
    pub fn first_mark(&self) -> Option<Timestamp> {
        self.marks().min()
    }

    /// When the newest attempt was marked.
    #[must_use]
    pub fn last_mark(&self) -> Option<Timestamp> {
        self.marks().max()
    }

    fn marks(&self) -> impl Iterator<Item = Timestamp> {
        let marks = |evidence: &&Evidence| matches!(evidence.fact, Fact::Marked { .. });
        self.evidence
            .iter()
            .filter(marks)
            .map(|evidence| evidence.at)
    }

    /// Until when the provider has asked to wait before anything is sent again, no longer than
    /// [`LONGEST_WAIT`] after it did.
    #[must_use]
    pub fn waits_until(&self) -> Option<Timestamp> {
        let waits = self.evidence.iter().filter_map(|evidence| {
            let Fact::Answered { wait_seconds, .. } = &evidence.fact else {
                return None;
            };
            let wait = Duration::from_secs((*wait_seconds)?).min(LONGEST_WAIT);
            Some(evidence.at.saturating_add(wait))
        });
        waits.max()
    }

    /// What the newest attempt's answer was judged to be.
    #[must_use]
    pub fn last_outcome(&self) -> Option<&Outcome> {
        self.evidence
            .iter()
            .filter_map(|evidence| match &evidence.fact {
                Fact::Answered {
                    attempt, outcome, ..
                } => Some((*attempt, outcome)),
                Fact::Marked { .. }
                | Fact::Seen { .. }
                | Fact::Contradicted { .. }
                | Fact::Cancelled { .. }
                | Fact::Absent { .. }
                | Fact::NoRoom { .. }
                | Fact::Parked { .. }
                | Fact::Decided { .. } => None,
            })
            .max_by_key(|(attempt, _)| *attempt)
            .map(|(_, outcome)| outcome)
    }
}
