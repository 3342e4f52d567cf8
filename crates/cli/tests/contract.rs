//! What scripts rely on: JSON fields, commands that only look, the sandbox's first line, the demo.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use common::{Ran, Shop};
use refundkit_cli::args::{Color, Output};
use refundkit_cli::commands::demo;
use refundkit_cli::output::Printer;
use refundkit_sandbox::{Provider, Sandbox, SandboxConfig};

#[test]
fn an_operation_has_the_documented_fields() {
    let shop = Shop::open();
    let ran = shop.json(&[
        "refund",
        "--provider",
        "dodo",
        "--payment",
        "pay_paid_1",
        "--amount",
        "10.00 USD",
        "--key",
        "k-1",
    ]);
    let json = ran.json();
    let operation = json["operation"].as_str().unwrap();
    assert!(operation.starts_with("op_"));
    for (field, expected) in [
        ("provider", "dodo"),
        ("payment", "pay_paid_1"),
        ("kind", "refund"),
        ("scope", "partial"),
        ("state", "accepted"),
        ("provider_status", "pending"),
        ("request_key", "k-1"),
    ] {
        assert_eq!(json[field], expected, "{field}");
    }
    assert_eq!(
        json["amount"],
        serde_json::json!({"minor": 1000, "currency": "USD", "major": "10.00"})
    );
    assert!(
        json["provider_refund_id"]
            .as_str()
            .unwrap()
            .starts_with("ref_")
    );
    assert_eq!(
        (json["attempts"].as_u64(), &json["error"]),
        (Some(1), &serde_json::Value::Null)
    );
    assert_eq!(ran.out.lines().count(), 1, "one object a line");
}

#[test]
fn a_refused_request_has_its_object_and_its_error() {
    let shop = Shop::open();
    let ran = shop.json(&[
        "refund",
        "--provider",
        "dojo",
        "--payment",
        "pi_paid_1",
        "--amount",
        "50.01 GBP",
        "--key",
        "k-1",
    ]);
    let json = ran.json();
    assert_eq!(
        (
            ran.code,
            json["state"].as_str(),
            json["request_key"].as_str()
        ),
        (3, Some("refused"), Some("k-1"))
    );
    for field in ["code", "message", "help"] {
        assert!(json["error"][field].is_string(), "{field}");
    }
    let again = shop.json(&[
        "refund",
        "--provider",
        "dojo",
        "--payment",
        "pi_paid_1",
        "--amount",
        "50.00 GBP",
        "--key",
        "k-1",
    ]);
    assert_eq!(
        again.code, 0,
        "a refused request doesn't use up its key: {}",
        again.out
    );
}

