//! What is said and asked before money moves. The terminal is one that util-linux's `script` makes.
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

use std::io::{Read as _, Write as _};
use std::process::{Child, ChildStdout, Stdio};
use std::time::Duration;

use common::{Ran, Shop, code};
use refundkit_sandbox::{Fault, FaultKind, Provider};

const REFUND: [&str; 5] = ["refund", "--provider", "dojo", "--payment", "pi_paid_1"];

/// Runs the command on a terminal, where somebody writes this.
fn on_a_terminal(shop: &Shop, args: &[&str], written: &str) -> Ran {
    let mut child = terminal(shop, args);
    let mut stdin = child.stdin.take().unwrap();
    // Written ahead, the terminal keeps it until it is read.
    std::thread::sleep(Duration::from_millis(200));
    let _ = stdin.write_all(written.as_bytes());
    let ran = Ran::of(child.wait_with_output().unwrap());
    drop(stdin);
    ran
}

/// The command on a terminal.
fn terminal(shop: &Shop, args: &[&str]) -> Child {
    let quoted: Vec<String> = args.iter().map(|arg| format!("'{arg}'")).collect();
    let line = format!("{} {}", env!("CARGO_BIN_EXE_refundkit"), quoted.join(" "));
    let mut command = std::process::Command::new("script");
    let ours = shop.command();
    for (name, value) in ours.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
        .current_dir(shop.folder.path())
        .args(["-qefc", &line, "/dev/null"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Reads what a terminal shows until this stands in it.
fn until(stdout: &mut ChildStdout, word: &str) -> String {
    let mut shown = String::new();
    while !shown.contains(word) {
        let mut letter = [0];
        assert_eq!(stdout.read(&mut letter).unwrap(), 1, "{shown}");
        shown.push(char::from(letter[0]));
    }
    shown
}

#[test]
fn a_yes_is_to_what_was_shown() {
    let shop = Shop::open();
    let left = |minor: i64| format!("all that is left: {}.{:02} GBP", minor / 100, minor % 100);
    let payment = shop.sandbox.payment(Provider::Dojo, "pi_paid_1").unwrap();
    let whole = payment.captured.minor;
    let mut child = terminal(&shop, &REFUND);
    let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    assert!(until(&mut stdout, "Write yes: ").contains(&left(whole)));
    shop.sandbox.tamper(Provider::Dojo, "pi_paid_1", 500);
    stdin.write_all(b"yes\n").unwrap();
    let again = until(&mut stdout, "Write yes: ");
    assert!(again.contains("has changed meanwhile"), "{again}");
    assert!(again.contains(&left(whole - 500)), "{again}");
    assert_eq!(shop.moves(), 0);
    stdin.write_all(b"yes\n").unwrap();
    std::io::copy(&mut stdout, &mut std::io::sink()).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(shop.moves(), 1);
}

#[test]
fn without_a_terminal_a_key_or_a_yes_is_needed() {
    let shop = Shop::open();
    let run = |args: &[&str]| Ran::of(shop.command().args(args).output().unwrap());
    for command in ["refund", "reverse", "reverse-or-refund"] {
        let ran = run(&[command, "--provider", "dojo", "--payment", "pi_paid_1"]);
        assert_eq!((ran.code, code(&ran).as_str()), (2, "RK4023"), "{command}");
    }
    assert_eq!(shop.requests(), 0);
    assert!(!shop.journal().exists());
    assert_eq!(
        run(&[&REFUND[..], &["--amount", "1.00 GBP", "--yes"]].concat()).code,
        0
    );
    assert_eq!(
        run(&[&REFUND[..], &["--amount", "2.00 GBP", "--key", "k"]].concat()).code,
        0
    );
    assert_eq!(shop.refunded("pi_paid_1"), 300);
}

#[test]
fn on_a_terminal_the_plan_is_shown_and_nothing_is_sent_without_a_yes() {
    let shop = Shop::open();
    for no in ["no\n", "\n", "y\n", "\u{4}"] {
        let ran = on_a_terminal(&shop, &[&REFUND[..], &["--key", "k"]].concat(), no);
        assert_eq!(ran.code, 2, "{}", ran.out);
        assert!(ran.out.contains("RK4021"), "{}", ran.out);
    }
    assert_eq!(shop.moves(), 0);
    let ran = on_a_terminal(&shop, &REFUND, "yes\n");
    assert_eq!(ran.code, 0, "{}", ran.out);
    for word in [
        "dojo (test",
        "pi_paid_1",
        "all that is left: ",
        " GBP",
        "Send it?",
        "op_",
    ] {
        assert!(ran.out.contains(word), "{word}: {}", ran.out);
    }
    assert_eq!(shop.moves(), 1);
}

#[test]
fn a_yes_beforehand_is_asked_nothing_and_a_rule_is_no_question() {
    let shop = Shop::open();
    let ran = on_a_terminal(
        &shop,
        &[&REFUND[..], &["--amount", "1.00 GBP", "--yes"]].concat(),
        "",
    );
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(!ran.out.contains("Send it?"), "{}", ran.out);
    let ran = on_a_terminal(
        &shop,
        &[&REFUND[..], &["--amount", "9999.00 GBP"]].concat(),
        "yes\n",
    );
    assert_eq!(ran.code, 3, "{}", ran.out);
    assert!(
        ran.out.contains("RK1203") && !ran.out.contains("Send it?"),
        "{}",
        ran.out
    );
}

#[test]
fn the_operation_is_named_before_anything_leaves() {
    // Whoever is killed while the request is on its way has the id and the key already.
    let shop = Shop::slow(Duration::from_secs(30));
    shop.sandbox.set_faults([Fault::always(FaultKind::Slow)]);
    for output in ["human", "json"] {
        let before = shop.moves();
        let payment = if output == "json" {
            "pi_paid_1"
        } else {
            "pi_paid_2"
        };
        let mut child = shop
            .command()
            .args([
                "--output",
                output,
                "refund",
                "--provider",
                "dojo",
                "--payment",
                payment,
                "--yes",
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        while shop.moves() == before {
            std::thread::sleep(Duration::from_millis(5));
        }
        child.kill().unwrap();
        let ran = Ran::of(child.wait_with_output().unwrap());
        let listed = shop.json(&["list"]);
        let last: serde_json::Value =
            serde_json::from_str(listed.out.lines().last().unwrap()).unwrap();
        for field in ["operation", "request_key"] {
            let value = last[field].as_str().unwrap();
            assert!(ran.err.contains(value), "{value}: {}", ran.err);
        }
    }
}

#[test]
fn the_same_once_more_without_a_key_is_refused_whatever_yes_says() {
    let shop = Shop::open();
    let ask = |more: &[&str]| shop.run(&[&REFUND[..], &["--amount", "1.00 GBP"], more].concat());
    assert_eq!(ask(&["--key", "order-7"]).code, 0);
    let ran = ask(&["--yes"]);
    assert_eq!(
        (ran.code, code(&ran).as_str()),
        (3, "RK1224"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("--key order-7"), "{}", ran.err);
    let again = ask(&["--key", "order-7"]);
    assert_eq!(again.code, 0, "the same operation: {}", again.err);
    assert_eq!(shop.refunded("pi_paid_1"), 100);
    assert_eq!(
        ask(&["--key", "order-8"]).code,
        0,
        "a key of its own means it"
    );
    assert_eq!(shop.refunded("pi_paid_1"), 200);
    let reasoned = ask(&["--yes", "--reason", "another word for it"]);
    assert_eq!(reasoned.code, 3, "{}", reasoned.err);
    let other = shop.run(&[&REFUND[..], &["--amount", "1.01 GBP", "--yes"]].concat());
    assert_eq!(other.code, 0, "{}", other.err);
}

#[test]
fn of_many_at_once_without_a_key_one_is_sent() {
    let shop = Shop::open();
    let args = [&REFUND[..], &["--amount", "1.00 GBP", "--yes"]].concat();
    let children: Vec<_> = (0..6)
        .map(|_| {
            shop.command()
                .args(&args)
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    let codes: Vec<i32> = children
        .into_iter()
        .map(|child| Ran::of(child.wait_with_output().unwrap()).code)
        .collect();
    assert_eq!(
        codes.iter().filter(|code| **code == 0).count(),
        1,
        "{codes:?}"
    );
    assert_eq!(
        codes.iter().filter(|code| **code == 3).count(),
        5,
        "{codes:?}"
    );
    assert_eq!(shop.refunded("pi_paid_1"), 100);
}

#[test]
fn the_same_money_by_items_and_by_amount_is_the_same() {
    let shop = Shop::open();
    let refund = ["refund", "--provider", "dodo", "--payment", "pay_paid_1"];
    let by_item = ["--item", "pdt_paid_1_2=5.00 USD", "--key", "k"];
    assert_eq!(shop.json(&[&refund[..], &by_item].concat()).code, 0);
    let seen = ["status", "--provider", "dodo", "--payment", "pay_paid_1"];
    assert_eq!(shop.json(&[&seen[..], &["--ask"]].concat()).code, 0);
    let moves = shop.moves();
    let by_amount = ["--amount", "5.00 USD", "--yes"];
    let ran = shop.json(&[&refund[..], &by_amount].concat());
    assert_eq!(ran.code, 3, "{}", ran.out);
    assert_eq!(ran.json()["error"]["code"], "RK1224");
    assert_eq!(shop.moves(), moves);
}
