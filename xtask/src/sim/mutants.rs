//! A copy of the workspace with every wrong variant in it, compiled once and tried one by one.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::plant::{self, Mutant, VARIABLE};
use super::suite::Suite;
use super::{Options, PACKAGE};
use crate::metadata::Metadata;
use crate::shell::{Outcome, cargo, judge, read, root, run as run_command};

/// The list, beside the simulation.
const LIST: &str = "crates/testing/simulation/mutants.toml";
/// What the simulation needs of the workspace.
const PARTS: &[&str] = &[
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain.toml",
    "crates",
    "xtask",
];
/// In so many seeds a variant has to be caught, or by the enumeration; if it names no test.
const SEEDS: u64 = 100_000;
/// So many seeds and the enumeration break nothing where nothing is planted.
const UNPLANTED: u64 = 20_000;

pub(super) fn run(options: &Options) -> Outcome {
    let mutants = plant::parse(&read(&root().join(LIST))?)?;
    let place = Metadata::of_workspace()?.target_directory.join("mutants");
    copy(&place.join("workspace"), &mutants)?;
    let tried: Vec<&Mutant> = mutants
        .iter()
        .filter(|mutant| {
            let only = options.only.as_ref();
            only.is_none_or(|part| mutant.name.contains(part))
        })
        .collect();
    let program = build(&place)?;
    let suite = Suite::of(&place, &tried)?;
    let seeds = options.seeds.unwrap_or(SEEDS);
    // What is caught without anything planted would be caught for nothing.
    if let Some(caught) = caught_by(&program, options, "", UNPLANTED)? {
        return Err(format!("nothing is planted, and still: {caught}").into());
    }
    println!("{UNPLANTED} seeds and the enumeration break nothing where nothing is planted");
    let mut missed = Vec::new();
    for mutant in &tried {
        let caught = match &mutant.caught_by {
            Some(test) => suite.caught_by(test, &mutant.name)?,
            None => caught_by(&program, options, &mutant.name, seeds)?,
        };
        match caught {
            Some(caught) => println!("caught: {}: {caught}", mutant.name),
            None => {
                println!("MISSED: {}", mutant.name);
                missed.push(format!("MISSED: {}", mutant.name));
            }
        }
    }
    let (all, caught) = (tried.len(), tried.len().saturating_sub(missed.len()));
    println!("{caught} of {all} wrong variants caught");
    judge("mutants", &missed)
}

/// The first line that says what is broken; `None` where nothing is.
fn caught_by(program: &Path, options: &Options, name: &str, seeds: u64) -> Outcome<Option<String>> {
    let seeds = seeds.to_string();
    let sampling = ["--no-enumeration", "--seeds", &seeds];
    let enumeration = ["--seeds", "0"];
    for arguments in [&sampling[..], &enumeration] {
        let mut command = Command::new(program);
        command.args(arguments).env(VARIABLE, name);
        if let Some(threads) = options.threads {
            command.args(["--threads", &threads.to_string()]);
        }
        let output = command.output()?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stdout);
            let line = said
                .lines()
                .find(|line| line.starts_with("seed ") || line.starts_with("enumeration: "));
            let line = line.unwrap_or("it did not come to its end");
            return Ok(Some(line.chars().take(160).collect()));
        }
    }
    Ok(None)
}

fn build(place: &Path) -> Outcome<PathBuf> {
    let target = place.join("target");
    run_command(
        cargo()
            .current_dir(place.join("workspace"))
            .args(["build", "--quiet", "--release", "--locked"])
            .args(["--package", PACKAGE, "--target-dir"])
            .arg(&target)
            .env("RUSTFLAGS", "--cap-lints=allow"),
    )?;
    let name = format!("{PACKAGE}{}", std::env::consts::EXE_SUFFIX);
    Ok(target.join("release").join(name))
}

/// Copies the workspace with the variants in it; what is the same already is not touched, so that
/// it isn't compiled again.
fn copy(to: &Path, mutants: &[Mutant]) -> Outcome {
    let mut files = Vec::new();
    for part in PARTS {
        list(Path::new(part), &mut files)?;
    }
    let mut lost = plant::strangers(mutants, &files);
    for file in &files {
        let from = root().join(file);
        let bytes = fs::read(&from).map_err(|error| format!("{}: {error}", from.display()))?;
        let bytes = match String::from_utf8(bytes) {
            Ok(text) => match plant::plant(file, &text, mutants) {
                Ok(planted) => planted.into_bytes(),
                Err(complaints) => {
                    lost.extend(complaints);
                    continue;
                }
            },
            Err(other) => other.into_bytes(),
        };
        let place = to.join(file);
        if fs::read(&place).is_ok_and(|there| there == bytes) {
            continue;
        }
        if let Some(folder) = place.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&place, bytes)?;
    }
    if lost.is_empty() {
        return Ok(());
    }
    judge("mutants", &lost)
}

/// The files of a folder and of the folders in it, with `/` between their parts.
fn list(part: &Path, files: &mut Vec<String>) -> Outcome {
    let from = root().join(part);
    if from.is_file() {
        files.push(part.to_string_lossy().replace('\\', "/"));
        return Ok(());
    }
    for entry in fs::read_dir(&from).map_err(|error| format!("{}: {error}", from.display()))? {
        let name = entry?.file_name();
        if name != "target" {
            list(&part.join(name), files)?;
        }
    }
    Ok(())
}
