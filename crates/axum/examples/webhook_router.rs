//! A router that takes a provider's webhooks, asked three times without a network: what is signed is taken
//! in, what isn't is turned away, and where nobody listens there is nothing.
#![allow(clippy::print_stdout, reason = "an example says what it did")]

use std::sync::Arc;

use axum::body::Body;
use axum::http::Request;
use refundkit::core::ports::MockProvider;
use refundkit::core::webhook::{Delivery, EventContent, WebhookEvent, WebhookProblem};
use refundkit::{MemoryStore, Refunds, Timestamp, WebhookError, Webhooks};
use tower::ServiceExt as _;

/// Takes a message for the provider's where its signature is a word that only the two know. An adapter
/// brings one that computes it over the body.
#[derive(Debug)]
struct Mailbox;

impl Webhooks for Mailbox {
    fn read(&self, delivery: &Delivery<'_>, _: Timestamp) -> Result<WebhookEvent, WebhookError> {
        let fail = |line| WebhookError::new(WebhookProblem::Forged, line);
        if delivery.header("signature") != Some("sesame") {
            return Err(fail("its signature is not the account's"));
        }
        let id = "evt_1".parse().map_err(|_| fail("it has no id"))?;
        let (at, content) = (None, EventContent::Other);
        Ok(WebhookEvent { id, at, content })
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let refunds = Refunds::builder()
        .namespace("acme-shop".parse()?)
        .provider("shop".parse()?, Arc::new(MockProvider::new()))
        .webhooks("shop".parse()?, Arc::new(Mailbox))
        .journal(Arc::new(MemoryStore::new()))
        .build()?;
    let router = refundkit_axum::router(Arc::new(refunds));
    for (path, signature) in [
        ("/webhooks/shop", "sesame"),
        ("/webhooks/shop", "guessed"),
        ("/webhooks/other", "sesame"),
    ] {
        let message = Request::post(path)
            .header("signature", signature)
            .body(Body::from("{}"))?;
        let answer = router.clone().oneshot(message).await?;
        println!("{path}, signed {signature:?}: {}", answer.status());
    }
    Ok(())
}