#[test]
fn a_plan_shows_the_exact_request_and_changes_nothing() {
    let shop = Shop::open();
    let planned = shop.json(&[
        "plan",
        "--provider",
        "dodo",
        "--payment",
        "pay_paid_3",
        "--amount",
        "12.34 GBP",
        "--key",
        "k-1",
    ]);
    let json = planned.json();
    assert_eq!(planned.code, 0, "{}", planned.out);
    assert_eq!(json["amount"]["minor"], 1234);
    let items: i64 = json["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["minor"].as_i64().unwrap())
        .sum();
    assert_eq!(items, 1234);
    assert!(
        json["notices"][0]
            .as_str()
            .unwrap()
            .contains("spread over 3 line items")
    );
    let listed = shop.json(&["list"]).json();
    assert_eq!(
        (shop.moves(), listed["error"]["code"].as_str()),
        (0, Some("RK3012"))
    );
    let dry = shop.json(&[
        "refund",
        "--dry-run",
        "--provider",
        "dodo",
        "--payment",
        "pay_paid_3",
        "--amount",
        "12.34 GBP",
        "--key",
        "k-1",
    ]);
    assert_eq!(dry.json()["request"], json["request"]);
    shop.json(&[
        "refund",
        "--provider",
        "dodo",
        "--payment",
        "pay_paid_3",
        "--amount",
        "12.34 GBP",
        "--key",
        "k-1",
    ]);
    let requests = shop.sandbox.requests();
    let sent = requests
        .iter()
        .find(|request| request.method == "POST")
        .unwrap();
    assert_eq!(
        json["request"]["body"].as_str(),
        Some(sent.body.as_str()),
        "what was shown is what was sent"
    );
    assert!(
        json["request"]["url"]
            .as_str()
            .unwrap()
            .ends_with(&sent.path)
    );
    let human = shop.run(&[
        "plan",
        "--kind",
        "reverse",
        "--provider",
        "dojo",
        "--payment",
        "pi_auth_1",
    ]);
    assert!(
        human.out.contains("[secret]") && human.out.contains("/payment-intents/pi_auth_1/reversal"),
        "{}",
        human.out
    );
}

#[test]
fn operations_are_listed_and_shown() {
    let shop = Shop::open();
    let first = shop
        .json(&[
            "refund",
            "--provider",
            "dojo",
            "--payment",
            "pi_paid_1",
            "--amount",
            "1.00 GBP",
        ])
        .json();
    shop.json(&[
        "refund",
        "--provider",
        "primer",
        "--payment",
        "prim_paid_1",
        "--amount",
        "1.00 USD",
    ]);
    shop.json(&[
        "refund",
        "--provider",
        "dodo",
        "--payment",
        "pay_paid_1",
        "--amount",
        "1.00 USD",
    ]);
    let lines = |args: &[&str]| shop.json(args).out.lines().count();
    assert_eq!(lines(&["list"]), 3);
    assert_eq!(lines(&["list", "--provider", "dojo"]), 1);
    assert_eq!(lines(&["list", "--state", "accepted"]), 1);
    assert_eq!(
        lines(&["list", "--state", "accepted", "--state", "succeeded"]),
        3
    );
    assert_eq!(lines(&["list", "--since", "1h"]), 3);
    assert_eq!(lines(&["list", "--since", "2999-01-01T00:00:00Z"]), 0);
    let operation = first["operation"].as_str().unwrap();
    assert_eq!(shop.json(&["status", operation]).json(), first);
    assert_eq!(
        lines(&["status", "--provider", "dojo", "--payment", "pi_paid_1"]),
        1
    );
    assert_eq!(
        lines(&[
            "status",
            "--provider",
            "dojo",
            "--payment",
            "pi_paid_1",
            "--ask"
        ]),
        2,
        "the payment first"
    );
    let ran = shop.json(&["status", "op_none"]);
    assert_eq!(
        (ran.code, ran.json()["error"]["code"].as_str()),
        (2, Some("RK3006"))
    );
    let plain = shop.run(&["list"]).out;
    assert_eq!(
        plain.lines().next().unwrap().split('\t').next(),
        Some("operation"),
        "plain when piped"
    );
}

#[test]
fn the_journal_and_the_providers_describe_themselves() {
    let shop = Shop::open();
    let made = shop.json(&["refund", "--provider", "dojo", "--payment", "pi_paid_1"]);
    assert_eq!(made.code, 0, "{}", made.out);
    let info = shop.json(&["journal", "info"]).json();
    assert_eq!(
        (info["kind"].as_str(), info["operations"].as_u64()),
        (Some("sqlite"), Some(1))
    );
    let verified = shop.json(&["journal", "verify"]);
    assert_eq!(
        (verified.code, verified.json()["verified"].as_bool()),
        (0, Some(true))
    );
    let ran = shop.json(&["providers"]);
    assert_eq!(ran.out.lines().count(), 4);
    assert!(shop.run(&["providers"]).out.contains("before capture"));
    let ran = Ran::of(
        shop.command()
            .env_remove("SHOP_KEY")
            .args(["providers"])
            .output()
            .unwrap(),
    );
    assert_eq!(ran.code, 0, "a missing key is shown and not fatal here");
    assert!(ran.err.contains("RK4004"));
}

#[test]
fn a_memory_journal_lasts_as_long_as_the_command() {
    let shop = Shop::open();
    let args = [
        "--journal",
        "memory:",
        "refund",
        "--provider",
        "dojo",
        "--payment",
        "pi_paid_1",
    ];
    assert_eq!(shop.json(&args).code, 0);
    assert_eq!(shop.json(&["--journal", "memory:", "list"]).out, "");
    assert!(!shop.journal().exists());
}

#[test]
fn init_writes_a_file_that_is_read_and_never_overwrites() {
    let folder = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_refundkit"));
        command
            .current_dir(folder.path())
            .env("DOJO_API_KEY", "sk_sandbox_x")
            .env_remove("REFUNDKIT_CONFIG");
        Ran::of(command.args(args).output().unwrap())
    };
    assert_eq!(run(&["init"]).code, 0);
    let ran = run(&["providers"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("dojo"), "{}", ran.out);
    let ran = run(&["init"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("RK4007"), "{}", ran.err);
}

#[test]
fn help_and_version_are_no_errors() {
    let shop = Shop::open();
    for args in [["--help"], ["--version"]] {
        let ran = shop.run(&args);
        assert_eq!(ran.code, 0);
        assert!(ran.out.contains("refundkit"), "{}", ran.out);
    }
}

#[test]
fn the_sandboxs_first_line_has_its_addresses() {
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_refundkit"))
        .args([
            "sandbox",
            "--payments",
            "1",
            "--fault",
            "slow=0.5",
            "--complete-after",
            "1h",
        ])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let json: serde_json::Value = serde_json::from_str(&line).unwrap();
    for name in ["dojo", "dodo", "primer", "admin"] {
        assert!(
            json[name]
                .as_str()
                .unwrap()
                .starts_with("http://127.0.0.1:"),
            "{line}"
        );
    }
    assert!(json["api_key"].is_string());
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn the_demo_ends_well() {
    let shop = Shop::open();
    let ran = shop.run(&["demo"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(
        ran.out.contains("the answer is lost") && !ran.out.contains("NO"),
        "{}",
        ran.out
    );
    assert!(!shop.journal().exists(), "it has a journal of its own");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_notices_a_ledger_that_was_touched() {
    let printer = Printer::new(Output::Json, Color::Never);
    let sandbox = Sandbox::start(SandboxConfig::default()).await.unwrap();
    assert_eq!(demo::on(&sandbox, printer).await.unwrap(), 0);
    let sandbox = Sandbox::start(SandboxConfig::default()).await.unwrap();
    sandbox.tamper(Provider::Dojo, "pi_paid_1", 1);
    let failure = demo::on(&sandbox, printer).await.unwrap_err();
    assert_eq!((failure.exit, failure.code.as_str()), (9, "RK4009"));
}
