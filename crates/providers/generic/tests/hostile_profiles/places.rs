//! Placeholders and literals where they have no place.

use super::{Edit, all_refused};

const PATH: &str = "path = \"/merchants/{setting.merchant}/payments/{payment}/refunds\"";
const QUERY: &str = "mode = \"full\"";
const VERSION: &str = "X-Version = \"7\"";
const CURRENCY: &str = "currency = \"{currency}\"\nreason";
const GRANT: &str = "grant_type = \"client_credentials\"";
const READ: &str = "read = { path = \"/payments/{payment}\" }";

#[test]
fn paths_are_segments_that_stay_whole() {
    const EDITS: &[Edit] = &[
        (PATH, "path = \"//evil.example/{payment}\"", "path"),
        (
            PATH,
            "path = \"https://evil.example/{payment}\"",
            "begin with a slash",
        ),
        (PATH, "path = \"payments/{payment}\"", "begin with a slash"),
        (PATH, "path = \"/payments/../admin\"", "segment"),
        (PATH, "path = \"/payments/./{payment}\"", "segment"),
        (PATH, "path = \"/payments/%2e%2e/{payment}\"", "segment"),
        (PATH, "path = \"/payments/%2f/{payment}\"", "segment"),
        (PATH, "path = \"/payments\\\\..\\\\{payment}\"", "segment"),
        (PATH, "path = \"/payments/{payment}?all=true\"", "segment"),
        (PATH, "path = \"/payments/{payment}#x\"", "segment"),
        (PATH, "path = \"/payments/{payment};x=1\"", "segment"),
        (PATH, "path = \"/payments/a\\r\\nHost: x\"", "segment"),
        (PATH, "path = \"/payments/\\u0000\"", "segment"),
        (PATH, "path = \"/payments/ref\\u202eunds\"", "segment"),
        (PATH, "path = \"/\u{440}ayments/{payment}\"", "segment"),
        (PATH, "path = \"/payments//{payment}\"", "segment"),
        (PATH, "path = \"/payments/@{payment}\"", "segment"),
        (PATH, "path = \"/payments/{secret.api_key}\"", "segment"),
        (PATH, "path = \"/payments/{access_token}\"", "segment"),
        (PATH, "path = \"/payments/{reason}\"", "segment"),
        (PATH, "path = \"/payments/{extra.bic}\"", "segment"),
        (PATH, "path = \"/payments/{order_id}\"", "segment"),
        (
            PATH,
            "path = \"/merchants/{setting.merchant}/{refund}\"",
            "[refund_status] only",
        ),
        (
            "path = \"/oauth/token\"",
            "path = \"/oauth/{payment}\"",
            "{payment}",
        ),
        (
            "path = \"/oauth/token\"",
            "path = \"//evil.example\"",
            "segment",
        ),
        (
            "path = \"/refunds/{refund}\"",
            "path = \"/refunds\"",
            "which refund",
        ),
        (
            READ,
            "read = { path = \"/payments/{setting.other}\" }",
            "other",
        ),
    ];
    all_refused(EDITS);
}

#[test]
fn secrets_stay_out_of_urls() {
    const EDITS: &[Edit] = &[
        (QUERY, "key = \"{secret.api_key}\"", "ends up in logs"),
        (QUERY, "token = \"{access_token}\"", "ends up in logs"),
        (QUERY, "sign = \"{signed.body}\"", "{signed.body}"),
        (
            READ,
            "read = { path = \"/payments/{payment}\", query = { k = \"x{secret.signing}\" } }",
            "ends up in logs",
        ),
    ];
    all_refused(EDITS);
}

