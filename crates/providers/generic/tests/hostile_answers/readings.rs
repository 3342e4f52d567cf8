//! Answers to readings: a payment, its list of refunds, one refund.

use refundkit_core::ports::ReadErrorKind;
use refundkit_core::{Detail, Provider, RefundId, Stage};
use refundkit_http::Reply;

use super::{MIB, assert_line, pay_1, scene};

const PAYMENT: &str = r#"{"id": "pay_1", "status": "paid", "currency": "EUR", "amount": 5000, "captured": 5000, "refunded": 1000}"#;
const LIST: &str = r#"{"data": [{"id": "re_1", "status": "done", "amount": 1000, "currency": "EUR"}], "has_more": false}"#;

fn edited(whole: &str, from: &str, to: &str) -> String {
    assert!(whole.contains(from), "{from}");
    whole.replacen(from, to, 1)
}

/// The line with which the reading of a payment ends; `None` where it is read.
async fn payment(replies: Vec<Reply>) -> Option<String> {
    let (generic, _) = scene(&[], replies);
    let error = generic.payment(&pay_1(), Detail::Sums).await.err()?;
    Some(error.message)
}

#[tokio::test]
async fn a_payment_is_read_whole_or_not_at_all() {
    let read = |body: &str| vec![Reply::answer(200, body), Reply::answer(200, LIST)];
    assert_eq!(payment(read(PAYMENT)).await, None);
    for (what, body) in [
        ("no id", edited(PAYMENT, "\"id\"", "\"ID\"")),
        ("an id that is none", edited(PAYMENT, "pay_1", "pay/1")),
        ("no status", edited(PAYMENT, "\"status\"", "\"state\"")),
        ("no currency", edited(PAYMENT, "\"EUR\"", "null")),
        ("a currency that is none", edited(PAYMENT, "EUR", "12")),
        ("no amount", edited(PAYMENT, "\"amount\"", "\"sum\"")),
        ("negative", edited(PAYMENT, "5000", "-5000")),
        (
            "a fraction",
            edited(PAYMENT, "\"captured\": 5000", "\"captured\": 5000.01"),
        ),
        ("a part of a cent", edited(PAYMENT, "1000", "1e-3")),
        ("too large", edited(PAYMENT, "1000", &"9".repeat(40))),
        (
            "an amount twice",
            edited(PAYMENT, "1000", "0, \"refunded\": 1000"),
        ),
        (
            "an escaped name",
            edited(PAYMENT, "1000", "0, \"r\\u0065funded\": 1000"),
        ),
        ("html", "<html>".to_owned()),
        ("nothing", String::new()),
        ("half", PAYMENT[..50].to_owned()),
        ("deep", "{\"id\":".repeat(MIB / 8)),
        ("a list", format!("[{PAYMENT}]")),
    ] {
        let line = payment(read(&body))
            .await
            .unwrap_or_else(|| panic!("{what} is read"));
        assert_line(what, &line);
    }
}

/// That it is about another one is for core to tell, in one place for all providers.
#[tokio::test]
async fn whatever_comes_is_handed_on_under_its_own_id() {
    let another = edited(PAYMENT, "pay_1", "pay_2");
    let empty = r#"{"data": [], "has_more": false}"#;
    let (generic, _) = scene(
        &[],
        vec![Reply::answer(200, another), Reply::answer(200, empty)],
    );
    let read = generic.payment(&pay_1(), Detail::Sums).await.unwrap();
    assert_eq!(read.id.as_str(), "pay_2");
    assert!(refundkit_core::reading::about(&pay_1(), read).is_err());
    let refund = r#"{"id": "re_2", "status": "done", "amount": 1000, "currency": "EUR"}"#;
    let (generic, _) = scene(&[], vec![Reply::answer(200, refund)]);
    let asked = RefundId::new("re_1").unwrap();
    let fact = generic.refund_status(&pay_1(), &asked).await.unwrap();
    assert!(refundkit_core::reading::about_refund(&asked, fact).is_err());
}

/// A success that isn't the documented one is no reading: nobody knows what it leaves out.
#[tokio::test]
async fn only_the_documented_success_is_a_reading() {
    let refund = r#"{"id": "re_1", "status": "done", "amount": 1000, "currency": "EUR"}"#;
    let ways = [
        ("payment", vec![PAYMENT, LIST], 0),
        ("list", vec![PAYMENT, LIST], 1),
        ("refund", vec![refund], 0),
    ];
    for status in [200, 201, 202, 203, 204, 205, 206, 207, 226] {
        for (what, bodies, at) in &ways {
            let replies = bodies.iter().enumerate().map(|(number, body)| {
                Reply::answer(if number == *at { status } else { 200 }, *body)
            });
            let (generic, _) = scene(&[], replies.collect());
            let error = match *what {
                "refund" => {
                    let asked = RefundId::new("re_1").unwrap();
                    generic.refund_status(&pay_1(), &asked).await.err()
                }
                _ => generic.payment(&pay_1(), Detail::Sums).await.err(),
            };
            assert_eq!(error.is_none(), status == 200, "{what} {status}: {error:?}");
            if let Some(error) = error {
                assert_line(what, &error.message);
            }
        }
    }
    let named = [(
        "read = { path = \"/payments/{payment}\" }",
        "read = { path = \"/payments/{payment}\", success = [203] }",
    )];
    for (status, is_read) in [(203, true), (200, false)] {
        let replies = vec![Reply::answer(status, PAYMENT), Reply::answer(200, LIST)];
        let (generic, _) = scene(&named, replies);
        let read = generic.payment(&pay_1(), Detail::Sums).await;
        assert_eq!(read.is_ok(), is_read, "{status}: {read:?}");
    }
}

