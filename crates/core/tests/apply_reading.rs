//! What a fresh reading of a payment proves about an operation, and what it does not.
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

use common::{
    CAPTURED, absent, answered, apply_reading, at, capabilities, fact, find, foreign, leading_to,
    marked, minor, payment, payment_at, refund, refund_in, reversal, token, unknown,
};
use refundkit_core::ProviderRefund;
use refundkit_core::capabilities::{Capabilities, Idempotency, Lookup};
use refundkit_core::operation::{Finding, Source, conclude};
use refundkit_core::timing::QUIESCENCE;
use refundkit_core::{
    Fact, ListedRefunds, Operation, Outcome, Payment, RefundStatus, Stage, State,
};

/// A provider whose keys can't be leaned on.
fn keyless() -> Capabilities {
    Capabilities {
        refund_key: Idempotency::None,
        ..capabilities()
    }
}

fn by(lookup: Lookup) -> Capabilities {
    Capabilities {
        lookup,
        ..capabilities()
    }
}

/// A refund of 10.00 GBP that was sent at second 1000, and lost.
fn lost() -> Operation {
    refund(
        1,
        1_000,
        vec![marked(1_000, 1), answered(1_001, 1, unknown())],
    )
}

fn listing(refunds: impl IntoIterator<Item = ProviderRefund>) -> Payment {
    let mut payment = payment();
    payment.refunds = Some(ListedRefunds::whole(refunds.into_iter().collect()));
    payment
}

/// Our refund as the provider lists it.
fn ours(status: RefundStatus, units: i64) -> ProviderRefund {
    let mut seen = foreign(1, status, units);
    seen.token = Some(token(1));
    seen
}

/// A refund without a token, made at that second.
fn anonymous(units: i64, seconds: i64) -> ProviderRefund {
    let mut seen = foreign(2, RefundStatus::Succeeded, units);
    seen.created_at = Some(at(seconds));
    seen
}

fn totalling(units: i64) -> Payment {
    let mut payment = payment();
    payment.refunded = Some(minor(units));
    payment
}

/// The state after `settled` is written down.
fn state_with(mut operation: Operation, settled: Fact) -> State {
    operation.evidence.push(common::evidence(9_999, settled));
    operation.state()
}

fn is_unclear(finding: &Finding) -> bool {
    matches!(finding, Finding::Unclear(_))
}

/// Whether it is neither absence nor proof.
fn proves_nothing(finding: &Finding) -> bool {
    is_unclear(finding) || is_blocked(finding)
}

fn is_blocked(finding: &Finding) -> bool {
    matches!(finding, Finding::Blocked(_))
}

// Lists.

#[test]
fn a_listed_refund_with_our_token_is_ours() {
    let shown = listing([
        anonymous(1_000, 2_000),
        ours(RefundStatus::Succeeded, 1_000),
    ]);
    let expected = Fact::Seen {
        by: Source::Listed,
        refund: ProviderRefund {
            id: Some("re_1".parse().unwrap()),
            amount: Some(minor(1_000)),
            currency: Some("GBP".parse().unwrap()),
            payment: Some("pay_1".parse().unwrap()),
            token: Some(token(1)),
            ..ProviderRefund::with_status(RefundStatus::Succeeded)
        },
    };
    let settled = apply_reading(&lost(), &shown, &by(Lookup::ByToken)).unwrap();
    assert_eq!(settled, expected);
    assert_eq!(state_with(lost(), settled), State::Succeeded);
}

#[test]
fn a_listed_refund_of_ours_in_another_currency_is_not_what_was_asked_for() {
    let mut abroad = ours(RefundStatus::Succeeded, 1_000);
    abroad.currency = Some("USD".parse().unwrap());
    // That the amount is left out then makes it no better.
    abroad.amount = None;
    let fact = apply_reading(&lost(), &listing([abroad]), &by(Lookup::ByToken)).unwrap();
    assert!(matches!(fact, Fact::Contradicted { .. }), "{fact:?}");
}

