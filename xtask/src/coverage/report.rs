//! What `llvm-cov export` says: sums by file, and the regions that no test reaches.

mod export;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use crate::shell::Outcome;
use export::{CODE, Export, File, Sum};

/// What the tests of a crate reach of its sources.
pub(super) struct Report {
    files: Vec<Row>,
    gaps: Vec<Gap>,
}

/// One file's sums as LLVM counts them: of a generic function the instance that is covered best,
/// and tests that stand in the file too.
struct Row {
    path: String,
    regions: Sum,
    lines: Sum,
    functions: Sum,
}

/// A region that no test reaches, in no instance of its function.
pub(super) struct Gap {
    /// The path from the root, with `/`.
    pub(super) file: String,
    /// The text of the line in which it begins.
    pub(super) line: String,
    span: Span,
}

/// Where a region begins and ends. Lines and columns begin with 1, columns are bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Span {
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

impl Report {
    /// Reads an export made in `root`, and leaves out what does not stand in `folder` below it.
    /// `text_of` gives a source file's text by its path from the root.
    pub(super) fn parse(
        json: &str,
        root: &Path,
        folder: &str,
        text_of: impl Fn(&str) -> Outcome<String>,
    ) -> Outcome<Self> {
        let export = Export::parse(json)?;
        let place = |path: &str| -> Option<String> {
            let parts = Path::new(path).strip_prefix(root).ok()?.iter();
            let parts: Vec<_> = parts.map(|part| part.to_string_lossy()).collect();
            Some(parts.join("/")).filter(|path| path.starts_with(folder))
        };
        let row = |file: &File| {
            Some(Row {
                path: place(&file.filename)?,
                regions: file.summary.regions,
                lines: file.summary.lines,
                functions: file.summary.functions,
            })
        };
        let mut counts: BTreeMap<String, BTreeMap<Span, usize>> = BTreeMap::new();
        for function in export.functions() {
            for region in &function.regions {
                let [line, column, end_line, end_column, count, file, _, kind] = *region;
                let path = function.filenames.get(file).and_then(|path| place(path));
                let Some(path) = path.filter(|_| kind == CODE) else {
                    continue;
                };
                let span = Span {
                    line,
                    column,
                    end_line,
                    end_column,
                };
                let known = counts.entry(path).or_default().entry(span).or_default();
                *known = count.max(*known);
            }
        }
        let mut gaps = Vec::new();
        for (file, counts) in counts {
            let text = text_of(&file)?;
            for (span, _) in counts.into_iter().filter(|(_, count)| *count == 0) {
                let line = text.lines().nth(span.line.saturating_sub(1));
                gaps.push(Gap {
                    file: file.clone(),
                    line: line.unwrap_or_default().to_owned(),
                    span,
                });
            }
        }
        let files = export.files().filter_map(row).collect();
        Ok(Self { files, gaps })
    }

    /// Whether a file was measured.
    pub(super) fn has(&self, file: &str) -> bool {
        self.files.iter().any(|row| row.path == file)
    }

    /// What no test reaches of a file, from its top to its end.
    pub(super) fn gaps_in<'a>(&'a self, file: &str) -> impl Iterator<Item = &'a Gap> {
        self.gaps.iter().filter(move |gap| gap.file == file)
    }
}

impl Gap {
    /// Its text, as far as it stands in its first line.
    fn text(&self) -> &str {
        let begin = self.span.column.saturating_sub(1);
        let end = if self.span.line == self.span.end_line {
            self.span.end_column.saturating_sub(1)
        } else {
            self.line.len()
        };
        self.line.get(begin..end).unwrap_or(&self.line).trim()
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Span { line, column, .. } = self.span;
        write!(
            f,
            "{}:{line}:{column}: no test reaches `{}`",
            self.file,
            self.text()
        )
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self
            .files
            .iter()
            .map(|row| row.path.len())
            .max()
            .unwrap_or(0);
        let mut line = |name: &str, cells: [String; 3]| {
            let [regions, lines, functions] = cells;
            writeln!(
                f,
                "{name:width$}  {regions:>18}  {lines:>18}  {functions:>18}"
            )
        };
        line("", ["regions", "lines", "functions"].map(str::to_owned))?;
        let mut total = [Sum::default(); 3];
        for row in &self.files {
            let sums = [row.regions, row.lines, row.functions];
            line(&row.path, sums.map(|sum| sum.to_string()))?;
            for (total, sum) in total.iter_mut().zip(sums) {
                *total = total.plus(sum);
            }
        }
        line("total", total.map(|sum| sum.to_string()))
    }
}

#[cfg(test)]
mod tests;
