//! Journal against provider: what is easily passed over in silence is told.
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

use common::compared::{
    kinds, later, listing, only, refund_id, seen, state_with, summed, summing, told,
};
use common::{
    answered, capabilities, leading_to, marked, minor, payment, payment_at, refund, reversal,
};
use refundkit_core::DifferenceKind::*;
use refundkit_core::ProviderRefund;
use refundkit_core::reconcile::{Compared, asked, compare};
use refundkit_core::{Outcome, RefundStatus, Stage, State};

#[test]
fn what_only_the_list_tells_is_not_lost_on_the_way() {
    let done = told(1, RefundStatus::Succeeded);
    let told = |number, status, currency: &str| ProviderRefund {
        payment: Some(payment().id),
        currency: Some(refundkit_core::Currency::new(currency).unwrap()),
        ..seen(number, status, 1_000)
    };
    // A refund that the payment doesn't show.
    let stranger = told(9, RefundStatus::Succeeded, "GBP");
    let shown = listing([seen(1, RefundStatus::Succeeded, 1_000)]);
    let with = |told: ProviderRefund| {
        let operations = std::slice::from_ref(&done);
        compare(operations, &shown, &[told], &capabilities(), later())
    };
    assert_eq!(only(with(stranger), Extra).refund, Some(refund_id(9)));
    let mut second = told(1, RefundStatus::Succeeded, "GBP");
    second.id = Some(refund_id(9));
    only(with(second), Doubled);
    // The same amount in another currency.
    let abroad = told(1, RefundStatus::Succeeded, "USD");
    only(with(abroad), Currency);
    assert_eq!(
        with(told(1, RefundStatus::Succeeded, "GBP")),
        Compared::default()
    );
    // Nor where the payment shows no refunds at all.
    let bare = payment();
    let stranger = told(9, RefundStatus::Succeeded, "GBP");
    let compared = compare(&[], &bare, &[stranger], &capabilities(), later());
    assert_eq!(compared.untold, 1);
}

#[test]
fn a_refund_that_was_asked_for_has_to_be_what_was_wanted() {
    let done = told(1, RefundStatus::Succeeded);
    let fact = |units, currency: &str| ProviderRefund {
        id: Some(refund_id(1)),
        amount: Some(minor(units)),
        currency: Some(refundkit_core::Currency::new(currency).unwrap()),
        ..ProviderRefund::with_status(RefundStatus::Succeeded)
    };
    assert_eq!(asked(&done, fact(1_000, "GBP")), None);
    for (fact, kind) in [(fact(900, "GBP"), Amount), (fact(1_000, "USD"), Currency)] {
        let found = asked(&done, fact).unwrap();
        assert_eq!(found.kind, kind);
        assert_eq!(state_with(&done, found.evidence.unwrap()), State::Parked);
    }
}

#[test]
fn a_reversal_that_was_called_off_and_is_there_is_told() {
    let mut evidence = vec![
        marked(0, 1),
        answered(
            1,
            1,
            Outcome::NotSent {
                why: "no connection".to_owned(),
            },
        ),
    ];
    evidence.extend(leading_to(State::Cancelled));
    let whole = reversal(1, evidence);
    assert_eq!(whole.state(), State::Cancelled);
    only(summed(&[whole], &payment_at(Stage::Reversed)), Dashboard);
}

#[test]
fn a_total_too_small_for_what_is_settled_is_told_whatever_is_young() {
    let done = told(1, RefundStatus::Succeeded);
    let outcome = Outcome::Executed(ProviderRefund::with_status(RefundStatus::Succeeded));
    let young = refund(2, 700, vec![marked(3_500, 1), answered(3_501, 1, outcome)]);
    let both = [done.clone(), young];
    let compared = summed(&both, &summing(0));
    assert_eq!(compared.young, 1);
    assert_eq!(only(compared, Missing).operation, Some(done.intent.id));
    for total in [1_000, 1_700, 2_000] {
        let compared = summed(&both, &summing(total));
        assert_eq!((kinds(&compared), compared.young), (vec![], 1), "{total}");
    }
    let compared = summed(&both, &summing(700));
    assert_eq!(kinds(&compared), [Sum], "not even the settled one is whole");
}

#[test]
fn beside_a_total_that_is_not_stated_nothing_is_compared() {
    let mut silent = payment();
    silent.refunded = None;
    silent.refunds = None;
    let rejected = [refund(1, 1_000, leading_to(State::Rejected))];
    let compared = summed(&rejected, &silent);
    assert_eq!((kinds(&compared), compared.untold), (vec![], 1));
    let compared = summed(&rejected, &summing(0));
    assert_eq!((kinds(&compared), compared.untold), (vec![], 0));
}
