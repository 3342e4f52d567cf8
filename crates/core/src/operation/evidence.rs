//! All that can become known of an operation, a fact at a time, and by whose word. Which state follows
//! from it is no part of it.

use std::collections::BTreeSet;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Operation, State};
use crate::answer::{Outcome, RefundStatus, checked};
use crate::ids::{OperationId, RefundId};
use crate::origin::{Actor, Origin};
use crate::provider_refund::ProviderRefund;
use crate::text::Text;
use crate::time::Timestamp;

/// One thing that is known about an operation, and since when. Only ever added, never changed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Evidence {
    /// When it became known.
    pub at: Timestamp,
    /// What.
    pub fact: Fact,
}

/// What can be known about an operation.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Fact {
    /// An attempt was about to be sent.
    Marked {
        /// Which, counted from 1.
        attempt: u32,
    },
    /// An attempt's answer, judged.
    Answered {
        /// Which, counted from 1.
        attempt: u32,
        /// What its answer means.
        outcome: Outcome,
        /// How many seconds the provider asks to wait until anything is sent again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        wait_seconds: Option<u64>,
    },
    /// The provider's own word about our refund, from elsewhere than an attempt's answer.
    Seen {
        /// Where it was seen.
        by: Source,
        /// What it says.
        refund: ProviderRefund,
    },
    /// The provider knows our refund, and it isn't what was asked for.
    Contradicted {
        /// What differs.
        what: String,
        /// What the provider says.
        refund: ProviderRefund,
    },
    /// Called off before any attempt.
    Cancelled {
        /// For whom, by the actor's own word.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Text>,
        /// Who was logged in.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        actor: Option<Actor>,
        /// The ticket or the case that it belongs to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ticket: Option<Text>,
    },
    /// A complete reading, long enough after the attempt, did not show it. Two of these are proof.
    Absent {
        /// The newest attempt then.
        attempt: u32,
    },
    /// Nothing tells whether it happened, and there is no room for it to happen twice: it may be
    /// sent once more.
    NoRoom {
        /// The newest attempt then.
        attempt: u32,
    },
    /// No rule makes a next step safe: a person has to decide.
    Parked {
        /// The newest attempt then.
        attempt: u32,
        /// Why.
        why: String,
        /// The provider's word until then, where it had taken the refund on: only a newer one ends
        /// the waiting.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        told: Option<RefundStatus>,
    },
    /// A person has decided.
    Decided {
        /// The newest attempt then.
        attempt: u32,
        /// What happened, by that person's word.
        decision: Decision,
        /// What the decision rests on.
        evidence: Text,
        /// Who decided, by that person's own word.
        by: Text,
        /// Who was logged in.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        actor: Option<Actor>,
        /// The ticket or the case that it belongs to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ticket: Option<Text>,
        /// What the provider had said by then: what it says against the decision later is news.
        #[serde(default)]
        known: Known,
    },
}

/// What the provider has said of an operation, as far as it can stand against a person's decision.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Known {
    /// How many pieces of evidence there were.
    pub pieces: u64,
    /// Its last word on the refund.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<RefundStatus>,
    /// All that contradicts what was asked for.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub contradictions: BTreeSet<String>,
}

/// What a person can decide about a parked operation. Ordered by what keeps the money held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// It did not happen: it may be sent again.
    Ready,
    /// It did not happen, and is not wanted any more.
    Rejected,
    /// It happened.
    Succeeded,
}

impl Decision {
    /// The state that the decision makes.
    #[must_use]
    pub const fn state(self) -> State {
        match self {
            Self::Ready => State::Ready,
            Self::Rejected => State::Rejected,
            Self::Succeeded => State::Succeeded,
        }
    }
}

/// A word that is no decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such decision; there are succeeded, rejected and ready")]
pub struct NoSuchDecision;

impl FromStr for Decision {
    type Err = NoSuchDecision;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        [Self::Ready, Self::Rejected, Self::Succeeded]
            .into_iter()
            .find(|decision| decision.state().as_str() == word)
            .ok_or(NoSuchDecision)
    }
}

