//! Journal against provider: each kind of difference is told by its name, and nothing else is one.
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
    by, kinds, later, listing, only, refund_id, seen, state_with, summed, summing, told,
};
use common::{
    answered, at, capabilities, foreign, leading_to, marked, minor, payment_at, refund, reversal,
    token, unknown,
};
use refundkit_core::DifferenceKind::*;
use refundkit_core::ProviderRefund;
use refundkit_core::capabilities::Lookup;
use refundkit_core::reconcile::{Compared, agrees, asked, compare, elsewhere, gone};
use refundkit_core::{ListedRefunds, Operation, Payment, RefundStatus, Stage, State};

fn listed(operations: &[Operation], payment: &Payment) -> Compared {
    compare(operations, payment, &[], &capabilities(), later())
}

#[test]
fn what_agrees_is_no_difference() {
    let done = told(1, RefundStatus::Succeeded);
    let open = told(2, RefundStatus::Pending);
    let mut payment = listing([
        seen(1, RefundStatus::Succeeded, 1_000),
        seen(2, RefundStatus::Pending, 1_000),
        foreign(3, RefundStatus::Failed, 500),
    ]);
    payment.refunded = Some(minor(2_000));
    assert_eq!(listed(&[done, open], &payment), Compared::default());
    for state in [
        State::Rejected,
        State::Cancelled,
        State::Failed,
        State::Unknown,
    ] {
        let operation = refund(1, 1_000, leading_to(state));
        assert_eq!(listed(&[operation], &listing([])), Compared::default());
    }
    let done = told(1, RefundStatus::Succeeded);
    assert_eq!(summed(&[done], &summing(1_000)), Compared::default());
    let whole = reversal(1, leading_to(State::Succeeded));
    let reversed = payment_at(Stage::Reversed);
    assert_eq!(summed(&[whole], &reversed), Compared::default());
}

#[test]
fn missing() {
    let done = told(1, RefundStatus::Succeeded);
    let found = only(listed(std::slice::from_ref(&done), &listing([])), Missing);
    assert_eq!(found.operation, Some(done.intent.id.clone()));
    assert_eq!(found.refund, Some(refund_id(1)));
    assert_eq!(found.evidence, None, "that it isn't shown proves nothing");
    assert_eq!(
        kinds(&gone(std::slice::from_ref(&done), later())),
        [Missing]
    );
    let two = [done.clone(), told(2, RefundStatus::Pending)];
    assert_eq!(kinds(&summed(&two, &summing(0))), [Missing, Missing]);
    let part = told(3, RefundStatus::Succeeded);
    let mut small = part;
    small.intent.plan = refund(3, 700, Vec::new()).intent.plan;
    let found = only(summed(&[done, small.clone()], &summing(1_000)), Missing);
    assert_eq!(found.operation, Some(small.intent.id), "7.00 are missing");
    let whole = reversal(1, leading_to(State::Succeeded));
    only(summed(&[whole], &payment_at(Stage::Authorized)), Missing);
}

#[test]
fn extra() {
    let done = told(1, RefundStatus::Succeeded);
    let shown = [
        seen(1, RefundStatus::Succeeded, 1_000),
        seen(9, RefundStatus::Succeeded, 300),
    ];
    let found = only(listed(&[done], &listing(shown)), Extra);
    assert_eq!((found.operation, found.token), (None, Some(token(9))));
    assert_eq!(found.evidence, None);
}

#[test]
fn doubled_and_a_third_one_is_extra() {
    let done = told(1, RefundStatus::Succeeded);
    let mut second = seen(1, RefundStatus::Succeeded, 1_000);
    second.id = Some(refund_id(2));
    // In whatever order: the one that the journal knows is the first.
    let first = seen(1, RefundStatus::Succeeded, 1_000);
    let both = listing([second.clone(), first.clone()]);
    let found = only(listed(std::slice::from_ref(&done), &both), Doubled);
    assert_eq!(found.refund, Some(refund_id(2)));
    assert_eq!(
        state_with(&done, found.evidence.unwrap()),
        State::Parked,
        "a person has to look"
    );
    // A provider whose refunds' ids are our tokens shows the same id twice.
    let alike = listing([first.clone(), first.clone()]);
    only(listed(std::slice::from_ref(&done), &alike), Doubled);
    let mut third = second.clone();
    third.id = Some(refund_id(3));
    let compared = listed(&[done], &listing([first, second, third]));
    assert_eq!(kinds(&compared), [Doubled, Extra]);
}

#[test]
fn amount() {
    let done = told(1, RefundStatus::Succeeded);
    let shown = listing([seen(1, RefundStatus::Succeeded, 1_001)]);
    let found = only(listed(std::slice::from_ref(&done), &shown), Amount);
    assert_eq!(found.shown.unwrap().amount, Some(minor(1_001)));
    assert_eq!(state_with(&done, found.evidence.unwrap()), State::Parked);
}

