//! What people see: pictures of the answers at 80 columns, in `shots/`, and that tables fit screens of any
//! width. `REFUNDKIT_WRITE_SHOTS=1 cargo test -p refundkit-cli --test shots` writes the pictures anew; what
//! has changed in them is to be read.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::string_slice,
    reason = "a test stops at the first surprise"
)]
// A screen is handed in by a variable that the dev profile alone reads.
#![cfg(debug_assertions)]

mod common;

use common::{Ran, Shop, refund};
use refundkit_sandbox::{Fault, FaultKind, Payment, Provider};

/// Several operations in several states, one of them made by a colleague for somebody.
fn shop() -> Shop {
    let shop = Shop::open();
    let by = [
        "--amount",
        "10.00 USD",
        "--key",
        "order-7",
        "--by",
        "Ada Byron",
        "--ticket",
        "T-12",
    ];
    assert_eq!(refund(&shop, "dodo", "pay_paid_1", &by).code, 0);
    let pounds = ["--amount", "5.00 GBP", "--key", "order-8"];
    assert_eq!(refund(&shop, "dojo", "pi_paid_1", &pounds).code, 0);
    let faults = [FaultKind::AnswerLost, FaultKind::StaleRead];
    shop.sandbox.set_faults(faults.map(Fault::always));
    let lost = ["--amount", "1.00 EUR", "--key", "order-9"];
    assert_eq!(refund(&shop, "dodo", "pay_paid_2", &lost).code, 5);
    shop.sandbox.set_faults([]);
    shop
}

fn on(shop: &Shop, columns: &str, args: &[&str]) -> Ran {
    let mut command = shop.command();
    let command = command.args(["--color", "never"]).args(args);
    let command = command.env("COLUMNS", columns);
    Ran::of(
        command
            .env("REFUNDKIT_TEST_COLUMNS", columns)
            .output()
            .unwrap(),
    )
}

fn operations(shop: &Shop) -> Vec<String> {
    let listed = shop.json(&["list"]).out;
    let ids = listed.lines().map(|line| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        line["operation"].as_str().unwrap().to_owned()
    });
    ids.collect()
}

/// What is another one each time, made the same: milliseconds and seconds, ports, the login.
fn masked(text: &str) -> String {
    let mut lines = Vec::new();
    for line in text.lines() {
        let mut line = line.to_owned();
        if line.trim_start().starts_with("by login ") || line.starts_with("login ") {
            let name = line.rfind(' ').unwrap() + 1;
            line.replace_range(name.., "LOGIN");
        }
        for (mark, stays) in [("2026-06-10T12:", 0), ("127.0.0.1:", 0)] {
            let mut from = 0;
            while let Some(found) = line[from..].find(mark) {
                let begin = from + found + mark.len() + stays;
                let rest: String = line[begin..]
                    .chars()
                    .take_while(|sign| sign.is_ascii_digit() || matches!(sign, ':' | '.'))
                    .map(|sign| if sign.is_ascii_digit() { '0' } else { sign })
                    .collect();
                line.replace_range(begin..begin + rest.len(), &rest);
                from = begin;
            }
        }
        lines.push(line.trim_end().to_owned());
    }
    lines.join("\n") + "\n"
}

