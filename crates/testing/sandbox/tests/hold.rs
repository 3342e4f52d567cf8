//! Requests held on their way, and what becomes of them.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::thread::JoinHandle;
use std::time::Duration;

use common::{Client, Got, dodo, dojo, start};
use refundkit_sandbox::{PauseAt, Sandbox};
use serde_json::json;

const LONG: Duration = Duration::from_secs(10);
const SHORT: Duration = Duration::from_millis(50);
const PATH: &str = "/payment-intents/pi_paid_1/refunds";

/// Sends a refund from a thread of its own.
fn send(client: Client) -> JoinHandle<Option<u16>> {
    std::thread::spawn(move || match client.post(PATH, &json!({"amount": 100})) {
        Got::Answer(status, _) => Some(status),
        Got::Broken => None,
    })
}

/// Sends a refund over a bare connection and hangs up once it is at the point.
fn send_and_die(sandbox: &Sandbox, pause: &refundkit_sandbox::Pause) {
    let at = sandbox.addresses();
    let host = at.dojo.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).unwrap();
    let head = format!(
        "POST {PATH} HTTP/1.1\r\nhost: {host}\r\nauthorization: Basic {}\r\nversion: 2024-02-05\r\n\
         idempotencyKey: k\r\ncontent-length: 14\r\n\r\n",
        at.api_key
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(b"{\"amount\": 12}").unwrap();
    assert!(pause.reached(LONG));
}

#[tokio::test(flavor = "multi_thread")]
async fn before_and_after_the_effect() {
    let sandbox = start().await;
    for (at, effects) in [(PauseAt::BeforeEffect, 0), (PauseAt::AfterEffect, 2)] {
        let pause = sandbox.pause(at);
        assert!(!pause.reached(SHORT), "nothing has come yet");
        let key = format!("{at:?}");
        let sent = send(dojo(&sandbox).with("idempotencyKey", &key));
        assert!(pause.reached(LONG));
        assert_eq!(sandbox.effects().len(), effects, "{at:?}");
        assert!(!sent.is_finished());
        assert!(pause.let_go(LONG));
        assert_eq!(sent.join().unwrap(), Some(200));
    }
    assert_eq!(sandbox.effects().len(), 2);
    assert_eq!(
        send(dojo(&sandbox)).join().unwrap(),
        Some(200),
        "only one is held"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_broken_off_before_its_effect_never_has_it() {
    let sandbox = start().await;
    let pause = sandbox.pause(PauseAt::BeforeEffect);
    let sent = send(dojo(&sandbox));
    assert!(pause.reached(LONG));
    drop(pause);
    assert_eq!(sent.join().unwrap(), None);
    assert_eq!(sandbox.effects().len(), 0);
    let seen = sandbox.requests();
    assert_eq!(
        seen.iter()
            .map(|request| request.answered)
            .collect::<Vec<_>>(),
        [None]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn it_goes_on_when_its_sender_is_dead() {
    let sandbox = start().await;
    let pause = sandbox.pause(PauseAt::BeforeEffect);
    send_and_die(&sandbox, &pause);
    std::thread::sleep(SHORT);
    assert_eq!(sandbox.effects().len(), 0);
    assert!(pause.let_go(LONG));
    assert_eq!(sandbox.effects().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn half_an_answer_has_arrived_when_it_is_held_and_a_whole_one_when_it_is_told() {
    let sandbox = start().await;
    let at = sandbox.addresses();
    let host = at.dodo.trim_start_matches("http://").to_owned();
    let body = json!({"payment_id": "pay_paid_1", "currency": "USD",
        "items": [{"item_id": "pdt_paid_1_1", "amount": 100}]});
    let body = body.to_string();
    let head = format!(
        "POST /refunds HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {}\r\nconnection: close\r\n\
         content-length: {}\r\n\r\n{body}",
        at.api_key,
        body.len()
    );
    for (at, whole) in [(PauseAt::HalfAnswer, false), (PauseAt::Answered, true)] {
        let pause = sandbox.pause(at);
        let mut stream = TcpStream::connect(&host).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        assert!(pause.reached(LONG));
        let mut first = vec![0; 65_536];
        let read = stream.read(&mut first).unwrap();
        let first = String::from_utf8_lossy(first.get(..read).unwrap()).into_owned();
        assert!(first.contains("\"amount\":100"), "{first}");
        assert_eq!(first.ends_with("\r\n0\r\n\r\n"), whole, "{first}");
        assert!(pause.let_go(LONG));
        let mut rest = String::new();
        stream.read_to_string(&mut rest).unwrap();
        assert!((first + &rest).ends_with("\r\n0\r\n\r\n"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn reads_and_moves_are_held_apart_and_a_dropped_hold_holds_nothing() {
    let sandbox = start().await;
    drop(sandbox.pause(PauseAt::BeforeEffect));
    let read = sandbox.pause(PauseAt::Read);
    assert_eq!(send(dojo(&sandbox)).join().unwrap(), Some(200));
    let client = dodo(&sandbox);
    let got = std::thread::spawn(move || client.get("/payments/pay_paid_1").0);
    assert!(read.reached(LONG));
    assert!(read.let_go(LONG));
    assert_eq!(got.join().unwrap(), 200);
    let unused = sandbox.pause(PauseAt::Read);
    assert!(!unused.let_go(SHORT), "nothing came");
    assert_eq!(dodo(&sandbox).get("/payments/pay_paid_1").0, 200);
}
