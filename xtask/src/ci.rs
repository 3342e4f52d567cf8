//! `cargo xtask ci`: every check in the order of CI, stopping at the first that fails.

use std::process::ExitCode;
use std::time::Instant;

use crate::shell::{Outcome, cargo, run as run_command};
use crate::{closures, contract, layers, lies, sim, test, tidy};

type Step = (&'static str, fn() -> Outcome);

const CHECKS: &[Step] = &[
    ("fmt", fmt),
    ("clippy", clippy),
    ("layers", layers::run),
    ("closures", closures::run),
    ("tidy", tidy::run),
    ("docs", docs),
    ("sim", sim::in_ci),
    ("lies", lies::in_ci),
    ("contract", contract::in_ci),
];

/// Like the tests, ends with `N passed, N failed`: who reads only the last line learns that a failed
/// check is no pass.
pub(crate) fn run(checks_only: bool) -> ExitCode {
    if let Err(failure) = CHECKS.iter().try_for_each(timed) {
        eprintln!("xtask: {failure}");
        if !checks_only {
            println!("0 passed, 1 failed");
        }
        return ExitCode::FAILURE;
    }
    if checks_only {
        return ExitCode::SUCCESS;
    }
    println!("== test");
    test::run()
}

#[allow(
    clippy::disallowed_methods,
    reason = "a duration for the log; no decision hangs on it"
)]
fn timed((name, step): &Step) -> Outcome {
    println!("== {name}");
    let start = Instant::now();
    let outcome = step();
    let verdict = if outcome.is_ok() { "ok" } else { "FAILED" };
    println!(
        "== {name}: {verdict} in {:.1} s",
        start.elapsed().as_secs_f32()
    );
    outcome
}

fn fmt() -> Outcome {
    run_command(cargo().args(["fmt", "--all", "--check"]))
}

fn clippy() -> Outcome {
    let every = ["--workspace", "--all-targets", "--all-features", "--locked"];
    run_command(
        cargo()
            .arg("clippy")
            .args(every)
            .args(["--", "-D", "warnings"]),
    )
}

fn docs() -> Outcome {
    let every = ["--workspace", "--no-deps", "--all-features", "--locked"];
    run_command(
        cargo()
            .arg("doc")
            .args(every)
            .env("RUSTDOCFLAGS", "-D warnings"),
    )
}
