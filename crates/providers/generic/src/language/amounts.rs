//! How a provider writes amounts.

use serde::Deserialize;

/// How amounts are written in answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(crate) enum Amounts {
    /// Whole minor units, as a number or as text: `1000`.
    Minor,
    /// Major units, as text or as a number: `"10.00"`.
    Major,
}

/// Where the amounts of refunds are written with a minus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(crate) enum NegativeAmounts {
    /// In lists of refunds, and not where one stands alone.
    Lists,
    /// Wherever a refund is.
    Everywhere,
}
