//! Where the configuration is found, where its paths start, and how one comes into being.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use common::{KEY, Ran, Shop};

fn refundkit(folder: &Path, home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_refundkit"));
    command
        .current_dir(folder)
        .env("HOME", home)
        .env_remove("XDG_CONFIG_HOME")
        .env_remove("REFUNDKIT_CONFIG");
    command
}

fn ran(command: &mut Command, args: &[&str]) -> Ran {
    Ran::of(command.args(args).output().unwrap())
}

/// The shop's configuration with nothing but relative paths.
fn relative(shop: &Shop) -> String {
    let folder = shop.folder.path();
    std::fs::write(folder.join("shop.key"), KEY).unwrap();
    let text = std::fs::read_to_string(folder.join("refundkit.toml")).unwrap();
    text.replace(&format!("{}/", folder.display()), "")
        .replace("{ env = \"SHOP_KEY\" }", "{ file = \"shop.key\" }")
}

#[test]
fn one_configuration_is_one_journal_from_wherever_it_is_used() {
    let shop = Shop::open();
    let text = relative(&shop);
    let config = shop.folder.path().join("refundkit.toml");
    for journal in [
        text.clone(),
        text.replace("journal = \"sqlite:journal.db\"", ""),
    ] {
        std::fs::write(&config, journal).unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        let config = config.to_str().unwrap();
        let args = [
            "--config",
            config,
            "refund",
            "--provider",
            "dojo",
            "--payment",
            "pi_paid_1",
        ];
        let args = [&args[..], &["--amount", "1.00 GBP", "--key", "k"]].concat();
        let mut command = shop.command();
        let first = Ran::of(
            command
                .current_dir(elsewhere.path())
                .args(&args)
                .output()
                .unwrap(),
        );
        assert_eq!(first.code, 0, "{}", first.err);
        assert!(
            std::fs::read_dir(elsewhere.path())
                .unwrap()
                .next()
                .is_none()
        );
        let listed = shop.json(&["list"]);
        assert_eq!(listed.json()["request_key"], "k", "{}", listed.err);
    }
}

#[test]
fn the_users_own_configuration_is_the_last_that_is_looked_for() {
    let home = tempfile::tempdir().unwrap();
    let here = tempfile::tempdir().unwrap();
    let none = ran(&mut refundkit(here.path(), home.path()), &["providers"]);
    assert_eq!(none.code, 2, "{}", none.err);
    assert!(none.err.contains("RK4002"), "{}", none.err);
    let folder = if cfg!(target_os = "macos") {
        "Library/Application Support"
    } else {
        ".config"
    };
    let folder = home.path().join(folder).join("refundkit");
    std::fs::create_dir_all(&folder).unwrap();
    let one = |name: &str| {
        format!(
            "[providers.{name}]\nadapter = \"dojo\"\napi_key = {{ command = [\"echo\", \"sk_sandbox_1\"] }}\n"
        )
    };
    std::fs::write(folder.join("refundkit.toml"), one("at-home")).unwrap();
    let shown = ran(&mut refundkit(here.path(), home.path()), &["providers"]);
    assert!(shown.out.contains("at-home"), "{}{}", shown.out, shown.err);
    std::fs::write(here.path().join("refundkit.toml"), one("right-here")).unwrap();
    let shown = ran(&mut refundkit(here.path(), home.path()), &["providers"]);
    assert!(
        shown.out.contains("right-here"),
        "{}{}",
        shown.out,
        shown.err
    );
    let mut named = refundkit(here.path(), home.path());
    let shown = ran(
        named.env("REFUNDKIT_CONFIG", folder.join("refundkit.toml")),
        &["providers"],
    );
    assert!(shown.out.contains("at-home"), "{}{}", shown.out, shown.err);
}

#[test]
fn init_writes_the_file_that_is_named() {
    let here = tempfile::tempdir().unwrap();
    let made = ran(
        &mut refundkit(here.path(), here.path()),
        &["--config", "own.toml", "init"],
    );
    assert_eq!(made.code, 0, "{}", made.err);
    assert!(here.path().join("own.toml").exists());
    assert!(!here.path().join("refundkit.toml").exists());
    let made = ran(
        &mut refundkit(here.path(), here.path()),
        &["--config", "own.toml", "init", "else.toml"],
    );
    assert_eq!(made.code, 0, "{}", made.err);
    assert!(here.path().join("else.toml").exists());
}

#[test]
fn a_sandboxs_first_line_becomes_a_configuration_that_works() {
    let shop = Shop::open();
    let line = serde_json::to_string(shop.sandbox.addresses()).unwrap();
    let here = tempfile::tempdir().unwrap();
    std::fs::write(here.path().join("line.json"), format!("{line}\nmore\n")).unwrap();
    let from_file = ["init", "--sandbox", "line.json", "one.toml"];
    let made = ran(&mut refundkit(here.path(), here.path()), &from_file);
    assert_eq!(made.code, 0, "{}", made.err);
    let mut child = refundkit(here.path(), here.path())
        .args(["--config", "two.toml", "init", "--sandbox"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(line.as_bytes())
        .unwrap();
    assert!(child.wait().unwrap().success());
    for config in ["one.toml", "two.toml"] {
        let text = std::fs::read_to_string(here.path().join(config)).unwrap();
        assert!(!text.contains(KEY), "{text}");
        for (provider, payment) in [
            ("dojo", "pi_paid_1"),
            ("dodo", "pay_paid_1"),
            ("primer", "prim_paid_1"),
        ] {
            let mut command = shop.command();
            let args = [
                "--config",
                config,
                "plan",
                "--provider",
                provider,
                "--payment",
                payment,
            ];
            let plan = Ran::of(
                command
                    .current_dir(here.path())
                    .args(args)
                    .output()
                    .unwrap(),
            );
            assert_eq!(plan.code, 0, "{config}, {provider}: {}", plan.err);
        }
    }
    std::fs::write(here.path().join("no.json"), "what\n").unwrap();
    let wrong = ran(
        &mut refundkit(here.path(), here.path()),
        &["init", "--sandbox", "no.json", "three.toml"],
    );
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("RK4006"), "{}", wrong.err);
    assert!(!here.path().join("three.toml").exists());
}

#[test]
fn a_sandbox_says_how_to_go_on() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_refundkit"))
        .arg("sandbox")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut err = std::io::BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    std::io::BufRead::read_line(&mut err, &mut line).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(line.contains("refundkit init --sandbox"), "{line}");
}
