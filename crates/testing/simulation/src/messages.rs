//! What the simulated provider sends by itself, in half of the seeds: signed messages about what
//! becomes of its refunds, which come early, late, twice, in another order, or never, and among them
//! those of somebody who isn't the provider.

pub(crate) mod check;
mod delivery;
pub(crate) mod knobs;
mod message;
mod signing;

use std::sync::Arc;

use refundkit::Webhooks;
use refundkit_dodo::DodoWebhooks;
use refundkit_dojo::DojoWebhooks;
use refundkit_http::Secret;

pub(crate) use delivery::{DeliveredCopy, announce};
use knobs::Style;

/// How the account's messages are read: with the adapters' own code, and two secrets, as while one
/// is being replaced.
pub(crate) fn reader(style: Style) -> Arc<dyn Webhooks> {
    let secret = |secret| Secret::new(secret).unwrap();
    let secrets = signing::secrets(style).map(secret).to_vec();
    match style {
        Style::Words => Arc::new(DodoWebhooks::new(secrets).unwrap()),
        Style::Hints => Arc::new(DojoWebhooks::new(secrets).unwrap()),
    }
}
