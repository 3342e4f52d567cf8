//! Providers' webhooks, for people whose server is on axum.
//!
//! [`router`] has one address for each provider, `POST /webhooks/{provider}`, under the name that
//! the builder was given. What is answered with a success is durable, or nothing follows from it; a
//! provider sends anything else again.
//!
//! ```
//! use std::sync::Arc;
//! use axum::Router;
//! use refundkit::Refunds;
//!
//! fn app(refunds: Arc<Refunds>) -> Router {
//!     Router::new().merge(refundkit_axum::router(refunds))
//! }
//! ```
//!
//! | what came | answer |
//! | --- | --- |
//! | the provider's word, written down; known already; nothing follows from it | 204 |
//! | an address where nobody listens | 404 |
//! | no signature, none of the account's, or a time too far from ours | 401 |
//! | a body of more than 256 KiB | 413 |
//! | a body that broke off; one that took too long | 400; 408 |
//! | the provider's, and not understood | 422 |
//! | the journal could not write it down, or not in time | 503, to be sent again |
//!
//! An answer that is no success carries `{"error":{"code":"RK5002","message":"…"}}`, in which
//! nothing of what came stands. The rest is up to the server that the router is part of: how many
//! connections it has, and how long a request's head may take.

mod answer;
mod body;
mod intake;
mod outcome;

use std::sync::Arc;

use axum::Router;
use refundkit::Refunds;

pub use intake::Intake;
pub use outcome::Outcome;

/// `POST /webhooks/{provider}` for every provider that the builder was given
/// [webhooks](refundkit::Builder::webhooks) of, with the limits of [`Intake`] as they are.
///
/// Its handlers wait with tokio's timer: the runtime needs one.
pub fn router(refunds: Arc<Refunds>) -> Router {
    Intake::new(refunds).router()
}
