//! Pages that say what guards a promise name files, and functions and tests in them: each has to be there.

use super::files::{EXTENSIONS, File};

/// The pages that are held to it.
const PAGES: &[&str] = &[
    "docs/CONTRIBUTING.md",
    "docs/SECURITY.md",
    "docs/architecture.md",
    "docs/decisions/0012-no-lease.md",
    "docs/manual/how-it-works.md",
    "docs/manual/incidents.md",
    "docs/style.md",
];
/// What stands between a file and a function in it, and between two of its functions.
const FIRST: &str = ": ";
const NEXT: &[&str] = &[", ", " and "];

pub(super) fn complaints(files: &[File]) -> Vec<String> {
    let named = |name: &&str| files.iter().find(|file| file.path == **name);
    let on_pages = PAGES.iter().filter_map(named);
    let mut found: Vec<String> = on_pages.flat_map(|page| of_page(page, files)).collect();
    let gone = PAGES.iter().filter(|name| named(name).is_none());
    found.extend(gone.map(|name| format!("{name}: gone, take it out of the pages")));
    found
}

fn of_page(page: &File, files: &[File]) -> Vec<String> {
    let mut found = Vec::new();
    let mut is_listing = false;
    let mut folder = "";
    for (number, line) in (1_u32..).zip(page.text.lines()) {
        if line.trim_start().starts_with("```") {
            is_listing = !is_listing;
        } else if !is_listing {
            if line.starts_with('#') {
                folder = spans(line).find(|span| span.ends_with('/')).unwrap_or("");
            }
            for missing in missing(line, folder, files) {
                found.push(format!("{}:{number}: {missing}", page.path));
            }
        }
    }
    found
}

/// What a line names that isn't there. Paths are from the root, or from the folder that was named last:
/// before them in the line, or in the heading above.
fn missing(line: &str, folder: &str, files: &[File]) -> Vec<String> {
    let mut found = Vec::new();
    let mut folder = folder;
    let mut cited: Option<&File> = None;
    let mut is_first = true;
    let mut pieces = line.split('`');
    let mut between = pieces.next().unwrap_or_default();
    while let (Some(span), Some(after)) = (pieces.next(), pieces.next()) {
        let goes_on = if is_first {
            between == FIRST
        } else {
            NEXT.contains(&between)
        };
        match cited.filter(|_| goes_on && is_name(span)) {
            Some(file) => {
                is_first = false;
                if !has_function(&file.text, span) {
                    found.push(format!("`{span}` isn't in {}", file.path));
                }
            }
            None => {
                cited = None;
                is_first = true;
                if is_path(span) {
                    let from_root = entry(span, files);
                    let there = from_root.or_else(|| entry(&[folder, span].concat(), files));
                    if span.ends_with('/') && from_root.is_some() {
                        folder = span;
                    }
                    match there {
                        None => found.push(format!("`{span}` isn't there")),
                        Some(file) => cited = Some(file).filter(|_| span.ends_with(".rs")),
                    }
                }
            }
        }
        between = after;
    }
    found
}

/// What stands in backticks.
fn spans(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// Whether it can be nothing else: it has a slash, or ends like one of our files.
fn is_path(span: &str) -> bool {
    let fits = |character: char| character.is_ascii_alphanumeric() || "._-/".contains(character);
    let is_file = span
        .rsplit_once('.')
        .is_some_and(|(name, extension)| !name.is_empty() && EXTENSIONS.contains(&extension));
    let is_relative = !span.starts_with(['/', '-']);
    is_relative && span.chars().all(fits) && (is_file || span.contains('/'))
}

/// The file of this path, or any one below the folder.
fn entry<'a>(path: &str, files: &'a [File]) -> Option<&'a File> {
    let below = [path.trim_end_matches('/'), "/"].concat();
    files
        .iter()
        .find(|file| file.path == path || file.path.starts_with(&below))
}

fn is_name(span: &str) -> bool {
    let fits = |character: char| {
        character.is_ascii_lowercase() || character.is_ascii_digit() || character == '_'
    };
    !span.is_empty() && span.chars().all(fits)
}

