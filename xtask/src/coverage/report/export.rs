//! The shape of `llvm-cov export`'s JSON, as far as it is read.

use std::fmt;

use serde::Deserialize;

use crate::shell::Outcome;

/// The kind of a region that is code; others are expansions of macros, gaps and skipped text.
pub(super) const CODE: usize = 0;

#[derive(Deserialize)]
pub(super) struct Export {
    data: Vec<Data>,
}

#[derive(Deserialize)]
struct Data {
    files: Vec<File>,
    functions: Vec<Function>,
}

#[derive(Deserialize)]
pub(super) struct File {
    pub(super) filename: String,
    pub(super) summary: Sums,
}

#[derive(Deserialize)]
pub(super) struct Sums {
    pub(super) regions: Sum,
    pub(super) lines: Sum,
    pub(super) functions: Sum,
}

/// So many there are, and so many of them the tests reach.
#[derive(Clone, Copy, Default, Deserialize)]
pub(super) struct Sum {
    count: u64,
    covered: u64,
}

/// One instance of a function.
#[derive(Deserialize)]
pub(super) struct Function {
    pub(super) filenames: Vec<String>,
    /// First line and column, last line and column, count, file, expanded file, kind.
    pub(super) regions: Vec<[usize; 8]>,
}

impl Export {
    pub(super) fn parse(json: &str) -> Outcome<Self> {
        serde_json::from_str(json)
            .map_err(|error| format!("llvm-cov's report can't be read: {error}").into())
    }

    pub(super) fn files(&self) -> impl Iterator<Item = &File> {
        self.data.iter().flat_map(|data| &data.files)
    }

    pub(super) fn functions(&self) -> impl Iterator<Item = &Function> {
        self.data.iter().flat_map(|data| &data.functions)
    }
}

impl Sum {
    pub(super) const fn plus(self, other: Self) -> Self {
        Self {
            count: self.count.saturating_add(other.count),
            covered: self.covered.saturating_add(other.covered),
        }
    }
}

/// `124 / 126   98.4 %`: rounded down, so that 100 % is all.
impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { count, covered } = self;
        let tenths = covered
            .saturating_mul(1_000)
            .checked_div(*count)
            .unwrap_or(1_000);
        let (whole, tenth) = (tenths / 10, tenths % 10);
        write!(f, "{covered} / {count} {whole:>3}.{tenth} %")
    }
}
