//! The terms of every crate inside the program: a table, and the texts that they ship.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;

use super::archive::Entry;
use crate::metadata::{Metadata, Package};
use crate::shell::{Outcome, capture, cargo};

/// How the files with terms begin, in capitals.
const TERMS: &[&str] = &[
    "LICENSE",
    "LICENCE",
    "COPYING",
    "COPYRIGHT",
    "NOTICE",
    "UNLICENSE",
];

/// `THIRD-PARTY.md`, and `LICENSES/<crate>-<version>/` for what is not the workspace's own.
pub(super) fn entries(metadata: &Metadata, package: &str) -> Outcome<Vec<Entry>> {
    let mut command = cargo();
    command.args([
        "tree",
        "--locked",
        "--package",
        package,
        "--edges",
        "normal",
    ]);
    command.args(["--prefix", "none", "--format", "{p}"]);
    let inside = inside(&capture(&mut command)?);
    let mut strangers: Vec<&Package> = metadata
        .packages
        .iter()
        .filter(|package| inside.contains(&(package.name.clone(), package.version.clone())))
        .filter(|package| !package.manifest_path.starts_with(&metadata.workspace_root))
        .collect();
    strangers.sort_by(|one, other| (&one.name, &one.version).cmp(&(&other.name, &other.version)));
    let mut entries = vec![Entry::text(
        "THIRD-PARTY.md",
        table(&strangers)?.into_bytes(),
    )];
    for stranger in strangers {
        entries.extend(texts(stranger)?);
    }
    Ok(entries)
}

/// Names and versions from lines such as `serde v1.0.0 (proc-macro) (*)`.
fn inside(tree: &str) -> BTreeSet<(String, String)> {
    let pair = |line: &str| {
        let mut words = line.split_whitespace();
        let name = words.next()?;
        Some((name.to_owned(), words.next()?.strip_prefix('v')?.to_owned()))
    };
    tree.lines().filter_map(pair).collect()
}

fn table(packages: &[&Package]) -> Outcome<String> {
    let mut text = "# Third-party crates in this program\n\n\
        The Rust standard library is part of it too, under MIT OR Apache-2.0.\n\n\
        | crate | version | licence | repository |\n| --- | --- | --- | --- |\n"
        .to_owned();
    for Package {
        name,
        version,
        license,
        repository,
        ..
    } in packages
    {
        let license = license
            .as_ref()
            .ok_or_else(|| format!("{name} {version} states no licence"))?;
        let repository = repository.as_deref().unwrap_or("");
        writeln!(text, "| {name} | {version} | {license} | {repository} |")?;
    }
    Ok(text)
}

fn texts(package: &Package) -> Outcome<Vec<Entry>> {
    let folder = package
        .manifest_path
        .parent()
        .ok_or("a manifest stands in no folder")?;
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let capitals = name.to_uppercase();
        if entry.file_type()?.is_file() && TERMS.iter().any(|start| capitals.starts_with(start)) {
            let path = format!("LICENSES/{}-{}/{name}", package.name, package.version);
            found.push(Entry::text(&path, fs::read(entry.path())?));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::{inside, table};
    use crate::metadata::Package;

    fn package(license: Option<&str>) -> Package {
        serde_json::from_value(serde_json::json!({
            "name": "serde",
            "version": "1.0.0",
            "manifest_path": "/registry/serde/Cargo.toml",
            "license": license,
            "repository": "https://example.com/serde",
        }))
        .unwrap()
    }

    #[test]
    fn names_and_versions_come_from_the_tree() {
        let tree = "refundkit-cli v0.1.0 (/repo/crates/cli)\nserde v1.0.0\nserde v1.0.0 (*)\ntoml v1.2.1+spec-1.1.0\n\n";
        let pairs: Vec<_> = inside(tree).into_iter().collect();
        let pair = |name: &str, version: &str| (name.to_owned(), version.to_owned());
        assert_eq!(
            pairs,
            [
                pair("refundkit-cli", "0.1.0"),
                pair("serde", "1.0.0"),
                pair("toml", "1.2.1+spec-1.1.0")
            ]
        );
    }

    #[test]
    fn the_table_has_a_row_for_each() {
        let text = table(&[&package(Some("MIT OR Apache-2.0"))]).unwrap();
        assert!(
            text.ends_with("| serde | 1.0.0 | MIT OR Apache-2.0 | https://example.com/serde |\n")
        );
    }

    #[test]
    fn a_crate_without_terms_is_not_shipped() {
        let error = table(&[&package(None)]).unwrap_err();
        assert_eq!(error.to_string(), "serde 1.0.0 states no licence");
    }
}
