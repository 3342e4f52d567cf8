//! How long something is waited for: the provider's answer, its patience, and a person's.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::time::Duration;

use common::steps::{HOUR, MARK, key, lost, operation, tries, with_key, without_key};
use common::{absent, answered, at, evidence, fact, marked, unknown};
use refundkit_core::ProviderRefund;
use refundkit_core::capabilities::Capabilities;
use refundkit_core::operation::{Step, is_still_to_come, step};
use refundkit_core::timing::LONGEST_WAIT;
use refundkit_core::{Fact, Operation, Outcome, RefundId, RefundStatus, State};

#[test]
fn what_is_on_its_way_for_longer_than_the_provider_takes_waits_for_a_person() {
    let pending = Outcome::Accepted(fact(RefundStatus::Pending));
    let taken = operation(vec![marked(MARK, 1), answered(MARK, 1, pending)]);
    let can = with_key(key(None));
    let month = 30 * 24 * HOUR;
    for operation in [taken, lost()] {
        let next = |age| step(&operation, &can, tries(0, true), at(MARK + age));
        assert_eq!(next(month), Step::Rest);
        assert!(matches!(next(month + 1), Step::Park { .. }));
    }
}

#[test]
fn an_error_that_nobody_knows_is_met_twice_at_most() {
    let unlisted = || Outcome::Unlisted {
        status: 400,
        code: None,
        message: None,
    };
    let once = operation(vec![marked(MARK, 1), answered(MARK, 1, unlisted())]);
    let again = vec![marked(MARK + 1, 2), answered(MARK + 1, 2, unlisted())];
    let twice = operation([once.evidence.clone(), again].concat());
    let can = with_key(key(None));
    let next = |operation: &Operation, tries| step(operation, &can, tries, at(MARK + 2));
    assert_eq!(next(&once, tries(1, false)), Step::Look);
    assert_eq!(next(&once, tries(1, true)), Step::Send);
    assert_eq!(next(&twice, tries(2, false)), Step::Look);
    assert!(matches!(next(&twice, tries(2, true)), Step::Park { .. }));
}

/// Its first send was proved absent and had made a refund that failed, which an answer tells late.
#[test]
fn what_is_to_wait_for_a_person_waits_whatever_became_of_an_earlier_send() {
    let failed = ProviderRefund {
        id: RefundId::new("re_1").ok(),
        ..fact(RefundStatus::Failed)
    };
    let sent_again = operation(vec![
        marked(MARK, 1),
        answered(MARK, 1, unknown()),
        absent(MARK + 1_000, 1),
        absent(MARK + 1_100, 1),
        marked(MARK + 1_200, 2),
        answered(MARK + 1_200, 2, unknown()),
        answered(MARK + 1_300, 1, Outcome::Accepted(failed)),
        absent(MARK + 3_000, 2),
        absent(MARK + 3_100, 2),
    ]);
    assert_eq!(sent_again.state(), State::Unknown);
    let Step::Park { why } = without_key(&sent_again, tries(0, true)) else {
        panic!("it waits for nobody");
    };
    let parked = evidence(MARK + 3_200, sent_again.parked(why));
    let parked = operation([sent_again.evidence, vec![parked]].concat());
    assert_eq!(parked.state(), State::Parked);
}

#[test]
fn nobody_sends_again_before_the_provider_wants_it() {
    let wait = |outcome, seconds| {
        let wait = Some(Duration::from_secs(seconds));
        vec![
            marked(MARK, 1),
            evidence(MARK, Fact::answered(1, outcome, wait)),
        ]
    };
    let later = Outcome::Deferred {
        status: 429,
        code: None,
        message: None,
    };
    let can = with_key(key(None));
    let ready = operation(wait(later, 600));
    let open = operation(wait(unknown(), 600));
    for operation in [&ready, &open] {
        let next = |age| step(operation, &can, tries(0, true), at(MARK + age));
        assert_eq!(next(599), Step::Rest);
        assert_eq!(next(600), Step::Send);
    }
    // An absurd wait is cut, and none carries a key past its window.
    let absurd = operation(wait(unknown(), u64::MAX));
    let next = |can: &Capabilities, age| step(&absurd, can, tries(0, true), at(MARK + age));
    assert_eq!(next(&can, HOUR - 1), Step::Rest);
    assert_eq!(next(&can, HOUR), Step::Send);
    let short = with_key(key(Some(3600)));
    assert_eq!(next(&short, 1499), Step::Rest);
    assert_eq!(next(&short, 1500), Step::Send, "its key is safe until 1800");
    assert_eq!(next(&short, 1800), Step::Rest);
}

/// The wait was written down by a clock that is a minute ahead of the sender's.
#[test]
fn the_longest_wait_holds_for_a_clock_that_is_a_little_behind_too() {
    let until = at(MARK + 60).saturating_add(LONGEST_WAIT);
    assert!(is_still_to_come(until, at(MARK)));
    assert!(
        !is_still_to_come(until, at(MARK - HOUR)),
        "the clock went back"
    );
    assert!(!is_still_to_come(until, until));
}
