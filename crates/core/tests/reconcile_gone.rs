//! More than there was, disputes after refunds, and a refund that two operations claim.
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

use common::compared::{by, kinds, later, listing, only, refund_id, seen, summing, told};
use common::{at, capabilities, foreign, minor};
use refundkit_core::capabilities::Lookup;
use refundkit_core::reconcile::compare;
use refundkit_core::{DifferenceKind, Dispute, DisputeStage, Operation, Payment, RefundStatus};

fn compared(operations: &[Operation], payment: &Payment) -> refundkit_core::reconcile::Compared {
    compare(operations, payment, &[], &capabilities(), later())
}

#[test]
fn more_than_was_captured_is_a_difference_of_its_own() {
    // Twice 100.00 of 100.00, and the journal knows both.
    let two = [1, 2].map(|number| told(number, RefundStatus::Succeeded));
    let mut payment = listing([1, 2].map(|number| seen(number, RefundStatus::Succeeded, 1_000)));
    payment.captured = minor(1_500);
    let found = only(compared(&two, &payment), DifferenceKind::Overdrawn);
    assert_eq!(found.shown.unwrap().amount, Some(minor(2_000)));
    assert_eq!(found.wanted.unwrap().minor(), minor(1_500));
    payment.captured = minor(2_000);
    assert_eq!(kinds(&compared(&two, &payment)), []);
}

#[test]
fn a_total_that_is_more_than_was_captured_is_one_too() {
    let mut payment = summing(1_001);
    payment.captured = minor(1_000);
    let one = [told(1, RefundStatus::Succeeded)];
    let total = compare(&one, &payment, &[], &by(Lookup::Total), later());
    assert!(
        kinds(&total).contains(&DifferenceKind::Overdrawn),
        "{total:?}"
    );
}

#[test]
fn one_refund_is_one_operations_and_the_other_ones_is_missing() {
    let first = told(1, RefundStatus::Succeeded);
    let mut second = told(1, RefundStatus::Succeeded);
    second.intent.id = "op_2".parse().unwrap();
    second.intent.key = common::token(2);
    let shown = listing([seen(1, RefundStatus::Succeeded, 1_000)]);
    let missing = only(compared(&[first, second], &shown), DifferenceKind::Missing);
    assert_eq!(missing.operation, Some("op_2".parse().unwrap()));
    assert_eq!(missing.refund, Some(refund_id(1)));
}

#[test]
fn a_dispute_after_our_refund_is_told_with_what_a_person_needs() {
    let operation = told(1, RefundStatus::Succeeded);
    let disputed = |stage, opened: Option<i64>| {
        let mut payment = listing([seen(1, RefundStatus::Succeeded, 1_000)]);
        payment.disputes = Some(vec![Dispute {
            id: Some("dp_7".to_owned()),
            stage,
            amount: Some(minor(1_000)),
            created_at: opened.map(at),
        }]);
        compared(std::slice::from_ref(&operation), &payment)
    };
    for (stage, word) in [(DisputeStage::Open, "open"), (DisputeStage::Lost, "lost")] {
        for opened in [None, Some(100)] {
            let told = only(disputed(stage, opened), DifferenceKind::Disputed);
            assert!(
                told.note.contains("dp_7") && told.note.contains(word),
                "{}",
                told.note
            );
            assert_eq!(told.refund, Some(refund_id(1)));
            assert_eq!(told.operation, Some(operation.intent.id.clone()));
        }
    }
    assert_eq!(kinds(&disputed(DisputeStage::Won, None)), []);
    assert_eq!(
        kinds(&disputed(DisputeStage::Open, Some(-1))),
        [],
        "it was there before"
    );
    let mut unowned = listing([foreign(9, RefundStatus::Failed, 1)]);
    unowned.disputes = Some(vec![Dispute {
        id: None,
        stage: DisputeStage::Open,
        amount: None,
        created_at: None,
    }]);
    assert_eq!(kinds(&compared(&[], &unowned)), [], "no refund of ours");
}
