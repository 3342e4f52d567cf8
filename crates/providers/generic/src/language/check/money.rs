//! What is said of amounts, of times and of disputes.

use std::collections::BTreeMap;

use refundkit_core::{Currency, Money};

use super::super::Mistake;
use super::super::digits::Digits;
use super::super::dispute::Disputes;
use super::super::document::Document;

/// The most windows, and the most days of one.
const MOST_WINDOWS: usize = 100;
const MOST_DAYS: u16 = 3660;

pub(super) fn check(profile: &Document, found: &mut Vec<Mistake>) {
    amounts("steps", &profile.steps, found);
    amounts("least", &profile.least, found);
    steps(profile, found);
    windows(profile, found);
    let payment = profile.payment.as_ref();
    if let Some(disputes) = payment.and_then(|payment| payment.disputes.as_ref()) {
        self::disputes(disputes, found);
    }
    if profile
        .settles_within_days
        .is_some_and(|days| days == 0 || days > MOST_DAYS)
    {
        let problem = "a refund is on its way for 1 to 3660 days";
        found.push(Mistake::at("settles_within_days", problem));
    }
}

fn amounts(table: &str, stated: &BTreeMap<String, i64>, found: &mut Vec<Mistake>) {
    for (code, units) in stated {
        let key = [table, ".", code].concat();
        match Currency::new(code).map(|currency| Money::from_minor(*units, currency)) {
            Err(_) => found.push(Mistake::at(&key, "it is no currency")),
            Ok(Err(_)) => found.push(Mistake::at(
                &key,
                "it is 1 minor unit of ISO 4217 at the least",
            )),
            Ok(Ok(_)) => {}
        }
    }
}

/// A step finer than the provider's own decimal places counts nothing.
fn steps(profile: &Document, found: &mut Vec<Mistake>) {
    let digits = match Digits::new(&profile.digits) {
        Ok(digits) => digits,
        Err(why) => {
            found.push(Mistake::at("digits", why));
            return;
        }
    };
    for (code, step) in &profile.steps {
        let counted = Currency::new(code).ok().and_then(|code| digits.step(code));
        let rest = counted.and_then(|counted| step.checked_rem(counted));
        if rest.is_some_and(|rest| rest != 0) {
            let key = ["steps.", code].concat();
            let problem = "digits says that the provider counts in other steps";
            found.push(Mistake::at(&key, problem));
        }
    }
}

fn windows(profile: &Document, found: &mut Vec<Mistake>) {
    let windows = &profile.windows;
    if windows.len() > MOST_WINDOWS {
        found.push(Mistake::at("windows", "at most 100 windows"));
        return;
    }
    let payment = profile.payment.as_ref();
    let says_when = payment.is_some_and(|payment| payment.created_at.is_some());
    if !windows.is_empty() && !says_when {
        let problem = "nothing tells when a payment was made: payment.created_at is missing";
        found.push(Mistake::at("windows", problem));
    }
    for (at, window) in windows.iter().enumerate() {
        let same = |other: &super::super::window::RefundWindow| other.method == window.method;
        let is_days = |days: Option<u16>| days.is_none_or(|days| days <= MOST_DAYS);
        let (from, until) = (window.from_days, window.until_days);
        let problem = if from.is_none() && until.is_none() {
            "it says neither from_days nor until_days"
        } else if !is_days(from) || !is_days(until) {
            "a window lies within 3660 days"
        } else if from.zip(until).is_some_and(|(from, until)| from >= until) {
            "it ends before it begins"
        } else if windows.iter().take(at).any(same) {
            "the same way to pay has another window already"
        } else if window.method.is_some() && payment.is_none_or(|payment| payment.method.is_none())
        {
            "it names a way to pay, and payment.method doesn't say where that is"
        } else {
            continue;
        };
        let key = ["windows.", &at.to_string()].concat();
        found.push(Mistake::at(&key, problem));
    }
}

fn disputes(disputes: &Disputes, found: &mut Vec<Mistake>) {
    let key = "payment.disputes";
    if disputes.list.is_none() && disputes.status.is_none() && disputes.amount.is_none() {
        let problem = "it names neither a list, nor a status, nor an amount";
        found.push(Mistake::at(key, problem));
    }
    if disputes.status.is_some() == disputes.statuses.is_empty() {
        let problem = "status says where the words are that statuses explains: both, or neither";
        found.push(Mistake::at(key, problem));
    }
}
