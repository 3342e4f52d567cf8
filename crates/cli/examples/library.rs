//! The README's library example, whole: one partial refund at Dojo.
#![allow(
    clippy::print_stdout,
    clippy::wildcard_enum_match_arm,
    reason = "an example says what it did"
)]

use std::sync::Arc;

use refundkit::{RefundRequest, Refunds, State};
use refundkit_dojo::{Dojo, DojoConfig};
use refundkit_http::Secret;
use refundkit_sqlite::SqliteStore;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let key = Secret::new(std::env::var("DOJO_API_KEY")?)?;
    let dojo = Dojo::new(DojoConfig::new(key))?;
    let refunds = Refunds::builder()
        .namespace("acme-shop".parse()?)
        .provider("dojo".parse()?, Arc::new(dojo))
        .journal(Arc::new(SqliteStore::open("refundkit.db").await?))
        .build()?;
    let request = RefundRequest::new("pi_123".parse()?, "order-7-refund-1".parse()?)
        .amount("10.00 GBP".parse()?);
    let operation = refunds.refund(&"dojo".parse()?, &request).await?;
    match operation.state() {
        State::Succeeded | State::Accepted => println!("on its way"),
        State::Unknown => println!("held; ask again with the same key, or call refunds.resume()"),
        other => println!("{other}"),
    }
    Ok(())
}
