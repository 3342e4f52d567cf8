//! A person's decision about an operation, on what that person has seen.

use refundkit::core::ledger::{NotSeen, Seen};
use refundkit::core::operation::{Decision, NoSuchDecision};
use refundkit::{OperationId, Resolution, Text};

use super::confirm;
use crate::args::Cli;
use crate::engine::{Access, Engine};
use crate::failure::{Failure, exit};
use crate::login;
use crate::output::Printer;

/// The words of the command line.
pub(super) struct Said<'a> {
    pub(super) operation: &'a str,
    pub(super) decision: &'a str,
    pub(super) evidence: &'a str,
    pub(super) by: &'a str,
    pub(super) ticket: Option<&'a str>,
    pub(super) seen: Option<&'a str>,
}

/// Records it.
pub(super) async fn run(cli: &Cli, printer: Printer, said: &Said<'_>) -> Result<u8, Failure> {
    let id = OperationId::new(said.operation).map_err(|error| Failure::input(&error))?;
    let decision: Decision = said.decision.parse().map_err(|error: NoSuchDecision| {
        Failure::usage("RK4006", format!("--as: {error}"), "name one of them")
    })?;
    let text = |words: &str| Text::new(words).map_err(|error| Failure::input(&error));
    let (evidence, by) = (text(said.evidence)?, text(said.by)?);
    let ticket = said.ticket.map(text).transpose()?;
    let given = said.seen.map(|seen| {
        seen.parse().map_err(|error: NotSeen| {
            let help = "give what `refundkit status` shows as seen";
            Failure::usage("RK4006", format!("--seen: {error}"), help)
        })
    });
    let given: Option<Seen> = given.transpose()?;
    let engine = Engine::with_any_providers(cli, Access::Writes).await?;
    let seen = match given {
        Some(seen) => seen,
        None => look(&engine, printer, &id, said.decision).await?,
    };
    let resolution = Resolution {
        decision,
        evidence,
        by,
        actor: login::actor(),
        ticket,
        seen,
    };
    let resolved = engine.refunds.resolve(&id, resolution).await?;
    printer.decided(&resolved, seen)?;
    Ok(exit::DONE)
}

/// Shows the operation to the person at the terminal, and asks.
async fn look(
    engine: &Engine,
    printer: Printer,
    id: &OperationId,
    decision: &str,
) -> Result<Seen, Failure> {
    let (operation, seen) = engine.refunds.see(id).await?;
    if !confirm::is_attended() {
        let message = "a decision has to name what was seen of the operation";
        let help = "look at it with `refundkit status`, and give what it shows with --seen";
        return Err(Failure::usage("RK4001", message, help));
    }
    printer.seen(&operation, Some(seen))?;
    if confirm::says_yes(&format!("Decide that it is {decision}? Write yes: "))? {
        return Ok(seen);
    }
    let message = "nothing was decided";
    Err(Failure::usage("RK4001", message, "write yes to decide"))
}
