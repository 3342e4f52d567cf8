//! Refunds by item, and amounts that are spread over items.
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

use common::plans::{able, id, over, plan, plan_after, plan_with, units};
use common::{
    CAPTURED, item_id, minor, payment, payment_of, pence, refund_in, request, request_of,
};
use refundkit_core::capabilities::Partial;
use refundkit_core::{ItemRequest, Notice, Refusal, State};

#[test]
fn a_provider_that_does_not_refund_by_item_refuses_items() {
    let no_items = able(|can| can.by_item = false);
    let by_item = request().items([ItemRequest::whole(item_id(0))]);
    let planned = plan_with(&no_items, &payment_of(&[CAPTURED]), &by_item);
    assert_eq!(planned, Err(Refusal::NoItems));
}

#[test]
fn naming_no_item_at_all_is_refused() {
    let planned = plan(&payment_of(&[5_000, 5_000]), &request().items([]));
    assert_eq!(
        planned,
        Err(Refusal::BadItems("no item was named".to_owned()))
    );
}

#[test]
fn an_item_that_the_payment_does_not_have_is_refused() {
    let by_item = request().items([ItemRequest::whole(item_id(7))]);
    let refused = Refusal::UnknownItem {
        payment: id(),
        item: item_id(7),
    };
    assert_eq!(plan(&payment_of(&[5_000, 5_000]), &by_item), Err(refused));
}

#[test]
fn an_item_that_is_named_twice_is_refused() {
    let twice = [
        ItemRequest::part(item_id(0), pence(1)),
        ItemRequest::part(item_id(0), pence(2)),
    ];
    let planned = plan(&payment_of(&[5_000, 5_000]), &request().items(twice));
    let refused = Refusal::BadItems("item item_0 is named twice".to_owned());
    assert_eq!(planned, Err(refused));
}

#[test]
fn more_than_is_left_of_an_item_is_refused() {
    let mut payment = payment_of(&[5_000, 5_000]);
    payment.items[0].refundable = minor(2_000);
    let by_item = |units| request().items([ItemRequest::part(item_id(0), pence(units))]);
    let refused = Refusal::OverItem {
        item: item_id(0),
        asked: "20.01 GBP".to_owned(),
        left: "20.00 GBP".to_owned(),
    };
    assert_eq!(plan(&payment, &by_item(2_001)), Err(refused));
    assert_eq!(units(&plan(&payment, &by_item(2_000)).unwrap()), 2_000);
}

#[test]
fn an_item_of_which_nothing_is_left_is_refused_whole() {
    let mut payment = payment_of(&[5_000, 5_000]);
    payment.items[0].refundable = minor(0);
    let planned = plan(&payment, &request().items([ItemRequest::whole(item_id(0))]));
    let refused = Refusal::OverItem {
        item: item_id(0),
        asked: "all of it".to_owned(),
        left: "nothing".to_owned(),
    };
    assert_eq!(planned, Err(refused));
}

#[test]
fn a_whole_item_is_what_is_left_of_it() {
    let mut payment = payment_of(&[5_000, 5_000]);
    payment.items[1].refundable = minor(1_234);
    let by_item = request().items([ItemRequest::whole(item_id(1))]);
    let plan = plan(&payment, &by_item).unwrap();
    assert_eq!(units(&plan), 1_234);
    let [line] = plan.lines() else {
        panic!("{:?}", plan.lines());
    };
    assert_eq!((&line.item, line.amount), (&item_id(1), minor(1_234)));
    assert!(line.whole && line.tax_inclusive);
}

#[test]
fn items_sum_up_and_keep_the_order_in_which_they_were_named() {
    let by_item = request().items([
        ItemRequest::part(item_id(2), pence(30)),
        ItemRequest::whole(item_id(0)),
    ]);
    let plan = plan(&payment_of(&[5_000, 3_000, 2_000]), &by_item).unwrap();
    assert_eq!(units(&plan), 5_030);
    let lines: Vec<_> = plan
        .lines()
        .iter()
        .map(|line| (&line.item, line.whole))
        .collect();
    assert_eq!(lines, [(&item_id(2), false), (&item_id(0), true)]);
}

#[test]
fn items_in_another_currency_are_refused() {
    let eur = ItemRequest::part(item_id(0), "1.00 EUR".parse().unwrap());
    let refusal = plan(&payment_of(&[CAPTURED]), &request().items([eur])).unwrap_err();
    assert!(
        matches!(refusal, Refusal::WrongCurrency { .. }),
        "{refusal}"
    );
}

