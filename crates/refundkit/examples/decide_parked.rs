//! An answer is lost at a provider that shows no refunds and knows no keys: nothing makes a next step safe.
//! The money stays held, and when no refund can be on its way any more, a person says what happened.
#![allow(clippy::print_stdout, reason = "an example says what it did")]

mod common;

use std::sync::Arc;

use common::{HandClock, Next, Shop};
use refundkit::core::capabilities::{Lookup, USUALLY_SETTLED};
use refundkit::core::operation::Decision;
use refundkit::{
    Filter, MemoryStore, Problem, ProviderName, RefundRequest, Refunds, Resolution, State, Text,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let provider: ProviderName = "shop".parse()?;
    let shop = Arc::new(Shop::new(Next::Lost, Lookup::No));
    let clock = Arc::new(HandClock::new());
    let refunds = Refunds::builder()
        .namespace("acme-shop".parse()?)
        .provider(provider.clone(), shop)
        .journal(Arc::new(MemoryStore::new()))
        .clock(Arc::<HandClock>::clone(&clock))
        .build()?;
    let request = RefundRequest::new("pay_1".parse()?, "order-7-refund-1".parse()?)
        .amount("10.00 GBP".parse()?);
    let operation = refunds.refund(&provider, &request).await?;
    println!("at once: {}", operation.state());

    clock.advance(USUALLY_SETTLED.saturating_mul(2));
    refunds.resume().await?;
    let parked = Filter {
        states: vec![State::Parked],
        ..Filter::default()
    };
    for operation in refunds.list(&parked).await? {
        let id = &operation.intent.id;
        // The decision holds for what the person was shown, and for nothing that came later.
        let (shown, seen) = refunds.see(id).await?;
        let problem = Problem::of(&shown).map(|problem| problem.message);
        println!("{}: {}", shown.state(), problem.unwrap_or_default());
        let resolution = Resolution {
            decision: Decision::Succeeded,
            evidence: Text::new("seen in the dashboard")?,
            by: Text::new("Ada")?,
            actor: None,
            ticket: None,
            seen,
        };
        let decided = refunds.resolve(id, resolution).await?;
        println!("decided: {}", decided.state());
    }
    Ok(())
}
