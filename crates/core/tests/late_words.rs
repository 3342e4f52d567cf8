//! Words that come after an end: the provider's, a person's, a reading's that lagged.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

mod common;

use common::{
    absent, answered, apply_reading, at, capabilities, decided, evidence, fact, find, foreign,
    leading_to, marked, minor, not_sent, payment, payment_at, payment_of, refund, refund_in,
    refused, request, request_of, reversal, seen, token, unknown,
};
use refundkit_core::ProviderRefund;
use refundkit_core::capabilities::{Capabilities, Lookup};
use refundkit_core::operation::{Decision, Finding, conclude};
use refundkit_core::plan::{History, plan_refund};
use refundkit_core::{Fact, ListedRefunds, Outcome, Payment, RefundStatus, Stage, State};

/// A refund of 60.00 that the provider lists with operation 1's token.
fn listed(mut payment: Payment, status: RefundStatus) -> Payment {
    let ours = ProviderRefund {
        token: Some(token(1)),
        ..foreign(1, status, 6_000)
    };
    payment.refunds = Some(ListedRefunds::whole(vec![ours]));
    payment
}

fn with_total(units: i64) -> Payment {
    let mut payment = payment();
    payment.refunded = Some(minor(units));
    payment
}

fn by_token() -> Capabilities {
    Capabilities {
        lookup: Lookup::ByToken,
        ..capabilities()
    }
}

#[test]
fn what_the_provider_returned_of_an_ended_operation_is_not_there_to_be_returned_again() {
    for state in [
        State::Failed,
        State::FailedLate,
        State::Rejected,
        State::Cancelled,
    ] {
        let ended = refund_in(state, 1, 6_000);
        let payment = listed(payment(), RefundStatus::Succeeded);
        let plan = plan_refund(
            &payment,
            &History::of([&ended], refundkit_core::Timestamp::epoch()),
            &request(),
            &by_token(),
        )
        .unwrap();
        assert_eq!(plan.amount().minor(), minor(4_000), "{state}");
        let over = plan_refund(
            &payment,
            &History::of([&ended], refundkit_core::Timestamp::epoch()),
            &request_of(4_001),
            &by_token(),
        );
        assert!(over.is_err(), "{state}");
    }
}

#[test]
fn an_ended_operation_whose_refund_shows_up_has_succeeded_after_all() {
    for state in [State::Failed, State::Rejected] {
        let mut ended = refund_in(state, 1, 6_000);
        let fact = apply_reading(
            &ended,
            &listed(payment(), RefundStatus::Succeeded),
            &by_token(),
        );
        ended.evidence.push(evidence(1_000, fact.unwrap()));
        assert_eq!(ended.state(), State::Succeeded, "{state}");
    }
}

#[test]
fn what_a_person_called_not_happened_and_the_provider_shows_has_happened() {
    let mut parked = refund(1, 6_000, leading_to(State::Parked));
    parked.evidence.push(decided(900, 1, Decision::Ready));
    assert_eq!(parked.state(), State::Ready);
    let fact = apply_reading(
        &parked,
        &listed(payment(), RefundStatus::Succeeded),
        &by_token(),
    );
    parked.evidence.push(evidence(1_000, fact.unwrap()));
    assert_eq!(parked.state(), State::Succeeded);
}

#[test]
fn what_a_person_made_ready_can_be_called_off() {
    let mut parked = refund(1, 6_000, leading_to(State::Parked));
    parked.evidence.push(decided(900, 1, Decision::Ready));
    parked.evidence.push(evidence(901, Fact::cancelled()));
    assert_eq!(parked.state(), State::Cancelled);
    assert!(!parked.state().holds_money());
}

#[test]
fn success_after_a_late_failure_is_success() {
    let words = [
        (1, RefundStatus::Succeeded),
        (1_000, RefundStatus::Failed),
        (2_000, RefundStatus::Succeeded),
    ];
    let told = words.map(|(at, status)| seen(at, status)).to_vec();
    assert_eq!(
        refund(1, 6_000, told[..2].to_vec()).state(),
        State::FailedLate
    );
    assert_eq!(refund(1, 6_000, told).state(), State::Succeeded);
}

