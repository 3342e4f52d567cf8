//! What holds for every payment, every history and every request.
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

use common::any;
use proptest::prelude::*;
use refundkit_core::capabilities::{
    Amounts, Capabilities, Idempotency, Lookup, Partial, Reversal, Texts, USUALLY_SETTLED,
};
use refundkit_core::fingerprint::Fingerprint;
use refundkit_core::plan::{History, Plan, plan_refund};
use refundkit_core::{
    Currency, Evidence, Intent, ItemId, LineItem, Minor, Money, Operation, OperationId, Payment,
    PaymentId, ProviderKey, ProviderName, RefundRequest, RequestKey, Stage, Timestamp,
};

fn capabilities(partial: Partial) -> Capabilities {
    Capabilities {
        partial,
        by_item: true,
        reversal: Reversal::No,
        refund_key: Idempotency::None,
        reversal_key: Idempotency::None,
        lookup: Lookup::No,
        enforces_cap: true,
        one_open_refund: false,
        shows_disputes: false,
        windows: Vec::new(),
        settles_within: USUALLY_SETTLED,
        largest_amount: i64::MAX,
        amounts: Amounts::any(),
        refund_texts: Texts {
            reason: None,
            notes: None,
            order_id: None,
            metadata: None,
        },
        shows_payments: true,
        reasons: Vec::new(),
        reason_required: false,
        extras: Vec::new(),
        reversal_reason: None,
        answers: Vec::new(),
    }
}

fn minor(units: i64) -> Minor {
    Minor::new(units).unwrap()
}

fn payment(prices: &[i64], refunded: i64) -> Payment {
    let total: i64 = prices.iter().sum();
    let mut payment = Payment::new(
        "pay_1".parse().unwrap(),
        "GBP".parse().unwrap(),
        Stage::Captured,
    );
    payment.captured = minor(total);
    payment.authorized = payment.captured;
    payment.refunded = Some(minor(refunded.min(total)));
    payment.items = prices
        .iter()
        .enumerate()
        .map(|(at, price)| LineItem {
            id: ItemId::new(format!("item_{at}")).unwrap(),
            name: None,
            amount: minor(*price),
            tax: None,
            refundable: minor(*price),
        })
        .collect();
    payment
}

fn request(amount: Option<i64>) -> RefundRequest {
    let request = RefundRequest::new("pay_1".parse().unwrap(), "key".parse().unwrap());
    match amount {
        Some(units) => request.amount(Money::from_minor(units, "GBP".parse().unwrap()).unwrap()),
        None => request,
    }
}

/// An operation of `amount` that has come as far as `evidence` says.
fn operation(number: usize, amount: i64, evidence: Vec<Evidence>) -> Operation {
    let whole = payment(&[amount], 0);
    let can = capabilities(Partial::ByAmount);
    let plan = plan_refund(&whole, &History::default(), &request(Some(amount)), &can).unwrap();
    let provider = ProviderName::new("p").unwrap();
    let mut operation = Operation::new(Intent {
        id: OperationId::new(format!("op_{number}")).unwrap(),
        fingerprint: Fingerprint::of(&provider, "refund", &number),
        provider,
        request_key: RequestKey::new(format!("key-{number}")).unwrap(),
        key: ProviderKey::new(format!("token{number}")).unwrap(),
        origin: Default::default(),
        plan: Plan::Refund(plan),
        created_at: Timestamp::epoch(),
    });
    operation.evidence = evidence;
    operation
}

fn history() -> impl Strategy<Value = Vec<Operation>> {
    let one = (1..2_000_i64, prop::collection::vec(any::evidence(), 0..4));
    prop::collection::vec(one, 0..6).prop_map(|operations| {
        let numbered = operations.into_iter().enumerate();
        numbered
            .map(|(number, (amount, evidence))| operation(number, amount, evidence))
            .collect()
    })
}

fn held(operations: &[Operation]) -> i64 {
    operations
        .iter()
        .filter(|operation| operation.state().holds_money())
        .map(|operation| operation.intent.plan.amount().minor().get())
        .sum()
}

