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
fn what_the_profile_says_of_tokens_is_of_tokens_that_are_sent() {
    let silent = super::BASE
        .replacen(TOKEN, "[refund.body.metadata]", 1)
        .replacen(FULL, "body = { everything = true }", 1);
    let fault = |text: &str, expected| super::fault(super::refusal(text), expected);
    let line = "refund_object.token: no refund carries a token";
    assert_eq!(fault(&silent, line), None);
    let unread = silent.replacen("token = \"reference\"\n", "", 1);
    assert_eq!(super::refusal(&unread), None, "a key and a sum are enough");
    let fitted = unread.replacen("\n[reason]\n", "\n[token]\nmax = 40\n[reason]\n", 1);
    assert_eq!(fault(&fitted, "token: no request carries a {token}"), None);
    // A key that comes back is a token too.
    let by_key = super::BASE.replace("reference = \"{token}\"", "reference = \"{key}\"");
    assert_eq!(super::refusal(&by_key), None);
}

/// 10.00 EUR would go out as 1000, or 1000 cents as 10.
#[test]
fn amounts_go_out_in_the_units_that_come_back() {
    const MAJOR: &str = "amounts = \"major\"";
    const EDITS: &[Edit] = &[
        (
            "amounts = \"minor\"",
            MAJOR,
            "refund.body: {amount.minor} stands beside amounts = \"major\"",
        ),
        (
            AMOUNT,
            "amount = \"{amount.major}\"",
            "refund.body: {amount.major} stands beside amounts = \"minor\"",
        ),
        (
            AMOUNT,
            "amount = \"{amount.major_number}\"",
            "{amount.major_number} stands beside",
        ),
        (
            FULL,
            "body = { all = \"{amount.major}\", reference = \"{token}\" }",
            "refund.full.body: {amount.major}",
        ),
        (
            AMOUNT,
            "amount = \"{amount.minor}\"\nsaid = \"back: {amount.major}\"",
            "{amount.major} stands beside",
        ),
        (
            "X-Trace = \"refund\"",
            "X-Trace = \"{amount.major}\"",
            "refund.headers.X-Trace",
        ),
        (
            "mode = \"full\"",
            "mode = \"{amount.major}\"",
            "refund.query.mode",
        ),
        (
            "{method}{request.path}",
            "{amount.major}{request.path}",
            "auth.sign",
        ),
    ];
    all_refused(EDITS);
    for (style, amount) in [
        ("minor", "minor"),
        ("minor", "minor_text"),
        ("major", "major"),
        ("major", "major_number"),
    ] {
        let text = super::BASE
            .replacen("\"minor\"", &["\"", style, "\""].concat(), 1)
            .replacen("{amount.minor}", &["{amount.", amount, "}"].concat(), 1);
        assert_eq!(super::refusal(&text), None, "{amount}");
    }
    let text = super::BASE.replacen("amounts = \"minor\"", MAJOR, 1);
    let text = text.replacen("{amount.minor}", "{amount.minor_text}", 1);
    assert_eq!(
        super::fault(super::refusal(&text), "{amount.minor_text}"),
        None
    );
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
