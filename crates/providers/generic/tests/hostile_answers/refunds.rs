//! Answers to a refund and to a reversal.

use refundkit_conformance::attempt;
use refundkit_core::plan::{History, Plan, plan_refund, plan_reversal};
use refundkit_core::{Minor, Money, Payment, Provider, RefundRequest, ReversalRequest, Stage};
use refundkit_http::Reply;

use super::{MIB, Still, assert_clean, judged, kind, pay_1, refund, scene};

/// A refund as the provider would answer it, edited.
fn made(from: &str, to: &str) -> String {
    let whole = r#"{"id": "re_1", "status": "done", "amount": 1000, "currency": "EUR", "payment": "pay_1"}"#;
    assert!(whole.contains(from), "{from}");
    whole.replacen(from, to, 1)
}

async fn ends(edits: &[(&str, &str)], what: &str, reply: Reply, expected: &str) {
    let (generic, transport) = scene(edits, vec![reply]);
    let outcome = refund(&generic).await;
    assert_eq!(kind(&outcome), expected, "{what}: {outcome:?}");
    assert_clean(what, &outcome);
    assert_eq!(transport.seen().len(), 2, "{what}: a login and one refund");
}

#[tokio::test]
async fn the_whole_answer_is_a_refund_that_was_made() {
    ends(
        &[],
        "whole",
        Reply::answer(200, made("re_1", "re_1")),
        "executed",
    )
    .await;
}

#[tokio::test]
async fn an_amount_is_the_same_in_all_its_spellings() {
    for amount in [
        "1000.0",
        "1e3",
        "1E+3",
        "10.000e2",
        "100000e-2",
        "\"1000\"",
        "\"01000\"",
    ] {
        let reply = Reply::answer(200, made("1000", amount));
        ends(&[], amount, reply, "executed").await;
    }
}

#[tokio::test]
async fn an_amount_with_a_minus_is_read_only_where_the_profile_says_so() {
    const AMOUNT: &str = "amount = \"amount\"\ncurrency = \"currency\"\npayment";
    let everywhere = ["negative_amounts = \"everywhere\"\n", AMOUNT].concat();
    let lists = everywhere.replacen("everywhere", "lists", 1);
    for (says, amount, expected) in [
        (everywhere.as_str(), "-1000", "executed"),
        (&everywhere, "-1e3", "executed"),
        (&everywhere, "-999", "contradiction"),
        (&everywhere, "1000", "unknown"),
        (&lists, "1000", "executed"),
        (&lists, "-1000", "unknown"),
    ] {
        let reply = Reply::answer(200, made("1000", amount));
        ends(&[(AMOUNT, says)], amount, reply, expected).await;
    }
}

