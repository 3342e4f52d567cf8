//! What answers mean. This is where a profile could do most harm.

use super::{Edit, all_refused};

const REFUSED: &str = "{ status = 400, means = \"refused\" }";
const INSIDE: &str = "[errors]\ncode = \"error.code\"";
const STATUSES: &str = "statuses = { open = \"pending\", done = \"succeeded\", lost = \"failed\" }";
const HTTP: &str = "http = { 202 = \"pending\" }";
const SUCCESS: &str = "success = [200, 201, 202]";

#[test]
fn a_refusal_is_only_what_is_certain_to_be_one() {
    const EDITS: &[Edit] = &[
        (REFUSED, "{ status = 500, means = \"refused\" }", "5xx"),
        (
            REFUSED,
            "{ status = 502, means = \"not_processed\" }",
            "5xx",
        ),
        (
            REFUSED,
            "{ status = 503, code = \"x\", means = \"refused\" }",
            "5xx",
        ),
        (REFUSED, "{ status = 599, means = \"refused\" }", "5xx"),
        (
            REFUSED,
            "{ status = 408, means = \"refused\" }",
            "took too long",
        ),
        (
            REFUSED,
            "{ status = 408, code = \"x\", means = \"not_processed\" }",
            "took too long",
        ),
        (
            REFUSED,
            "{ status = 425, means = \"refused\" }",
            "took too long",
        ),
        (
            REFUSED,
            "{ status = 409, means = \"refused\" }",
            "under way",
        ),
        (
            REFUSED,
            "{ status = 409, means = \"not_processed\" }",
            "under way",
        ),
        (
            REFUSED,
            "{ status = 429, means = \"refused\" }",
            "no refusal",
        ),
        (
            REFUSED,
            "{ status = 401, means = \"refused\" }",
            "any gateway",
        ),
        (
            REFUSED,
            "{ status = [403, 404], means = \"later\" }",
            "any gateway",
        ),
        (
            REFUSED,
            "{ status = 405, without_body = true, means = \"refused\" }",
            "any gateway",
        ),
        (
            REFUSED,
            "{ status = 407, means = \"not_processed\" }",
            "any gateway",
        ),
        (
            REFUSED,
            "{ status = 422, code = \"x\", without_body = true, means = \"refused\" }",
            "without a body",
        ),
        (
            REFUSED,
            "{ code = \"x\", means = \"refused\" }",
            "names no status",
        ),
        (
            REFUSED,
            "{ code = \"x\", means = \"not_processed\" }",
            "names no status",
        ),
        (
            REFUSED,
            "{ code = \"x\", means = \"later\" }",
            "names no status",
        ),
        (
            REFUSED,
            "{ status = [400, 500], code = \"x\", means = \"refused\" }",
            "5xx",
        ),
        (
            REFUSED,
            "{ status = [400, 503], code = \"x\", means = \"later\" }",
            "5xx",
        ),
        (
            REFUSED,
            "{ status = [], means = \"refused\" }",
            "no HTTP status",
        ),
        (
            REFUSED,
            "{ status = [400, 409], means = \"later\" }",
            "under way",
        ),
        (
            REFUSED,
            "{ status = 400, code = [], means = \"refused\" }",
            "no code",
        ),
        (
            REFUSED,
            "{ means = \"refused\" }",
            "neither a status nor a code",
        ),
        (
            REFUSED,
            "{ status = 200, means = \"refused\" }",
            "400 to 599",
        ),
        (
            REFUSED,
            "{ status = 302, means = \"refused\" }",
            "400 to 599",
        ),
        (
            REFUSED,
            "{ status = 600, means = \"refused\" }",
            "400 to 599",
        ),
        (REFUSED, "{ status = 0, means = \"refused\" }", "400 to 599"),
        (REFUSED, "{ status = 65536, means = \"refused\" }", "65536"),
        (REFUSED, "{ status = \"400\", means = \"refused\" }", "400"),
        (REFUSED, "{ status = 400, means = \"fine\" }", "fine"),
        (
            REFUSED,
            "{ status = 400, code = \"\", means = \"refused\" }",
            "no code",
        ),
        ("code = \"error.code\"\nmessage", "message", "errors.code"),
    ];
    all_refused(EDITS);
}

