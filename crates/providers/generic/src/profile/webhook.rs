//! What a provider's webhooks look like: read and checked with the profile.

use serde::Deserialize;

use super::{OneOrMore, Paths};
use crate::auth::{Algorithm, Encoding};

/// A message from the provider. `signature`, `algorithm`, `encoding` and `signed` come together, or
/// not at all where the provider doesn't sign, or not in a way that these can say: such a message
/// proves nothing, and says no more than that it is time to look.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "tools", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[expect(
    dead_code,
    reason = "checked with the profile; what comes in by webhook is decoded elsewhere"
)]
pub(crate) struct Webhook {
    /// The headers that carry a signature; one that fits is enough.
    #[serde(default)]
    pub(crate) signature: Option<OneOrMore>,
    /// How it was made.
    #[serde(default)]
    pub(crate) algorithm: Option<Algorithm>,
    /// How it is written.
    #[serde(default)]
    pub(crate) encoding: Option<Encoding>,
    /// The text that was signed: `{body}`, or `{timestamp}.{body}` and the like.
    #[serde(default)]
    pub(crate) signed: Option<String>,
    /// Where the time of the message is: a JSON path, or `header:NAME`.
    #[serde(default)]
    pub(crate) timestamp: Option<Paths>,
    /// How many seconds a message may be old; 300 unless said otherwise.
    #[serde(default)]
    pub(crate) tolerance_seconds: Option<u32>,
    /// Where the event's id is, so that a message counts once.
    #[serde(default)]
    pub(crate) event_id: Option<Paths>,
    /// Where the event's name is.
    #[serde(default)]
    pub(crate) event: Option<Paths>,
    /// The events that are about refunds.
    #[serde(default)]
    pub(crate) events: Vec<String>,
    /// Where the payment's id is.
    #[serde(default)]
    pub(crate) payment: Option<Paths>,
    /// Where the refund is; without it, a message only makes refundkit read again.
    #[serde(default)]
    pub(crate) at: Option<Paths>,
}

impl Webhook {
    /// Whether it says all about its signature, or nothing.
    pub(super) const fn is_signed_whole_or_not_at_all(&self) -> bool {
        matches!(
            (&self.signature, self.algorithm, self.encoding, &self.signed),
            (Some(_), Some(_), Some(_), Some(_)) | (None, None, None, None)
        )
    }
}
