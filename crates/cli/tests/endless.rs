//! A provider whose list of refunds never ends, and what the last line of a comparison says.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

use common::{Shop, refund};
use serde_json::json;

/// What the list shows on a page, by its number.
type Page = fn(u64) -> serde_json::Value;

fn item(number: u64) -> serde_json::Value {
    json!({
        "refund_id": format!("ref_{number}"),
        "payment_id": "pay_elsewhere",
        "status": "succeeded",
        "amount": 100,
        "currency": "USD",
        "created_at": "2026-06-10T08:00:00Z",
    })
}

/// A provider that lists as it is told, and knows no payment.
fn provider(page: Page) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            std::thread::spawn(move || {
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                loop {
                    let mut first = String::new();
                    if reader.read_line(&mut first).unwrap_or(0) == 0 {
                        return;
                    }
                    let mut line = String::new();
                    while reader.read_line(&mut line).unwrap_or(0) > 2 {
                        line.clear();
                    }
                    let number = first.split("page_number=").nth(1);
                    let number = number.and_then(|rest| rest.split(['&', ' ']).next());
                    let (status, body) = match number {
                        Some(number) => ("200 OK", page(number.parse().unwrap()).to_string()),
                        None => ("404 Not Found", "{}".to_owned()),
                    };
                    let answer = format!(
                        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
                        body.len()
                    );
                    if stream.write_all(answer.as_bytes()).is_err() {
                        return;
                    }
                }
            });
        }
    });
    url
}

fn shop_at(page: Page) -> Shop {
    let shop = Shop::open();
    let asked = ["--amount", "1.00 USD", "--key", "a"];
    assert_eq!(refund(&shop, "dodo", "pay_paid_1", &asked).code, 0);
    let path = shop.folder.path().join("refundkit.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let at = shop.sandbox.addresses().dodo.clone();
    std::fs::write(&path, text.replace(&at, &provider(page))).unwrap();
    shop
}

/// Nothing of it is judged that a whole list would have been needed for.
#[test]
fn a_list_without_an_end_is_given_up_with_what_was_seen() {
    let begins_anew: Page = |number| json!({ "items": [item(number % 3), item(number % 3 + 10)] });
    let shop = shop_at(begins_anew);
    let ran = shop.json(&["reconcile", "--provider", "dodo", "--since", "7d"]);
    assert_eq!(ran.code, 9, "{}{}", ran.out, ran.err);
    assert!(
        ran.out.contains("the list of refunds has no end"),
        "{}",
        ran.out
    );
    let reconciled: Vec<serde_json::Value> = ran
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let told = reconciled
        .iter()
        .find(|line| line.get("reconciled").is_some())
        .unwrap();
    assert_eq!(told["reconciled"]["complete"], false);
    assert_eq!(
        told["reconciled"]["refunds"], 8,
        "each page once, and the one that came again"
    );
    let people = shop.run(&["reconcile", "--provider", "dodo", "--since", "7d"]);
    let last = people
        .err
        .lines()
        .find(|line| line.starts_with("error["))
        .unwrap();
    assert!(
        last.contains("left out: 1 operation (too young to compare), 1 payment"),
        "{last}"
    );
}

#[test]
fn the_last_line_counts_what_was_left_out() {
    let nothing: Page = |_| json!({ "items": [] });
    let shop = shop_at(nothing);
    let ran = shop.run(&["reconcile", "--provider", "dodo", "--since", "7d"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let last = ran.err.lines().last().unwrap();
    assert_eq!(last, "note: left out: 1 operation (too young to compare)");
    let path = shop.folder.path().join("refundkit.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let at = shop.sandbox.addresses().dojo.clone();
    // Dojo's accounts, and Primer's, can't be used without their keys.
    assert!(text.contains(&at));
    let keyless = text.replacen("SHOP_KEY", "NO_SUCH_KEY", 1);
    std::fs::write(&path, keyless).unwrap();
    let ran = shop.run(&["reconcile", "--since", "7d"]);
    assert_eq!(ran.code, 9, "{}{}", ran.out, ran.err);
    let last = ran
        .err
        .lines()
        .find(|line| line.starts_with("error[RK4012]"))
        .unwrap();
    assert!(last.contains("provider dojo (it can't be used)"), "{last}");
}
