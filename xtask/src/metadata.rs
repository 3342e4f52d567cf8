//! What `cargo metadata` says about the workspace.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::shell::{Outcome, capture, cargo};

/// The part of `cargo metadata --format-version 1` that the chores read.
#[derive(Deserialize)]
pub(crate) struct Metadata {
    pub(crate) packages: Vec<Package>,
    pub(crate) workspace_root: PathBuf,
    pub(crate) target_directory: PathBuf,
    #[serde(default)]
    metadata: Option<Tables>,
}

/// One crate, of the workspace or of a registry.
#[derive(Deserialize)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) manifest_path: PathBuf,
    pub(crate) license: Option<String>,
    pub(crate) repository: Option<String>,
    /// The registries that it may go to: `None` for any, empty for none.
    pub(crate) publish: Option<Vec<String>>,
    #[serde(default)]
    pub(crate) dependencies: Vec<Dependency>,
}

/// A dependency as the manifest declares it: optional ones and those of other platforms too.
#[derive(Deserialize)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    kind: Option<String>,
}

#[derive(Deserialize)]
struct Tables {
    layers: Layers,
}

/// `[workspace.metadata.layers]`: who may depend on whom.
#[derive(Default, Deserialize)]
pub(crate) struct Layers {
    pub(crate) normal: BTreeMap<String, BTreeSet<String>>,
    #[serde(default)]
    pub(crate) dev: BTreeMap<String, BTreeSet<String>>,
}

impl Metadata {
    /// The workspace's own crates. Needs no network and no lock file.
    pub(crate) fn of_workspace() -> Outcome<Self> {
        Self::read(&["--no-deps"])
    }

    /// Every crate that a build for this platform may use.
    pub(crate) fn of_everything(triple: &str) -> Outcome<Self> {
        Self::read(&["--locked", "--filter-platform", triple])
    }

    fn read(options: &[&str]) -> Outcome<Self> {
        let mut command = cargo();
        command
            .args(["metadata", "--format-version", "1"])
            .args(options);
        Ok(serde_json::from_str(&capture(&mut command)?)?)
    }

    /// The table of allowed edges, where the root manifest has one.
    pub(crate) fn layers(&self) -> Option<&Layers> {
        self.metadata.as_ref().map(|tables| &tables.layers)
    }

    /// Where a crate stands under `crates/`, `providers/dojo` for example: the path tells the layer.
    /// Empty for what stands elsewhere.
    pub(crate) fn place(&self, package: &Package) -> String {
        let crates = self.workspace_root.join("crates");
        let folder = package.manifest_path.parent().unwrap_or(Path::new(""));
        let parts = folder.strip_prefix(crates).unwrap_or(Path::new("")).iter();
        parts
            .map(|part| part.to_string_lossy())
            .collect::<Vec<_>>()
            .join("/")
    }
}

impl Package {
    pub(crate) fn is_public(&self) -> bool {
        self.publish
            .as_ref()
            .is_none_or(|registries| !registries.is_empty())
    }
}

impl Dependency {
    /// Needed by tests, examples and benchmarks only. A build dependency is not: users compile it.
    pub(crate) fn is_dev(&self) -> bool {
        self.kind.as_deref() == Some("dev")
    }
}
