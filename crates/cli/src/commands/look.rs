//! Commands that only look.

use refundkit::{
    Clock, Error, Filter, JournalError, Operation, OperationId, PaymentId, ProviderName, Store,
    Timestamp,
};

use refundkit_sqlite::SqliteStore;

use super::act;
use crate::args::{Cli, ListArgs, StatusArgs};
use crate::clock::CommandClock;
use crate::config::{Config, JournalUrl};
use crate::engine::{self, Access, Engine};
use crate::failure::{Failure, exit};
use crate::output::{Column, OperationJson, Printer, Table};

const NOT_SHOWN: &str = "the provider shows no payments: this is what the journal knows; its word comes by webhook or report";

/// One operation, or all of a payment. The exit code of one operation is that of its state.
pub(super) async fn status(cli: &Cli, printer: Printer, args: &StatusArgs) -> Result<u8, Failure> {
    match (&args.operation, &args.provider, &args.payment) {
        (Some(operation), _, _) => {
            let id =
                OperationId::new(operation.as_str()).map_err(|error| Failure::input(&error))?;
            one(cli, printer, &id, args.ask).await
        }
        (None, Some(provider), Some(payment)) => {
            let provider =
                ProviderName::new(provider.as_str()).map_err(|error| Failure::input(&error))?;
            let payment =
                PaymentId::new(payment.as_str()).map_err(|error| Failure::input(&error))?;
            of_payment(cli, printer, &provider, &payment, args.ask).await
        }
        (None, _, _) => Err(Failure::usage(
            "RK4001",
            "no operation was named",
            "name one, or --provider and --payment",
        )),
    }
}

async fn one(cli: &Cli, printer: Printer, id: &OperationId, ask: bool) -> Result<u8, Failure> {
    if !ask {
        let engine = Engine::with_journal(cli, Access::Reads).await?;
        let (operation, seen) = engine.refunds.see(id).await?;
        return act::finish_seen(printer, &operation, Some(seen));
    }
    let engine = Engine::with_providers(cli, Access::Writes).await?;
    let known = engine.refunds.status(id).await?;
    engine.usable(&known.intent.provider)?;
    let asked = match engine.refunds.refresh(id).await {
        Err(error @ Error::Read(_)) => return act::unread(printer, &known, error),
        asked => asked?,
    };
    let told_nothing = asked == known && !asked.state().is_final();
    if told_nothing && !engine.shows_payments(&known.intent.provider) {
        printer.note(NOT_SHOWN);
    }
    let (asked, seen) = engine.refunds.see(id).await?;
    act::finish_seen(printer, &asked, Some(seen))
}

async fn of_payment(
    cli: &Cli,
    printer: Printer,
    provider: &ProviderName,
    payment: &PaymentId,
    ask: bool,
) -> Result<u8, Failure> {
    let engine = if ask {
        Engine::with_providers(cli, Access::Writes).await?
    } else {
        Engine::with_journal(cli, Access::Reads).await?
    };
    engine.named(provider).await?;
    let mut operations = engine.refunds.of_payment(provider, payment).await?;
    if operations.is_empty() {
        printer.note("the journal has no operation of this payment");
    }
    if ask {
        engine.usable(provider)?;
        match ask_of(&engine, &mut operations, (provider, payment)).await {
            Ok(Some(payment)) => show_payment(printer, &payment)?,
            Ok(None) => printer.note(NOT_SHOWN),
            Err(error @ Error::Read(_)) if !operations.is_empty() => {
                show(printer, &operations)?;
                let failure = Failure::unread(error);
                printer.complain(&failure);
                return Ok(failure.exit);
            }
            Err(error) => return Err(error.into()),
        }
    }
    show(printer, &operations)?;
    Ok(exit::DONE)
}

/// Asks about each operation; the payment, where its provider shows it.
async fn ask_of(
    engine: &Engine,
    operations: &mut [Operation],
    (provider, payment): (&ProviderName, &PaymentId),
) -> Result<Option<refundkit::Payment>, Error> {
    for operation in operations {
        *operation = engine.refunds.refresh(&operation.intent.id).await?;
    }
    if !engine.shows_payments(provider) {
        return Ok(None);
    }
    engine.refunds.payment(provider, payment).await.map(Some)
}

fn show_payment(printer: Printer, payment: &refundkit::Payment) -> Result<(), Failure> {
    if printer.is_json() {
        return printer.json(&serde_json::json!({ "payment": payment }));
    }
    let mut table = Table::without_header();
    let mut row = |name: &str, value: String| table.row([name.to_owned(), value]);
    let minor = |minor| payment.currency.words(minor);
    row("payment", payment.id.to_string());
    row("stage", format!("{:?}", payment.stage).to_lowercase());
    row("authorised", minor(payment.authorized));
    row("captured", minor(payment.captured));
    row("refunded", minor(payment.returned()));
    for item in &payment.items {
        row(
            "item",
            format!("{}: {} left", item.id, minor(item.refundable)),
        );
    }
    printer.table(&table)
}

