//! `cargo xtask contract`: the built-in profiles, and what the sandbox answers, against the documents
//! of the providers. It also tells what of the sandbox no document is at hand for.
//!
//! The documents belong to the providers and are no part of the repository, so a folder of them is
//! told.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::shell::{Outcome, cargo, root, run as run_command};

/// Where CI looks for the documents, from the root.
const BESIDE: &str = "../shared/specs";

/// Which documents to judge by.
#[derive(Args)]
pub(crate) struct Options {
    /// The folder with the providers' OpenAPI documents
    #[arg(long, value_name = "DIR")]
    specs: PathBuf,
}

pub(crate) fn run(options: &Options) -> Outcome {
    judged_by(&options.specs)
}

/// With the documents where they are kept, and left out on a machine without them.
pub(crate) fn in_ci() -> Outcome {
    let beside = root().join(BESIDE);
    if beside.is_dir() {
        judged_by(&beside)
    } else {
        println!("contract: left out, there are no documents in {BESIDE}");
        Ok(())
    }
}

/// Runs the tests with features as in the whole suite: what is compiled for them is used again there.
fn judged_by(specs: &Path) -> Outcome {
    let specs = folder(specs)?;
    let suite = ["--workspace", "--all-features", "--locked", "--quiet"];
    run_command(
        cargo()
            .arg("test")
            .args(suite)
            .args(["--test", "contract", "--", "--nocapture"])
            .args(["--test-threads", "1"])
            .env("REFUNDKIT_SPECS", specs),
    )
}

/// The folder's absolute path: tests run in the folder of their crate.
fn folder(specs: &Path) -> Outcome<PathBuf> {
    let found =
        fs::canonicalize(specs).map_err(|error| format!("--specs {}: {error}", specs.display()))?;
    if found.is_dir() {
        Ok(found)
    } else {
        Err(format!("--specs {}: not a folder", specs.display()).into())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::folder;

    #[test]
    fn the_documents_are_in_a_folder_that_is_there() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("spec.yaml");
        fs::write(&file, "openapi: 3.1.0").unwrap();
        assert!(folder(place.path()).unwrap().is_absolute());
        for wrong in [file, place.path().join("gone")] {
            let told = folder(&wrong).unwrap_err().to_string();
            assert!(told.starts_with("--specs "), "{told}");
        }
    }
}
