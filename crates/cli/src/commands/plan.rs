//! What a refund or a reversal would do, down to the exact request. Nothing is sent that moves money,
//! and nothing is written down.

use refundkit::{Plan, Planned};
use serde::Serialize;

use super::act;
use crate::args::Cli;
use crate::engine::{Access, Engine};
use crate::failure::{Failure, exit};
use crate::output::{AmountJson, Printer, Table};
use crate::request::Wanted;

#[derive(Serialize)]
struct PlanJson<'a> {
    provider: &'a str,
    payment: &'a str,
    kind: String,
    scope: &'static str,
    amount: AmountJson,
    items: Vec<ItemJson<'a>>,
    notices: Vec<String>,
    request: &'a refundkit::Preview,
}

#[derive(Serialize)]
struct ItemJson<'a> {
    item: &'a str,
    minor: i64,
    whole: bool,
    tax_inclusive: bool,
}

/// Shows what would be done; changes nothing.
pub(super) async fn run(cli: &Cli, printer: Printer, wanted: &Wanted) -> Result<u8, Failure> {
    let engine = Engine::with_providers(cli, Access::ReadsIfAny).await?;
    engine.usable(&wanted.provider)?;
    match engine.refunds.plan(&wanted.provider, &wanted.command).await {
        Ok(planned) => show(printer, wanted, &planned),
        Err(error) => act::refused(printer, &engine, wanted, error),
    }
}

fn show(printer: Printer, wanted: &Wanted, planned: &Planned) -> Result<u8, Failure> {
    let plan = &planned.plan;
    let lines = match plan {
        Plan::Refund(plan) => plan.lines(),
        Plan::Reversal(_) => &[],
    };
    let scope = if plan.is_full() { "full" } else { "partial" };
    if printer.is_json() {
        let items = lines.iter().map(|line| ItemJson {
            item: line.item.as_str(),
            minor: line.amount.get(),
            whole: line.whole,
            tax_inclusive: line.tax_inclusive,
        });
        printer.json(&PlanJson {
            provider: wanted.provider.as_str(),
            payment: plan.payment().as_str(),
            kind: plan.kind().to_string(),
            scope,
            amount: plan.amount().into(),
            items: items.collect(),
            notices: plan.notices().iter().map(ToString::to_string).collect(),
            request: &planned.preview,
        })?;
        return Ok(exit::DONE);
    }
    let mut table = Table::without_header();
    let mut row = |name: &str, value: String| table.row([name.to_owned(), value]);
    row(
        "would",
        format!(
            "{} {} of {} at {} ({scope})",
            verb(plan),
            plan.amount(),
            plan.payment(),
            wanted.provider
        ),
    );
    let currency = plan.amount().currency();
    for line in lines {
        let tax = if line.tax_inclusive {
            ""
        } else {
            ", without tax"
        };
        row(
            "item",
            format!("{}: {}{tax}", line.item, currency.words(line.amount)),
        );
    }
    for notice in plan.notices() {
        row("note", notice.to_string());
    }
    row(
        "request",
        format!("{} {}", planned.preview.method, planned.preview.url),
    );
    for (name, value) in &planned.preview.headers {
        row("header", format!("{name}: {value}"));
    }
    if let Some(body) = &planned.preview.body {
        row("body", body.clone());
    }
    row("sent", "nothing".to_owned());
    printer.table(&table)?;
    Ok(exit::DONE)
}

const fn verb(plan: &Plan) -> &'static str {
    match plan {
        Plan::Refund(_) => "refund",
        Plan::Reversal(_) => "reverse",
    }
}
