//! What has to reach the provider in every refund: the amount and our token.

use super::{Edit, all_refused};

const TOKEN: &str = "reference = \"{token}\"\n\n[refund.body.metadata]";
const FULL: &str = "body = { everything = true, reference = \"{token}\" }";
const ORIGIN: &str = "refundkit_origin = \"refundkit\"";
const AMOUNT: &str = "amount = \"{amount.minor}\"";
const REFUND: &str = "[refund]\n";

#[test]
fn no_token_can_go_missing() {
    const EDITS: &[Edit] = &[
        // A field with an absent value is left out, and the token with it.
        (
            TOKEN,
            "reference = \"{order_id}-{token}\"\n[refund.body.metadata]",
            "{token}",
        ),
        (
            TOKEN,
            "reference = \"{extra.bic}{token}\"\n[refund.body.metadata]",
            "{token}",
        ),
        (
            TOKEN,
            "reference = \"{notes}: {reference}\"\n[refund.body.metadata]",
            "{reference}",
        ),
        (
            TOKEN,
            "reference = \"{token}\"\nunique = \"{notes}{key}\"\n[refund.body.metadata]",
            "{key}",
        ),
        (
            AMOUNT,
            "amount = \"{amount.minor}{notes}\"",
            "{amount.minor}",
        ),
        // The full refund is found again as the others are, or not at all.
        (FULL, "body = { everything = true }", "refund.full"),
        // A caller's pair of the same name would take the token's place.
        (ORIGIN, "reference = \"{token}\"", "caller's own pair"),
        (
            TOKEN,
            "reference = \"{token}\"\n\"*\" = \"\"\n[refund.body.metadata]",
            "caller's own pair",
        ),
    ];
    all_refused(EDITS);
}

#[test]
fn an_amount_is_sent_by_a_request_that_may_move_money() {
    const EDITS: &[Edit] = &[
        (AMOUNT, "all = true", "sends no amount"),
        (AMOUNT, "amount = 10.5", "line"),
        (AMOUNT, "amount = nan", "line"),
        (AMOUNT, "amount = 1979-05-27", "date"),
        (REFUND, "[refund]\nfull_only = true\n", "full_only"),
        (REFUND, "[refund]\nmethod = \"GET\"\n", "GET"),
        (REFUND, "[refund]\nmethod = \"TRACE\"\n", "TRACE"),
        ("[reversal]\n", "[reversal]\nmethod = \"GET\"\n", "GET"),
        (
            "[refund_status]\n",
            "[refund_status]\nmethod = \"DELETE\"\n",
            "DELETE",
        ),
        (
            "read = { path = \"/payments/{payment}\" }",
            "read = { method = \"PATCH\", path = \"/payments/{payment}\" }",
            "PATCH",
        ),
        (
            "read = { path = \"/payments/{payment}/refunds\"",
            "read = { method = \"PUT\", path = \"/payments/{payment}/refunds\"",
            "PUT",
        ),
    ];
    all_refused(EDITS);
}

#[test]
fn a_reason_that_is_always_there_takes_no_token_along() {
    let text = super::BASE.replacen(
        "reference = \"{token}\"",
        "reference = \"{reason} {token}\"",
        1,
    );
    assert_eq!(super::refusal(&text), None, "it has a default");
    let silent = text.replacen("default = \"OTHER\"\n", "", 1);
    assert_eq!(super::fault(super::refusal(&silent), "{token}"), None);
    let required = text.replacen("default = \"OTHER\"\n", "required = true\n", 1);
    assert_eq!(super::refusal(&required), None);
}
