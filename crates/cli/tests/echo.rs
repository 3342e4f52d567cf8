//! A provider that repeats our key, in every writing of it: nothing of it is left anywhere.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use common::Ran;

/// With signs that an encoding changes.
const KEY: &str = "sk_sandbox_pl4nted+k3y/with=signs~";

fn url_encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

fn writings() -> Vec<String> {
    let mut all = vec![KEY.to_owned(), url_encoded(KEY), KEY.to_uppercase()];
    for pair in [KEY.to_owned(), format!("user:{KEY}"), format!("{KEY}:")] {
        for engine in [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD] {
            let coded = engine.encode(&pair);
            all.extend([url_encoded(&coded), coded]);
        }
    }
    all
}

/// What a leak would show: each writing, and the parts of it that only the key can have put there.
fn assert_clean(what: &str, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let inside = STANDARD_NO_PAD.encode("pl4nted+k3y/with=s");
    for leak in writings()
        .iter()
        .map(String::as_str)
        .chain(["pl4nted", "PL4NTED", &inside])
    {
        assert!(!text.contains(leak), "{leak} is in {what}: {text}");
    }
}

/// A server that answers every request that reads and every one that moves money.
fn server(read: (u16, String), moved: (u16, String)) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (read, moved) = (read.clone(), moved.clone());
            std::thread::spawn(move || answer(stream, &read, &moved));
        }
    });
    address
}

fn answer(mut stream: TcpStream, read: &(u16, String), moved: &(u16, String)) {
    let mut asked = Vec::new();
    let mut some = [0; 4096];
    while let Ok(length @ 1..) = stream.read(&mut some) {
        asked.extend_from_slice(&some[..length]);
        let text = String::from_utf8_lossy(&asked).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let wanted = head
            .lines()
            .find_map(|line| {
                line.to_lowercase()
                    .strip_prefix("content-length: ")?
                    .parse()
                    .ok()
            })
            .unwrap_or(0);
        if body.len() < wanted {
            continue;
        }
        let (status, body) = if head.starts_with("POST") {
            moved
        } else {
            read
        };
        let answer = format!(
            "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        let _ = stream.write_all(answer.as_bytes());
        asked.clear();
    }
}

/// Plans, refunds, follows and shows, at every adapter, and looks everywhere.
fn everywhere(adapter: &str, read: (u16, String), moved: (u16, String)) -> String {
    let folder = tempfile::tempdir().unwrap();
    let base = server(read, moved);
    let text = format!(
        "journal = \"sqlite:{}\"\nnamespace = \"test-shop\"\n[providers.shop]\n{adapter}\napi_key = {{ env = \"SHOP_KEY\" }}\nbase_url = \"{base}\"\n",
        folder.path().join("journal.db").display()
    );
    std::fs::write(folder.path().join("refundkit.toml"), text).unwrap();
    let mut said = String::new();
    for args in [
        &["plan", "--provider", "shop", "--payment", "pay_1"][..],
        &[
            "refund",
            "--provider",
            "shop",
            "--payment",
            "pay_1",
            "--key",
            "k-1",
        ],
        &["work", "--once"],
        &["list"],
        &["reconcile", "--since", "7d"],
    ] {
        for output in ["human", "json"] {
            let ran = run(folder.path(), output, args);
            assert_clean(&format!("the output of {args:?}"), ran.out.as_bytes());
            assert_clean(&format!("the log of {args:?}"), ran.err.as_bytes());
            said.extend([ran.out, ran.err]);
        }
    }
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        assert_clean(&path.display().to_string(), &bytes);
        said.push_str(&String::from_utf8_lossy(&bytes));
    }
    said
}

fn run(folder: &Path, output: &str, args: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_refundkit"));
    command
        .current_dir(folder)
        .env("SHOP_KEY", KEY)
        .env_remove("REFUNDKIT_CONFIG")
        .args(["-vvv", "--output", output])
        .args(args);
    Ran::of(command.output().unwrap())
}

