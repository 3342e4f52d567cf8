//! A provider that shows no payments: what was paid is the caller's word.
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

use common::plans::{able, nothing_left, over, under_way, units};
use common::{
    answered, at, decided, find, leading_to, marked, minor, not_sent, payment, pence, request,
    request_of, reversal_request, unknown,
};
use refundkit_core::capabilities::{Capabilities, Lookup, Partial};
use refundkit_core::operation::{Decision, Finding, Sight, Step, Tries, conclude, step};
use refundkit_core::plan::{
    History, Notice, check_refund, check_reversal, plan_refund, plan_reversal,
    plan_reverse_or_refund, stated_payment,
};
use refundkit_core::{
    Coded, Evidence, Fact, Money, Operation, Payment, Plan, RefundPlan, RefundRequest, Refusal,
    Stage, State,
};

fn unseen() -> Capabilities {
    able(|can| {
        can.shows_payments = false;
        can.lookup = Lookup::No;
    })
}

fn planned(before: &[Operation], request: &RefundRequest) -> Result<RefundPlan, Refusal> {
    let stated = stated_payment(request, &unseen())?.unwrap();
    plan_refund(&stated, &History::of(before, at(0)), request, &unseen())
}

/// A refund of so much, planned while so much was said to have been paid.
fn operation(number: usize, units: i64, paid: Money, evidence: Vec<Evidence>) -> Operation {
    let mut operation = common::refund(number, units, evidence);
    let request = request().amount(Money::from_minor(units, paid.currency()).unwrap());
    operation.intent.plan = Plan::Refund(planned(&[], &request.paid(paid)).unwrap());
    operation
}

#[test]
fn the_plan_is_made_from_what_is_said_to_have_been_paid() {
    let stated = Payment::stated(payment().id, pence(5_000));
    assert_eq!(stated.stage, Stage::Captured);
    assert_eq!(
        (stated.captured, stated.authorized),
        (minor(5_000), minor(5_000))
    );
    assert_eq!((stated.refunded, stated.refunds), (None, None));

    let plan = planned(&[], &request().paid(pence(5_000))).unwrap();
    assert_eq!((units(&plan), plan.budget().cap), (5_000, minor(5_000)));
    assert!(plan.amount_is_exact());
    let said = Notice::PaidAsStated { paid: pence(5_000) };
    assert_eq!(plan.notices(), [said]);
    let more = planned(&[], &request_of(5_001).paid(pence(5_000)));
    assert_eq!(more, Err(over(5_001, "50.00 GBP")));
}

#[test]
fn all_that_is_left_by_the_callers_word_is_asked_for_by_its_amount() {
    let request = request().paid(pence(5_000));
    assert!(!planned(&[], &request).unwrap().is_full());
    let whole_only = Capabilities {
        partial: Partial::No,
        ..unseen()
    };
    let plan = plan_refund(&payment(), &History::default(), &request, &whole_only).unwrap();
    assert!(plan.is_full());
}

#[test]
fn somebody_has_to_say_what_was_paid_and_only_one_of_the_two() {
    for (request, capabilities, word) in [
        (request(), unseen(), "--paid"),
        (
            request().paid(pence(1)),
            common::capabilities(),
            "leave out",
        ),
    ] {
        let checked = check_refund(&request, &capabilities).unwrap_err();
        assert_eq!(checked.code().as_str(), "RK1217");
        assert!(checked.to_string().contains(word), "{checked}");
        let planned = plan_refund(&payment(), &History::default(), &request, &capabilities);
        assert_eq!(planned, Err(checked));
    }
}

#[test]
fn the_journal_alone_says_what_is_gone() {
    let paid = pence(5_000);
    let gone = |state| operation(1, 3_000, paid, leading_to(state));
    let asked = request_of(2_001).paid(paid);
    let succeeded = [gone(State::Succeeded)];
    assert_eq!(planned(&succeeded, &asked), Err(over(2_001, "20.00 GBP")));
    let rest = planned(&succeeded, &request().paid(paid)).unwrap();
    assert_eq!(units(&rest), 2_000);
    assert_eq!(
        planned(&[gone(State::Failed)], &asked).map(|plan| units(&plan)),
        Ok(2_001)
    );
    for state in [State::Unknown, State::Parked] {
        assert_eq!(
            planned(&[gone(state)], &request_of(1).paid(paid)),
            Err(under_way(1))
        );
    }
}

#[test]
fn the_next_one_need_not_wait_for_a_word_that_comes_by_report() {
    let accepted = [operation(
        1,
        3_000,
        pence(5_000),
        leading_to(State::Accepted),
    )];
    let plan = planned(&accepted, &request().paid(pence(5_000))).unwrap();
    assert_eq!(units(&plan), 2_000);
}