#[test]
fn currency_where_the_payment_leaves_the_amount_out() {
    let done = told(1, RefundStatus::Succeeded);
    let mut bare = seen(1, RefundStatus::Succeeded, 1_000);
    bare.amount = None;
    let shown = listing([bare]);
    assert_eq!(
        listed(std::slice::from_ref(&done), &shown),
        Compared::default()
    );
    let told = ProviderRefund {
        payment: Some(shown.id.clone()),
        currency: Some(refundkit_core::Currency::new("USD").unwrap()),
        ..seen(1, RefundStatus::Succeeded, 1_000)
    };
    let compared = compare(
        std::slice::from_ref(&done),
        &shown,
        &[told],
        &capabilities(),
        later(),
    );
    let found = only(compared, Currency);
    assert_eq!(state_with(&done, found.evidence.unwrap()), State::Parked);
}

#[test]
fn status() {
    let open = told(1, RefundStatus::Pending);
    for (word, state) in [
        (RefundStatus::Succeeded, State::Succeeded),
        (RefundStatus::Failed, State::Failed),
    ] {
        let shown = listing([seen(1, word, 1_000)]);
        let found = only(listed(std::slice::from_ref(&open), &shown), Status);
        assert_eq!(state_with(&open, found.evidence.unwrap()), state);
    }
    let done = told(1, RefundStatus::Succeeded);
    let review = listing([seen(1, RefundStatus::Review, 1_000)]);
    only(listed(&[done], &review), Status);
    let failed = told(1, RefundStatus::Failed);
    let shown = listing([seen(1, RefundStatus::Succeeded, 1_000)]);
    only(listed(&[failed], &shown), Status);
}

#[test]
fn dashboard() {
    let done = told(1, RefundStatus::Succeeded);
    let others = foreign(7, RefundStatus::Succeeded, 400);
    let mut shown = listing([seen(1, RefundStatus::Succeeded, 1_000), others]);
    shown.refunded = Some(minor(1_400));
    let found = only(listed(std::slice::from_ref(&done), &shown), Dashboard);
    assert_eq!((found.operation, found.refund), (None, Some(refund_id(7))));
    assert!(
        found.note.contains("86.00 GBP of 100.00 GBP"),
        "{}",
        found.note
    );
    let found = only(summed(&[done], &summing(1_400)), Dashboard);
    assert_eq!(found.shown.unwrap().amount, Some(minor(400)));
    let ours = refund(1, 1_000, leading_to(State::Cancelled));
    only(summed(&[ours], &payment_at(Stage::Reversed)), Dashboard);
}

#[test]
fn late_failure() {
    let done = told(1, RefundStatus::Succeeded);
    let shown = listing([seen(1, RefundStatus::Failed, 1_000)]);
    let found = only(listed(std::slice::from_ref(&done), &shown), LateFailure);
    let late = state_with(&done, found.evidence.unwrap());
    assert_eq!(late, State::FailedLate);
    let fact = ProviderRefund {
        id: Some(refund_id(1)),
        ..ProviderRefund::with_status(RefundStatus::Failed)
    };
    let found = asked(&done, fact).unwrap();
    assert_eq!(found.kind, LateFailure);
}

#[test]
fn other_payment() {
    let done = told(1, RefundStatus::Succeeded);
    let fact = ProviderRefund {
        id: Some(refund_id(1)),
        payment: Some("pay_2".parse().unwrap()),
        ..ProviderRefund::with_status(RefundStatus::Succeeded)
    };
    let found = asked(&done, fact).unwrap();
    assert_eq!(found.kind, OtherPayment);
    assert_eq!(state_with(&done, found.evidence.unwrap()), State::Parked);
    // Found there by its token, or by its id.
    let mut other = listing([seen(1, RefundStatus::Succeeded, 1_000)]);
    other.id = "pay_2".parse().unwrap();
    let unowned = only(listed(&[], &other), Extra);
    let found = elsewhere(&done, &unowned).unwrap();
    assert_eq!(found.kind, OtherPayment);
    assert_eq!(found.operation, Some(done.intent.id.clone()));
    assert!(found.note.contains("pay_2"), "{}", found.note);
    other.refunds = Some(ListedRefunds::whole(vec![foreign(
        1,
        RefundStatus::Succeeded,
        1_000,
    )]));
    let unowned = only(listed(&[], &other), Dashboard);
    assert!(elsewhere(&done, &unowned).is_some(), "by its id");
    assert!(elsewhere(&told(2, RefundStatus::Succeeded), &unowned).is_none());
}

#[test]
fn sum() {
    let done = told(1, RefundStatus::Succeeded);
    let found = only(summed(std::slice::from_ref(&done), &summing(600)), Sum);
    assert_eq!(found.operation, Some(done.intent.id.clone()));
    assert_eq!(found.wanted.unwrap().minor(), minor(1_000));
    assert_eq!(found.shown.unwrap().amount, Some(minor(600)));
    // Two alike: which of them is missing can't be told.
    let two = [done.clone(), told(2, RefundStatus::Succeeded)];
    assert_eq!(only(summed(&two, &summing(1_000)), Sum).operation, None);
    let mut shown = listing([seen(1, RefundStatus::Succeeded, 1_000)]);
    shown.refunded = Some(minor(1_500));
    only(listed(&[done], &shown), Sum);
}

