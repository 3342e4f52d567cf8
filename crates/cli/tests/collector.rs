//! Spans reach an OpenTelemetry collector, with names of operations and without secrets.
#![cfg(feature = "opentelemetry")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use common::{KEY, Shop};

type Received = Arc<Mutex<Vec<u8>>>;

/// Takes every request, answers 200, and keeps all bytes.
fn collector() -> (String, Received) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let received = Received::default();
    let keep = Arc::clone(&received);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, keep) = (stream.unwrap(), Arc::clone(&keep));
            std::thread::spawn(move || {
                let mut chunk = [0; 65_536];
                let mut request = Vec::new();
                while let Ok(read @ 1..) = stream.read(&mut chunk) {
                    request.extend_from_slice(&chunk[..read]);
                    if is_whole(&request) {
                        keep.lock().unwrap().append(&mut request);
                        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
                        stream.write_all(answer).unwrap();
                    }
                }
            });
        }
    });
    (["http://", &address.to_string()].concat(), received)
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request).to_ascii_lowercase();
    let Some((head, _)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head.split_once("content-length: ").unwrap().1;
    let length: usize = length.lines().next().unwrap().parse().unwrap();
    let body = request
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .unwrap()
        + 4;
    request.len() >= body + length
}

fn refund(shop: &Shop, endpoint: &str) -> std::process::Output {
    shop.command()
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)
        .args(["refund", "--provider", "dodo", "--payment", "pay_paid_1"])
        .arg("--yes")
        .output()
        .unwrap()
}

#[test]
fn a_refund_is_seen_by_the_collector_and_no_secret_is() {
    let shop = Shop::open();
    let (endpoint, received) = collector();
    let done = refund(&shop, &endpoint);
    assert!(done.status.success(), "{done:?}");
    let received = String::from_utf8_lossy(&received.lock().unwrap()).into_owned();
    for expected in [
        "POST /v1/traces",
        "refundkit",
        "carry out",
        "send",
        "op_",
        "attempt",
    ] {
        assert!(received.contains(expected), "no {expected} in {received}");
    }
    assert!(!received.contains(KEY));
}

#[test]
fn a_collector_that_is_away_costs_no_refund_and_a_bad_address_is_said() {
    let shop = Shop::open();
    let done = refund(&shop, "http://127.0.0.1:9");
    assert!(done.status.success(), "{done:?}");
    let done = refund(&shop, "http://collector.example:4318");
    assert_eq!(done.status.code(), Some(2));
    let said = String::from_utf8(done.stderr).unwrap();
    assert!(said.contains("OTEL_EXPORTER_OTLP_ENDPOINT"), "{said}");
}
