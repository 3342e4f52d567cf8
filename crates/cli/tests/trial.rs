//! `profile test` against the sandbox: what it shows, what it proves, and what it finds out.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::process::{Command, Stdio};

use common::day::Day;
use common::{KEY, Ran, code};
use refundkit_generic::Profile;
use refundkit_sandbox::{Fault, FaultKind, Sandbox};
use serde_json::Value;

struct Bench {
    sandbox: Sandbox,
    folder: tempfile::TempDir,
    _runtime: tokio::runtime::Runtime,
}

impl Bench {
    fn with(faults: &[FaultKind]) -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let mut config = Day::noon().sandbox();
        config.api_key = KEY.to_owned();
        config.more_providers = true;
        config.faults = faults.iter().map(|kind| Fault::always(*kind)).collect();
        let sandbox = runtime.block_on(Sandbox::start(config)).unwrap();
        Self {
            sandbox,
            folder: tempfile::tempdir().unwrap(),
            _runtime: runtime,
        }
    }

    fn at(&self, profile: &str) -> String {
        let at = self.sandbox.addresses();
        match profile {
            "primer" => at.primer.clone(),
            _ => at.stripe.clone().unwrap(),
        }
    }

    fn test(&self, profile: &str, payment: &str, more: &[&str]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_refundkit"));
        Day::of(&self.sandbox)
            .hand(&mut command)
            .current_dir(self.folder.path())
            .env("SHOP_KEY", KEY)
            .stdin(Stdio::null())
            .args(["profile", "test", profile, "--payment", payment])
            .args(["--secret", "api_key=env:SHOP_KEY"])
            .args(["--against", &self.at(profile)])
            .args(more);
        let ran = Ran::of(command.output().unwrap());
        for text in [&ran.out, &ran.err] {
            assert!(!text.contains(KEY), "the key is shown: {text}");
        }
        ran
    }

    fn effects(&self, payment: &str) -> Vec<i64> {
        let effects = self.sandbox.effects();
        let of = effects.iter().filter(|effect| effect.payment == payment);
        of.map(|effect| effect.amount.minor).collect()
    }
}

fn steps(ran: &Ran) -> Vec<(String, bool)> {
    let lines = ran.out.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}")))
        .filter(|line: &Value| line["step"].is_string())
        .map(|line| {
            (
                line["step"].as_str().unwrap().to_owned(),
                line["ok"] == true,
            )
        })
        .collect()
}

const ALL: [&str; 7] = [
    "payment", "plan", "refund", "again", "returned", "found", "status",
];

#[test]
fn built_in_profiles_and_a_file_pass_step_by_step() {
    let bench = Bench::with(&[]);
    let text = Profile::builtin_text("stripe").unwrap();
    std::fs::write(bench.folder.path().join("own.toml"), text).unwrap();
    for (profile, payment, amount, minor) in [
        ("primer", "prim_paid_1", "0.01 USD", 1),
        ("stripe", "pi_card_1", "0.50 USD", 50),
        ("own.toml", "pi_card_2", "1.00 GBP", 100),
    ] {
        let more = ["--amount", amount, "--reason", "a trial", "--yes"];
        let ran = bench.test(profile, payment, &more);
        assert_eq!(
            (ran.code, ran.err.as_str()),
            (0, ""),
            "{profile}: {}",
            ran.out
        );
        for step in ALL {
            assert!(
                ran.out.contains(&format!("{step}: ok: ")),
                "{step}: {}",
                ran.out
            );
        }
        assert!(ran.out.contains("  POST http://127.0.0.1:"), "{}", ran.out);
        assert!(
            ran.out
                .contains(&format!("refund {amount} of {payment} (partial)")),
            "{}",
            ran.out
        );
        assert_eq!(bench.effects(payment), [minor], "{profile}");
    }
}

#[test]
fn a_refund_that_carries_nothing_of_ours_back_fails_the_trial() {
    let bench = Bench::with(&[]);
    let text = Profile::builtin_text("stripe").unwrap();
    let token = "token = \"metadata.refundkit_token\"\n";
    assert!(text.contains(token));
    let text = text.replacen(token, "", 1);
    std::fs::write(bench.folder.path().join("own.toml"), text).unwrap();
    let more = ["--amount", "1.00 GBP", "--reason", "a trial", "--yes"];
    let ran = bench.test("own.toml", "pi_card_2", &more);
    assert_eq!(ran.code, 7, "{}", ran.out);
    assert!(
        ran.out.contains("found: failed: by its id only"),
        "{}",
        ran.out
    );
}

