//! Journal against providers: every difference in a table, in a CSV file, or as JSON lines.

mod left_out;
mod report;
mod row;

use std::collections::BTreeSet;
use std::io::{IsTerminal, Write};

use refundkit::{Extent, Noticed, PaymentId, Period, ProviderName, Reconciled};

use super::look::moment;
use crate::args::{Cli, ReconcileArgs};
use crate::engine::{Access, Engine};
use crate::failure::{Failure, exit};
use crate::output::Printer;
use left_out::LeftOut;
use report::Report;

/// Compares, and answers with 9 where there is a difference, or where not all could be compared.
pub(super) async fn run(cli: &Cli, printer: Printer, args: &ReconcileArgs) -> Result<u8, Failure> {
    let extent = extent(args)?;
    let access = if args.apply {
        Access::Writes
    } else {
        Access::Reads
    };
    let engine = Engine::with_providers(cli, access).await?;
    let names = providers(&engine, args)?;
    let mut report = Report::new(printer, args.report.as_deref())?;
    let mut all = Vec::new();
    for name in &names {
        engine.warn(printer, name);
        let compared = compare(&engine, name, &extent, args.apply, &mut report).await;
        let compared = match report.or_trouble(compared) {
            Ok(compared) => compared,
            Err(failure) => {
                // Why it broke off is what is to be told at the end.
                let _ = report.broken_off();
                return Err(failure);
            }
        };
        report.provider(name, &compared)?;
        all.push(compared);
    }
    report.end()?;
    let mut left_out = LeftOut::of(&all);
    if args.provider.is_none() {
        for (name, failure) in engine.unusable() {
            printer.note(&format!("{name} was not compared: {}", failure.message));
            left_out.provider(name, "it can't be used");
        }
        for name in strangers(&engine).await? {
            printer.note(&format!(
                "{name} was not compared: the journal has operations of it, and the configuration doesn't name it"
            ));
            left_out.provider(&name, "the configuration doesn't name it");
        }
    }
    let differences = all.iter().map(|compared| compared.differences);
    let judged = judge(differences, &left_out)?;
    printer.note(&left_out.to_string());
    Ok(judged)
}

async fn compare(
    engine: &Engine,
    name: &ProviderName,
    extent: &Extent,
    apply: bool,
    report: &mut Report,
) -> Result<Reconciled, refundkit::Error> {
    let shows_progress = report.is_for_people() && std::io::stderr().is_terminal();
    let tell = |noticed: Noticed<'_>| match noticed {
        Noticed::Difference {
            difference,
            written,
        } => report.difference(name, difference, written),
        Noticed::Progress(done) if shows_progress => progress(name, done),
        Noticed::Progress(_) => {}
    };
    let compared = engine.refunds.reconcile(name, extent, apply, tell).await;
    if shows_progress {
        // Nobody has to see the end of the line that is cleared.
        let _ = write!(std::io::stderr().lock(), "\r\x1b[K");
    }
    compared
}

/// One line that is written over.
fn progress(name: &ProviderName, done: &Reconciled) {
    let (operations, refunds) = (done.operations, done.refunds);
    let (payments, differences) = (done.payments, done.differences);
    let mut err = std::io::stderr().lock();
    let _ = write!(
        err,
        "\r\x1b[K{name}: {operations} operations, {refunds} refunds listed, {payments} payments read, {differences} differences"
    );
    let _ = err.flush();
}

fn extent(args: &ReconcileArgs) -> Result<Extent, Failure> {
    if let Some(payment) = &args.payment {
        let payment = PaymentId::new(payment.as_str()).map_err(|error| Failure::input(&error))?;
        return Ok(Extent::Payment(payment));
    }
    let time = |option: &str, text: &Option<String>| {
        let text = text.as_deref();
        text.map(|text| moment(option, text)).transpose()
    };
    let (since, until) = (time("--since", &args.since)?, time("--until", &args.until)?);
    if since
        .zip(until)
        .is_some_and(|(since, until)| since >= until)
    {
        let message = "--since is not before --until";
        return Err(Failure::usage("RK4006", message, "name an earlier --since"));
    }
    Ok(Extent::Period(Period { since, until }))
}

fn providers(engine: &Engine, args: &ReconcileArgs) -> Result<Vec<ProviderName>, Failure> {
    let Some(name) = &args.provider else {
        let names = engine.refunds.providers();
        return Ok(names.map(|(name, ..)| name.clone()).collect());
    };
    let name = ProviderName::new(name.as_str()).map_err(|error| Failure::input(&error))?;
    engine.usable(&name)?;
    Ok(vec![name])
}

/// Providers whose operations are in the journal, and who are not in the configuration at all.
async fn strangers(engine: &Engine) -> Result<BTreeSet<ProviderName>, Failure> {
    let counts = engine.refunds.counts().await?;
    let mut names: BTreeSet<ProviderName> =
        counts.into_iter().map(|count| count.provider).collect();
    names.retain(|name| {
        let configured = engine.refunds.providers().any(|(known, ..)| known == name);
        !configured && engine.usable(name).is_ok()
    });
    Ok(names)
}

fn judge(differences: impl Iterator<Item = u64>, left_out: &LeftOut) -> Result<u8, Failure> {
    let differences = differences.fold(0_u64, u64::saturating_add);
    if differences == 0 && left_out.complete {
        return Ok(exit::DONE);
    }
    let failure = |code, message: String, help: &str| Failure {
        exit: exit::DIFFERENCE,
        ..Failure::usage(code, message, help)
    };
    if differences == 0 {
        let message = format!("not all could be compared; {left_out}");
        let help = "the notes say what and why; what was compared agrees";
        return Err(failure("RK4012", message, help));
    }
    let besides = if left_out.complete {
        ""
    } else {
        ", and not all could be compared"
    };
    let many = if differences == 1 { "" } else { "s" };
    let message = format!(
        "{differences} difference{many} between the journal and the providers{besides}; {left_out}"
    );
    let help = "look at each; --apply writes down the provider's word where there is one";
    Err(failure("RK4011", message, help))
}
