//! `cargo xtask closures`: what a public crate does not pull into an application.

mod scratch;

use std::collections::BTreeSet;
use std::path::Path;

use crate::metadata::{Metadata, Package};
use crate::shell::{Outcome, capture, cargo, judge};

/// A kind of crate that somebody must be able to do without.
#[derive(Clone, Copy)]
enum Absent {
    /// Every crate of the workspace below this folder, save the one that is looked at.
    Below(&'static str),
    /// These crates, whoever publishes them.
    Named(&'static [&'static str]),
}

const ADAPTERS: Absent = Absent::Below("providers/");
const JOURNALS: Absent = Absent::Below("journals/");
const TESTING: Absent = Absent::Below("testing/");
const FACADE: Absent = Absent::Named(&["refundkit"]);
const SQLITE: Absent = Absent::Named(&["rusqlite", "libsqlite3-sys"]);
const HTTP_CLIENTS: Absent = Absent::Named(&["refundkit-http", "reqwest", "ureq"]);
const ADAPTERS_AS_CODE: Absent = Absent::Named(&["refundkit-dodo", "refundkit-dojo"]);
const SCHEMAS: Absent = Absent::Named(&["schemars", "jsonschema"]);
const RUNTIMES: Absent = Absent::Named(&["tokio", "async-std", "smol"]);

/// By folder under `crates/`; a `*` stands for one crate of that folder.
const TABLE: &[(&str, &[Absent])] = &[
    (
        "core",
        &[
            ADAPTERS,
            JOURNALS,
            TESTING,
            FACADE,
            SQLITE,
            HTTP_CLIENTS,
            RUNTIMES,
        ],
    ),
    ("http", &[ADAPTERS, JOURNALS, TESTING, FACADE, SQLITE]),
    // For people who write profiles: no application compiles it, and it compiles no other adapter.
    (
        "providers/workbench",
        &[ADAPTERS_AS_CODE, JOURNALS, TESTING, FACADE, SQLITE, SCHEMAS],
    ),
    (
        "providers/*",
        &[ADAPTERS, JOURNALS, TESTING, FACADE, SQLITE, SCHEMAS],
    ),
    (
        "journals/*",
        &[ADAPTERS, JOURNALS, TESTING, FACADE, HTTP_CLIENTS],
    ),
    ("testing/*", &[ADAPTERS, JOURNALS, TESTING, FACADE, SQLITE]),
    (
        "refundkit",
        &[ADAPTERS, JOURNALS, TESTING, SQLITE, HTTP_CLIENTS],
    ),
    ("axum", &[ADAPTERS, JOURNALS, TESTING, SQLITE, HTTP_CLIENTS]),
    // The one place that knows everybody.
    ("cli", &[]),
];

pub(crate) fn run() -> Outcome {
    let metadata = Metadata::of_workspace()?;
    let mut complaints = Vec::new();
    for package in metadata
        .packages
        .iter()
        .filter(|package| package.is_public())
    {
        let place = metadata.place(package);
        let Some(absent) = row(&place) else {
            complaints.push(format!(
                "{} has no row in the table of closures: add one",
                package.name
            ));
            continue;
        };
        let closure = closure(&metadata.workspace_root, &package.name)?;
        let unwanted = unwanted(&metadata, package, absent, &closure);
        println!(
            "{}: {} crates, {} unwanted",
            package.name,
            closure.len(),
            unwanted.len()
        );
        complaints.extend(unwanted);
    }
    complaints.extend(scratch::complaints(&metadata)?);
    judge("closures", &complaints)
}

fn row(place: &str) -> Option<&'static [Absent]> {
    let fits = |pattern: &str| match pattern.strip_suffix('*') {
        Some(folder) => place
            .strip_prefix(folder)
            .is_some_and(|rest| !rest.is_empty()),
        None => place == pattern,
    };
    TABLE
        .iter()
        .find(|(pattern, _)| fits(pattern))
        .map(|(_, absent)| *absent)
}

fn unwanted(
    metadata: &Metadata,
    package: &Package,
    absent: &[Absent],
    closure: &BTreeSet<String>,
) -> Vec<String> {
    let is_absent = |name: &str| {
        absent.iter().any(|kind| match kind {
            Absent::Named(names) => names.contains(&name),
            Absent::Below(folder) => metadata
                .packages
                .iter()
                .any(|member| member.name == name && metadata.place(member).starts_with(folder)),
        })
    };
    closure
        .iter()
        .filter(|name| **name != package.name && is_absent(name))
        .map(|name| format!("{} pulls in {name}", package.name))
        .collect()
}

