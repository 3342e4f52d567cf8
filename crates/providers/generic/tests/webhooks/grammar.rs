//! Headers in which the signature is one part of several.

use super::*;

const SECRET: &str = "whsec_planted";
const BODY: &str = r#"{"id":"evt_1","type":"refund.updated","data":{"object":{"id":"re_1","amount":1000,"currency":"eur","payment_intent":"pi_1","status":"succeeded"}}}"#;

fn signed(time: i64) -> String {
    hex(SECRET, format!("{time}.{BODY}"))
}

fn stripe(value: &str) -> Result<WebhookEvent, WebhookError> {
    let webhooks = webhooks("stripe", &[SECRET]);
    read(&webhooks, &[("Stripe-Signature", value)], BODY)
}

#[test]
fn parts_come_in_any_order_and_unknown_ones_do_not_count() {
    let own = signed(NOW);
    for value in [
        format!("t={NOW},v1={own}"),
        format!("v1={own},t={NOW}"),
        format!("t={NOW},v1={own},v0={own}"),
        format!("t={NOW},v1=00,v1={own},v1=ff"),
        format!("what,,t={NOW},=,v1={own},v1"),
    ] {
        let event = stripe(&value).unwrap();
        assert_eq!(event.at, Some(at(NOW)), "{value}");
        assert_eq!(event.id.as_str(), "evt_1");
        assert!(matches!(event.content, EventContent::Refund(_)), "{value}");
    }
}

#[test]
fn hostile_headers_prove_nothing() {
    let own = signed(NOW);
    let many = |part: &str, count: usize| [part, ","].concat().repeat(count);
    for (value, expected) in [
        (String::new(), WebhookProblem::Unsigned),
        (own.clone(), WebhookProblem::Unsigned),
        (format!("v1={own}"), WebhookProblem::Unsigned),
        (format!("t={NOW}"), WebhookProblem::Unsigned),
        (format!("t={NOW},v1="), WebhookProblem::Unsigned),
        (format!("t=,v1={own}"), WebhookProblem::Unsigned),
        (format!("t={NOW},v0={own}"), WebhookProblem::Unsigned),
        (format!("T={NOW},V1={own}"), WebhookProblem::Unsigned),
        (format!("t={NOW};v1={own}"), WebhookProblem::Unsigned),
        (format!("t={NOW}, v1={own}"), WebhookProblem::Unsigned),
        (format!("t={NOW},v1 ={own}"), WebhookProblem::Unsigned),
        // Of two times nobody knows which one was signed, whichever comes first.
        (
            format!("t={NOW},t={NOW},v1={own}"),
            WebhookProblem::Unsigned,
        ),
        (
            format!("t={},t={NOW},v1={own}", NOW + 1),
            WebhookProblem::Unsigned,
        ),
        (
            format!("t={NOW},{}v1={own}", many("x=1", 40)),
            WebhookProblem::Unsigned,
        ),
        (
            format!("t={NOW},v1={own},{}", "x".repeat(5000)),
            WebhookProblem::Unsigned,
        ),
        (format!("t={NOW},v1={own}\t"), WebhookProblem::Unsigned),
        (format!("t={},v1={own}", NOW + 1), WebhookProblem::Forged),
        (format!("t=0{NOW},v1={own}"), WebhookProblem::Forged),
        (format!("t=+{NOW},v1={own}"), WebhookProblem::Forged),
        (
            format!("t={NOW},v1={}", own.to_uppercase()),
            WebhookProblem::Forged,
        ),
        (format!("t={NOW},v1= {own}"), WebhookProblem::Forged),
        (
            format!("t={NOW},v1={}", own.get(..63).unwrap()),
            WebhookProblem::Forged,
        ),
        (format!("t={NOW},v1={own}0"), WebhookProblem::Forged),
        // Another text, made with the right secret.
        (
            format!("t={NOW},v1={}", hex(SECRET, BODY)),
            WebhookProblem::Forged,
        ),
    ] {
        assert_eq!(problem(stripe(&value)), expected, "{value}");
    }
}

#[test]
fn no_bit_of_the_header_can_be_another() {
    let value = format!("t={NOW},v1={}", signed(NOW));
    assert!(stripe(&value).is_ok());
    for changed in bits(&value) {
        assert!(is_unproved(stripe(&changed)), "{changed:?}");
    }
}

