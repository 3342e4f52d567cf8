//! Where the differences of a comparison go: a table for people, JSON lines for programs, and a CSV
//! file beside either. What is found is shown even where a file can't be written.

use std::fs::File;
use std::path::Path;

use refundkit::{Difference, ProviderName, Reconciled};

use super::row::Row;
use crate::commands::create_empty;
use crate::failure::Failure;
use crate::output::{Column, Printer, Table};

/// A person reads so many rows at most; the file has all of them.
const MOST_ROWS: u64 = 1_000;

/// Where differences go: each one at once, but for the table, which is drawn at the end.
pub(super) struct Report {
    printer: Printer,
    csv: Option<csv::Writer<File>>,
    table: Table,
    rows: u64,
    /// What stood in the way of writing, first of all.
    problem: Option<Failure>,
}

impl Report {
    pub(super) fn new(printer: Printer, file: Option<&Path>) -> Result<Self, Failure> {
        let csv = match file {
            None => None,
            Some(path) => {
                let mut writer = csv::Writer::from_writer(create_empty(path)?);
                writer.write_record(Row::HEADER).map_err(unwritten)?;
                Some(writer)
            }
        };
        let columns = [
            Column::whole("payment", 0),
            Column::whole("difference", 1),
            Column::whole("operation", 4),
            Column::whole("journal", 5),
            Column::whole("refund", 3),
            Column::whole("provider", 6),
            Column::text("what", 2),
        ];
        Ok(Self {
            printer,
            csv,
            table: Table::of(columns),
            rows: 0,
            problem: None,
        })
    }

    pub(super) fn is_for_people(&self) -> bool {
        !self.printer.is_json()
    }

    pub(super) fn difference(
        &mut self,
        provider: &ProviderName,
        difference: &Difference,
        written: bool,
    ) {
        self.take(&Row::of(provider, difference, written));
    }

    fn take(&mut self, row: &Row) {
        if let Err(failure) = self.write(row) {
            self.problem.get_or_insert(failure);
        }
    }

    fn write(&mut self, row: &Row) -> Result<(), Failure> {
        self.rows = self.rows.saturating_add(1);
        // A file that can't be written is no reason to keep anything from who reads along.
        let kept = self.csv.as_mut().map(|csv| csv.write_record(row.cells()));
        if let Some(Err(error)) = kept {
            self.csv = None;
            self.problem.get_or_insert(unwritten(error));
        }
        if self.printer.is_json() {
            return self.printer.json(row);
        }
        if self.rows <= MOST_ROWS {
            self.table.row(row.line());
        }
        Ok(())
    }

    /// What became of a comparison, unless telling of it failed before.
    pub(super) fn or_trouble(
        &mut self,
        compared: Result<Reconciled, refundkit::Error>,
    ) -> Result<Reconciled, Failure> {
        match self.problem.take() {
            Some(problem) => Err(problem),
            None => Ok(compared?),
        }
    }

    /// How a provider was compared.
    pub(super) fn provider(
        &mut self,
        name: &ProviderName,
        compared: &Reconciled,
    ) -> Result<(), Failure> {
        if self.printer.is_json() {
            return self.printer.json(&serde_json::json!({ "reconciled": {
                "provider": name.as_str(),
                "operations": compared.operations,
                "refunds": compared.refunds,
                "payments": compared.payments,
                "differences": compared.differences,
                "written": compared.written,
                "young": compared.young,
                "future": compared.future,
                "unread": compared.unread,
                "untold": compared.untold,
                "complete": compared.complete,
                "remarks": compared.remarks,
            }}));
        }
        let young = match compared.young {
            0 => String::new(),
            young => format!(", {young} operations too young to compare"),
        };
        self.printer.note(&format!(
            "{name}: {} operations, {} refunds listed, {} payments read, {} differences{young}",
            compared.operations, compared.refunds, compared.payments, compared.differences
        ));
        for remark in &compared.remarks {
            self.printer.note(&format!("{name}: {remark}"));
        }
        Ok(())
    }

    pub(super) fn end(&mut self) -> Result<(), Failure> {
        if self.rows == 0 && !self.printer.is_json() {
            self.printer.line("no differences")?;
        }
        self.broken_off()
    }

    /// Shows what was found, without a word on whether that is all.
    pub(super) fn broken_off(&mut self) -> Result<(), Failure> {
        let flushed = self.csv.as_mut().map_or(Ok(()), csv::Writer::flush);
        self.show()?;
        flushed.map_err(|error| Failure::io("the report could not be written", &error))
    }

    fn show(&self) -> Result<(), Failure> {
        if self.rows == 0 || self.printer.is_json() {
            return Ok(());
        }
        self.printer.table(&self.table)?;
        if let Some(more @ 1..) = self.rows.checked_sub(MOST_ROWS) {
            self.printer
                .note(&format!("{more} more differences; --report has all"));
        }
        Ok(())
    }
}

fn unwritten(error: csv::Error) -> Failure {
    Failure::io("the report could not be written", &error.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::{Color, Output};
    use crate::output::{Form, Ink, Paper};

    fn row(number: u64) -> Row {
        let payment = format!("pay_{number}").parse().unwrap();
        let difference = Difference {
            kind: refundkit::DifferenceKind::Dashboard,
            payment,
            operation: None,
            state: None,
            wanted: None,
            refund: None,
            token: None,
            shown: None,
            note: "x".repeat(200),
            evidence: None,
        };
        Row::of(&"dodo".parse().unwrap(), &difference, false)
    }

    /// A disk that is full turns up in the middle of a long report, and at the end of a short one.
    #[test]
    #[cfg(target_os = "linux")]
    fn a_person_reads_all_differences_though_the_file_is_full() {
        for rows in [1, 500] {
            let full = File::options().write(true).open("/dev/full").unwrap();
            let mut report = Report::new(Printer::new(Output::Human, Color::Never), None).unwrap();
            report.csv = Some(csv::Writer::from_writer(full));
            for number in 0..rows {
                report.take(&row(number));
            }
            let last = format!("pay_{} at dodo", rows - 1);
            let pipe = Paper {
                form: Form::Pipe,
                ink: Ink::Plain,
            };
            assert!(report.table.on(pipe).text.contains(&last));
            let compared = report.or_trouble(Ok(Reconciled::default()));
            let failure = compared.err().or_else(|| report.end().err());
            assert_eq!(failure.unwrap().code.as_str(), "RK4008");
        }
    }
}
