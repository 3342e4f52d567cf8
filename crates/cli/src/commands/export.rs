//! The whole journal, entry by entry: as JSON lines with the fields of `history`, or as a CSV file that a
//! spreadsheet opens and runs nothing of.

use refundkit::{Filter, Operation};

use super::look::moment;
use crate::args::{Cli, ExportArgs, ExportFormat};
use crate::engine::{Access, Engine};
use crate::failure::{Failure, exit};
use crate::output::{AmountJson, EntryJson, Printer, guarded};

/// How many operations are held in memory at a time.
const PAGE: usize = 256;

/// Writes it to standard output. Nobody is asked, and nothing is changed.
pub(super) async fn run(cli: &Cli, printer: Printer, args: &ExportArgs) -> Result<u8, Failure> {
    let since = args.since.as_deref();
    let mut filter = Filter {
        since: since.map(|since| moment("--since", since)).transpose()?,
        limit: Some(PAGE),
        ..Filter::default()
    };
    let engine = Engine::with_journal(cli, Access::Reads).await?;
    if args.format == ExportFormat::Csv {
        printer.raw(&record(&HEADER.map(str::to_owned))?)?;
    }
    loop {
        let page = engine.refunds.list(&filter).await?;
        for operation in &page {
            write(printer, args.format, operation)?;
        }
        let Some(last) = page.last() else {
            return Ok(exit::DONE);
        };
        filter.after = Some(last.intent.id.clone());
    }
}

fn write(printer: Printer, format: ExportFormat, operation: &Operation) -> Result<(), Failure> {
    for entry in EntryJson::all(operation) {
        match format {
            ExportFormat::Jsonl => printer.json(&entry)?,
            ExportFormat::Csv => printer.raw(&record(&cells(&entry))?)?,
        }
    }
    Ok(())
}

/// The columns: those of `history` that are plain values. The plan stands in JSON alone.
const HEADER: [&str; 29] = [
    "operation",
    "provider",
    "payment",
    "entry",
    "at",
    "event",
    "state",
    "attempt",
    "kind",
    "scope",
    "amount_minor",
    "amount_currency",
    "amount",
    "request_key",
    "provider_key",
    "outcome",
    "http_status",
    "provider_code",
    "message",
    "wait_seconds",
    "source",
    "provider_refund_id",
    "provider_status",
    "decision",
    "evidence",
    "by",
    "actor",
    "ticket",
    "text",
];

fn cells(entry: &EntryJson) -> [String; 29] {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let word = |value: Option<&'static str>| value.unwrap_or_default().to_owned();
    let amount = entry.amount.as_ref();
    let of_amount = |part: fn(&AmountJson) -> String| amount.map(part).unwrap_or_default();
    [
        entry.operation.clone(),
        entry.provider.clone(),
        entry.payment.clone(),
        entry.entry.to_string(),
        entry.at.clone(),
        entry.event.to_owned(),
        entry.state.clone(),
        number(entry.attempt),
        text(&entry.kind),
        word(entry.scope),
        of_amount(|amount| amount.minor.to_string()),
        of_amount(|amount| amount.currency.clone()),
        of_amount(|amount| amount.major.clone().unwrap_or_default()),
        text(&entry.request_key),
        text(&entry.provider_key),
        word(entry.outcome),
        number(entry.http_status),
        text(&entry.provider_code),
        text(&entry.message),
        number(entry.wait_seconds),
        word(entry.source),
        text(&entry.provider_refund_id),
        text(&entry.provider_status),
        word(entry.decision),
        text(&entry.evidence),
        text(&entry.by),
        text(&entry.actor),
        text(&entry.ticket),
        entry.text.clone(),
    ]
}

fn number(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// One line of the file.
fn record(cells: &[String]) -> Result<Vec<u8>, Failure> {
    let unwritten = |error: csv::Error| Failure::io("the file could not be written", &error.into());
    let mut writer = csv::Writer::from_writer(Vec::new());
    let cells = cells.iter().map(|cell| guarded(cell));
    writer.write_record(cells).map_err(unwritten)?;
    writer.into_inner().map_err(|error| {
        let error = std::io::Error::other(error.to_string());
        Failure::io("the file could not be written", &error)
    })
}