#[test]
fn an_error_inside_of_a_success_needs_its_code() {
    const EDITS: &[Edit] = &[
        (
            INSIDE,
            "[errors]\ninside = { field = \"error\" }\ncode = \"error.code\"\nanswers = [{ status = 200, means = \"refused\" }]\n[dead]",
            "code",
        ),
        (
            INSIDE,
            "[errors]\ninside = { field = \"error\" }\ncode = \"error.code\"\nanswers = [{ status = 302, code = \"x\", means = \"refused\" }]\n[dead]",
            "400 to 599",
        ),
        (
            INSIDE,
            "[errors]\ninside = { field = \"error\" }\ncode = \"error.code\"\nanswers = [{ status = 100, code = \"x\", means = \"refused\" }]\n[dead]",
            "400 to 599",
        ),
    ];
    let cut = |text: &str| text.split("[dead]").next().unwrap_or_default().to_owned();
    for (from, to, expected) in EDITS {
        let text = cut(&super::BASE.replacen(from, to, 1));
        assert_eq!(super::fault(super::refusal(&text), expected), None, "{to}");
    }
}

#[test]
fn a_minus_is_expected_only_where_an_amount_is_read() {
    const AMOUNT: &str = "amount = \"amount\"\ncurrency = \"currency\"\npayment";
    const SAID: &str = "negative_amounts = \"everywhere\"\n";
    const EDITS: &[Edit] = &[
        (
            AMOUNT,
            "negative_amounts = \"lists\"\ncurrency = \"currency\"\npayment",
            "where the amounts are",
        ),
        (
            AMOUNT,
            "negative_amounts = true\namount = \"amount\"\npayment",
            "line",
        ),
        (
            AMOUNT,
            "negative_amounts = \"refunds\"\namount = \"amount\"\npayment",
            "refunds",
        ),
    ];
    all_refused(EDITS);
    let list = super::BASE.split("[refunds]").next().unwrap_or_default();
    let rest = super::BASE
        .split("[refund_object]")
        .nth(1)
        .unwrap_or_default();
    let without = [list, "[refund_object]", rest].concat();
    let said = |text: &str, word: &str| {
        text.replacen(
            AMOUNT,
            &[&SAID.replacen("everywhere", word, 1), AMOUNT].concat(),
            1,
        )
    };
    for word in ["lists", "everywhere"] {
        assert_eq!(super::refusal(&said(super::BASE, word)), None, "{word}");
    }
    assert_eq!(super::refusal(&said(&without, "everywhere")), None);
    let line = "reads no list of refunds";
    assert_eq!(
        super::fault(super::refusal(&said(&without, "lists")), line),
        None
    );
}

#[test]
fn a_success_is_only_what_says_so() {
    const EDITS: &[Edit] = &[
        (HTTP, "http = { 202 = \"succeeded\" }", "202"),
        (HTTP, "http = { 400 = \"succeeded\" }", "only a success"),
        (HTTP, "http = { 302 = \"pending\" }", "only a success"),
        (HTTP, "http = { 99 = \"pending\" }", "99"),
        (HTTP, "http = { 600 = \"pending\" }", "600"),
        (HTTP, "http = { \"+200\" = \"pending\" }", "+200"),
        (HTTP, "http = { \"0200\" = \"pending\" }", "0200"),
        (HTTP, "http = { ok = \"pending\" }", "ok"),
        (
            STATUSES,
            "statuses = { open = \"pending\" }",
            "no word means success",
        ),
        (
            STATUSES,
            "statuses = {}",
            "what the words of the status mean",
        ),
        (STATUSES, "statuses = { done = \"settled\" }", "settled"),
        (SUCCESS, "success = [200, 302]", "200 to 299"),
        (SUCCESS, "success = [404]", "200 to 299"),
        (SUCCESS, "results = [502]", "4xx"),
        (SUCCESS, "results = [200]", "4xx"),
        (SUCCESS, "success = [\"200\"]", "line"),
        (
            "statuses = { done = \"succeeded\" }",
            "statuses = {}",
            "reversal.status",
        ),
        ("paid = \"captured\"", "", "captured"),
        ("held = \"authorized\"", "", "authorized"),
        ("paid = \"captured\"", "paid = \"taken\"", "taken"),
        (
            "id = \"id\"\nstatus = \"status\"\namount",
            "status = \"status\"\namount",
            "refund's id",
        ),
        ("answer = \"refund\"", "answer = \"payment\"", "answer"),
        ("answer = \"refund\"", "answer = \"anything\"", "anything"),
    ];
    all_refused(EDITS);
}
