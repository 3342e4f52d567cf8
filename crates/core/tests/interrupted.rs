//! When an attempt without an answer was interrupted: once its marker is gone, or nobody would write
//! its answer down any more.
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

use common::steps::{HOUR, MARK, key, operation, tries, with_key};
use common::{answered, at, leading_to, marked, seen, unknown};
use refundkit_core::operation::{Marker, Sight, Step, Tries, step};
use refundkit_core::timing::INTERRUPTED_AFTER;
use refundkit_core::{Evidence, Operation, RefundStatus, State};

/// Sent once, lost, and marked once more at `MARK + 1`.
fn second() -> Operation {
    operation(vec![
        marked(MARK, 1),
        answered(MARK, 1, unknown()),
        marked(MARK + 1, 2),
    ])
}

fn first() -> Operation {
    operation(vec![marked(MARK, 1)])
}

fn next(operation: &Operation, tries: Tries, now: i64) -> Step {
    step(operation, &with_key(key(None)), tries, at(now))
}

fn gone(tries: Tries) -> Tries {
    let marker = Marker::Gone;
    Tries { marker, ..tries }
}

fn patience() -> i64 {
    i64::try_from(INTERRUPTED_AFTER.as_secs()).unwrap()
}

#[test]
fn an_attempt_whose_marker_is_gone_was_interrupted() {
    for tried in [tries(0, false), tries(1, true)] {
        for age in [-HOUR, 0, 10, HOUR] {
            let next = |operation: &Operation| next(operation, gone(tried), MARK + age);
            assert_eq!(next(&first()), Step::Interrupted { attempt: 1 }, "{age}");
            assert_eq!(next(&second()), Step::Interrupted { attempt: 2 }, "{age}");
        }
    }
}

#[test]
fn an_attempt_whose_marker_may_live_is_waited_for() {
    for tried in [tries(0, false), tries(0, true), tries(1, true)] {
        for age in [0, 10, patience()] {
            assert_eq!(next(&first(), tried, MARK + age), Step::Rest, "{age}");
            assert_eq!(next(&second(), tried, MARK + 1 + age), Step::Rest, "{age}");
        }
        let after = MARK + patience() + 1;
        let interrupted = Step::Interrupted { attempt: 1 };
        assert_eq!(next(&first(), tried, after), interrupted);
    }
}

#[test]
fn the_wait_begins_with_the_newest_mark() {
    let late = operation(vec![
        marked(MARK, 1),
        answered(MARK, 1, unknown()),
        marked(MARK + HOUR, 2),
    ]);
    let next = |age| next(&late, tries(0, false), MARK + HOUR + age);
    assert_eq!(next(patience()), Step::Rest);
    assert_eq!(next(patience() + 1), Step::Interrupted { attempt: 2 });
}

#[test]
fn a_clock_that_went_back_gives_nobody_up() {
    for age in [-1, -HOUR, -MARK] {
        assert_eq!(next(&first(), tries(0, true), MARK + age), Step::Rest);
    }
}

#[test]
fn only_an_attempt_without_an_answer_is_interrupted() {
    let told = |status| vec![marked(MARK, 1), seen(MARK + 1, status)];
    let mut others: Vec<Vec<Evidence>> = State::ALL
        .into_iter()
        .filter(|state| !matches!(state, State::Refused | State::Attempting))
        .map(leading_to)
        .collect();
    others.push(told(RefundStatus::Pending));
    others.push(told(RefundStatus::Succeeded));
    for evidence in others {
        let operation = operation(evidence);
        for sight in [Sight::Unlooked, Sight::Clear] {
            let tried = gone(Tries {
                sight,
                ..Tries::default()
            });
            let next = next(&operation, tried, MARK + HOUR);
            let interrupted = matches!(next, Step::Interrupted { .. });
            assert!(!interrupted, "{}: {next:?}", operation.state());
        }
    }
}

#[test]
fn a_mark_is_what_says_that_an_attempt_is_about_to_be_sent() {
    assert!(marked(MARK, 1).fact.is_mark());
    for evidence in [
        answered(MARK, 1, unknown()),
        seen(MARK, RefundStatus::Failed),
    ] {
        assert!(!evidence.fact.is_mark());
    }
    let ends_with_one = |state: &State| {
        let evidence = leading_to(*state);
        evidence.last().is_some_and(|last| last.fact.is_mark())
    };
    let written = State::ALL
        .into_iter()
        .filter(|state| *state != State::Refused);
    let marks: Vec<State> = written.filter(ends_with_one).collect();
    assert_eq!(marks, [State::Attempting]);
}
