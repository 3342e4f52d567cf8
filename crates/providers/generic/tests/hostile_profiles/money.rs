//! Amounts, times, disputes and reversals that are said by half, or so that they mean nothing.

use super::{Edit, all_refused};

const DIGITS: &str = "digits = { ISK = 2 }";
const REFUNDED: &str = "refunded = \"refunded\"\n";
const REVERSED: &str = "gone = \"reversed\"\n";

#[test]
fn what_a_void_leads_to_is_a_reversal() {
    const EDITS: &[Edit] = &[
        (REVERSED, "", "reversal was done"),
        (REVERSED, "gone = \"never_paid\"\n", "reversal was done"),
        (REVERSED, "gone = \"canceled\"\n", "canceled"),
    ];
    all_refused(EDITS);
}

#[test]
fn steps_and_least_amounts_are_of_currencies_and_count() {
    const EDITS: &[Edit] = &[
        (DIGITS, "steps = { EURO = 10 }", "no currency"),
        (DIGITS, "steps = { eur = 10 }", "no currency"),
        (DIGITS, "steps = { KWD = 0 }", "at the least"),
        (DIGITS, "least = { INR = -1 }", "at the least"),
        (DIGITS, "least = { INR = \"1.00\" }", "line"),
        (
            DIGITS,
            "digits = { HUF = 0 }\nsteps = { HUF = 50 }",
            "other steps",
        ),
        (DIGITS, "settles_within_days = 0", "days"),
        (DIGITS, "settles_within_days = 65535", "days"),
    ];
    all_refused(EDITS);
}

#[test]
fn a_window_has_an_end_a_way_to_pay_and_a_time_to_count_from() {
    let with = |windows: &str, payment: &str| {
        let text = super::BASE.replacen(DIGITS, &["windows = [", windows, "]"].concat(), 1);
        super::refusal(&text.replacen(REFUNDED, &[REFUNDED, payment].concat(), 1))
    };
    let dated = "created_at = \"made\"\n";
    let both = "created_at = \"made\"\nmethod = \"method\"\n";
    for (windows, payment, expected) in [
        ("{ until_days = 180 }", "", "when a payment was made"),
        ("{ }", dated, "neither"),
        ("{ method = \"card\" }", both, "neither"),
        (
            "{ from_days = 2, until_days = 2 }",
            dated,
            "before it begins",
        ),
        ("{ until_days = 3661 }", dated, "3660"),
        ("{ until_days = -1 }", dated, "line"),
        (
            "{ method = \"card\", until_days = 9 }",
            dated,
            "payment.method",
        ),
        (
            "{ until_days = 9 }, { until_days = 8 }",
            dated,
            "another window",
        ),
        ("{ days = 9 }", dated, "days"),
    ] {
        let fault = super::fault(with(windows, payment), expected);
        assert_eq!(fault, None, "{windows}");
    }
    let many = "{ until_days = 9 },".repeat(101);
    assert_eq!(super::fault(with(&many, dated), "100 windows"), None);
    let fine = "{ until_days = 365 }, { method = \"card\", from_days = 1, until_days = 180 }";
    assert_eq!(with(fine, both), None);
}

#[test]
fn disputes_are_somewhere_and_their_words_are_explained() {
    let with = |disputes: &str| {
        let line = [REFUNDED, "disputes = { ", disputes, " }\n"].concat();
        super::refusal(&super::BASE.replacen(REFUNDED, &line, 1))
    };
    for (disputes, expected) in [
        ("always = true", "neither a list"),
        (
            "list = \"disputes\", status = \"status\"",
            "statuses explains",
        ),
        (
            "list = \"disputes\", statuses = { open = \"open\" }",
            "statuses explains",
        ),
        (
            "status = \"disputed\", statuses = { true = \"yes\" }",
            "yes",
        ),
        ("list = \"header:x-disputes\"", "in the answer's body"),
        ("amount = \"header:x-disputed\"", "in the answer's body"),
        (
            "status = \"header:x-disputed\", statuses = { true = \"open\" }",
            "in the answer's body",
        ),
    ] {
        let fault = super::fault(with(disputes), expected);
        assert_eq!(fault, None, "{disputes}");
    }
    for fine in [
        "list = \"disputes\"",
        "list = \"disputes\", always = true, amount = \"amount\"",
        "status = \"disputed\", statuses = { true = \"open\", false = \"none\" }",
        "amount = \"charged_back\"",
    ] {
        assert_eq!(with(fine), None, "{fine}");
    }
}
