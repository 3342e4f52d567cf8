//! A small report of llvm-cov: the gaps in it, its table, and what is no such report.

use std::path::Path;

use super::Report;

/// Two instances of one function, of which each reaches what the other doesn't; a region of a
/// macro's expansion; a file outside of the folder.
const EXPORT: &str = r#"{
    "type": "llvm.coverage.json.export",
    "version": "3.1.0",
    "data": [{
        "files": [
            {"filename": "/w/core/src/a.rs", "summary": {
                "branches": {"count": 0, "covered": 0},
                "functions": {"count": 2, "covered": 1, "percent": 50.0},
                "lines": {"count": 1000, "covered": 999, "percent": 99.9},
                "regions": {"count": 3, "covered": 2, "percent": 66.6}}},
            {"filename": "/w/core/src/b/c.rs", "summary": {
                "functions": {"count": 0, "covered": 0},
                "lines": {"count": 1, "covered": 1},
                "regions": {"count": 1, "covered": 1}}},
            {"filename": "/w/core/tests/a.rs", "summary": {
                "functions": {"count": 7, "covered": 7},
                "lines": {"count": 7, "covered": 7},
                "regions": {"count": 7, "covered": 7}}}
        ],
        "functions": [
            {"filenames": ["/w/core/src/a.rs"], "name": "one", "count": 1, "regions": [
                [1, 1, 1, 9, 4, 0, 0, 0], [2, 5, 2, 9, 0, 0, 0, 0], [3, 5, 4, 2, 0, 0, 0, 0]]},
            {"filenames": ["/w/core/src/b/c.rs", "/w/core/src/a.rs"], "regions": [
                [1, 1, 1, 9, 0, 1, 0, 0], [2, 5, 2, 9, 1, 1, 0, 0], [3, 5, 4, 2, 0, 1, 0, 0],
                [2, 1, 2, 3, 0, 1, 0, 1]]},
            {"filenames": ["/w/core/tests/a.rs"], "regions": [[1, 1, 1, 2, 0, 0, 0, 0]]}
        ]
    }]
}"#;

const TEXT: &str = "fn one() {\n    left\n    if right {\n}\n";

fn report() -> Report {
    let text_of = |_: &str| Ok(TEXT.to_owned());
    Report::parse(EXPORT, Path::new("/w"), "core/src/", text_of).unwrap()
}

fn gaps(file: &str) -> Vec<String> {
    report().gaps_in(file).map(ToString::to_string).collect()
}

#[test]
fn a_gap_is_what_no_instance_of_a_function_reaches() {
    assert_eq!(
        gaps("core/src/a.rs"),
        ["core/src/a.rs:3:5: no test reaches `if right {`"]
    );
    assert_eq!(gaps("core/src/b/c.rs"), [""; 0]);
}

#[test]
fn files_outside_the_folder_are_left_out() {
    let report = report();
    assert!(report.has("core/src/a.rs") && report.has("core/src/b/c.rs"));
    assert!(!report.has("core/tests/a.rs"));
    assert_eq!(gaps("core/tests/a.rs"), [""; 0]);
}

#[test]
fn the_table_has_every_file_and_the_total_and_rounds_down() {
    let table = report().to_string();
    let lines: Vec<Vec<&str>> = table
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    let spaced = |line: &'static str| line.split_whitespace().collect::<Vec<_>>();
    assert_eq!(
        lines,
        [
            spaced("regions lines functions"),
            spaced("core/src/a.rs 2 / 3 66.6 % 999 / 1000 99.9 % 1 / 2 50.0 %"),
            spaced("core/src/b/c.rs 1 / 1 100.0 % 1 / 1 100.0 % 0 / 0 100.0 %"),
            spaced("total 3 / 4 75.0 % 1000 / 1001 99.9 % 1 / 2 50.0 %"),
        ]
    );
}

#[test]
fn a_report_of_another_shape_is_a_clear_failure() {
    for json in ["", "{}", r#"{"data": [{"files": []}]}"#] {
        let parsed = Report::parse(json, Path::new("/w"), "", |_| Ok(String::new()));
        let said = parsed.err().unwrap().to_string();
        assert!(
            said.starts_with("llvm-cov's report can't be read: "),
            "{said}"
        );
    }
}

#[test]
fn a_region_beyond_the_text_shows_no_text_and_no_panic() {
    let text_of = |_: &str| Ok(String::new());
    let report = Report::parse(EXPORT, Path::new("/w"), "core/src/", text_of).unwrap();
    let gaps: Vec<String> = report
        .gaps_in("core/src/a.rs")
        .map(ToString::to_string)
        .collect();
    assert_eq!(gaps, ["core/src/a.rs:3:5: no test reaches ``"]);
}
