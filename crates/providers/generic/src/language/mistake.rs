//! What is wrong with a profile, and where.

use std::fmt;
use std::ops::Range;

use refundkit_core::redact;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Something that is wrong with a profile, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mistake {
    /// The line, counted from 1, where one can be named.
    pub line: Option<usize>,
    /// The column, counted in characters from 1.
    pub column: Option<usize>,
    /// The key that it is about, such as `refund.body`; empty for the whole file.
    pub key: String,
    /// What is wrong, in one line.
    pub problem: String,
    /// What to do.
    pub hint: Option<String>,
}

impl Mistake {
    /// One about a key, such as `refund.body`.
    #[must_use]
    pub fn at(key: &str, problem: impl Into<String>) -> Self {
        Self {
            line: None,
            column: None,
            key: key.to_owned(),
            problem: one_line(&problem.into(), LONGEST),
            hint: None,
        }
    }

    /// One about the whole file.
    #[must_use]
    pub fn whole(problem: &str) -> Self {
        Self::at("", problem)
    }

    /// The same, with what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// One that a reader has found in `text`, and the bytes that it found it at.
    #[must_use]
    pub fn in_text(text: &str, problem: &str, bytes: Option<Range<usize>>) -> Self {
        let mut mistake = Self::whole(problem);
        if let Some(bytes) = bytes {
            mistake.place(text, bytes.start);
        }
        mistake
    }

    /// Sets the line and the column to those of the byte at `at`.
    pub fn place(&mut self, text: &str, at: usize) {
        let Some(before) = text.get(..at.min(text.len())) else {
            return;
        };
        let line = before.rsplit('\n').next().unwrap_or_default();
        // A byte order mark is no character of the first line.
        let line = line.trim_start_matches('\u{feff}');
        self.line = before.matches('\n').count().checked_add(1);
        self.column = line.chars().count().checked_add(1);
    }

    /// Finds the lines of those that have none yet, and puts all in the order of the file: the line
    /// of their key, or of the nearest table above it where the key isn't there.
    pub fn locate(mistakes: &mut [Self], text: &str) {
        if let Ok(table) = DeTable::parse(text) {
            let lost = mistakes.iter_mut().filter(|one| one.line.is_none());
            lost.for_each(|one| one.place(text, offset(&table, &one.key)));
        }
        mistakes.sort_by_key(|mistake| (mistake.line, mistake.column));
    }
}

/// The longest problem, and the longest key in front of it.
const LONGEST: usize = 180;
const LONGEST_KEY: usize = 60;

/// What a file says is repeated in what is said about it: as one short line, whatever it holds.
fn one_line(text: &str, longest: usize) -> String {
    let line = redact::message(text);
    match line.char_indices().nth(longest) {
        None => line,
        Some((at, _)) => [line.get(..at).unwrap_or_default(), "…"].concat(),
    }
}

/// The offset of the key, or of the last part of it that is there.
fn offset(table: &Spanned<DeTable<'_>>, key: &str) -> usize {
    let mut at = 0;
    let mut inside = Some(table.get_ref());
    let mut list: Option<&[Spanned<DeValue<'_>>]> = None;
    for part in key.split('.').filter(|part| !part.is_empty()) {
        let value = if let Some(entries) = list {
            let entry = part.parse().ok().and_then(|at: usize| entries.get(at));
            entry.map(|entry| (entry.span().start, entry))
        } else {
            let entry = inside.and_then(|table| table.get_key_value(part));
            entry.map(|(key, value)| (key.span().start, value))
        };
        let Some((start, value)) = value else {
            break;
        };
        at = start;
        inside = value.get_ref().as_table();
        list = value.get_ref().as_array().map(|list| &**list);
    }
    at
}

impl Mistake {
    /// `refund.body: what is wrong`
    pub(crate) fn said(&self) -> String {
        match self.key.as_str() {
            "" => self.problem.clone(),
            key => [&one_line(key, LONGEST_KEY), ": ", &self.problem].concat(),
        }
    }
}

/// `12:5: refund.body: what is wrong`
impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let (Some(line), Some(column)) = (self.line, self.column) {
            write!(f, "{line}:{column}: ")?;
        }
        f.write_str(&self.said())
    }
}
