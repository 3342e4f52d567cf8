//! `refundkit doctor`: what stands in the way of returning money from this machine, before a customer
//! waits for it. Nothing is sent that changes anything, and nothing is written.

mod accounts;
mod finding;
mod journal;

use crate::args::Cli;
use crate::config::Config;
use crate::failure::{Failure, exit};
use crate::output::{Column, Printer, Table};
use finding::{Finding, Level};

/// Looks at all of it, also where something is wrong already. The exit code is the highest of what was
/// found.
pub(super) async fn run(cli: &Cli, printer: Printer) -> Result<u8, Failure> {
    let mut findings = Vec::new();
    let config = match Config::read(cli.config.as_deref()) {
        Ok(config) => {
            findings.push(read(&config));
            config
        }
        Err(failure) => {
            findings.push(Finding::bad("configuration", "", &failure));
            Config::default()
        }
    };
    accounts::look(&config, &mut findings).await;
    journal::look(cli, &config, &mut findings).await;
    show(printer, &findings)?;
    let codes = findings.iter().map(|finding| finding.exit);
    Ok(codes.max().unwrap_or(exit::DONE))
}

fn read(config: &Config) -> Finding {
    if config.providers.is_empty() {
        let help = "name one, as `refundkit init` shows";
        return Finding::warning("configuration", "", "it names no provider", help);
    }
    let names: Vec<&str> = config.providers.keys().map(String::as_str).collect();
    Finding::good(
        "configuration",
        "",
        &format!("it names {}", names.join(", ")),
    )
}

fn show(printer: Printer, findings: &[Finding]) -> Result<(), Failure> {
    if printer.is_json() {
        return findings
            .iter()
            .try_for_each(|finding| printer.json(finding));
    }
    let mut table = Table::of([
        Column::whole("found", 0),
        Column::whole("of", 1),
        Column::text("what", 2),
    ]);
    for finding in findings {
        let what = match &finding.help {
            Some(help) => [finding.text.as_str(), "; ", help].concat(),
            None => finding.text.clone(),
        };
        let of = [finding.check, finding.subject.as_str()].join(" ");
        table.row([finding.level.word().to_owned(), of.trim().to_owned(), what]);
    }
    printer.table(&table)?;
    let wrong = findings
        .iter()
        .filter(|found| found.level == Level::Bad)
        .count();
    printer.note(&match wrong {
        0 => "nothing stands in the way".to_owned(),
        1 => "1 thing is wrong".to_owned(),
        wrong => format!("{wrong} things are wrong"),
    });
    Ok(())
}
