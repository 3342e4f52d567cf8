//! An answer is this refund's, or it contradicts the request.
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

use common::{capabilities, fact, foreign, intended, payment, request_of, token};
use refundkit_core::plan::{History, Plan, plan_refund};
use refundkit_core::{Answer, Listed, Outcome, RefundFact, RefundStatus, classify};

#[test]
fn another_refund_than_the_one_that_was_sent_contradicts() {
    let mut shown = payment();
    shown.refunds = Some(Listed::whole(vec![foreign(
        1,
        RefundStatus::Succeeded,
        500,
    )]));
    let history = History::default();
    let planned = plan_refund(&shown, &history, &request_of(1_000), &capabilities());
    let intent = intended(Plan::Refund(planned.unwrap()));
    let answer = |id: &str, carried: Option<usize>| {
        let fact = RefundFact {
            refund: id.parse().ok(),
            token: carried.map(token),
            ..fact(RefundStatus::Succeeded)
        };
        classify(&[], &intent, Answer::Refund(fact))
    };
    for (id, carried, wrong) in [
        ("re_2", None, None),
        ("re_2", Some(1), None),
        // A journal that was lost makes the same token again.
        ("re_1", Some(1), None),
        ("re_1", None, Some("which was there before")),
        ("re_2", Some(2), Some("the token of another")),
    ] {
        match (answer(id, carried), wrong) {
            (Outcome::Executed(_), None) => {}
            (Outcome::Contradiction { what, fact }, Some(wrong)) => {
                assert!(what.contains(wrong), "{what}");
                assert_eq!(fact.refund, None, "it is none of this operation's");
            }
            (other, _) => panic!("{id} {carried:?}: {other:?}"),
        }
    }
}