#[test]
fn the_time_in_a_header_is_near_too() {
    for near in [NOW - 299, NOW + 299] {
        assert!(stripe(&format!("t={near},v1={}", signed(near))).is_ok());
    }
    for far in [NOW - 301, NOW + 301, 0, NOW * 1000 + 301_000] {
        let found = problem(stripe(&format!("t={far},v1={}", signed(far))));
        assert_eq!(found, WebhookProblem::Untimely, "{far}");
    }
    let odd = hex(SECRET, format!("soon.{BODY}"));
    let found = problem(stripe(&format!("t=soon,v1={odd}")));
    assert_eq!(found, WebhookProblem::Unreadable);
}

/// Standard Webhooks: what is signed is the id, the time and the body.
#[test]
fn no_bit_of_any_header_of_standard_webhooks_can_be_another() {
    let body = r#"{"type":"refund.updated","data":{"id":"re_1","order_id":"ord_1"}}"#;
    let webhooks = webhooks("polar", &[SECRET]);
    let time = NOW.to_string();
    let signature = format!("v1,{}", base64(SECRET, format!("msg_1.{time}.{body}")));
    let names = ["webhook-id", "webhook-timestamp", "webhook-signature"];
    let own = ["msg_1", &time, &signature];
    let read = |values: [&str; 3], body: &str| {
        let headers = [0, 1, 2].map(|at| (names[at], values[at]));
        read(&webhooks, &headers, body)
    };
    let event = read(own, body).unwrap();
    assert_eq!((event.id.as_str(), event.at), ("msg_1", Some(at(NOW))));
    looks(Ok(event), "ord_1");
    for part in [0, 1, 2] {
        for changed in bits(own[part]) {
            let mut values = own;
            values[part] = &changed;
            assert!(is_unproved(read(values, body)), "{changed:?}");
        }
        let mut values = own;
        values[part] = "";
        assert_eq!(problem(read(values, body)), WebhookProblem::Unsigned);
    }
    // The same text, cut elsewhere: its signature fits, and no time is left.
    let (front, back) = body.split_once('.').unwrap();
    let long = format!("{time}.{front}");
    let found = problem(read(["msg_1", &long, &signature], back));
    assert_eq!(found, WebhookProblem::Unreadable);
}

/// By either of the two keys that a secret of Standard Webhooks stands for.
#[test]
fn a_secret_in_base64_is_the_key_that_it_says() {
    let body = r#"{"type":"refund.updated","data":{"order_id":"ord_1"}}"#;
    let polar = webhooks("polar", &["whsec_cGxhbnRlZA=="]);
    let stripe = webhooks("stripe", &["whsec_cGxhbnRlZA=="]);
    let time = NOW.to_string();
    for (key, fits) in [
        ("planted", true),
        ("whsec_cGxhbnRlZA==", true),
        ("cGxhbnRlZA==", false),
        ("", false),
    ] {
        let signature = format!("v1,{}", base64(key, format!("msg_1.{time}.{body}")));
        let headers = [
            ("webhook-id", "msg_1"),
            ("webhook-timestamp", &time),
            ("webhook-signature", &signature),
        ];
        assert_eq!(read(&polar, &headers, body).is_ok(), fits, "{key}");
    }
    let value = format!("t={time},v1={}", hex("planted", format!("{time}.{BODY}")));
    let found = problem(read(&stripe, &[("Stripe-Signature", &value)], BODY));
    assert_eq!(found, WebhookProblem::Forged, "there it is the key itself");
}

#[test]
fn a_prefix_is_part_of_the_signature() {
    let profile = changed(
        "razorpay",
        "signature = \"X-Razorpay-Signature\"\n",
        "signature = \"X-Razorpay-Signature\"\nprefix = \"sha256=\"\n",
    );
    let webhooks = of(profile, &[SECRET]);
    let body = BODY.replace("type", "event").replace("refund.updated", "x");
    let own = hex(SECRET, &body);
    let read = |value: &str| read(&webhooks, &[("X-Razorpay-Signature", value)], &body);
    assert_eq!(
        read(&format!("sha256={own}")).unwrap().content,
        EventContent::Other
    );
    for bad in [
        own.clone(),
        format!("sha512={own}"),
        format!("SHA256={own}"),
    ] {
        assert_eq!(problem(read(&bad)), WebhookProblem::Unsigned, "{bad}");
    }
}