#[test]
fn placeholders_have_a_value_where_they_stand() {
    const EDITS: &[Edit] = &[
        (VERSION, "X-Version = \"{request.body}\"", "signature"),
        (VERSION, "X-Version = \"{method}\"", "signature"),
        (VERSION, "X-Version = \"{amount.minor}\"", "{amount.minor}"),
        (VERSION, "X-Version = \"{token}\"", "{token}"),
        (VERSION, "X-Version = \"{key}\"", "{key}"),
        (VERSION, "X-Version = \"{refund}\"", "[refund_status] only"),
        (VERSION, "X-Version = \"{secret.admin}\"", "admin"),
        (VERSION, "X-Version = \"{setting.shop}\"", "shop"),
        (VERSION, "X-Version = \"{extra.bic}\"", "a refund only"),
        (VERSION, "X-Version = \"{signed.other}\"", "other"),
        (VERSION, "X-Version = \"{reason}\"", "{reason}"),
        (VERSION, "X-Version = \"{\"", "doesn't close"),
        (VERSION, "X-Version = \"}\"", "isn't open"),
        (VERSION, "X-Version = \"{}\"", "no placeholder"),
        (VERSION, "X-Version = \"{payment}}\"", "isn't open"),
        (VERSION, "X-Version = \"{planet}\"", "no placeholder"),
        (VERSION, "X-Version = \"{secret.}\"", "no name"),
        (VERSION, "X-Version = \"{secret.A B}\"", "no name"),
        (VERSION, "X-Version = \"{\\u001b[31m}\"", "no placeholder"),
        (
            CURRENCY,
            "currency = \"{request.body}\"\nreason",
            "signature",
        ),
        (CURRENCY, "currency = \"{extra.iban}\"\nreason", "iban"),
        (
            CURRENCY,
            "currency = \"{signed.body}\"\nreason",
            "{signed.body}",
        ),
        (GRANT, "grant_type = \"{payment}\"", "access token"),
        (GRANT, "grant_type = \"{now.seconds}\"", "access token"),
        (GRANT, "grant_type = \"{access_token}\"", "access token"),
        (GRANT, "grant_type = \"{signed.body}\"", "access token"),
    ];
    all_refused(EDITS);
}

#[test]
fn fields_of_answers_are_where_they_can_be_read() {
    const EDITS: &[Edit] = &[
        (
            "more = \"has_more\"",
            "more = \"header:link\"",
            "refunds.more",
        ),
        ("more = \"has_more\"", "more = \"a + b\"", "refunds.more"),
        ("list = \"data\"", "list = \"header:data\"", "refunds.list"),
        (
            "from = \"cursor\"",
            "from = \"header:next\"",
            "refunds.next",
        ),
        (
            "authorized = \"amount\"",
            "authorized = \"header:amount\"",
            "payment.authorized",
        ),
        (
            "captured = \"captured\"",
            "captured = \"a + b\"",
            "payment.captured",
        ),
        (
            "refunded = \"refunded\"",
            "refunded = \"tail:location\"",
            "payment.refunded",
        ),
        (
            "amount = \"amount\"\ncurrency",
            "amount = \"header:amount\"\ncurrency",
            "refund_object.amount",
        ),
        (
            "amount = \"amount\"\ncurrency",
            "amount = \"own:token\"\ncurrency",
            "refund_object.amount",
        ),
        (
            "access_token = \"access_token\"",
            "access_token = \"header:token\"",
            "access_token",
        ),
        (
            "next = {",
            "only = { field = \"header:kind\", is = \"refund\" }\nnext = {",
            "refunds.only",
        ),
        (
            "[errors]",
            "[errors]\ninside = { field = \"header:x-error\" }",
            "errors.inside",
        ),
        (
            "[errors]",
            "[errors]\ninside = { field = \"header:x-error\", is = \"yes\" }",
            "errors.inside",
        ),
        (
            "[errors]",
            "[errors]\ninside = { field = \"error.code + error.message\" }",
            "errors.inside",
        ),
        (
            "code = \"error.code\"",
            "code = \"header:x-code\"",
            "errors.code",
        ),
        (
            "message = \"error.message\"",
            "message = \"header:x-message\"",
            "errors.message",
        ),
        ("list = \"data\"", "list = \"data[100]\"", "0 to 99"),
        ("list = \"data\"", "list = \"data..x\"", "no path"),
        ("list = \"data\"", "list = \"\"", "no path"),
        ("list = \"data\"", "list = []", "1 to 6"),
        ("list = \"data\"", "list = \"$.data[*]\"", "no path"),
        ("list = \"data\"", "list = \"da\\u0000ta\"", "no path"),
        (
            "id = \"id\"\nstatus = \"status\"\namount",
            "id = \"header:\"\nstatus = \"status\"\namount",
            "header",
        ),
        (
            "id = \"id\"\nstatus = \"status\"\namount",
            "id = \"header:a b\"\nstatus = \"status\"\namount",
            "header",
        ),
    ];
    all_refused(EDITS);
}
