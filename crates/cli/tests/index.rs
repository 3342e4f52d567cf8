//! A flipped bit in any copy of a text in the journal's file, be it in a row or in an index: the command
//! stops with 8 and sends nothing.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::time::Duration;

use common::{Shop, code, refund};
use refundkit_sandbox::{Fault, FaultKind, HoldAt};

const LIMIT: Duration = Duration::from_secs(10);

fn text(shop: &Shop, sql: &str) -> String {
    let raw = rusqlite::Connection::open(shop.journal()).unwrap();
    raw.query_row(sql, [], |row| row.get(0)).unwrap()
}

/// Flips bits of the byte at `place` in each copy of the text in turn; how many copies there are.
/// The last one stays flipped.
fn flip(shop: &Shop, text: &str, place: usize, bits: u8, mut flipped: impl FnMut()) -> usize {
    let whole = std::fs::read(shop.journal()).unwrap();
    let windows = whole.windows(text.len()).enumerate();
    let copies = windows.filter(|(_, window)| *window == text.as_bytes());
    let mut count = 0;
    for (start, _) in copies {
        let mut bytes = whole.clone();
        bytes[start + place] ^= bits;
        std::fs::write(shop.journal(), bytes).unwrap();
        flipped();
        count += 1;
    }
    count
}

/// The key that counts as new would be sent again, and Dojo has forgotten it, as after a day.
fn same_key_is_not_sent_again(sql: &str) {
    let shop = Shop::open();
    let args = ["--amount", "1.00 GBP", "--key", "one"];
    assert_eq!(refund(&shop, "dojo", "pi_paid_1", &args).code, 0);
    shop.sandbox
        .set_faults([Fault::always(FaultKind::KeyForgotten)]);
    let (text, before) = (text(&shop, sql), shop.requests());
    let copies = flip(&shop, &text, text.len() - 1, 1, || {
        let ran = refund(&shop, "dojo", "pi_paid_1", &args);
        assert_eq!((ran.code, code(&ran).as_str()), (8, "RK3005"), "{text}");
    });
    assert!(copies >= 2, "one in the row, one in an index: {copies}");
    assert_eq!((shop.requests(), shop.sandbox.effects().len()), (before, 1));
}

#[test]
fn of_an_operations_id() {
    same_key_is_not_sent_again("SELECT id FROM operation");
}

#[test]
fn of_a_payments_id() {
    same_key_is_not_sent_again("SELECT payment FROM operation");
}

/// A mark that looks twenty years old would make an absence count as proved, and Dodo has no keys.
#[test]
fn of_a_mark() {
    let shop = Shop::open();
    let hold = shop.sandbox.hold(HoldAt::BeforeEffect);
    let args = [
        "refund",
        "--provider",
        "dodo",
        "--payment",
        "pay_paid_1",
        "--amount",
        "1.00 USD",
        "--key",
        "one",
    ];
    let mut child = shop.command().args(args).spawn().unwrap();
    assert!(hold.reached(LIMIT));
    child.kill().unwrap();
    child.wait().unwrap();
    // What the killed command has left in the log goes to the file.
    let mark = text(
        &shop,
        "SELECT evidence FROM evidence WHERE evidence LIKE '%marked%'",
    );
    let before = shop.requests();
    // The third digit of the year: 2 becomes 0, and 3 becomes 1.
    let place = mark.find("\"at\":\"").unwrap() + 8;
    let copies = flip(&shop, &mark, place, 2, || {
        let ran = shop.run(&["work", "--once"]);
        assert_eq!((ran.code, code(&ran).as_str()), (8, "RK3005"), "{mark}");
    });
    assert_eq!(copies, 1, "no index has a copy of it");
    assert_eq!(shop.requests(), before);
    assert!(hold.let_go(LIMIT));
    assert_eq!(shop.sandbox.effects().len(), 1);
}
