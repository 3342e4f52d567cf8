//! A sandbox, a folder with a configuration, and the command itself.
#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

pub(crate) mod adapters;
pub(crate) mod by_hand;
pub(crate) mod day;
pub(crate) mod ledgers;
pub(crate) mod process;
pub(crate) mod serving;
pub(crate) mod signed;
pub(crate) mod wire;

use std::path::PathBuf;
use std::process::{Command, Output};
use std::time::Duration;

use day::Day;
use refundkit_sandbox::{Fault, FaultKind, Sandbox, SandboxConfig};
use serde_json::Value;

pub(crate) const KEY: &str = "sk_sandbox_planted_k3y";

pub(crate) struct Shop {
    pub(crate) sandbox: Sandbox,
    pub(crate) folder: tempfile::TempDir,
    day: Day,
    _runtime: tokio::runtime::Runtime,
}

pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    pub(crate) fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    pub(crate) fn json(&self) -> Value {
        let line = self
            .out
            .lines()
            .next()
            .unwrap_or_else(|| panic!("no output; stderr: {}", self.err));
        serde_json::from_str(line).unwrap()
    }
}

impl Shop {
    pub(crate) fn open() -> Self {
        Self::with(&[])
    }

    pub(crate) fn with(faults: &[FaultKind]) -> Self {
        Self::on(Day::noon(), faults)
    }

    pub(crate) fn on(day: Day, faults: &[FaultKind]) -> Self {
        Self::over(day, day.sandbox(), faults)
    }

    /// Under the fault `slow`, an answer takes this long.
    pub(crate) fn slow(takes: Duration) -> Self {
        let day = Day::noon();
        let mut config = day.sandbox();
        config.slow = takes;
        Self::over(day, config, &[])
    }

    fn over(day: Day, mut config: SandboxConfig, faults: &[FaultKind]) -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        config.api_key = KEY.to_owned();
        config.faults = faults.iter().map(|kind| Fault::always(*kind)).collect();
        let sandbox = runtime.block_on(Sandbox::start(config)).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let at = sandbox.addresses();
        let text = format!(
            r#"
            journal = "sqlite:{journal}"
            namespace = "test-shop"
            [providers.dojo]
            adapter = "dojo"
            api_key = {{ env = "SHOP_KEY" }}
            base_url = "{dojo}"
            [providers.dojo-2022]
            adapter = "dojo"
            version = "2022-01-03"
            api_key = {{ env = "SHOP_KEY" }}
            base_url = "{dojo}"
            [providers.dodo]
            adapter = "dodo"
            api_key = {{ env = "SHOP_KEY" }}
            base_url = "{dodo}"
            [providers.primer]
            adapter = "generic"
            profile = "primer"
            api_key = {{ env = "SHOP_KEY" }}
            base_url = "{primer}"
            "#,
            journal = folder.path().join("journal.db").display(),
            dojo = at.dojo,
            dodo = at.dodo,
            primer = at.primer,
        );
        std::fs::write(folder.path().join("refundkit.toml"), text).unwrap();
        Self {
            sandbox,
            folder,
            day,
            _runtime: runtime,
        }
    }

    pub(crate) fn journal(&self) -> PathBuf {
        self.folder.path().join("journal.db")
    }

    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_refundkit"));
        command
            .current_dir(self.folder.path())
            .env("SHOP_KEY", KEY)
            .env_remove("REFUNDKIT_CONFIG");
        self.day.hand(&mut command);
        command
    }

    /// Runs the command for people.
    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        Ran::of(self.command().args(willing(args)).output().unwrap())
    }

    /// Runs the command for programs.
    pub(crate) fn json(&self, args: &[&str]) -> Ran {
        Ran::of(
            self.command()
                .args(["--output", "json"])
                .args(willing(args))
                .output()
                .unwrap(),
        )
    }

    /// How many requests that move money the providers have seen.
    pub(crate) fn moves(&self) -> usize {
        self.sandbox
            .requests()
            .iter()
            .filter(|request| request.method == "POST")
            .count()
    }

    /// How many requests of any kind.
    pub(crate) fn requests(&self) -> usize {
        self.sandbox.requests().len()
    }

    pub(crate) fn refunded(&self, payment: &str) -> i64 {
        let payments = self.sandbox.payments();
        payments
            .iter()
            .find(|found| found.payment == payment)
            .unwrap()
            .refunded
            .minor
    }
}

/// The same arguments, with the yes that a command without a terminal needs where it has no key of its own.
pub(crate) fn willing<'a>(args: &[&'a str]) -> Vec<&'a str> {
    let moves = |arg: &&str| ["refund", "reverse", "reverse-or-refund"].contains(arg);
    let said =
        |arg: &&str| ["--key", "--yes", "--dry-run"].contains(arg) || arg.starts_with("--key=");
    let mut args = args.to_vec();
    let tells = args.contains(&"plan") || args.first() == Some(&"man");
    if !tells && args.iter().any(moves) && !args.iter().any(said) {
        args.push("--yes");
    }
    args
}

/// The failure's code, after checking its form.
pub(crate) fn code(ran: &Ran) -> String {
    // That a journal was made, and that a profile rests on what nobody has confirmed, is said before anything else.
    let lines: Vec<&str> = ran
        .err
        .lines()
        .skip_while(|line| line.starts_with("note: "))
        .collect();
    assert!(ran.out.is_empty(), "{}", ran.out);
    assert!(
        (1..=2).contains(&lines.len()),
        "one line and its help: {}",
        ran.err
    );
    assert!(
        lines.get(1).is_none_or(|help| help.starts_with("  help: ")),
        "{}",
        ran.err
    );
    let code = lines[0]
        .strip_prefix("error[")
        .unwrap()
        .split(']')
        .next()
        .unwrap();
    assert!(code.starts_with("RK") && code.len() == 6, "{}", ran.err);
    code.to_owned()
}

pub(crate) fn refund(shop: &Shop, provider: &str, payment: &str, more: &[&str]) -> Ran {
    let args = [
        &["refund", "--provider", provider, "--payment", payment],
        more,
    ]
    .concat();
    shop.run(&args)
}
