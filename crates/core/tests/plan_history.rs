//! What has been returned, by us and by others, and what is under way.
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

use common::plans::{able, id, plan, plan_after, under_way, units};
use common::{
    CAPTURED, foreign, leading_to, minor, payment, refund, refund_in, request, request_of,
    reversal, token,
};
use refundkit_core::capabilities::Lookup;
use refundkit_core::plan::{History, plan_refund};
use refundkit_core::{Kind, ListedRefunds, RefundStatus, Refusal, State};

#[test]
fn listed_refunds_of_others_are_gone() {
    let mut payment = payment();
    payment.refunds = Some(ListedRefunds::whole(vec![
        foreign(1, RefundStatus::Succeeded, 1_000),
        foreign(2, RefundStatus::Pending, 2_000),
        foreign(3, RefundStatus::Other("odd".to_owned()), 3_000),
    ]));
    let plan = plan(&payment, &request()).unwrap();
    assert_eq!(units(&plan), 4_000);
    assert_eq!(plan.budget().external, minor(6_000));
}

#[test]
fn a_listed_refund_that_failed_counts_for_nothing() {
    let mut payment = payment();
    payment.refunds = Some(ListedRefunds::whole(vec![foreign(
        1,
        RefundStatus::Failed,
        1_000,
    )]));
    assert_eq!(units(&plan(&payment, &request()).unwrap()), CAPTURED);
}

#[test]
fn a_listed_refund_that_carries_our_token_is_not_counted_twice() {
    let mut listed = foreign(1, RefundStatus::Succeeded, 3_000);
    listed.token = Some(token(1));
    let mut payment = payment();
    payment.refunds = Some(ListedRefunds::whole(vec![listed]));
    let ours = [refund_in(State::Succeeded, 1, 3_000)];
    let plan = plan_after(&ours, &payment, &request()).unwrap();
    assert_eq!(units(&plan), 7_000);
    assert_eq!(plan.budget().external, minor(0));
}

#[test]
fn a_listed_refund_with_the_id_of_ours_is_not_counted_twice() {
    let listed = foreign(1, RefundStatus::Succeeded, 3_000);
    let mut said = common::fact(RefundStatus::Succeeded);
    said.id = listed.id.clone();
    let outcome = refundkit_core::Outcome::Executed(said);
    let ours = [refund(1, 3_000, vec![common::answered(1, 1, outcome)])];
    let mut payment = payment();
    payment.refunds = Some(ListedRefunds::whole(vec![listed]));
    assert_eq!(
        units(&plan_after(&ours, &payment, &request()).unwrap()),
        7_000
    );
}

#[test]
fn a_listed_refund_without_an_amount_makes_it_unclear_what_is_left() {
    let mut listed = foreign(1, RefundStatus::Succeeded, 1);
    listed.amount = None;
    let mut payment = payment();
    payment.refunds = Some(ListedRefunds::whole(vec![listed]));
    let refusal = plan(&payment, &request_of(1)).unwrap_err();
    assert!(matches!(refusal, Refusal::Unclear { .. }), "{refusal}");
}

#[test]
fn listed_amounts_that_leave_the_range_of_numbers_are_unclear() {
    let mut payment = payment();
    let listed = [1, 2].map(|number| foreign(number, RefundStatus::Succeeded, i64::MAX));
    payment.refunds = Some(ListedRefunds::whole(listed.to_vec()));
    let refusal = plan(&payment, &request_of(1)).unwrap_err();
    assert!(matches!(refusal, Refusal::Unclear { .. }), "{refusal}");
}

#[test]
fn a_refunded_total_beyond_our_own_was_returned_by_others() {
    let mut payment = payment();
    payment.refunded = Some(minor(4_000));
    let ours = [refund_in(State::Succeeded, 1, 3_000)];
    let plan = plan_after(&ours, &payment, &request()).unwrap();
    assert_eq!(plan.budget().external, minor(1_000));
    assert_eq!(units(&plan), 6_000);
    assert_eq!(plan.refunded_before(), minor(4_000));
}

#[test]
fn a_refunded_total_refuses_too_much_rather_than_too_little_while_ours_is_open() {
    let mut payment = payment();
    payment.refunded = Some(minor(3_000));
    let ours = [refund_in(State::Accepted, 1, 3_000)];
    let plan = plan_after(&ours, &payment, &request()).unwrap();
    assert_eq!(units(&plan), 4_000);
}

