//! The workspace's own tests, where they catch a variant that no seed gets to.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::plant::{Mutant, VARIABLE};
use crate::shell::{Outcome, cargo, spelled};

/// The copy of the workspace, and where it is compiled.
pub(super) struct Suite {
    workspace: PathBuf,
    target: PathBuf,
}

impl Suite {
    /// Compiles the tests that the variants name, and sees that each passes where nothing is planted.
    pub(super) fn of(place: &Path, mutants: &[&Mutant]) -> Outcome<Self> {
        let suite = Self {
            workspace: place.join("workspace"),
            target: place.join("target"),
        };
        let tests: BTreeSet<&String> = mutants
            .iter()
            .filter_map(|mutant| mutant.caught_by.as_ref())
            .collect();
        for test in &tests {
            if let Some(failed) = suite.caught_by(test, "")? {
                return Err(format!("nothing is planted, and still: {failed}").into());
            }
        }
        if !tests.is_empty() {
            let tests = tests.len();
            println!("{tests} tests that variants name pass where nothing is planted");
        }
        Ok(suite)
    }

    /// The line that says so, where the test fails while the variant of this name is on.
    pub(super) fn caught_by(&self, test: &str, name: &str) -> Outcome<Option<String>> {
        let mut command = self.command(test);
        let output = command.env(VARIABLE, name).output()?;
        match verdict(&String::from_utf8_lossy(&output.stdout)) {
            Some(true) if output.status.success() => Ok(None),
            Some(false) => Ok(Some(format!("cargo test {test}"))),
            Some(true) | None => {
                let said = String::from_utf8_lossy(&output.stderr);
                let command = spelled(&command);
                Err(format!("{command} found no test, or did not compile: {said}").into())
            }
        }
    }

    fn command(&self, test: &str) -> Command {
        let mut command = cargo();
        command
            .current_dir(&self.workspace)
            .args(["test", "--quiet", "--locked", "--target-dir"])
            .arg(&self.target)
            .args(test.split_whitespace())
            .env("RUSTFLAGS", "--cap-lints=allow");
        command
    }
}

/// Whether all tests that ran have passed; `None` where none ran.
fn verdict(said: &str) -> Option<bool> {
    let results = said
        .lines()
        .filter_map(|line| line.trim().strip_prefix("test result: "));
    let ran = results.filter(|result| !result.contains(" 0 passed; 0 failed"));
    ran.map(|result| result.starts_with("ok."))
        .reduce(|all, passed| all && passed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_has_to_run_to_tell_anything() {
        let result = |word: &str, passed: u32, failed: u32| {
            format!("\ntest result: {word}. {passed} passed; {failed} failed; 0 ignored\n")
        };
        let none = result("ok", 0, 0);
        assert_eq!(verdict("error: no such target"), None);
        assert_eq!(verdict(&none), None);
        assert_eq!(verdict(&(none.clone() + &result("ok", 1, 0))), Some(true));
        assert_eq!(verdict(&(none + &result("FAILED", 0, 1))), Some(false));
        let both = result("ok", 3, 0) + &result("FAILED", 1, 1);
        assert_eq!(verdict(&both), Some(false));
    }
}
