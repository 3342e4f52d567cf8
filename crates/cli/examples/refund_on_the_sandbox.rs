//! The engine, the Dojo adapter and the journal in a file, on a simulated Dojo that loses an answer: the
//! engine asks, and the money goes back once.
#![allow(clippy::print_stdout, reason = "an example says what it did")]

use std::sync::Arc;

use refundkit::{RefundRequest, Refunds};
use refundkit_dojo::{Dojo, DojoConfig};
use refundkit_http::{BaseUrl, Secret};
use refundkit_sandbox::{FaultKind, Payment, Provider, Sandbox, SandboxConfig};
use refundkit_sqlite::SqliteStore;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::start(SandboxConfig::default()).await?;
    let payment = Payment::captured(Provider::Dojo, "pi_1", 5000, "GBP", sandbox.now());
    sandbox.add_payment(payment);
    sandbox.inject_next(FaultKind::AnswerLost, 1);

    let addresses = sandbox.addresses();
    let account = DojoConfig::new(Secret::new(addresses.api_key.clone())?)
        .base_url(BaseUrl::parse(&addresses.dojo)?);
    let folder = tempfile::tempdir()?;
    let journal = SqliteStore::open(folder.path().join("refundkit.db")).await?;
    let refunds = Refunds::builder()
        .namespace("acme-shop".parse()?)
        .provider("dojo".parse()?, Arc::new(Dojo::new(account)?))
        .journal(Arc::new(journal))
        .build()?;

    let request = RefundRequest::new("pi_1".parse()?, "order-7-refund-1".parse()?)
        .amount("10.00 GBP".parse()?);
    let operation = refunds.refund(&"dojo".parse()?, &request).await?;
    println!("{}: {}", operation.intent.id, operation.state());
    for evidence in &operation.evidence {
        println!("{}: {:?}", evidence.at, evidence.fact);
    }
    println!("refunds at the provider: {}", sandbox.effects().len());
    sandbox.stop().await;
    Ok(())
}
