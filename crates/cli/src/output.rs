//! Answers: JSON lines for programs, tables and sentences for people.

mod decision;
mod entry;
mod json;
mod paper;
mod spreadsheet;
mod table;
mod words;

pub use decision::DecisionJson;
pub use entry::EntryJson;
pub use json::{AmountJson, ErrorJson, OperationJson};
pub use paper::{Form, Ink, Paper};
pub(crate) use spreadsheet::guarded;
pub use table::{Column, Drawn, Table};

use std::io::{ErrorKind, Write};
use std::sync::atomic::{AtomicU8, Ordering};

use refundkit::Operation;
use refundkit::core::ledger::Seen;
use serde::Serialize;

use crate::args::{Color, Output};
use crate::failure::{Failure, exit};

/// Standard output takes everything so far.
const NOT_LOST: u8 = 0;
/// Its reader has gone.
const CLOSED: u8 = 1;
/// It could not be written.
const UNWRITTEN: u8 = 2;
/// What has become of standard output. A process has one of them.
static LOST: AtomicU8 = AtomicU8::new(NOT_LOST);

/// Where answers go.
#[derive(Clone, Copy, Debug)]
pub struct Printer {
    output: Output,
    paper: Paper,
}

impl Printer {
    /// A printer for standard output.
    #[must_use]
    pub fn new(output: Output, color: Color) -> Self {
        let paper = Paper::of_stdout(color);
        Self { output, paper }
    }

    /// Whether a program reads.
    #[must_use]
    pub fn is_json(self) -> bool {
        self.output == Output::Json
    }

    /// One JSON object on a line of its own.
    ///
    /// # Errors
    /// Never for standard output's sake: see [`told`](Self::told).
    pub fn json(self, value: &impl Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string(value)
            .map_err(|error| Failure::io("the answer could not be written", &error.into()))?;
        self.line(&text)
    }

    /// A line for a person.
    ///
    /// # Errors
    /// Never for standard output's sake: see [`told`](Self::told).
    pub fn line(self, text: &str) -> Result<(), Failure> {
        self.raw(format!("{text}\n").as_bytes())
    }

    /// What stands in the way of an answer is no reason to leave the work: it goes on, and is told once.
    /// Whoever has closed a pipe has read enough.
    fn lose(self, error: &std::io::Error) {
        if error.kind() == ErrorKind::BrokenPipe {
            LOST.store(CLOSED, Ordering::Relaxed);
            return;
        }
        LOST.store(UNWRITTEN, Ordering::Relaxed);
        self.complain(&Failure::unwritten(error));
    }

    /// The exit code of what was done. That an answer couldn't be written is said by one only where nothing
    /// else is.
    #[must_use]
    pub fn told(self, code: u8) -> u8 {
        match LOST.load(Ordering::Relaxed) {
            UNWRITTEN if code == exit::DONE => exit::UNWRITTEN,
            _ => code,
        }
    }

    /// A sentence for a person: on a screen, broken between words.
    ///
    /// # Errors
    /// Never for standard output's sake: see [`told`](Self::told).
    pub fn sentence(self, text: &str) -> Result<(), Failure> {
        match self.paper.form {
            Form::Pipe => self.line(text),
            Form::Screen(columns) => self.line(&words::hanging(text, columns.into())),
        }
    }

    /// Bytes as they are, lines and their ends among them.
    ///
    /// # Errors
    /// Never for standard output's sake: see [`told`](Self::told).
    pub(crate) fn raw(self, bytes: &[u8]) -> Result<(), Failure> {
        if LOST.load(Ordering::Relaxed) == NOT_LOST
            && let Err(error) = std::io::stdout().lock().write_all(bytes)
        {
            self.lose(&error);
        }
        Ok(())
    }

    /// A table for a person: drawn on a terminal, plain when piped.
    ///
    /// # Errors
    /// Never for standard output's sake: see [`told`](Self::told).
    pub fn table(self, table: &Table) -> Result<(), Failure> {
        self.fitted(table, self.paper)
    }

