//! For how long a payment can be refunded.

use serde::Deserialize;

/// From when and until when a payment can be refunded, in days after it was made.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct RefundWindow {
    /// The provider's word for the way to pay, as `payment.method` has it; any without a window of
    /// its own where left out.
    #[serde(default)]
    pub(crate) method: Option<String>,
    /// Not before so many days.
    #[serde(default)]
    pub(crate) from_days: Option<u16>,
    /// Not after so many.
    #[serde(default)]
    pub(crate) until_days: Option<u16>,
}
