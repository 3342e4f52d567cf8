//! Dodo has no refund by amount: an amount is spread over the payment's items, exactly. The request is
//! shown and not sent.
#![allow(clippy::print_stdout, reason = "an example says what it did")]

use refundkit_core::plan::{History, Plan, plan_refund};
use refundkit_core::{
    LineItem, ListedRefunds, Minor, Payment, Provider as _, RefundRequest, Stage,
};
use refundkit_dodo::{Dodo, DodoConfig};
use refundkit_http::Secret;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let dodo = Dodo::new(DodoConfig::new(Secret::new("test_key")?))?;
    let minor = |units| Minor::new(units).ok_or("less than nothing");
    let item = |id: &str, units| -> Result<LineItem, Box<dyn std::error::Error>> {
        Ok(LineItem {
            id: id.parse()?,
            name: None,
            amount: minor(units)?,
            tax: None,
            refundable: minor(units)?,
        })
    };
    // As `dodo.payment(…)` would have read it.
    let mut payment = Payment::new("pay_123".parse()?, "USD".parse()?, Stage::Captured);
    payment.captured = minor(3000)?;
    payment.authorized = payment.captured;
    payment.items = vec![item("pdt_1", 2000)?, item("pdt_2", 1000)?];
    payment.refunds = Some(ListedRefunds::whole(Vec::new()));
    payment.disputes = Some(Vec::new());

    let request = RefundRequest::new("pay_123".parse()?, "order-7-refund-1".parse()?)
        .amount("10.00 USD".parse()?);
    let history = History::default();
    let plan = plan_refund(&payment, &history, &request, dodo.capabilities())?;
    for line in plan.lines() {
        println!("{}: {:?}", line.item, line.amount);
    }
    let preview = dodo.preview(&Plan::Refund(plan), &"abcdefgh".parse()?)?;
    println!("{} {}", preview.method, preview.url);
    println!("{}", preview.body.unwrap_or_default());
    Ok(())
}
