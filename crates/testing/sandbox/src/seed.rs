//! The payments that a fresh sandbox holds.
//!
//! | provider | payments |
//! | --- | --- |
//! | Dojo | `pi_paid_1` 50.00 GBP, `pi_paid_2` 25.00 GBP (automatic capture, today), `pi_paid_3` 120.00 EUR and `pi_paid_4` 30.00 GBP (yesterday), `pi_auth_1` 50.00 GBP authorised today, `pi_auth_2` 80.00 GBP authorised yesterday, `pi_new_1` unpaid |
//! | Dodo | `pay_paid_1` 50.00 USD of two items, `pay_paid_2` 24.00 EUR of one, `pay_paid_3` 99.00 GBP of three with tax (yesterday), `pay_jpy_1` 5000 JPY, `pay_kwd_1` 12.500 KWD, `pay_fx_1` 137.00 CAD settled in USD, `pay_auth_1` not captured, `pay_failed_1` failed |
//! | Primer | `prim_paid_1` 70.00 USD, `prim_paid_2` 45.00 GBP (yesterday), `prim_part_1` 60.00 of 100.00 EUR captured, `prim_auth_1` 33.00 GBP authorised, `prim_jpy_1` 8000 JPY, `prim_kwd_1` 25.000 KWD, `prim_failed_1` failed |
//! | Stripe | `pi_card_1` 60.00 USD, `pi_card_2` 28.00 GBP (yesterday), `pi_card_jpy_1` 6000 JPY, `pi_card_auth_1` 45.00 EUR authorised, `pi_card_new_1` unpaid |
//! | Mollie | `tr_paid_1` 40.00 EUR, `tr_paid_2` 30.00 GBP (yesterday), `tr_part_1` 50.00 of 80.00 EUR captured, `tr_jpy_1` 7000 JPY, `tr_auth_1` 35.00 EUR authorised, `tr_new_1` unpaid, `tr_failed_1` failed |
//! | Polar | `ord_paid_1` 45.00 USD and `ord_paid_2` 36.00 EUR (yesterday) without tax, `ord_tax_1` 90.00 USD net with 7.20 tax on top, `ord_jpy_1` 5000 JPY, `ord_new_1` unpaid, `ord_void_1` void |
//!
//! The last three only where they are simulated. Then ordinary captured payments of 20.00 to 200.00, named `…_more_1` and so on. Item ids are the
//! payment's with `pdt_` for `pay_` and a number behind: `pdt_paid_1_1`.

use crate::ledger::{Payment, Provider, Stage};
use crate::world::World;

pub(crate) fn fill(world: &mut World, more: usize, more_providers: bool) {
    let now = world.now();
    let yesterday = now.saturating_sub(24 * 3_600_000);
    dojo(world, now, yesterday);
    dodo(world, now, yesterday);
    primer(world, now, yesterday);
    let mut kinds = vec![
        (Provider::Dojo, "pi", "GBP"),
        (Provider::Dodo, "pay", "USD"),
        (Provider::Primer, "prim", "EUR"),
    ];
    if more_providers {
        stripe(world, now, yesterday);
        mollie(world, now, yesterday);
        kinds.push((Provider::Stripe, "pi_card", "USD"));
        kinds.push((Provider::Mollie, "tr", "EUR"));
        polar(world, now, yesterday);
        kinds.push((Provider::Polar, "ord", "USD"));
    }
    for number in 1..=more {
        for &(provider, prefix, currency) in &kinds {
            let amount = world.random_amount();
            let id = format!("{prefix}_more_{number}");
            let payment = Payment::captured(provider, id, amount, currency, now);
            let payment = match provider {
                Provider::Dodo => payment.with_items(&[(amount, 0)]),
                Provider::Dojo
                | Provider::Primer
                | Provider::Stripe
                | Provider::Mollie
                | Provider::Polar => payment,
            };
            world.add(payment);
        }
    }
}

fn dojo(world: &mut World, now: i64, yesterday: i64) {
    let paid =
        |id, amount, currency, at| Payment::captured(Provider::Dojo, id, amount, currency, at);
    world.add(paid("pi_paid_1", 5_000, "GBP", now));
    world.add(paid("pi_paid_2", 2_500, "GBP", now).auto());
    world.add(paid("pi_paid_3", 12_000, "EUR", yesterday));
    world.add(paid("pi_paid_4", 3_000, "GBP", yesterday).auto());
    world.add(paid("pi_auth_1", 5_000, "GBP", now).at(Stage::Authorized));
    world.add(paid("pi_auth_2", 8_000, "GBP", yesterday).at(Stage::Authorized));
    world.add(paid("pi_new_1", 4_000, "GBP", now).at(Stage::Created));
}