#[tokio::test]
async fn what_is_no_refund_leaves_the_outcome_unknown() {
    let deep = |open: &str, close: &str| [open.repeat(MIB / 2), close.repeat(MIB / 2)].concat();
    let cases = [
        ("html", "<html>Bad Gateway</html>".to_owned()),
        ("nothing", String::new()),
        ("blanks", " \n\t ".to_owned()),
        ("null", "null".to_owned()),
        ("a list", format!("[{}]", made("re_1", "re_1"))),
        ("a text", "\"done\"".to_owned()),
        ("half", made("re_1", "re_1")[..40].to_owned()),
        ("two", [made("re_1", "re_1"), made("re_1", "re_2")].concat()),
        ("tail", made("}", "} trailing")),
        ("deep lists", deep("[", "]")),
        ("deep and open", "[".repeat(MIB)),
        (
            "deep objects",
            [
                "{\"id\":".repeat(MIB / 8),
                "1".to_owned(),
                "}".repeat(MIB / 8),
            ]
            .concat(),
        ),
        (
            "status twice",
            made("\"done\"", "\"lost\", \"status\": \"done\""),
        ),
        (
            "status twice, escaped",
            made("\"done\"", "\"lost\", \"st\\u0061tus\": \"done\""),
        ),
        ("id twice", made("\"re_1\"", "\"re_1\", \"id\": \"re_2\"")),
        ("amount twice", made("1000", "1000, \"\\u0061mount\": 1")),
        ("no id", made("\"id\"", "\"ID\"")),
        ("id is null", made("\"re_1\"", "null")),
        ("id is an object", made("\"re_1\"", "{}")),
        ("id leads elsewhere", made("re_1", "../admin")),
        ("id with a line feed", made("re_1", "re_1\\nX")),
        ("id is empty", made("re_1", "")),
        ("id is endless", made("re_1", &"r".repeat(MIB / 2))),
        ("no status", made("\"status\"", "\"state\"")),
        ("status is a list", made("\"done\"", "[\"done\"]")),
        ("status is an object", made("\"done\"", "{\"done\": true}")),
        ("negative", made("1000", "-1000")),
        ("a fraction", made("1000", "1000.5")),
        ("a part of a cent", made("1000", "100005e-2")),
        (
            "an endless exponent",
            made("1000", &["1e", &"9".repeat(MIB / 2)].concat()),
        ),
        ("major units as text", made("1000", "\"1000.00\"")),
        ("an exponent as text", made("1000", "\"1e3\"")),
        ("too large", made("1000", "9223372036854775808")),
        ("much too large", made("1000", &"9".repeat(100_000))),
        ("other digits", made("1000", "\"１０００\"")),
        ("signed", made("1000", "\"+1000\"")),
        ("a truth for an amount", made("1000", "true")),
        ("a list for an amount", made("1000", "[1000]")),
        ("NaN", made("1000", "NaN")),
        ("a currency that is none", made("EUR", "euros")),
        ("a currency that looks like one", made("EUR", "E\u{423}R")),
        ("a payment that is none", made("pay_1", "../pay_1")),
        ("a byte order mark", "\u{feff}".to_owned()),
        (
            "two byte order marks",
            ["\u{feff}\u{feff}", &made("re_1", "re_1")].concat(),
        ),
        ("NUL", "\0".to_owned()),
        ("NUL behind", made("}", "}\0")),
    ];
    for (what, body) in cases {
        ends(&[], what, Reply::answer(200, body), "unknown").await;
    }
}

#[tokio::test]
async fn another_refund_than_the_one_asked_for_is_a_contradiction() {
    for (what, body) in [
        ("another payment", made("pay_1", "pay_2")),
        ("another currency", made("EUR", "USD")),
        ("less", made("1000", "999")),
        ("more", made("1000", "\"100000\"")),
        ("nothing", made("1000", "0")),
    ] {
        ends(&[], what, Reply::answer(200, body), "contradiction").await;
    }
}

#[tokio::test]
async fn words_that_nobody_knows_are_no_success_and_come_out_clean() {
    for (what, word) in [
        ("another case", "DONE".to_owned()),
        ("a blank behind", "done ".to_owned()),
        ("a look-alike", "d\u{43e}ne".to_owned()),
        ("colours", "\\u001b[31mdone\\u001b[0m".to_owned()),
        ("a forged line", "x\\r\\nerror: refunded".to_owned()),
        ("turned around", "\u{202e}enod".to_owned()),
        ("a card", "4111 1111 1111 1111".to_owned()),
        ("endless", "w".repeat(MIB)),
        ("endless escapes", "\\u001b".repeat(MIB / 8)),
        ("empty", String::new()),
    ] {
        let body = made("\"done\"", &format!("\"{word}\""));
        ends(&[], what, Reply::answer(200, body), "accepted").await;
    }
}

#[tokio::test]
async fn statuses_that_are_neither_success_nor_error_say_nothing() {
    let whole = || made("re_1", "re_1");
    for status in [
        100, 101, 103, 199, 203, 204, 206, 299, 300, 301, 302, 303, 304, 307, 308, 399, 0,
    ] {
        let what = status.to_string();
        ends(&[], &what, Reply::answer(status, whole()), "unknown").await;
    }
    for (what, status, body) in [
        ("taken on, without an id", 202, String::new()),
        ("no content", 204, String::new()),
        ("a gateway", 502, "<html>".to_owned()),
        ("too slow", 504, whole()),
        ("a bare conflict", 409, "{}".to_owned()),
        ("beyond", 999, whole()),
        ("an error that is a refund", 400, whole()),
        (
            "an error that is a refund on its way",
            400,
            made("done", "open"),
        ),
    ] {
        ends(&[], what, Reply::answer(status, body), "unknown").await;
    }
    for (what, status, expected) in [
        ("a timeout", 408, "unknown"),
        ("too early", 425, "unknown"),
        ("not on the list", 451, "unlisted"),
    ] {
        ends(&[], what, Reply::answer(status, "{}"), expected).await;
    }
    ends(
        &[],
        "a failed one",
        Reply::answer(400, made("done", "lost")),
        "unknown",
    )
    .await;
}

