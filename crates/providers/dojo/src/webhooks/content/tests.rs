//! What the bodies of Dojo's messages say: that a payment is to be read, whatever status they name.
//! Their signatures aren't tried here.

use super::*;

const UPDATED: &str = r#"{"id":"evt_1","event":"payment_intent.status_updated","accountId":"acc_1",
    "createdAt":"2026-11-20T09:30:00.8667859Z","data":{"paymentIntentId":"pi_1","paymentStatus":"Refunded","captureMode":"Auto"}}"#;

fn content(body: &str) -> Result<EventContent, WebhookProblem> {
    read(body.as_bytes())
        .map(|event| event.content)
        .map_err(|error| error.problem)
}

fn look(payment: &str) -> Result<EventContent, WebhookProblem> {
    Ok(EventContent::Changed(PaymentId::new(payment).unwrap()))
}

#[test]
fn each_event_of_a_payment_intent_asks_for_a_reading() {
    let event = read(UPDATED.as_bytes()).unwrap();
    assert_eq!((event.id.as_str(), event.at), ("evt_1", None));
    for name in ["status_updated", "created", "updated", "send-receipt", "x"] {
        let body = UPDATED.replace("status_updated", name);
        assert_eq!(content(&body), look("pi_1"), "{name}");
    }
    // Whatever the status is said to be: it is read.
    for status in ["\"Captured\"", "\"Reversed\"", "null", "7", "{}"] {
        let body = UPDATED.replace("\"Refunded\"", status);
        assert_eq!(content(&body), look("pi_1"), "{status}");
    }
}

#[test]
fn other_events_say_nothing_of_payments() {
    for name in [
        "payment.successful",
        "order.created",
        "terminal_session.status_updated",
    ] {
        let body = UPDATED.replace("payment_intent.status_updated", name);
        assert_eq!(content(&body), Ok(EventContent::Other), "{name}");
    }
    for data in ["{}", "null", r#"{"paymentIntentId":null}"#] {
        let body = format!(r#"{{"id":"evt_1","event":"payment_intent.created","data":{data}}}"#);
        assert_eq!(content(&body), Ok(EventContent::Other), "{data}");
    }
    assert_eq!(
        content(r#"{"id":"evt_1","event":"order.created","data":[7]}"#),
        Ok(EventContent::Other)
    );
    assert_eq!(
        content(r#"{"id":"evt_1","event":"payment_intent.created"}"#),
        Ok(EventContent::Other)
    );
}

#[test]
fn the_account_in_the_body_counts_for_nothing() {
    for account in [r#""acc_2""#, "null", "[7]"] {
        let body = UPDATED.replace(r#""acc_1""#, account);
        assert_eq!(read(body.as_bytes()), read(UPDATED.as_bytes()), "{account}");
    }
}

#[test]
fn what_cant_be_understood_is_refused() {
    for (was, is) in [
        (r#""id":"evt_1","#, ""),
        (r#""id":"evt_1""#, r#""id":"""#),
        (r#""id":"evt_1""#, r#""id":"evt 1""#),
        (r#""id":"evt_1""#, r#""id":7"#),
        (r#""id":"evt_1""#, r#""id":"evt_1","id":"evt_2""#),
        (
            r#""event":"payment"#,
            r#""event":"order.created","event":"payment"#,
        ),
        (r#""event":"payment_intent.status_updated","#, ""),
        (r#""data":{"#, r#""data":{},"data":{"#),
        (r#""pi_1""#, r#""../pi_1""#),
        (r#""pi_1""#, "7"),
        (r#""pi_1""#, r#""pi_1","paymentIntentId":"pi_2""#),
    ] {
        let body = UPDATED.replace(was, is);
        assert_ne!(body, UPDATED);
        assert_eq!(content(&body), Err(WebhookProblem::Unreadable), "{is}");
    }
    for end in 0..UPDATED.len() {
        let cut = read(UPDATED.as_bytes().get(..end).unwrap()).unwrap_err();
        assert_eq!(cut.problem, WebhookProblem::Unreadable, "{end}");
    }
    let deep = [br#"{"data":"#.as_slice(), "[".repeat(100_000).as_bytes()].concat();
    for body in [b"[]".as_slice(), b"null", b"\xff\xfe", &deep] {
        let error = read(body).unwrap_err();
        assert_eq!(error.problem, WebhookProblem::Unreadable);
    }
}
