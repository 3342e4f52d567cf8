//! One file for each command.

mod act;
mod confirm;
pub mod demo;
mod doctor;
mod explain;
mod export;
mod history;
mod init;
mod look;
mod plan;
mod profile;
mod providers;
mod reconcile;
mod resolve;
mod sandbox;
pub mod serve;
mod shell;
mod stopping;
mod work;

pub use init::FILE as INIT_FILE;

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::Path;

use refundkit::OperationId;
use refundkit::core::Origin;

use crate::args::{Cli, Command, JournalCommand, Way};
use crate::engine::{Access, Engine};
use crate::failure::{Failure, exit_of};
use crate::output::Printer;
use crate::request;

/// Does what the command line says, and returns the exit code.
///
/// # Errors
/// The [`Failure`] to show, with its exit code.
pub async fn dispatch(cli: &Cli, printer: Printer) -> Result<u8, Failure> {
    match &cli.command {
        Command::Demo => demo::run(printer).await,
        Command::Init(args) => init::run(cli, args, printer),
        Command::Sandbox(args) => sandbox::run(args, printer).await,
        Command::Providers => providers::run(cli, printer).await,
        Command::Plan { kind, ask } => plan::run(cli, printer, &request::refund(ask, *kind)?).await,
        Command::Refund(args) => {
            act::run(
                cli,
                printer,
                &args.target,
                request::refund(args, Way::Refund)?,
            )
            .await
        }
        Command::Reverse(args) => {
            act::run(cli, printer, &args.target, request::reverse(&args.target)?).await
        }
        Command::ReverseOrRefund(args) => {
            act::run(
                cli,
                printer,
                &args.target,
                request::refund(args, Way::ReverseOrRefund)?,
            )
            .await
        }
        Command::Status(args) => look::status(cli, printer, args).await,
        Command::List(args) => look::list(cli, printer, args).await,
        Command::History { operation } => history::run(cli, printer, operation).await,
        Command::Cancel {
            operation,
            by,
            ticket,
        } => {
            let origin = request::origin(by.as_deref(), ticket.as_deref())?;
            cancel(cli, printer, operation, &origin).await
        }
        Command::Resolve {
            operation,
            decision,
            evidence,
            by,
            ticket,
            seen,
        } => {
            let said = resolve::Said {
                operation,
                decision,
                evidence,
                by,
                ticket: ticket.as_deref(),
                seen: seen.as_deref(),
            };
            resolve::run(cli, printer, &said).await
        }
        Command::Work { once, grace } => work::run(cli, printer, *once, grace.time()?).await,
        Command::Reconcile(args) => reconcile::run(cli, printer, args).await,
        Command::Serve { listen, grace } => serve::run(cli, printer, listen, grace.time()?).await,
        Command::Journal(JournalCommand::Info) => look::journal_info(cli, printer).await,
        Command::Journal(JournalCommand::Recover) => work::recover(cli, printer).await,
        Command::Journal(JournalCommand::Verify) => look::journal_verify(cli, printer).await,
        Command::Journal(JournalCommand::Export(args)) => export::run(cli, printer, args).await,
        Command::Doctor => doctor::run(cli, printer).await,
        Command::Explain { code } => explain::run(printer, code.as_deref()),
        Command::Completions { shell } => shell::completions(*shell, printer),
        Command::Man { command } => shell::man(command, printer),
        Command::Profile(command) => profile::dispatch(command, printer).await,
    }
}

/// Writes a new file, and never over one that is there.
fn create(path: &Path, text: &str) -> Result<(), Failure> {
    let name = path.display().to_string();
    create_empty(path)?
        .write_all(text.as_bytes())
        .map_err(|error| Failure::io(&name, &error))
}

fn create_empty(path: &Path) -> Result<File, Failure> {
    let created = File::options().write(true).create_new(true).open(path);
    created.map_err(|error| {
        if error.kind() == ErrorKind::AlreadyExists {
            is_there(path)
        } else {
            Failure::io(&path.display().to_string(), &error)
        }
    })
}

fn is_there(path: &Path) -> Failure {
    let message = format!("{} is there already", path.display());
    Failure::usage("RK4007", message, "move it away, or name another file")
}

async fn cancel(
    cli: &Cli,
    printer: Printer,
    operation: &str,
    origin: &Origin,
) -> Result<u8, Failure> {
    let id = OperationId::new(operation).map_err(|error| Failure::input(&error))?;
    let engine = Engine::with_journal(cli, Access::Writes).await?;
    let operation = engine.refunds.cancel_by(&id, origin).await?;
    printer.operation(&operation)?;
    Ok(exit_of(&operation))
}
