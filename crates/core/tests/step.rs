//! The next step: what may be sent, when to look first, and when to leave it to a person.
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

use common::steps::{HOUR, MARK, having_seen, key, lost, operation, tries, with_key, without_key};
use common::{
    absent, answered, at, capabilities, contradiction, decided, fact, leading_to, marked, not_sent,
    refused, reversal, unknown,
};
use proptest::prelude::*;
use refundkit_core::capabilities::{Capabilities, Idempotency, Lookup};
use refundkit_core::operation::{Decision, Sight, Step, Tries, step};
use refundkit_core::{Outcome, RefundStatus, State};

/// The next step about a lost attempt `age` seconds after its mark, with a key of 12 hours of safety.
fn after(age: i64, tries: Tries) -> Step {
    step(&lost(), &with_key(key(None)), tries, at(MARK + age))
}

#[test]
fn an_operation_that_is_ready_is_sent() {
    let ready = operation(Vec::new());
    assert_eq!(without_key(&ready, tries(0, true)), Step::Send);
    // Another copy of the journal may have sent it: its token would show.
    assert_eq!(without_key(&ready, tries(0, false)), Step::Look);
    // And others may have taken the money since it was planned, whatever else a reading shows.
    let total = Capabilities {
        lookup: Lookup::Total,
        ..capabilities()
    };
    let first = step(&ready, &total, tries(0, false), at(MARK));
    assert_eq!(first, Step::Look);
    let unseen = Capabilities {
        lookup: Lookup::No,
        shows_payments: false,
        ..capabilities()
    };
    let first = step(&ready, &unseen, tries(0, false), at(MARK));
    assert_eq!(first, Step::Send);
}

#[test]
fn a_clock_that_has_gone_back_behind_the_newest_evidence_is_no_reason_to_trust_the_key() {
    let hour = 60 * 60;
    let mut lost = lost();
    lost.evidence.push(marked(MARK + 3 * hour, 2));
    lost.evidence.push(answered(MARK + 3 * hour, 2, unknown()));
    let next = |now| step(&lost, &with_key(key(None)), tries(0, true), at(MARK + now));
    assert_eq!(next(hour), Step::Rest, "the key may be a day old by now");
    assert_eq!(next(3 * hour - 299), Step::Send, "another worker's clock");
    assert_eq!(next(3 * hour + 1), Step::Send);
}

#[test]
fn an_operation_that_is_ready_is_sent_once_per_call() {
    let turned_away = operation(vec![marked(MARK, 1), answered(MARK, 1, not_sent())]);
    assert_eq!(without_key(&turned_away, tries(1, false)), Step::Rest);
    assert_eq!(without_key(&turned_away, tries(0, false)), Step::Look);
    assert_eq!(without_key(&turned_away, tries(0, true)), Step::Send);
}

#[test]
fn a_lost_attempt_without_a_mark_has_no_age_and_is_not_sent_again() {
    let markless = operation(vec![answered(MARK + 1, 1, unknown())]);
    let next = |looked| step(&markless, &with_key(key(None)), tries(0, looked), at(MARK));
    assert_eq!((next(false), next(true)), (Step::Look, Step::Rest));
}

#[test]
fn a_lost_attempt_is_read_first_and_then_sent_again_under_a_key_that_is_still_trusted() {
    for age in [0, 1, HOUR - 1, HOUR, 12 * HOUR - 1] {
        for sends in [0, 1] {
            assert_eq!(after(age, tries(sends, false)), Step::Look, "{age}");
            assert_eq!(after(age, tries(sends, true)), Step::Send, "{age}");
        }
    }
}

#[test]
fn where_nothing_can_be_read_a_key_without_a_promise_is_trusted_for_an_hour() {
    let blind = Capabilities {
        shows_payments: false,
        ..with_key(key(None))
    };
    let next = |age, sight| step(&lost(), &blind, having_seen(sight), at(MARK + age));
    assert_eq!(next(HOUR - 1, Sight::Unlooked), Step::Send);
    assert_eq!(next(HOUR, Sight::Unlooked), Step::Look);
    assert_eq!(next(HOUR, Sight::Dark), Step::Rest);
}

#[test]
fn beside_a_reading_that_proves_nothing_a_key_without_a_promise_is_trusted_for_an_hour() {
    let seen = |age, sight| after(age, having_seen(sight));
    for sight in [Sight::Dark, Sight::NoRoom] {
        assert_eq!(seen(HOUR - 1, sight), Step::Send);
        assert_eq!(seen(HOUR, sight), Step::Rest);
    }
    let promised = |sight| {
        let can = with_key(key(Some(24 * 3600)));
        step(&lost(), &can, having_seen(sight), at(MARK + 2 * HOUR))
    };
    assert_eq!(
        promised(Sight::Dark),
        Step::Send,
        "its provider has promised more"
    );
}

