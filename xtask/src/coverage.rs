//! `cargo xtask coverage`: what of refundkit-core its own tests reach, and that the two functions
//! which decide about money have no arm that no test reaches.

mod report;

use std::env;
use std::path::PathBuf;
use std::process::Command;

use report::{Gap, Report};

use crate::shell::{Outcome, capture, cargo, judge, read, root, run as run_command};

const PACKAGE: &str = "refundkit-core";
const SOURCES: &str = "crates/core/src/";
/// What an answer means, and what is done next. A region of these that no test reaches is a complaint.
const DECIDERS: &[&str] = &[
    "crates/core/src/answer/classify.rs",
    "crates/core/src/operation/step.rs",
];
/// What the deciders stand on. A region of these that no test reaches is shown.
const WATCHED: &[&str] = &[
    "crates/core/src/operation/find.rs",
    "crates/core/src/operation/summary.rs",
    "crates/core/src/operation/words.rs",
];
/// Lines of the deciders that nothing can reach, each with its reason.
const EXCEPTIONS: &[Exception] = &[];

/// A line, by its text without the white space around it.
struct Exception {
    file: &'static str,
    line: &'static str,
    why: &'static str,
}

impl Exception {
    fn is_of(&self, gap: &Gap) -> bool {
        self.file == gap.file && self.line == gap.line.trim()
    }
}

pub(crate) fn run() -> Outcome {
    let report = measured()?;
    print!("{report}");
    for gap in WATCHED.iter().flat_map(|file| report.gaps_in(file)) {
        println!("{gap}");
    }
    for Exception { file, line, why } in EXCEPTIONS {
        println!("{file}: `{line}` is excepted: {why}");
    }
    judge("coverage", &complaints(&report, EXCEPTIONS))
}

/// Builds the crate with counters, runs its tests and reads the counts.
fn measured() -> Outcome<Report> {
    tools()?;
    let folder = tempfile::tempdir()?;
    let json = folder.path().join("coverage.json");
    let mut command = cargo();
    command.args(["llvm-cov", "--locked", "--package", PACKAGE, "--json"]);
    command.arg("--output-path").arg(&json);
    run_command(command.args(["--", "--quiet"]))?;
    let root = root();
    let text_of = |path: &str| read(&root.join(path));
    Report::parse(&read(&json)?, &root, SOURCES, text_of)
}

/// Says what to install, before anything is built.
fn tools() -> Outcome {
    let asked = cargo().args(["llvm-cov", "--version"]).output();
    if !asked.is_ok_and(|output| output.status.success()) {
        return Err("install cargo-llvm-cov: `cargo install cargo-llvm-cov --locked`".into());
    }
    let given = |name| env::var_os(name).is_some();
    if (given("LLVM_COV") && given("LLVM_PROFDATA")) || llvm_cov()?.is_file() {
        return Ok(());
    }
    Err("install the compiler's own llvm-cov: `rustup component add llvm-tools`".into())
}

/// Where the toolchain keeps it: another LLVM than the compiler's can't read the counts.
fn llvm_cov() -> Outcome<PathBuf> {
    let mut command = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    let libraries = capture(
        command
            .args(["--print", "target-libdir"])
            .current_dir(root()),
    )?;
    let program = format!("llvm-cov{}", env::consts::EXE_SUFFIX);
    Ok(PathBuf::from(libraries.trim())
        .with_file_name("bin")
        .join(program))
}

fn complaints(report: &Report, exceptions: &[Exception]) -> Vec<String> {
    let missing = DECIDERS
        .iter()
        .chain(WATCHED)
        .filter(|file| !report.has(file))
        .map(|file| format!("{file}: was not measured"));
    let excused = |gap: &Gap| exceptions.iter().any(|exception| exception.is_of(gap));
    let gaps = DECIDERS.iter().flat_map(|file| report.gaps_in(file));
    let not_hit = gaps.filter(|gap| !excused(gap)).map(Gap::to_string);
    let stale = exceptions
        .iter()
        .filter(|one| !report.gaps_in(one.file).any(|gap| one.is_of(gap)))
        .map(|one| {
            let Exception { file, line, why } = one;
            format!("{file}: `{line}` is hit or gone, take its exception out ({why})")
        });
    missing.chain(not_hit).chain(stale).collect()
}

#[cfg(test)]
mod tests;
