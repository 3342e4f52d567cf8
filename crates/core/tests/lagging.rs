//! Readings that lag behind what has happened, where only a total is read.
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

use common::plans::units;
use common::{
    answered, at, capabilities, fact, find, foreign, marked, minor, payment, refund, request,
    request_of, unknown,
};
use refundkit_core::capabilities::{Capabilities, Lookup};
use refundkit_core::operation::Finding;
use refundkit_core::plan::{History, plan_refund};
use refundkit_core::{
    ListedRefunds, Operation, Outcome, Payment, Plan, RefundPlan, RefundStatus, Refusal,
};

const MINUTE: i64 = 60;

fn by_total() -> Capabilities {
    Capabilities {
        lookup: Lookup::Total,
        ..capabilities()
    }
}

fn totalling(units: i64) -> Payment {
    let mut payment = payment();
    payment.refunded = Some(minor(units));
    payment
}

/// A refund that was begun at that second, with that plan, and has succeeded at once.
fn succeeded(number: usize, begun: i64, plan: RefundPlan) -> Operation {
    let outcome = Outcome::Executed(fact(RefundStatus::Succeeded));
    let evidence = vec![marked(begun, 1), answered(begun, 1, outcome)];
    let mut operation = refund(number, plan.amount().minor().get(), evidence);
    operation.intent.created_at = at(begun);
    operation.intent.plan = Plan::Refund(plan);
    operation
}

fn planned(
    units: i64,
    total: i64,
    before: &[Operation],
    read_at: i64,
) -> Result<RefundPlan, Refusal> {
    let history = History::of(before, at(read_at));
    plan_refund(&totalling(total), &history, &request_of(units), &by_total())
}

#[test]
fn a_total_without_our_newest_success_hides_nothing_that_others_returned() {
    // Others had returned 3000. Ours of 1000 isn't in the total yet.
    let first = succeeded(1, 0, planned(1_000, 3_000, &[], 0).unwrap());
    let history = History::of([&first], at(MINUTE));
    let rest = plan_refund(&totalling(3_000), &history, &request(), &by_total()).unwrap();
    assert_eq!(units(&rest), 6_000, "10000 less 3000 less 1000");
    assert_eq!(rest.refunded_before(), minor(4_000));
    assert!(!rest.total_is_certain());
}

#[test]
fn a_plan_that_waited_for_hours_is_remembered_all_the_same() {
    let mut first = succeeded(1, 0, planned(1_000, 3_000, &[], 0).unwrap());
    let sent = 300 * MINUTE;
    first.evidence[0].at = at(sent);
    let rest = planned(6_000, 3_000, &[first], sent + MINUTE);
    assert_eq!(units(&rest.unwrap()), 6_000);
}

#[test]
fn a_refund_of_others_that_failed_is_forgotten_once_a_reading_has_to_show_it() {
    let first = succeeded(1, 0, planned(1_000, 3_000, &[], 0).unwrap());
    let rest = planned(9_000, 1_000, &[first], 20 * MINUTE);
    assert_eq!(units(&rest.unwrap()), 9_000);
}

#[test]
fn a_list_that_lags_behind_an_earlier_one_shows_no_more_room() {
    let mut listed = payment();
    listed.refunds = Some(ListedRefunds::whole(vec![foreign(
        9,
        RefundStatus::Succeeded,
        3_000,
    )]));
    let history = History::default();
    let plan = plan_refund(&listed, &history, &request_of(1_000), &capabilities()).unwrap();
    let first = succeeded(1, 0, plan);
    listed.refunds = Some(ListedRefunds::whole(Vec::new()));
    let left = |read_at| {
        let history = History::of([&first], at(read_at));
        plan_refund(&listed, &history, &request(), &capabilities()).unwrap()
    };
    assert_eq!(units(&left(MINUTE)), 6_000);
    assert_eq!(units(&left(20 * MINUTE)), 9_000);
}

fn lost(plan: RefundPlan) -> Operation {
    let evidence = vec![marked(0, 1), answered(1, 1, unknown())];
    let mut operation = refund(2, plan.amount().minor().get(), evidence);
    operation.intent.plan = Plan::Refund(plan);
    operation
}

#[test]
fn a_total_that_was_behind_when_the_plan_was_made_proves_nothing() {
    let first = succeeded(1, 0, planned(1_000, 3_000, &[], 0).unwrap());
    let plan = planned(1_000, 3_000, &[first], MINUTE).unwrap();
    let lost = lost(plan);
    for total in [3_000, 4_000, 5_000, 6_000] {
        let found = find(&lost, &totalling(total), &by_total());
        let proves = matches!(found, Finding::Unclear(_) | Finding::Blocked(_));
        assert!(proves, "{total}: {found:?}");
    }
}

#[test]
fn the_same_total_is_no_absence_where_an_earlier_refund_of_as_much_may_have_failed() {
    for (ours, absent) in [(999, false), (1_000, false), (1_001, true)] {
        let lost = lost(planned(ours, 1_000, &[], 0).unwrap());
        let found = find(&lost, &totalling(1_000), &by_total());
        assert_eq!(found == Finding::Absent, absent, "{ours}: {found:?}");
        let more = find(&lost, &totalling(1_000 + ours), &by_total());
        assert!(matches!(more, Finding::Proof(_)), "{more:?}");
    }
}
