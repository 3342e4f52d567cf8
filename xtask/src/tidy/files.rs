//! The repository's own text files.

use std::fs;
use std::path::Path;

use crate::shell::{Outcome, read};

/// What the names of text files end with.
pub(super) const EXTENSIONS: &[&str] = &["rs", "toml", "md", "sql", "json", "csv", "sh"];
/// Folders of the root that hold what tools make, and hidden ones that hold what we write.
const MADE: &[&str] = &["target", "dist"];
const HIDDEN: &[&str] = &[".cargo", ".ci", ".config"];

/// One file: its path from the root with `/`, and its text.
pub(super) struct File {
    pub(super) path: String,
    pub(super) text: String,
}

impl File {
    #[cfg(test)]
    pub(super) fn new(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    pub(super) fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// Rust that users of the crates compile: not tests, not this tool.
    pub(super) fn is_library(&self) -> bool {
        self.is_rust() && self.path.starts_with("crates/") && self.path.contains("/src/")
    }
}

/// Every text file below the root, sorted by path.
pub(super) fn all(root: &Path) -> Outcome<Vec<File>> {
    let mut found = Vec::new();
    collect(root, root, &mut found)?;
    found.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(found)
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<File>) -> Outcome {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_dir() {
            let hidden = name.starts_with('.') && !HIDDEN.contains(&name.as_str());
            let made = folder == root && MADE.contains(&name.as_str());
            if !hidden && !made {
                collect(root, &path, found)?;
            }
        } else if is_text(&path) {
            let parts = path.strip_prefix(root)?.iter();
            let parts: Vec<_> = parts.map(|part| part.to_string_lossy()).collect();
            found.push(File {
                path: parts.join("/"),
                text: read(&path)?,
            });
        }
    }
    Ok(())
}

fn is_text(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| EXTENSIONS.contains(&extension)) || path.ends_with(".ci/run")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::all;

    #[test]
    fn own_files_are_found_and_made_ones_are_not() {
        let root = tempfile::tempdir().unwrap();
        for path in [
            "src/lib.rs",
            "src/dist/archive.rs",
            "target/debug/made.rs",
            "dist/made.md",
            ".git/config.toml",
            ".ci/run",
            "logo.png",
            "README.md",
        ] {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "text").unwrap();
        }
        let found: Vec<String> = all(root.path())
            .unwrap()
            .into_iter()
            .map(|file| file.path)
            .collect();
        assert_eq!(
            found,
            [".ci/run", "README.md", "src/dist/archive.rs", "src/lib.rs"]
        );
    }
}
