//! Refund plans: every rule that forbids one, and what a legal one says.
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

use common::plans::{able, id, nothing_left, over, plan, plan_after, plan_with, units};
use common::{
    CAPTURED, capabilities, gbp, minor, payment, payment_at, pence, refund_in, request, request_of,
};
use refundkit_core::capabilities::{Capabilities, Lookup, Partial};
use refundkit_core::payment::ListedRefunds;
use refundkit_core::plan::{History, plan_refund};
use refundkit_core::{Coded, Payment, Refusal, Stage, State};

#[test]
fn captured_money_can_be_refunded() {
    for stage in [Stage::Captured, Stage::PartiallyCaptured] {
        let plan = plan(&payment_at(stage), &request()).unwrap();
        assert_eq!(plan.amount(), pence(CAPTURED));
    }
}

#[test]
fn authorised_money_is_reversed_and_not_refunded() {
    let refusal = plan(&payment_at(Stage::Authorized), &request()).unwrap_err();
    assert_eq!(refusal, Refusal::NotCaptured { payment: id() });
    assert_eq!(refusal.code().as_str(), "RK1201");
}

#[test]
fn a_payment_without_money_has_nothing_to_refund() {
    for (stage, word) in [
        (Stage::Created, "not paid yet"),
        (Stage::Reversed, "reversed"),
        (Stage::NeverPaid, "cancelled"),
        (Stage::Failed, "failed"),
    ] {
        let refused = Refusal::NoMoney {
            payment: id(),
            stage: word.to_owned(),
        };
        assert_eq!(plan(&payment_at(stage), &request()), Err(refused));
    }
}

#[test]
fn a_stage_that_nobody_knows_is_never_taken_for_a_good_one() {
    let stage = Stage::Other("CAPTURED\n4111111111111111".to_owned());
    let refusal = plan(&payment_at(stage), &request()).unwrap_err();
    assert!(matches!(refusal, Refusal::NoMoney { .. }), "{refusal}");
    let shown = refusal.to_string();
    assert!(!shown.contains('\n') && !shown.contains("4111"), "{shown}");
}

#[test]
fn a_payment_that_was_refunded_whole_has_nothing_left() {
    let mut payment = payment_at(Stage::Refunded);
    payment.refunded = Some(minor(CAPTURED));
    assert_eq!(plan(&payment, &request()), Err(nothing_left()));
    assert_eq!(plan(&payment, &request_of(1)), Err(nothing_left()));
}

#[test]
fn a_captured_payment_without_money_in_it_contradicts_itself() {
    let mut payment = payment();
    payment.captured = minor(0);
    let refused = plan(&payment, &request()).unwrap_err();
    assert!(matches!(refused, Refusal::Unclear { .. }), "{refused:?}");
}

#[test]
fn only_what_was_captured_can_be_refunded_and_not_what_was_authorised() {
    let mut payment = payment_at(Stage::PartiallyCaptured);
    payment.captured = minor(4_000);
    assert_eq!(units(&plan(&payment, &request()).unwrap()), 4_000);
    assert_eq!(
        plan(&payment, &request_of(4_001)),
        Err(over(4_001, "40.00 GBP"))
    );
}

// The amount.

#[test]
fn all_that_is_left_is_a_full_refund_without_lines_and_notices() {
    let plan = plan(&payment(), &request()).unwrap();
    assert!(plan.is_full() && plan.amount_is_exact());
    assert_eq!(plan.lines(), []);
    assert_eq!(plan.notices(), []);
    assert_eq!(plan.budget().cap, minor(CAPTURED));
    assert_eq!(plan.budget().external, minor(0));
}

#[test]
fn a_part_is_not_a_full_refund() {
    let plan = plan(&payment(), &request_of(2_500)).unwrap();
    assert_eq!(units(&plan), 2_500);
    assert!(!plan.is_full());
}

#[test]
fn naming_the_whole_amount_is_a_full_refund() {
    assert!(plan(&payment(), &request_of(CAPTURED)).unwrap().is_full());
}

#[test]
fn one_unit_more_than_was_captured_is_refused() {
    assert_eq!(
        plan(&payment(), &request_of(CAPTURED + 1)),
        Err(over(CAPTURED + 1, "100.00 GBP"))
    );
}

#[test]
fn two_partial_refunds_leave_the_rest_and_not_a_unit_more() {
    let done = [
        refund_in(State::Succeeded, 1, 3_000),
        refund_in(State::Accepted, 2, 4_000),
    ];
    assert_eq!(
        plan_after(&done, &payment(), &request_of(3_001)),
        Err(over(3_001, "30.00 GBP"))
    );
    let rest = plan_after(&done, &payment(), &request_of(3_000)).unwrap();
    assert!(rest.is_full(), "the last part is all that was left");
    assert_eq!(
        plan_after(&done, &payment(), &request()).unwrap().amount(),
        pence(3_000)
    );
}

#[test]
fn refunds_that_add_up_to_everything_leave_nothing() {
    let done = [
        refund_in(State::Succeeded, 1, 3_000),
        refund_in(State::Accepted, 2, 7_000),
    ];
    for request in [request(), request_of(1)] {
        assert_eq!(plan_after(&done, &payment(), &request), Err(nothing_left()));
    }
}

