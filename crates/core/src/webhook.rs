//! What a provider sends by itself, and what follows from it.
//!
//! A message is a fact only after its signature was checked; the account is that of the address it
//! came to and of the secret that fits, and never what its body names. What it says is taken as the
//! provider's word about one refund where the body carries that word, and as a hint to read the
//! payment where it doesn't. Nothing here decides: no message sends, gives up, or proves absence.

mod consequence;
mod delivery;
mod error;

pub use consequence::{Consequence, consequence};
pub use delivery::{Delivery, MOST_BODY_BYTES};
pub use error::{WebhookError, WebhookProblem};

use crate::ids::{EventId, PaymentId};
use crate::provider_refund::ProviderRefund;

use crate::time::Timestamp;

/// How far a message's own time may lie from ours, in either direction: the five minutes of the
/// Standard Webhooks specification, for every provider that signs a time.
pub const TOLERANCE: std::time::Duration = std::time::Duration::from_secs(5 * 60);

/// Whether a message that was signed at `at` is near enough to `now`; exactly [`TOLERANCE`] still is.
///
/// # Errors
/// [`WebhookProblem::Untimely`].
pub fn timely(at: Timestamp, now: Timestamp) -> Result<(), WebhookError> {
    if now.since(at) > TOLERANCE || at.since(now) > TOLERANCE {
        let why = "the message was signed more than five minutes before or after our own time";
        return Err(WebhookError::new(WebhookProblem::Untimely, why));
    }
    Ok(())
}

/// A message that was checked to be its provider's, and read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookEvent {
    /// The message's id; of its body, where the provider gives none; [`EventId::unsigned`] where
    /// nobody has signed it.
    pub id: EventId,
    /// When the provider says so, by its own clock; `None` where nothing signed tells.
    pub at: Option<Timestamp>,
    /// What it says.
    pub content: EventContent,
}

/// What a message says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventContent {
    /// How far a refund is: the provider's own word about it.
    Refund(Box<ProviderRefund>),
    /// Something happened to a payment, and the message doesn't say enough of it: read the payment.
    Changed(PaymentId),
    /// Nothing about refunds.
    Other,
}

impl EventContent {
    /// The payment that it is about.
    #[must_use]
    pub fn payment(&self) -> Option<&PaymentId> {
        match self {
            Self::Refund(refund) => refund.payment.as_ref(),
            Self::Changed(payment) => Some(payment),
            Self::Other => None,
        }
    }
}