/// Whether the text has a function of this name.
fn has_function(text: &str, name: &str) -> bool {
    let mut functions = text.split("fn ").skip(1);
    functions.any(|function| {
        let rest = function.strip_prefix(name);
        rest.is_some_and(|rest| rest.starts_with(['(', '<']))
    })
}

#[cfg(test)]
mod tests {
    use super::{File, PAGES, complaints};

    /// What is found on a page with this text, beside a file with two functions.
    fn found(text: &str) -> Vec<String> {
        let mut files: Vec<File> = PAGES.iter().map(|page| File::new(page, "")).collect();
        files.retain(|page| page.path != "docs/style.md");
        files.extend([
            File::new("docs/style.md", text),
            File::new(".ci/run", "cargo xtask ci"),
        ]);
        files.push(File::new(
            "crates/core/tests/fold.rs",
            "#[test]\nfn one_is_one() {}\n\nasync fn of_all<T>(all: T) {}\n",
        ));
        complaints(&files)
    }

    #[test]
    fn a_path_that_is_not_there_is_told_with_its_line() {
        for path in [
            "crates/core/tests/bend.rs",
            "crates/core/src/",
            "crates/cor",
            "fold.rs",
            "tests/fold.rs",
            "crates/core/tests/fold.rs/",
            "Cargo.toml",
        ] {
            let text = format!("# Style\n\nIt is in `{path}`, see there.\n");
            let expected = format!("docs/style.md:3: `{path}` isn't there");
            assert_eq!(found(&text), [expected]);
        }
    }

    #[test]
    fn files_and_folders_are_there_from_the_root_or_from_the_headings_folder() {
        for text in [
            "`crates/core/tests/fold.rs`, `crates/core/tests/`, `crates` and `.ci/run`",
            "## `crates/core/`: the rules\n\n| `tests/fold.rs` | `tests/` |",
            "## Of `crates/core/tests/`\n`fold.rs`",
            "# Tests\nIn `crates/core/` the files `tests/fold.rs` and `tests/`",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
        // A heading's folder holds until the next heading, that of a line until its end.
        for text in [
            "## `crates/core/tests/`\n## Others\n`fold.rs`",
            "`fold.rs` isn't in front of\n`crates/core/tests/`\n`fold.rs`",
        ] {
            let expected = "docs/style.md:3: `fold.rs` isn't there";
            assert_eq!(found(text).last().map(String::as_str), Some(expected));
        }
    }

    #[test]
    fn a_function_is_in_the_file_that_it_is_cited_with() {
        let cited = |names: &str| found(&format!("- see `crates/core/tests/fold.rs`: {names}"));
        assert_eq!(cited("`one_is_one`, `of_all` and `one_is_one`"), [""; 0]);
        let gone =
            |name: &str| format!("docs/style.md:1: `{name}` isn't in crates/core/tests/fold.rs");
        assert_eq!(cited("`one_is_on`"), [gone("one_is_on")]);
        assert_eq!(cited("`one_is_one_more`"), [gone("one_is_one_more")]);
        assert_eq!(
            cited("`one_is_one`, `two` and `three`; `four`"),
            [gone("two"), gone("three")]
        );
    }

    #[test]
    fn what_is_no_path_and_no_function_of_a_file_is_left_alone() {
        for text in [
            "`cargo xtask tidy`, `Store::commit`, `/metrics`, `a_name`, `RK1001`, `--by`",
            "```sh\nsee `none.rs`\n```",
            "`crates/core/tests/fold.rs` has a `word`, and `crates/core/tests/fold.rs`: `Type`, `word`",
            "`docs/errors/<code>.md`, and one ` that stands alone",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn a_page_that_is_gone_is_told() {
        let expected: Vec<String> = PAGES
            .iter()
            .map(|page| format!("{page}: gone, take it out of the pages"))
            .collect();
        assert_eq!(complaints(&[]), expected);
    }
}
