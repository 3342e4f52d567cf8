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

/// Whatever is asked of it, the journal's failure is the answer, and no provider hears of it.
fn sends_nothing(shop: &Shop, expected: &str, what: &str) {
    let before = shop.requests();
    let new: &[&str] = &["refund", "--provider", "dojo", "--payment", "pi_paid_2"];
    let same: &[&str] = &[
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
    let other: &[&str] = &["reverse", "--provider", "dojo", "--payment", "pi_auth_1"];
    for args in [
        new,
        same,
        other,
        &["work", "--once"],
        &["list"],
        &["journal", "verify"],
    ] {
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

/// A connection to the file itself, without the journal's guards.
fn unguarded(shop: &Shop) -> rusqlite::Connection {
    let raw = rusqlite::Connection::open(shop.journal()).unwrap();
    raw.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    let triggers: Vec<String> = raw
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert!(triggers.len() > 5, "{triggers:?}");
    for name in triggers {
        raw.execute_batch(&format!("DROP TRIGGER {name}")).unwrap();
    }
    raw
}

#[test]
fn a_flipped_bit_in_a_rows_text_sends_nothing() {
    let shop = filled();
    let texts: Vec<String> = {
        let raw = rusqlite::Connection::open(shop.journal()).unwrap();
        let sql = "SELECT intent FROM operation UNION ALL SELECT evidence FROM evidence";
        let mut statement = raw.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    };
    let whole = std::fs::read(shop.journal()).unwrap();
    let mut places = 0;
    for text in &texts {
        let start = whole
            .windows(text.len())
            .position(|window| window == text.as_bytes())
            .unwrap();
        for (place, bit) in [(0, 0), (text.len() / 2, 3), (text.len() - 1, 6)] {
            let mut bytes = whole.clone();
            bytes[start + place] ^= 1 << bit;
            std::fs::write(shop.journal(), bytes).unwrap();
            sends_nothing(
                &shop,
                "RK3005",
                &format!("bit {bit} of byte {place} of {text}"),
            );
            places += 1;
        }
    }
    assert!(places >= 24, "{places}");
    std::fs::write(shop.journal(), whole).unwrap();
    assert_eq!(shop.run(&["journal", "verify"]).code, 0, "it was the bit");
}

#[test]
fn a_row_that_is_gone_or_was_changed_sends_nothing() {
    for (sql, expected) in [
        (
            "DELETE FROM operation WHERE id = (SELECT id FROM operation LIMIT 1)",
            "RK3005",
        ),
        (
            "DELETE FROM operation WHERE seq = (SELECT max(seq) FROM operation)",
            "RK3005",
        ),
        ("DELETE FROM evidence WHERE seq = 1", "RK3005"),
        (
            "DELETE FROM evidence WHERE seq = (SELECT max(seq) FROM evidence)",
            "RK3005",
        ),
        ("DELETE FROM chain WHERE seq = 1", "RK3005"),
        (
            "DELETE FROM chain WHERE seq = (SELECT max(seq) FROM chain)",
            "RK3005",
        ),
        // The newest row with its link, and nothing to tell but the mark beside the file.
        (
            "DELETE FROM evidence WHERE link = (SELECT max(seq) FROM chain);
             DELETE FROM chain WHERE seq = (SELECT max(seq) FROM chain)",
            "RK3010",
        ),
        // A worker would pass over it.
        ("DELETE FROM standing WHERE state = 'unknown'", "RK3005"),
        (
            "UPDATE standing SET state = 'succeeded' WHERE state = 'unknown'",
            "RK3005",
        ),
        ("DELETE FROM budget WHERE payment = 'pay_paid_1'", "RK3005"),
        (
            "UPDATE budget SET held = 0 WHERE payment = 'pay_paid_1'",
            "RK3005",
        ),
    ] {
        let shop = filled();
        unguarded(&shop).execute_batch(sql).unwrap();
        sends_nothing(&shop, expected, sql);
    }
}

#[test]
fn a_guard_that_is_gone_changes_nothing_by_itself() {
    let shop = filled();
    drop(unguarded(&shop));
    assert_eq!(shop.run(&["journal", "verify"]).code, 0);
}

#[test]
fn an_older_copy_put_back_and_a_journal_taken_away_send_nothing() {
    let shop = filled();
    let copy = std::fs::read(shop.journal()).unwrap();
    assert_eq!(
        refund(&shop, "primer", "prim_paid_1", &["--amount", "1.00 USD"]).code,
        0
    );
    std::fs::write(shop.journal(), copy).unwrap();
    sends_nothing(&shop, "RK3010", "an older copy");
    std::fs::remove_file(shop.journal()).unwrap();
    sends_nothing(&shop, "RK3010", "none at all");
}
