//! Told of every change of state once it is in the journal: a refund that is taken on, then settled.
#![allow(clippy::print_stdout, reason = "an example says what it did")]

mod common;

use std::sync::Arc;

use common::{Next, Shop};
use refundkit::core::capabilities::Lookup;
use refundkit::{MemoryStore, ProviderName, RefundRequest, Refunds, State};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let provider: ProviderName = "shop".parse()?;
    let refunds = Refunds::builder()
        .namespace("acme-shop".parse()?)
        .provider(
            provider.clone(),
            Arc::new(Shop::new(Next::Pending, Lookup::ByToken)),
        )
        .journal(Arc::new(MemoryStore::new()))
        .on_transition(|transition| {
            let from = transition.from.map_or("nothing", State::as_str);
            println!("from {from} to {}", transition.to);
        })
        .build()?;

    let request = RefundRequest::new("pay_1".parse()?, "order-7-refund-1".parse()?)
        .amount("10.00 GBP".parse()?);
    let operation = refunds.refund(&provider, &request).await?;
    println!("answered: {}", operation.state());
    let operation = refunds.refresh(&operation.intent.id).await?;
    println!("asked: {}", operation.state());
    Ok(())
}
