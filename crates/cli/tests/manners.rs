//! How the command answers people: help, suggestions, empty lists, ports, colour, and which commands
//! leave secrets where they are.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

mod common;

use std::net::TcpListener;

use clap::CommandFactory;
use common::{Ran, Shop, code, refund};
use refundkit_cli::args::Cli;

const ASKED: [&str; 4] = ["--amount", "1.00 USD", "--key", "a"];

/// Each command with those below it, by their names.
fn commands(of: &clap::Command, before: &[String]) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    for command in of.get_subcommands() {
        let names = [before, &[command.get_name().to_owned()]].concat();
        all.push(names.clone());
        all.extend(commands(command, &names));
    }
    all
}

#[test]
fn every_commands_help_has_examples_that_the_parser_takes_and_lines_that_fit() {
    let shop = Shop::open();
    let all = commands(&Cli::command(), &[]);
    assert!(all.len() > 25, "{all:?}");
    for names in [vec![Vec::new()], all].concat() {
        let mut command = shop.command();
        let output = command
            .args(&names)
            .arg("--help")
            .env("COLUMNS", "80")
            .output();
        let ran = Ran::of(output.unwrap());
        assert_eq!(ran.code, 0, "{names:?}");
        let (_, examples) = ran
            .out
            .split_once("Examples:\n")
            .unwrap_or_else(|| panic!("{names:?}: {}", ran.out));
        for line in ran.out.lines() {
            assert!(
                line.chars().count() <= 80 || line.starts_with("Usage:"),
                "{names:?}: {line}"
            );
        }
        let mut tried = 0;
        for example in examples
            .lines()
            .filter_map(|line| line.trim().strip_prefix("refundkit "))
        {
            let words = shell_words(example);
            let words = [vec!["refundkit".to_owned()], words].concat();
            let parsed = Cli::command().try_get_matches_from(&words);
            let asks_for_help = words.last().is_some_and(|word| word == "--help");
            assert!(
                parsed.is_ok() || asks_for_help,
                "{words:?}: {}",
                parsed.unwrap_err()
            );
            tried += 1;
        }
        assert!(tried > 0, "{names:?}");
    }
}

/// Words as a shell splits them, up to a pipe or a file.
fn shell_words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (place, part) in line.split('"').enumerate() {
        if place % 2 == 1 {
            let joins = words
                .last()
                .is_some_and(|word: &String| word.ends_with('='));
            match words.last_mut().filter(|_| joins) {
                Some(word) => word.push_str(part),
                None => words.push(part.to_owned()),
            }
            continue;
        }
        for word in part.split_whitespace() {
            if word == "|" || word == ">" {
                return words;
            }
            words.push(word.to_owned());
        }
    }
    words
}

#[test]
fn what_was_probably_meant_is_suggested() {
    let shop = Shop::open();
    for (typed, meant) in [
        (&["refnd"][..], "'refund'"),
        (&["refund", "--amuont", "1.00 USD"], "'--amount'"),
        (
            &[
                "refund",
                "--provider",
                "dodo",
                "--payment",
                "p",
                "--wait",
                "30s",
            ],
            "--wait=30s",
        ),
        (&["list", "--output", "xml"], "there are human, json"),
        (&["journal", "exprot"], "'export'"),
    ] {
        let ran = shop.run(typed);
        assert_eq!((ran.code, code(&ran).as_str()), (2, "RK4001"), "{typed:?}");
        assert!(ran.err.contains(meant), "{typed:?}: {}", ran.err);
        let program = shop.json(typed);
        let help = program.json()["error"]["help"].as_str().unwrap().to_owned();
        assert!(
            help.contains(meant) || typed.contains(&"xml"),
            "{typed:?}: {help}"
        );
    }
    assert_eq!(shop.requests(), 0);
}

