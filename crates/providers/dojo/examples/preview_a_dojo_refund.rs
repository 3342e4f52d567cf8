//! The exact request that a refund would be sent to Dojo as, its key masked. Nothing is sent.
#![allow(clippy::print_stdout, reason = "an example says what it did")]

use refundkit_core::plan::{History, Plan, plan_refund};
use refundkit_core::{Minor, Payment, Provider as _, RefundRequest, Stage, Text};
use refundkit_dojo::{Dojo, DojoConfig};
use refundkit_http::Secret;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let dojo = Dojo::new(DojoConfig::new(Secret::new("sk_sandbox_example")?))?;
    // As `dojo.payment(…)` would have read it.
    let mut payment = Payment::new("pi_123".parse()?, "GBP".parse()?, Stage::Captured);
    payment.captured = Minor::new(5000).ok_or("less than nothing")?;
    payment.authorized = payment.captured;
    payment.refunded = Some(Minor::ZERO);

    let request = RefundRequest::new("pi_123".parse()?, "order-7-refund-1".parse()?)
        .amount("10.00 GBP".parse()?)
        .reason(Text::new("Duplicate")?);
    let history = History::default();
    let plan = plan_refund(&payment, &history, &request, dojo.capabilities())?;
    // The engine derives the key from the request, so that it is the same at each try.
    let preview = dojo.preview(&Plan::Refund(plan), &"abcdefgh".parse()?)?;
    println!("{} {}", preview.method, preview.url);
    for (name, value) in &preview.headers {
        println!("{name}: {value}");
    }
    println!("{}", preview.body.unwrap_or_default());
    Ok(())
}
