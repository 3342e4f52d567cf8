//! All that the journal knows of one operation, entry by entry.

use refundkit::OperationId;

use crate::args::Cli;
use crate::engine::{Access, Engine};
use crate::failure::{Failure, exit};
use crate::output::{EntryJson, Printer, Table};

/// Shows it, oldest first. Nobody is asked, and nothing is written.
pub(super) async fn run(cli: &Cli, printer: Printer, operation: &str) -> Result<u8, Failure> {
    let id = OperationId::new(operation).map_err(|error| Failure::input(&error))?;
    let engine = Engine::with_journal(cli, Access::Reads).await?;
    let entries = EntryJson::all(&engine.refunds.status(&id).await?);
    if printer.is_json() {
        entries.iter().try_for_each(|entry| printer.json(entry))?;
        return Ok(exit::DONE);
    }
    let mut table = Table::without_header();
    let mut state = String::new();
    for entry in entries {
        let event = match entry.attempt {
            Some(attempt @ 1..) => format!("{}, attempt {attempt}", entry.event),
            Some(_) | None => entry.event.to_owned(),
        };
        table.row([even(&entry.at), format!("{event}: {}", entry.text)]);
        if let Some(actor) = entry.actor {
            table.row(["  by login".to_owned(), actor]);
        }
        if entry.state != state {
            table.row(["  state with it".to_owned(), entry.state.clone()]);
            state = entry.state;
        }
    }
    printer.table(&table)?;
    Ok(exit::DONE)
}

/// Times below each other are read more easily where all have their milliseconds.
fn even(at: &str) -> String {
    let (seconds, fraction) = match at.trim_end_matches('Z').split_once('.') {
        Some(parts) => parts,
        None => (at.trim_end_matches('Z'), ""),
    };
    format!("{seconds}.{fraction:0<3}Z")
}

#[cfg(test)]
mod tests {
    use super::even;

    #[test]
    fn all_times_are_as_long() {
        assert_eq!(even("2026-06-10T12:00:00Z"), "2026-06-10T12:00:00.000Z");
        assert_eq!(even("2026-06-10T12:00:00.1Z"), "2026-06-10T12:00:00.100Z");
        assert_eq!(even("2026-06-10T12:00:00.123Z"), "2026-06-10T12:00:00.123Z");
    }
}
