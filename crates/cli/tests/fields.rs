//! The page on JSON and exit codes against the command: each table has the fields that are written, and no
//! others, and the exit codes are those of the code.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::collections::BTreeSet;
use std::time::Duration;

use common::{Ran, Shop};
use refundkit_sandbox::{FaultKind, Provider};
use serde_json::Value;

const PAGE: &str = include_str!("../../../docs/manual/json.md");
const ENTRY: &str = include_str!("../src/output/entry.rs");
const CODES: &str = include_str!("../src/failure.rs");
const README: &str = include_str!("../../../README.md");

/// What stands in the first column of the table below a heading.
fn column(heading: &str) -> BTreeSet<String> {
    let (_, rest) = PAGE
        .split_once(&format!("\n## {heading}\n"))
        .unwrap_or_else(|| panic!("the page has no {heading:?}"));
    let (section, _) = rest.split_once("\n## ").unwrap_or((rest, ""));
    let cells = section
        .lines()
        .filter_map(|line| line.strip_prefix("| "))
        .map(|row| row.split(" |").next().unwrap().trim_matches('`').to_owned())
        .filter(|cell| !["field", "code", "---"].contains(&cell.as_str()));
    // An error has a field `code`, whose cell is in backticks as all fields are.
    let has_code = section.contains("\n| `code` |");
    cells.chain(has_code.then(|| "code".to_owned())).collect()
}

fn keys(json: &Value) -> BTreeSet<String> {
    json.as_object().unwrap().keys().cloned().collect()
}

fn refund(shop: &Shop, amount: &str, key: &str) -> Ran {
    let to = ["refund", "--provider", "dodo", "--payment", "pay_paid_1"];
    shop.json(&[&to[..], &["--amount", amount, "--key", key]].concat())
}

#[test]
fn an_operation_has_the_fields_of_the_page() {
    let shop = Shop::with(&[FaultKind::WrongAmount]);
    let to = ["refund", "--provider", "dodo", "--payment", "pay_paid_1"];
    let made = [&to[..], &["--amount", "10.00 USD", "--key", "k-1"]].concat();
    let made = [&made[..], &["--by", "Ada", "--ticket", "T-1"]].concat();
    let made = shop.json(&made).json();
    let id = made["operation"].as_str().unwrap();
    let shown = shop.json(&["status", id]).json();
    let decide = [
        "resolve",
        id,
        "--as",
        "succeeded",
        "--by",
        "Ada",
        "--ticket",
        "T-2",
    ];
    let seen = shown["seen"].as_str().unwrap();
    let decide = [&decide[..], &["--evidence", "seen", "--seen", seen]].concat();
    let decided = shop.json(&decide);
    assert_eq!(decided.code, 0, "{}", decided.err);
    let listed = shop.json(&["list"]).json();
    let page = column("An operation");
    let mut written = BTreeSet::new();
    for told in [&made, &shown, &decided.json(), &listed] {
        let keys = keys(told);
        assert!(keys.is_subset(&page), "{:?}", keys.difference(&page));
        written.extend(keys);
    }
    assert_eq!(written, page);
    assert_eq!(keys(&made["amount"]), column("An amount"));
    assert_eq!(keys(&listed["decided"]), column("A decision"));
}

#[test]
fn entries_of_a_history_have_the_fields_of_the_page() {
    let shop = Shop::open();
    let made = refund(&shop, "10.00 USD", "k-1").json();
    let page = column("An entry of a history");
    let told = shop.json(&["history", made["operation"].as_str().unwrap()]);
    for line in told.out.lines() {
        let keys = keys(&serde_json::from_str(line).unwrap());
        assert!(keys.is_subset(&page), "{:?}", keys.difference(&page));
    }
    // Few entries say everything: the rest is the code's own list.
    let (_, fields) = ENTRY.split_once("pub struct EntryJson {").unwrap();
    let (fields, _) = fields.split_once("\n}").unwrap();
    let fields = fields
        .lines()
        .filter_map(|line| line.trim().strip_prefix("pub "))
        .filter_map(|line| line.split_once(':'));
    let fields: BTreeSet<String> = fields.map(|(name, _)| name.to_owned()).collect();
    assert_eq!(fields, page);
}

