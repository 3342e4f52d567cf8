//! What a message that is the provider's says.

use refundkit_core::ProviderRefund;
use refundkit_core::{EventId, RefundStatus};

use super::*;

const SECRET: &str = "planted_razorpay";

fn body(event: &str, refund: &str) -> String {
    format!(
        r#"{{"event":"{event}","payload":{{"refund":{{"entity":{refund}}},"payment":{{"entity":{{"id":"pay_1"}}}}}}}}"#
    )
}

fn refund(status: &str) -> String {
    format!(
        r#"{{"id":"rfnd_1","amount":10000,"currency":"INR","payment_id":"pay_1","receipt":"return-5-{TOKEN}","created_at":1769851790,"status":"{status}"}}"#
    )
}

fn razorpay(body: &str) -> Result<WebhookEvent, WebhookError> {
    let webhooks = webhooks("razorpay", &[SECRET]);
    let headers = [("X-Razorpay-Signature", hex(SECRET, body))];
    let headers = headers
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    read(&webhooks, &headers, body)
}

fn shown(body: &str) -> ProviderRefund {
    match razorpay(body).unwrap().content {
        EventContent::Refund(shown) => *shown,
        other @ (EventContent::Changed(_) | EventContent::Other) => panic!("{other:?}"),
    }
}

#[test]
fn a_refund_is_read_by_the_profiles_own_rules() {
    let body = body("refund.processed", &refund("processed"));
    let found = shown(&body);
    assert_eq!(found.payment.as_ref().unwrap().as_str(), "pay_1");
    assert_eq!(found.currency.unwrap().code(), "INR");
    let refund = &found;
    assert_eq!(refund.id.as_ref().unwrap().as_str(), "rfnd_1");
    assert_eq!(refund.token.as_ref().unwrap().as_str(), TOKEN);
    assert_eq!(refund.status, RefundStatus::Succeeded);
    assert_eq!(refund.amount.unwrap().get(), 10_000);
    assert_eq!(refund.created_at, Some(at(1_769_851_790)));
    let event = razorpay(&body).unwrap();
    assert_eq!(
        (event.id, event.at),
        (EventId::of_body(body.as_bytes()), None)
    );
}

#[test]
fn the_name_of_an_event_says_nothing_of_the_status() {
    for event in ["refund.created", "refund.processed", "refund.failed"] {
        for (word, status) in [
            ("pending", RefundStatus::Pending),
            ("processed", RefundStatus::Succeeded),
            ("failed", RefundStatus::Failed),
            ("Processed", RefundStatus::Other("Processed".to_owned())),
        ] {
            let found = shown(&body(event, &refund(word)));
            assert_eq!(found.status, status, "{event}");
        }
    }
    for event in ["payment.captured", "refund", "Refund.processed", ""] {
        let other = razorpay(&body(event, &refund("processed"))).unwrap();
        assert_eq!(other.content, EventContent::Other, "{event}");
    }
}

