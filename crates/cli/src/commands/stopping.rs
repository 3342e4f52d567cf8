//! How commands that send money are stopped: nothing new is sent, what is in flight is waited for, and the
//! last line says what stands where.

use std::time::Duration;

use refundkit::{Operation, OperationId, Refunds};

use crate::failure::{Failure, exit};
use crate::output::Printer;
use crate::signals::Signals;

/// How a piece of work has ended.
pub(super) enum Ended<T> {
    /// By itself; nobody wanted it to stop.
    Done(T),
    /// After somebody wanted it to stop: nothing is in flight.
    Stopped(T),
    /// It was left half-way, by a second signal or for want of time, with these in flight.
    Left(Vec<OperationId>),
}

/// Does the work, and stops it in order when a signal comes.
pub(super) async fn attend<T>(
    refunds: &Refunds,
    printer: Printer,
    mut signals: Signals,
    grace: Duration,
    work: impl Future<Output = T>,
) -> Ended<T> {
    tokio::pin!(work);
    tokio::select! {
        done = &mut work => return Ended::Done(done),
        () = signals.next() => refunds.stop(),
    }
    let waits = match refunds.in_flight().as_slice() {
        [] => "stopping: nothing new is sent".to_owned(),
        flying => format!(
            "stopping: nothing new is sent; for up to {} seconds the answer about {} is waited for; a second signal ends it at once",
            grace.as_secs(),
            names(flying)
        ),
    };
    printer.aloud(&waits);
    tokio::select! {
        done = &mut work => Ended::Stopped(done),
        () = signals.next() => Ended::Left(refunds.in_flight()),
        () = tokio::time::sleep(grace) => Ended::Left(refunds.in_flight()),
    }
}

/// The same for a worker: the last line says what stands where.
pub(super) async fn worked(
    refunds: &Refunds,
    printer: Printer,
    signals: Signals,
    grace: Duration,
    work: impl Future<Output = Result<u8, Failure>>,
) -> Result<u8, Failure> {
    match attend(refunds, printer, signals, grace, work).await {
        Ended::Done(done) => done,
        Ended::Stopped(done) => {
            printer.aloud(
                "stopped: nothing is in flight; `refundkit work` or `refundkit serve` goes on with what is open",
            );
            done
        }
        Ended::Left(flying) => {
            say_left(printer, &flying);
            Ok(exit::UNKNOWN)
        }
    }
}

/// The last line where something was left in flight.
pub(super) fn say_left(printer: Printer, flying: &[OperationId]) {
    let text = match flying {
        [] => "ended at once: nothing was in flight; `refundkit work` goes on with what is open"
            .to_owned(),
        [one] => format!(
            "ended at once: {one} is in flight, and its answer isn't written down; `refundkit status {one} --ask` or `refundkit work` finds out"
        ),
        several => format!(
            "ended at once: {} are in flight, and their answers aren't written down; `refundkit work` finds out",
            names(several)
        ),
    };
    printer.aloud(&text);
}

/// The last line about one operation.
pub(super) fn say_stands(printer: Printer, operation: &Operation) {
    let (id, state) = (&operation.intent.id, operation.state());
    let goes_on = if state.is_final() {
        "nothing is left to do".to_owned()
    } else {
        format!("`refundkit work` goes on with it, `refundkit status {id} --ask` looks")
    };
    printer.aloud(&format!("stopped: operation {id} is {state}; {goes_on}"));
}

fn names(operations: &[OperationId]) -> String {
    let names: Vec<&str> = operations.iter().map(OperationId::as_str).collect();
    names.join(", ")
}
