//! What a provider sends by itself, and what follows from it.
//!
//! A message is a fact only after its signature was checked; the account is that of the address it
//! came to and of the secret that fits, and never what its body names. What it says is taken as the
//! provider's word about one refund where the body carries that word, and as a hint to read the
//! payment where it doesn't. Nothing here decides: no message sends, gives up, or proves absence.

mod delivery;
mod error;
mod told;

pub use delivery::{Delivery, MOST_BODY_BYTES};
pub use error::{WebhookError, WebhookProblem};
pub use told::{Told, told};

use crate::ids::{EventId, PaymentId};
use crate::sighting::Sighting;
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
pub struct Event {
    /// The message's id; of its body, where the provider gives none; [`EventId::unsigned`] where
    /// nobody has signed it.
    pub id: EventId,
    /// When the provider says so, by its own clock; `None` where nothing signed tells.
    pub at: Option<Timestamp>,
    /// What it says.
    pub news: News,
}

/// What a message says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// How far a refund is: the provider's own word about it.
    Refund(Box<Sighting>),
    /// Something happened to a payment, and the message doesn't say enough of it: read the payment.
    Look(PaymentId),
    /// Nothing about refunds.
    Other,
}

impl News {
    /// The payment that it is about.
    #[must_use]
    pub fn payment(&self) -> Option<&PaymentId> {
        match self {
            Self::Refund(sighting) => Some(&sighting.payment),
            Self::Look(payment) => Some(payment),
            Self::Other => None,
        }
    }
}
