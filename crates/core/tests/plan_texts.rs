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
use refundkit_core::capabilities::{Capabilities, Extra, ExtraKind, MetadataLimits, Partial};
use refundkit_core::plan::check_refund;
use refundkit_core::{Coded, Metadata, Notice, RefundRequest, Refusal};

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

// The provider's own words for reasons.

fn worded(required: bool) -> Capabilities {
    able(|can| {
        can.reasons = vec!["DUPLICATE".into(), "FRAUD".into()];
        can.reason_required = required;
        can.refund_texts.reason = None;
    })
}

#[test]
fn a_reason_is_one_of_the_providers_words_and_travels_as_it_spells_them() {
    let plan = plan_with(
        &worded(false),
        &payment(),
        &request().reason(text("duplicate")),
    );
    assert_eq!(plan.unwrap().reason(), Some(&text("DUPLICATE")));
    for other in ["DUPLICATE ", "broken"] {
        let asked = request().reason(text(other));
        let refused = check_refund(&asked, &worded(false)).unwrap_err();
        assert_eq!(refused.code().as_str(), "RK1212");
        let line = "the provider takes one of these as a reason: DUPLICATE, FRAUD";
        assert_eq!(refused.to_string(), line);
        assert_eq!(plan_with(&worded(false), &payment(), &asked), Err(refused));
    }
    assert!(plan_with(&worded(false), &payment(), &request()).is_ok());
}

#[test]
fn a_reason_that_is_demanded_has_to_be_given() {
    let refused = check_refund(&request(), &worded(true)).unwrap_err();
    assert_eq!(refused.code().as_str(), "RK1212");
    assert!(
        refused.to_string().ends_with("one of DUPLICATE, FRAUD"),
        "{refused}"
    );
    assert!(check_refund(&request().reason(text("Fraud")), &worded(true)).is_ok());
    let any = able(|can| can.reason_required = true);
    let refused = check_refund(&request(), &any).unwrap_err();
    assert!(
        refused.to_string().ends_with("without a reason"),
        "{refused}"
    );
    assert!(check_refund(&request().reason(text("broken")), &any).is_ok());
}

// What a provider takes beyond the usual.

fn with_extras(limits: Option<MetadataLimits>) -> Capabilities {
    let extra = |name: &'static str, kind, required| Extra {
        name: name.into(),
        kind,
        required,
    };
    able(|can| {
        can.refund_texts.metadata = limits;
        can.extras = vec![
            extra(
                "last4_of_the_card",
                ExtraKind::Digits { min: 4, max: 4 },
                true,
            ),
            extra("desk", ExtraKind::Choice(vec!["web".into()]), false),
        ];
    })
}

fn asked(pairs: &[(&str, &str)]) -> RefundRequest {
    request().metadata(Metadata::new(pairs.iter().copied()).unwrap())
}

#[test]
fn what_the_provider_demands_is_there_and_fits_or_is_refused_without_showing_it() {
    let can = with_extras(None);
    for (pairs, said) in [
        (&[][..], "4 digits"),
        (&[("desk", "web")], "last4_of_the_card"),
        (&[("last4_of_the_card", "98765")], "4 digits"),
        (
            &[("last4_of_the_card", "9876"), ("desk", "98765")],
            "one of web",
        ),
    ] {
        let refused = check_refund(&asked(pairs), &can).unwrap_err();
        assert_eq!(refused.code().as_str(), "RK1218", "{pairs:?}");
        let shown = format!("{refused} {refused:?}");
        assert!(shown.contains(said) && !shown.contains("9876"), "{shown}");
        assert_eq!(plan_with(&can, &payment(), &asked(pairs)), Err(refused));
    }
}

#[test]
fn extras_travel_as_metadata_and_count_against_no_limit_of_it() {
    let extras = [("last4_of_the_card", "9876"), ("desk", "web")];
    let without = with_extras(None);
    let plan = plan_with(&without, &payment(), &asked(&extras)).unwrap();
    assert_eq!(plan.metadata().len(), 2);
    let own = [extras[0], ("own", "1")];
    let refused = check_refund(&asked(&own), &without).unwrap_err();
    assert!(matches!(refused, Refusal::Text(_)), "{refused}");
    let one = with_extras(Some(MetadataLimits {
        pairs: 1,
        key: 5,
        value: 2,
    }));
    let plan = plan_with(&one, &payment(), &asked(&own)).unwrap();
    assert_eq!(plan.metadata().len(), 2);
    let two = [extras[0], ("own", "1"), ("more", "1")];
    let refused = check_refund(&asked(&two), &one).unwrap_err();
    let words = "there are 2 metadata pairs; the provider takes 1 of the caller's own";
    assert_eq!(refused.to_string(), words);
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