#[test]
fn what_may_be_ours_or_can_not_be_read_now_stops_every_key() {
    for sight in [Sight::Blocked, Sight::Away] {
        for age in [1, HOUR, 11 * HOUR] {
            assert_eq!(after(age, having_seen(sight)), Step::Rest, "{age}");
        }
    }
}

#[test]
fn after_one_more_attempt_the_payment_is_read_and_then_it_rests() {
    assert_eq!(after(10, tries(2, false)), Step::Look);
    assert_eq!(after(10, tries(2, true)), Step::Rest);
}

#[test]
fn outside_of_the_window_the_key_is_not_sent_again() {
    for age in [12 * HOUR, 13 * HOUR, 30 * 24 * HOUR] {
        assert_eq!(after(age, tries(0, false)), Step::Look, "{age}");
        assert_eq!(after(age, tries(0, true)), Step::Rest, "{age}");
    }
}

#[test]
fn the_window_is_half_of_what_the_provider_promises() {
    let next = |age| {
        step(
            &lost(),
            &with_key(key(Some(3600))),
            tries(0, true),
            at(MARK + age),
        )
    };
    assert_eq!(next(1799), Step::Send);
    assert_eq!(next(1800), Step::Rest);
}

#[test]
fn the_window_starts_with_the_first_attempt_and_not_with_the_newest() {
    let twice = operation(vec![
        marked(MARK, 1),
        answered(MARK, 1, unknown()),
        marked(MARK + 11 * HOUR, 2),
        answered(MARK + 11 * HOUR, 2, unknown()),
    ]);
    let now = at(MARK + 12 * HOUR);
    let next = step(&twice, &with_key(key(None)), tries(0, true), now);
    assert_eq!(next, Step::Rest);
}

#[test]
fn without_a_key_the_payment_is_read_and_then_it_rests() {
    assert_eq!(without_key(&lost(), tries(0, false)), Step::Look);
    assert_eq!(without_key(&lost(), tries(1, false)), Step::Look);
    assert_eq!(without_key(&lost(), tries(0, true)), Step::Rest);
}

#[test]
fn a_reversal_goes_by_the_key_of_reversals() {
    let lost = reversal(1, vec![marked(MARK, 1), answered(MARK, 1, unknown())]);
    let only_refunds = with_key(key(None));
    let next = |can: &Capabilities| step(&lost, can, tries(0, true), at(MARK + 1));
    assert_eq!(next(&only_refunds), Step::Rest);
    let both = Capabilities {
        reversal_key: key(None),
        ..only_refunds
    };
    assert_eq!(next(&both), Step::Send);
}

#[test]
fn a_clock_that_went_backwards_is_no_reason_to_trust_the_key() {
    for age in [-1, -HOUR, -MARK] {
        assert_eq!(after(age, tries(0, false)), Step::Look, "{age}");
        assert_eq!(after(age, tries(0, true)), Step::Rest, "{age}");
    }
}

#[test]
fn a_key_that_was_used_before_is_looked_up_and_not_sent_again() {
    let exists = operation(vec![marked(MARK, 1), answered(MARK, 1, Outcome::Exists)]);
    let next = |tries| step(&exists, &with_key(key(None)), tries, at(MARK + 1));
    assert_eq!(next(tries(1, false)), Step::Look);
    assert_eq!(next(tries(1, true)), Step::Rest);
}

#[test]
fn a_refused_repetition_of_an_unknown_attempt_is_looked_up_and_not_sent_again() {
    let known = operation(vec![
        marked(MARK, 1),
        answered(MARK, 1, unknown()),
        marked(MARK + 1, 2),
        answered(MARK + 1, 2, refused()),
    ]);
    let next = |tries| step(&known, &with_key(key(None)), tries, at(MARK + 2));
    assert_eq!(next(tries(1, false)), Step::Look);
    assert_eq!(next(tries(1, true)), Step::Rest);
}

#[test]
fn a_refund_that_was_taken_on_without_a_status_is_looked_up_once() {
    let outcome = Outcome::Accepted(fact(RefundStatus::Unstated));
    let taken = operation(vec![marked(MARK, 1), answered(MARK, 1, outcome)]);
    assert_eq!(without_key(&taken, tries(1, false)), Step::Look);
    assert_eq!(without_key(&taken, tries(1, true)), Step::Rest);
}

#[test]
fn a_refund_on_its_way_rests() {
    for status in [RefundStatus::Pending, RefundStatus::Review] {
        let outcome = Outcome::Accepted(fact(status));
        let taken = operation(vec![marked(MARK, 1), answered(MARK, 1, outcome)]);
        assert_eq!(without_key(&taken, tries(0, false)), Step::Rest);
    }
}

