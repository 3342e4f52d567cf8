//! Other processes: the test binary again, running one of its ignored tests.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const PATH: &str = "REFUNDKIT_TEST_JOURNAL";

/// The process of the ignored test `name`, which works with the journal at `path`.
pub(crate) fn child(name: &str, path: &Path) -> Command {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child
        .args([name, "--exact", "--ignored", "--nocapture"])
        .env(PATH, path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    child
}

/// In that process: the journal.
pub(crate) fn path() -> PathBuf {
    std::env::var_os(PATH).unwrap().into()
}
