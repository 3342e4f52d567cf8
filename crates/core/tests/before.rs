//! What was there when a refund was planned, beside what is there now.
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

use common::compared::{by, listing};
use common::{
    answered, at, capabilities, find, foreign, marked, minor, refund, refund_in, token, unknown,
};
use refundkit_core::ProviderRefund;
use refundkit_core::capabilities::Lookup;
use refundkit_core::operation::{self, Finding};
use refundkit_core::plan::{History, Plan, plan_refund};
use refundkit_core::{ListedRefunds, Operation, RefundStatus, State};

fn lost() -> Operation {
    refund(1, 1_000, vec![marked(0, 1), answered(1, 1, unknown())])
}

fn ours(status: RefundStatus, units: i64) -> ProviderRefund {
    let mut seen = foreign(1, status, units);
    seen.token = Some(token(1));
    seen
}

fn is_blocked(finding: &Finding) -> bool {
    matches!(finding, Finding::Blocked(_))
}

#[test]
fn a_refund_of_another_operation_is_not_ours_and_one_of_nobody_could_be() {
    let mut theirs = ours(RefundStatus::Succeeded, 1_000);
    theirs.token = Some(token(2));
    let shown = listing([theirs]);
    let both = [lost(), refund_in(State::Succeeded, 2, 1_000)];
    let history = History::of(&both, at(3_600));
    let can = by(Lookup::ByToken);
    let found = operation::find(&both[0], &shown, &history, &can);
    assert_eq!(found, Finding::Absent);
    // A token as ours are, and no operation has it.
    assert!(is_blocked(&find(&lost(), &shown, &can)));
}

#[test]
fn a_list_without_what_was_there_before_is_not_all() {
    let before = listing([foreign(5, RefundStatus::Succeeded, 1_000)]);
    let request = common::request_of(1_000);
    let plan = plan_refund(&before, &History::default(), &request, &capabilities());
    let mut lost = lost();
    lost.intent.plan = Plan::Refund(plan.unwrap());
    let can = by(Lookup::ByToken);
    assert_eq!(find(&lost, &before, &can), Finding::Absent);
    assert!(is_blocked(&find(&lost, &listing([]), &can)));
    // Nor does it explain a total that has grown since.
    let mut grown = before;
    grown.refunds = grown
        .refunds
        .map(|listed| ListedRefunds::some(listed.refunds));
    grown.refunded = Some(minor(2_000));
    lost.intent.plan = Plan::Refund(
        plan_refund(
            &{
                let mut summed = grown.clone();
                summed.refunded = Some(minor(1_000));
                summed
            },
            &History::default(),
            &request,
            &capabilities(),
        )
        .unwrap(),
    );
    assert!(is_blocked(&find(&lost, &grown, &can)));
}
