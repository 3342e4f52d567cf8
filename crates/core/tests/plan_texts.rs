//! Texts, metadata, and amounts that the provider works out.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::wildcard_enum_match_arm,
    reason = "a test stops at the first surprise"
)]

mod common;

use common::plans::{able, plan, plan_with, units};
use common::{payment, payment_of, request, request_of, text};
use refundkit_core::capabilities::Partial;
use refundkit_core::{Metadata, Notice, Refusal};

#[test]
fn texts_travel_with_the_plan_unchanged() {
    let order_id: refundkit_core::OrderId = "order/7".parse().unwrap();
    let metadata = Metadata::new([("a", "1")]).unwrap();
    let asked = request()
        .reason(text("broken"))
        .notes(text("line\nline"))
        .order_id(order_id.clone())
        .metadata(metadata.clone());
    let plan = plan(&payment(), &asked).unwrap();
    assert_eq!(plan.reason(), Some(&text("broken")));
    assert_eq!(plan.notes(), Some(&text("line\nline")));
    assert_eq!(plan.order_id(), Some(&order_id));
    assert_eq!(plan.metadata(), &metadata);
}

#[test]
fn a_text_may_be_as_long_as_the_providers_field_in_characters_and_not_in_bytes() {
    let fits = "ä".repeat(20);
    assert!(plan(&payment(), &request().reason(text(&fits))).is_ok());
    assert!(plan(&payment(), &request().notes(text(&fits))).is_ok());
}

#[test]
fn a_text_that_is_too_long_is_refused_and_never_cut() {
    let long = "x".repeat(21);
    for (what, asked) in [
        ("reason", request().reason(text(&long))),
        ("note", request().notes(text(&long))),
        ("order id", request().order_id(long.parse().unwrap())),
    ] {
        let words = format!("the {what} has 21 characters; the provider takes 20");
        assert_eq!(plan(&payment(), &asked), Err(Refusal::Text(words)));
    }
}

#[test]
fn a_text_without_a_field_for_it_is_refused() {
    let mute = able(|can| {
        can.refund_texts.reason = None;
        can.refund_texts.notes = None;
        can.refund_texts.order_id = None;
        can.refund_texts.metadata = None;
    });
    let metadata = Metadata::new([("a", "1")]).unwrap();
    for asked in [
        request().reason(text("r")),
        request().notes(text("n")),
        request().order_id("o".parse().unwrap()),
        request().metadata(metadata),
    ] {
        let refusal = plan_with(&mute, &payment(), &asked).unwrap_err();
        assert!(matches!(refusal, Refusal::Text(_)), "{refusal}");
    }
    assert!(plan_with(&mute, &payment(), &request()).is_ok());
}

#[test]
fn metadata_beyond_the_providers_limits_is_refused() {
    let planned = |pairs: &[(&str, &str)]| {
        let metadata = Metadata::new(pairs.iter().copied()).unwrap();
        plan(&payment(), &request().metadata(metadata))
    };
    assert!(planned(&[("abcde", "1234567890"), ("b", "ä")]).is_ok());
    for pairs in [
        &[("a", "1"), ("b", "2"), ("c", "3")][..],
        &[("abcdef", "1")],
        &[("a", "12345678901")],
    ] {
        let refusal = planned(pairs).unwrap_err();
        assert!(matches!(refusal, Refusal::Text(_)), "{pairs:?}: {refusal}");
    }
}

// What the provider works out.

#[test]
fn an_amount_that_the_provider_converts_is_not_exact_and_says_so() {
    let mut payment = payment();
    payment.amounts_comparable = false;
    let plan = plan(&payment, &request_of(1_000)).unwrap();
    assert!(!plan.amount_is_exact());
    assert_eq!(plan.notices(), [Notice::AmountByProvider]);
    assert_eq!(units(&plan), 1_000);
}

#[test]
fn an_amount_that_is_spread_and_converted_says_both() {
    let spread = able(|can| can.partial = Partial::SpreadOverItems);
    let mut payment = payment_of(&[5_000, 5_000]);
    payment.amounts_comparable = false;
    let plan = plan_with(&spread, &payment, &request_of(1_000)).unwrap();
    let both = [
        Notice::SpreadOverItems { items: 2 },
        Notice::AmountByProvider,
    ];
    assert_eq!(plan.notices(), both);
}