#[tokio::test]
async fn a_list_of_refunds_is_read_whole_or_not_at_all() {
    let entry = r#"{"id": "re_1", "status": "done", "amount": 1000, "currency": "EUR"}"#;
    let endless = edited(
        LIST,
        "\"has_more\"",
        &format!("\"cursor\": \"{}\", \"has_more\"", "c".repeat(MIB)),
    );
    for (what, body) in [
        ("no list", "{}".to_owned()),
        ("null", r#"{"data": null}"#.to_owned()),
        ("an object", r#"{"data": {}}"#.to_owned()),
        ("a text", r#"{"data": "none"}"#.to_owned()),
        ("a list of lists", r#"{"data": [[]]}"#.to_owned()),
        ("a list of texts", r#"{"data": ["re_1"]}"#.to_owned()),
        ("the list alone", format!("[{entry}]")),
        ("two lists", r#"{"data": [], "data": []}"#.to_owned()),
        ("html", "<html>".to_owned()),
        ("half", LIST[..60].to_owned()),
        ("no status", edited(LIST, "\"status\"", "\"state\"")),
        ("an amount that is none", edited(LIST, "1000", "-1")),
        ("a fraction", edited(LIST, "1000", "999.5")),
        ("a currency that is none", edited(LIST, "EUR", "euros")),
        ("more, and no cursor", edited(LIST, "false", "true")),
        ("more, in other words", edited(LIST, "false", "\"no\"")),
        ("an endless cursor", endless),
    ] {
        let line = payment(vec![Reply::answer(200, PAYMENT), Reply::answer(200, body)]).await;
        let line = line.unwrap_or_else(|| panic!("{what} is read"));
        assert_line(what, &line);
    }
}

#[tokio::test]
async fn an_endless_cursor_is_not_sent_back() {
    let cursor = format!("\"cursor\": \"{}\", \"has_more\"", "c".repeat(2001));
    let replies = [PAYMENT, &edited(LIST, "\"has_more\"", &cursor), LIST];
    let replies = replies.map(|body| Reply::answer(200, body));
    let (generic, transport) = scene(&[], replies.to_vec());
    assert!(generic.payment(&pay_1(), Detail::Sums).await.is_err());
    assert_eq!(transport.seen().len(), 3, "login, payment, one page");
}

#[tokio::test]
async fn pages_end() {
    type Cursor = fn(usize) -> String;
    let cursors: [(&str, Cursor, usize); 4] = [
        ("new ones for ever", |page| format!("c{page}"), 20),
        ("the same again", |_| "c".to_owned(), 2),
        ("two by turns", |page| format!("c{}", page % 2), 20),
        (
            "hostile",
            |page| format!("../{page}?x=1&after=2#\\r\\n"),
            20,
        ),
    ];
    for (what, cursor, most) in cursors {
        let page = |at: usize| {
            let to = format!("\"cursor\": \"{}\", \"has_more\": true", cursor(at));
            Reply::answer(200, edited(LIST, "\"has_more\": false", &to))
        };
        let replies = [
            vec![Reply::answer(200, PAYMENT)],
            (0..100).map(page).collect(),
        ]
        .concat();
        let (generic, transport) = scene(&[], replies);
        let error = generic.payment(&pay_1(), Detail::Sums).await.unwrap_err();
        assert_eq!(error.kind, ReadErrorKind::Unreadable, "{what}");
        assert_line(what, &error.message);
        let seen = transport.seen();
        assert_eq!(seen.len(), 2 + most, "{what}: login, payment, pages");
        let host = "https://api.test.example.com/v1/payments/pay_1/refunds?";
        assert!(
            seen[2..].iter().all(|page| page.url.starts_with(host)),
            "{what}"
        );
    }
}

#[tokio::test]
async fn counted_pages_end_too() {
    let edits = [(
        "next = { from = \"cursor\", query = \"after\" }",
        "next = { query = \"page\" }",
    )];
    let more = edited(LIST, "false", "true");
    let pages = (0..100).map(|_| Reply::answer(200, more.clone()));
    let replies = [vec![Reply::answer(200, PAYMENT)], pages.collect()].concat();
    let (generic, transport) = scene(&edits, replies);
    assert!(generic.payment(&pay_1(), Detail::Sums).await.is_err());
    assert_eq!(transport.seen().len(), 22);
}

#[tokio::test]
async fn a_stage_that_nobody_knows_comes_out_clean() {
    for word in [
        "\\u001b[31mpaid",
        "PAID",
        "4111111111111111",
        &"p".repeat(MIB / 2),
    ] {
        let body = edited(PAYMENT, "paid", word);
        let (generic, _) = scene(
            &[],
            vec![Reply::answer(200, body), Reply::answer(200, LIST)],
        );
        let read = generic.payment(&pay_1(), Detail::Sums).await.unwrap();
        let Stage::Other(word) = read.stage else {
            panic!("{:?}", read.stage);
        };
        assert_line("stage", &word);
    }
}

#[tokio::test]
async fn a_refunds_status_is_about_the_refund_asked_for() {
    let whole = r#"{"id": "re_1", "status": "done", "amount": 1000, "currency": "EUR"}"#;
    let ask = async |status: u16, body: String| {
        let (generic, _) = scene(&[], vec![Reply::answer(status, body)]);
        let asked = RefundId::new("re_1").unwrap();
        generic.refund_status(&pay_1(), &asked).await
    };
    assert!(ask(200, whole.to_owned()).await.is_ok());
    for (what, status, body) in [
        ("no id", 200, edited(whole, "\"id\"", "\"ID\"")),
        (
            "status twice",
            200,
            edited(whole, "\"done\"", "\"open\", \"status\": \"done\""),
        ),
        ("no status", 200, edited(whole, "\"status\"", "\"state\"")),
        ("a list", 200, format!("[{whole}]")),
        ("nothing", 200, String::new()),
        ("half", 200, whole[..30].to_owned()),
        ("html", 200, "<html>".to_owned()),
        ("an amount that is none", 200, edited(whole, "1000", "1e-3")),
        ("a redirect", 302, whole.to_owned()),
        ("an error", 500, whole.to_owned()),
        (
            "not found",
            404,
            r#"{"error": {"message": "\u001b[31m 4111111111111111"}}"#.to_owned(),
        ),
        ("not allowed", 401, "<html>".to_owned()),
    ] {
        let error = ask(status, body).await.expect_err(what);
        assert_line(what, &error.message);
    }
    let clean = ask(200, edited(whole, "done", "\\u001b[31mdone"))
        .await
        .unwrap();
    assert_line("a word", &clean.status.to_string());
}

mod payments_in_the_answer {
    //! Primer answers a refund with the payment, and our token tells which refund in it is ours.

    use std::sync::Arc;

    use refundkit_core::Provider;
    use refundkit_core::plan::Plan;
    use refundkit_generic::{Generic, GenericConfig, Profile};
    use refundkit_http::{Reply, ScriptedTransport, Secret};

    use crate::{attempt, judged, kind, planned};

    #[tokio::test]
    async fn our_token_is_there_once() {
        let ours = "abcdefghijklmnopqrstuvwxyzzzzzzy";
        let refund = |token: &str, status: &str| {
            format!(
                r#"{{"transactionType": "REFUND", "orderId": "{token}", "processorStatus": "{status}", "amount": 1000, "currencyCode": "EUR"}}"#
            )
        };
        let one = refund(ours, "SETTLED");
        let two = format!("{one},{}", refund(ours, "PENDING"));
        let order = format!("order-7-{ours}");
        for (what, refunds, expected) in [
            ("once", one.clone(), "executed"),
            (
                "once, behind an order id",
                refund(&order, "SETTLED"),
                "executed",
            ),
            ("twice", two, "unknown"),
            ("never", refund("another", "SETTLED"), "unknown"),
            (
                "in front",
                refund(&format!("{ours}-7"), "SETTLED"),
                "unknown",
            ),
            (
                "in capitals",
                refund(&ours.to_ascii_uppercase(), "SETTLED"),
                "unknown",
            ),
            ("none at all", String::new(), "unknown"),
        ] {
            let body = format!(
                r#"{{"id": "pay_1", "status": "SETTLED", "currencyCode": "EUR", "amount": 5000,
                "processor": {{"amountCaptured": 5000, "amountRefunded": 1000}}, "transactions": [{refunds}]}}"#
            );
            let profile = Profile::builtin("primer").unwrap();
            let config = GenericConfig::new(profile, Secret::new("planted_key").unwrap());
            let transport = Arc::new(ScriptedTransport::new([Reply::answer(200, body)]));
            let primer = Generic::with_transport(config, transport).unwrap();
            let plan = planned(&primer);
            let whole = Plan::Refund(plan.clone());
            let attempt = attempt(1, &whole);
            assert_eq!(attempt.key().as_str(), ours);
            let answer = primer.refund(&plan, attempt).await;
            let outcome = judged(&primer, 1, whole, answer);
            assert_eq!(kind(&outcome), expected, "{what}: {outcome:?}");
        }
    }
}
