//! The summaries that nextest and libtest print, and lines that look like one and are none.

use super::{Runner, Tally};

fn nextest(line: &str, passed: u64, failed: u64) {
    assert_eq!(
        Tally::of_line(Runner::Nextest, line),
        Tally { passed, failed },
        "{line}"
    );
    assert_eq!(
        Tally::of_line(Runner::Libtest, line),
        Tally::default(),
        "{line}"
    );
}

fn libtest(line: &str, passed: u64, failed: u64) {
    assert_eq!(
        Tally::of_line(Runner::Libtest, line),
        Tally { passed, failed },
        "{line}"
    );
    assert_eq!(
        Tally::of_line(Runner::Nextest, line),
        Tally::default(),
        "{line}"
    );
}

#[test]
fn nextest_summaries() {
    nextest(
        "     Summary [   0.011s] 3 tests run: 3 passed, 0 skipped\n",
        3,
        0,
    );
    nextest(
        "     Summary [   0.011s] 1 test run: 1 passed, 4 skipped",
        1,
        0,
    );
    nextest(
        "     Summary [   1.402s] 7 tests run: 5 passed, 2 failed, 0 skipped",
        5,
        2,
    );
    nextest(
        "     Summary [   0.000s] 0 tests run: 0 passed, 9 skipped",
        0,
        0,
    );
}

#[test]
fn nextest_remarks_are_not_counted_twice() {
    nextest(
        "     Summary [  61.2s] 9 tests run: 9 passed (1 slow, 2 flaky, 1 leaky), 0 skipped",
        9,
        0,
    );
    nextest(
        "     Summary [  61.2s] 4 tests run: 3 passed (1 flaky), 1 failed (1 due to being leaky)",
        3,
        1,
    );
}

#[test]
fn nextest_timeouts_and_programs_that_do_not_start_are_failures() {
    let counts = "3 passed, 1 failed, 1 exec failed, 1 timed out, 2 skipped";
    nextest(
        &format!("     Summary [ 120.0s] 6 tests run: {counts}"),
        3,
        3,
    );
}

#[test]
fn nextest_tests_that_were_never_reached_did_not_pass() {
    nextest(
        "     Summary [   0.2s] 3/5 tests run: 2 passed, 1 failed, 0 skipped",
        2,
        3,
    );
}

#[test]
fn libtest_summaries() {
    let rest = "0 measured; 0 filtered out; finished in 0.05s\n";
    libtest(
        &format!("test result: ok. 12 passed; 0 failed; 1 ignored; {rest}"),
        12,
        0,
    );
    libtest(
        &format!("test result: FAILED. 1 passed; 2 failed; 0 ignored; {rest}"),
        1,
        2,
    );
}

#[test]
fn what_a_failed_test_has_printed_is_no_summary() {
    let nothing = Tally::default();
    let inside = "    test result: FAILED. 0 passed; 1 failed; 0 ignored";
    assert_eq!(Tally::of_line(Runner::Nextest, inside), nothing);
    assert_eq!(Tally::of_line(Runner::Libtest, inside), nothing);
    let inside = "    Summary [   0.1s] 3 tests run: 3 passed, 0 skipped";
    assert_eq!(Tally::of_line(Runner::Nextest, inside), nothing);
}

#[test]
fn colours_do_not_matter() {
    let colourful = "\u{1b}[32;1m     Summary\u{1b}[0m [   0.1s] \u{1b}[1m2\u{1b}[0m tests run: \
        \u{1b}[1m2\u{1b}[0m \u{1b}[32;1mpassed\u{1b}[0m, \u{1b}[1m0\u{1b}[0m skipped";
    nextest(colourful, 2, 0);
    libtest(
        "test result: \u{1b}[32mok\u{1b}[m. 1 passed; 0 failed; 0 ignored",
        1,
        0,
    );
}

#[test]
fn other_lines_count_nothing() {
    for line in [
        "running 3 tests",
        "        PASS [   0.005s] refundkit-core money::tests::adds",
        "note: 3 passed, 1 failed",
        "     Summary [ nonsense",
        "test result: ",
        "",
    ] {
        nextest(line, 0, 0);
    }
}

#[test]
fn the_closing_line() {
    let tests = Tally {
        passed: 250,
        failed: 0,
    };
    assert_eq!(
        tests
            .plus(Tally {
                passed: 1,
                failed: 2
            })
            .to_string(),
        "251 passed, 2 failed"
    );
}
