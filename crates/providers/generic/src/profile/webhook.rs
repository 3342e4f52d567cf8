//! What a provider's webhooks look like: read and checked with the profile.

use serde::Deserialize;

use super::{OneOrMore, Paths};
use crate::auth::{Algorithm, Encoding};

/// A signed message from the provider.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "tools", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[expect(
    dead_code,
    reason = "checked with the profile; what comes in by webhook is decoded elsewhere"
)]
pub(crate) struct Webhook {
    /// The headers that carry a signature; one that fits is enough.
    pub(crate) signature: OneOrMore,
    /// How it was made.
    pub(crate) algorithm: Algorithm,
    /// How it is written.
    pub(crate) encoding: Encoding,
    /// The text that was signed: `{body}`, or `{timestamp}.{body}` and the like.
    pub(crate) signed: String,
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
