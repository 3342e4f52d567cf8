//! `refundkit doctor`: what it looks at, what it finds, and that it changes nothing.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod common;

use common::{KEY, Ran, Shop, refund};
use serde_json::Value;

fn findings(ran: &Ran) -> Vec<Value> {
    let lines = ran.out.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn find<'a>(findings: &'a [Value], check: &str, subject: &str) -> &'a Value {
    let mut fit = findings.iter();
    fit.find(|found| found["check"] == check && found["subject"] == subject)
        .unwrap_or_else(|| panic!("no {check} of {subject:?}: {findings:?}"))
}

fn change(shop: &Shop, from: &str, to: &str) {
    let path = shop.folder.path().join("refundkit.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{text}");
    std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
}

#[test]
fn nothing_stands_in_the_way_of_a_shop_that_works() {
    let shop = Shop::open();
    let asked = ["--amount", "10.00 USD", "--key", "a"];
    assert_eq!(refund(&shop, "dodo", "pay_paid_1", &asked).code, 0);
    let moves = shop.moves();
    let ran = shop.json(&["doctor"]);
    assert_eq!(
        (ran.code, shop.moves()),
        (0, moves),
        "{}{}",
        ran.out,
        ran.err
    );
    let found = findings(&ran);
    for provider in ["dojo", "dodo", "dojo-2022"] {
        assert_eq!(find(&found, "key", provider)["level"], "good", "{provider}");
        let mode = find(&found, "mode", provider);
        assert!(
            mode["text"]
                .as_str()
                .unwrap()
                .starts_with("test, as no line"),
            "{mode}"
        );
    }
    assert_eq!(find(&found, "configuration", "")["level"], "good");
    let journal = find(&found, "journal", "");
    assert!(
        journal["text"]
            .as_str()
            .unwrap()
            .contains("1 operations with 3 entries"),
        "{journal}"
    );
    assert!(found.iter().any(|found| found["check"] == "disk"));
    assert!(found.iter().any(|found| found["check"] == "clock"));
    let people = shop.run(&["doctor"]);
    assert_eq!(people.code, 0, "{}", people.err);
    assert!(
        people.err.contains("nothing stands in the way"),
        "{}",
        people.err
    );
    assert!(!people.out.contains(KEY) && !ran.out.contains(KEY));
}

#[test]
fn a_key_that_is_turned_away_and_one_that_is_missing_are_found() {
    let shop = Shop::open();
    change(&shop, "SHOP_KEY", "OTHER_KEY");
    change(&shop, "SHOP_KEY", "NO_SUCH_KEY");
    let output = shop
        .command()
        .env("OTHER_KEY", "sk_sandbox_not_the_right_one")
        .args(["--output", "json", "doctor"])
        .output()
        .unwrap();
    let ran = Ran::of(output);
    let found = findings(&ran);
    assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
    assert_eq!(find(&found, "key", "dojo")["code"], "RK2002");
    assert_eq!(find(&found, "key", "dojo-2022")["code"], "RK4004");
    assert_eq!(find(&found, "key", "dodo")["level"], "good");
    assert!(!ran.out.contains("not_the_right_one"), "{}", ran.out);
}

#[test]
fn a_provider_that_is_not_reached_is_the_worst_and_the_rest_is_looked_at() {
    let shop = Shop::open();
    let address = shop.sandbox.addresses().dodo.clone();
    change(&shop, &address, "http://127.0.0.1:9");
    let ran = shop.json(&["doctor"]);
    let found = findings(&ran);
    assert_eq!(ran.code, 10, "{}{}", ran.out, ran.err);
    assert_eq!(find(&found, "key", "dodo")["code"], "RK2003");
    assert_eq!(find(&found, "key", "dojo")["level"], "good");
    assert_eq!(
        find(&found, "journal", "")["level"],
        "note",
        "there is none yet"
    );
    assert!(!shop.journal().exists(), "a doctor makes no journal");
}

#[test]
fn a_journal_that_is_none_is_found() {
    let shop = Shop::open();
    std::fs::write(
        shop.journal(),
        "no journal at all, but a text of some length\n".repeat(100),
    )
    .unwrap();
    let ran = shop.json(&["doctor"]);
    assert_eq!(ran.code, 8, "{}{}", ran.out, ran.err);
    assert_eq!(find(&findings(&ran), "journal", "")["level"], "bad");
}

#[test]
fn without_a_configuration_that_is_what_is_found() {
    let shop = Shop::open();
    std::fs::remove_file(shop.folder.path().join("refundkit.toml")).unwrap();
    let ran = shop.json(&["doctor"]);
    assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
    assert_eq!(find(&findings(&ran), "configuration", "")["code"], "RK4002");
}
