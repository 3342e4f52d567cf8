//! The port that reads what a provider sends by itself, with what an adapter MUST do. What follows from
//! a message is decided elsewhere.

use std::fmt;

use crate::time::Timestamp;
use crate::webhook::{Delivery, WebhookError, WebhookEvent};

/// Reads what a provider sends to one account's address.
///
/// - It MUST check the signature over the body's bytes as they came, in constant time, with the
///   account's own secrets, before it reads anything in them; several secrets may be valid at once.
/// - Where the provider signs a time, one further than
///   [`TOLERANCE`](crate::webhook::TOLERANCE) from `now` MUST be refused.
/// - The account MUST NOT be taken from the body.
/// - Where a body carries a refund's status, that counts and not the name of the event.
/// - It MUST NOT do I/O nor read a clock. No secret, no body and no card-like number may appear in
///   `Debug` or an error.
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait Webhooks: Send + Sync + fmt::Debug {
    /// Checks that the message is the provider's, and reads it.
    ///
    /// # Errors
    /// [`WebhookError`] says why it is not taken in.
    fn read<'a>(
        &self,
        delivery: &Delivery<'a>,
        now: Timestamp,
    ) -> Result<WebhookEvent, WebhookError>;
}
