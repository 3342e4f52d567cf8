//! A request as a profile writes it.

/// A request of the vectors as the profile writes it, for checks against a provider's own document.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sample {
    /// What it shows.
    pub what: String,
    /// Which call: `refund`, `reversal`, `payment`, `refunds`, `refund_status`.
    pub call: &'static str,
    /// The method.
    pub method: String,
    /// The whole address.
    pub url: String,
    /// The headers, credentials of the vectors included.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Option<String>,
}