#[test]
fn a_listed_refund_with_our_id_is_ours_without_a_token() {
    let mut said = fact(RefundStatus::Pending);
    said.id = Some("re_1".parse().unwrap());
    let accepted = answered(1_001, 1, Outcome::Accepted(said));
    let operation = refund(1, 1_000, vec![marked(1_000, 1), accepted]);
    let shown = listing([foreign(1, RefundStatus::Succeeded, 1_000)]);
    for lookup in [Lookup::ByToken, Lookup::No] {
        let settled = apply_reading(&operation, &shown, &by(lookup)).unwrap();
        assert_eq!(state_with(operation.clone(), settled), State::Succeeded);
    }
}

#[test]
fn a_listed_refund_of_ours_settles_by_its_status() {
    for (status, state) in [
        (RefundStatus::Pending, State::Accepted),
        (RefundStatus::Other("odd".to_owned()), State::Accepted),
        (RefundStatus::Failed, State::Failed),
        (RefundStatus::Succeeded, State::Succeeded),
    ] {
        let shown = listing([ours(status, 1_000)]);
        let settled = apply_reading(&lost(), &shown, &by(Lookup::ByToken)).unwrap();
        assert_eq!(state_with(lost(), settled), state);
    }
}

#[test]
fn a_listed_amount_that_is_not_ours_is_a_contradiction() {
    let shown = listing([ours(RefundStatus::Succeeded, 1_001)]);
    let settled = apply_reading(&lost(), &shown, &by(Lookup::ByToken)).unwrap();
    assert!(matches!(settled, Fact::Contradicted { .. }), "{settled:?}");
    assert_eq!(state_with(lost(), settled), State::Parked);
}

#[test]
fn a_payment_in_another_currency_is_a_contradiction() {
    let mut shown = listing([ours(RefundStatus::Succeeded, 1_000)]);
    shown.currency = "EUR".parse().unwrap();
    let settled = apply_reading(&lost(), &shown, &by(Lookup::ByToken)).unwrap();
    assert!(matches!(settled, Fact::Contradicted { .. }), "{settled:?}");
}

#[test]
fn a_success_that_is_listed_as_failed_is_a_late_failure() {
    let succeeded = refund_in(State::Succeeded, 1, 1_000);
    let shown = listing([ours(RefundStatus::Failed, 1_000)]);
    let settled = apply_reading(&succeeded, &shown, &by(Lookup::ByToken)).unwrap();
    assert_eq!(state_with(succeeded, settled), State::FailedLate);
}

#[test]
fn a_list_without_ours_shows_absence_and_proves_nothing_at_once() {
    let shown = listing([]);
    assert_eq!(find(&lost(), &shown, &by(Lookup::ByToken)), Finding::Absent);
    assert_eq!(apply_reading(&lost(), &shown, &by(Lookup::ByToken)), None);
}

#[test]
fn a_new_refund_of_our_amount_without_a_token_could_be_ours() {
    let shown = listing([anonymous(1_000, 1_000)]);
    assert!(is_blocked(&find(&lost(), &shown, &by(Lookup::ByToken))));
    assert_eq!(apply_reading(&lost(), &shown, &by(Lookup::ByToken)), None);
}

#[test]
fn a_refund_of_unknown_amount_or_time_without_a_token_could_be_ours() {
    let mut timeless = anonymous(1_000, 0);
    timeless.created_at = None;
    let mut sizeless = anonymous(1_000, 1_000);
    sizeless.amount = None;
    for seen in [timeless, sizeless] {
        let finding = find(&lost(), &listing([seen]), &by(Lookup::ByToken));
        assert!(is_blocked(&finding), "{finding:?}");
    }
}

#[test]
fn a_failed_refund_is_not_ours_and_one_of_any_amount_could_be() {
    let mut failed = anonymous(1_000, 1_000);
    failed.status = RefundStatus::Failed;
    let finding = find(&lost(), &listing([failed]), &by(Lookup::ByToken));
    assert_eq!(finding, Finding::Absent);
    for seen in [anonymous(999, 1_000), anonymous(1_000, 1)] {
        let finding = find(&lost(), &listing([seen]), &by(Lookup::ByToken));
        assert!(is_blocked(&finding), "whatever its amount, it is new");
    }
}

