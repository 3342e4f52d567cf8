//! `cargo xtask layers`: an edge between two crates is a decision, so it stands in a table.

use std::collections::{BTreeMap, BTreeSet};

use crate::metadata::{Metadata, Package};
use crate::shell::{Outcome, judge};

/// Crates with one owner: nobody else names them outside development dependencies.
const OWNED: &[(&str, &str)] = &[
    ("reqwest", "refundkit-http"),
    ("rusqlite", "refundkit-sqlite"),
];

/// The folder whose crates never depend on one another, whatever the table says.
const ADAPTERS: &str = "providers/";
/// The one there that is no adapter: it is about profiles, and nobody but the command names it.
const WORKBENCH: &str = "providers/workbench";

pub(crate) fn run() -> Outcome {
    judge("layers", &complaints(&Metadata::of_workspace()?))
}

fn complaints(metadata: &Metadata) -> Vec<String> {
    let Some(layers) = metadata.layers() else {
        return vec!["the root manifest has no [workspace.metadata.layers]".to_owned()];
    };
    let normal = edges(metadata, false);
    let dev = edges(metadata, true);
    let nobody = BTreeSet::new();
    let mut found = Vec::new();
    for package in &metadata.packages {
        let from = package.name.as_str();
        if !layers.normal.contains_key(from) {
            found.push(format!(
                "{from} has no line in [workspace.metadata.layers.normal]: add one"
            ));
        }
        let normally = layers.normal.get(from).unwrap_or(&nobody);
        let in_tests = layers.dev.get(from).unwrap_or(&nobody);
        for to in edges_of(&normal, from).filter(|to| !normally.contains(*to)) {
            found.push(format!("{from} -> {to} is not allowed"));
        }
        // What the code may use, its tests may use.
        for to in
            edges_of(&dev, from).filter(|to| !in_tests.contains(*to) && !normally.contains(*to))
        {
            found.push(format!("{from} -> {to} (dev) is not allowed"));
        }
    }
    found.extend(unused("normal", &layers.normal, &normal));
    found.extend(unused("dev", &layers.dev, &dev));
    found.extend(strangers(metadata));
    found.extend(between_adapters(metadata));
    found.extend(owned(metadata));
    found
}

type Edges<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

/// The edges between crates of the workspace, by the crate that they leave from.
fn edges(metadata: &Metadata, dev: bool) -> Edges<'_> {
    let members: BTreeSet<&str> = metadata
        .packages
        .iter()
        .map(|package| package.name.as_str())
        .collect();
    metadata
        .packages
        .iter()
        .map(|package| {
            let declared = package.dependencies.iter().filter(|to| to.is_dev() == dev);
            let names = declared.map(|to| to.name.as_str());
            (
                package.name.as_str(),
                names.filter(|name| members.contains(name)).collect(),
            )
        })
        .collect()
}

fn edges_of<'a>(edges: &'a Edges<'_>, from: &str) -> impl Iterator<Item = &'a str> {
    edges.get(from).into_iter().flatten().copied()
}

/// A permission that nobody uses is a door left open.
fn unused<'a>(
    kind: &'a str,
    table: &'a BTreeMap<String, BTreeSet<String>>,
    edges: &'a Edges<'_>,
) -> impl Iterator<Item = String> + 'a {
    let allowed = table
        .iter()
        .flat_map(|(from, row)| row.iter().map(move |to| (from, to)));
    let idle = move |(from, to): &(&String, &String)| {
        !edges
            .get(from.as_str())
            .is_some_and(|row| row.contains(to.as_str()))
    };
    allowed.filter(idle).map(move |(from, to)| {
        format!("{from} -> {to} is allowed in `{kind}` and not used: take it out")
    })
}

/// Rows of the table that belong to no crate.
fn strangers(metadata: &Metadata) -> Vec<String> {
    let rows = metadata
        .layers()
        .into_iter()
        .flat_map(|table| table.normal.keys().chain(table.dev.keys()));
    let unknown = rows.filter(|row| {
        !metadata
            .packages
            .iter()
            .any(|package| package.name == **row)
    });
    unknown
        .map(|row| format!("{row} is in the table and not in the workspace"))
        .collect()
}

fn between_adapters(metadata: &Metadata) -> Vec<String> {
    let is_adapter = |package: &&Package| metadata.place(package).starts_with(ADAPTERS);
    let adapters: Vec<&Package> = metadata.packages.iter().filter(is_adapter).collect();
    let mut found = Vec::new();
    let is_workbench = |package: &&&Package| metadata.place(package) == WORKBENCH;
    for from in adapters.iter().filter(|package| !is_workbench(package)) {
        for to in &from.dependencies {
            if adapters.iter().any(|adapter| adapter.name == to.name) {
                found.push(format!(
                    "{} -> {}: adapters never depend on each other",
                    from.name, to.name
                ));
            }
        }
    }
    found
}

fn owned(metadata: &Metadata) -> Vec<String> {
    let mut found = Vec::new();
    for package in &metadata.packages {
        for to in package.dependencies.iter().filter(|to| !to.is_dev()) {
            for (_, owner) in OWNED
                .iter()
                .filter(|(name, owner)| *name == to.name && *owner != package.name)
            {
                found.push(format!(
                    "{} -> {}: only {owner} names it",
                    package.name, to.name
                ));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests;