fn dodo(world: &mut World, now: i64, yesterday: i64) {
    let paid = |id, amount, currency, at| {
        Payment::captured(Provider::Dodo, id, amount, currency, at).auto()
    };
    world.add(paid("pay_paid_1", 5_000, "USD", now).with_items(&[(3_000, 0), (2_000, 0)]));
    world.add(paid("pay_paid_2", 2_400, "EUR", now).with_items(&[(2_400, 400)]));
    let taxed = [(5_000, 833), (3_000, 500), (1_900, 0)];
    world.add(paid("pay_paid_3", 9_900, "GBP", yesterday).with_items(&taxed));
    world.add(paid("pay_jpy_1", 5_000, "JPY", now).with_items(&[(5_000, 0)]));
    world.add(paid("pay_kwd_1", 12_500, "KWD", now).with_items(&[(10_000, 0), (2_500, 0)]));
    let mut foreign = paid("pay_fx_1", 13_700, "CAD", now).with_items(&[(13_700, 0)]);
    foreign.settled_in = "USD".to_owned();
    world.add(foreign);
    world.add(paid("pay_auth_1", 4_200, "USD", now).at(Stage::Authorized));
    world.add(paid("pay_failed_1", 6_000, "USD", now).at(Stage::Failed));
}

fn primer(world: &mut World, now: i64, yesterday: i64) {
    let paid =
        |id, amount, currency, at| Payment::captured(Provider::Primer, id, amount, currency, at);
    world.add(paid("prim_paid_1", 7_000, "USD", now).auto());
    world.add(paid("prim_paid_2", 4_500, "GBP", yesterday).auto());
    let mut part = paid("prim_part_1", 10_000, "EUR", now).at(Stage::PartiallyCaptured);
    part.captured = 6_000;
    world.add(part);
    world.add(paid("prim_auth_1", 3_300, "GBP", now).at(Stage::Authorized));
    world.add(paid("prim_jpy_1", 8_000, "JPY", now).auto());
    world.add(paid("prim_kwd_1", 25_000, "KWD", now).auto());
    world.add(paid("prim_failed_1", 5_500, "USD", now).at(Stage::Failed));
}

fn stripe(world: &mut World, now: i64, yesterday: i64) {
    let paid =
        |id, amount, currency, at| Payment::captured(Provider::Stripe, id, amount, currency, at);
    world.add(paid("pi_card_1", 6_000, "USD", now).auto());
    world.add(paid("pi_card_2", 2_800, "GBP", yesterday).auto());
    world.add(paid("pi_card_jpy_1", 6_000, "JPY", now).auto());
    world.add(paid("pi_card_auth_1", 4_500, "EUR", now).at(Stage::Authorized));
    world.add(paid("pi_card_new_1", 2_000, "USD", now).at(Stage::Created));
}

fn mollie(world: &mut World, now: i64, yesterday: i64) {
    let paid =
        |id, amount, currency, at| Payment::captured(Provider::Mollie, id, amount, currency, at);
    world.add(paid("tr_paid_1", 4_000, "EUR", now).auto());
    world.add(paid("tr_paid_2", 3_000, "GBP", yesterday).auto());
    let mut part = paid("tr_part_1", 8_000, "EUR", now).at(Stage::PartiallyCaptured);
    part.captured = 5_000;
    world.add(part);
    world.add(paid("tr_jpy_1", 7_000, "JPY", now).auto());
    world.add(paid("tr_auth_1", 3_500, "EUR", now).at(Stage::Authorized));
    world.add(paid("tr_new_1", 2_000, "EUR", now).at(Stage::Created));
    world.add(paid("tr_failed_1", 2_500, "EUR", now).at(Stage::Failed));
}

fn polar(world: &mut World, now: i64, yesterday: i64) {
    let paid = |id, amount, currency, at| {
        Payment::captured(Provider::Polar, id, amount, currency, at).auto()
    };
    world.add(paid("ord_paid_1", 4_500, "USD", now));
    world.add(paid("ord_paid_2", 3_600, "EUR", yesterday));
    world.add(paid("ord_tax_1", 9_000, "USD", now).with_tax(720));
    world.add(paid("ord_jpy_1", 5_000, "JPY", now));
    world.add(paid("ord_new_1", 2_000, "USD", now).at(Stage::Created));
    world.add(paid("ord_void_1", 2_500, "USD", now).at(Stage::Failed));
}