/// The payment as each adapter reads it; for Dodo its line items and the list of refunds at once.
fn paid(adapter: &str) -> String {
    match adapter {
        "dojo" => r#"{"id": "pay_1", "status": "Captured", "captureMode": "Auto", "amount": {"value": 1000, "currencyCode": "GBP"}, "totalAmount": {"value": 1000, "currencyCode": "GBP"}, "refundedAmount": 0}"#.to_owned(),
        _ => r#"{"payment_id": "pay_1", "status": "succeeded", "total_amount": 1000, "currency": "USD", "settlement_currency": "USD", "refunds": [], "disputes": [], "items": []}"#.to_owned(),
    }
}

fn error(adapter: &str, writing: &str) -> String {
    let message = format!("the key {writing} is wrong");
    match adapter {
        "dojo" => {
            serde_json::json!({"title": message, "detail": message, "errors": {writing: [writing]}})
        }
        "dodo" => serde_json::json!({"code": writing, "message": message}),
        _ => serde_json::json!({"error": {"errorId": writing, "description": message}}),
    }
    .to_string()
}

const ADAPTERS: [(&str, &str); 3] = [
    ("dojo", "adapter = \"dojo\""),
    ("dodo", "adapter = \"dodo\""),
    ("primer", "adapter = \"generic\"\nprofile = \"primer\""),
];

#[test]
fn an_error_that_repeats_the_key_leaks_it_nowhere() {
    let all = writings().join(" , ");
    for (name, adapter) in ADAPTERS {
        for status in [401, 400, 500] {
            let body = error(name, &all);
            let reading = everywhere(adapter, (status, body.clone()), (status, body.clone()));
            assert!(
                reading.contains("[secret]"),
                "{name}: otherwise this shows nothing"
            );
            if name != "primer" {
                let sent = everywhere(adapter, (200, paid(name)), (status, body));
                assert!(
                    sent.contains("[secret]"),
                    "{name}: otherwise this shows nothing"
                );
            }
        }
    }
}

#[test]
fn a_status_that_repeats_the_key_leaks_it_nowhere() {
    for writing in writings().into_iter().step_by(6) {
        let refund = serde_json::json!({
            "refund_id": "r_1", "payment_id": "pay_1", "status": writing, "amount": 1000, "currency": "USD",
        });
        let payment = serde_json::json!({
            "payment_id": "pay_1", "status": "succeeded", "total_amount": 2000, "currency": "USD",
            "settlement_currency": "USD", "refunds": [refund], "disputes": [], "items": [],
        });
        everywhere(
            "adapter = \"dodo\"",
            (200, payment.to_string()),
            (200, refund.to_string()),
        );
        let strange =
            paid("dodo").replace("\"succeeded\"", &serde_json::json!(writing).to_string());
        let said = everywhere(
            "adapter = \"dodo\"",
            (200, strange),
            (200, refund.to_string()),
        );
        assert!(
            said.contains("[secret]"),
            "{writing}: otherwise this shows nothing"
        );
    }
}

#[test]
fn a_key_that_is_too_short_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let text = "journal = \"sqlite:journal.db\"\nnamespace = \"test-shop\"\n[providers.shop]\nadapter = \"dojo\"\napi_key = { command = [\"echo\", \"sk_7bad\"] }\n";
    std::fs::write(folder.path().join("refundkit.toml"), text).unwrap();
    let ran = run(
        folder.path(),
        "human",
        &["plan", "--provider", "shop", "--payment", "pay_1"],
    );
    assert_eq!(
        (ran.code, common::code(&ran).as_str()),
        (2, "RK1301"),
        "{}",
        ran.err
    );
    assert!(
        ran.err.contains("fewer than 8 characters") && !ran.err.contains("sk_7bad"),
        "{}",
        ran.err
    );
}

#[test]
fn a_key_of_a_request_that_looks_like_a_card_is_refused() {
    let shop = common::Shop::open();
    let card = "4111-1111-1111-1111";
    for option in ["--key", "--order-id"] {
        let ran = shop.run(&[
            "refund",
            "--provider",
            "dojo",
            "--payment",
            "pi_paid_1",
            "--amount",
            "1.00 GBP",
            option,
            card,
        ]);
        assert_eq!(
            (ran.code, common::code(&ran).as_str()),
            (2, "RK1004"),
            "{}",
            ran.err
        );
        assert!(!ran.err.contains("1111"), "{}", ran.err);
    }
    assert_eq!(shop.requests(), 0);
}