/// What was typed, what stands on the screen, and the exit code.
fn hold(name: &str, typed: &str, ran: &Ran) {
    let picture = format!(
        "$ refundkit {typed}\n{}{}\nexit code {}\n",
        masked(&ran.out),
        masked(&ran.err).trim_end(),
        ran.code
    );
    for line in picture.lines().skip(1) {
        let is_long_word = line.trim().split(' ').count() <= 1;
        assert!(
            line.chars().count() <= 80 || is_long_word || is_on_stderr(line),
            "{name}: {line}"
        );
    }
    let path = format!("{}/tests/shots/{name}.txt", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("REFUNDKIT_WRITE_SHOTS").is_some() {
        std::fs::write(&path, &picture).unwrap();
    }
    let held = std::fs::read_to_string(&path).unwrap();
    assert_eq!(
        picture, held,
        "{name}: write it anew, and read what has changed"
    );
}

/// Errors and notes are lines of their own, which scripts read too.
fn is_on_stderr(line: &str) -> bool {
    ["error[", "  help: ", "note: "]
        .iter()
        .any(|begin| line.starts_with(begin))
}

#[test]
fn the_pictures_are_what_is_shown() {
    let shop = shop();
    let ids = operations(&shop);
    hold("list", "list", &on(&shop, "80", &["list"]));
    let status = ["status", ids[0].as_str()];
    let mut ran = on(&shop, "80", &status);
    // The moment of looking may have any number of digits.
    let seen = ran.out.find("\nseen ").unwrap() + 1;
    let end = seen + ran.out[seen..].find('\n').unwrap_or(ran.out.len() - seen);
    let at = seen + ran.out[seen..end].find('@').unwrap() + 1;
    ran.out.replace_range(at..end, "2026-06-10T12:00:00Z");
    let written = ran.out.find("\nwritten down").unwrap() + 1;
    let end = written + ran.out[written..].find('\n').unwrap();
    let at = written + ran.out[written..end].find("2026").unwrap();
    ran.out.replace_range(at..end, "2026-06-10T12:00:00Z");
    hold("status", &status.join(" "), &ran);
    let history = ["history", ids[0].as_str()];
    hold("history", &history.join(" "), &on(&shop, "80", &history));
    let plan = [
        "plan",
        "--provider",
        "dojo",
        "--payment",
        "pi_paid_1",
        "--amount",
        "2.00 GBP",
        "--key",
        "order-10",
    ];
    let typed = "plan --provider dojo --payment pi_paid_1 --amount \"2.00 GBP\" --key order-10";
    hold("plan", typed, &on(&shop, "80", &plan));
    let now = shop.sandbox.now();
    let by_hand = Payment::captured(Provider::Dodo, "pay_by_hand", 2_500, "USD", now);
    shop.sandbox
        .add_payment(by_hand.with_refund("ref_by_hand", 500, None, now));
    let reconcile = [
        "reconcile",
        "--provider",
        "dodo",
        "--payment",
        "pay_by_hand",
    ];
    hold(
        "reconcile",
        &reconcile.join(" "),
        &on(&shop, "80", &reconcile),
    );
    hold("help", "--help", &on(&shop, "80", &["--help"]));
}

#[test]
fn lists_fit_screens_of_any_width_with_whole_ids_in_one_line_each() {
    let shop = shop();
    let ids = operations(&shop);
    for (columns, most) in [("40", 40), ("80", 80), ("200", 200), ("0", 80)] {
        let ran = on(&shop, columns, &["list"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        for line in ran.out.lines() {
            assert!(line.chars().count() <= most, "{columns}: {line}");
        }
        for id in &ids {
            let lines = ran.out.lines().filter(|line| line.contains(id));
            assert_eq!(lines.count(), 1, "{columns}: {}", ran.out);
        }
        let rows = ran.out.lines().filter(|line| line.contains("op_")).count();
        assert_eq!(rows, ids.len(), "{columns}: {}", ran.out);
        assert_eq!(
            ran.err.contains("no room for"),
            columns != "200",
            "{columns}: {}",
            ran.err
        );
        let looks = [
            vec!["status", &ids[0]],
            vec!["history", &ids[0]],
            vec!["providers"],
            vec!["explain"],
            vec!["profile", "list"],
            vec!["journal", "info"],
        ];
        for look in looks {
            let ran = on(&shop, columns, &look);
            for line in ran.out.lines() {
                let is_one_word = line.trim().split(' ').count() <= 1;
                assert!(
                    line.chars().count() <= most || is_one_word,
                    "{columns} {look:?}: {line}"
                );
            }
        }
        let status = on(&shop, columns, &["status", &ids[0]]);
        assert!(status.out.contains(&ids[0]), "{columns}: {}", status.out);
    }
    // A pipe has all of it, whole.
    let piped = shop.run(&["list"]);
    assert!(
        piped
            .out
            .lines()
            .skip(1)
            .all(|line| line.split('\t').count() == 8),
        "{}",
        piped.out
    );
}

#[test]
fn a_state_is_coloured_and_is_said_in_words() {
    let shop = shop();
    let mut command = shop.command();
    let command = command.args(["--color", "always", "list"]);
    let ran = Ran::of(
        command
            .env("REFUNDKIT_TEST_COLUMNS", "120")
            .output()
            .unwrap(),
    );
    let coloured = |word: &str| {
        let line = ran.out.lines().find(|line| line.contains(word)).unwrap();
        let place = line.find(word).unwrap();
        line[..place].trim_end().ends_with('m')
    };
    assert!(coloured("unknown") && coloured("accepted"), "{}", ran.out);
}
