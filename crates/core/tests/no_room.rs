//! A provider that shows nothing, takes no key, and refuses more than was captured.
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

use common::steps::having_seen;
use common::{
    CAPTURED, answered, at, capabilities, decided, find, marked, not_sent, payment, refund,
    refused, unknown,
};
use refundkit_core::capabilities::{Capabilities, Idempotency, Lookup};
use refundkit_core::operation::{Decision, Finding, Sight, Step, Tries, conclude, step};
use refundkit_core::{Evidence, Fact, Operation};

const QUIET: i64 = 20 * 60;

fn silent() -> Capabilities {
    Capabilities {
        refund_key: Idempotency::None,
        lookup: Lookup::No,
        enforces_cap: true,
        ..capabilities()
    }
}

fn lost(units: i64) -> Operation {
    refund(1, units, vec![marked(0, 1), answered(1, 1, unknown())])
}

fn next(evidence: Vec<Evidence>, seconds: i64) -> Step {
    let tries = having_seen(Sight::NoRoom);
    step(&refund(1, 6_000, evidence), &silent(), tries, at(seconds))
}

#[test]
fn there_is_no_room_for_more_than_half_twice_where_the_provider_watches() {
    let half = CAPTURED / 2;
    assert_eq!(find(&lost(half), &payment(), &silent()), Finding::Silent);
    assert_eq!(
        find(&lost(half + 1), &payment(), &silent()),
        Finding::NoRoom
    );
    let careless = Capabilities {
        enforces_cap: false,
        ..silent()
    };
    assert_eq!(
        find(&lost(half + 1), &payment(), &careless),
        Finding::Silent
    );
}

fn no_room(seconds: i64, attempt: u32) -> Evidence {
    common::evidence(seconds, Fact::NoRoom { attempt })
}

fn concluded(evidence: Vec<Evidence>, seconds: i64) -> Option<Fact> {
    let operation = refund(1, 6_000, evidence);
    conclude(&operation, &Finding::NoRoom, &silent(), at(seconds))
}

#[test]
fn it_is_sent_once_more_and_only_when_nothing_can_be_on_its_way() {
    let first = vec![marked(0, 1), answered(1, 1, unknown())];
    assert_eq!(concluded(first.clone(), 60), None);
    assert_eq!(next(first.clone(), QUIET), Step::Rest);
    let written = concluded(first.clone(), QUIET);
    assert_eq!(written, Some(Fact::NoRoom { attempt: 1 }));
    let once = [first, vec![no_room(QUIET, 1)]].concat();
    assert_eq!(concluded(once.clone(), QUIET), None);
    assert_eq!(next(once.clone(), QUIET), Step::Send);
    for answer in [unknown(), refused()] {
        let again = vec![marked(QUIET, 2), answered(QUIET, 2, answer)];
        let twice = [once.clone(), again].concat();
        assert_eq!(next(twice.clone(), 3 * QUIET), Step::Rest);
        let parked = concluded(twice, 3 * QUIET);
        assert!(matches!(parked, Some(Fact::Parked { .. })), "{parked:?}");
    }
}

#[test]
fn it_is_not_sent_on_the_strength_of_an_older_reading() {
    let once = vec![marked(0, 1), answered(1, 1, unknown()), no_room(QUIET, 1)];
    let seen = Tries {
        sight: Sight::Dark,
        ..Tries::default()
    };
    let operation = refund(1, 6_000, once);
    assert_eq!(step(&operation, &silent(), seen, at(QUIET)), Step::Rest);
    let unread = Tries::default();
    assert_eq!(step(&operation, &silent(), unread, at(QUIET)), Step::Look);
}

#[test]
fn where_it_can_not_be_told_a_person_is_asked() {
    let parked = conclude(&lost(6_000), &Finding::Silent, &silent(), at(QUIET));
    assert!(matches!(parked, Some(Fact::Parked { .. })), "{parked:?}");
}

#[test]
fn what_never_left_and_what_a_person_has_ruled_out_does_not_count() {
    let unsent = vec![
        marked(0, 1),
        answered(1, 1, not_sent()),
        marked(2, 2),
        answered(3, 2, unknown()),
    ];
    assert_eq!(concluded(unsent, QUIET), Some(Fact::NoRoom { attempt: 2 }));
    let ruled_out = vec![
        marked(0, 1),
        answered(1, 1, unknown()),
        decided(10, 1, Decision::Ready),
        marked(20, 2),
        answered(21, 2, unknown()),
    ];
    let concluded = concluded(ruled_out, QUIET + 20);
    assert_eq!(concluded, Some(Fact::NoRoom { attempt: 2 }));
}