#[test]
fn a_total_that_lags_behind_our_own_success_proves_nothing_for_the_next_refund() {
    let can = Capabilities {
        lookup: Lookup::Total,
        ..capabilities()
    };
    let first = refund_in(State::Succeeded, 1, 1_000);
    let plan = plan_refund(
        &payment(),
        &History::of([&first], refundkit_core::Timestamp::epoch()),
        &request_of(1_000),
        &can,
    )
    .unwrap();
    assert_eq!(
        plan.refunded_before(),
        minor(1_000),
        "the reading says 0 still"
    );
    let mut second = refund(2, 1_000, vec![marked(1, 1), answered(2, 1, unknown())]);
    second.intent.plan = refundkit_core::Plan::Refund(plan);
    let caught_up = with_total(1_000);
    for total in [caught_up, with_total(2_000)] {
        let found = find(&second, &total, &can);
        let proves = matches!(found, Finding::Unclear(_) | Finding::Blocked(_));
        assert!(proves, "{found:?}");
    }
}

#[test]
fn a_refund_that_is_shown_twice_is_for_a_person() {
    let lost = refund(1, 6_000, vec![marked(1, 1), answered(2, 1, unknown())]);
    let show = |statuses: [RefundStatus; 2]| {
        let mut payment = payment_of(&[20_000]);
        let refunds = statuses.map(|status| {
            listed(payment.clone(), status)
                .refunds
                .unwrap()
                .refunds
                .remove(0)
        });
        payment.refunds = Some(ListedRefunds::whole(refunds.to_vec()));
        let mut operation = lost.clone();
        let fact = apply_reading(&operation, &payment, &by_token()).unwrap();
        operation.evidence.push(evidence(1_000, fact));
        operation.state()
    };
    assert_eq!(
        show([RefundStatus::Succeeded, RefundStatus::Succeeded]),
        State::Parked
    );
    assert_eq!(
        show([RefundStatus::Failed, RefundStatus::Succeeded]),
        State::Succeeded
    );
    assert_eq!(
        show([RefundStatus::Failed, RefundStatus::Failed]),
        State::Failed
    );
}

#[test]
fn while_its_key_can_be_leaned_on_nothing_is_left_to_a_person() {
    let lost = refund(1, 6_000, vec![marked(1, 1), answered(2, 1, unknown())]);
    let hour = 60 * 60;
    for finding in [Finding::Silent, Finding::Unclear("x")] {
        assert_eq!(conclude(&lost, &finding, &capabilities(), at(hour)), None);
        let late = conclude(&lost, &finding, &capabilities(), at(400 * hour));
        assert!(matches!(late, Some(Fact::Parked { .. })), "{late:?}");
    }
}

#[test]
fn a_late_failure_of_the_first_attempts_refund_says_nothing_of_the_second() {
    let of = |id: &str, status| {
        let mut fact = fact(status);
        fact.id = id.parse().ok();
        Outcome::Accepted(fact)
    };
    let (absent_once, absent_twice) = (absent(2_000, 1), absent(2_100, 1));
    let second = vec![
        marked(1, 1),
        answered(2, 1, unknown()),
        absent_once,
        absent_twice,
        marked(2_200, 2),
        answered(2_201, 2, of("re_2", RefundStatus::Pending)),
    ];
    let mut evidence = second.clone();
    evidence.push(answered(2_300, 1, of("re_1", RefundStatus::Failed)));
    let both = refund(1, 1_000, evidence.clone());
    assert_eq!(both.state(), State::Accepted);
    assert_eq!(both.summary().refund().unwrap().as_str(), "re_2");
    let done = ProviderRefund {
        id: "re_2".parse().ok(),
        ..fact(RefundStatus::Succeeded)
    };
    let seen = Fact::Seen {
        by: refundkit_core::operation::Source::Listed,
        refund: done,
    };
    evidence.insert(0, common::evidence(2_400, seen));
    assert_eq!(refund(1, 1_000, evidence).state(), State::Succeeded);
    let failed = vec![
        answered(1, 1, of("re_1", RefundStatus::Failed)),
        answered(2, 2, of("re_2", RefundStatus::Failed)),
    ];
    assert_eq!(refund(1, 1_000, failed).state(), State::Failed);
    let late = vec![
        answered(1, 1, of("re_1", RefundStatus::Succeeded)),
        answered(902, 1, of("re_1", RefundStatus::Failed)),
        answered(903, 2, of("re_2", RefundStatus::Failed)),
    ];
    assert_eq!(refund(1, 1_000, late).state(), State::FailedLate);
}

