//! What goes on after a refund was asked for: the worker.

use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use refundkit::{Filter, Operation, State, Worker};

use refundkit_sqlite::SqliteStore;

use super::stopping;
use crate::args::{Cli, Grace};
use crate::config::{Config, JournalUrl};
use crate::engine::{self, Access, Engine};
use crate::failure::{Failure, exit, exit_of};
use crate::output::Printer;
use crate::signals::Signals;

/// How many operations are held in memory at a time.
const PAGE: usize = 256;

/// Goes through all open operations, once or until interrupted, and shows those that changed.
pub(super) async fn run(
    cli: &Cli,
    printer: Printer,
    once: bool,
    grace: Duration,
) -> Result<u8, Failure> {
    let engine = Engine::with_providers(cli, Access::Writes).await?;
    for (provider, ..) in engine.refunds.providers() {
        engine.warn(printer, provider);
    }
    let signals = Signals::listen()?;
    let work = async {
        if once {
            round(&engine, printer).await
        } else {
            forever(&engine, printer).await
        }
    };
    stopping::worked(&engine.refunds, printer, signals, grace, work).await
}

/// Works until it is stopped, or until something stands in the way that no waiting cures, on each
/// provider's operations by themselves. Where one can't go on, the others end too, in order. Dropping it
/// leaves every operation as a crash would: the next worker finds out.
pub(super) async fn forever(engine: &Engine, printer: Printer) -> Result<u8, Failure> {
    let mut workers: FuturesUnordered<_> = engine
        .refunds
        .providers()
        .map(|(provider, ..)| one(engine, Worker::new(&engine.refunds, provider), printer))
        .collect();
    if workers.is_empty() {
        engine.refunds.stopping().await;
    }
    let mut ended = Ok(exit::DONE);
    while let Some(done) = workers.next().await {
        if done.is_err() {
            engine.refunds.stop();
            ended = ended.and(done);
        }
    }
    ended
}

/// One provider's account.
async fn one(engine: &Engine, mut worker: Worker<'_>, printer: Printer) -> Result<u8, Failure> {
    while !engine.refunds.is_stopping() {
        let round = worker.round().await?;
        for operation in &round.changed {
            printer.operation(operation)?;
        }
        tokio::select! {
            () = tokio::time::sleep(round.rest) => {}
            () = engine.refunds.stopping() => {}
        }
    }
    Ok(exit::DONE)
}

/// Accepts an older copy of the journal, then goes through what is open in it.
pub(super) async fn recover(cli: &Cli, printer: Printer) -> Result<u8, Failure> {
    let config = Config::read(cli.config.as_deref())?;
    let journal = engine::journal_url(cli, &config)?;
    if let (JournalUrl::Sqlite(path), Some(namespace)) = (journal, config.namespace()?) {
        drop(SqliteStore::open_older_copy(path, &namespace).await?);
    }
    run(cli, printer, true, Grace::usual().time()?).await
}

/// Everything that is open, once. The exit code is the highest of what is still so: 5 unknown, 6
/// parked, 7 contradicted.
async fn round(engine: &Engine, printer: Printer) -> Result<u8, Failure> {
    follow_hints(engine, printer).await?;
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
            if engine.refunds.is_stopping() {
                return Ok(code.max(exit::UNKNOWN));
            }
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
async fn follow_hints(engine: &Engine, printer: Printer) -> Result<(), Failure> {
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
