//! Each Rust file says at its head what lives in it. Whether it says it well, a reader has to judge.

use super::files::File;

/// What a head begins with.
const MARK: &str = "//!";

pub(super) fn complaints(files: &[File]) -> Vec<String> {
    let rust = files.iter().filter(|file| file.is_rust());
    let headless = rust.filter(|file| !has_head(&file.text));
    headless
        .map(|file| {
            let path = &file.path;
            format!("{path}: say at its head, after `{MARK}`, what lives in it")
        })
        .collect()
}

/// Whether the first line that isn't blank is of a head, and has a word in it.
fn has_head(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim);
    let first = lines.find(|line| !line.is_empty());
    let said = first.and_then(|line| line.strip_prefix(MARK));
    said.is_some_and(|said| said.contains(char::is_alphanumeric))
}

#[cfg(test)]
mod tests {
    use super::{File, complaints};

    /// A file in each of the places where Rust stands.
    const PLACES: &[&str] = &[
        "crates/core/src/plan/budget.rs",
        "crates/core/src/redact/tests.rs",
        "crates/core/tests/fold.rs",
        "crates/core/tests/common/mod.rs",
        "crates/cli/benches/serve/main.rs",
        "crates/cli/examples/library.rs",
        "crates/testing/sandbox/src/lib.rs",
        "crates/core/build.rs",
        "xtask/src/main.rs",
    ];

    #[test]
    fn a_file_without_a_head_is_found_wherever_it_is() {
        for path in PLACES {
            let expected = format!("{path}: say at its head, after `//!`, what lives in it");
            for text in [
                "",
                "\n",
                "use std::fmt;\n",
                "use std::fmt;\n\n//! Too late.\n",
                "/// Of the item below.\nstruct Item;\n",
                "// A remark.\n//! Behind a remark.\n",
                "#![allow(dead_code)]\n//! Behind an attribute.\n",
                "//!\n//! Behind a line without a word.\n",
                "//! -- !\n",
            ] {
                assert_eq!(complaints(&[File::new(path, text)]), [expected.as_str()]);
            }
        }
    }

    #[test]
    fn a_head_is_the_first_that_is_said() {
        for path in PLACES {
            for text in [
                "//! Money.",
                "//! What lives here.\n//! And what doesn't.\n\nuse std::fmt;\n",
                "\n  \n//! Behind blank lines.\n",
                "//!Without a space.\r\nuse std::fmt;\r\n",
                "//! Before an attribute.\n#![allow(dead_code)]\n",
            ] {
                assert_eq!(complaints(&[File::new(path, text)]), [""; 0], "{text}");
            }
        }
    }

    #[test]
    fn what_is_no_rust_needs_none() {
        let files = ["README.md", "Cargo.toml", ".ci/run"].map(|path| File::new(path, "text"));
        assert_eq!(complaints(&files), [""; 0]);
    }
}
