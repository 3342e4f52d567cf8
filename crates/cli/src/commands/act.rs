//! Commands that return money: a refund, a reversal, or whichever of the two is legal; with `--wait`
//! the provider is asked until that has ended. How other commands show an operation stands here too.

use std::time::Duration;

use refundkit::core::fingerprint;
use refundkit::core::ledger::Seen;
use refundkit::{Error, Operation, OperationId, RefundCommand, State};

use super::confirm::{self, Step};
use super::plan;
use super::stopping::{self, Ended};
use crate::args::{Cli, Target};
use crate::engine::Engine;
use crate::failure::{Failure, exit, exit_of};
use crate::output::{OperationJson, Printer};
use crate::request::Wanted;
use crate::signals::Signals;

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
    confirm::check(target)?;
    let grace = target.grace.time()?;
    let engine = Engine::acting(cli).await?;
    engine.usable(&wanted.provider)?;
    engine.warn(printer, &wanted.provider);
    let id = fingerprint::operation_id(engine.refunds.namespace(), wanted.command.key())
        .map_err(|error| Failure::input(&error))?;
    if let Some(code) = before(&engine, printer, target, &wanted, &id).await? {
        return Ok(code);
    }
    let signals = Signals::listen()?;
    let work = carry_out(&engine, &wanted, wait);
    match stopping::attend(&engine.refunds, printer, signals, grace, work).await {
        Ended::Done(done) => shown(&engine, printer, &wanted, &id, done).await,
        Ended::Stopped(done) => {
            let stands = done.as_ref().ok().cloned();
            let code = shown(&engine, printer, &wanted, &id, done).await?;
            if let Some(operation) = stands {
                stopping::say_stands(printer, &operation);
            }
            Ok(code)
        }
        Ended::Left(flying) => {
            stopping::say_left(printer, &flying);
            match engine.refunds.status(&id).await {
                Ok(known) if flying.is_empty() => Ok(exit_of(&known)),
                Err(_) if flying.is_empty() => Err(Error::Stopped.into()),
                Ok(_) | Err(_) => Ok(exit::UNKNOWN),
            }
        }
    }
}

/// What is said and asked before anything is sent. An exit code where a rule forbids it already.
async fn before(
    engine: &Engine,
    printer: Printer,
    target: &Target,
    wanted: &Wanted,
    id: &OperationId,
) -> Result<Option<u8>, Failure> {
    let refunds = &engine.refunds;
    if let Ok(known) = refunds.status(id).await {
        let (key, state) = (&known.intent.request_key, known.state());
        printer.aloud(&format!(
            "operation {id} is there already under request key {key}; it is {state}"
        ));
        if !state.is_final() {
            confirm::ask(engine, target, wanted, &Step::GoesOn(&known))?;
        }
        return Ok(None);
    }
    if !confirm::asks(target) {
        return Ok(None);
    }
    let mut shown = None;
    loop {
        let plan = match refunds.plan(&wanted.provider, &wanted.command).await {
            Ok(planned) => planned.plan,
            Err(error) => return refused(printer, engine, wanted, error).map(Some),
        };
        // A yes is to what was shown: what is left may have changed while somebody thought about it.
        let moves = (plan.kind(), plan.amount());
        match shown {
            Some(before) if before == moves => return Ok(None),
            Some(_) => printer.aloud("it has changed meanwhile, and nothing was sent"),
            None => {}
        }
        confirm::ask(engine, target, wanted, &Step::Begins(&plan))?;
        shown = Some(moves);
    }
}

async fn carry_out(
    engine: &Engine,
    wanted: &Wanted,
    wait: Option<Duration>,
) -> Result<Operation, Error> {
    let (refunds, provider) = (&engine.refunds, &wanted.provider);
    let operation = match &wanted.command {
        RefundCommand::Refund(request) => refunds.refund(provider, request).await,
        RefundCommand::Reverse(request) => refunds.reverse(provider, request).await,
        RefundCommand::ReverseOrRefund(request) => {
            refunds.reverse_or_refund(provider, request).await
        }
    }?;
    match wait {
        Some(limit) => wait_for_end(engine, operation, limit).await,
        None => Ok(operation),
    }
}

/// Shows what became of it.
async fn shown(
    engine: &Engine,
    printer: Printer,
    wanted: &Wanted,
    id: &OperationId,
    done: Result<Operation, Error>,
) -> Result<u8, Failure> {
    match done {
        Ok(operation) => finish(printer, &operation),
        Err(error @ Error::Read(_)) => match engine.refunds.status(id).await {
            Ok(known) => unread(printer, &known, error),
            Err(_) => Err(error.into()),
        },
        Err(error) => refused(printer, engine, wanted, error),
    }
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
    if let Some(problem) = refundkit::Problem::of(operation).filter(|_| !printer.is_json()) {
        printer.complain(&problem.into());
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
    let id = fingerprint::operation_id(engine.refunds.namespace(), wanted.command.key())
        .map_err(|error| Failure::input(&error))?;
    printer.json(&OperationJson::refused(
        &id,
        &wanted.provider,
        &wanted.command,
        &failure,
    ))?;
    printer.fall_back(&failure);
    Ok(failure.exit)
}

/// Asks the provider until the operation has ended or the time is up.
async fn wait_for_end(
    engine: &Engine,
    operation: Operation,
    limit: Duration,
) -> Result<Operation, Error> {
    // Too long to be counted is as long as can be.
    let deadline = tokio::time::Instant::now().checked_add(limit);
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
        operation = match engine.refunds.refresh(&operation.intent.id).await {
            Ok(operation) => operation,
            // The provider can't be asked just now; what is known stays known.
            Err(Error::Read(_)) => operation,
            Err(error) => return Err(error),
        };
        let is_over = deadline.is_some_and(|deadline| tokio::time::Instant::now() >= deadline);
        if operation.state().is_final() || is_over || engine.refunds.is_stopping() {
            return Ok(operation);
        }
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            () = engine.refunds.stopping() => return Ok(operation),
        }
    }
}
