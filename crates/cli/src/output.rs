//! Answers: JSON lines for programs, tables and sentences for people.

mod json;
mod table;

pub use json::{AmountJson, ErrorJson, OperationJson};
pub use table::Table;

use std::io::{IsTerminal, Write};

use refundkit::Operation;
use refundkit::core::ledger::Seen;
use serde::Serialize;

use crate::args::{Color, Output};
use crate::failure::Failure;

/// Where answers go.
#[derive(Clone, Copy, Debug)]
pub struct Printer {
    output: Output,
    color: bool,
    terminal: bool,
}

impl Printer {
    /// A printer for standard output.
    #[must_use]
    pub fn new(output: Output, color: Color) -> Self {
        let terminal = std::io::stdout().is_terminal();
        let color = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => terminal && std::env::var_os("NO_COLOR").is_none(),
        };
        Self {
            output,
            color,
            terminal,
        }
    }

    /// Whether a program reads.
    #[must_use]
    pub fn is_json(self) -> bool {
        self.output == Output::Json
    }

    /// One JSON object on a line of its own.
    ///
    /// # Errors
    /// Where standard output is closed or full.
    pub fn json(self, value: &impl Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string(value)
            .map_err(|error| Failure::io("the answer could not be written", &error.into()))?;
        self.line(&text)
    }

    /// A line for a person.
    ///
    /// # Errors
    /// Where standard output is closed or full.
    pub fn line(self, text: &str) -> Result<(), Failure> {
        writeln!(std::io::stdout().lock(), "{text}")
            .map_err(|error| Failure::io("the answer could not be written", &error))
    }

    /// A table for a person: drawn on a terminal, plain when piped.
    ///
    /// # Errors
    /// Where standard output is closed or full.
    pub fn table(self, table: &Table) -> Result<(), Failure> {
        self.line(&table.render(self.terminal, self.color))
    }

    /// A table that only people read: drawn even when piped.
    ///
    /// # Errors
    /// Where standard output is closed or full.
    pub fn drawn(self, table: &Table) -> Result<(), Failure> {
        self.line(&table.drawn(self.color))
    }

    /// One operation, with what is wrong with it.
    ///
    /// # Errors
    /// Where standard output is closed or full.
    pub fn operation(self, operation: &Operation) -> Result<(), Failure> {
        self.seen(operation, None)
    }

    /// The same, with what `resolve` has to name as seen, where somebody may still decide.
    ///
    /// # Errors
    /// Where standard output is closed or full.
    pub fn seen(self, operation: &Operation, seen: Option<Seen>) -> Result<(), Failure> {
        let seen = seen.filter(|_| !operation.state().is_final());
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
            // With standard output gone there is nobody left to tell.
            let _ = self.json(&serde_json::json!({ "error": ErrorJson::of(failure) }));
            return;
        }
        self.complain(failure);
    }

    /// Something that a person should know besides: on standard error, and not for programs.
    pub fn note(self, text: &str) {
        if !self.is_json() {
            let _ = writeln!(std::io::stderr().lock(), "note: {text}");
        }
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