#[test]
fn an_operation_that_moved_no_money_leaves_all_of_it() {
    for state in [
        State::Failed,
        State::FailedLate,
        State::Rejected,
        State::Cancelled,
    ] {
        let done = [refund_in(state, 1, CAPTURED)];
        let plan = plan_after(&done, &payment(), &request()).unwrap();
        assert_eq!(units(&plan), CAPTURED, "{state}");
    }
}

#[test]
fn an_operation_that_is_written_down_and_not_sent_holds_its_money() {
    let begun = [refund_in(State::Ready, 1, 6_000)];
    assert_eq!(
        plan_after(&begun, &payment(), &request_of(4_001)),
        Err(over(4_001, "40.00 GBP"))
    );
}

#[test]
fn another_currency_than_the_payments_is_refused() {
    let eur = request().amount("10.00 EUR".parse().unwrap());
    let refusal = plan(&payment(), &eur).unwrap_err();
    let expected = Refusal::WrongCurrency {
        payment: id(),
        expected: gbp(),
        found: "EUR".parse().unwrap(),
    };
    assert_eq!(refusal, expected);
    assert_eq!(refusal.code().as_str(), "RK1205");
}

#[test]
fn more_than_the_providers_field_holds_is_refused() {
    let narrow = able(|can| can.largest_amount = 5_000);
    for (request, asked) in [(request(), CAPTURED), (request_of(5_001), 5_001)] {
        let refused = Refusal::TooLargeForProvider {
            asked: pence(asked),
            largest: 5_000,
        };
        assert_eq!(plan_with(&narrow, &payment(), &request), Err(refused));
    }
    assert!(plan_with(&narrow, &payment(), &request_of(5_000)).is_ok());
}

#[test]
fn held_sums_that_leave_the_range_of_numbers_make_nothing_possible() {
    let done = [
        refund_in(State::Succeeded, 1, i64::MAX),
        refund_in(State::Succeeded, 2, 1),
    ];
    let mut payment = payment();
    payment.captured = minor(i64::MAX);
    let refusal = plan_after(&done, &payment, &request_of(1)).unwrap_err();
    assert!(matches!(refusal, Refusal::Unclear { .. }), "{refusal}");
}

// Parts.

#[test]
fn a_provider_without_partial_refunds_takes_the_whole_only() {
    let whole_only = able(|can| can.partial = Partial::No);
    assert!(plan_with(&whole_only, &payment(), &request()).is_ok());
    assert!(plan_with(&whole_only, &payment(), &request_of(CAPTURED)).is_ok());
    let refusal = plan_with(&whole_only, &payment(), &request_of(CAPTURED - 1)).unwrap_err();
    assert!(matches!(refusal, Refusal::NoPartial { .. }), "{refusal}");
}

#[test]
fn the_rest_of_a_payment_is_a_part_of_it() {
    let whole_only = able(|can| can.partial = Partial::No);
    let mut payment = payment();
    payment.refunded = Some(minor(1));
    let refusal = plan_with(&whole_only, &payment, &request()).unwrap_err();
    assert!(matches!(refusal, Refusal::NoPartial { .. }), "{refusal}");
}

#[test]
fn a_payment_method_without_partial_refunds_takes_the_whole_only() {
    let mut payment = payment();
    payment.partial_allowed = Some(false);
    assert!(plan(&payment, &request()).is_ok());
    let refused = Refusal::NoPartial {
        payment: id(),
        because: "its payment method takes no partial refund",
    };
    assert_eq!(plan(&payment, &request_of(1)), Err(refused));
}

#[test]
fn a_payment_that_says_nothing_of_parts_or_allows_them_takes_a_part() {
    for allowed in [None, Some(true)] {
        let mut payment = payment();
        payment.partial_allowed = allowed;
        assert!(plan(&payment, &request_of(1)).is_ok(), "{allowed:?}");
    }
}

// Items.

#[test]
fn what_others_have_returned_is_stated_where_nobody_else_keeps_the_sum() {
    let planned = |lookup, enforces_cap, change: &dyn Fn(&mut Payment)| {
        let mut payment = payment();
        payment.refunded = Some(minor(0));
        payment.refunds = (lookup == Lookup::ByToken).then(|| ListedRefunds::whole(Vec::new()));
        change(&mut payment);
        let can = Capabilities {
            lookup,
            enforces_cap,
            ..capabilities()
        };
        match plan_refund(&payment, &History::default(), &request(), &can) {
            Ok(_) => true,
            Err(Refusal::Unclear { .. }) => false,
            Err(other) => panic!("{other}"),
        }
    };
    let untold: &dyn Fn(&mut Payment) = &|payment| payment.refunded = None;
    let cut: &dyn Fn(&mut Payment) =
        &|payment| payment.refunds = Some(ListedRefunds::some(Vec::new()));
    for (lookup, change) in [(Lookup::Total, untold), (Lookup::ByToken, cut)] {
        assert!(planned(lookup, false, &|_| {}), "{lookup:?}");
        assert!(!planned(lookup, false, change), "{lookup:?}");
        assert!(planned(lookup, true, change), "its provider keeps it");
    }
    assert!(planned(Lookup::No, false, untold), "nothing is ever told");
}
