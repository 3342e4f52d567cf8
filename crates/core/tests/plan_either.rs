//! Reverse or refund: chosen before anything is sent, with the reason for the choice.
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
    CAPTURED, at, capabilities, item_id, minor, payment, payment_at, payment_of, pence, refund_in,
    request, request_of, reversal, text,
};
use refundkit_core::capabilities::{Capabilities, Reversal};
use refundkit_core::plan::{History, Plan, check_refund, plan_reverse_or_refund};
use refundkit_core::{
    CaptureMode, ItemRequest, Kind, Notice, Operation, Payment, RefundRequest, Refusal,
    ReversalWindow, Stage, State,
};

fn choose(payment: &Payment, request: &RefundRequest) -> Result<Plan, Refusal> {
    choose_with(&capabilities(), payment, request)
}

fn choose_with(
    capabilities: &Capabilities,
    payment: &Payment,
    request: &RefundRequest,
) -> Result<Plan, Refusal> {
    plan_reverse_or_refund(payment, &History::default(), request, capabilities, at(150))
}

fn choose_after(operations: &[Operation], payment: &Payment) -> Result<Plan, Refusal> {
    let history = History::of(operations, refundkit_core::Timestamp::epoch());
    plan_reverse_or_refund(payment, &history, &request(), &capabilities(), at(150))
}

/// The refund that was chosen, by the end of the reason for it.
fn is_refund_because(plan: &Plan, because: &str) -> bool {
    let last = plan.notices().last();
    plan.kind() == Kind::Refund
        && matches!(last, Some(Notice::ChoseRefund { because: said }) if said.contains(because))
}

fn windowed(certain: i64, possible: i64) -> Payment {
    let mut payment = payment();
    payment.reversal_window = Some(ReversalWindow {
        certain_until: at(certain),
        possible_until: at(possible),
    });
    payment
}

#[test]
fn a_reversal_is_chosen_where_one_is_legal() {
    for stage in [Stage::Authorized, Stage::Captured] {
        let plan = choose(&payment_at(stage), &request()).unwrap();
        assert_eq!(plan.kind(), Kind::Reversal);
        assert_eq!(plan.notices(), [Notice::ChoseReversal]);
        assert_eq!(plan.amount(), pence(CAPTURED));
        assert!(plan.is_full() && plan.amount_is_exact());
    }
}

#[test]
fn a_reversal_is_chosen_near_the_windows_end_with_both_notices() {
    let plan = choose(&windowed(100, 200), &request()).unwrap();
    assert_eq!(plan.kind(), Kind::Reversal);
    let both = [Notice::WindowUncertain, Notice::ChoseReversal];
    assert_eq!(plan.notices(), both);
}

#[test]
fn a_refund_is_chosen_after_the_windows_end() {
    let plan = choose(&windowed(50, 100), &request()).unwrap();
    assert!(is_refund_because(&plan, "is over"), "{plan:?}");
    assert_eq!(plan.amount(), pence(CAPTURED));
}

#[test]
fn a_refund_is_chosen_where_the_provider_has_no_reversals() {
    let mut can = capabilities();
    can.reversal = Reversal::No;
    let plan = choose_with(&can, &payment(), &request()).unwrap();
    assert!(
        is_refund_because(&plan, "the provider has no reversals"),
        "{plan:?}"
    );
}

#[test]
fn a_refund_is_chosen_after_a_capture_by_the_merchant() {
    let mut payment = payment();
    payment.capture_mode = CaptureMode::Manual;
    let plan = choose(&payment, &request()).unwrap();
    assert!(
        is_refund_because(&plan, "captured by the merchant"),
        "{plan:?}"
    );
}

#[test]
fn a_refund_is_chosen_for_a_part_of_the_payment() {
    let plan = choose(&payment(), &request_of(1)).unwrap();
    assert!(
        is_refund_because(&plan, "for the full amount only"),
        "{plan:?}"
    );
    let by_item = request().items([ItemRequest::whole(item_id(0))]);
    let plan = choose(&payment_of(&[5_000, 5_000]), &by_item).unwrap();
    assert!(
        is_refund_because(&plan, "for the full amount only"),
        "{plan:?}"
    );
}

#[test]
fn a_refund_of_the_rest_is_chosen_where_money_has_been_returned() {
    let mut payment = payment();
    payment.refunded = Some(minor(4_000));
    let plan = choose(&payment, &request()).unwrap();
    assert!(is_refund_because(&plan, "returned already"), "{plan:?}");
    assert_eq!(plan.amount(), pence(6_000));
}

