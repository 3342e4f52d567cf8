//! An operation that waits for a person: why it does, and what may be marked meanwhile.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

mod common;

use common::{answered, decided, evidence, leading_to, marked, not_sent, refund, unknown};
use refundkit_core::operation::{Decision, Summary};
use refundkit_core::{Evidence, Fact, JournalError, State};

fn parked(seconds: i64, attempt: u32, why: &str) -> Evidence {
    let why = why.to_owned();
    evidence(seconds, Fact::parked(attempt, why))
}

fn why(evidence: &[Evidence]) -> Option<String> {
    let summary = Summary::fold(evidence);
    summary.parked_because().map(str::to_owned)
}

#[test]
fn the_reason_is_that_of_the_newest_attempt_that_was_parked() {
    let first = [
        answered(1, 1, unknown()),
        parked(2, 1, "z: cannot be asked"),
    ];
    assert_eq!(why(&first).as_deref(), Some("z: cannot be asked"));
    let second = [
        decided(3, 1, Decision::Ready),
        answered(4, 2, unknown()),
        parked(5, 2, "a: absent still"),
    ];
    let both = [first.as_slice(), &second].concat();
    assert_eq!(why(&both).as_deref(), Some("a: absent still"));
}

#[test]
fn of_two_reasons_for_one_attempt_the_same_one_is_kept_in_either_order() {
    let (one, other) = (parked(1, 1, "a"), parked(2, 1, "b"));
    assert_eq!(why(&[one.clone(), other.clone()]), why(&[other, one]));
}

#[test]
fn what_was_never_parked_has_no_reason() {
    for state in State::ALL {
        if !matches!(state, State::Parked | State::Refused) {
            assert_eq!(why(&leading_to(state)), None, "{state}");
        }
    }
}

#[test]
fn another_attempt_may_be_marked_only_where_one_may_be_sent() {
    for state in State::ALL {
        if state == State::Refused {
            continue;
        }
        let operation = refund(1, 1_000, leading_to(state));
        match (state, operation.next_mark()) {
            (State::Ready, Ok(1)) | (State::Unknown, Ok(2)) => {}
            (State::Attempting, Err(JournalError::InFlight)) => {}
            (
                _,
                Err(JournalError::NotSendable {
                    operation: id,
                    state: told,
                }),
            ) => {
                assert!(!matches!(
                    state,
                    State::Ready | State::Attempting | State::Unknown
                ));
                assert_eq!((id, told), (operation.intent.id.clone(), state));
            }
            (_, other) => panic!("{state}: {other:?}"),
        }
    }
}

#[test]
fn an_attempts_number_is_never_used_twice() {
    let twice = refund(
        1,
        1_000,
        vec![
            marked(1, 1),
            answered(1, 1, not_sent()),
            marked(2, 2),
            answered(2, 2, not_sent()),
        ],
    );
    assert_eq!(twice.next_mark().unwrap(), 3);
}
