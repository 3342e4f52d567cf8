//! Trouble with the journal: exit code 8, and nothing sent.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod common;

use common::{Shop, code, refund};

#[test]
fn a_journal_that_is_locked_or_is_none() {
    let shop = Shop::open();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let held = runtime
        .block_on(refundkit_sqlite::SqliteJournal::open(shop.journal()))
        .unwrap();
    let ran = refund(&shop, "dojo", "pi_paid_1", &[]);
    assert_eq!(
        (ran.code, code(&ran).as_str()),
        (8, "RK3001"),
        "{}",
        ran.err
    );
    drop(held);
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
    assert_eq!(shop.requests(), 0);
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

#[test]
fn a_journal_that_was_changed_behind_its_back_sends_nothing() {
    let shop = Shop::open();
    assert_eq!(
        refund(&shop, "dojo", "pi_paid_1", &["--amount", "1.00 GBP"]).code,
        0
    );
    let mut bytes = std::fs::read(shop.journal()).unwrap();
    let place = bytes
        .windows(9)
        .position(|window| window == b"pi_paid_1")
        .unwrap();
    bytes[place + 8] ^= 1;
    std::fs::write(shop.journal(), bytes).unwrap();
    let before = shop.requests();
    let ran = refund(&shop, "dojo", "pi_paid_1", &["--amount", "1.00 GBP"]);
    assert_eq!(
        (ran.code, code(&ran).as_str()),
        (8, "RK3005"),
        "{}",
        ran.err
    );
    assert_eq!(shop.requests(), before);
}