#[tokio::test]
async fn errors_are_shown_clean() {
    let error = |code: &str, message: &str| {
        format!("{{\"error\": {{\"code\": {code}, \"message\": {message}}}}}")
    };
    let endless = format!("\"{}\"", "m".repeat(MIB));
    for (what, status, body, expected) in [
        (
            "colours",
            400,
            error("\"x\"", "\"\\u001b[2J\\u0007gone\""),
            "refused",
        ),
        (
            "a forged line",
            400,
            error("\"a\\nb\"", "\"a\\r\\nok: refunded\""),
            "refused",
        ),
        (
            "a card",
            400,
            error("\"4111111111111111\"", "\"card 4111 1111 1111 1111\""),
            "refused",
        ),
        ("endless", 400, error("\"x\"", &endless), "refused"),
        ("an endless code", 400, error(&endless, "\"x\""), "refused"),
        ("objects", 400, error("{}", "[1]"), "unknown"),
        (
            "code twice",
            409,
            error("\"used_key\", \"code\": \"other\"", "\"x\""),
            "unknown",
        ),
        ("html", 400, "<html>".to_owned(), "unknown"),
        ("turned away", 429, error("\"busy\"", "\"x\""), "later"),
        ("turned away by nobody", 429, String::new(), "unknown"),
        (
            "a page that turns away",
            429,
            "<html>".to_owned(),
            "unknown",
        ),
        (
            "the key was used",
            409,
            error("\"USED_KEY\"", "null"),
            "exists",
        ),
        (
            "endless and unknown",
            500,
            error(&endless, &endless),
            "unknown",
        ),
    ] {
        ends(&[], what, Reply::answer(status, body), expected).await;
    }
}

#[tokio::test]
async fn an_error_inside_of_a_success_is_an_error() {
    let edits = [
        ("[errors]\n", "[errors]\ninside = { field = \"error\" }\n"),
        (
            "{ status = 400, means",
            "{ status = 200, code = \"no_money\", means = \"refused\" }, { status = 400, means",
        ),
    ];
    let with = |error: &str| made("}", &format!(", \"error\": {error}}}"));
    for (what, status, body, expected) in [
        ("a text", 200, with("\"failed\""), "unknown"),
        (
            "an unknown code",
            200,
            with("{\"code\": \"later\"}"),
            "unknown",
        ),
        (
            "a listed code",
            200,
            with("{\"code\": \"no_money\"}").replace("done", "lost"),
            "refused",
        ),
        (
            "a listed code beside a refund that was made",
            200,
            with("{\"code\": \"no_money\"}"),
            "unknown",
        ),
        (
            "a listed code under a 5xx",
            500,
            with("{\"code\": \"no_money\"}").replace("done", "lost"),
            "unknown",
        ),
        ("an empty one", 200, with("{}"), "executed"),
        ("none", 200, with("null"), "executed"),
        (
            "twice",
            200,
            with("null, \"error\": {\"code\": \"no_money\"}"),
            "unknown",
        ),
    ] {
        ends(&edits, what, Reply::answer(status, body), expected).await;
    }
}

#[tokio::test]
async fn an_id_from_a_header_is_one_id() {
    let edits = [(
        "id = \"id\"\nstatus = \"status\"\namount",
        "id = \"tail:location\"\nstatus = \"status\"\namount",
    )];
    let at = |location: &str| Reply::answer(202, "").with_header("Location", location);
    ends(&edits, "fine", at("/refunds/re_1"), "accepted").await;
    for (what, reply) in [
        ("none", Reply::answer(202, "")),
        (
            "two",
            at("/refunds/re_1").with_header("location", "/refunds/re_2"),
        ),
        ("endless", at(&["/refunds/", &"r".repeat(5000)].concat())),
        ("long", at(&["/refunds/", &"r".repeat(300)].concat())),
        ("empty", at("/")),
        ("encoded", at("/refunds/re%2F1")),
        ("dots", at("/refunds/..")),
        ("a query alone", at("?id=re_1")),
        ("blanks", at("/refunds/re 1")),
    ] {
        ends(&edits, what, reply, "unknown").await;
    }
}

