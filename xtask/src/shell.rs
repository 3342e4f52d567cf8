//! Running programs, reading files, and saying what went wrong.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// What a chore ends with. The error's text is one line.
pub(crate) type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// The folder of the root manifest. Cargo's word at run time comes first: checkouts that share a
/// target folder share this program too.
pub(crate) fn root() -> PathBuf {
    let told = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let xtask = told.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")));
    xtask.parent().map(Path::to_path_buf).unwrap_or(xtask)
}

/// The cargo that runs this chore, so that the pinned toolchain holds outside the repository too.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// Runs a program whose output goes where ours goes.
pub(crate) fn run(command: &mut Command) -> Outcome {
    let status = command
        .status()
        .map_err(|error| format!("{} did not start: {error}", spelled(command)))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{} failed ({status})", spelled(command)).into())
    }
}

/// Runs a program for its standard output; what it says on standard error is part of the failure.
pub(crate) fn capture(command: &mut Command) -> Outcome<String> {
    let output = command
        .output()
        .map_err(|error| format!("{} did not start: {error}", spelled(command)))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{} failed: {}", spelled(command), said.trim()).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// The command as a person would type it.
pub(crate) fn spelled(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    std::iter::once(name)
        .chain(command.get_args())
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Reads a text file, naming it when that fails.
pub(crate) fn read(path: &Path) -> Outcome<String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()).into())
}

/// Prints every complaint on its own line; no complaints is a pass.
pub(crate) fn judge(chore: &str, complaints: &[String]) -> Outcome {
    for complaint in complaints {
        eprintln!("{chore}: {complaint}");
    }
    match complaints.len() {
        0 => {
            println!("{chore}: ok");
            Ok(())
        }
        1 => Err(format!("{chore}: 1 complaint").into()),
        several => Err(format!("{chore}: {several} complaints").into()),
    }
}
