//! What the bodies of Dodo's messages say: a refund's status counts, and one that can't be read is
//! looked up. Their signatures aren't tried here.

use super::*;
use refundkit_core::answer::RefundStatus;

const REFUND: &str = r#"{"business_id":"bus_1","type":"refund.succeeded","timestamp":"2026-11-20T09:30:02Z","data":{
    "payload_type":"Refund","refund_id":"ref_1","payment_id":"pay_1","business_id":"bus_1","status":"succeeded",
    "created_at":"2026-11-20T09:30:00Z","is_partial":true,"amount":1000,"currency":"USD","reason":"late [rk:fromthereason]",
    "metadata":{"refundkit_token":"fromthemetadata","n":5},"customer":{"customer_id":"cus_1"},"brand_id":"brn_1"}}"#;

fn content(body: &[u8]) -> Result<EventContent, WebhookProblem> {
    read(body).map_err(|error| error.problem)
}

fn status(body: &str) -> RefundStatus {
    match content(body.as_bytes()) {
        Ok(EventContent::Refund(refund)) => refund.status,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_refunds_message_carries_the_refund() {
    let Ok(EventContent::Refund(refund)) = content(REFUND.as_bytes()) else {
        panic!("no refund");
    };
    assert_eq!(refund.payment.as_ref().unwrap().as_str(), "pay_1");
    assert_eq!(refund.currency.unwrap().code(), "USD");
    assert_eq!(refund.id.unwrap().as_str(), "ref_1");
    assert_eq!(refund.token.unwrap().as_str(), "fromthemetadata");
    assert_eq!(refund.amount.unwrap().get(), 1000);
    assert_eq!(refund.created_at, "2026-11-20T09:30:00Z".parse().ok());
    assert_eq!(refund.status, RefundStatus::Succeeded);
    // Its name or its payload's type: either makes it a refund's.
    let untyped = REFUND.replace(r#""payload_type":"Refund","#, "");
    assert_eq!(content(untyped.as_bytes()), content(REFUND.as_bytes()));
    let without = REFUND.replace("refundkit_token", "other");
    let Ok(EventContent::Refund(refund)) = content(without.as_bytes()) else {
        panic!("no refund");
    };
    assert_eq!(refund.token.unwrap().as_str(), "fromthereason");
}

#[test]
fn the_status_counts_and_never_the_events_name() {
    for event in [
        "refund.succeeded",
        "refund.failed",
        "refund.reviewed",
        "other",
    ] {
        for (word, expected) in [
            ("succeeded", RefundStatus::Succeeded),
            ("failed", RefundStatus::Failed),
            ("pending", RefundStatus::Pending),
            ("review", RefundStatus::Review),
            ("on_hold", RefundStatus::Other("on_hold".to_owned())),
        ] {
            let body = REFUND
                .replace(r#""status":"succeeded""#, &format!(r#""status":"{word}""#))
                .replace("refund.succeeded", event);
            assert_eq!(status(&body), expected, "{event}");
        }
    }
}

#[test]
fn the_business_in_the_body_counts_for_nothing() {
    let expected = content(REFUND.as_bytes());
    assert!(matches!(expected, Ok(EventContent::Refund(_))));
    for other in [r#""bus_2""#, "null", "[7]"] {
        let body = REFUND.replace(r#""bus_1""#, other);
        assert_eq!(content(body.as_bytes()), expected);
    }
}

#[test]
fn a_refund_that_cant_be_read_is_looked_up() {
    for (was, is) in [
        (r#""status":"succeeded","#, ""),
        (r#""status":"succeeded""#, r#""status":null"#),
        (
            r#""status":"succeeded""#,
            r#""status":"failed","status":"succeeded""#,
        ),
        (r#""amount":1000"#, r#""amount":-1"#),
        (r#""amount":1000"#, r#""amount":10.5"#),
        (r#""amount":1000"#, r#""amount":1,"amount":1000"#),
        (r#""amount":1000"#, r#""amount":99999999999999999999"#),
        (r#""currency":"USD""#, r#""currency":"money""#),
        (r#""refund_id":"ref_1""#, r#""refund_id":"../ref_1""#),
        (r#""n":5"#, r#""refundkit_token":"another""#),
    ] {
        let body = REFUND.replace(was, is);
        assert_ne!(body, REFUND);
        let Ok(EventContent::Changed(payment)) = content(body.as_bytes()) else {
            panic!("{is}: {:?}", content(body.as_bytes()));
        };
        assert_eq!(payment.as_str(), "pay_1", "{is}");
    }
}

#[test]
fn what_cant_be_understood_is_refused() {
    for (was, is) in [
        (r#""payment_id":"pay_1","#, ""),
        (r#""payment_id":"pay_1""#, r#""payment_id":"../pay""#),
        (
            r#""payment_id":"pay_1""#,
            r#""payment_id":"a","payment_id":"b""#,
        ),
        (r#""type":"refund.succeeded","#, ""),
        (
            r#""type":"refund"#,
            r#""type":"payment.succeeded","type":"refund"#,
        ),
        (r#""data":{"#, r#""data":{},"data":{"#),
    ] {
        let body = REFUND.replace(was, is);
        assert_ne!(body, REFUND);
        assert_eq!(
            content(body.as_bytes()),
            Err(WebhookProblem::Unreadable),
            "{is}"
        );
    }
    let deep = [br#"{"type":"#.as_slice(), "[".repeat(100_000).as_bytes()].concat();
    for body in [
        &b""[..],
        b"[]",
        b"null",
        b"\xff\xfe",
        b"{\"type\":\"refund.\xff\"}",
        &deep,
    ] {
        assert_eq!(content(body), Err(WebhookProblem::Unreadable));
    }
    for end in 0..REFUND.len() {
        assert_eq!(
            content(&REFUND.as_bytes()[..end]),
            Err(WebhookProblem::Unreadable),
            "{end}"
        );
    }
}

#[test]
fn other_messages_are_dodos_too_and_say_nothing_of_refunds() {
    for body in [
        r#"{"type":"payment.succeeded","data":{"payload_type":"Payment","payment_id":"pay_1"}}"#,
        r#"{"type":"dispute.opened","data":{"payment_id":"pay_1"}}"#,
        r#"{"type":"license_key.created","data":null}"#,
        r#"{"type":"refunds"}"#,
    ] {
        assert_eq!(content(body.as_bytes()), Ok(EventContent::Other), "{body}");
    }
}