// What is under way.

#[test]
fn an_operation_in_flight_or_parked_blocks_the_next_one() {
    for state in [State::Attempting, State::Unknown, State::Parked] {
        let open = [refund_in(state, 1, 1_000)];
        let planned = plan_after(&open, &payment(), &request_of(1_000));
        assert_eq!(planned, Err(under_way(1)), "{state}");
    }
}

#[test]
fn an_operation_that_is_ready_or_accepted_leaves_room_for_another() {
    for state in [State::Ready, State::Accepted, State::Succeeded] {
        let open = [refund_in(state, 1, 1_000)];
        let plan = plan_after(&open, &payment(), &request()).unwrap();
        assert_eq!(units(&plan), 9_000, "{state}");
    }
}

#[test]
fn a_provider_with_one_open_refund_waits_for_every_unfinished_one() {
    let one_open = able(|can| can.one_open_refund = true);
    // It says nothing of its own, and only its total can be read.
    let only_a_total = able(|can| can.lookup = Lookup::Total);
    for state in [
        State::Ready,
        State::Attempting,
        State::Accepted,
        State::Unknown,
        State::Parked,
    ] {
        let history = History::of(
            &[refund_in(state, 1, 1_000)],
            refundkit_core::Timestamp::epoch(),
        );
        for able in [&one_open, &only_a_total] {
            let planned = plan_refund(&payment(), &history, &request_of(1), able);
            assert_eq!(planned, Err(under_way(1)), "{state}");
        }
    }
}

#[test]
fn a_provider_with_one_open_refund_takes_another_after_the_end() {
    let one_open = able(|can| can.one_open_refund = true);
    for state in [
        State::Succeeded,
        State::Failed,
        State::FailedLate,
        State::Rejected,
        State::Cancelled,
    ] {
        let history = History::of(
            &[refund_in(state, 1, 1_000)],
            refundkit_core::Timestamp::epoch(),
        );
        let planned = plan_refund(&payment(), &history, &request_of(1), &one_open);
        assert!(planned.is_ok(), "{state}");
    }
}

#[test]
fn a_reversal_on_record_rules_out_a_refund() {
    for state in [
        State::Ready,
        State::Accepted,
        State::Succeeded,
        State::Unknown,
    ] {
        let reversed = [reversal(1, leading_to(state))];
        let refused = Refusal::OtherKind {
            payment: id(),
            asked: Kind::Refund,
            other: Kind::Reversal,
        };
        let planned = plan_after(&reversed, &payment(), &request_of(1));
        assert_eq!(planned, Err(refused), "{state}");
    }
}

#[test]
fn a_reversal_that_moved_nothing_leaves_room_for_a_refund() {
    for state in [State::Failed, State::Rejected, State::Cancelled] {
        let reversed = [reversal(1, leading_to(state))];
        assert!(
            plan_after(&reversed, &payment(), &request()).is_ok(),
            "{state}"
        );
    }
}

// Texts.

#[test]
fn a_total_that_the_list_does_not_explain_is_gone_too() {
    let mut payment = payment();
    let others = vec![foreign(1, RefundStatus::Succeeded, 1_000)];
    payment.refunds = Some(ListedRefunds::some(others.clone()));
    payment.refunded = Some(minor(4_000));
    let mut contradicted = payment.clone();
    contradicted.refunds = Some(ListedRefunds::whole(others));
    let refused = plan(&contradicted, &request()).unwrap_err();
    assert!(matches!(refused, Refusal::Unclear { .. }), "{refused:?}");
    let alone = plan(&payment, &request()).unwrap();
    assert_eq!(
        (units(&alone), alone.budget().external),
        (6_000, minor(4_000))
    );
    // Whether the total counts one of ours that isn't listed, nobody knows: it isn't counted twice.
    let ours = [refund_in(State::Succeeded, 1, 2_000)];
    let after = plan_after(&ours, &payment, &request()).unwrap();
    assert_eq!(
        (units(&after), after.budget().external),
        (6_000, minor(2_000))
    );
    let open = [refund_in(State::Accepted, 1, 3_500)];
    let beside = plan_after(&open, &payment, &request()).unwrap();
    assert_eq!(
        (units(&beside), beside.budget().external),
        (5_500, minor(1_000))
    );
}
