//! Where a profile is silent, the cautious reading holds.

use std::sync::Arc;
use std::time::Duration;

use refundkit_core::Provider;
use refundkit_core::capabilities::{Idempotency, Lookup, OnRepeat};
use refundkit_generic::{Generic, Profile};
use refundkit_http::ScriptedTransport;

use super::{BASE, account};

fn generic(edits: &[(&str, &str)]) -> Generic {
    let text = edits.iter().fold(BASE.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "the base has no {from}");
        text.replacen(from, to, 1)
    });
    let profile = Profile::parse(&text).unwrap_or_else(|error| panic!("{error}"));
    Generic::with_transport(account(profile), Arc::new(ScriptedTransport::new([]))).unwrap()
}

#[test]
fn a_key_without_a_promise_has_no_lifetime() {
    let promised = generic(&[]).capabilities().refund_key;
    let day = Some(Duration::from_secs(24 * 3600));
    let key = |lifetime| Idempotency::Key {
        lifetime,
        on_repeat: OnRepeat::Replay,
    };
    assert_eq!(promised, key(day));
    let silent = generic(&[("lifetime_hours = 24, ", "")]);
    assert_eq!(silent.capabilities().refund_key, key(None));
    // Half of a promise is trusted. Where there is none, half of a day beside a reading that would
    // show the refund, and an hour without.
    let hours = |hours: u64| Some(Duration::from_secs(hours * 3600));
    assert_eq!(promised.safe_window(false), hours(12));
    assert_eq!(key(None).safe_window(true), hours(12));
    assert_eq!(key(None).safe_window(false), hours(1));
}

#[test]
fn without_key_token_and_list_nothing_is_found_again() {
    let silent = generic(&[
        (
            "key = { header = \"Idempotency-Key\", on_repeat = \"replay\", lifetime_hours = 24, fit = { max = 64 } }\n",
            "",
        ),
        ("reference = \"{token}\"\n", ""),
        (
            "body = { everything = true, reference = \"{token}\" }",
            "body = { everything = true }",
        ),
        ("token = \"reference\"\n", ""),
        (
            "[refunds]\nread = { path = \"/payments/{payment}/refunds\", query = { limit = \"100\" } }\nlist = \"data\"\nmore = \"has_more\"\nnext = { from = \"cursor\", query = \"after\" }\n",
            "",
        ),
        ("refunded = \"refunded\"\n", ""),
    ]);
    let offered = silent.capabilities();
    assert_eq!(offered.refund_key, Idempotency::None);
    assert_eq!(offered.lookup, Lookup::No);
    assert!(offered.one_open_refund);
}

#[test]
fn a_token_that_cannot_be_read_back_finds_nothing() {
    let hashed = generic(&[("\n[reason]\n", "\n[token]\nmax = 20\n[reason]\n")]);
    assert_eq!(hashed.capabilities().lookup, Lookup::Total);
    let elsewhere = generic(&[("token = \"reference\"\n", "")]);
    assert_eq!(elsewhere.capabilities().lookup, Lookup::Total);
    assert_eq!(generic(&[]).capabilities().lookup, Lookup::ByToken);
}