#[test]
fn a_finding_has_the_fields_of_the_page() {
    let shop = Shop::open();
    let found = shop.json(&["doctor"]).json();
    assert_eq!(keys(&found), column("A finding"));
}

#[test]
fn an_error_has_the_fields_of_the_page() {
    let shop = Shop::open();
    let refused = refund(&shop, "900.00 USD", "k-1");
    assert_eq!(refused.code, 3);
    let refused = refused.json();
    assert_eq!(keys(&refused["error"]), column("An error"));
    assert_eq!(refused["state"], "refused");
    let alone = shop.json(&["status", "op_none"]).json();
    assert_eq!(keys(&alone), BTreeSet::from(["error".to_owned()]));
    assert_eq!(keys(&alone["error"]), column("An error"));
}

#[test]
fn a_plan_has_the_fields_of_the_page() {
    let shop = Shop::open();
    let to = ["plan", "--provider", "dodo", "--payment", "pay_paid_1"];
    let plan = shop.json(&[&to[..], &["--amount", "10.00 USD"]].concat());
    let plan = plan.json();
    assert_eq!(keys(&plan), column("A plan"));
    for (field, inner) in [("items", &plan["items"][0]), ("request", &plan["request"])] {
        for name in keys(inner) {
            let row = PAGE
                .lines()
                .filter(|line| line.starts_with(&format!("| `{field}` |")));
            assert!(
                row.clone().any(|row| row.contains(&format!("`{name}`"))),
                "{field}: {name}"
            );
        }
    }
}

#[test]
fn the_journal_has_the_fields_of_the_page() {
    let shop = Shop::open();
    refund(&shop, "10.00 USD", "k-1");
    let info = shop.json(&["journal", "info"]).json();
    assert_eq!(keys(&info), column("The journal"));
}

#[test]
fn a_comparison_has_the_fields_of_the_page() {
    let shop = Shop::open();
    // Somebody has refunded a part of a payment in the dashboard, an hour ago.
    shop.sandbox.rewind(Duration::from_secs(3600));
    shop.sandbox.tamper(Provider::Dodo, "pay_more_1", 300);
    shop.sandbox.advance(Duration::from_secs(3600));
    refund(&shop, "10.00 USD", "k-1");
    let told = shop.json(&["reconcile", "--provider", "dodo"]);
    let lines: Vec<Value> = told
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let difference = lines.iter().find(|line| line.get("difference").is_some());
    let difference = difference.unwrap_or_else(|| panic!("{}{}", told.out, told.err));
    assert_eq!(keys(difference), column("A difference"));
    let all = lines
        .iter()
        .find_map(|line| line.get("reconciled"))
        .unwrap();
    assert_eq!(keys(all), column("What was reconciled"));
}

/// The constants of the code: names and numbers.
fn constants() -> BTreeSet<String> {
    CODES
        .lines()
        .filter_map(|line| line.trim().strip_prefix("pub const "))
        .filter_map(|line| line.split_once(": u8 = "))
        .map(|(_, number)| number.trim_end_matches(';').to_owned())
        .collect()
}

#[test]
fn the_exit_codes_are_those_of_the_code() {
    let there = constants();
    assert!(there.len() >= 10, "{there:?}");
    let mut page = column("Exit codes");
    assert!(page.is_superset(&there), "{page:?}");
    // 1 is any program's that can't write its answer.
    page.remove("1");
    assert!(page.is_subset(&there), "{page:?}");
    // The README names them in a sentence.
    let (_, sentence) = README.split_once("\nExit codes: ").unwrap();
    let (sentence, _) = sentence.split_once("\nEvery error").unwrap();
    let mut named: BTreeSet<String> = sentence
        .split([',', ';', '.', '\n'])
        .filter_map(|clause| clause.trim().split(' ').next())
        .filter(|word| !word.is_empty() && word.chars().all(|sign| sign.is_ascii_digit()))
        .map(str::to_owned)
        .collect();
    named.remove("1");
    let mut there = there;
    there.remove("1");
    assert_eq!(named, there);
}
