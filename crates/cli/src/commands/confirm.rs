//! What is said and asked before money moves. A person at a terminal sees what is about to be sent, and says
//! yes; a script says it beforehand, by a key of its own or with --yes.

use std::io::{BufRead as _, IsTerminal as _, Write as _};

use refundkit::{Operation, Plan, RefundCommand};

use crate::args::Target;
use crate::engine::Engine;
use crate::failure::Failure;
use crate::request::Wanted;

/// Whether there is somebody to ask.
pub(super) fn is_attended() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Refuses a command that nobody can be asked about and that says neither which operation it means nor that
/// it is meant. Nothing was opened yet.
pub(super) fn check(target: &Target) -> Result<(), Failure> {
    if target.yes || target.key.is_some() || is_attended() {
        return Ok(());
    }
    let message = "there is no terminal to ask on, and neither --key nor --yes";
    let help = "give --key K, so that running it again is the same operation; or --yes, to send it once under a key that is made up";
    Err(Failure::usage("RK4023", message, help))
}

/// Whether somebody is asked.
pub(super) fn asks(target: &Target) -> bool {
    !target.yes && is_attended()
}

/// What is about to happen, for the person at the terminal.
pub(super) enum Step<'a> {
    /// Something new.
    Begins(&'a Plan),
    /// One that is in the journal is gone on with.
    GoesOn(&'a Operation),
}

/// Shows it and asks, where somebody is there and hasn't said yes.
pub(super) fn ask(
    engine: &Engine,
    target: &Target,
    wanted: &Wanted,
    step: &Step<'_>,
) -> Result<(), Failure> {
    if !asks(target) {
        return Ok(());
    }
    let mut shown = Vec::new();
    let mut row = |name: &str, value: String| shown.push(format!("{name:<10} {value}"));
    row("provider", engine.described(&wanted.provider));
    row("payment", wanted.command.payment().to_string());
    match step {
        Step::Begins(plan) => {
            row(plan.kind().as_str(), amount(&wanted.command, plan));
            for notice in plan.notices() {
                row("note", notice.to_string());
            }
        }
        Step::GoesOn(operation) => {
            let plan = &operation.intent.plan;
            row(plan.kind().as_str(), plan.amount().to_string());
            let (id, state) = (&operation.intent.id, operation.state());
            row("operation", format!("{id}, begun before; it is {state}"));
        }
    }
    let question = [&shown.join("\n"), "\nSend it? Write yes: "].concat();
    if says_yes(&question)? {
        return Ok(());
    }
    let message = "it was not confirmed, and nothing was sent";
    Err(Failure::usage(
        "RK4021",
        message,
        "write yes, or give --yes",
    ))
}

/// Asks the person at the terminal; nothing but a yes is one.
pub(super) fn says_yes(question: &str) -> Result<bool, Failure> {
    let mut terminal = std::io::stderr().lock();
    write!(terminal, "{question}")
        .and_then(|()| terminal.flush())
        .map_err(|error| Failure::io("the question could not be asked", &error))?;
    let mut answer = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut answer)
        .map_err(|error| Failure::io("the answer could not be read", &error))?;
    Ok(answer.trim() == "yes")
}

fn amount(command: &RefundCommand, plan: &Plan) -> String {
    use refundkit::Scope;
    let amount = plan.amount();
    match command {
        RefundCommand::Reverse(_) => format!("the whole payment: {amount}"),
        RefundCommand::Refund(request) | RefundCommand::ReverseOrRefund(request) => {
            match &request.scope {
                Scope::Remaining => format!("all that is left: {amount}"),
                Scope::Amount(_) => amount.to_string(),
                Scope::Items(items) => format!("{amount}, of {} items", items.len()),
            }
        }
    }
}