#[test]
fn every_code_has_its_page_in_the_command() {
    let shop = Shop::open();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/errors");
    let listed = shop.json(&["explain"]).out;
    let mut pages = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        if !name.starts_with("RK") {
            continue;
        }
        let ran = shop.run(&["explain", &name.to_lowercase()]);
        let page = std::fs::read_to_string(&path).unwrap();
        assert_eq!(
            (ran.code, ran.out.trim_end()),
            (0, page.trim_end()),
            "{name}"
        );
        assert!(listed.contains(name), "{name}");
        pages += 1;
    }
    assert_eq!(listed.lines().count(), pages);
    let program = shop.json(&["explain", "RK1203"]).json();
    assert_eq!(program["title"], "More was asked for than is left");
    let unknown = shop.run(&["explain", "RK1233"]);
    assert_eq!((unknown.code, code(&unknown).as_str()), (2, "RK4006"));
    assert!(unknown.err.contains("RK1203"), "{}", unknown.err);
    let nonsense = shop.run(&["explain", "sk_live_planted"]);
    assert_eq!(nonsense.code, 2);
    assert!(!nonsense.err.contains("planted"), "{}", nonsense.err);
}

#[test]
fn completions_and_pages_know_every_command() {
    let shop = Shop::open();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ran = shop.run(&["completions", shell]);
        assert_eq!(ran.code, 0, "{shell}: {}", ran.err);
        for word in ["reconcile", "doctor", "history", "ticket", "seen"] {
            assert!(ran.out.contains(word), "{shell}: {word}");
        }
    }
    let page = shop.run(&["man"]);
    assert_eq!(page.code, 0, "{}", page.err);
    assert!(page.out.contains(".TH refundkit 1"), "{}", page.out);
    for names in commands(&Cli::command(), &[]) {
        let mut args = vec!["man"];
        args.extend(names.iter().map(String::as_str));
        let ran = shop.run(&args);
        assert_eq!(ran.code, 0, "{names:?}: {}", ran.err);
        assert!(ran.out.contains("Examples"), "{names:?}");
    }
    let none = shop.run(&["man", "nosuch"]);
    assert_eq!((none.code, code(&none).as_str()), (2, "RK4006"));
}

#[test]
fn a_list_of_nobodys_provider_is_an_error_that_names_those_that_there_are() {
    let shop = Shop::open();
    assert_eq!(refund(&shop, "dodo", "pay_paid_1", &ASKED).code, 0);
    for command in [
        &["list", "--provider", "nosuch"][..],
        &["status", "--provider", "nosuch", "--payment", "pay_paid_1"],
    ] {
        let ran = shop.run(command);
        assert_eq!(
            (ran.code, code(&ran).as_str()),
            (2, "RK1101"),
            "{}",
            ran.err
        );
        for name in ["nosuch", "dodo", "dojo", "primer"] {
            assert!(ran.err.contains(name), "{}", ran.err);
        }
    }
    // One that the configuration names no more, and the journal has operations of, can be listed.
    let path = shop.folder.path().join("refundkit.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let (before, _) = text.split_once("[providers.dojo]").unwrap();
    std::fs::write(&path, before).unwrap();
    let ran = shop.json(&["list", "--provider", "dodo"]);
    assert_eq!((ran.code, ran.out.lines().count()), (0, 1), "{}", ran.err);
}

#[test]
fn an_empty_list_says_so_to_people_and_nothing_to_programs() {
    let shop = Shop::open();
    assert_eq!(refund(&shop, "dodo", "pay_paid_1", &ASKED).code, 0);
    let ran = shop.run(&["list", "--state", "parked"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""));
    assert!(ran.err.contains("no operation"), "{}", ran.err);
    let ran = shop.json(&["list", "--state", "parked"]);
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (0, "", ""));
}

#[test]
fn a_port_that_is_taken_is_named_and_no_path() {
    let shop = Shop::open();
    assert_eq!(refund(&shop, "dodo", "pay_paid_1", &ASKED).code, 0);
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let listen = ["127.0.0.1:", &port].concat();
    for command in [
        &["serve", "--listen", &listen][..],
        &["sandbox", "--port", &port],
    ] {
        let ran = shop.run(command);
        assert_eq!(
            (ran.code, code(&ran).as_str()),
            (2, "RK4020"),
            "{}",
            ran.err
        );
        assert!(ran.err.contains(&port), "{}", ran.err);
        assert!(!ran.err.contains("path"), "{}", ran.err);
    }
}