#[test]
fn that_the_first_refund_failed_ends_no_attempt_that_was_sent_since() {
    let mut failed = fact(RefundStatus::Failed);
    failed.id = "re_1".parse().ok();
    let mut told = vec![
        marked(1, 1),
        answered(2, 1, unknown()),
        absent(2_000, 1),
        absent(2_100, 1),
        marked(2_200, 2),
        answered(2_300, 1, Outcome::Accepted(failed)),
    ];
    assert_eq!(refund(1, 6_000, told.clone()).state(), State::Attempting);
    told.push(answered(2_301, 2, unknown()));
    let open = refund(1, 6_000, told.clone());
    assert_eq!(open.state(), State::Unknown);
    // The list shows the one that failed, and nothing of the second.
    let shown = listed(payment(), RefundStatus::Failed);
    assert_eq!(find(&open, &shown, &by_token()), Finding::Absent);
    let alive = listed(payment(), RefundStatus::Pending);
    assert!(matches!(
        find(&open, &alive, &by_token()),
        Finding::Proof(_)
    ));
    // A total that has moved is about the second, and doesn't name the first.
    let by_total = Capabilities {
        lookup: Lookup::Total,
        ..capabilities()
    };
    let Finding::Proof(moved) = find(&open, &with_total(6_000), &by_total) else {
        panic!("the total has moved by as much");
    };
    assert!(matches!(&*moved, Fact::Seen { refund, .. } if refund.id.is_none()));
    let moved = evidence(2_350, *moved);
    let counted = [told.clone(), vec![moved]].concat();
    assert_eq!(refund(1, 6_000, counted).state(), State::Succeeded);
    // A person's word counts, and so does the provider's about the second.
    told.push(decided(2_400, 2, Decision::Rejected));
    assert_eq!(refund(1, 6_000, told.clone()).state(), State::Rejected);
    told.pop();
    let mut second = fact(RefundStatus::Failed);
    second.id = "re_2".parse().ok();
    let seen = Fact::Seen {
        by: refundkit_core::operation::Source::Listed,
        refund: second,
    };
    told.push(evidence(2_500, seen));
    assert_eq!(refund(1, 6_000, told).state(), State::Failed);
}

#[test]
fn of_two_refunds_that_have_failed_the_one_that_counted_is_the_news() {
    let of = |id: &str, status| {
        let mut fact = fact(status);
        fact.id = id.parse().ok();
        Outcome::Accepted(fact)
    };
    let both = refund(
        1,
        6_000,
        vec![
            marked(1, 1),
            answered(2, 1, unknown()),
            absent(2_000, 1),
            absent(2_100, 1),
            marked(2_200, 2),
            answered(2_201, 2, of("re_2", RefundStatus::Pending)),
            answered(2_300, 1, of("re_1", RefundStatus::Failed)),
        ],
    );
    let failed = |number| foreign(number, RefundStatus::Failed, 6_000);
    for refunds in [[failed(1), failed(2)], [failed(2), failed(1)]] {
        let mut shown = payment();
        shown.refunds = Some(ListedRefunds::whole(refunds.into()));
        let settled = apply_reading(&both, &shown, &by_token()).unwrap();
        let mut told = both.evidence.clone();
        told.push(evidence(2_400, settled));
        assert_eq!(refund(1, 6_000, told).state(), State::Failed);
    }
}

#[test]
fn answers_without_an_id_are_about_what_their_own_attempt_made() {
    let of = |status| Outcome::Accepted(fact(status));
    let mut told = vec![
        answered(5, 1, of(RefundStatus::Failed)),
        answered(4, 2, of(RefundStatus::Pending)),
    ];
    let under_one_key = refund(1, 1_000, told.clone());
    assert_eq!(under_one_key.state(), State::Failed, "it is one refund");
    told.extend([absent(2, 1), absent(3, 1)]);
    assert_eq!(refund(1, 1_000, told.clone()).state(), State::Accepted);
    told.remove(1);
    let total = Fact::Seen {
        by: refundkit_core::operation::Source::Total,
        refund: fact(RefundStatus::Succeeded),
    };
    let counted = [told, vec![evidence(6, total)]].concat();
    assert_eq!(refund(1, 1_000, counted).state(), State::Succeeded);
}

#[test]
fn words_that_name_no_refund_are_about_the_one_there_is() {
    let mut named = fact(RefundStatus::Failed);
    named.id = "re_1".parse().ok();
    let told = vec![
        answered(1, 1, Outcome::Accepted(fact(RefundStatus::Pending))),
        answered(2, 1, Outcome::Accepted(named)),
    ];
    assert_eq!(refund(1, 1_000, told).state(), State::Failed);
}

#[test]
fn a_payment_that_another_operation_reversed_says_nothing_about_one_that_was_rejected() {
    let mut reversed = payment_at(Stage::Reversed);
    reversed.refunds = Some(ListedRefunds::whole(Vec::new()));
    for answer in [refused(), not_sent()] {
        let ended = reversal(1, vec![marked(0, 1), answered(1, 1, answer)]);
        let state = ended.state();
        assert_eq!(
            apply_reading(&ended, &reversed, &by_token()),
            None,
            "{state}"
        );
    }
}