#[test]
fn of_several_sums_the_smallest_counts_whatever_became_of_its_refund() {
    for state in [
        State::Succeeded,
        State::Failed,
        State::Rejected,
        State::Cancelled,
    ] {
        let small = [operation(1, 3_000, pence(4_000), leading_to(state))];
        let held = if state == State::Succeeded { 3_000 } else { 0 };
        let plan = planned(&small, &request().paid(pence(9_000))).unwrap();
        assert_eq!(
            (units(&plan), plan.budget().cap),
            (4_000 - held, minor(4_000)),
            "{state}"
        );
    }
    let large = [operation(
        1,
        3_000,
        pence(9_000),
        leading_to(State::Succeeded),
    )];
    let plan = planned(&large, &request().paid(pence(4_000))).unwrap();
    assert_eq!((units(&plan), plan.budget().cap), (1_000, minor(4_000)));
    let less = planned(&large, &request().paid(pence(2_000)));
    assert_eq!(less, Err(nothing_left()));
}

#[test]
fn what_others_returned_while_it_could_be_read_stays_gone() {
    let mut read = payment();
    read.refunded = Some(minor(6_000));
    let total = able(|can| can.lookup = Lookup::Total);
    let plan = plan_refund(&read, &History::default(), &request_of(1_000), &total).unwrap();
    let mut before = common::refund(1, 1_000, leading_to(State::Succeeded));
    before.intent.plan = Plan::Refund(plan);
    let request = request().paid(pence(10_000));
    for minutes in [0, 60] {
        let history = History::of([&before], at(minutes * 60));
        let plan = plan_refund(&payment(), &history, &request, &unseen()).unwrap();
        assert_eq!(units(&plan), 3_000, "after {minutes} minutes");
    }
}

#[test]
fn sums_in_two_currencies_are_not_compared() {
    let euros = "90.00 EUR".parse().unwrap();
    let held = [operation(1, 3_000, euros, leading_to(State::Succeeded))];
    let refused = planned(&held, &request().paid(pence(9_000))).unwrap_err();
    assert!(
        matches!(refused, Refusal::WrongCurrency { .. }),
        "{refused}"
    );
    let given_up = [operation(1, 3_000, euros, leading_to(State::Rejected))];
    let plan = planned(&given_up, &request().paid(pence(9_500))).unwrap();
    assert_eq!(units(&plan), 9_500);
    let other = planned(&[], &request_of(1).paid(euros)).unwrap_err();
    assert!(matches!(other, Refusal::WrongCurrency { .. }), "{other}");
}

#[test]
fn nothing_tells_whether_it_could_be_reversed_so_it_is_refunded() {
    let refused = check_reversal(&reversal_request(), &unseen()).unwrap_err();
    assert_eq!(refused.code().as_str(), "RK1215");
    let stated = Payment::stated(payment().id, pence(5_000));
    let history = History::default();
    let planned = plan_reversal(&stated, &history, &reversal_request(), &unseen(), at(0));
    assert_eq!(planned, Err(refused));
    let request = request().paid(pence(5_000));
    let plan = plan_reverse_or_refund(&stated, &history, &request, &unseen(), at(0)).unwrap();
    assert!(matches!(plan, Plan::Refund(_)), "{plan:?}");
    let why = plan.notices().last().unwrap().to_string();
    assert!(why.contains("shows no payments"), "{why}");
}

#[test]
fn a_stated_payment_proves_nothing() {
    let stated = Payment::stated(payment().id, pence(5_000));
    // Each of these would be told something by a reading.
    for lookup in [Lookup::No, Lookup::Total, Lookup::ByToken] {
        let can = Capabilities { lookup, ..unseen() };
        let lost = operation(1, 5_000, pence(5_000), leading_to(State::Unknown));
        assert_eq!(find(&lost, &stated, &can), Finding::Silent, "{lookup:?}");
    }
}

const HOUR: i64 = 60 * 60;

#[test]
fn an_unknown_one_is_sent_again_within_its_keys_window_and_then_waits_for_a_person() {
    let evidence = vec![marked(0, 1), answered(1, 1, unknown())];
    let lost = operation(1, 5_000, pence(5_000), evidence);
    let looked = Tries {
        sight: Sight::Dark,
        ..Tries::default()
    };
    let conclusion = |seconds| conclude(&lost, &Finding::Silent, &unseen(), at(seconds));
    let next = |tries, seconds| step(&lost, &unseen(), tries, at(seconds));
    assert_eq!(next(Tries::default(), 60), Step::Send);
    assert_eq!(next(looked, HOUR - 1), Step::Send);
    assert_eq!(conclusion(HOUR - 1), None);
    assert_eq!(next(Tries::default(), HOUR), Step::Look);
    assert_eq!(next(looked, HOUR), Step::Rest);
    let parked = conclusion(HOUR);
    assert!(matches!(parked, Some(Fact::Parked { .. })), "{parked:?}");
}

#[test]
fn one_that_is_ready_is_not_looked_for_where_nothing_can_be_read() {
    for evidence in [
        vec![],
        vec![marked(0, 1), answered(1, 1, not_sent())],
        vec![
            marked(0, 1),
            answered(1, 1, unknown()),
            common::parked(2, 1),
            decided(3, 1, Decision::Ready),
        ],
    ] {
        let ready = operation(1, 5_000, pence(5_000), evidence);
        assert_eq!(ready.state(), State::Ready);
        for lookup in [Lookup::No, Lookup::Total, Lookup::ByToken] {
            let can = Capabilities { lookup, ..unseen() };
            assert_eq!(step(&ready, &can, Tries::default(), at(60)), Step::Send);
        }
    }
}
