//! Wrong types, unknown keys on every level, names twice, and text that isn't the one it looks like.

use super::{Edit, all_refused, fault, refusal};

#[test]
fn unknown_keys_are_refused_on_every_level() {
    const TABLES: &[&str] = &[
        "[api]\n",
        "[auth.token]\n",
        "[limits]\n",
        "[reason]\n",
        "[refund]\n",
        "[refund.full]\n",
        "[reversal]\n",
        "[payment]\n",
        "[refunds]\n",
        "[refund_object]\n",
        "[refund_status]\n",
        "[errors]\n",
        "[[auth.sign]]\n",
    ];
    for table in TABLES {
        let text = super::BASE.replacen(table, &[table, "surprise = 1\n"].concat(), 1);
        assert_eq!(fault(refusal(&text), "surprise"), None, "{table}");
    }
    const EDITS: &[Edit] = &[
        (
            "name = \"base\"",
            "name = \"base\"\nsurprise = 1",
            "surprise",
        ),
        (
            "lifetime_hours = 24",
            "lifetime_hours = 24, surprise = 1",
            "surprise",
        ),
        (
            "fit = { max = 64 }",
            "fit = { max = 64, surprise = 1 }",
            "surprise",
        ),
        (
            "from = \"cursor\"",
            "from = \"cursor\", surprise = 1",
            "surprise",
        ),
        ("max = 11 }", "max = 11, surprise = 1 }", "surprise"),
        (
            "status = 400, means",
            "status = 400, surprise = 1, means",
            "surprise",
        ),
        ("basic = { user", "basic = { surprise = 1, user", "surprise"),
        ("api = { test", "api = { surprise = \"x\", test", "surprise"),
        (
            "read = { path = \"/payments/{payment}\" }",
            "read = { path = \"/payments/{payment}\", surprise = 1 }",
            "surprise",
        ),
        ("enforces_cap = true", "\"\\u001b[2J\" = true", "unknown"),
        ("enforces_cap = true", "\"a\\r\\nb\" = true", "unknown"),
    ];
    all_refused(EDITS);
}

#[test]
fn types_are_not_guessed() {
    const EDITS: &[Edit] = &[
        ("name = \"base\"", "name = 7", "line 2"),
        ("name = \"base\"", "name = \"Base\"", "no name"),
        ("name = \"base\"", "name = \"../base\"", "no name"),
        ("name = \"base\"", "name = \"\"", "no name"),
        ("name = \"base\"", "# none", "name"),
        ("amounts = \"minor\"", "amounts = \"cents\"", "cents"),
        ("digits = { ISK = 2 }", "digits = { ISK = -1 }", "line"),
        ("digits = { ISK = 2 }", "digits = { ISK = 7 }", "ISK"),
        ("digits = { ISK = 2 }", "digits = { isk = 2 }", "isk"),
        ("digits = { ISK = 2 }", "digits = { ISK = 2.0 }", "line"),
        ("digits = { ISK = 2 }", "digits = { QQQ = 2 }", "QQQ"),
        (
            "largest_amount = 1000000",
            "largest_amount = 0",
            "more than 0",
        ),
        (
            "largest_amount = 1000000",
            "largest_amount = -5",
            "more than 0",
        ),
        ("largest_amount = 1000000", "largest_amount = 10.5", "line"),
        ("largest_amount = 1000000", "largest_amount = nan", "line"),
        (
            "largest_amount = 1000000",
            "largest_amount = \"1000\"",
            "line",
        ),
        (
            "largest_amount = 1000000",
            "largest_amount = 9223372036854775808",
            "line",
        ),
        ("reason = 100\n", "reason = 10001\n", "10000"),
        ("reason = 100\n", "reason = -1\n", "line"),
        ("enforces_cap = true", "enforces_cap = \"yes\"", "line"),
        (
            "verified_against = [\"Base Pay's page on refunds, of 2026-11-21\"]",
            "verified_against = []",
            "verified_against",
        ),
        (
            "verified_against = [\"Base Pay's page on refunds, of 2026-11-21\"]",
            "verified_against = 2026-11-21",
            "line",
        ),
        ("encoding = \"json\"", "encoding = \"xml\"", "xml"),
        ("encoding = \"json\"", "encoding = \"none\"", "no encoding"),
        (
            "encoding = \"json\"",
            "encoding = \"json\"\ncontent_type = \"a\\r\\nb\"",
            "content type",
        ),
        (
            "bic = { kind = \"text\", max = 11 }",
            "bic = { kind = \"text\" }",
            "max",
        ),
        (
            "bic = { kind = \"text\", max = 11 }",
            "bic = { kind = \"text\", min = 12, max = 11 }",
            "max",
        ),
        (
            "bic = { kind = \"text\", max = 11 }",
            "bic = { kind = \"word\" }",
            "words",
        ),
        (
            "default = \"OTHER\"",
            "default = \"OTHER\"\nrequired = true",
            "required",
        ),
        ("reason = \"{reason}\"", "", "reason"),
    ];
    all_refused(EDITS);
}

#[test]
fn names_are_there_once() {
    const EDITS: &[Edit] = &[
        (
            "name = \"base\"",
            "name = \"base\"\nname = \"other\"",
            "duplicate",
        ),
        (
            "[headers]",
            "[headers]\nX-A = \"1\"\n[headers]",
            "duplicate",
        ),
        (
            "amount = \"{amount.minor}\"",
            "amount = \"{amount.minor}\"\namount = 1",
            "duplicate",
        ),
        (
            "amount = \"{amount.minor}\"",
            "amount = \"{amount.minor}\"\n\"amo\\u0075nt\" = 1",
            "duplicate",
        ),
        (
            "done = \"succeeded\", lost",
            "done = \"failed\", done = \"succeeded\", lost",
            "duplicate",
        ),
    ];
    all_refused(EDITS);
}

#[test]
fn what_people_are_shown_is_plain_text() {
    const EDITS: &[Edit] = &[
        (
            "title = \"Base Pay\"",
            "title = \"\\u001b[31mBase\"",
            "title",
        ),
        ("title = \"Base Pay\"", "title = \"Base\\nPay\"", "title"),
        (
            "title = \"Base Pay\"",
            "title = \"yaP \\u202eesaB\"",
            "title",
        ),
        ("title = \"Base Pay\"", "title = \"\"", "title"),
        (
            "unverified = [\"how long a key is known\"]",
            "unverified = [\"a\\nb\"]",
            "unverified",
        ),
        (
            "unverified = [\"how long a key is known\"]",
            "unverified = [\"\\u0007\"]",
            "unverified",
        ),
        (
            "[\"Base Pay's page on refunds, of 2026-11-21\"]",
            "[\"\\u001b]0;x\\u0007\"]",
            "verified_against",
        ),
        (
            "[\"Base Pay's page on refunds, of 2026-11-21\"]",
            "[\"\"]",
            "verified_against",
        ),
    ];
    all_refused(EDITS);
}

#[test]
fn what_is_no_profile_is_refused() {
    for (text, expected) in [
        ("", "missing"),
        ("\0", "line 1"),
        ("\u{feff}\u{feff}name = 1", "line 1"),
        ("{\"name\": \"json\"}", "line 1"),
        ("<html></html>", "line 1"),
        ("name = \"a\"\r\rname", "line 1"),
    ] {
        assert_eq!(fault(refusal(text), expected), None, "{text:?}");
    }
}
