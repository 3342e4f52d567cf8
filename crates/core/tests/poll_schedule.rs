//! When an open operation is asked about: growing pauses, within bounds whatever its age.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::time::Duration;

use common::{absent, answered, at, fact, leading_to, marked, parked, refund, unknown};
use proptest::prelude::*;
use refundkit_core::operation::{LONGEST_PAUSE, PollSchedule, SHORTEST_PAUSE};
use refundkit_core::timing::QUIESCENCE;
use refundkit_core::{Evidence, Operation, Outcome, RefundStatus, State, Timestamp};

const DAY: i64 = 24 * 60 * 60;

fn accepted() -> Operation {
    let outcome = Outcome::Accepted(fact(RefundStatus::Pending));
    refund(1, 500, vec![marked(0, 1), answered(1, 1, outcome)])
}

fn unknown_of(more: &[Evidence]) -> Operation {
    let evidence = [&[marked(0, 1), answered(1, 1, unknown())], more].concat();
    refund(1, 500, evidence)
}

fn next(operation: &Operation, asked: i64) -> Timestamp {
    let now = at(asked);
    PollSchedule::default()
        .asked(now)
        .next(operation, now)
        .unwrap()
}

/// When it is asked about between two moments, if every ask comes at its time.
fn asks(operation: &Operation, from: i64, until: i64) -> Vec<Timestamp> {
    let step = |asked: &Timestamp| {
        PollSchedule::default()
            .asked(*asked)
            .next(operation, *asked)
    };
    std::iter::successors(Some(at(from)), step)
        .take_while(|asked| *asked < at(until))
        .collect()
}

#[test]
fn a_day_takes_about_thirty_asks_and_each_later_one_four() {
    let operation = accepted();
    let first = asks(&operation, 15, DAY);
    assert!((20..=32).contains(&first.len()), "{first:?}");
    let later = asks(&operation, 3 * DAY, 4 * DAY);
    assert_eq!(later.len(), 4, "{later:?}");
}

#[test]
fn what_was_never_asked_about_comes_soon_after_it_was_sent_and_what_was_never_sent_at_once() {
    let never = |operation: &Operation| PollSchedule::default().next(operation, at(1)).unwrap();
    assert_eq!(never(&accepted()), at(15));
    assert_eq!(never(&refund(1, 500, Vec::new())), at(0));
}

#[test]
fn what_has_ended_is_not_asked_about_and_everything_else_is() {
    for state in State::ALL {
        if state != State::Refused {
            let operation = refund(1, 500, leading_to(state));
            let next = PollSchedule::default().next(&operation, at(DAY));
            assert_eq!(next.is_none(), state.is_final(), "{state}");
        }
    }
}

#[test]
fn an_unknown_one_is_asked_about_when_absence_can_first_be_proved_and_when_it_is_complete() {
    let quiet = i64::try_from(QUIESCENCE.as_secs()).unwrap();
    let before = unknown_of(&[]);
    let asked = asks(&before, 15, quiet + 1);
    assert_eq!(asked.last(), Some(&at(quiet)), "{asked:?}");
    assert!(asked.len() <= 14, "{asked:?}");
    let half = unknown_of(&[absent(quiet, 1)]);
    assert_eq!(next(&half, quiet), at(quiet + 60), "not uselessly before");
}

#[test]
fn an_unknown_one_that_is_sent_again_and_again_still_gets_longer_pauses() {
    let day = DAY / 2;
    let again = [marked(day, 2), answered(day + 1, 2, unknown())];
    assert!(next(&unknown_of(&again), day + 15) > at(day + 15 + 600));
}

#[test]
fn what_waits_for_a_person_is_asked_about_rarely_from_the_start() {
    let operation = unknown_of(&[parked(20, 1)]);
    assert_eq!(next(&operation, 30), at(30 + 15 * 60));
    assert!(asks(&operation, 30, DAY).len() <= 16);
}

#[test]
fn a_message_starts_the_ladder_anew() {
    let (operation, asked) = (accepted(), at(10 * DAY));
    let schedule = PollSchedule::default().asked(asked);
    let long = schedule.next(&operation, asked).unwrap();
    let short = schedule.started(asked).next(&operation, asked).unwrap();
    assert_eq!(long, asked.saturating_add(LONGEST_PAUSE));
    assert_eq!(short, asked.saturating_add(SHORTEST_PAUSE));
}

#[test]
fn a_clock_that_went_back_keeps_nothing_waiting() {
    let schedule = PollSchedule::default().asked(at(30 * DAY));
    assert_eq!(schedule.next(&accepted(), at(DAY)), Some(at(15)));
}

proptest! {
    #[test]
    fn pauses_never_shrink_with_age(asked in 0..40 * DAY, later in 0..40 * DAY) {
        for operation in [accepted(), unknown_of(&[parked(2, 1)])] {
            let pause = |asked: i64| next(&operation, asked).since(at(asked));
            prop_assert!(pause(asked) <= pause(asked + later));
        }
    }

    #[test]
    fn no_pause_is_shorter_than_the_shortest_or_longer_than_the_longest(
        asked in 0..40 * DAY, absences in proptest::collection::vec(0..40 * DAY, 0..3),
        newest in 0..40 * DAY,
    ) {
        let more: Vec<Evidence> = absences.into_iter().map(|seconds| absent(seconds, 2)).collect();
        let again = [vec![marked(newest, 2), answered(newest + 1, 2, unknown())], more].concat();
        for operation in [accepted(), unknown_of(&again), unknown_of(&[parked(2, 1)]), refund(1, 500, Vec::new())] {
            let pause = next(&operation, asked).since(at(asked));
            prop_assert!((SHORTEST_PAUSE..=LONGEST_PAUSE).contains(&pause), "{pause:?}");
        }
    }

    #[test]
    fn nothing_waits_longer_than_the_longest_pause_whatever_the_clocks_say(
        now in 0..40 * DAY, asked in proptest::option::of(0..80 * DAY), mark in 0..80 * DAY,
    ) {
        let operation = refund(1, 500, vec![marked(mark, 1), answered(mark, 1, unknown())]);
        let schedule = asked.map_or_else(PollSchedule::default, |asked| PollSchedule::default().asked(at(asked)));
        let next = schedule.next(&operation, at(now)).unwrap();
        prop_assert!(next.since(at(now)) <= LONGEST_PAUSE);
    }

    #[test]
    fn a_day_has_a_bounded_number_of_asks(from in 0..40 * DAY) {
        for operation in [accepted(), unknown_of(&[]), unknown_of(&[parked(2, 1)])] {
            prop_assert!(asks(&operation, from, from + DAY).len() <= 34);
        }
    }
}

/// The pauses are whole thirds: a rounding can't make one shorter.
#[test]
fn a_third() {
    let pause = next(&accepted(), 3_000).since(at(3_000));
    assert_eq!(pause, Duration::from_secs(1_000));
}
