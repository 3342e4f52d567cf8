//! Keys and fingerprints: from the request alone, the same for ever, different in every part.
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

use common::{pence, request, request_of, text};
use proptest::prelude::*;
use refundkit_core::fingerprint::{Fingerprint, operation_id, provider_key};
use refundkit_core::{
    ItemRequest, Kind, Metadata, Money, Namespace, PaymentId, ProviderKey, ProviderName,
    RefundRequest, RequestKey,
};

fn namespace(text: &str) -> Namespace {
    Namespace::new(text).unwrap()
}

fn key(text: &str) -> RequestKey {
    RequestKey::new(text).unwrap()
}

/// What a provider key is made of, to be changed one by one.
#[derive(Clone)]
struct Parts {
    namespace: Namespace,
    key: RequestKey,
    payment: PaymentId,
    amount: Money,
    kind: Kind,
}

fn parts() -> Parts {
    Parts {
        namespace: namespace("acme"),
        key: key("key-1"),
        payment: PaymentId::new("pay_1").unwrap(),
        amount: pence(1000),
        kind: Kind::Refund,
    }
}

fn made_of(parts: &Parts) -> ProviderKey {
    provider_key(
        &parts.namespace,
        &parts.key,
        &parts.payment,
        parts.amount,
        parts.kind,
    )
    .unwrap()
}

fn is_base32(text: &str) -> bool {
    text.len() == 32
        && text
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'2'..=b'7'))
}

fn fingerprint(request: &RefundRequest) -> Fingerprint {
    Fingerprint::of(&ProviderName::new("dojo").unwrap(), "refund", request)
}

#[test]
fn an_operation_id_is_the_same_for_the_same_key() {
    let id = || operation_id(&namespace("acme"), &key("key-1")).unwrap();
    assert_eq!(id(), id());
}

#[test]
fn an_operation_id_is_op_and_32_characters() {
    let id = operation_id(&namespace("acme"), &key("key-1")).unwrap();
    let hash = id.as_str().strip_prefix("op_").unwrap();
    assert!(is_base32(hash), "{hash}");
}

#[test]
fn an_operation_id_differs_with_namespace_and_key() {
    let id = |one, other| operation_id(&namespace(one), &key(other)).unwrap();
    assert_ne!(id("acme", "key-1"), id("acme", "key-2"));
    assert_ne!(id("acme", "key-1"), id("acme2", "key-1"));
}

#[test]
fn parts_of_an_operation_id_do_not_run_together() {
    let id = |one, other| operation_id(&namespace(one), &key(other)).unwrap();
    assert_ne!(id("ab", "c"), id("a", "bc"));
    assert_ne!(id("a", "1:b"), id("a1", ":b"));
}

#[test]
fn a_provider_key_is_the_same_for_the_same_parts() {
    assert_eq!(made_of(&parts()), made_of(&parts()));
}

#[test]
fn a_provider_key_differs_in_every_part() {
    let changes: [fn(&mut Parts); 6] = [
        |parts| parts.namespace = namespace("acme2"),
        |parts| parts.key = key("key-2"),
        |parts| parts.payment = PaymentId::new("pay_2").unwrap(),
        |parts| parts.amount = pence(1001),
        |parts| parts.amount = "10.00 EUR".parse().unwrap(),
        |parts| parts.kind = Kind::Reversal,
    ];
    let mut all = vec![made_of(&parts())];
    for change in changes {
        let mut changed = parts();
        change(&mut changed);
        all.push(made_of(&changed));
    }
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 7);
}

#[test]
fn a_provider_key_is_pinned_so_that_a_rebuilt_journal_makes_the_same_one() {
    assert_eq!(
        made_of(&parts()).as_str(),
        "yedrvucfawg6dg2ffnu7ph5kgk5lcwq4"
    );
    let id = operation_id(&namespace("acme"), &key("key-1")).unwrap();
    assert_eq!(id.as_str(), "op_m232pk3i5pgb7ozijsy2xfuynxa4xep7");
}

#[test]
fn a_fingerprint_is_pinned_so_that_an_old_journal_recognises_a_request() {
    assert_eq!(
        fingerprint(&request_of(1000)).as_str(),
        "gtmfykycaitqr7qoahlsouwfu7p5k5hz"
    );
}

#[test]
fn a_fingerprint_is_32_characters() {
    assert!(is_base32(fingerprint(&request()).as_str()));
}

#[test]
fn a_fingerprint_differs_with_everything_that_is_asked_for() {
    let metadata = Metadata::new([("a", "1")]).unwrap();
    let mut other_payment = request();
    other_payment.payment = PaymentId::new("pay_2").unwrap();
    let item = || "item_0".parse().unwrap();
    let requests = [
        request(),
        request_of(1000),
        request_of(1001),
        request().amount("10.00 EUR".parse().unwrap()),
        request().items([ItemRequest::whole(item())]),
        request().items([ItemRequest::part(item(), pence(1000))]),
        request().reason(text("r")),
        request().notes(text("r")),
        request().order_id("r".parse().unwrap()),
        request().metadata(metadata),
        other_payment,
    ];
    let mut all: Vec<_> = requests.iter().map(fingerprint).collect();
    all.sort_by(|one, other| one.as_str().cmp(other.as_str()));
    all.dedup();
    assert_eq!(all.len(), requests.len());
}

#[test]
fn a_fingerprint_differs_with_provider_and_kind() {
    let of = |provider: &str, kind: &str| {
        Fingerprint::of(&ProviderName::new(provider).unwrap(), kind, &request())
    };
    assert_ne!(of("dojo", "refund"), of("dodo", "refund"));
    assert_ne!(of("dojo", "refund"), of("dojo", "reversal"));
}

#[test]
fn a_fingerprint_ignores_the_order_in_which_metadata_was_given() {
    let of =
        |pairs: [(&str, &str); 2]| fingerprint(&request().metadata(Metadata::new(pairs).unwrap()));
    assert_eq!(of([("a", "1"), ("b", "2")]), of([("b", "2"), ("a", "1")]));
}

proptest! {
    #[test]
    fn every_provider_key_is_32_characters_of_the_safe_alphabet(
        key in "[!-~]{1,60}",
        units in 1..=i64::MAX,
    ) {
        let made = made_of(&Parts {
            key: RequestKey::new(key).unwrap(),
            amount: pence(units),
            ..parts()
        });
        prop_assert!(is_base32(made.as_str()));
    }
}
