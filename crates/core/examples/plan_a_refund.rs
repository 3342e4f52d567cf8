//! A plan, or the rule that forbids it: no provider is asked, no journal is written.
#![allow(clippy::print_stdout, reason = "an example says what it did")]

mod common;

use refundkit_core::plan::{History, plan_refund};
use refundkit_core::{Coded as _, Money, RefundRequest, Text};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (payment, capabilities) = (common::payment()?, common::capabilities());
    let of = |amount: &str| -> Result<RefundRequest, Box<dyn std::error::Error>> {
        let request = RefundRequest::new("pi_123".parse()?, "order-7-refund-1".parse()?);
        Ok(request.amount(amount.parse::<Money>()?))
    };
    let requests = [
        of("10.00 GBP")?.reason(Text::new("Duplicate")?),
        of("50.01 GBP")?,
        of("10.00 EUR")?,
        of("10.00 GBP")?.reason(Text::new("more than the provider's twenty characters")?),
    ];
    for request in requests {
        // The journal has nothing of the payment: an empty history.
        match plan_refund(&payment, &History::default(), &request, &capabilities) {
            Ok(plan) => println!("planned: {} of {}", plan.amount(), plan.payment()),
            Err(refusal) => println!("refused, {}: {refusal}", refusal.code()),
        }
    }
    Ok(())
}
