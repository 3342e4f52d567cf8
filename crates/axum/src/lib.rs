//! Messages of providers over HTTP: a router, its limits and its answers.
//!
#![doc = include_str!("../README.md")]

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
