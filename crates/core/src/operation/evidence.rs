use serde::{Deserialize, Serialize};

use crate::answer::{Outcome, RefundFact, contradiction};
use crate::plan::Plan;
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
    },
    /// The provider's own word about our refund, from elsewhere than an attempt's answer.
    Seen {
        /// Where it was seen.
        by: Source,
        /// What it says.
        refund: RefundFact,
    },
    /// The provider knows our refund, and it isn't what was asked for.
    Contradicted {
        /// What differs.
        what: String,
        /// What the provider says.
        refund: RefundFact,
    },
    /// Called off before any attempt.
    Cancelled,
}

impl Fact {
    /// What the provider says about our refund, checked against what was asked for.
    #[must_use]
    pub fn seen(plan: &Plan, by: Source, refund: RefundFact) -> Self {
        match contradiction(plan, &refund) {
            Some(what) => Self::Contradicted { what, refund },
            None => Self::Seen { by, refund },
        }
    }
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
}