#[test]
fn a_list_whose_tokens_can_not_be_read_back_shows_nothing() {
    for lookup in [Lookup::Total, Lookup::No] {
        let finding = find(&lost(), &listing([]), &by(lookup));
        assert_eq!(finding, Finding::Silent);
    }
}

// Totals.

#[test]
fn a_total_that_moved_by_exactly_ours_proves_it() {
    let settled = apply_reading(&lost(), &totalling(1_000), &by(Lookup::Total)).unwrap();
    assert!(
        matches!(
            settled,
            Fact::Seen {
                by: Source::Total,
                ..
            }
        ),
        "{settled:?}"
    );
    assert_eq!(state_with(lost(), settled), State::Succeeded);
}

#[test]
fn a_total_that_moved_otherwise_proves_nothing() {
    for (units, blocks) in [(1, false), (999, false), (1_001, true), (CAPTURED, true)] {
        let shown = totalling(units);
        let found = find(&lost(), &shown, &by(Lookup::Total));
        assert_eq!(is_blocked(&found), blocks, "{units}");
        assert_eq!(is_unclear(&found), !blocks, "{units}");
        assert_eq!(apply_reading(&lost(), &shown, &by(Lookup::Total)), None);
    }
}

#[test]
fn a_total_that_did_not_move_shows_absence() {
    assert_eq!(
        find(&lost(), &totalling(0), &by(Lookup::Total)),
        Finding::Absent
    );
    assert_eq!(
        apply_reading(&lost(), &totalling(0), &by(Lookup::Total)),
        None
    );
}

#[test]
fn a_total_says_nothing_new_about_a_success() {
    let succeeded = refund_in(State::Succeeded, 1, 1_000);
    for units in [0, 1_000, 2_000] {
        assert_eq!(
            apply_reading(&succeeded, &totalling(units), &by(Lookup::Total)),
            None
        );
    }
}

#[test]
fn a_provider_that_can_not_be_asked_shows_nothing() {
    for lookup in [Lookup::No, Lookup::ByToken] {
        let finding = find(&lost(), &totalling(0), &by(lookup));
        assert_eq!(finding, Finding::Silent);
        let moved = find(&lost(), &totalling(1_000), &by(lookup));
        assert!(is_blocked(&moved), "it may be ours all the same");
    }
}

// Reversals.

#[test]
fn a_reversed_payment_proves_its_reversal() {
    for state in [
        State::Attempting,
        State::Unknown,
        State::Accepted,
        State::Parked,
    ] {
        let operation = reversal(1, leading_to(state));
        for lookup in [Lookup::ByToken, Lookup::Total, Lookup::No] {
            let reversed = payment_at(Stage::Reversed);
            let settled = apply_reading(&operation, &reversed, &by(lookup)).unwrap();
            assert_eq!(state_with(operation.clone(), settled), State::Succeeded);
        }
    }
}

#[test]
fn a_payment_that_is_as_it_was_shows_that_its_reversal_is_absent() {
    let operation = reversal(1, leading_to(State::Unknown));
    for stage in [Stage::Authorized, Stage::Captured] {
        let finding = find(&operation, &payment_at(stage), &capabilities());
        assert_eq!(finding, Finding::Absent);
    }
}

#[test]
fn a_payment_that_is_neither_reversed_nor_as_it_was_is_unclear() {
    let operation = reversal(1, leading_to(State::Unknown));
    for stage in [
        Stage::PartiallyCaptured,
        Stage::Refunded,
        Stage::NeverPaid,
        Stage::Failed,
        Stage::Other("odd".to_owned()),
    ] {
        let shown = payment_at(stage);
        assert!(proves_nothing(&find(&operation, &shown, &capabilities())));
        assert_eq!(apply_reading(&operation, &shown, &capabilities()), None);
    }
    assert!(proves_nothing(&find(
        &operation,
        &totalling(1),
        &capabilities()
    )));
}

// Which operations.

