//! Commands that return money: a refund, a reversal, or whichever of the two is legal; with `--wait`
//! the provider is asked until that has ended. How other commands show an operation stands here too.

use std::time::Duration;

use refundkit::core::fingerprint;
use refundkit::core::ledger::Seen;
use refundkit::{Ask, Error, Operation, State};

use super::plan;
use crate::args::{Cli, Target};
use crate::engine::{Access, Engine};
use crate::failure::{Failure, exit, exit_of};
use crate::output::{OperationJson, Printer};
use crate::request::Wanted;

/// How long to wait between two questions.
const PAUSE: Duration = Duration::from_millis(500);

/// Refunds or reverses, and shows what became of it.
pub(super) async fn run(
    cli: &Cli,
    printer: Printer,
    target: &Target,
    wanted: Wanted,
) -> Result<u8, Failure> {
    if target.dry_run {
        return plan::run(cli, printer, &wanted).await;
    }
    let wait = target
        .wait
        .as_deref()
        .map(|text| crate::duration::parse("--wait", text))
        .transpose()?;
    let engine = Engine::with_providers(cli, Access::Begins).await?;
    engine.usable(&wanted.provider)?;
    engine.warn(printer, &wanted.provider);
    let refunds = &engine.refunds;
    let done = match &wanted.ask {
        Ask::Refund(request) => refunds.refund(&wanted.provider, request).await,
        Ask::Reverse(request) => refunds.reverse(&wanted.provider, request).await,
        Ask::ReverseOrRefund(request) => refunds.reverse_or_refund(&wanted.provider, request).await,
    };
    let operation = match done {
        Ok(operation) => operation,
        Err(error @ Error::Read(_)) => {
            let id = fingerprint::operation_id(refunds.namespace(), wanted.ask.key());
            let known = match id {
                Ok(id) => refunds.status(&id).await.ok(),
                Err(_) => None,
            };
            return match known {
                Some(known) => unread(printer, &known, error),
                None => Err(error.into()),
            };
        }
        Err(error) => return refused(printer, &engine, &wanted, error),
    };
    let operation = match wait {
        Some(limit) => settled(&engine, operation, limit).await?,
        None => operation,
    };
    finish(printer, &operation)
}

/// Shows an operation; what is wrong with it goes to standard error for people.
pub(super) fn finish(printer: Printer, operation: &Operation) -> Result<u8, Failure> {
    finish_seen(printer, operation, None)
}

/// The same, with what a decision about it has to name as seen.
pub(super) fn finish_seen(
    printer: Printer,
    operation: &Operation,
    seen: Option<Seen>,
) -> Result<u8, Failure> {
    printer.seen(operation, seen)?;
    if let Some(trouble) = refundkit::Trouble::of(operation).filter(|_| !printer.is_json()) {
        printer.complain(&trouble.into());
    }
    Ok(exit_of(operation))
}

/// What the journal knows of an operation, where its provider could not be asked.
pub(super) fn unread(printer: Printer, known: &Operation, error: Error) -> Result<u8, Failure> {
    finish(printer, known)?;
    let failure = Failure::unread(error);
    printer.complain(&failure);
    Ok(failure.exit)
}

/// A rule's refusal carries the operation that it would have been; nothing was written down.
pub(super) fn refused(
    printer: Printer,
    engine: &Engine,
    wanted: &Wanted,
    error: Error,
) -> Result<u8, Failure> {
    let failure = Failure::from(error);
    if failure.exit != exit::REFUSED || !printer.is_json() {
        return Err(failure);
    }
    let id = fingerprint::operation_id(engine.refunds.namespace(), wanted.ask.key())
        .map_err(|error| Failure::input(&error))?;
    printer.json(&OperationJson::refused(
        &id,
        &wanted.provider,
        &wanted.ask,
        &failure,
    ))?;
    Ok(failure.exit)
}

/// Asks the provider until the operation has ended or the time is up.
async fn settled(
    engine: &Engine,
    operation: Operation,
    limit: Duration,
) -> Result<Operation, Failure> {
    let deadline = tokio::time::Instant::now()
        .checked_add(limit)
        .ok_or_else(|| {
            Failure::usage("RK4006", "--wait is too long", "write it as 30s, 5m or 1h")
        })?;
    let mut operation = operation;
    loop {
        let open = match operation.state() {
            State::Accepted | State::Unknown | State::Attempting => true,
            State::Ready
            | State::Succeeded
            | State::Failed
            | State::FailedLate
            | State::Rejected
            | State::Refused
            | State::Cancelled
            | State::Parked => false,
        };
        if !open {
            return Ok(operation);
        }
        operation = match engine.refunds.ask(&operation.intent.id).await {
            Ok(operation) => operation,
            // The provider can't be asked just now; what is known stays known.
            Err(Error::Read(_)) => operation,
            Err(error) => return Err(error.into()),
        };
        if operation.state().is_final() || tokio::time::Instant::now() >= deadline {
            return Ok(operation);
        }
        tokio::time::sleep(PAUSE).await;
    }
}