#[test]
fn a_refund_that_cannot_be_read_is_looked_at() {
    let whole = refund("processed");
    for (from, to) in [
        (r#""status":"processed""#, r#""state":"processed""#),
        (r#""status":"processed""#, r#""status":null"#),
        (r#""status":"processed""#, r#""status":{}"#),
        (r#""id":"rfnd_1""#, r#""id":null"#),
        (r#""id":"rfnd_1""#, r#""id":"../x""#),
        ("10000", "-10000"),
        ("10000", "100.5"),
        ("10000", "1e-4"),
        ("10000", "\"1e4\""),
        ("10000", r#""all""#),
        (r#""INR""#, r#""rupees""#),
        (
            r#""currency":"INR""#,
            r#""currency":"INR","currency":"USD""#,
        ),
        (&whole, "null"),
        (&whole, "[]"),
        (&whole, "\"planted\""),
    ] {
        assert!(whole.contains(from), "{from}");
        let body = body("refund.processed", &whole.replacen(from, to, 1));
        looks(razorpay(&body), "pay_1");
    }
}

#[test]
fn without_a_payment_nothing_is_understood() {
    let whole = body("refund.processed", &refund("processed"));
    for (from, to) in [
        (r#"{"id":"pay_1"}"#, r#"{"id":"pay_2"}"#),
        (r#"{"id":"pay_1"}"#, r#"{"id":"../pay_1"}"#),
        (r#"{"id":"pay_1"}"#, r#"{"id":"pay_1","id":"pay_2"}"#),
        (r#""event":"refund.processed","#, ""),
        (r#""event":"#, r#""event":null,"was":"#),
        (r#""payload":"#, r#""payload":{},"payload":"#),
        (r#""payload":"#, r#""load":"#),
    ] {
        assert!(whole.contains(from), "{from}");
        let found = problem(razorpay(&whole.replacen(from, to, 1)));
        assert_eq!(found, WebhookProblem::Unreadable, "{to}");
    }
    // One of the two is enough.
    let alone = whole.replacen(r#"{"id":"pay_1"}"#, "{}", 1);
    assert_eq!(shown(&alone).payment.as_ref().unwrap().as_str(), "pay_1");
    let unnamed = whole.replacen(r#""payment_id":"pay_1","#, "", 1);
    assert_eq!(shown(&unnamed).payment.as_ref().unwrap().as_str(), "pay_1");
}

/// The header's id isn't signed: with it, a message could be passed off as one that is known.
#[test]
fn an_id_that_nobody_signed_is_not_taken() {
    let text = body("refund.processed", &refund("processed"));
    let webhooks = webhooks("razorpay", &[SECRET]);
    let signature = hex(SECRET, &text);
    let ids = ["evt_1", "evt_2"].map(|id| {
        let headers = [
            ("X-Razorpay-Signature", signature.as_str()),
            ("x-razorpay-event-id", id),
        ];
        read(&webhooks, &headers, &text).unwrap().id
    });
    assert_eq!(
        ids,
        [
            EventId::of_body(text.as_bytes()),
            EventId::of_body(text.as_bytes())
        ]
    );
}

/// An id that is none can't stand for the message.
#[test]
fn a_strange_id_gives_way_to_the_bodys() {
    let secret = "pdl_planted";
    let webhooks = webhooks("paddle", &[secret]);
    for id in [
        "\"with space\"",
        "null",
        "{}",
        &format!("\"{}\"", "x".repeat(300)),
    ] {
        let body = format!(r#"{{"event_id":{id},"event_type":"other"}}"#);
        let signature = format!("ts={NOW};h1={}", hex(secret, format!("{NOW}:{body}")));
        let event = read(&webhooks, &[("Paddle-Signature", &signature)], &body).unwrap();
        assert_eq!(event.id, EventId::of_body(body.as_bytes()), "{id}");
    }
}

/// Of a refund without a status nothing is known but its payment.
#[test]
fn without_a_status_there_is_no_word_about_a_refund() {
    let text = Profile::builtin_text("razorpay").unwrap();
    let (front, back) = text.split_once("[refund_object.statuses]\n").unwrap();
    let (_, back) = back.split_once("\n\n").unwrap();
    let text = [
        &front.replace("status = \"status\"\namount", "amount"),
        back,
    ]
    .concat();
    let webhooks = of(Profile::parse(&text).unwrap(), &[SECRET]);
    let body = body("refund.processed", &refund("processed"));
    let signature = hex(SECRET, &body);
    let read = read(&webhooks, &[("X-Razorpay-Signature", &signature)], &body);
    looks(read, "pay_1");
}

#[test]
fn a_message_that_repeats_its_secret_shows_none() {
    let body = body("refund.processed", &refund(&format!("on {SECRET}")));
    let status = RefundStatus::Other("on [secret]".to_owned());
    assert_eq!(shown(&body).status, status);
}