#[test]
fn what_is_told_in_a_file_has_times_and_no_escapes() {
    let shop = Shop::open();
    let asked = [
        &[
            "-vv",
            "refund",
            "--provider",
            "dodo",
            "--payment",
            "pay_paid_1",
        ][..],
        &ASKED,
    ]
    .concat();
    let ran = shop.run(&asked);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(!ran.err.contains('\x1b'), "{}", ran.err);
    let told = ran
        .err
        .lines()
        .find(|line| line.contains("refundkit"))
        .unwrap();
    let told = ran
        .err
        .lines()
        .find(|line| line.contains("DEBUG") || line.contains("INFO"))
        .unwrap_or(told);
    assert!(
        told.starts_with("20") && told.contains('T') && told.contains('Z'),
        "{told}"
    );
    let coloured = [&["--color", "always"][..], &asked].concat();
    assert!(shop.run(&coloured).err.contains('\x1b'));
}

#[test]
fn colour_is_as_the_option_says() {
    let shop = Shop::open();
    assert_eq!(refund(&shop, "dodo", "pay_paid_1", &ASKED).code, 0);
    for command in [&["list"][..], &["--help"], &["refund", "--help"]] {
        for (color, coloured) in [("always", true), ("never", false), ("auto", false)] {
            let mut run = shop.command();
            let run = run.args(["--color", color]).args(command);
            let ran = Ran::of(run.env("REFUNDKIT_TEST_COLUMNS", "120").output().unwrap());
            assert_eq!(ran.code, 0, "{}", ran.err);
            assert_eq!(
                ran.out.contains('\x1b'),
                coloured,
                "{command:?} {color}: {}",
                ran.out
            );
        }
    }
}

fn secrets_by(shop: &Shop, source: &str) {
    let path = shop.folder.path().join("refundkit.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("{ env = \"SHOP_KEY\" }", source)).unwrap();
}

/// A person's password manager asks for a finger: not for a list.
#[test]
#[cfg(unix)]
fn what_needs_no_secret_fetches_none() {
    let shop = Shop::open();
    assert_eq!(refund(&shop, "dodo", "pay_paid_1", &ASKED).code, 0);
    let id = shop.json(&["list"]).json()["operation"]
        .as_str()
        .unwrap()
        .to_owned();
    let trace = shop.folder.path().join("fetched");
    secrets_by(
        &shop,
        &format!("{{ command = [\"touch\", \"{}\"] }}", trace.display()),
    );
    for command in [
        &["list"][..],
        &["status", &id],
        &["status", "--provider", "dodo", "--payment", "pay_paid_1"],
        &["history", &id],
        &["journal", "info"],
        &["journal", "verify"],
        &["journal", "export"],
        &["explain", "RK1203"],
    ] {
        let ran = shop.run(command);
        assert_eq!(ran.code, 0, "{command:?}: {}", ran.err);
        assert!(!trace.exists(), "{command:?}");
    }
    let ran = shop.run(&["cancel", &id]);
    assert_eq!((ran.code, trace.exists()), (3, false), "{}", ran.err);
    shop.run(&["status", &id, "--ask"]);
    assert!(trace.exists(), "the test itself");
}

#[test]
#[cfg(unix)]
fn a_secret_that_takes_too_long_or_is_too_long_is_given_up() {
    for (source, word) in [
        (r#"{ command = ["sleep", "300"] }"#, "within 10 seconds"),
        (
            r#"{ command = ["head", "-c", "70000", "/dev/zero"] }"#,
            "more than 64 KiB",
        ),
        (r#"{ file = "/dev/zero" }"#, "more than 64 KiB"),
    ] {
        let shop = Shop::open();
        secrets_by(&shop, source);
        let path = shop.folder.path().join("refundkit.toml");
        let text = std::fs::read_to_string(&path).unwrap();
        let (before, rest) = text.split_once("[providers.dojo-2022]").unwrap();
        std::fs::write(&path, before).unwrap();
        assert!(!rest.is_empty());
        let ran = refund(
            &shop,
            "dojo",
            "pi_paid_1",
            &["--amount", "1.00 GBP", "--key", "a"],
        );
        assert_eq!(
            (ran.code, code(&ran).as_str()),
            (2, "RK4004"),
            "{source}: {}",
            ran.err
        );
        assert!(ran.err.contains(word), "{source}: {}", ran.err);
        assert_eq!(shop.requests(), 0);
    }
}
