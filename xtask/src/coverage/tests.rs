//! Which gaps in what core's tests reach are complaints, which are only watched, and for how long an
//! exception holds.

use std::path::Path;

use super::report::Report;
use super::{DECIDERS, Exception, WATCHED, complaints};

const STEP: &str = "crates/core/src/operation/step.rs";
/// The first line of every file in these tests.
const LINE: &str = "    None => Step::Rest,";

/// Every file of interest but `left_out`, with one region in its first line, reached so often.
fn report(left_out: &str, counts: impl Fn(&str) -> u32) -> Report {
    let paths = DECIDERS.iter().chain(WATCHED);
    let (files, functions): (Vec<_>, Vec<_>) = paths
        .filter(|path| **path != left_out)
        .map(|path| {
            let sum = r#"{"count": 1, "covered": 1}"#;
            let count = counts(path);
            (
                format!(
                    r#"{{"filename": "/w/{path}",
                        "summary": {{"regions": {sum}, "lines": {sum}, "functions": {sum}}}}}"#
                ),
                format!(
                    r#"{{"filenames": ["/w/{path}"], "regions": [[1, 13, 1, 23, {count}, 0, 0, 0]]}}"#
                ),
            )
        })
        .unzip();
    let json = format!(
        r#"{{"data": [{{"files": [{}], "functions": [{}]}}]}}"#,
        files.join(","),
        functions.join(",")
    );
    let text_of = |_: &str| Ok(LINE.to_owned());
    Report::parse(&json, Path::new("/w"), "crates/core/src/", text_of).unwrap()
}

fn exception(line: &'static str) -> [Exception; 1] {
    let why = "nothing leads there";
    [Exception {
        file: STEP,
        line,
        why,
    }]
}

#[test]
fn deciders_that_are_reached_all_over_pass() {
    assert_eq!(complaints(&report("", |_| 1), &[]), [""; 0]);
}

#[test]
fn a_region_of_a_decider_that_no_test_reaches_is_a_complaint() {
    let found = complaints(&report("", |path| u32::from(path != STEP)), &[]);
    assert_eq!(
        found,
        [format!("{STEP}:1:13: no test reaches `Step::Rest`")]
    );
}

#[test]
fn what_is_only_watched_may_have_gaps() {
    let found = complaints(&report("", |path| u32::from(DECIDERS.contains(&path))), &[]);
    assert_eq!(found, [""; 0]);
}

#[test]
fn an_exception_holds_and_does_not_outlive_its_line() {
    let missed = report("", |path| u32::from(path != STEP));
    assert_eq!(
        complaints(&missed, &exception("None => Step::Rest,")),
        [""; 0]
    );
    let hit = complaints(&report("", |_| 1), &exception("None => Step::Rest,"));
    assert_eq!(
        hit,
        [format!(
            "{STEP}: `None => Step::Rest,` is hit or gone, take its exception out (nothing leads there)"
        )]
    );
    let other = complaints(&missed, &exception("None => Step::Send,"));
    assert_eq!(other.len(), 2, "{other:?}");
}

#[test]
fn a_decider_that_was_not_measured_is_a_complaint() {
    for path in DECIDERS.iter().chain(WATCHED) {
        let found = complaints(&report(path, |_| 1), &[]);
        assert_eq!(found, [format!("{path}: was not measured")]);
    }
}