/// The names of all crates that a user of this one compiles, with all its features on.
fn closure(folder: &Path, package: &str) -> Outcome<BTreeSet<String>> {
    let mut command = cargo();
    command
        .current_dir(folder)
        .args(["tree", "--locked", "--all-features", "--package", package]);
    // Build scripts are compiled too, so only development dependencies are left out.
    command.args(["--edges", "no-dev", "--prefix", "none", "--format", "{p}"]);
    Ok(names(&capture(&mut command)?))
}

fn names(tree: &str) -> BTreeSet<String> {
    let first_words = tree
        .lines()
        .filter_map(|line| line.split_whitespace().next());
    first_words.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{names, row, unwanted};
    use crate::metadata::Metadata;

    fn workspace() -> Metadata {
        let package = |name: &str, place: &str| {
            json!({
                "name": name,
                "version": "0.1.0",
                "manifest_path": format!("/repo/crates/{place}/Cargo.toml"),
            })
        };
        serde_json::from_value(json!({
            "packages": [
                package("refundkit", "refundkit"),
                package("refundkit-dojo", "providers/dojo"),
                package("refundkit-dodo", "providers/dodo"),
                package("refundkit-sqlite", "journals/sqlite"),
                package("refundkit-workbench", "providers/workbench"),
            ],
            "workspace_root": "/repo",
            "target_directory": "/repo/target",
        }))
        .unwrap()
    }

    fn found(index: usize, tree: &str) -> Vec<String> {
        let metadata = workspace();
        let package = &metadata.packages[index];
        let absent = row(&metadata.place(package)).unwrap();
        unwanted(&metadata, package, absent, &names(tree))
    }

    #[test]
    fn the_facade_stands_alone() {
        assert_eq!(found(0, "refundkit v0.1.0 (/x)\nserde v1.0.0\n"), [""; 0]);
        assert_eq!(
            found(
                0,
                "refundkit v0.1.0 (/x)\nreqwest v0.13.5 (*)\nrefundkit-dodo v0.1.0 (/y)\n"
            ),
            [
                "refundkit pulls in refundkit-dodo",
                "refundkit pulls in reqwest"
            ]
        );
    }

    #[test]
    fn an_adapter_is_not_its_own_neighbour() {
        assert_eq!(
            found(1, "refundkit-dojo v0.1.0 (/x)\nreqwest v0.13.5\n"),
            [""; 0]
        );
        assert_eq!(
            found(
                1,
                "refundkit-dojo v0.1.0\nrefundkit-dodo v0.1.0\nlibsqlite3-sys v0.38.0\n"
            ),
            [
                "refundkit-dojo pulls in libsqlite3-sys",
                "refundkit-dojo pulls in refundkit-dodo"
            ]
        );
    }

    #[test]
    fn a_journal_may_have_its_database_and_no_client() {
        let tree = "refundkit-sqlite v0.1.0\nrusqlite v0.41.1\nreqwest v0.13.5\n";
        assert_eq!(found(3, tree), ["refundkit-sqlite pulls in reqwest"]);
    }

    #[test]
    fn an_adapter_brings_no_workbench_and_the_workbench_no_second_adapter() {
        assert_eq!(
            found(
                1,
                "refundkit-dojo v0.1.0\nrefundkit-workbench v0.1.0\nschemars v1.2.0\n"
            ),
            [
                "refundkit-dojo pulls in refundkit-workbench",
                "refundkit-dojo pulls in schemars"
            ]
        );
        assert_eq!(
            found(
                4,
                "refundkit-workbench v0.1.0\nrefundkit-generic v0.1.0\nrefundkit-dodo v0.1.0\n"
            ),
            ["refundkit-workbench pulls in refundkit-dodo"]
        );
    }

    #[test]
    fn an_unknown_place_has_no_row() {
        assert!(row("providers/stranger").is_some());
        assert!(row("providers/").is_none());
        assert!(row("elsewhere").is_none());
        assert!(row("").is_none());
    }
}