proptest! {
    /// R3: whatever the history, a legal plan fits into what is left.
    #[test]
    fn a_plan_never_returns_more_than_is_left(
        prices in prop::collection::vec(1..5_000_i64, 1..6),
        refunded in 0..5_000_i64,
        operations in history(),
        amount in prop::option::of(1..20_000_i64),
        spread in any::<bool>(),
    ) {
        let payment = payment(&prices, refunded);
        let partial = if spread { Partial::SpreadOverItems } else { Partial::ByAmount };
        let plan = plan_refund(&payment, &History::of(&operations, Timestamp::epoch()), &request(amount), &capabilities(partial));
        if let Ok(plan) = plan {
            let asked = plan.amount().minor().get();
            let gone = held(&operations) + plan.budget().external.get();
            prop_assert!(asked + gone <= payment.captured.get());
            prop_assert!(amount.is_none_or(|amount| amount == asked));
            prop_assert!(amount.is_some() || plan.is_full());
            if !plan.lines().is_empty() {
                let sum: i64 = plan.lines().iter().map(|line| line.amount.get()).sum();
                prop_assert_eq!(sum, asked);
                for line in plan.lines() {
                    let item = payment.items.iter().find(|item| item.id == line.item).unwrap();
                    prop_assert!(!line.amount.is_zero() && line.amount <= item.refundable);
                }
            }
        }
    }

    /// One more operation on record never makes more possible.
    #[test]
    fn what_is_left_only_shrinks_with_history(
        prices in prop::collection::vec(1..5_000_i64, 1..4),
        operations in history(),
        cut in 0..6_usize,
        amount in 1..10_000_i64,
    ) {
        let payment = payment(&prices, 0);
        let can = capabilities(Partial::ByAmount);
        let plan = |history| plan_refund(&payment, &history, &request(Some(amount)), &can);
        let later = plan(History::of(&operations, Timestamp::epoch()));
        let before = plan(History::of(operations.iter().take(cut), Timestamp::epoch()));
        prop_assert!(later.is_err() || before.is_ok());
    }

    /// The same arguments make the same plan.
    #[test]
    fn planning_depends_on_its_arguments_alone(
        prices in prop::collection::vec(1..5_000_i64, 1..4),
        operations in history(),
        amount in prop::option::of(1..10_000_i64),
    ) {
        let payment = payment(&prices, 0);
        let can = capabilities(Partial::SpreadOverItems);
        let plan = || plan_refund(&payment, &History::of(&operations, Timestamp::epoch()), &request(amount), &can);
        prop_assert_eq!(plan(), plan());
    }

    /// Splitting loses nothing, invents nothing, and stays within one unit of the exact share.
    #[test]
    fn parts_add_up_and_are_fair(
        total in 0..1_000_000_000_i64,
        weights in prop::collection::vec(0..1_000_000_i64, 1..12),
    ) {
        let sum: i64 = weights.iter().sum();
        prop_assume!(sum > 0);
        let shares: Vec<Minor> = weights.iter().map(|weight| minor(*weight)).collect();
        let parts = minor(total).allocate(&shares).unwrap();
        prop_assert_eq!(parts.iter().map(|part| part.get()).sum::<i64>(), total);
        for (part, weight) in parts.iter().zip(&weights) {
            let exact = i128::from(total) * i128::from(*weight) / i128::from(sum);
            let difference = i128::from(part.get()) - exact;
            prop_assert!((0..=1).contains(&difference), "{} for {}", part, weight);
        }
    }

    /// What is printed is read back, in currencies of none, two and three decimals.
    #[test]
    fn amounts_are_printed_and_read_back(
        units in 1..i64::MAX,
        code in prop::sample::select(vec!["JPY", "GBP", "KWD", "ANG", "SLL"]),
    ) {
        let money = Money::from_minor(units, Currency::new(code).unwrap()).unwrap();
        prop_assert_eq!(money.to_string().parse::<Money>(), Ok(money));
        prop_assert_eq!(Money::from_major(money.to_major().unwrap(), money.currency()), Ok(money));
    }

    /// An id that is taken over is one path segment, unchanged.
    #[test]
    fn an_id_is_one_plain_segment(text in "\\PC{0,12}") {
        if let Ok(id) = PaymentId::new(text.as_str()) {
            prop_assert_eq!(id.as_str(), text.as_str());
            prop_assert!(text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.:~".contains(c)));
            prop_assert!(!text.starts_with('.') && !text.is_empty());
        }
    }
}
