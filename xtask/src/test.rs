//! `cargo xtask test`: the whole suite, counted.

mod tally;

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, ExitCode, Stdio};
use std::{io, thread};

use crate::shell::{cargo, spelled};
use tally::{Runner, Tally};

const SUITE: &[&str] = &[
    "--workspace",
    "--all-features",
    "--locked",
    "--no-fail-fast",
];

/// The last line is the count, on standard output; nothing is said after it.
pub(crate) fn run() -> ExitCode {
    let tests = if has_nextest() {
        counted(
            Runner::Nextest,
            cargo().args(["nextest", "run"]).args(SUITE),
        )
    } else {
        counted(
            Runner::Libtest,
            cargo().args(["test", "--all-targets"]).args(SUITE),
        )
    };
    let doc_tests = counted(Runner::Libtest, cargo().args(["test", "--doc"]).args(SUITE));
    let total = tests.plus(doc_tests);
    if total.passed == 0 {
        eprintln!("xtask: no test passed");
    }
    println!("{total}");
    if total.passed > 0 && total.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn has_nextest() -> bool {
    cargo()
        .args(["nextest", "--version"])
        .output()
        .is_ok_and(|output| output.status.success())
}

/// Runs a test command, shows its output as it comes, and counts. A command that fails without a
/// failed test (it did not compile, or did not start) counts as one failure.
fn counted(runner: Runner, command: &mut Command) -> Tally {
    let (tally, success) = watched(runner, command).unwrap_or_else(|error| {
        eprintln!("{}: {error}", spelled(command));
        (Tally::default(), false)
    });
    if !success && tally.failed == 0 {
        eprintln!("{}: failed outside of a test", spelled(command));
        return Tally { failed: 1, ..tally };
    }
    tally
}

fn watched(runner: Runner, command: &mut Command) -> io::Result<(Tally, bool)> {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let (from_out, from_err) = thread::scope(|scope| {
        let reader = scope
            .spawn(|| err.map_or_else(Tally::default, |pipe| pass_on(runner, pipe, io::stderr())));
        let from_out = out.map_or_else(Tally::default, |pipe| pass_on(runner, pipe, io::stdout()));
        (from_out, reader.join().unwrap_or_default())
    });
    Ok((from_out.plus(from_err), child.wait()?.success()))
}

/// Copies lines and adds up the summaries among them. Tests may print bytes that are no text.
fn pass_on(runner: Runner, pipe: impl Read, mut to: impl Write) -> Tally {
    let mut pipe = BufReader::new(pipe);
    let mut line = Vec::new();
    let mut total = Tally::default();
    while pipe
        .read_until(b'\n', &mut line)
        .is_ok_and(|count| count > 0)
    {
        // A reader that went away doesn't change what the tests found.
        let _ = to.write_all(&line);
        total = total.plus(Tally::of_line(runner, &String::from_utf8_lossy(&line)));
        line.clear();
    }
    total
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::process::Command;

    use super::tally::{Runner, Tally};
    use super::{counted, pass_on};

    #[test]
    fn lines_are_passed_on_and_counted() {
        let said = b"test result: ok. 2 passed; 0 failed; 1 ignored\n\xff\nlast without an end";
        let mut heard = Vec::new();
        assert_eq!(
            pass_on(Runner::Libtest, said.as_slice(), &mut heard),
            Tally {
                passed: 2,
                failed: 0
            }
        );
        assert_eq!(heard, said);
    }

    #[test]
    fn summaries_of_several_test_binaries_add_up() {
        let said = "test result: ok. 2 passed; 0 failed\ntest result: FAILED. 1 passed; 3 failed\n";
        assert_eq!(
            pass_on(Runner::Libtest, said.as_bytes(), io::sink()),
            Tally {
                passed: 3,
                failed: 3
            }
        );
    }

    #[test]
    fn a_command_that_does_not_start_is_a_failure() {
        let tally = counted(
            Runner::Nextest,
            &mut Command::new("refundkit-no-such-program"),
        );
        assert_eq!(
            tally,
            Tally {
                passed: 0,
                failed: 1
            }
        );
    }
}
