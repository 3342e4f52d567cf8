//! From a request to a plan, or to the rule that forbids it. Pure: everything it looks at is an argument.

mod before;
mod budget;
mod disputes;
mod either;
mod history;
mod lines;
mod precheck;
mod refund;
mod refusal;
mod reversal;
mod texts;
mod twin;

pub use before::Before;
pub use budget::Budget;
pub use either::plan_reverse_or_refund;
pub use history::History;
pub use lines::PlannedLine;
pub use precheck::{check_refund, check_reversal, stated_payment};
pub use refund::{RefundPlan, plan_refund};
pub use refusal::Refusal;
pub use reversal::{ReversalPlan, plan_reversal};
pub use twin::{Content, check_twin};

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ids::PaymentId;
use crate::money::Money;

/// What is to be done, checked against every rule. Only the functions of this module make one from
/// a request; that it can be deserialised is for journals, which give back what they were given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Plan {
    /// Return captured money.
    Refund(RefundPlan),
    /// Take the whole payment back.
    Reversal(ReversalPlan),
}

impl Plan {
    /// The payment.
    #[must_use]
    pub const fn payment(&self) -> &PaymentId {
        match self {
            Self::Refund(plan) => plan.payment(),
            Self::Reversal(plan) => plan.payment(),
        }
    }

    /// How much is returned.
    #[must_use]
    pub const fn amount(&self) -> Money {
        match self {
            Self::Refund(plan) => plan.amount(),
            Self::Reversal(plan) => plan.amount(),
        }
    }

    /// Whether the provider must state exactly this amount and currency.
    #[must_use]
    pub const fn amount_is_exact(&self) -> bool {
        match self {
            Self::Refund(plan) => plan.amount_is_exact(),
            Self::Reversal(_) => true,
        }
    }

    /// Refund or reversal.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Refund(_) => Kind::Refund,
            Self::Reversal(_) => Kind::Reversal,
        }
    }

    /// Whether all that was left is returned.
    #[must_use]
    pub const fn is_full(&self) -> bool {
        match self {
            Self::Refund(plan) => plan.is_full(),
            Self::Reversal(_) => true,
        }
    }

    /// What the payment has room for.
    #[must_use]
    pub const fn budget(&self) -> Budget {
        match self {
            Self::Refund(plan) => plan.budget(),
            Self::Reversal(plan) => plan.budget(),
        }
    }

    /// What was there when it was planned. Nothing of a reversal: its payment is untouched.
    #[must_use]
    pub const fn before(&self) -> &Before {
        const NOTHING: &Before = &Before::nothing();
        match self {
            Self::Refund(plan) => plan.before(),
            Self::Reversal(_) => NOTHING,
        }
    }

    /// What a person should know about the plan.
    #[must_use]
    pub fn notices(&self) -> &[Notice] {
        match self {
            Self::Refund(plan) => plan.notices(),
            Self::Reversal(plan) => plan.notices(),
        }
    }
}

/// The two ways to return money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Of captured money, whole or in part.
    Refund,
    /// Of the whole payment, before it is settled.
    Reversal,
}

impl Kind {
    /// `refund` or `reversal`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refund => "refund",
            Self::Reversal => "reversal",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Something a person should know about a plan that is legal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "notice", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Notice {
    /// The provider takes no amount, so it was spread over the line items.
    SpreadOverItems {
        /// How many of them.
        items: usize,
    },
    /// It is so close to the end of the reversal window that the provider has to decide.
    WindowUncertain,
    /// What was paid is the caller's word, since the provider shows no payments.
    PaidAsStated {
        /// What was captured by that word.
        paid: Money,
    },
    /// The amount that the customer gets follows the provider's exchange rate or tax calculation.
    AmountByProvider,
    /// A reversal was chosen, since the money isn't captured or settled yet.
    ChoseReversal,
    /// A refund was chosen, since a reversal isn't possible any more.
    ChoseRefund {
        /// Why no reversal.
        because: String,
    },
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SpreadOverItems { items } => write!(
                f,
                "the provider refunds by item: the amount is spread over {items} line items, in proportion to what is left of each"
            ),
            Self::WindowUncertain => f.write_str(
                "the end of the day on which a reversal is possible is near, and its time zone isn't documented: the provider decides",
            ),
            Self::PaidAsStated { paid } => write!(
                f,
                "the provider shows no payments: that {paid} was paid is the caller's word, and only the journal knows what of it was returned"
            ),
            Self::AmountByProvider => f.write_str(
                "the amount returned may differ: the provider works it out from its exchange rate or adds the tax",
            ),
            Self::ChoseReversal => f.write_str("a reversal, since the payment can still be taken back whole"),
            Self::ChoseRefund { because } => write!(f, "a refund, since no reversal is possible: {because}"),
        }
    }
}
