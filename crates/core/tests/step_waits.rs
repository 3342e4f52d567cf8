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

use common::{answered, at, capabilities, evidence, fact, marked, refund, unknown};
use refundkit_core::capabilities::{Capabilities, Idempotency, OnRepeat};
use refundkit_core::operation::{Sight, Step, Tries, step};
use refundkit_core::{Evidence, Fact, Operation, Outcome, RefundStatus};

const HOUR: i64 = 3_600;
const MARK: i64 = 1_000_000;

fn key(lifetime: Option<u64>) -> Idempotency {
    Idempotency::Key {
        lifetime: lifetime.map(Duration::from_secs),
        on_repeat: OnRepeat::Replay,
    }
}

fn with_key(refund_key: Idempotency) -> Capabilities {
    Capabilities {
        refund_key,
        ..capabilities()
    }
}

const fn tries(sends: u32, looked: bool) -> Tries {
    let sight = if looked {
        Sight::Clear
    } else {
        Sight::Unlooked
    };
    Tries { sends, sight }
}

fn operation(evidence: Vec<Evidence>) -> Operation {
    refund(1, 1_000, evidence)
}

fn lost() -> Operation {
    operation(vec![marked(MARK, 1), answered(MARK + 1, 1, unknown())])
}

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
