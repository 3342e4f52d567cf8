//! Trouble with the journal: exit code 8, and nothing sent.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

mod common;

use common::{Shop, code, refund};
use refundkit_sandbox::{Fault, FaultKind};

#[test]
fn a_journal_that_is_locked_or_is_none() {
    let shop = Shop::open();
    let args = ["--amount", "1.00 GBP", "--key", "one"];
    assert_eq!(refund(&shop, "dojo", "pi_paid_1", &args).code, 0);
    let before = shop.requests();
    let busy = rusqlite::Connection::open(shop.journal()).unwrap();
    busy.execute_batch("BEGIN IMMEDIATE").unwrap();
    let ran = refund(&shop, "dojo", "pi_paid_2", &[]);
    assert_eq!(
        (ran.code, code(&ran).as_str()),
        (8, "RK3001"),
        "{}",
        ran.err
    );
    assert_eq!(shop.run(&["list"]).code, 0, "reading waits for nobody");
    drop(busy);
    let notes = shop.folder.path().join("notes.txt");
    std::fs::write(&notes, "my notes").unwrap();
    let ran = shop.run(&["--journal", "sqlite:notes.txt", "list"]);
    assert_eq!(
        (ran.code, code(&ran).as_str()),
        (8, "RK3002"),
        "{}",
        ran.err
    );
    assert_eq!(std::fs::read_to_string(&notes).unwrap(), "my notes");
    let ran = shop.run(&["--journal", "postgres://localhost/x", "list"]);
    assert_eq!(
        (ran.code, code(&ran).as_str()),
        (2, "RK4005"),
        "{}",
        ran.err
    );
    assert_eq!(shop.requests(), before);
}

#[test]
fn an_older_copy_of_the_journal_sends_nothing_until_it_is_recovered() {
    let shop = Shop::open();
    let copy = shop.folder.path().join("copy.db");
    assert_eq!(
        refund(
            &shop,
            "dodo",
            "pay_paid_1",
            &["--amount", "1.00 USD", "--key", "a"]
        )
        .code,
        0
    );
    std::fs::copy(shop.journal(), &copy).unwrap();
    assert_eq!(
        refund(
            &shop,
            "dodo",
            "pay_paid_1",
            &["--amount", "2.00 USD", "--key", "b"]
        )
        .code,
        0
    );
    std::fs::copy(&copy, shop.journal()).unwrap();
    let before = shop.requests();
    let again = ["--amount", "2.00 USD", "--key", "b"];
    let ran = refund(&shop, "dodo", "pay_paid_1", &again);
    assert_eq!(
        (ran.code, code(&ran).as_str()),
        (8, "RK3010"),
        "{}",
        ran.err
    );
    assert_eq!(shop.requests(), before);
    assert_eq!(shop.run(&["journal", "recover"]).code, 0);
    assert_eq!(refund(&shop, "dodo", "pay_paid_1", &again).code, 0);
    assert_eq!(
        shop.sandbox.effects().len(),
        2,
        "the lost operation's refund was found, not made again"
    );
}

/// A journal with an operation that ended, one that was accepted, and one that is unknown: a worker
/// that trusts it would ask and send.
fn filled() -> Shop {
    let shop = Shop::open();
    let begin = |provider: &str, payment: &str, amount: &str| {
        let key = ["key-", payment].concat();
        refund(
            &shop,
            provider,
            payment,
            &["--amount", amount, "--key", &key],
        )
        .code
    };
    assert_eq!(begin("dojo", "pi_paid_1", "1.00 GBP"), 0);
    assert_eq!(begin("dodo", "pay_paid_2", "1.00 EUR"), 0);
    shop.sandbox
        .set_faults([Fault::always(FaultKind::RequestLost)]);
    assert_eq!(begin("dodo", "pay_paid_1", "1.00 USD"), 5);
    shop.sandbox.set_faults([]);
    shop
}

const NEW: [&str; 5] = ["refund", "--provider", "dojo", "--payment", "pi_paid_2"];
const SAME: [&str; 9] = [
    "refund",
    "--provider",
    "dodo",
    "--payment",
    "pay_paid_1",
    "--amount",
    "1.00 USD",
    "--key",
    "key-pay_paid_1",
];

/// Whichever of these is asked of it, the journal's failure is the answer, and no provider hears of it.
fn sends_nothing(shop: &Shop, commands: &[&[&str]], expected: &str, what: &str) {
    let before = shop.requests();
    for args in commands {
        let ran = shop.run(args);
        assert_eq!(
            (ran.code, code(&ran).as_str()),
            (8, expected),
            "{what}: {args:?}: {}",
            ran.err
        );
    }
    assert_eq!(shop.requests(), before, "{what}");
}

/// Harm to a payment's ledger is found by whoever needs it, before anything is asked or sent.
#[test]
fn a_ledger_that_was_changed_sends_nothing() {
    let last = "(SELECT max(seq) FROM entry)";
    let operation = "(SELECT max(seq) FROM operation)";
    for sql in [
        format!("UPDATE entry SET body = zeroblob(length(body)) WHERE seq = {last}"),
        format!("UPDATE entry SET prev = 0 WHERE seq = {last}"),
        format!("DELETE FROM operation WHERE seq = {operation}"),
        "UPDATE payment SET held = 0 WHERE ref = 'pay_paid_1'".to_owned(),
        "UPDATE payment SET version = version + 1 WHERE ref = 'pay_paid_1'".to_owned(),
        format!("UPDATE operation SET state = 20 WHERE seq = {operation}"),
    ] {
        let shop = filled();
        let raw = rusqlite::Connection::open(shop.journal()).unwrap();
        raw.execute_batch(&sql).unwrap();
        drop(raw);
        sends_nothing(&shop, &[&SAME, &["journal", "verify"]], "RK3005", &sql);
    }
}

/// An entry that is gone at the end is missed by everybody who opens the journal.
#[test]
fn an_entry_that_is_gone_sends_nothing() {
    let shop = filled();
    let raw = rusqlite::Connection::open(shop.journal()).unwrap();
    raw.execute_batch("DELETE FROM entry WHERE seq = (SELECT max(seq) FROM entry)")
        .unwrap();
    drop(raw);
    sends_nothing(&shop, &EVERY, "RK3005", "the newest entry");
}

const EVERY: [&[&str]; 6] = [
    &NEW,
    &SAME,
    &["reverse", "--provider", "dojo", "--payment", "pi_auth_1"],
    &["work", "--once"],
    &["list"],
    &["journal", "verify"],
];

#[test]
fn an_older_copy_put_back_and_a_journal_taken_away_send_nothing() {
    let shop = filled();
    let copy = std::fs::read(shop.journal()).unwrap();
    assert_eq!(
        refund(&shop, "primer", "prim_paid_1", &["--amount", "1.00 USD"]).code,
        0
    );
    std::fs::write(shop.journal(), copy).unwrap();
    sends_nothing(&shop, &EVERY, "RK3010", "an older copy");
    std::fs::remove_file(shop.journal()).unwrap();
    sends_nothing(&shop, &EVERY, "RK3010", "none at all");
}
