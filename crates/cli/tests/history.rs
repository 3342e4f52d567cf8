//! What the journal tells of one operation: every entry, who wanted it, and who decided on what.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod common;

use common::{KEY, Shop, refund};
use refundkit_sandbox::FaultKind;
use serde_json::Value;

const ASKED: [&str; 8] = [
    "--amount",
    "10.00 USD",
    "--key",
    "order-7",
    "--by",
    "Ada Byron",
    "--ticket",
    "CASE-12",
];

fn lines(out: &str) -> Vec<Value> {
    let lines = out.lines().map(|line| serde_json::from_str(line).unwrap());
    lines.collect()
}

fn operation(shop: &Shop) -> String {
    shop.json(&["list"]).json()["operation"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[cfg(unix)]
fn login() -> String {
    let asked = std::process::Command::new("id")
        .arg("-un")
        .output()
        .unwrap();
    String::from_utf8(asked.stdout).unwrap().trim().to_owned()
}

#[test]
fn every_entry_is_told_in_order_with_what_was_sent_and_what_was_answered() {
    let shop = Shop::open();
    assert_eq!(refund(&shop, "dodo", "pay_paid_1", &ASKED).code, 0);
    let id = operation(&shop);
    let asked = shop.requests();
    let ran = shop.json(&["history", &id]);
    assert_eq!((ran.code, shop.requests()), (0, asked), "{}", ran.err);
    let entries = lines(&ran.out);
    let told: Vec<(&str, &str)> = entries
        .iter()
        .map(|entry| {
            (
                entry["event"].as_str().unwrap(),
                entry["state"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("begun", "ready"),
            ("sent", "attempting"),
            ("answered", "accepted")
        ]
    );
    let begun = &entries[0];
    assert_eq!(begun["amount"]["major"], "10.00");
    assert_eq!(
        (&begun["entry"], &begun["request_key"]),
        (&1.into(), &"order-7".into())
    );
    assert_eq!(
        (&begun["by"], &begun["ticket"]),
        (&"Ada Byron".into(), &"CASE-12".into())
    );
    assert!(begun["plan"].is_object(), "{begun}");
    let key = begun["provider_key"].as_str().unwrap();
    assert_eq!(key.len(), 32);
    assert_eq!(entries[1]["attempt"], 1);
    let answered = &entries[2];
    assert_eq!(
        (&answered["attempt"], &answered["outcome"]),
        (&1.into(), &"accepted".into())
    );
    let effects = shop.sandbox.effects();
    assert_eq!(answered["provider_refund_id"], effects[0].refund.as_str());
    let people = shop.run(&["history", &id]);
    for part in [
        "begun: refund of 10.00 USD",
        "order-7",
        key,
        "sent, attempt 1",
        "accepted",
        "for Ada Byron",
        "CASE-12",
    ] {
        assert!(people.out.contains(part), "{part}: {}", people.out);
    }
    for out in [&ran.out, &people.out] {
        assert!(!out.contains(KEY), "{out}");
    }
}

/// The login is the system's word: a variable changes nothing.
#[test]
#[cfg(unix)]
fn who_wanted_it_is_written_down_beside_the_login() {
    let shop = Shop::open();
    let ran = shop
        .command()
        .env("USER", "somebody-else")
        .env("LOGNAME", "somebody-else")
        .args([
            "--output",
            "json",
            "refund",
            "--provider",
            "dodo",
            "--payment",
            "pay_paid_1",
        ])
        .args(ASKED)
        .output()
        .unwrap();
    assert!(ran.status.success());
    let status = shop.json(&["status", &operation(&shop)]).json();
    assert_eq!(status["by"], "Ada Byron");
    assert_eq!(status["ticket"], "CASE-12");
    assert_eq!(status["actor"], login().as_str());
    // The same key is the same refund, whoever asks again, and what stands there stays.
    let again = refund(
        &shop,
        "dodo",
        "pay_paid_1",
        &["--amount", "10.00 USD", "--key", "order-7", "--by", "Bob"],
    );
    assert_eq!((again.code, shop.moves()), (0, 1), "{}", again.err);
    assert!(again.out.contains("Ada Byron"), "{}", again.out);
}

#[test]
fn a_decision_is_shown_with_its_person_and_its_evidence() {
    let shop = Shop::with(&[FaultKind::AnswerLost, FaultKind::StaleRead]);
    assert_eq!(refund(&shop, "dodo", "pay_paid_1", &ASKED).code, 5);
    let id = operation(&shop);
    let seen = shop.json(&["status", &id]).json()["seen"]
        .as_str()
        .unwrap()
        .to_owned();
    let decided = shop.run(&[
        "resolve",
        &id,
        "--as",
        "succeeded",
        "--evidence",
        "the dashboard shows it",
        "--by",
        "Grace",
        "--ticket",
        "CASE-13",
        "--seen",
        &seen,
    ]);
    assert_eq!(decided.code, 0, "{}", decided.err);
    assert!(
        decided.out.contains(&seen),
        "what it was decided on: {}",
        decided.out
    );
    let status = shop.json(&["status", &id]).json();
    assert_eq!(status["decided"]["by"], "Grace");
    assert_eq!(status["decided"]["evidence"], "the dashboard shows it");
    assert_eq!(status["decided"]["ticket"], "CASE-13");
    let entries = lines(&shop.json(&["history", &id]).out);
    let last = entries.last().unwrap();
    assert_eq!(
        (&last["event"], &last["decision"]),
        (&"decided".into(), &"succeeded".into())
    );
    assert_eq!(
        (&last["by"], &last["evidence"]),
        (&"Grace".into(), &"the dashboard shows it".into())
    );
    let people = shop.run(&["status", &id]);
    for part in ["succeeded, by Grace", "the dashboard shows it", "CASE-13"] {
        assert!(people.out.contains(part), "{part}: {}", people.out);
    }
}

#[test]
fn an_operation_that_is_not_there_has_no_history() {
    let shop = Shop::open();
    assert_eq!(refund(&shop, "dodo", "pay_paid_1", &ASKED).code, 0);
    let ran = shop.run(&["history", "op_nobody"]);
    assert_eq!((ran.code, common::code(&ran).as_str()), (2, "RK3006"));
}

#[test]
fn the_journal_is_exported_with_the_fields_of_the_history() {
    let shop = Shop::open();
    assert_eq!(refund(&shop, "dodo", "pay_paid_1", &ASKED).code, 0);
    let more = ["--amount", "1.00 USD", "--key", "order-8"];
    assert_eq!(refund(&shop, "dodo", "pay_paid_1", &more).code, 0);
    let ran = shop.run(&["journal", "export"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let mut told = String::new();
    for line in shop.json(&["list"]).out.lines() {
        let listed: Value = serde_json::from_str(line).unwrap();
        told += &shop
            .json(&["history", listed["operation"].as_str().unwrap()])
            .out;
    }
    assert_eq!(ran.out, told);
    assert!(told.lines().count() >= 6, "{told}");
    let none = shop.run(&["journal", "export", "--since", "2027-01-01T00:00:00Z"]);
    assert_eq!((none.code, none.out.as_str()), (0, ""), "{}", none.err);
}

/// Whoever opens the file in a spreadsheet runs nothing that a customer or a colleague has written.
#[test]
fn an_exported_table_has_no_formula() {
    let shop = Shop::open();
    let asked = [
        "--amount",
        "10.00 USD",
        "--key",
        "=cmd|'/c calc'!A1",
        "--by",
        "+1",
        "--ticket",
        "@sum(1)",
    ];
    let asked = asked.map(|word| word.replace(' ', if word.contains("USD") { " " } else { "_" }));
    let asked: Vec<&str> = asked.iter().map(String::as_str).collect();
    let ran = refund(&shop, "dodo", "pay_paid_1", &asked);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let ran = shop.run(&["journal", "export", "--format", "csv"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let mut table = csv::Reader::from_reader(ran.out.as_bytes());
    let header = table.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 3);
    let cell = |row: usize, name: &str| {
        let place = header.iter().position(|column| column == name).unwrap();
        rows[row][place].to_owned()
    };
    assert_eq!(cell(0, "request_key"), "'=cmd|'/c_calc'!A1");
    assert_eq!(
        (cell(0, "by"), cell(0, "ticket")),
        ("'+1".to_owned(), "'@sum(1)".to_owned())
    );
    assert_eq!(
        (cell(0, "amount"), cell(0, "amount_currency")),
        ("10.00".to_owned(), "USD".to_owned())
    );
    assert_eq!(
        (cell(1, "event"), cell(2, "outcome")),
        ("sent".to_owned(), "accepted".to_owned())
    );
    for row in &rows {
        for cell in row {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t']), "{cell}");
        }
    }
}

#[test]
fn who_has_called_it_off_is_written_down() {
    let shop = Shop::with(&[FaultKind::Throttle]);
    assert_eq!(refund(&shop, "dodo", "pay_paid_1", &ASKED).code, 5);
    let id = operation(&shop);
    let ran = shop.run(&["cancel", &id, "--by", "Grace", "--ticket", "CASE-14"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let entries = lines(&shop.json(&["history", &id]).out);
    let last = entries.last().unwrap();
    assert_eq!(
        (&last["event"], &last["state"]),
        (&"cancelled".into(), &"cancelled".into())
    );
    assert_eq!(
        (&last["by"], &last["ticket"]),
        (&"Grace".into(), &"CASE-14".into())
    );
    #[cfg(unix)]
    assert_eq!(last["actor"], login().as_str());
}
