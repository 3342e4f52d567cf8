//! What goes on after a refund was asked for: the worker, and a person's decisions.

use std::time::Duration;

use refundkit::core::operation::{Decision, NoSuchDecision};
use refundkit::{Filter, Operation, OperationId, State, Text};

use refundkit_sqlite::SqliteJournal;

use super::sandbox;
use crate::args::Cli;
use crate::config::{Config, JournalUrl};
use crate::engine::{self, Engine};
use crate::failure::{Failure, exit, exit_of};
use crate::output::Printer;

/// How long the worker rests between two rounds.
const REST: Duration = Duration::from_secs(10);

/// Goes through all open operations, once or until interrupted, and shows those that changed.
pub(super) async fn run(cli: &Cli, printer: Printer, once: bool) -> Result<u8, Failure> {
    let engine = Engine::with_providers(cli).await?;
    for (provider, ..) in engine.refunds.providers() {
        engine.warn(printer, provider);
    }
    if once {
        return round(&engine, printer).await;
    }
    tokio::select! {
        failed = forever(&engine, printer) => failed,
        () = sandbox::interrupted() => Ok(exit::DONE),
    }
}

/// Works until something stands in the way that no waiting cures. Dropping it between two awaits
/// leaves every operation as a crash would: the next worker finds out.
pub(super) async fn forever(engine: &Engine, printer: Printer) -> Result<u8, Failure> {
    loop {
        round(engine, printer).await?;
        tokio::time::sleep(REST).await;
    }
}

/// Accepts an older copy of the journal, then goes through what is open in it.
pub(super) async fn recover(cli: &Cli, printer: Printer) -> Result<u8, Failure> {
    let config = Config::read(cli.config.as_deref())?;
    if let JournalUrl::Sqlite(path) = engine::journal_url(cli, &config)? {
        drop(SqliteJournal::open_older_copy(path).await?);
    }
    run(cli, printer, true).await
}

/// One round. The exit code is the highest of what is still open: 5 unknown, 6 parked, 7 contradicted.
async fn round(engine: &Engine, printer: Printer) -> Result<u8, Failure> {
    let open: Vec<State> = State::ALL
        .into_iter()
        .filter(|state| !state.is_final())
        .collect();
    let filter = Filter {
        states: open,
        ..Filter::default()
    };
    let mut code = exit::DONE;
    for before in engine.refunds.list(&filter).await? {
        let after = further(engine, &before).await?;
        if after.evidence.len() > before.evidence.len() {
            printer.operation(&after)?;
        }
        code = code.max(exit_of(&after));
    }
    Ok(code)
}

/// One operation, as far as it can safely be taken now. A provider that can't be asked, or isn't
/// configured, leaves it as it is.
async fn further(engine: &Engine, operation: &Operation) -> Result<Operation, Failure> {
    let id = &operation.intent.id;
    let refunds = &engine.refunds;
    let done = match operation.state() {
        State::Accepted | State::Parked => refunds.ask(id).await,
        State::Ready
        | State::Attempting
        | State::Succeeded
        | State::Failed
        | State::FailedLate
        | State::Rejected
        | State::Refused
        | State::Cancelled
        | State::Unknown => refunds.resume_one(id).await,
    };
    match done {
        Ok(operation) => Ok(operation),
        Err(error) if error.leaves_as_it_was() => Ok(operation.clone()),
        Err(error) => Err(error.into()),
    }
}

/// Records a person's decision.
pub(super) async fn resolve(
    cli: &Cli,
    printer: Printer,
    operation: &str,
    decision: &str,
    evidence: &str,
    by: &str,
) -> Result<u8, Failure> {
    let id = OperationId::new(operation).map_err(|error| Failure::input(&error))?;
    let decision: Decision = decision.parse().map_err(|error: NoSuchDecision| {
        Failure::usage("RK4006", format!("--as: {error}"), "name one of them")
    })?;
    let text = |words: &str| Text::new(words).map_err(|error| Failure::input(&error));
    let (evidence, by) = (text(evidence)?, text(by)?);
    let engine = Engine::with_journal(cli).await?;
    let resolved = engine.refunds.resolve(&id, decision, evidence, by).await?;
    printer.operation(&resolved)?;
    Ok(exit::DONE)
}
