//! Edges between made-up crates: listed, not listed, listed for nothing, and never allowed.

use serde_json::{Value, json};

use super::complaints;
use crate::metadata::Metadata;

fn package(name: &str, place: &str, dependencies: &[(&str, Option<&str>)]) -> Value {
    let dependencies: Vec<Value> = dependencies
        .iter()
        .map(|(name, kind)| json!({ "name": name, "kind": kind }))
        .collect();
    json!({
        "name": name,
        "version": "0.1.0",
        "manifest_path": format!("/repo/{place}/Cargo.toml"),
        "license": null,
        "repository": null,
        "publish": null,
        "dependencies": dependencies,
    })
}

fn workspace(packages: &[Value], layers: &Value) -> Metadata {
    serde_json::from_value(json!({
        "packages": packages,
        "workspace_root": "/repo",
        "target_directory": "/repo/target",
        "metadata": { "layers": layers },
    }))
    .unwrap()
}

fn core() -> Value {
    package("refundkit-core", "crates/core", &[("serde", None)])
}

#[test]
fn listed_edges_pass() {
    let http = package(
        "refundkit-http",
        "crates/http",
        &[("refundkit-core", None), ("reqwest", None)],
    );
    let table = json!({ "normal": { "refundkit-core": [], "refundkit-http": ["refundkit-core"] } });
    assert_eq!(complaints(&workspace(&[core(), http], &table)), [""; 0]);
}

#[test]
fn a_normal_edge_that_is_not_listed_is_found() {
    let facade = package("refundkit", "crates/refundkit", &[("refundkit-core", None)]);
    let table = json!({ "normal": { "refundkit-core": [], "refundkit": [] } });
    let found = complaints(&workspace(&[core(), facade], &table));
    assert_eq!(found, ["refundkit -> refundkit-core is not allowed"]);
}

#[test]
fn a_build_dependency_counts_as_a_normal_one() {
    let facade = package(
        "refundkit",
        "crates/refundkit",
        &[("refundkit-core", Some("build"))],
    );
    let table = json!({ "normal": { "refundkit-core": [], "refundkit": [] } });
    let found = complaints(&workspace(&[core(), facade], &table));
    assert_eq!(found, ["refundkit -> refundkit-core is not allowed"]);
}

#[test]
fn a_development_edge_is_judged_on_its_own() {
    let sandbox = package("refundkit-sandbox", "crates/testing/sandbox", &[]);
    let dojo = package(
        "refundkit-dojo",
        "crates/providers/dojo",
        &[("refundkit-sandbox", Some("dev"))],
    );
    let members = [sandbox.clone(), dojo];
    let rows = json!({ "refundkit-sandbox": [], "refundkit-dojo": [] });
    let found = complaints(&workspace(&members, &json!({ "normal": rows })));
    assert_eq!(
        found,
        ["refundkit-dojo -> refundkit-sandbox (dev) is not allowed"]
    );

    let dev = json!({ "refundkit-dojo": ["refundkit-sandbox"] });
    let table = json!({ "normal": rows, "dev": dev });
    assert_eq!(complaints(&workspace(&members, &table)), [""; 0]);

    // A permission for tests is none for the code.
    let dojo = package(
        "refundkit-dojo",
        "crates/providers/dojo",
        &[("refundkit-sandbox", None)],
    );
    let found = complaints(&workspace(&[sandbox, dojo], &table));
    assert_eq!(
        found.first().unwrap(),
        "refundkit-dojo -> refundkit-sandbox is not allowed"
    );
}

#[test]
fn adapters_never_depend_on_each_other_even_when_listed() {
    let dojo = package("refundkit-dojo", "crates/providers/dojo", &[]);
    let dodo = package(
        "refundkit-dodo",
        "crates/providers/dodo",
        &[("refundkit-dojo", None)],
    );
    let table = json!({ "normal": { "refundkit-dojo": [], "refundkit-dodo": ["refundkit-dojo"] } });
    let found = complaints(&workspace(&[dojo, dodo], &table));
    assert_eq!(
        found,
        ["refundkit-dodo -> refundkit-dojo: adapters never depend on each other"]
    );
}

#[test]
fn the_workbench_is_no_adapter_and_none_depends_on_it() {
    let generic = |edges| package("refundkit-generic", "crates/providers/generic", edges);
    let workbench = |edges| package("refundkit-workbench", "crates/providers/workbench", edges);
    let table = json!({ "normal": {
        "refundkit-generic": [],
        "refundkit-workbench": ["refundkit-generic"],
    } });
    let members = [generic(&[]), workbench(&[("refundkit-generic", None)])];
    assert_eq!(complaints(&workspace(&members, &table)), [""; 0]);
    let table = json!({ "normal": {
        "refundkit-generic": ["refundkit-workbench"],
        "refundkit-workbench": [],
    } });
    let members = [generic(&[("refundkit-workbench", None)]), workbench(&[])];
    assert_eq!(
        complaints(&workspace(&members, &table)),
        ["refundkit-generic -> refundkit-workbench: adapters never depend on each other"]
    );
}

#[test]
fn reqwest_and_rusqlite_have_one_owner() {
    let facade = package(
        "refundkit",
        "crates/refundkit",
        &[
            ("reqwest", None),
            ("rusqlite", Some("build")),
            ("reqwest", Some("dev")),
        ],
    );
    let found = complaints(&workspace(
        &[facade],
        &json!({ "normal": { "refundkit": [] } }),
    ));
    assert_eq!(
        found,
        [
            "refundkit -> reqwest: only refundkit-http names it",
            "refundkit -> rusqlite: only refundkit-sqlite names it",
        ]
    );
}

#[test]
fn what_the_table_says_for_nothing_is_reported() {
    let facade = package("refundkit", "crates/refundkit", &[]);
    let table = json!({
        "normal": { "refundkit-core": [], "refundkit": ["refundkit-core"], "gone": [] },
        "dev": { "refundkit": ["refundkit-core"] },
    });
    let found = complaints(&workspace(&[core(), facade], &table));
    assert_eq!(
        found,
        [
            "refundkit -> refundkit-core is allowed in `normal` and not used: take it out",
            "refundkit -> refundkit-core is allowed in `dev` and not used: take it out",
            "gone is in the table and not in the workspace",
        ]
    );
}

#[test]
fn a_crate_without_a_row_is_found() {
    let found = complaints(&workspace(&[core()], &json!({ "normal": {} })));
    assert_eq!(
        found,
        ["refundkit-core has no line in [workspace.metadata.layers.normal]: add one"]
    );
}
