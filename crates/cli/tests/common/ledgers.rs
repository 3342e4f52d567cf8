//! The providers' ledgers, and the journal against them.

use std::collections::BTreeMap;

use refundkit_sandbox::{Payment, Provider};
use serde_json::Value;

use super::Shop;

/// The providers, each with the prefix of its payments' ids and a currency.
pub(crate) const SITES: [(&str, &str, &str); 3] = [
    ("dojo", "pi", "GBP"),
    ("dodo", "pay", "USD"),
    ("primer", "prim", "EUR"),
];

/// Adds a payment of 25.00, for Dodo of two items.
pub(crate) fn add_payment(shop: &Shop, provider: &str, id: &str, currency: &str) {
    let provider = match provider {
        "dojo" => Provider::Dojo,
        "dodo" => Provider::Dodo,
        _ => Provider::Primer,
    };
    let payment = Payment::captured(provider, id, 2_500, currency, shop.sandbox.now());
    shop.sandbox
        .add_payment(payment.with_items(&[(2_000, 0), (500, 0)]));
}

/// What the ledgers say, by payment.
pub(crate) fn effects(shop: &Shop) -> BTreeMap<String, Vec<i64>> {
    let mut found: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for effect in shop.sandbox.effects() {
        found
            .entry(effect.payment)
            .or_default()
            .push(effect.amount.minor);
    }
    found
}

/// The whole journal against all ledgers: money has gone back where an operation of the journal
/// says so, and nowhere else. How many operations there are.
pub(crate) fn agree(shop: &Shop) -> usize {
    let listed = shop.json(&["list"]);
    let mut said: BTreeMap<String, i64> = BTreeMap::new();
    for line in listed.out.lines() {
        let operation: Value = serde_json::from_str(line).unwrap();
        let state = operation["state"].as_str().unwrap();
        if matches!(state, "succeeded" | "accepted") {
            let payment = operation["payment"].as_str().unwrap().to_owned();
            *said.entry(payment).or_default() += operation["amount"]["minor"].as_i64().unwrap();
        }
    }
    let done: BTreeMap<String, i64> = effects(shop)
        .into_iter()
        .map(|(payment, amounts)| (payment, amounts.iter().sum()))
        .collect();
    assert_eq!(said, done, "the journal's word, and the ledgers'");
    listed.out.lines().count()
}