    /// A table that only people read: drawn even when piped.
    ///
    /// # Errors
    /// Never for standard output's sake: see [`told`](Self::told).
    pub fn drawn(self, table: &Table) -> Result<(), Failure> {
        self.fitted(table, self.paper.drawn())
    }

    /// What there was no room for is named: nobody is to take a part for the whole.
    fn fitted(self, table: &Table, paper: Paper) -> Result<(), Failure> {
        let drawn = table.on(paper);
        self.line(&drawn.text)?;
        if !drawn.left_out.is_empty() {
            let names = drawn.left_out.join(", ");
            self.note(&format!(
                "no room for {names}; a wider terminal, or --output json, shows all"
            ));
        }
        Ok(())
    }

    /// One operation, with what is wrong with it.
    ///
    /// # Errors
    /// Never for standard output's sake: see [`told`](Self::told).
    pub fn operation(self, operation: &Operation) -> Result<(), Failure> {
        self.seen(operation, None)
    }

    /// The same, with what `resolve` has to name as seen, where somebody may still decide.
    ///
    /// # Errors
    /// Never for standard output's sake: see [`told`](Self::told).
    pub fn seen(self, operation: &Operation, seen: Option<Seen>) -> Result<(), Failure> {
        let seen = seen.filter(|_| !operation.state().is_final());
        self.whole(operation, seen)
    }

    /// An operation that was decided about, with what the decision was made on.
    ///
    /// # Errors
    /// Never for standard output's sake: see [`told`](Self::told).
    pub fn decided(self, operation: &Operation, on: Seen) -> Result<(), Failure> {
        self.whole(operation, Some(on))
    }

    fn whole(self, operation: &Operation, seen: Option<Seen>) -> Result<(), Failure> {
        let shown = OperationJson {
            seen: seen.map(|seen| seen.to_string()),
            ..OperationJson::of(operation)
        };
        if self.is_json() {
            return self.json(&shown);
        }
        let mut table = Table::without_header();
        shown
            .rows()
            .into_iter()
            .for_each(|(name, value)| table.row([name.to_owned(), value]));
        self.table(&table)
    }

    /// A failure: to standard output for programs, to standard error for people.
    pub fn failure(self, failure: &Failure) {
        if self.is_json() {
            let _ = self.json(&serde_json::json!({ "error": ErrorJson::of(failure) }));
            self.fall_back(failure);
            return;
        }
        self.complain(failure);
    }

    /// A failure that was shown on standard output, where that could not be written: a person is who is left
    /// to tell.
    pub fn fall_back(self, failure: &Failure) {
        if LOST.load(Ordering::Relaxed) == UNWRITTEN {
            self.complain(failure);
        }
    }

    /// Something that a person should know besides: on standard error, and not for programs.
    pub fn note(self, text: &str) {
        if !self.is_json() {
            let _ = writeln!(std::io::stderr().lock(), "note: {text}");
        }
    }

    /// Something that has to be known whoever reads: on standard error, in every output.
    pub fn aloud(self, text: &str) {
        let mut err = std::io::stderr().lock();
        let _ = writeln!(err, "note: {text}");
        let _ = err.flush();
    }

    /// Something wrong in a file, and what to do, on standard error.
    pub fn mistake(self, line: &str, hint: Option<&str>) {
        let mut err = std::io::stderr().lock();
        let _ = writeln!(err, "{line}");
        if let Some(hint) = hint {
            let _ = writeln!(err, "  help: {hint}");
        }
    }

    /// A failure on standard error.
    pub fn complain(self, failure: &Failure) {
        let mut err = std::io::stderr().lock();
        let _ = writeln!(err, "error[{}]: {}", failure.code, failure.message);
        if let Some(help) = &failure.help {
            let _ = writeln!(err, "  help: {help}");
        }
    }
}
