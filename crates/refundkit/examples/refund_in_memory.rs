//! A partial refund at a provider in memory. The same request again is the same operation, and more than
//! is left is refused with nothing sent.
#![allow(clippy::print_stdout, reason = "an example says what it did")]

mod common;

use std::sync::Arc;

use common::{Next, Shop};
use refundkit::core::capabilities::Lookup;
use refundkit::{Coded as _, MemoryStore, ProviderName, RefundRequest, Refunds};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let provider: ProviderName = "shop".parse()?;
    let shop = Arc::new(Shop::new(Next::Pending, Lookup::ByToken));
    let refunds = Refunds::builder()
        .namespace("acme-shop".parse()?)
        .provider(provider.clone(), Arc::<Shop>::clone(&shop))
        .journal(Arc::new(MemoryStore::new()))
        .build()?;

    let request = RefundRequest::new("pay_1".parse()?, "order-7-refund-1".parse()?)
        .amount("10.00 GBP".parse()?);
    let first = refunds.refund(&provider, &request).await?;
    println!("{}: {}", first.intent.id, first.state());
    let again = refunds.refund(&provider, &request).await?;
    println!("{}: {}", again.intent.id, again.state());

    let more = RefundRequest::new("pay_1".parse()?, "order-7-refund-2".parse()?)
        .amount("40.01 GBP".parse()?);
    match refunds.refund(&provider, &more).await {
        Ok(operation) => println!("{}: {}", operation.intent.id, operation.state()),
        Err(error) => println!("{}: {error}", error.code()),
    }
    println!("the provider has made {} refund", shop.made().len());
    Ok(())
}
