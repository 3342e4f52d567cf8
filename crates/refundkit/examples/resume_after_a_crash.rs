//! A process dies while it waits for the provider's answer. The next one finds the mark in the journal,
//! asks the provider, and sends nothing again.
#![allow(clippy::print_stdout, reason = "an example says what it did")]

mod common;

use std::sync::Arc;
use std::time::Duration;

use common::{HandClock, Next, Shop};
use refundkit::core::capabilities::Lookup;
use refundkit::core::timing::INTERRUPTED_AFTER;
use refundkit::{Filter, MemoryStore, ProviderName, RefundRequest, Refunds};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let provider: ProviderName = "shop".parse()?;
    let shop = Arc::new(Shop::new(Next::Hangs, Lookup::ByToken));
    let journal = Arc::new(MemoryStore::new());
    let clock = Arc::new(HandClock::new());
    let process = || -> Result<Refunds, Box<dyn std::error::Error>> {
        Ok(Refunds::builder()
            .namespace("acme-shop".parse()?)
            .provider(provider.clone(), Arc::<Shop>::clone(&shop))
            .journal(Arc::<MemoryStore>::clone(&journal))
            .clock(Arc::<HandClock>::clone(&clock))
            .build()?)
    };

    let request = RefundRequest::new("pay_1".parse()?, "order-7-refund-1".parse()?)
        .amount("10.00 GBP".parse()?);
    let first = process()?;
    let call = first.refund(&provider, &request);
    // Whoever drops the call leaves things as a crash would.
    let dropped = tokio::time::timeout(Duration::from_millis(50), call).await;
    println!("answered before the crash: {}", dropped.is_ok());
    drop(first);

    let next = process()?;
    for found in next.list(&Filter::default()).await? {
        println!("found: {}", found.state());
    }
    // Nobody takes over an attempt that somebody may still be waiting for.
    clock.advance(INTERRUPTED_AFTER.saturating_mul(2));
    for resumed in next.resume().await? {
        println!("resumed: {}", resumed.state());
    }
    println!("the provider has made {} refund", shop.made().len());
    Ok(())
}