#[tokio::test]
async fn a_reversal_is_done_only_where_the_word_for_it_stands() {
    let mut payment = Payment::new(pay_1(), "EUR".parse().unwrap(), Stage::Authorized);
    payment.authorized = Minor::new(5000).unwrap();
    let request = ReversalRequest::new(pay_1(), "key-1".parse().unwrap());
    for (what, status, body, expected) in [
        ("done", 200, r#"{"status": "done"}"#, "executed"),
        ("another word", 200, r#"{"status": "DONE"}"#, "accepted"),
        ("colours", 200, r#"{"status": "\u001b[31m"}"#, "accepted"),
        (
            "twice",
            200,
            r#"{"status": "done", "\u0073tatus": "done"}"#,
            "unknown",
        ),
        ("nothing", 200, "", "unknown"),
        ("a list", 200, r#"[{"status": "done"}]"#, "unknown"),
        ("a truth", 200, r#"{"status": null}"#, "unknown"),
        ("html", 200, "<html>", "unknown"),
        ("a redirect", 302, r#"{"status": "done"}"#, "unknown"),
        ("no content", 204, "", "unknown"),
        ("a gateway", 502, r#"{"status": "done"}"#, "unknown"),
    ] {
        let (generic, _) = scene(&[], vec![Reply::answer(status, body)]);
        let now = refundkit_core::Clock::now(&Still);
        let plan = plan_reversal(
            &payment,
            &History::default(),
            &request,
            generic.capabilities(),
            now,
        )
        .unwrap();
        let whole = Plan::Reversal(plan.clone());
        let answer = generic.reverse(&plan, attempt(1, &whole)).await;
        let outcome = judged(&generic, 1, whole, answer);
        assert_eq!(kind(&outcome), expected, "{what}: {outcome:?}");
        assert_clean(what, &outcome);
    }
}

#[tokio::test]
async fn an_amount_that_cannot_be_written_is_not_left_out() {
    let edits = [
        ("amounts = \"minor\"", "amounts = \"major\""),
        ("amount = \"{amount.minor}\"", "amount = \"{amount.major}\""),
    ];
    let (generic, transport) = scene(&edits, vec![Reply::answer(200, made("re_1", "re_1"))]);
    let mut payment = Payment::new(pay_1(), "QQQ".parse().unwrap(), Stage::Captured);
    payment.captured = Minor::new(5000).unwrap();
    payment.authorized = payment.captured;
    payment.refunds = Some(refundkit_core::ListedRefunds::whole(Vec::new()));
    let ten = Money::from_minor(1000, payment.currency).unwrap();
    let request = RefundRequest::new(pay_1(), "key-1".parse().unwrap()).amount(ten);
    let plan = plan_refund(
        &payment,
        &History::default(),
        &request,
        generic.capabilities(),
    );
    let plan = plan.unwrap();
    let whole = Plan::Refund(plan.clone());
    let answer = generic.refund(&plan, attempt(1, &whole)).await;
    let outcome = judged(&generic, 1, whole, answer);
    assert_eq!(kind(&outcome), "not sent", "{outcome:?}");
    assert_eq!(transport.seen().len(), 1, "the login alone");
}

#[tokio::test]
async fn a_profiles_own_accept_takes_the_place_of_the_usual_one() {
    for (edits, expected) in [
        (vec![], "application/json"),
        (
            vec![(
                "X-Version = \"7\"",
                "Accept = \"application/vnd.base+json\"",
            )],
            "application/vnd.base+json",
        ),
    ] {
        let (generic, transport) = scene(&edits, vec![Reply::answer(200, made("re_1", "re_1"))]);
        refund(&generic).await;
        let seen = transport.seen();
        let headers = seen[1].headers.iter();
        let accept: Vec<&str> = headers
            .filter(|(name, _)| name.eq_ignore_ascii_case("accept"))
            .map(|(_, value)| value.as_str())
            .collect();
        assert_eq!(accept, [expected]);
    }
}
