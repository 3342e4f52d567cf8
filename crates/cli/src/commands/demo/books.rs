//! The end of the demo: payment by payment, what the journal says was returned beside what the
//! providers' ledgers say.

use std::collections::BTreeMap;

use refundkit::{Filter, Refunds, State};
use refundkit_sandbox::Sandbox;
use serde::Serialize;

use crate::failure::Failure;
use crate::output::{Column, Printer, Table};

/// One payment in both books. Minor units.
#[derive(Default, Serialize)]
struct Entry {
    payment: String,
    currency: String,
    journal: i64,
    ledger: i64,
}

/// Compares, payment by payment, what the journal says was returned with what really was; whether
/// all of it agrees. The providers are asked first, so that nothing is merely on its way.
pub(super) async fn compare(
    refunds: &Refunds,
    sandbox: &Sandbox,
    printer: Printer,
) -> Result<bool, Failure> {
    let mut entries: BTreeMap<String, Entry> = BTreeMap::new();
    for operation in refunds.list(&Filter::default()).await? {
        let operation = refunds.refresh(&operation.intent.id).await?;
        let intent = &operation.intent;
        let entry = entries
            .entry(intent.plan.payment().to_string())
            .or_default();
        entry.payment = intent.plan.payment().to_string();
        entry.currency = intent.plan.amount().currency().code().to_owned();
        if operation.state() == State::Succeeded {
            entry.journal = entry
                .journal
                .saturating_add(intent.plan.amount().minor().get());
        }
    }
    for effect in sandbox.effects() {
        let entry = entries.entry(effect.payment.clone()).or_default();
        entry.payment = effect.payment;
        entry.currency = effect.amount.currency;
        entry.ledger = entry.ledger.saturating_add(effect.amount.minor);
    }
    show(printer, &entries)?;
    Ok(entries.values().all(|entry| entry.journal == entry.ledger))
}

fn show(printer: Printer, entries: &BTreeMap<String, Entry>) -> Result<(), Failure> {
    if printer.is_json() {
        return entries.values().try_for_each(|entry| printer.json(entry));
    }
    printer.line("\nWhat the journal says was returned, and what the providers' ledgers say:\n")?;
    let mut table = Table::of([
        Column::whole("payment", 0),
        Column::whole("journal", 2),
        Column::whole("ledger", 3),
        Column::whole("agree", 1),
    ]);
    let shown = |minor: i64, entry: &Entry| {
        let currency = entry.currency.parse().ok();
        currency
            .and_then(|currency| refundkit::Money::from_minor(minor, currency).ok())
            .map_or_else(|| "nothing".to_owned(), |money| money.to_string())
    };
    for entry in entries.values() {
        table.row([
            entry.payment.clone(),
            shown(entry.journal, entry),
            shown(entry.ledger, entry),
            if entry.journal == entry.ledger {
                "yes"
            } else {
                "NO"
            }
            .to_owned(),
        ]);
    }
    printer.drawn(&table)
}
