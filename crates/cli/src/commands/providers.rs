//! The configured providers: what each can do, what of its profile nobody has confirmed, and which ones
//! can't be used and why.

use refundkit::core::capabilities::{Extra, Idempotency, Lookup, Partial, Reversal};
use refundkit::{Capabilities, ProviderName};
use serde::Serialize;

use crate::args::Cli;
use crate::engine::{Access, Engine};
use crate::failure::{Failure, exit};
use crate::output::{Column, ErrorJson, Printer, Table};

#[derive(Serialize)]
struct ProviderJson<'a> {
    provider: &'a str,
    adapter: Option<&'a str>,
    capabilities: Option<&'a Capabilities>,
    /// Whether secrets are configured for its messages.
    webhooks: bool,
    /// The facts of its profile that nobody has confirmed.
    unverified: &'a [String],
    error: Option<ErrorJson>,
}

/// Shows the configured providers, what they can do, and those that can't be used with the reason.
pub(super) async fn run(cli: &Cli, printer: Printer) -> Result<u8, Failure> {
    let engine = Engine::with_providers(cli, Access::ReadsIfAny).await?;
    if printer.is_json() {
        for (name, adapter, capabilities) in engine.refunds.providers() {
            let (adapter, capabilities) = (Some(adapter), Some(capabilities));
            printer.json(&ProviderJson {
                provider: name.as_str(),
                adapter,
                capabilities,
                webhooks: engine.sends_messages(name),
                unverified: engine.unverified(name),
                error: None,
            })?;
        }
        for (name, failure) in engine.unusable() {
            let error = Some(ErrorJson::of(failure));
            printer.json(&ProviderJson {
                provider: name.as_str(),
                adapter: None,
                capabilities: None,
                webhooks: engine.sends_messages(name),
                unverified: &[],
                error,
            })?;
        }
        return Ok(exit::DONE);
    }
    let mut table = Table::of([
        Column::whole("provider", 0),
        Column::whole("adapter", 1),
        Column::text("partial", 2),
        Column::text("reversal", 3),
        Column::text("repeating", 4),
        Column::text("lookup", 5),
        Column::whole("largest amount", 8),
        Column::text("reason", 6),
        Column::text("extras", 7),
        Column::text("webhooks", 9),
    ]);
    for (name, adapter, can) in engine.refunds.providers() {
        table.row([
            name.to_string(),
            adapter.to_owned(),
            partial(can).to_owned(),
            reversal(can).to_owned(),
            repeating(can),
            lookup(can).to_owned(),
            can.largest_amount.to_string(),
            reason(can),
            extras(can),
            webhooks(&engine, name),
        ]);
    }
    printer.table(&table)?;
    for (name, ..) in engine.refunds.providers() {
        for fact in engine.unverified(name) {
            printer.sentence(&format!("{name}: not confirmed: {fact}"))?;
        }
    }
    for (_, failure) in engine.unusable() {
        printer.complain(failure);
    }
    Ok(exit::DONE)
}

/// Where the provider is to send its messages.
fn webhooks(engine: &Engine, name: &ProviderName) -> String {
    if engine.sends_messages(name) {
        ["/webhooks/", name.as_str()].concat()
    } else {
        "no webhook_secrets".to_owned()
    }
}

fn partial(can: &Capabilities) -> &'static str {
    match (can.partial, can.by_item) {
        (Partial::No, _) => "no",
        (Partial::ByAmount, false) => "by amount",
        (Partial::ByAmount, true) => "by amount, by item",
        (Partial::SpreadOverItems, _) => "by item; amounts are spread over items",
    }
}

fn reversal(can: &Capabilities) -> &'static str {
    match can.reversal {
        Reversal::No => "no",
        Reversal::Authorized => "before capture",
        Reversal::AuthorizedOrAutoCaptured => "before capture, or after an automatic one",
    }
}

fn reason(can: &Capabilities) -> String {
    let takes = match (can.reasons.is_empty(), can.refund_texts.reason) {
        (false, _) => can.reasons.join(", "),
        (true, Some(limit)) => format!("{limit} characters"),
        (true, None) => "none".to_owned(),
    };
    if can.reason_required {
        format!("needed: {takes}")
    } else {
        takes
    }
}

fn extras(can: &Capabilities) -> String {
    let one = |extra: &Extra| {
        let needed = if extra.required { "needed, " } else { "" };
        format!("{} ({needed}{})", extra.name, extra.kind)
    };
    let all: Vec<String> = can.extras.iter().map(one).collect();
    if all.is_empty() {
        "none".to_owned()
    } else {
        all.join(", ")
    }
}

pub(super) fn repeating(can: &Capabilities) -> String {
    match can.longest_window() {
        None => "never".to_owned(),
        Some(window) => format!("same key, for {} minutes", window.as_secs() / 60),
    }
}

pub(super) fn lookup(can: &Capabilities) -> &'static str {
    if !can.shows_payments {
        return "none; needs --paid";
    }
    match (can.lookup, can.refund_key) {
        (Lookup::ByToken, _) => "by token",
        (Lookup::Total, _) => "by the refunded total",
        (Lookup::No, Idempotency::Key { .. }) => "by the key only",
        (Lookup::No, Idempotency::None) => "none",
    }
}
