//! The same money within a day, without a key that says it is meant.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::time::Duration;

use common::plans::plan;
use common::{at, payment, refund_in, request_of};
use refundkit_core::fingerprint::Fingerprint;
use refundkit_core::operation::State;
use refundkit_core::plan::{Content, check_twin};
use refundkit_core::timing::TWIN_WITHIN;
use refundkit_core::{KeySource, Operation, Plan, ProviderName, Refusal, Timestamp};

/// Whether a refund of so much, at this time and with such a key, is refused.
fn refused(key: KeySource, units: i64, known: &[Operation], now: Timestamp) -> bool {
    let plan = Plan::Refund(plan(&payment(), &request_of(units)).unwrap());
    let other_words = Fingerprint::of(&ProviderName::new("dojo").unwrap(), "refund", &"other");
    let content = Content {
        fingerprint: &other_words,
        plan: Some(&plan),
    };
    match check_twin(key, content, known, now) {
        Ok(()) => false,
        Err(Refusal::Twin { operation, .. }) => {
            assert_eq!(operation, known[0].intent.id);
            true
        }
        Err(other) => panic!("{other}"),
    }
}

fn last(operation: &Operation) -> Timestamp {
    operation
        .last_mark()
        .max(Some(operation.intent.created_at))
        .unwrap()
}

#[test]
fn the_same_money_within_a_day_is_refused_without_a_key() {
    let known = [refund_in(State::Succeeded, 1, 1_000)];
    let end = last(&known[0]).saturating_add(TWIN_WITHIN);
    assert!(refused(KeySource::MadeUp, 1_000, &known, end));
    let after = end.saturating_add(Duration::from_millis(1));
    assert!(!refused(KeySource::MadeUp, 1_000, &known, after));
    assert!(
        !refused(KeySource::MadeUp, 1_001, &known, end),
        "another amount"
    );
}

#[test]
fn with_a_key_of_its_own_it_is_meant() {
    let known = [refund_in(State::Succeeded, 1, 1_000)];
    assert!(!refused(KeySource::Caller, 1_000, &known, last(&known[0])));
}

#[test]
fn what_has_no_end_counts_however_old_it_is() {
    let long_after = at(40 * 24 * 3600);
    for state in [State::Ready, State::Unknown, State::Parked, State::Accepted] {
        let known = [refund_in(state, 1, 1_000)];
        assert!(
            refused(KeySource::MadeUp, 1_000, &known, long_after),
            "{state}"
        );
    }
}

#[test]
fn what_has_returned_nothing_is_no_twin() {
    for state in [
        State::Failed,
        State::FailedLate,
        State::Rejected,
        State::Cancelled,
    ] {
        let known = [refund_in(state, 1, 1_000)];
        assert!(
            !refused(KeySource::MadeUp, 1_000, &known, last(&known[0])),
            "{state}"
        );
    }
}

#[test]
fn the_same_words_are_the_same_whatever_is_left() {
    let known = [refund_in(State::Succeeded, 1, 1_000)];
    let content = Content {
        fingerprint: &known[0].intent.fingerprint,
        plan: None,
    };
    let now = last(&known[0]);
    assert!(check_twin(KeySource::MadeUp, content, &known, now).is_err());
}
