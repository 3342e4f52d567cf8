//! What holds for every payment, every list of its refunds, every history and every scope.
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

use common::{capabilities, foreign, item_id, minor, payment_of, pence, refund_in, request, token};
use proptest::prelude::*;
use refundkit_core::ProviderRefund;
use refundkit_core::capabilities::{Capabilities, Partial};
use refundkit_core::plan::{History, plan_refund};
use refundkit_core::{
    ItemRequest, ListedRefunds, Operation, Payment, RefundPlan, RefundRequest, RefundStatus, Scope,
    State,
};

/// All states that evidence can lead to.
fn state() -> impl Strategy<Value = State> {
    let reachable = State::ALL
        .into_iter()
        .filter(|state| *state != State::Refused);
    prop::sample::select(reachable.collect::<Vec<_>>())
}

fn operations() -> impl Strategy<Value = Vec<Operation>> {
    prop::collection::vec((state(), 1..3_000_i64), 0..5).prop_map(|all| {
        all.into_iter()
            .enumerate()
            .map(|(number, (state, units))| refund_in(state, number, units))
            .collect()
    })
}

fn status() -> impl Strategy<Value = RefundStatus> {
    prop_oneof![
        Just(RefundStatus::Pending),
        Just(RefundStatus::Failed),
        Just(RefundStatus::Succeeded),
        Just(RefundStatus::Other("odd".to_owned())),
    ]
}

fn listed() -> impl Strategy<Value = Vec<ProviderRefund>> {
    prop::collection::vec((status(), 1..2_000_i64), 0..4).prop_map(|all| {
        all.into_iter()
            .enumerate()
            .map(|(number, (status, units))| foreign(number, status, units))
            .collect()
    })
}

/// A payment of several items, each refunded to some degree, with a total or a list of its refunds.
fn payments() -> impl Strategy<Value = Payment> {
    let items = prop::collection::vec((1..5_000_i64, 0..=100_i64), 1..6);
    (items, 0..6_000_i64, prop::option::of(listed())).prop_map(|(items, refunded, listed)| {
        let prices: Vec<i64> = items.iter().map(|(price, _)| *price).collect();
        let mut payment = payment_of(&prices);
        for (item, (price, percent)) in payment.items.iter_mut().zip(&items) {
            item.refundable = minor(price * percent / 100);
        }
        payment.refunded = Some(minor(refunded));
        payment.refunds = listed.map(ListedRefunds::some);
        payment
    })
}

fn requests() -> impl Strategy<Value = RefundRequest> {
    let item =
        (0..6_usize, prop::option::of(1..5_000_i64)).prop_map(|(number, units)| match units {
            Some(units) => ItemRequest::part(item_id(number), pence(units)),
            None => ItemRequest::whole(item_id(number)),
        });
    prop_oneof![
        Just(request()),
        (1..20_000_i64).prop_map(|units| request().amount(pence(units))),
        prop::collection::vec(item, 0..4).prop_map(|items| request().items(items)),
    ]
}

fn providers() -> impl Strategy<Value = Capabilities> {
    let partial = prop::sample::select(vec![
        Partial::No,
        Partial::ByAmount,
        Partial::SpreadOverItems,
    ]);
    (partial, any::<bool>()).prop_map(|(partial, one_open_refund)| Capabilities {
        partial,
        one_open_refund,
        ..capabilities()
    })
}

fn held(operations: &[Operation]) -> i64 {
    operations
        .iter()
        .filter(|operation| operation.state().holds_money())
        .map(|operation| operation.intent.plan.amount().minor().get())
        .sum()
}

