//! A provider in a text of TOML: read, checked, and asked for the request that a refund would be. Nothing is
//! sent.
#![allow(clippy::print_stdout, reason = "an example says what it did")]

use refundkit_core::plan::{History, Plan, plan_refund};
use refundkit_core::{Minor, Payment, Provider as _, RefundRequest, Stage};
use refundkit_generic::{Generic, GenericConfig, Profile};
use refundkit_http::Secret;

const SHOP: &str = r#"
name = "shop"
title = "The shop's own provider"
verified_against = ["its documentation, version 1"]
amounts = "minor"

[api]
test = "https://api.sandbox.example.com"

[secrets]
api_key = "the API key"

[auth.headers]
Authorization = "Bearer {secret.api_key}"

[refund]
path = "/payments/{payment}/refunds"
encoding = "json"
answer = "refund"
key = { header = "Idempotency-Key", on_repeat = "replay" }
body = { amount = "{amount.minor}", currency = "{currency}" }

[refund_object]
id = "id"
status = "state"
statuses = { open = "pending", done = "succeeded" }

[errors]
code = "error.code"
answers = [{ status = 422, code = "too_much", means = "refused" }]
"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let profile = Profile::parse(SHOP)?;
    println!("{}", profile.title());
    let shop = Generic::new(GenericConfig::new(profile, Secret::new("test_key")?))?;
    let mut payment = Payment::new("pay_1".parse()?, "GBP".parse()?, Stage::Captured);
    payment.captured = Minor::new(5000).ok_or("less than nothing")?;
    // No payment can be read by this profile: the caller says what was paid.
    let request = RefundRequest::new("pay_1".parse()?, "order-7-refund-1".parse()?)
        .paid("50.00 GBP".parse()?)
        .amount("10.00 GBP".parse()?);
    let can = shop.capabilities();
    let plan = plan_refund(&payment, &History::default(), &request, can)?;
    let preview = shop.preview(&Plan::Refund(plan), &"abcdefgh".parse()?)?;
    println!("{} {}", preview.method, preview.url);
    println!("{:?} {:?}", preview.headers, preview.body);
    Ok(())
}
