//! What happened in a run: a hash over every line, and the lines themselves where somebody looks.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::hash::{DefaultHasher, Hasher as _};

/// An invariant that did not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Which, as numbered in the crate's documentation.
    pub rule: &'static str,
    /// What was seen.
    pub what: String,
}

/// The trace of one run.
#[derive(Debug, Default)]
pub struct Trace {
    hasher: DefaultHasher,
    /// Every line, where they are kept.
    pub lines: Option<String>,
    /// The first invariant that was broken.
    pub violation: Option<Violation>,
    /// How often what happened.
    pub counts: BTreeMap<&'static str, u64>,
}

impl Trace {
    /// A trace that keeps its lines.
    #[must_use]
    pub fn with_lines() -> Self {
        Self {
            lines: Some(String::new()),
            ..Self::default()
        }
    }

    /// A hash over every line so far: the same for the same seed and the same build.
    #[must_use]
    pub fn hash(&self) -> u64 {
        self.hasher.finish()
    }

    pub(crate) fn line(&mut self, now: u64, line: fmt::Arguments<'_>) {
        // Writing into a hasher or a string doesn't fail.
        let _ = writeln!(self, "{now:>9} {line}");
    }

    pub(crate) fn count(&mut self, what: &'static str) {
        let count = self.counts.entry(what).or_default();
        *count = count.saturating_add(1);
    }
}

impl fmt::Write for Trace {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.hasher.write(text.as_bytes());
        match &mut self.lines {
            Some(lines) => lines.write_str(text),
            None => Ok(()),
        }
    }
}
