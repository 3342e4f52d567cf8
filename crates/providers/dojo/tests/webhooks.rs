//! What Dojo sends by itself: whose it is.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

use refundkit_core::webhook::WebhookProblem;
use refundkit_core::{
    Delivery, EventContent, PaymentId, Timestamp, WebhookError, WebhookEvent, Webhooks,
};
use refundkit_dojo::DojoWebhooks;
use refundkit_http::Secret;

/// The message that the tests of Dojo's own libraries check, with the signatures of both.
const BODY: &str = r#"{"id":"evt_hnnHxIKR_Uy6bhZCusCltw","event":"payment_intent.created","accountId":"acc_test","createdAt":"2022-02-01T13:07:41.8667859Z","data":{"paymentIntentId":"pi_vpwd4ooAPEqyNAQe4z89WQ","paymentStatus":"Created","captureMode":"Auto"}}"#;
const SECRET: &str = "PDYkJQq6sESYHp_zJuTTBQ";
const SIGNATURE: &str = "sha256=4B-49-F8-FE-25-A7-E6-7D-00-4F-A7-9C-F8-0B-63-00-C7-77-B4-F2-2D-E5-E1-22-84-FA-04-18-50-A1-76-FD";
const OTHER_SECRET: &str = "ws_OYsyzcrH70GpJfs8MMkKpg";
const OTHER_SIGNATURE: &str = "sha256=94-AC-93-67-D6-8B-69-6D-15-A2-C2-45-40-98-B5-E7-64-72-38-C5-1F-6D-32-D0-5F-CB-91-20-A9-20-64-F4";

fn webhooks(secrets: &[&str]) -> DojoWebhooks {
    DojoWebhooks::new(secrets.iter().map(|s| Secret::new(*s).unwrap()).collect()).unwrap()
}

fn read(
    webhooks: &DojoWebhooks,
    signature: &[u8],
    body: &[u8],
) -> Result<WebhookEvent, WebhookError> {
    let headers: &[(&str, &[u8])] = &[("Dojo-Signature", signature)];
    webhooks.read(&Delivery::new(headers, body), Timestamp::epoch())
}

fn problem(secrets: &[&str], signature: &[u8], body: &[u8]) -> Option<WebhookProblem> {
    let read = read(&webhooks(secrets), signature, body);
    read.err().map(|error| error.problem)
}

#[test]
fn both_published_examples_are_dojos() {
    for (secret, signature) in [(SECRET, SIGNATURE), (OTHER_SECRET, OTHER_SIGNATURE)] {
        let event = read(&webhooks(&[secret]), signature.as_bytes(), BODY.as_bytes()).unwrap();
        assert_eq!(event.id.as_str(), "evt_hnnHxIKR_Uy6bhZCusCltw");
        assert_eq!(event.at, None);
        let payment = PaymentId::new("pi_vpwd4ooAPEqyNAQe4z89WQ").unwrap();
        assert_eq!(event.content, EventContent::Changed(payment));
    }
}

#[test]
fn every_change_of_a_bit_is_refused() {
    let webhooks = webhooks(&[SECRET]);
    let good = [SIGNATURE.as_bytes(), BODY.as_bytes()];
    for field in 0..good.len() {
        for bit in 0..good[field].len() * 8 {
            let mut changed = good.map(<[u8]>::to_vec);
            changed[field][bit / 8] ^= 1 << (bit % 8);
            let error = read(&webhooks, &changed[0], &changed[1]).unwrap_err();
            // Never a word about the body of a message that isn't Dojo's.
            let expected = [WebhookProblem::Unsigned, WebhookProblem::Forged];
            assert!(
                expected.contains(&error.problem),
                "field {field}, bit {bit}: {error:?}"
            );
        }
    }
}

#[test]
fn another_spelling_of_the_same_signature_is_refused() {
    let hex = SIGNATURE.strip_prefix("sha256=").unwrap();
    for (other, expected) in [
        (
            format!("sha256={}", hex.to_lowercase()),
            WebhookProblem::Forged,
        ),
        (
            format!("sha256={}", hex.replace('-', "")),
            WebhookProblem::Forged,
        ),
        (format!("{SIGNATURE}-"), WebhookProblem::Forged),
        (format!("{SIGNATURE},{SIGNATURE}"), WebhookProblem::Forged),
        ("sha256=".to_owned(), WebhookProblem::Forged),
        (
            SIGNATURE.strip_suffix("-FD").unwrap().to_owned(),
            WebhookProblem::Forged,
        ),
        (hex.to_owned(), WebhookProblem::Unsigned),
        (format!("SHA256={hex}"), WebhookProblem::Unsigned),
        (format!("sha1={hex}"), WebhookProblem::Unsigned),
        (String::new(), WebhookProblem::Unsigned),
    ] {
        let found = problem(&[SECRET], other.as_bytes(), BODY.as_bytes());
        assert_eq!(found, Some(expected), "{other}");
    }
}

#[test]
fn the_header_is_there_once() {
    let webhooks = webhooks(&[SECRET]);
    let twice: &[(&str, &[u8])] = &[
        ("dojo-signature", SIGNATURE.as_bytes()),
        ("Dojo-Signature", SIGNATURE.as_bytes()),
    ];
    for headers in [&twice[..0], twice] {
        let read = webhooks.read(&Delivery::new(headers, BODY.as_bytes()), Timestamp::epoch());
        assert_eq!(read.unwrap_err().problem, WebhookProblem::Unsigned);
    }
}

#[test]
fn secrets_change_hands_without_a_gap() {
    for signature in [SIGNATURE, OTHER_SIGNATURE] {
        let both = [SECRET, OTHER_SECRET];
        assert_eq!(problem(&both, signature.as_bytes(), BODY.as_bytes()), None);
    }
    let forged = Some(WebhookProblem::Forged);
    assert_eq!(
        problem(&[OTHER_SECRET], SIGNATURE.as_bytes(), BODY.as_bytes()),
        forged
    );
    assert_eq!(
        problem(&[SECRET], OTHER_SIGNATURE.as_bytes(), BODY.as_bytes()),
        forged
    );
}

#[test]
fn secrets_are_needed_and_never_shown() {
    assert!(DojoWebhooks::new(Vec::new()).is_err());
    let shown = format!("{:?}", webhooks(&[SECRET]));
    assert!(
        !shown.contains(SECRET) && !shown.contains("80, 68"),
        "{shown}"
    );
}

#[test]
fn errors_repeat_nothing_of_a_message() {
    let planted = b"4242424242424242planted";
    let signatures = [planted.as_slice(), b"sha256=4242424242424242planted"];
    for signature in signatures {
        let error = read(&webhooks(&[SECRET]), signature, planted).unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(
            !shown.contains("planted") && !shown.contains("4242"),
            "{shown}"
        );
    }
}
