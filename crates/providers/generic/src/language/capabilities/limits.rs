//! Which amounts a provider can count, and for how long it refunds.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use refundkit_core::capabilities::{Amounts, Countable, USUALLY_SETTLED, Window};
use refundkit_core::{Currency, Minor};

use super::super::digits::Digits;
use super::super::document::Document;

const DAY: u64 = 24 * 60 * 60;

/// Steps and least amounts, by currency, also of those that the provider counts with fewer decimal
/// places than ISO 4217. The check has refused what can't be counted.
pub(super) fn amounts(document: &Document, counted: &Digits) -> Amounts {
    let digits = document.digits.keys();
    let named = digits
        .chain(document.steps.keys())
        .chain(document.least.keys());
    let currencies: BTreeSet<Currency> =
        named.filter_map(|code| Currency::new(code).ok()).collect();
    let rule = |currency: Currency| {
        let stated = |table: &BTreeMap<String, i64>| table.get(currency.code()).copied();
        let counted = counted.step(currency);
        let step = counted.into_iter().chain(stated(&document.steps)).max();
        let step = step.unwrap_or(1).max(1);
        let least = stated(&document.least).unwrap_or(step).max(step);
        let rule = Countable {
            step: Minor::new(step)?,
            least: Minor::new(least)?,
        };
        (least > 1).then_some((currency, rule))
    };
    currencies.into_iter().filter_map(rule).collect()
}

pub(super) fn windows(document: &Document) -> Vec<Window> {
    let days = |days: u16| Duration::from_secs(u64::from(days).saturating_mul(DAY));
    let stated = document.windows.iter();
    stated
        .map(|window| Window {
            method: window.method.clone().map(Cow::Owned),
            from: window.from_days.map(days),
            until: window.until_days.map(days),
        })
        .collect()
}

pub(super) fn settles_within(document: &Document) -> Duration {
    let days = document.settles_within_days;
    days.map_or(USUALLY_SETTLED, |days| {
        Duration::from_secs(u64::from(days).saturating_mul(DAY))
    })
}