#[test]
fn reversed_and_refunded() {
    let done = told(1, RefundStatus::Succeeded);
    let found = only(
        summed(std::slice::from_ref(&done), &payment_at(Stage::Reversed)),
        ReversedAndRefunded,
    );
    assert_eq!(found.operation, Some(done.intent.id.clone()));
    let mut shown = listing([seen(1, RefundStatus::Succeeded, 1_000)]);
    shown.stage = Stage::NeverPaid;
    shown.refunded = Some(minor(1_000));
    only(listed(&[done], &shown), ReversedAndRefunded);
    let whole = reversal(1, leading_to(State::Succeeded));
    let mut reversed = payment_at(Stage::Reversed);
    reversed.refunded = Some(minor(500));
    only(summed(&[whole], &reversed), ReversedAndRefunded);
}

#[test]
fn went_through() {
    for state in [
        State::Unknown,
        State::Parked,
        State::Rejected,
        State::Ready,
        State::Cancelled,
    ] {
        let operation = refund(1, 1_000, leading_to(state));
        let shown = listing([seen(1, RefundStatus::Succeeded, 1_000)]);
        let found = only(
            listed(std::slice::from_ref(&operation), &shown),
            WentThrough,
        );
        assert_eq!(found.state, Some(state));
        let with = state_with(&operation, found.evidence.unwrap());
        assert_eq!(with, State::Succeeded, "from {state}");
    }
    for state in [State::Unknown, State::Parked] {
        let mut evidence = vec![marked(0, 1)];
        evidence.extend(leading_to(state));
        let operation = refund(1, 1_000, evidence);
        let found = only(
            summed(std::slice::from_ref(&operation), &summing(1_000)),
            WentThrough,
        );
        let with = state_with(&operation, found.evidence.unwrap());
        assert_eq!(with, State::Succeeded);
    }
    let mut evidence = vec![marked(0, 1)];
    evidence.extend(leading_to(State::Parked));
    let whole = reversal(1, evidence);
    only(summed(&[whole], &payment_at(Stage::Reversed)), WentThrough);
}

#[test]
fn what_is_younger_than_quiescence_is_no_difference_yet() {
    let soon = at(14 * 60);
    let done = told(1, RefundStatus::Succeeded);
    let open = told(1, RefundStatus::Pending);
    let lost = refund(1, 1_000, vec![marked(0, 1), answered(1, 1, unknown())]);
    let there = listing([seen(1, RefundStatus::Succeeded, 1_000)]);
    let by_token = capabilities();
    let by_total = by(Lookup::Total);
    for (operation, payment, can) in [
        (&done, listing([]), &by_token),
        (&open, there.clone(), &by_token),
        (&lost, there, &by_token),
        (&done, summing(0), &by_total),
        (&done, summing(2_000), &by_total),
    ] {
        let compared = compare(std::slice::from_ref(operation), &payment, &[], can, soon);
        assert_eq!(kinds(&compared), [], "{operation:?}");
        assert_eq!(compared.young, 1);
        let compared = compare(std::slice::from_ref(operation), &payment, &[], can, later());
        assert_eq!(compared.differences.len(), 1, "an hour later it is");
    }
}

#[test]
fn a_refund_without_token_at_a_provider_without_tokens_may_be_one_of_ours() {
    let nameless = refund(1, 1_000, leading_to(State::Succeeded));
    let can = by(Lookup::Total);
    let shown = listing([foreign(7, RefundStatus::Succeeded, 1_000)]);
    let compared = compare(std::slice::from_ref(&nameless), &shown, &[], &can, later());
    assert_eq!((kinds(&compared), compared.untold), (vec![], 1));
    let shown = listing([foreign(7, RefundStatus::Succeeded, 999)]);
    let compared = compare(&[nameless], &shown, &[], &can, later());
    assert_eq!(kinds(&compared), [Dashboard]);
}

#[test]
fn a_listed_refund_agrees_only_where_all_of_it_does() {
    let done = told(1, RefundStatus::Succeeded);
    let fine = ProviderRefund {
        payment: Some("pay_1".parse().unwrap()),
        currency: Some(common::gbp()),
        ..seen(1, RefundStatus::Succeeded, 1_000)
    };
    let operations = [done];
    assert!(agrees(&operations, &fine).is_some());
    let changes: [fn(&mut ProviderRefund); 6] = [
        |one| one.id = Some(refund_id(2)),
        |one| one.status = RefundStatus::Failed,
        |one| one.amount = Some(minor(1)),
        |one| one.currency = Some(refundkit_core::Currency::new("USD").unwrap()),
        |one| one.payment = "pay_2".parse().ok(),
        |one| (one.token, one.id) = (None, Some(refund_id(9))),
    ];
    for (number, change) in changes.iter().enumerate() {
        let mut other = fine.clone();
        change(&mut other);
        assert!(agrees(&operations, &other).is_none(), "change {number}");
    }
}
