//! Every stable error code has its page, and every page its code.

use std::collections::BTreeSet;

use super::files::File;

const PAGES: &str = "docs/errors/";

pub(super) fn complaints(files: &[File]) -> Vec<String> {
    let libraries = files.iter().filter(|file| file.is_library());
    let codes: BTreeSet<&str> = libraries.flat_map(|file| codes_in(&file.text)).collect();
    let pages: BTreeSet<&str> = files
        .iter()
        .filter_map(|file| page_of(&file.path))
        .collect();
    let missing = codes
        .difference(&pages)
        .map(|code| format!("{code}: write {PAGES}{code}.md"));
    let stale = pages
        .difference(&codes)
        .map(|code| format!("{PAGES}{code}.md: no error has this code"));
    missing.chain(stale).collect()
}

/// The code that a page is named after.
fn page_of(path: &str) -> Option<&str> {
    let name = path.strip_prefix(PAGES)?.strip_suffix(".md")?;
    is_code(name).then_some(name)
}

/// A code stands in the source as a string literal of its own. Elsewhere it is prose.
fn codes_in(text: &str) -> impl Iterator<Item = &str> {
    text.split('"').filter(|piece| is_code(piece))
}

fn is_code(text: &str) -> bool {
    text.strip_prefix("RK")
        .is_some_and(|digits| digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::{File, complaints};

    #[test]
    fn codes_and_pages_are_matched_in_both_directions() {
        let files = [
            File::new(
                "crates/core/src/error.rs",
                "A => Code::new(\"RK1001\"),\nB => Code::new(\"RK1002\"),",
            ),
            File::new(
                "crates/core/tests/error.rs",
                "assert_eq!(code, \"RK9999\");",
            ),
            File::new("docs/errors/RK1002.md", "# RK1002"),
            File::new("docs/errors/RK1003.md", "# RK1003"),
            File::new("docs/errors/README.md", "# Errors"),
        ];
        assert_eq!(
            complaints(&files),
            [
                "RK1001: write docs/errors/RK1001.md",
                "docs/errors/RK1003.md: no error has this code"
            ]
        );
    }

    #[test]
    fn prose_and_longer_words_are_no_codes() {
        let text =
            "// see RK1001\nlet a = \"error[RK0000]\"; let b = \"RK12345\"; let c = \"RK12x4\";";
        assert_eq!(
            complaints(&[File::new("crates/core/src/a.rs", text)]),
            [""; 0]
        );
    }
}
