//! One idea a file: files stay small.

use super::files::File;

const LINES_MAX: usize = 450;
/// Files that may be longer, each with its reason.
const EXCEPTIONS: &[(&str, &str)] = &[];

pub(super) fn count(files: &[File]) -> usize {
    files.iter().filter(|file| file.is_rust()).count()
}

pub(super) fn median(files: &[File]) -> usize {
    let mut sizes: Vec<usize> = files
        .iter()
        .filter(|file| file.is_rust())
        .map(lines)
        .collect();
    sizes.sort_unstable();
    sizes.get(sizes.len() / 2).copied().unwrap_or(0)
}

pub(super) fn complaints(files: &[File]) -> Vec<String> {
    judged(files, EXCEPTIONS)
}

fn judged(files: &[File], exceptions: &[(&str, &str)]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files.iter().filter(|file| file.is_rust()) {
        let excused = exceptions.iter().any(|(path, _)| *path == file.path);
        match (lines(file), excused) {
            (lines, false) if lines > LINES_MAX => {
                found.push(format!("{}: {lines} lines, {LINES_MAX} at most", file.path));
            }
            (lines, true) if lines <= LINES_MAX => {
                found.push(format!(
                    "{}: short enough, take its exception out",
                    file.path
                ));
            }
            _ => {}
        }
    }
    let gone = exceptions
        .iter()
        .filter(|(path, _)| !files.iter().any(|file| file.path == *path));
    found.extend(gone.map(|(path, _)| format!("{path}: gone, take its exception out")));
    found
}

fn lines(file: &File) -> usize {
    file.text.lines().count()
}

#[cfg(test)]
mod tests {
    use super::{File, LINES_MAX, judged, median};

    fn file(path: &str, lines: usize) -> File {
        File::new(path, &"line\n".repeat(lines))
    }

    #[test]
    fn the_limit_is_the_last_allowed_length() {
        let files = [
            file("a.rs", LINES_MAX),
            file("b.rs", LINES_MAX + 1),
            file("c.md", 9000),
        ];
        assert_eq!(judged(&files, &[]), ["b.rs: 451 lines, 450 at most"]);
    }

    #[test]
    fn an_exception_holds_and_does_not_outlive_its_file() {
        let files = [file("long.rs", 500), file("short.rs", 5)];
        let exceptions = [
            ("long.rs", "a table"),
            ("short.rs", "was long"),
            ("gone.rs", "was here"),
        ];
        assert_eq!(
            judged(&files, &exceptions),
            [
                "short.rs: short enough, take its exception out",
                "gone.rs: gone, take its exception out"
            ]
        );
    }

    #[test]
    fn the_median_is_of_rust_files_only() {
        assert_eq!(
            median(&[
                file("a.rs", 1),
                file("b.rs", 7),
                file("c.rs", 100),
                file("d.md", 9)
            ]),
            7
        );
        assert_eq!(median(&[]), 0);
    }
}