impl Fact {
    /// Whether it is somebody's decision, which holds for the ledger that it was made on, and not a fact that
    /// anyone may bring at any time.
    #[must_use]
    pub const fn is_decision(&self) -> bool {
        match self {
            Self::Marked { .. }
            | Self::Cancelled { .. }
            | Self::Absent { .. }
            | Self::NoRoom { .. }
            | Self::Parked { .. }
            | Self::Decided { .. } => true,
            Self::Answered { .. } | Self::Seen { .. } | Self::Contradicted { .. } => false,
        }
    }

    /// Whether it says that an attempt is about to be sent.
    #[must_use]
    pub const fn is_mark(&self) -> bool {
        matches!(self, Self::Marked { .. })
    }

    /// That it is called off; nobody says by whom.
    #[must_use]
    pub const fn cancelled() -> Self {
        Self::Cancelled {
            by: None,
            actor: None,
            ticket: None,
        }
    }

    /// That it is called off by somebody.
    #[must_use]
    pub fn cancelled_by(origin: &Origin) -> Self {
        Self::Cancelled {
            by: origin.on_behalf_of.clone(),
            actor: origin.actor.clone(),
            ticket: origin.ticket.clone(),
        }
    }

    /// The answer of attempt number `attempt`, with how long the provider asks to wait.
    #[must_use]
    pub fn answered(attempt: u32, outcome: Outcome, wait: Option<Duration>) -> Self {
        Self::Answered {
            attempt,
            outcome,
            wait_seconds: wait.map(|wait| wait.as_secs()),
        }
    }

    /// That a person has to decide.
    #[must_use]
    pub fn parked(attempt: u32, why: impl Into<String>) -> Self {
        Self::Parked {
            attempt,
            why: why.into(),
            told: None,
        }
    }

    /// The provider's id of the refund that it is about.
    #[must_use]
    pub const fn refund(&self) -> Option<&RefundId> {
        let (Self::Seen { refund, .. }
        | Self::Contradicted { refund, .. }
        | Self::Answered {
            outcome:
                Outcome::Accepted(refund)
                | Outcome::Executed(refund)
                | Outcome::Contradiction { fact: refund, .. },
            ..
        }) = self
        else {
            return None;
        };
        refund.id.as_ref()
    }

    /// The same where another operation has made the refund that it names: one refund is one
    /// operation's, and this one's is none of it.
    #[must_use]
    pub fn of_another(self, owner: &OperationId) -> Self {
        let what = |refund: &ProviderRefund| {
            let id = refund.id.as_ref().map_or("it", RefundId::as_str);
            format!("refund {id} is that of operation {owner}")
        };
        match self {
            Self::Seen { refund, .. } | Self::Contradicted { refund, .. } => Self::Contradicted {
                what: what(&refund),
                refund: nameless(refund),
            },
            Self::Answered {
                attempt,
                outcome:
                    Outcome::Accepted(fact)
                    | Outcome::Executed(fact)
                    | Outcome::Contradiction { fact, .. },
                wait_seconds,
            } => Self::Answered {
                attempt,
                outcome: Outcome::Contradiction {
                    what: what(&fact),
                    fact: nameless(fact),
                },
                wait_seconds,
            },
            other @ (Self::Marked { .. }
            | Self::Answered { .. }
            | Self::Cancelled { .. }
            | Self::Absent { .. }
            | Self::NoRoom { .. }
            | Self::Parked { .. }
            | Self::Decided { .. }) => other,
        }
    }

    /// What the provider says about our refund, checked against what was asked for. What was there
    /// before an operation was sent is none of its effect.
    #[must_use]
    pub fn seen(operation: &Operation, by: Source, refund: ProviderRefund) -> Self {
        let was_sent = operation.last_mark().is_some();
        match checked(&operation.intent, refund, was_sent) {
            (None, refund) => Self::Seen { by, refund },
            (Some(what), refund) => Self::Contradicted { what, refund },
        }
    }
}

/// Without the id, which would make it this operation's.
fn nameless(refund: ProviderRefund) -> ProviderRefund {
    ProviderRefund { id: None, ..refund }
}

/// Where a fact was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Source {
    /// Among the payment's refunds, by its id or our token.
    Listed,
    /// By asking for the refund itself.
    Asked,
    /// In the payment's refunded total, or its having been reversed.
    Total,
    /// In a message of the provider.
    Webhook,
}
