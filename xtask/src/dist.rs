//! `cargo xtask dist`: the command in an archive whose bytes follow from its files alone, tried out
//! where nothing of the repository is.

mod archive;
mod licences;
mod variables;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use archive::Entry;
use serde_json::Value;

use crate::metadata::Metadata;
use crate::shell::{Outcome, capture, cargo, root, run as run_command};

const PACKAGE: &str = "refundkit-cli";
const BINARY: &str = "refundkit";
const TEXTS: &[&str] = &["README.md", "LICENSE-MIT", "LICENSE-APACHE"];

pub(crate) fn run() -> Outcome {
    let triple = host()?;
    let metadata = Metadata::of_everything(&triple)?;
    let command = metadata
        .packages
        .iter()
        .find(|package| package.name == PACKAGE);
    let version = &command.ok_or("the workspace has no refundkit-cli")?.version;
    let folder = format!("{BINARY}-{version}-{triple}");

    let mut entries = Vec::new();
    for text in TEXTS {
        let path = root().join(text);
        let content = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        entries.push(Entry::text(text, content));
    }
    entries.extend(licences::entries(&metadata, PACKAGE)?);
    let program = fs::read(build()?)?;
    variables::check(&program)?;
    entries.push(Entry::program(BINARY, program));

    let time = timestamp()?;
    let packed = archive::pack(&folder, &entries, time)?;
    let again = archive::pack(&folder, &entries, time)?;
    if archive::sha256(&packed) != archive::sha256(&again) {
        return Err("two archives of the same files differ".into());
    }
    try_out(&packed, &folder)?;

    let place = metadata.target_directory.join("dist");
    let name = format!("{folder}.tar.gz");
    fs::create_dir_all(&place)?;
    fs::write(place.join(&name), &packed)?;
    fs::write(
        place.join(format!("{name}.sha256")),
        archive::checksum_file(&packed, &name),
    )?;
    println!("{}", place.join(&name).display());
    print!("{}", archive::checksum_file(&packed, &name));
    Ok(())
}

/// The platform that this machine builds for.
fn host() -> Outcome<String> {
    let mut command = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    let said = capture(command.arg("-vV").current_dir(root()))?;
    let line = said.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(line.ok_or("rustc -vV names no host")?.to_owned())
}

/// Builds the command as it is released, and says where it is.
fn build() -> Outcome<PathBuf> {
    let mut command = cargo();
    command.args([
        "build",
        "--release",
        "--locked",
        "--package",
        PACKAGE,
        "--bin",
        BINARY,
    ]);
    command
        .args(["--message-format", "json-render-diagnostics"])
        .stderr(std::process::Stdio::inherit());
    let messages = capture(&mut command)?;
    let messages = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let program = messages
        .filter_map(|message| message.get("executable")?.as_str().map(PathBuf::from))
        .next_back();
    program.ok_or_else(|| "cargo build made no program".into())
}

/// The time of every entry, in seconds since 1970: given from outside, or of the last commit.
fn timestamp() -> Outcome<u64> {
    if let Ok(given) = env::var("SOURCE_DATE_EPOCH") {
        let seconds = given.trim().parse();
        return seconds
            .map_err(|_| "SOURCE_DATE_EPOCH is not a number of seconds since 1970".into());
    }
    let committed = capture(
        Command::new("git")
            .args(["log", "-1", "--format=%ct"])
            .current_dir(root()),
    );
    // A source archive has no commits; its files have no better time either.
    Ok(committed
        .ok()
        .and_then(|seconds| seconds.trim().parse().ok())
        .unwrap_or(0))
}

/// Unpacks the archive where nothing of the repository is, and lets the command prove itself.
fn try_out(packed: &[u8], folder: &str) -> Outcome {
    let elsewhere = tempfile::tempdir()?;
    archive::unpack(packed, elsewhere.path())?;
    let program = Path::new(folder).join(format!("{BINARY}{}", env::consts::EXE_SUFFIX));
    let mut demo = Command::new(elsewhere.path().join(program));
    run_command(demo.arg("demo").current_dir(elsewhere.path()))
}
