//! Where a profile is silent, the cautious reading holds.

use std::sync::Arc;
use std::time::Duration;

use refundkit_core::Provider;
use refundkit_core::capabilities::{GuardedBy, Idempotency, Lookup, OnRepeat};
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
    assert_eq!(promised.safe_window(GuardedBy::KeyAlone), hours(12));
    assert_eq!(key(None).safe_window(GuardedBy::KeyAndReading), hours(12));
    assert_eq!(key(None).safe_window(GuardedBy::KeyAlone), hours(1));
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

const SAID: &str = "more = \"has_more\"\nnext = { from = \"cursor\", query = \"after\" }";

#[test]
fn a_list_without_a_stated_end_proves_no_absence() {
    for (said, lookup) in [
        (SAID, Lookup::ByToken),
        ("whole = true", Lookup::ByToken),
        ("total = \"count\"", Lookup::ByToken),
        (
            "next = { from = \"cursor\", query = \"after\" }",
            Lookup::ByToken,
        ),
        (
            "until_empty = true\nnext = { query = \"page\" }",
            Lookup::ByToken,
        ),
        ("", Lookup::No),
        ("whole = true\nmay_miss_some = true", Lookup::No),
    ] {
        let generic = generic(&[(SAID, said)]);
        assert_eq!(generic.capabilities().lookup, lookup, "{said}");
    }
}

#[test]
fn disputes_are_shown_where_every_payment_is_said_to_have_them() {
    const REFUNDED: &str = "refunded = \"refunded\"\n";
    for (said, shown) in [
        ("", false),
        ("disputes = { list = \"disputes\" }\n", false),
        ("disputes = { list = \"disputes\", always = true }\n", true),
    ] {
        let line = [REFUNDED, said].concat();
        let generic = generic(&[(REFUNDED, &line)]);
        assert_eq!(generic.capabilities().shows_disputes, shown, "{said}");
    }
}

#[test]
fn what_cant_be_counted_follows_from_digits_steps_and_least_amounts() {
    let said = "digits = { HUF = 0, ISK = 2, KWD = 2, IQD = 1 }\nsteps = { KWD = 100, BHD = 10 }\nleast = { INR = 100, BHD = 5, USD = 1 }";
    let generic = generic(&[("digits = { ISK = 2 }", said)]);
    let amounts = &generic.capabilities().amounts;
    for (amount, fits) in [
        ("10.00 HUF", true),
        ("10.50 HUF", false),
        ("7 ISK", true),
        ("1.000 KWD", true),
        ("1.010 KWD", false),
        ("1.100 IQD", true),
        ("1.110 IQD", false),
        ("0.010 BHD", true),
        ("0.005 BHD", false),
        ("1.00 INR", true),
        ("0.99 INR", false),
        ("0.01 USD", true),
        ("0.01 EUR", true),
    ] {
        let complaint = amounts.complaint(amount.parse().unwrap());
        assert_eq!(complaint.is_none(), fits, "{amount}: {complaint:?}");
    }
}

#[test]
fn windows_and_settlement_are_what_is_said_of_them() {
    const REFUNDED: &str = "refunded = \"refunded\"\n";
    let days = |days: u64| Duration::from_secs(days * 24 * 3600);
    let silent = generic(&[]);
    assert_eq!(silent.capabilities().settles_within, days(30));
    assert!(silent.capabilities().windows.is_empty());
    let said = "settles_within_days = 60\nwindows = [{ until_days = 365 }, { method = \"card\", from_days = 1, until_days = 180 }]";
    let payment = [REFUNDED, "created_at = \"made\"\nmethod = \"paid_by\"\n"].concat();
    let said = generic(&[("digits = { ISK = 2 }", said), (REFUNDED, &payment)]);
    assert_eq!(said.capabilities().settles_within, days(60));
    let windows = &said.capabilities().windows;
    let windows = windows.iter().map(|window| {
        let method = window.method.as_deref();
        (method, window.from, window.until)
    });
    let wanted = [
        (None, None, Some(days(365))),
        (Some("card"), Some(days(1)), Some(days(180))),
    ];
    assert!(windows.eq(wanted));
}
