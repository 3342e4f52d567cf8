//! What a provider's webhooks look like: read and checked with the profile.

use serde::Deserialize;

use super::digest::{Algorithm, Encoding};
use super::signed::Signed;
use super::{OneOrMore, Paths, Place};

/// A message from the provider. `signature`, `algorithm`, `encoding` and `signed` come together, or
/// not at all where the provider doesn't sign, or not in a way that these can say: such a message
/// proves nothing, and says no more than that it is time to look.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    /// The headers that carry a signature; one that fits is enough.
    #[serde(default)]
    pub signature: Option<OneOrMore>,
    /// What stands between the parts of such a header: `,`, `;` or a space. Without it, the header
    /// is one part.
    #[serde(default)]
    pub(crate) separator: Option<String>,
    /// What a part that is a signature begins with, such as `v1=` or `sha256=`. Other parts don't
    /// count.
    #[serde(default)]
    pub prefix: Option<String>,
    /// What the part that is the message's time begins with, such as `t=`.
    #[serde(default)]
    pub timestamp_prefix: Option<String>,
    /// How it was made.
    #[serde(default)]
    pub algorithm: Option<Algorithm>,
    /// What of the secret is the key.
    #[serde(default)]
    pub key: Option<KeyForm>,
    /// How it is written.
    #[serde(default)]
    pub encoding: Option<Encoding>,
    /// The text that was signed: `{body}`, or `{timestamp}.{body}` and the like.
    #[serde(default)]
    pub signed: Option<Signed>,
    /// Where the time of the message is, if not in the signature's own header: paths in the body, or
    /// `header:NAME`. One more than five minutes away is refused.
    #[serde(default)]
    pub timestamp: Option<Paths>,
    /// Where the event's id is, so that a message counts once: paths in the body, or `header:NAME`
    /// where `signed` has it as `{id}`. The hash of the body without it.
    #[serde(default)]
    pub(crate) event_id: Option<Paths>,
    /// Where the event's name is.
    #[serde(default)]
    pub event: Option<Paths>,
    /// The events that are about refunds; all of them without it.
    #[serde(default)]
    pub events: Vec<String>,
    /// Where the payment's id is.
    #[serde(default)]
    pub(crate) payment: Option<Paths>,
    /// Where the refund is; without it, a message only makes refundkit read again.
    #[serde(default)]
    pub at: Option<Paths>,
}

/// What of an account's webhook secret is the key of its signatures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum KeyForm {
    /// The secret as it is written, whatever it begins with.
    #[default]
    Text,
    /// As in Standard Webhooks: what the secret says in base64, behind `whsec_` where it begins with
    /// that. The secret as it is written does too, since providers have moved from one to the other.
    Standard,
}

impl Webhook {
    /// Whether it says all about its signature, or nothing.
    pub(super) const fn is_signed_whole_or_not_at_all(&self) -> bool {
        matches!(
            (&self.signature, self.algorithm, self.encoding, &self.signed),
            (Some(_), Some(_), Some(_), Some(_)) | (None, None, None, None)
        )
    }

    /// The header that all of the time is in, where it is in one.
    pub(crate) fn time_header(&self) -> Option<&str> {
        header(self.timestamp.as_ref())
    }

    /// The header that all of the event's id is in, where it is in one.
    pub(crate) fn id_header(&self) -> Option<&str> {
        header(self.event_id.as_ref())
    }
}

fn header(paths: Option<&Paths>) -> Option<&str> {
    match paths?.places() {
        [Place::Header(name)] => Some(name),
        _ => None,
    }
}
