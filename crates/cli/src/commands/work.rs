//! What goes on after a refund was asked for: the worker.

use futures_util::future::select_all;
use refundkit::{Filter, Operation, State, Worker};

use refundkit_sqlite::SqliteStore;

use super::sandbox;
use crate::args::Cli;
use crate::config::{Config, JournalUrl};
use crate::engine::{self, Access, Engine};
use crate::failure::{Failure, exit, exit_of};
use crate::output::Printer;

/// How many operations are held in memory at a time.
const PAGE: usize = 256;

/// Goes through all open operations, once or until interrupted, and shows those that changed.
pub(super) async fn run(cli: &Cli, printer: Printer, once: bool) -> Result<u8, Failure> {
    let engine = Engine::with_providers(cli, Access::Writes).await?;
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

/// Works until something stands in the way that no waiting cures, on each provider's operations by
/// themselves. Dropping it leaves every operation as a crash would: the next worker finds out.
pub(super) async fn forever(engine: &Engine, printer: Printer) -> Result<u8, Failure> {
    let workers: Vec<_> = engine
        .refunds
        .providers()
        .map(|(provider, ..)| Box::pin(one(Worker::new(&engine.refunds, provider), printer)))
        .collect();
    if workers.is_empty() {
        return std::future::pending().await;
    }
    let (ended, ..) = select_all(workers).await;
    ended
}

/// One provider's account.
async fn one(mut worker: Worker<'_>, printer: Printer) -> Result<u8, Failure> {
    loop {
        let round = worker.round().await?;
        for operation in &round.changed {
            printer.operation(operation)?;
        }
        tokio::time::sleep(round.rest).await;
    }
}

/// Accepts an older copy of the journal, then goes through what is open in it.
pub(super) async fn recover(cli: &Cli, printer: Printer) -> Result<u8, Failure> {
    let config = Config::read(cli.config.as_deref())?;
    let journal = engine::journal_url(cli, &config)?;
    if let (JournalUrl::Sqlite(path), Some(namespace)) = (journal, config.namespace()?) {
        drop(SqliteStore::open_older_copy(path, &namespace).await?);
    }
    run(cli, printer, true).await
}

/// Everything that is open, once. The exit code is the highest of what is still so: 5 unknown, 6
/// parked, 7 contradicted.
async fn round(engine: &Engine, printer: Printer) -> Result<u8, Failure> {
    heed(engine, printer).await?;
    let mut filter = Filter {
        states: State::ALL
            .into_iter()
            .filter(|state| !state.is_final())
            .collect(),
        limit: Some(PAGE),
        ..Filter::default()
    };
    let mut code = exit::DONE;
    loop {
        let page = engine.refunds.list(&filter).await?;
        for before in &page {
            let after = further(engine, before).await?;
            if after.evidence.len() > before.evidence.len() {
                printer.operation(&after)?;
            }
            code = code.max(exit_of(&after));
        }
        match page.last() {
            Some(last) if page.len() == PAGE => filter.after = Some(last.intent.id.clone()),
            Some(_) | None => return Ok(code),
        }
    }
}

/// Reads the payments that messages have asked to read.
async fn heed(engine: &Engine, printer: Printer) -> Result<(), Failure> {
    for (provider, ..) in engine.refunds.providers() {
        let mut worker = Worker::new(&engine.refunds, provider);
        for operation in worker.follow_messages().await? {
            printer.operation(&operation)?;
        }
    }
    Ok(())
}

/// One operation, as far as it can safely be taken now. A provider that can't be asked, or isn't
/// configured, leaves it as it is.
async fn further(engine: &Engine, operation: &Operation) -> Result<Operation, Failure> {
    match engine.refunds.take_further(operation).await {
        Ok(operation) => Ok(operation),
        Err(error) if error.leaves_as_it_was() => Ok(operation.clone()),
        Err(error) => Err(error.into()),
    }
}