#[test]
fn programs_get_a_line_for_each_step() {
    let bench = Bench::with(&[]);
    let ran = bench.test("primer", "prim_paid_2", &["--yes", "--output", "json"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    let expected: Vec<(String, bool)> = ALL.map(|step| (step.to_owned(), true)).to_vec();
    assert_eq!(steps(&ran), expected);
    let plan: Value = serde_json::from_str(ran.out.lines().nth(1).unwrap()).unwrap();
    assert_eq!(
        (&plan["scope"], &plan["request"]["method"]),
        (&"full".into(), &"POST".into())
    );
    assert_eq!(
        bench.effects("prim_paid_2").len(),
        1,
        "the same key twice is one refund"
    );
}

#[test]
fn without_a_terminal_and_without_yes_nothing_is_sent() {
    let bench = Bench::with(&[]);
    let ran = bench.test("primer", "prim_paid_1", &["--output", "json"]);
    assert_eq!(ran.code, 2);
    let last: Value = serde_json::from_str(ran.out.lines().last().unwrap()).unwrap();
    assert_eq!(last["error"]["code"], "RK4010");
    assert_eq!(steps(&ran).len(), 2, "the plan is shown all the same");
    let posts = bench.sandbox.requests();
    assert!(posts.iter().all(|request| request.method == "GET"));
}

#[test]
fn a_key_that_protects_nothing_is_found_out() {
    let bench = Bench::with(&[]);
    let text = Profile::builtin_text("stripe").unwrap();
    let text = text.replace("header = \"Idempotency-Key\"", "header = \"X-Other-Key\"");
    std::fs::write(bench.folder.path().join("own.toml"), text).unwrap();
    let more = ["--amount", "0.50 USD", "--yes", "--output", "json"];
    let ran = bench.test("own.toml", "pi_card_1", &more);
    let failed: Vec<String> = steps(&ran)
        .into_iter()
        .filter_map(|(step, ok)| (!ok).then_some(step))
        .collect();
    assert_eq!(
        bench.effects("pi_card_1"),
        [50, 50],
        "the sandbox did as it was asked"
    );
    assert!(
        failed.starts_with(&["again".into(), "returned".into(), "found".into()]),
        "{}",
        ran.out
    );
    assert_eq!(ran.code, 7, "{}", ran.out);
}

#[test]
fn without_a_key_nothing_is_sent_twice() {
    let bench = Bench::with(&[]);
    let text = Profile::builtin_text("stripe").unwrap();
    let lines = text.lines().filter(|line| !line.starts_with("key = "));
    let text: Vec<&str> = lines.collect();
    std::fs::write(bench.folder.path().join("own.toml"), text.join("\n")).unwrap();
    let ran = bench.test("own.toml", "pi_card_1", &["--amount", "0.50 USD", "--yes"]);
    assert_eq!(ran.code, 0, "{} {}", ran.out, ran.err);
    assert_eq!(bench.effects("pi_card_1"), [50]);
}

#[test]
fn an_outcome_that_stays_unknown_is_no_success() {
    let more = ["--amount", "0.01 USD", "--yes", "--output", "json"];
    let bench = Bench::with(&[FaultKind::ErrorBeforeEffect]);
    let ran = bench.test("primer", "prim_paid_1", &more);
    assert_eq!(ran.code, 5, "{}", ran.out);
    assert_eq!(steps(&ran).last(), Some(&("refund".to_owned(), false)));
    assert!(bench.effects("prim_paid_1").is_empty());
    let bench = Bench::with(&[FaultKind::ErrorAfterEffect]);
    let ran = bench.test("primer", "prim_paid_1", &more);
    assert_eq!(ran.code, 0, "found by its token: {}", ran.out);
    assert_eq!(bench.effects("prim_paid_1"), [1]);
}

#[test]
fn what_can_not_be_tried_is_one_clear_line() {
    let bench = Bench::with(&[]);
    let yes = ["--yes"];
    for (profile, payment, expected, code) in [
        ("stripe", "pi_none", "error[RK2001]: ", 2),
        // Primer's error for it stands for other troubles of a payment too.
        ("primer", "prim_none", "error[RK2004]: ", 10),
    ] {
        let ran = bench.test(profile, payment, &yes);
        assert_eq!(ran.code, code, "{}", ran.err);
        assert!(ran.out.starts_with("payment: failed: "), "{}", ran.out);
        assert!(ran.err.starts_with(expected), "{}", ran.err);
    }
    let ran = bench.test("primer", "prim_failed_1", &yes);
    assert_eq!(ran.code, 3, "{}", ran.err);
    assert!(ran.out.contains("plan: failed: "), "{}", ran.out);
    for (more, expected) in [
        (["--against", "https://evil.example"], "RK4001"),
        (["--secret", KEY], "RK4006"),
        (["--secret", "token=env:SHOP_KEY"], "RK1303"),
        (["--secret", "api_key=env:SHOP_NONE"], "RK4004"),
        (["--setting", "shop"], "RK4006"),
        (["--setting", "shop=one"], "RK1303"),
        (["--amount", "ten"], "RK1002"),
    ] {
        let ran = bench.test("primer", "prim_paid_1", &more);
        assert_eq!(
            (ran.code, code(&ran).as_str()),
            (2, expected),
            "{more:?}: {}",
            ran.err
        );
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_refundkit"));
    command
        .env("SHOP_KEY", KEY)
        .args(["profile", "test", "primer", "--payment", "x"]);
    command.args([
        "--secret",
        "api_key=env:SHOP_KEY",
        "--against",
        "https://evil.example",
    ]);
    let ran = Ran::of(command.output().unwrap());
    assert_eq!(
        (ran.code, code(&ran).as_str()),
        (2, "RK1303"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("api.hosts"), "{}", ran.err);
    assert!(
        bench
            .sandbox
            .requests()
            .iter()
            .all(|request| request.method == "GET")
    );
}
