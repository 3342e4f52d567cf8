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

use common::{
    answered, apply_reading, capabilities, fact, foreign, intended, marked, payment, request_of,
    token, unknown,
};
use refundkit_core::ProviderRefund;
use refundkit_core::operation::Source;
use refundkit_core::plan::{History, Plan, plan_refund};
use refundkit_core::{
    Answer, Fact, Intent, ListedRefunds, Operation, Outcome, Payment, RefundStatus, classify,
};

/// A refund of 10.00 that was planned while the payment showed `there`.
fn planned(there: ProviderRefund) -> (Intent, Payment) {
    let mut shown = payment();
    shown.refunds = Some(ListedRefunds::whole(vec![there]));
    let history = History::default();
    let planned = plan_refund(&shown, &history, &request_of(1_000), &capabilities());
    (intended(Plan::Refund(planned.unwrap())), shown)
}

#[test]
fn another_refund_than_the_one_that_was_sent_contradicts() {
    let (intent, _) = planned(foreign(1, RefundStatus::Succeeded, 500));
    let answer = |id: &str, carried: Option<usize>| {
        let fact = ProviderRefund {
            id: id.parse().ok(),
            token: carried.map(token),
            ..fact(RefundStatus::Succeeded)
        };
        classify(&[], &intent, Answer::Refund(fact))
    };
    for (id, carried, wrong) in [
        ("re_2", None, None),
        ("re_2", Some(1), None),
        // Whatever it echoes: what was listed before the send is none of its effect.
        ("re_1", Some(1), Some("which was there before")),
        ("re_1", None, Some("which was there before")),
        ("re_2", Some(2), Some("the token of another")),
    ] {
        match (answer(id, carried), wrong) {
            (Outcome::Executed(_), None) => {}
            (Outcome::Contradiction { what, fact }, Some(wrong)) => {
                assert!(what.contains(wrong), "{what}");
                assert_eq!(fact.id, None, "it is none of this operation's");
            }
            (other, _) => panic!("{id} {carried:?}: {other:?}"),
        }
    }
}

#[test]
fn what_was_listed_before_the_send_is_seen_as_its_effect_only_where_nothing_was_sent() {
    let mut ours = foreign(1, RefundStatus::Succeeded, 1_000);
    ours.token = Some(token(1));
    let (intent, shown) = planned(ours);
    let can = capabilities();
    let told = ProviderRefund {
        id: "re_1".parse().ok(),
        token: Some(token(1)),
        ..fact(RefundStatus::Succeeded)
    };
    // A journal that was lost makes the same token again, and finds its refund by it.
    let mut operation = Operation::new(intent);
    let found = apply_reading(&operation, &shown, &can);
    assert!(matches!(found, Some(Fact::Seen { .. })), "{found:?}");
    let asked = Fact::seen(&operation, Source::Asked, told.clone());
    assert!(matches!(asked, Fact::Seen { .. }), "{asked:?}");

    operation.evidence = vec![marked(0, 1), answered(1, 1, unknown())];
    let found = apply_reading(&operation, &shown, &can).unwrap();
    for fact in [found, Fact::seen(&operation, Source::Webhook, told)] {
        let Fact::Contradicted { what, refund } = fact else {
            panic!("{fact:?}")
        };
        assert!(what.contains("was there before"), "{what}");
        assert_eq!(refund.id, None, "it is none of this operation's");
    }
}
