//! Bodies that are meant to do harm, signed all the same.

use refundkit_core::webhook::MOST_BODY_BYTES;

use super::*;

const SECRET: &str = "planted_primer";

fn signed(body: &[u8]) -> Result<WebhookEvent, WebhookError> {
    let webhooks = webhooks("primer", &[SECRET]);
    read(
        &webhooks,
        &[("X-Signature-Primary", &base64(SECRET, body))],
        body,
    )
}

fn with(payment: &str) -> String {
    format!(r#"{{"eventType":"PAYMENT.REFUND","signedAt":"{NOW}","payment":{payment}}}"#)
}

#[test]
fn what_is_no_message_is_not_understood() {
    let deep = |open: &str, close: &str| [open.repeat(5000), close.repeat(5000)].concat();
    let bodies: Vec<Vec<u8>> = vec![
        Vec::new(),
        b"planted".to_vec(),
        b"null".to_vec(),
        b"[]".to_vec(),
        b"\"planted\"".to_vec(),
        b"{}".to_vec(),
        b"\xff\xfe".to_vec(),
        [b"\xef\xbb\xbf", with(r#"{"id":"pay_1"}"#).as_bytes()].concat(),
        [with(r#"{"id":"pay_1"}"#).as_bytes(), b"{}"].concat(),
        with(r#"{"id":"pay_1""#).into_bytes(),
        with(&deep("[", "]")).into_bytes(),
        with(&deep(r#"{"id":"#, "}")).into_bytes(),
        with(r#"{"id":"pay_1","id":"pay_2"}"#).into_bytes(),
        with(r#"{"id":"pay_1"},"payment":{"id":"pay_2"}"#).into_bytes(),
        with(r#"{"id":"pay_1"},"eventType":"PAYMENT.REFUND""#).into_bytes(),
        with(r#"{"id":["pay_1"]}"#).into_bytes(),
        with(r#"{"id":"../../admin"}"#).into_bytes(),
        with(r#"{"id":"pay_1\u0000"}"#).into_bytes(),
        with(r#"{"id":""}"#).into_bytes(),
        with(&format!(r#"{{"id":"{}"}}"#, "x".repeat(10_000))).into_bytes(),
        with("null").into_bytes(),
        with("\"pay_1\"").into_bytes(),
    ];
    for body in bodies {
        let start = String::from_utf8_lossy(&body[..body.len().min(120)]).into_owned();
        let found = problem(signed(&body));
        assert_eq!(found, WebhookProblem::Unreadable, "{start}");
    }
    looks(signed(with(r#"{"id":"pay_1"}"#).as_bytes()), "pay_1");
}

#[test]
fn a_body_is_bounded() {
    let of = |length: usize| {
        let body = with(r#"{"id":"pay_1"}"#);
        let padding = " ".repeat(length - body.len());
        [body, padding].concat()
    };
    looks(signed(of(MOST_BODY_BYTES).as_bytes()), "pay_1");
    let found = problem(signed(of(MOST_BODY_BYTES + 1).as_bytes()));
    assert_eq!(found, WebhookProblem::TooLarge);
}

/// Nothing in it is read before its signature is known to be good.
#[test]
fn an_unreadable_body_that_is_not_signed_is_forged_first() {
    let webhooks = webhooks("primer", &[SECRET]);
    for body in ["", "{", "planted", &with("null")] {
        let other = base64("another", body);
        let found = problem(read(&webhooks, &[("X-Signature-Primary", &other)], body));
        assert_eq!(found, WebhookProblem::Forged, "{body}");
    }
}