#[test]
fn items_that_sum_up_to_more_than_is_left_of_the_payment_are_refused() {
    let done = [refund_in(State::Succeeded, 1, 7_000)];
    let by_item = request().items([ItemRequest::whole(item_id(0))]);
    let planned = plan_after(&done, &payment_of(&[5_000, 5_000]), &by_item);
    assert_eq!(planned, Err(over(5_000, "30.00 GBP")));
}

#[test]
fn an_item_is_a_part_where_parts_are_not_allowed() {
    let mut payment = payment_of(&[5_000, 5_000]);
    payment.partial_allowed = Some(false);
    let one = request().items([ItemRequest::whole(item_id(0))]);
    let refusal = plan(&payment, &one).unwrap_err();
    assert!(matches!(refusal, Refusal::NoPartial { .. }), "{refusal}");
    let all = request().items([0, 1].map(|number| ItemRequest::whole(item_id(number))));
    assert!(plan(&payment, &all).unwrap().is_full());
}

#[test]
fn an_item_amount_without_tax_reserves_the_tax_rounded_up_and_is_not_exact() {
    let mut payment = payment_of(&[120, 9_880]);
    payment.items[0].tax = Some(minor(20));
    let mut asked = ItemRequest::part(item_id(0), pence(33));
    asked.tax_inclusive = false;
    let plan = plan(&payment, &request().items([asked])).unwrap();
    // A fifth of 33 is 6.6.
    assert_eq!(units(&plan), 40);
    assert_eq!(plan.lines()[0].amount, minor(33));
    assert!(!plan.lines()[0].tax_inclusive);
    assert!(!plan.amount_is_exact());
    assert_eq!(plan.notices(), [Notice::AmountByProvider]);
}

#[test]
fn an_item_amount_whose_tax_does_not_fit_any_more_is_refused() {
    let mut payment = payment_of(&[120, 9_880]);
    payment.items[0].tax = Some(minor(20));
    let mut asked = ItemRequest::part(item_id(0), pence(101));
    asked.tax_inclusive = false;
    let refusal = plan(&payment, &request().items([asked])).unwrap_err();
    assert!(matches!(refusal, Refusal::OverItem { .. }), "{refusal}");
}

// An amount over items.

#[test]
fn an_amount_is_spread_over_the_items_in_proportion_to_what_is_left_of_each() {
    let spread = able(|can| can.partial = Partial::SpreadOverItems);
    let mut payment = payment_of(&[5_000, 3_000, 2_000]);
    payment.items[2].refundable = minor(0);
    let plan = plan_with(&spread, &payment, &request_of(801)).unwrap();
    let lines: Vec<_> = plan
        .lines()
        .iter()
        .map(|line| (line.item.clone(), line.amount.get()))
        .collect();
    assert_eq!(lines, [(item_id(0), 501), (item_id(1), 300)]);
    assert_eq!(units(&plan), 801);
    assert_eq!(plan.notices(), [Notice::SpreadOverItems { items: 2 }]);
}

#[test]
fn the_whole_of_a_payment_is_not_spread() {
    let spread = able(|can| can.partial = Partial::SpreadOverItems);
    let plan = plan_with(&spread, &payment_of(&[5_000, 5_000]), &request()).unwrap();
    assert_eq!(plan.lines(), []);
    assert_eq!(plan.notices(), []);
}

#[test]
fn an_amount_can_not_be_spread_over_more_than_is_left_of_the_items() {
    let spread = able(|can| can.partial = Partial::SpreadOverItems);
    let mut payment = payment_of(&[5_000, 5_000]);
    payment.items[0].refundable = minor(100);
    payment.items[1].refundable = minor(100);
    let planned = plan_with(&spread, &payment, &request_of(201));
    assert_eq!(planned, Err(over(201, "2.00 GBP")));
}

#[test]
fn an_amount_can_not_be_spread_over_no_items() {
    let spread = able(|can| can.partial = Partial::SpreadOverItems);
    assert!(plan_with(&spread, &payment(), &request()).is_ok());
    let refusal = plan_with(&spread, &payment(), &request_of(1)).unwrap_err();
    assert!(matches!(refusal, Refusal::NoPartial { .. }), "{refusal}");
}

// Refunds by others.