fn units(plan: &RefundPlan) -> i64 {
    plan.amount().minor().get()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn a_plan_is_for_no_more_than_was_captured_less_what_is_held_and_external(
        payment in payments(),
        operations in operations(),
        request in requests(),
        can in providers(),
    ) {
        if let Ok(plan) = plan_refund(&payment, &History::of(&operations, refundkit_core::Timestamp::epoch()), &request, &can) {
            let external = plan.budget().external.get();
            prop_assert!(units(&plan) + held(&operations) + external <= payment.captured.get());
            prop_assert_eq!(plan.budget().cap, payment.captured);
        }
    }

    #[test]
    fn a_plan_and_everything_that_the_provider_lists_of_others_fit_into_what_was_captured(
        payment in payments(),
        operations in operations(),
        request in requests(),
    ) {
        let planned = plan_refund(&payment, &History::of(&operations, refundkit_core::Timestamp::epoch()), &request, &capabilities());
        if let (Ok(plan), Some(listed)) = (planned, &payment.refunds) {
            let others: i64 = listed
                .refunds
                .iter()
                .filter(|seen| seen.status != RefundStatus::Failed)
                .filter_map(|seen| seen.amount)
                .map(refundkit_core::Minor::get)
                .sum();
            prop_assert!(units(&plan) + held(&operations) + others <= payment.captured.get());
        }
    }

    #[test]
    fn another_operation_never_makes_more_possible(
        payment in payments(),
        operations in operations(),
        state in state(),
        amount in 1..3_000_i64,
        request in requests(),
        can in providers(),
    ) {
        let mut more = operations.clone();
        more.push(refund_in(state, 99, amount));
        let later = plan_refund(&payment, &History::of(&more, refundkit_core::Timestamp::epoch()), &request, &can);
        let before = plan_refund(&payment, &History::of(&operations, refundkit_core::Timestamp::epoch()), &request, &can);
        match (before, later, &request.scope) {
            (Ok(before), Ok(later), _) => prop_assert!(units(&later) <= units(&before)),
            // What is left may be more than the provider's rule for parts takes, or less.
            (Err(_), Ok(_), scope) => prop_assert!(*scope == Scope::Remaining),
            (_, Err(_), _) => {}
        }
    }

    #[test]
    fn an_operation_of_ours_in_the_list_is_counted_once(
        payment in payments(),
        operations in operations(),
    ) {
        // The provider lists each of ours as it is: those that hold money, by their token.
        let mut shown = payment.clone();
        let listed = shown.refunds.get_or_insert_with(ListedRefunds::default);
        for (number, operation) in operations.iter().enumerate() {
            if operation.state().holds_money() {
                let units = operation.intent.plan.amount().minor().get();
                let mut ours = foreign(100 + number, RefundStatus::Succeeded, units);
                ours.token = Some(token(number));
                listed.refunds.push(ours);
            }
        }
        let mut hidden = payment;
        hidden.refunds.get_or_insert_with(ListedRefunds::default);
        let history = History::of(&operations, refundkit_core::Timestamp::epoch());
        let sized = |payment| {
            let plan = plan_refund(payment, &history, &request(), &capabilities());
            plan.map(|plan| (units(&plan), plan.budget()))
        };
        prop_assert_eq!(sized(&shown), sized(&hidden));
    }

    #[test]
    fn lines_sum_up_to_the_amount_and_each_is_within_its_item(
        payment in payments(),
        operations in operations(),
        request in requests(),
        can in providers(),
    ) {
        let planned = plan_refund(&payment, &History::of(&operations, refundkit_core::Timestamp::epoch()), &request, &can);
        if let Ok(plan) = planned && !plan.lines().is_empty() {
            let sum: i64 = plan.lines().iter().map(|line| line.amount.get()).sum();
            prop_assert_eq!(sum, units(&plan));
            for line in plan.lines() {
                let item = payment.items.iter().find(|item| item.id == line.item).unwrap();
                prop_assert!(!line.amount.is_zero());
                prop_assert!(line.amount <= item.refundable);
                prop_assert!(!line.whole || line.amount == item.refundable);
            }
        }
    }

    #[test]
    fn no_plan_names_an_item_twice(
        payment in payments(),
        request in requests(),
        can in providers(),
    ) {
        if let Ok(plan) = plan_refund(&payment, &History::default(), &request, &can) {
            let mut named: Vec<_> = plan.lines().iter().map(|line| &line.item).collect();
            named.sort();
            named.dedup();
            prop_assert_eq!(named.len(), plan.lines().len());
        }
    }

    #[test]
    fn the_same_arguments_make_the_same_plan_or_the_same_refusal(
        payment in payments(),
        operations in operations(),
        request in requests(),
        can in providers(),
    ) {
        let plan = || plan_refund(&payment, &History::of(&operations, refundkit_core::Timestamp::epoch()), &request, &can);
        prop_assert_eq!(plan(), plan());
    }

    #[test]
    fn the_order_of_the_history_does_not_change_what_is_possible(
        payment in payments(),
        operations in operations(),
        request in requests(),
    ) {
        let backwards: Vec<_> = operations.iter().rev().cloned().collect();
        let plan = |history| plan_refund(&payment, &history, &request, &capabilities()).ok();
        prop_assert_eq!(plan(History::of(&operations, refundkit_core::Timestamp::epoch())), plan(History::of(&backwards, refundkit_core::Timestamp::epoch())));
    }

    #[test]
    fn a_refund_of_all_that_is_left_is_full_and_leaves_nothing(
        payment in payments(),
        operations in operations(),
        can in providers(),
    ) {
        if let Ok(plan) = plan_refund(&payment, &History::of(&operations, refundkit_core::Timestamp::epoch()), &request(), &can) {
            prop_assert!(plan.is_full());
            let gone = held(&operations) + plan.budget().external.get();
            prop_assert_eq!(units(&plan) + gone, payment.captured.get());
        }
    }

    #[test]
    fn a_plan_survives_the_journals_json(
        payment in payments(),
        request in requests(),
        can in providers(),
    ) {
        if let Ok(plan) = plan_refund(&payment, &History::default(), &request, &can) {
            let json = serde_json::to_string(&plan).unwrap();
            prop_assert_eq!(serde_json::from_str::<RefundPlan>(&json).unwrap(), plan);
        }
    }
}
