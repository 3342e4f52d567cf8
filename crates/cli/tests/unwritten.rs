//! Answers that can't be written: the exit code is the operation's all the same.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::fs::File;
use std::process::Stdio;

use common::{Ran, Shop};
use refundkit_sandbox::FaultKind;

const REFUND: [&str; 9] = [
    "refund",
    "--provider",
    "dojo",
    "--payment",
    "pi_paid_1",
    "--amount",
    "10.00 GBP",
    "--key",
    "order-7",
];

fn full(shop: &Shop, args: &[&str]) -> Ran {
    let full = File::options().write(true).open("/dev/full").unwrap();
    let mut command = shop.command();
    let output = command.args(args).stdout(full).stderr(Stdio::piped());
    Ran::of(output.output().unwrap())
}

/// Into a pipe that nobody reads.
fn closed(shop: &Shop, args: &[&str]) -> Ran {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = shop.command();
    let output = command.args(args).stdout(writer).stderr(Stdio::piped());
    Ran::of(output.output().unwrap())
}

#[test]
fn a_full_standard_output_changes_nothing_about_a_refund() {
    let shop = Shop::open();
    for output in ["human", "json"] {
        let ran = full(&shop, &[&["--output", output], &REFUND[..]].concat());
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert_eq!(ran.err.matches("error[RK4022]").count(), 1, "{}", ran.err);
        assert!(ran.err.contains("op_"), "{}", ran.err);
        assert_eq!(shop.refunded("pi_paid_1"), 1000);
    }
}

#[test]
fn a_full_standard_output_hides_no_rejection_and_no_doubt() {
    let shop = Shop::with(&[FaultKind::RequestLost]);
    let dodo = [
        "refund",
        "--provider",
        "dodo",
        "--payment",
        "pay_paid_1",
        "--key",
        "k",
    ];
    assert_eq!(full(&shop, &dodo).code, 5);
    assert_eq!(closed(&shop, &["work", "--once"]).code, 5);
    let over = [&REFUND[..6], &["9999.00 GBP", "--key", "k-2"]].concat();
    for output in ["human", "json"] {
        let ran = full(&shop, &[&["--output", output], &over[..]].concat());
        assert_eq!(ran.code, 3, "{}", ran.err);
        assert!(ran.err.contains("RK1203"), "{}", ran.err);
    }
}

#[test]
fn a_command_that_only_shows_says_that_nobody_saw_it() {
    let shop = Shop::open();
    assert_eq!(shop.run(&REFUND).code, 0);
    let ran = full(&shop, &["list"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.err.contains("error[RK4022]"), "{}", ran.err);
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let shop = Shop::open();
    let ran = closed(&shop, &REFUND);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(!ran.err.contains("error"), "{}", ran.err);
    assert_eq!(shop.refunded("pi_paid_1"), 1000);
    let ran = closed(&shop, &["list"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
}