#[test]
fn what_has_ended_or_waits_for_a_person_rests() {
    for state in [
        State::Succeeded,
        State::Failed,
        State::FailedLate,
        State::Rejected,
        State::Cancelled,
        State::Parked,
    ] {
        for tries in [tries(0, false), tries(1, true)] {
            let ended = operation(leading_to(state));
            let next = step(&ended, &with_key(key(None)), tries, at(10));
            assert_eq!(next, Step::Rest, "{state}");
        }
    }
    let contradicted = operation(vec![marked(MARK, 1), answered(MARK, 1, contradiction())]);
    assert_eq!(without_key(&contradicted, tries(0, false)), Step::Rest);
}

#[test]
fn one_absence_is_no_proof() {
    let mut once = lost();
    once.evidence.push(absent(MARK + HOUR, 1));
    assert_eq!(without_key(&once, tries(0, false)), Step::Look);
    assert_eq!(without_key(&once, tries(0, true)), Step::Rest);
}

#[test]
fn an_attempt_that_was_proved_absent_is_sent_once_more() {
    let mut twice = lost();
    twice.evidence.push(absent(MARK + HOUR, 1));
    twice.evidence.push(absent(MARK + HOUR + 60, 1));
    assert_eq!(
        without_key(&twice, tries(0, false)),
        Step::Look,
        "today's reading first"
    );
    assert_eq!(without_key(&twice, tries(0, true)), Step::Send);
    assert_eq!(without_key(&twice, tries(1, true)), Step::Rest);
}

#[test]
fn absences_of_an_earlier_attempt_prove_nothing_about_a_newer_one() {
    let mut again = lost();
    again.evidence.extend([
        absent(MARK + HOUR, 1),
        absent(MARK + HOUR + 60, 1),
        marked(MARK + 2 * HOUR, 2),
        answered(MARK + 2 * HOUR, 2, unknown()),
    ]);
    assert_eq!(without_key(&again, tries(0, false)), Step::Look);
    assert_eq!(without_key(&again, tries(0, true)), Step::Rest);
}

#[test]
fn what_is_absent_after_it_was_sent_again_is_left_to_a_person() {
    let mut again = lost();
    again.evidence.extend([
        absent(MARK + HOUR, 1),
        absent(MARK + HOUR + 60, 1),
        marked(MARK + 2 * HOUR, 2),
        answered(MARK + 2 * HOUR, 2, unknown()),
        absent(MARK + 3 * HOUR, 2),
        absent(MARK + 3 * HOUR + 60, 2),
    ]);
    let next = without_key(&again, tries(0, true));
    assert!(matches!(next, Step::Park { .. }), "{next:?}");
}

#[test]
fn what_is_absent_though_its_key_was_used_is_left_to_a_person() {
    let known = operation(vec![
        marked(MARK, 1),
        answered(MARK, 1, Outcome::Exists),
        absent(MARK + HOUR, 1),
        absent(MARK + HOUR + 60, 1),
    ]);
    let next = without_key(&known, tries(0, true));
    assert!(matches!(next, Step::Park { .. }), "{next:?}");
}

#[test]
fn a_person_who_says_that_it_did_not_happen_lets_it_be_sent() {
    let mut parked = operation(leading_to(State::Parked));
    parked.evidence.push(decided(10, 1, Decision::Ready));
    assert_eq!(
        without_key(&parked, tries(0, false)),
        Step::Look,
        "a person may be wrong"
    );
    assert_eq!(without_key(&parked, tries(0, true)), Step::Send);
    parked.evidence.push(decided(11, 1, Decision::Rejected));
    assert_eq!(without_key(&parked, tries(0, false)), Step::Rest);
}

proptest! {
    #[test]
    fn without_a_key_an_unknown_attempt_is_never_sent_again_on_the_strength_of_time(
        age in -MARK..1_000 * HOUR,
        sends in 0..4_u32,
        looked in any::<bool>(),
    ) {
        let can = with_key(Idempotency::None);
        let next = step(&lost(), &can, tries(sends, looked), at(MARK + age));
        prop_assert_ne!(next, Step::Send);
    }

    #[test]
    fn an_unknown_attempt_is_sent_again_inside_the_keys_window_only(
        age in -MARK..100 * HOUR,
        lifetime in 1..48 * HOUR,
        sends in 0..4_u32,
        looked in any::<bool>(),
    ) {
        let can = with_key(key(Some(lifetime)));
        let next = step(&lost(), &can, tries(sends, looked), at(MARK + age));
        if next == Step::Send {
            prop_assert!(age >= 0 && 2 * age < lifetime && sends < 2);
        }
    }

    #[test]
    fn every_call_comes_to_rest(age in -MARK..100 * HOUR, lifetime in 1..48 * HOUR) {
        let can = with_key(key(Some(lifetime)));
        let mut tried = Tries::default();
        let mut steps = 0;
        loop {
            match step(&lost(), &can, tried, at(MARK + age)) {
                // The engine reads anew after it has sent.
                Step::Send => tried = tries(tried.sends + 1, false),
                Step::Look => tried.sight = Sight::Clear,
                _ => break,
            }
            steps += 1;
            prop_assert!(steps < 10);
        }
    }
}
