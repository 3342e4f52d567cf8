//! A journal has one namespace: a configuration with another one is refused before anything is read or
//! sent, since every key would be a new refund under it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod common;

use common::{Ran, Shop, code, refund};

const ASKED: [&str; 4] = ["--amount", "1.00 USD", "--key", "a"];

/// Changes what the line says; `None` takes the line away.
fn say(shop: &Shop, namespace: Option<&str>) {
    let path = shop.folder.path().join("refundkit.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let others = text.lines().filter(|line| !line.contains("namespace ="));
    let mut lines: Vec<String> = others.map(str::to_owned).collect();
    if let Some(namespace) = namespace {
        lines.insert(0, format!("namespace = \"{namespace}\""));
    }
    std::fs::write(&path, lines.join("\n")).unwrap();
}

fn assert_refused(ran: &Ran, given: &str) {
    assert_eq!((ran.code, code(ran).as_str()), (8, "RK3013"), "{}", ran.err);
    let lines: Vec<&str> = ran.err.lines().collect();
    assert!(
        lines[0].contains("test-shop") && lines[0].contains(given),
        "{}",
        ran.err
    );
    assert_eq!(ran.out, "");
}

/// All commands that open a journal, each with the operation where it needs one.
fn every_command(operation: &str) -> Vec<Vec<&str>> {
    let refund = ["--provider", "dodo", "--payment", "pay_paid_1"];
    let with = |before: &[&'static str], after: &[&'static str]| [before, &refund, after].concat();
    vec![
        with(&["refund"], &ASKED),
        with(&["plan"], &ASKED[..2]),
        with(&["status"], &[]),
        with(&["status"], &["--ask"]),
        vec!["status", operation],
        vec!["status", operation, "--ask"],
        vec!["list"],
        vec!["history", operation],
        vec!["cancel", operation],
        vec![
            "resolve",
            operation,
            "--as",
            "succeeded",
            "--evidence",
            "seen",
            "--by",
            "Ada",
            "--seen",
            "0.3@2026-01-31T09:30:00Z",
        ],
        vec!["work", "--once"],
        vec!["reconcile", "--since", "7d"],
        vec!["serve", "--listen", "127.0.0.1:0"],
        vec!["journal", "export"],
        vec!["journal", "info"],
        vec!["journal", "verify"],
        vec!["journal", "recover"],
    ]
}

#[test]
fn another_namespace_in_the_configuration_is_refused_by_every_command() {
    let shop = Shop::open();
    let first = refund(&shop, "dodo", "pay_paid_1", &ASKED);
    assert_eq!(first.code, 0, "{}", first.err);
    let listed = shop.json(&["list"]);
    let operation = listed.json()["operation"].as_str().unwrap().to_owned();
    let (before, asked) = (shop.moves(), shop.requests());
    for (line, given) in [(Some("test-shop-2"), "test-shop-2"), (None, "default")] {
        say(&shop, line);
        for command in every_command(&operation) {
            let ran = shop.run(&command);
            assert_eq!(shop.requests(), asked, "{command:?}");
            assert_refused(&ran, given);
        }
    }
    say(&shop, Some("test-shop"));
    let again = refund(&shop, "dodo", "pay_paid_1", &ASKED);
    assert_eq!((again.code, shop.moves()), (0, before), "{}", again.err);
}

#[test]
fn an_older_copy_is_not_accepted_under_another_namespace() {
    let shop = Shop::open();
    let copy = shop.folder.path().join("copy.db");
    assert_eq!(refund(&shop, "dodo", "pay_paid_1", &ASKED).code, 0);
    std::fs::copy(shop.journal(), &copy).unwrap();
    let more = ["--amount", "2.00 USD", "--key", "b"];
    assert_eq!(refund(&shop, "dodo", "pay_paid_1", &more).code, 0);
    std::fs::copy(&copy, shop.journal()).unwrap();
    say(&shop, Some("other"));
    assert_refused(&shop.run(&["journal", "recover"]), "other");
    say(&shop, Some("test-shop"));
    let ran = shop.run(&["list"]);
    assert_eq!(
        (ran.code, code(&ran).as_str()),
        (8, "RK3010"),
        "{}",
        ran.err
    );
    assert_eq!(shop.run(&["journal", "recover"]).code, 0);
}

#[test]
fn what_only_looks_needs_no_configuration_and_says_the_namespace() {
    let shop = Shop::open();
    assert_eq!(refund(&shop, "dodo", "pay_paid_1", &ASKED).code, 0);
    let path = shop.folder.path().join("refundkit.toml");
    std::fs::remove_file(path).unwrap();
    let journal = format!("sqlite:{}", shop.journal().display());
    for command in [&["list"][..], &["journal", "info"], &["journal", "verify"]] {
        let ran = shop.run(&[&["--journal", &journal], command].concat());
        assert_eq!(ran.code, 0, "{command:?}: {}", ran.err);
    }
    for command in ["info", "verify"] {
        let ran = shop.json(&["--journal", &journal, "journal", command]);
        assert_eq!(ran.json()["namespace"], "test-shop", "{command}");
    }
}
