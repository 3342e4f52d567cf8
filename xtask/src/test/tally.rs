//! Counting from the summaries that cargo-nextest and libtest print.

use std::fmt;

/// Who prints the summary. nextest shows the output of a failed test, which ends with a summary of
/// libtest's, four spaces in: each runner's own lines are told apart by the column they begin in.
#[derive(Clone, Copy)]
pub(super) enum Runner {
    Nextest,
    Libtest,
}

/// Tests that passed and tests that did not. Skipped and ignored ones are neither.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) passed: u64,
    pub(super) failed: u64,
}

impl Tally {
    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            passed: self.passed.saturating_add(other.passed),
            failed: self.failed.saturating_add(other.failed),
        }
    }

    /// What one line of a runner's output adds: nothing, unless the line is its summary.
    pub(super) fn of_line(runner: Runner, line: &str) -> Self {
        let line = plain(line);
        match runner {
            Runner::Nextest => line
                .strip_prefix("     Summary [")
                .and_then(|summary| summary.split_once(" run: "))
                .map_or_else(Self::default, |(before, counts)| {
                    let counted = Self::of_counts(counts, ',');
                    let failed = counted.failed.saturating_add(not_run(before));
                    Self { failed, ..counted }
                }),
            Runner::Libtest => line
                .strip_prefix("test result: ")
                .and_then(|rest| rest.split_once(". "))
                .map_or_else(Self::default, |(_, counts)| Self::of_counts(counts, ';')),
        }
    }

    fn of_counts(counts: &str, separator: char) -> Self {
        let mut tally = Self::default();
        for part in without_brackets(counts).split(separator) {
            let Some((number, what)) = part.trim().split_once(' ') else {
                continue;
            };
            let Ok(number) = number.parse::<u64>() else {
                continue;
            };
            match what.trim() {
                "passed" => tally.passed = tally.passed.saturating_add(number),
                "failed" | "timed out" | "exec failed" => {
                    tally.failed = tally.failed.saturating_add(number)
                }
                _ => {}
            }
        }
        tally
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// From `0.1s] 3/5 tests`, the two that an interrupted run never came to: they did not pass.
fn not_run(before: &str) -> u64 {
    let fraction = before
        .split_whitespace()
        .find_map(|word| word.split_once('/'));
    fraction
        .and_then(|(run, all)| all.parse::<u64>().ok()?.checked_sub(run.parse().ok()?))
        .unwrap_or(0)
}

/// Remarks such as `(1 slow, 2 flaky)` repeat what has been counted.
fn without_brackets(text: &str) -> String {
    let mut depth = 0_u32;
    let mut kept = String::new();
    for letter in text.chars() {
        match letter {
            '(' => depth = depth.saturating_add(1),
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => kept.push(letter),
            _ => {}
        }
    }
    kept
}

/// The line without terminal colours.
fn plain(line: &str) -> String {
    let mut kept = String::new();
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        if letter == '\u{1b}' {
            // An escape sequence ends with its first letter.
            letters.by_ref().find(char::is_ascii_alphabetic);
        } else {
            kept.push(letter);
        }
    }
    kept
}

#[cfg(test)]
mod tests;