#[test]
fn a_refund_is_chosen_where_a_refund_is_on_record() {
    let plan = choose_after(&[refund_in(State::Succeeded, 1, 4_000)], &payment()).unwrap();
    assert!(
        is_refund_because(&plan, "has a refund on record"),
        "{plan:?}"
    );
    assert_eq!(plan.amount(), pence(6_000));
}

#[test]
fn the_notice_of_a_chosen_refund_stands_behind_its_others() {
    let mut payment = windowed(50, 100);
    payment.amounts_comparable = false;
    let plan = choose(&payment, &request()).unwrap();
    assert_eq!(plan.notices().len(), 2);
    assert_eq!(plan.notices()[0], Notice::AmountByProvider);
    assert!(is_refund_because(&plan, "is over"), "{plan:?}");
}

#[test]
fn a_part_of_an_authorisation_is_refused_with_the_reversals_words() {
    let refusal = choose(&payment_at(Stage::Authorized), &request_of(1)).unwrap_err();
    let expected = Refusal::NotReversible {
        payment: payment().id,
        because: "a reversal is for the full amount only".to_owned(),
    };
    assert_eq!(refusal, expected);
}

#[test]
fn an_authorisation_whose_window_is_over_is_refused_with_the_reversals_words() {
    let mut payment = windowed(50, 100);
    payment.stage = Stage::Authorized;
    let refusal = choose(&payment, &request()).unwrap_err();
    assert!(refusal.to_string().contains("is over"), "{refusal}");
}

#[test]
fn where_neither_is_legal_the_refunds_refusal_is_given() {
    for stage in [
        Stage::Created,
        Stage::Reversed,
        Stage::NeverPaid,
        Stage::Failed,
    ] {
        let refusal = choose(&payment_at(stage), &request()).unwrap_err();
        assert!(matches!(refusal, Refusal::NoMoney { .. }), "{refusal}");
    }
    let refusal = choose(&payment(), &request_of(CAPTURED + 1)).unwrap_err();
    assert!(matches!(refusal, Refusal::OverRefund { .. }), "{refusal}");
}

#[test]
fn a_reversal_under_way_allows_neither() {
    let open = [reversal(1, common::leading_to(State::Unknown))];
    let refusal = choose_after(&open, &payment()).unwrap_err();
    assert!(matches!(refusal, Refusal::OtherKind { .. }), "{refusal}");
}

#[test]
fn a_refund_under_way_allows_neither() {
    let open = [refund_in(State::Unknown, 1, 1_000)];
    let refusal = choose_after(&open, &payment()).unwrap_err();
    assert!(matches!(refusal, Refusal::UnderWay { .. }), "{refusal}");
}

#[test]
fn a_reason_that_a_reversal_does_not_carry_does_not_prevent_one() {
    let mut can = capabilities();
    can.reversal_reason = None;
    let plan = choose_with(&can, &payment(), &request().reason(text("broken"))).unwrap();
    let Plan::Reversal(plan) = plan else {
        panic!("{plan:?}");
    };
    assert_eq!(plan.reason(), None);
}

#[test]
fn a_reason_that_a_reversal_carries_travels_with_it() {
    let plan = choose(&payment(), &request().reason(text("broken"))).unwrap();
    let Plan::Reversal(plan) = plan else {
        panic!("{plan:?}");
    };
    assert_eq!(plan.reason(), Some(&text("broken")));
}

#[test]
fn a_request_for_a_refund_is_checked_before_anything_is_read() {
    let mut can = capabilities();
    can.largest_amount = 5_000;
    let refused = |request: RefundRequest| check_refund(&request, &can).unwrap_err();
    let whole = || ItemRequest::whole(item_id(0));
    let long = text(&"x".repeat(21));
    assert!(matches!(refused(request().reason(long)), Refusal::Text(_)));
    let over = refused(request_of(5_001));
    assert!(matches!(over, Refusal::TooLargeForProvider { .. }));
    let over = refused(request().items([ItemRequest::part(item_id(0), pence(5_001))]));
    assert!(matches!(over, Refusal::TooLargeForProvider { .. }));
    let none = refused(request().items([]));
    assert!(matches!(none, Refusal::BadItems(_)));
    let twice = refused(request().items([whole(), whole()]));
    assert!(matches!(twice, Refusal::BadItems(_)));
    for fine in [request(), request_of(5_000), request().items([whole()])] {
        assert_eq!(check_refund(&fine, &can), Ok(()));
    }
    can.by_item = false;
    let by_item = check_refund(&request().items([whole()]), &can);
    assert_eq!(by_item, Err(Refusal::NoItems));
}
