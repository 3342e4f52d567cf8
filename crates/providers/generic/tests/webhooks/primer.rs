//! Primer: two headers, and the time inside of the body.

use refundkit_core::EventId;

use super::*;

const SECRET: &str = "planted_primer";

fn body(event: &str, signed_at: i64) -> String {
    format!(
        r#"{{"eventType":"{event}","signedAt":"{signed_at}","version":"2.4","payment":{{"id":"pay_1","status":"SETTLED","transactions":[{{"transactionType":"REFUND","processorStatus":"SETTLED","orderId":"{TOKEN}"}}]}}}}"#
    )
}

fn primary(body: &str) -> String {
    base64(SECRET, body)
}

/// `printf BODY | openssl dgst -sha256 -hmac planted_primer -binary | openssl base64`
#[test]
fn what_another_tool_has_signed_is_taken_in() {
    let body = r#"{"eventType":"PAYMENT.REFUND","signedAt":"1769851800","payment":{"id":"pay_1"}}"#;
    let signature = "ICoxNGuJux8SC421CgV18ScvHnFS5d87QYaR660BVqA=";
    let event = read(
        &webhooks("primer", &[SECRET]),
        &[("x-signature-primary", signature)],
        body,
    );
    let event = event.unwrap();
    assert_eq!(event.id, EventId::of_body(body.as_bytes()));
    assert_eq!(event.at, Some(at(NOW)));
    looks(Ok(event), "pay_1");
}

#[test]
fn no_bit_of_the_body_can_be_another() {
    let webhooks = webhooks("primer", &[SECRET]);
    let body = body("PAYMENT.REFUND", NOW);
    let signature = primary(&body);
    let headers = [("X-Signature-Primary", signature.as_str())];
    looks(read(&webhooks, &headers, &body), "pay_1");
    for bit in 0..body.len() * 8 {
        let mut changed = body.clone().into_bytes();
        changed[bit / 8] ^= 1 << (bit % 8);
        let found = problem(read(&webhooks, &headers, &changed));
        assert_eq!(found, WebhookProblem::Forged, "bit {bit}");
    }
    for cut in 0..body.len() {
        let found = problem(read(&webhooks, &headers, body.get(..cut).unwrap()));
        assert_eq!(found, WebhookProblem::Forged, "cut at {cut}");
    }
}

/// The last character of base64 has bits that stand for nothing: they count here all the same.
#[test]
fn no_bit_of_the_signature_can_be_another() {
    let webhooks = webhooks("primer", &[SECRET]);
    let body = body("PAYMENT.REFUND", NOW);
    let signature = primary(&body);
    let mut tried = 0;
    for changed in bits(&signature) {
        let headers = [("X-Signature-Primary", changed.as_str())];
        assert!(is_unproved(read(&webhooks, &headers, &body)), "{changed:?}");
        tried += 1;
    }
    assert!(tried > 44 * 6, "{tried}");
    let shorter = signature.trim_end_matches('=');
    let spaced = [&signature, " "].concat();
    for other in [shorter, &spaced, &signature.to_lowercase(), ""] {
        let read = read(&webhooks, &[("X-Signature-Primary", other)], &body);
        assert!(is_unproved(read), "{other:?}");
    }
}

#[test]
fn either_header_and_any_of_the_secrets_will_do() {
    let body = body("PAYMENT.REFUND", NOW);
    let (own, other) = (primary(&body), base64("planted_new", &body));
    let former = webhooks("primer", &[SECRET]);
    let headers = |first, second| {
        [
            ("X-Signature-Primary", first),
            ("X-Signature-Secondary", second),
        ]
    };
    looks(read(&former, &headers(&*other, &*own), &body), "pay_1");
    looks(read(&former, &headers(&*own, &*other), &body), "pay_1");
    looks(
        read(&former, &[("X-Signature-Secondary", &own)], &body),
        "pay_1",
    );
    let both = webhooks("primer", &["planted_new", SECRET]);
    looks(
        read(&both, &[("X-Signature-Primary", &own)], &body),
        "pay_1",
    );
    looks(
        read(&both, &[("X-Signature-Primary", &other)], &body),
        "pay_1",
    );
    let found = problem(read(&former, &headers(&*other, &*other), &body));
    assert_eq!(found, WebhookProblem::Forged);
    let neither = problem(read(&former, &[("X-Signature", &own)], &body));
    assert_eq!(neither, WebhookProblem::Unsigned);
    let twice = [
        ("X-Signature-Primary", &*own),
        ("x-signature-primary", &*own),
    ];
    assert_eq!(
        problem(read(&former, &twice, &body)),
        WebhookProblem::Unsigned
    );
}

#[test]
fn five_minutes_are_the_most_in_either_direction() {
    let webhooks = webhooks("primer", &[SECRET]);
    let body = body("PAYMENT.REFUND", NOW);
    let signature = primary(&body);
    let headers = [("X-Signature-Primary", signature.as_str())];
    for near in [-300, -299, 0, 299, 300] {
        looks(read_at(&webhooks, &headers, &body, NOW + near), "pay_1");
    }
    for far in [-86_400, -301, 301, 86_400] {
        let found = problem(read_at(&webhooks, &headers, &body, NOW + far));
        assert_eq!(found, WebhookProblem::Untimely, "{far}");
    }
}

/// A time that isn't there or is none would let an old message pass.
#[test]
fn the_time_is_there_and_is_one() {
    let webhooks = webhooks("primer", &[SECRET]);
    let body = body("PAYMENT.REFUND", NOW);
    for instead in [
        "",
        r#""signedAt":null,"#,
        r#""signedAt":"","#,
        r#""signedAt":"soon","#,
        r#""signedAt":{},"#,
        r#""signedAt":"99999999999999999999","#,
        r#""signedAt":"1769851800","signedAt":"1769851800","#,
    ] {
        let body = body.replace(r#""signedAt":"1769851800","#, instead);
        let signature = primary(&body);
        let found = problem(read(
            &webhooks,
            &[("X-Signature-Primary", &signature)],
            &body,
        ));
        assert_eq!(found, WebhookProblem::Unreadable, "{instead}");
    }
}

#[test]
fn a_message_is_a_hint_whatever_it_says_and_others_are_none() {
    let webhooks = webhooks("primer", &[SECRET]);
    let read = |event: &str| {
        let body = body(event, NOW);
        read(
            &webhooks,
            &[("X-Signature-Primary", &primary(&body))],
            &body,
        )
    };
    for event in ["PAYMENT.REFUND", "PAYMENT.REFUND.FAILED", "PAYMENT.STATUS"] {
        looks(read(event), "pay_1");
    }
    for event in ["PAYMENT.CAPTURE.FAILED", "payment.refund", "DISPUTE", ""] {
        assert_eq!(read(event).unwrap().content, EventContent::Other, "{event}");
    }
}