/// Operations that fit, oldest first.
pub(super) async fn list(cli: &Cli, printer: Printer, args: &ListArgs) -> Result<u8, Failure> {
    let mut filter = Filter::default();
    for state in &args.state {
        let state = state
            .parse()
            .map_err(|error: refundkit::core::operation::NoSuchState| {
                Failure::usage("RK4006", format!("--state: {error}"), "name one of them")
            })?;
        filter.states.push(state);
    }
    if let Some(provider) = &args.provider {
        filter.provider =
            Some(ProviderName::new(provider.as_str()).map_err(|error| Failure::input(&error))?);
    }
    filter.since = args
        .since
        .as_deref()
        .map(|since| moment("--since", since))
        .transpose()?;
    let engine = Engine::with_journal(cli, Access::Reads).await?;
    if let Some(provider) = &filter.provider {
        engine.named(provider).await?;
    }
    let operations = engine.refunds.list(&filter).await?;
    if operations.is_empty() {
        printer.note(if filter == Filter::default() {
            "the journal has no operations"
        } else {
            "no operation of the journal is asked for by these options"
        });
    }
    show(printer, &operations)?;
    Ok(exit::DONE)
}

/// A time, or how long ago.
pub(super) fn moment(option: &str, text: &str) -> Result<Timestamp, Failure> {
    if let Ok(at) = text.parse() {
        return Ok(at);
    }
    let ago = crate::duration::parse(option, text).map_err(|failure| Failure {
        help: Some("write it as 2026-01-31T09:30:00Z, 24h or 7d".to_owned()),
        ..failure
    })?;
    Ok(CommandClock.now().saturating_sub(ago))
}

fn show(printer: Printer, operations: &[Operation]) -> Result<(), Failure> {
    if printer.is_json() {
        return operations
            .iter()
            .try_for_each(|operation| printer.json(&OperationJson::of(operation)));
    }
    if operations.is_empty() {
        return Ok(());
    }
    let mut table = Table::of([
        Column::whole("operation", 0),
        Column::whole("provider", 4),
        Column::whole("payment", 3),
        Column::whole("kind", 5),
        Column::whole("amount", 2),
        Column::whole("state", 1),
        Column::whole("provider's id", 6),
        Column::whole("request key", 7),
    ]);
    for operation in operations {
        let intent = &operation.intent;
        let summary = operation.summary();
        table.row([
            intent.id.to_string(),
            intent.provider.to_string(),
            intent.plan.payment().to_string(),
            intent.plan.kind().to_string(),
            intent.plan.amount().to_string(),
            summary.state().to_string(),
            summary
                .refund()
                .map(ToString::to_string)
                .unwrap_or_default(),
            intent.request_key.to_string(),
        ]);
    }
    printer.table(&table)
}

/// What the journal is.
pub(super) async fn journal_info(cli: &Cli, printer: Printer) -> Result<u8, Failure> {
    let engine = Engine::with_journal(cli, Access::Reads).await?;
    let info = engine.refunds.journal_info().await?;
    if printer.is_json() {
        printer.json(&info)?;
        return Ok(exit::DONE);
    }
    let mut table = Table::without_header();
    let mut row = |name: &str, value: String| table.row([name.to_owned(), value]);
    row("journal", info.kind);
    row("location", info.location);
    let namespace = info.namespace.map(|namespace| namespace.to_string());
    row(
        "namespace",
        namespace.unwrap_or_else(|| "none yet".to_owned()),
    );
    row("layout", info.schema.to_string());
    row("engine", info.engine.unwrap_or_else(|| "none".to_owned()));
    row("operations", info.operations.to_string());
    row("entries", info.entries.to_string());
    printer.table(&table)?;
    Ok(exit::DONE)
}

/// Whether the journal fits together; what doesn't is an error with exit code 8.
pub(super) async fn journal_verify(cli: &Cli, printer: Printer) -> Result<u8, Failure> {
    let config = Config::read_if_any(cli.config.as_deref())?;
    let JournalUrl::Sqlite(path) = engine::journal_url(cli, &config)? else {
        let message = "a journal in memory has nothing to verify";
        return Err(Failure::usage(
            "RK4005",
            message,
            "name a file with --journal sqlite:PATH",
        ));
    };
    let journal = SqliteStore::open_read_only(path).await?;
    let namespace = journal.info().await?.namespace;
    if let (Some(held), Some(given)) = (&namespace, config.namespace()?)
        && *held != given
    {
        let held = held.clone();
        return Err(JournalError::OtherNamespace { held, given }.into());
    }
    let verified = journal.verify(|_| {}).await?;
    let (entries, operations) = (verified.entries, verified.operations);
    if printer.is_json() {
        printer.json(&serde_json::json!({
            "verified": true,
            "namespace": namespace,
            "payments": verified.payments,
            "entries": entries,
            "operations": operations,
        }))?;
    } else {
        printer.line(&format!(
            "{entries} entries of {operations} operations fit together"
        ))?;
    }
    Ok(exit::DONE)
}
