//! Ctrl-C and SIGTERM: nothing new is sent, what is in flight is waited for, and its answer is written down.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    reason = "a test stops at the first surprise, and measures how long stopping takes"
)]

mod common;

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use common::{Ran, Shop};
use refundkit_sandbox::{Fault, FaultKind};
use serde_json::Value;

/// How long a provider takes here for an answer.
const TAKES: Duration = Duration::from_secs(3);
/// As many as a worker has in flight at once.
const AT_ONCE: usize = 16;

fn start(shop: &Shop, args: &[&str]) -> Child {
    let mut command = shop.command();
    let command = command
        .args(args)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command.spawn().unwrap()
}

fn signal(child: &Child, name: &str) {
    let id = child.id().to_string();
    let sent = Command::new("kill").args([name, &id]).status();
    assert!(sent.unwrap().success());
}

/// Until so many refunds have arrived at the providers.
fn arrived(shop: &Shop, before: usize, count: usize) {
    let begun = Instant::now();
    while shop.moves() < before + count {
        assert!(begun.elapsed() < Duration::from_secs(60), "nothing arrives");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn slow(shop: &Shop) {
    shop.sandbox.set_faults([Fault::always(FaultKind::Slow)]);
}

fn states(shop: &Shop) -> Vec<String> {
    let listed = shop.json(&["list"]);
    let state = |line: &str| {
        let operation: Value = serde_json::from_str(line).unwrap();
        operation["state"].as_str().unwrap().to_owned()
    };
    listed.out.lines().map(state).collect()
}

fn last_line(ran: &Ran) -> &str {
    ran.err.lines().last().unwrap_or_default()
}

#[test]
fn a_refund_that_is_in_flight_is_waited_for() {
    for name in ["-INT", "-TERM"] {
        let shop = Shop::slow(TAKES);
        slow(&shop);
        let args = [
            "refund",
            "--provider",
            "dojo",
            "--payment",
            "pi_paid_1",
            "--key",
            "k",
        ];
        let child = start(&shop, &args);
        arrived(&shop, 0, 1);
        signal(&child, name);
        let ran = Ran::of(child.wait_with_output().unwrap());
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert!(ran.out.contains("op_"), "{}", ran.out);
        assert!(
            last_line(&ran).starts_with("note: stopped: operation op_"),
            "{}",
            ran.err
        );
        assert_ne!(states(&shop), ["attempting"]);
        assert_ne!(states(&shop), ["unknown"]);
    }
}

#[test]
fn a_second_signal_ends_it_at_once_and_names_what_is_in_flight() {
    let shop = Shop::slow(Duration::from_secs(30));
    slow(&shop);
    let args = [
        "refund",
        "--provider",
        "dojo",
        "--payment",
        "pi_paid_1",
        "--key",
        "k",
    ];
    let child = start(&shop, &args);
    arrived(&shop, 0, 1);
    let begun = Instant::now();
    signal(&child, "-INT");
    std::thread::sleep(Duration::from_millis(300));
    signal(&child, "-INT");
    let ran = Ran::of(child.wait_with_output().unwrap());
    assert!(begun.elapsed() < Duration::from_secs(10));
    assert_eq!(ran.code, 5, "{}", ran.err);
    let operation = shop.json(&["list"]).json()["operation"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(last_line(&ran).contains(&operation), "{}", ran.err);
    assert!(last_line(&ran).contains("is in flight"), "{}", ran.err);
    assert_eq!(states(&shop), ["attempting"]);
}

#[test]
fn what_does_not_come_back_within_the_grace_is_left() {
    let shop = Shop::slow(Duration::from_secs(30));
    slow(&shop);
    let args = [
        "refund",
        "--provider",
        "dojo",
        "--payment",
        "pi_paid_1",
        "--key",
        "k",
        "--grace",
        "1s",
    ];
    let child = start(&shop, &args);
    arrived(&shop, 0, 1);
    let begun = Instant::now();
    signal(&child, "-TERM");
    let ran = Ran::of(child.wait_with_output().unwrap());
    assert!(begun.elapsed() >= Duration::from_secs(1));
    assert!(begun.elapsed() < Duration::from_secs(10));
    assert_eq!(ran.code, 5, "{}", ran.err);
    assert!(
        last_line(&ran).contains("`refundkit work` finds out"),
        "{}",
        ran.err
    );
}

/// A shop with so many refunds whose requests were lost, to be sent again by whoever works.
fn lost(count: usize) -> Shop {
    let shop = Shop::slow(TAKES);
    shop.sandbox
        .set_faults([Fault::always(FaultKind::RequestLost)]);
    for payment in payments(&shop, count) {
        let args = ["refund", "--provider", "dojo", "--payment", &payment];
        let args = [&args[..], &["--amount", "1.00 GBP", "--key", &payment]].concat();
        let ran = shop.run(&args);
        assert_eq!(ran.code, 5, "{}{}", ran.out, ran.err);
    }
    assert_eq!(states(&shop), vec!["unknown"; count]);
    slow(&shop);
    shop
}

/// Payments of Dojo's that can be refunded, each worth enough.
fn payments(shop: &Shop, count: usize) -> Vec<String> {
    for number in 0..count {
        common::ledgers::add_payment(shop, "dojo", &format!("pi_stop_{number}"), "GBP");
    }
    (0..count)
        .map(|number| format!("pi_stop_{number}"))
        .collect()
}

#[test]
fn a_server_that_is_stopped_writes_down_every_answer_that_is_in_flight() {
    let shop = lost(AT_ONCE);
    let before = shop.moves();
    let child = start(&shop, &["serve", "--listen", "127.0.0.1:0"]);
    arrived(&shop, before, AT_ONCE);
    let begun = Instant::now();
    signal(&child, "-TERM");
    let ran = Ran::of(child.wait_with_output().unwrap());
    assert!(begun.elapsed() < Duration::from_secs(25));
    assert_eq!(ran.code, 0, "{}", ran.err);
    let states = states(&shop);
    assert_eq!(states.len(), AT_ONCE);
    let is_answered = |state: &String| ["accepted", "succeeded"].contains(&state.as_str());
    assert!(states.iter().all(is_answered), "{states:?}");
    assert!(
        last_line(&ran).contains("nothing is in flight"),
        "{}",
        ran.err
    );
}

#[test]
fn a_worker_that_is_stopped_sends_nothing_new() {
    let shop = lost(AT_ONCE + 4);
    let before = shop.moves();
    let child = start(&shop, &["work"]);
    arrived(&shop, before, 1);
    signal(&child, "-INT");
    let ran = Ran::of(child.wait_with_output().unwrap());
    assert_eq!(ran.code, 0, "{}", ran.err);
    let states = states(&shop);
    let sent = shop.moves() - before;
    assert!((1..=AT_ONCE).contains(&sent), "{sent}");
    let count = |wanted: &str| states.iter().filter(|state| *state == wanted).count();
    assert_eq!(count("unknown"), AT_ONCE + 4 - sent, "{states:?}");
    assert_eq!(count("attempting"), 0, "{states:?}");
}
