//! A provider that could not be asked is none that has said no: exit code 10, nothing written, nothing sent.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::Command;

use common::{KEY, Ran, Shop, code};

const UNKNOWN_HOST: &str = "https://no-such-host.invalid";

/// An address at which every request is answered with these bytes, and its connection then closed.
fn answering(bytes: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(bytes);
        }
    });
    format!("http://{address}")
}

/// A refund of a payment at this address, and whether anything is in the journal afterwards.
fn refund_at(adapter: &str, address: &str) -> (Ran, bool) {
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        "[providers.far]\n{adapter}\napi_key = {{ env = \"SHOP_KEY\" }}\nbase_url = \"{address}\"\n"
    );
    std::fs::write(folder.path().join("refundkit.toml"), text).unwrap();
    let run = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_refundkit"));
        let command = command.current_dir(folder.path()).args(args);
        let command = command.env("SHOP_KEY", KEY).env_remove("REFUNDKIT_CONFIG");
        Ran::of(command.output().unwrap())
    };
    let args = [
        "refund",
        "--provider",
        "far",
        "--payment",
        "pay_1",
        "--amount",
        "1.00 GBP",
        "--key",
        "k",
    ];
    let ran = run(&args);
    let written = !run(&["--output", "json", "list"]).out.is_empty();
    (ran, written)
}

#[test]
fn who_could_not_be_asked_has_not_said_no() {
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let plain = answering(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}");
    for (what, address) in [
        ("no connection", format!("http://{closed}")),
        ("no name", UNKNOWN_HOST.to_owned()),
        ("no TLS", plain.replace("http:", "https:")),
        ("no answer", answering(b"")),
        ("half an answer", answering(b"HTTP/1.1 200 OK\r\ncontent-length: 90\r\n\r\n{")),
        ("a page", answering(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 13\r\n\r\n<html></html>")),
        ("429", answering(b"HTTP/1.1 429 Too Many Requests\r\ncontent-length: 2\r\n\r\n{}")),
        ("503", answering(b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 2\r\n\r\n{}")),
    ] {
        for adapter in [
            "adapter = \"dodo\"",
            "adapter = \"dojo\"",
            "adapter = \"generic\"\nprofile = \"primer\"",
        ] {
            // A profile's secrets go to the hosts that it names, and to this machine.
            if address == UNKNOWN_HOST && adapter.contains("generic") {
                continue;
            }
            let (ran, written) = refund_at(adapter, &address);
            assert_eq!(ran.code, 10, "{what}, {adapter}: {}", ran.err);
            assert!(code(&ran).starts_with("RK2"), "{}", ran.err);
            assert!(!written, "{what}, {adapter}");
        }
    }
}

#[test]
fn a_wrong_key_and_a_payment_that_is_not_there_are_ones_own_mistakes() {
    let unauthorized = answering(b"HTTP/1.1 401 Unauthorized\r\ncontent-length: 2\r\n\r\n{}");
    let (ran, written) = refund_at("adapter = \"dodo\"", &unauthorized);
    assert_eq!(
        (ran.code, code(&ran).as_str(), written),
        (2, "RK2002", false)
    );
    let shop = Shop::open();
    for (provider, payment) in [("dojo", "pi_none"), ("dodo", "pay_none")] {
        let ran = shop.run(&[
            "refund",
            "--provider",
            provider,
            "--payment",
            payment,
            "--key",
            "k",
        ]);
        assert_eq!(
            (ran.code, code(&ran).as_str()),
            (2, "RK2001"),
            "{}",
            ran.err
        );
    }
    assert_eq!(shop.moves(), 0);
}
