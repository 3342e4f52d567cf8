//! Words that have no place in a finished text.

use super::files::File;

/// One to a line; lines that begin with `#` are remarks. Letters' case counts.
const LIST: &str = include_str!("words.txt");
/// Files that must name such words.
const EXCEPTIONS: &[&str] = &["xtask/src/tidy/words.rs"];

pub(super) fn complaints(files: &[File]) -> Vec<String> {
    let words: Vec<&str> = unwanted().collect();
    let mut found = Vec::new();
    for file in files
        .iter()
        .filter(|file| !EXCEPTIONS.contains(&file.path.as_str()))
    {
        for (number, line) in (1_u32..).zip(file.text.lines()) {
            for word in words.iter().filter(|word| line.contains(**word)) {
                found.push(format!(
                    "{}:{number}: `{word}` doesn't belong here",
                    file.path
                ));
            }
        }
    }
    found
}

fn unwanted() -> impl Iterator<Item = &'static str> {
    LIST.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::{File, complaints, unwanted};

    #[test]
    fn every_word_of_the_list_is_found_with_its_line() {
        for word in unwanted() {
            let files = [File::new(
                "crates/core/src/a.rs",
                &format!("//! Fine.\n// {word} later\n"),
            )];
            let found = complaints(&files);
            assert!(
                found[0].starts_with("crates/core/src/a.rs:2: "),
                "{found:?}"
            );
        }
        assert!(unwanted().count() > 4);
    }

    #[test]
    fn clean_text_passes() {
        assert_eq!(
            complaints(&[File::new("README.md", "Money goes back.\n")]),
            [""; 0]
        );
    }
}
