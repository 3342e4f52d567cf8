//! The sandbox without ports, in a time that stands still.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

use std::time::Duration;

use refundkit_sandbox::{Arrived, FaultKind, Payment, Provider, Sandbox, SandboxConfig, Told};
use serde_json::Value;

const NOON: i64 = 1_795_003_200_000;

fn still() -> Sandbox {
    let mut config = SandboxConfig::default();
    config.still_at = Some(NOON);
    config.api_key = "sk_sandbox_1".to_owned();
    let sandbox = Sandbox::without_ports(&config);
    let paid = Payment::captured(Provider::Dojo, "pi_1", 900, "GBP", NOON);
    sandbox.add_payment(paid);
    sandbox
}

fn refund(sandbox: &Sandbox, key: &str) -> Option<Told> {
    let headers = [
        ("Authorization", "Basic sk_sandbox_1"),
        ("version", "2026-02-27"),
        ("idempotencyKey", key),
    ];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
    sandbox.tell(
        Provider::Dojo,
        &Arrived {
            method: "POST",
            target: "/payment-intents/pi_1/refunds",
            headers: headers.to_vec(),
            body: br#"{"amount": 100}"#,
        },
    )
}

#[test]
fn a_request_is_answered_without_a_port_and_time_stands_still() {
    let sandbox = still();
    assert_eq!(sandbox.payments().len(), 1, "nothing is in it by itself");
    assert_eq!(sandbox.now(), NOON);
    let told = refund(&sandbox, "a").unwrap();
    let body: Value = serde_json::from_str(&told.body).unwrap();
    assert_eq!(
        (told.status, &body["paymentIntentId"]),
        (200, &"pi_1".into())
    );
    sandbox.advance(Duration::from_secs(60));
    assert_eq!(sandbox.now(), NOON + 60_000);
    assert_eq!(sandbox.requests()[0].answered, Some(200));
}

#[test]
fn a_key_is_known_until_all_are_forgotten() {
    let sandbox = still();
    let first = refund(&sandbox, "a");
    assert_eq!(refund(&sandbox, "a"), first);
    assert_eq!(sandbox.effects().len(), 1);
    sandbox.forget_keys();
    assert!(refund(&sandbox, "a").is_some_and(|told| Some(told) != first));
    assert_eq!(sandbox.effects().len(), 2);
}

#[test]
fn what_breaks_on_the_way_back_is_no_answer() {
    let sandbox = still();
    sandbox.inject_next(FaultKind::AnswerLost, 1);
    assert_eq!(refund(&sandbox, "a"), None);
    assert_eq!(sandbox.effects().len(), 1);
}