#[test]
fn an_operation_that_ended_without_success_is_settled_by_its_own_refund_only() {
    let shown = listing([ours(RefundStatus::Succeeded, 1_000)]);
    for state in [State::Failed, State::Rejected] {
        let operation = refund_in(state, 1, 1_000);
        let settled = apply_reading(&operation, &shown, &capabilities()).unwrap();
        assert_eq!(state_with(operation, settled), State::Succeeded, "{state}");
    }
    let moved = totalling(1_000);
    for state in [
        State::Ready,
        State::Failed,
        State::FailedLate,
        State::Rejected,
        State::Cancelled,
    ] {
        let operation = refund_in(state, 1, 1_000);
        assert_eq!(
            apply_reading(&operation, &moved, &capabilities()),
            None,
            "a total could be anybody's: {state}"
        );
    }
}

#[test]
fn what_the_provider_shows_under_our_token_was_sent_whatever_this_copy_of_the_journal_knows() {
    let shown = listing([ours(RefundStatus::Succeeded, 1_000)]);
    let others = listing([foreign(9, RefundStatus::Succeeded, 1_000)]);
    for state in [State::Ready, State::Cancelled] {
        let operation = refund_in(state, 1, 1_000);
        assert_eq!(
            apply_reading(&operation, &others, &capabilities()),
            None,
            "{state}"
        );
        let settled = apply_reading(&operation, &shown, &capabilities()).unwrap();
        assert_eq!(state_with(operation, settled), State::Succeeded, "{state}");
    }
}

#[test]
fn a_parked_operation_is_settled_once_the_provider_shows_it() {
    let parked = refund_in(State::Parked, 1, 1_000);
    let shown = listing([ours(RefundStatus::Succeeded, 1_000)]);
    let settled = apply_reading(&parked, &shown, &capabilities()).unwrap();
    assert_eq!(state_with(parked, settled), State::Succeeded);
}

// Conclusions.

fn quiet() -> i64 {
    1_000 + i64::try_from(QUIESCENCE.as_secs()).unwrap()
}

#[test]
fn absence_counts_only_after_everything_of_the_attempt_must_have_arrived() {
    let concluded = |seconds| conclude(&lost(), &Finding::Absent, &keyless(), at(seconds));
    assert_eq!(concluded(0), None, "a clock that went backwards");
    assert_eq!(concluded(quiet() - 1), None);
    assert_eq!(concluded(quiet()), Some(Fact::Absent { attempt: 1 }));
}

#[test]
fn what_a_reading_proves_is_not_concluded_to_be_absent_or_left_to_a_person() {
    let shown = listing([ours(RefundStatus::Succeeded, 1_000)]);
    let finding = find(&lost(), &shown, &by(Lookup::ByToken));
    assert!(matches!(finding, Finding::Proof(_)), "{finding:?}");
    assert_eq!(conclude(&lost(), &finding, &keyless(), at(quiet())), None);
}

#[test]
fn two_readings_at_almost_one_time_are_one() {
    let mut once = lost();
    once.evidence.push(absent(quiet(), 1));
    let concluded = |seconds| conclude(&once, &Finding::Absent, &keyless(), at(seconds));
    assert_eq!(concluded(quiet() + 59), None);
    assert_eq!(concluded(quiet() + 60), Some(Fact::Absent { attempt: 1 }));
}

#[test]
fn what_stays_unclear_or_silent_is_left_to_a_person() {
    for finding in [Finding::Unclear("two of them"), Finding::Silent] {
        assert_eq!(
            conclude(&lost(), &finding, &keyless(), at(quiet() - 1)),
            None
        );
        let fact = conclude(&lost(), &finding, &keyless(), at(quiet())).unwrap();
        assert!(matches!(fact, Fact::Parked { attempt: 1, .. }), "{fact:?}");
        assert_eq!(state_with(lost(), fact), State::Parked);
    }
}

#[test]
fn nothing_is_concluded_about_an_operation_whose_outcome_is_known() {
    for state in State::ALL {
        if !matches!(state, State::Unknown | State::Refused) {
            let operation = refund_in(state, 1, 1_000);
            let later = at(1_000_000);
            assert_eq!(
                conclude(&operation, &Finding::Absent, &keyless(), later),
                None
            );
            assert_eq!(
                conclude(&operation, &Finding::Silent, &keyless(), later),
                None
            );
        }
    }
}
