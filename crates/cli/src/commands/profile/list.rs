//! The built-in profiles: how each finds out about a lost answer, for how long it repeats a key, and
//! how many of its facts nobody has confirmed.

use refundkit::Capabilities;
use refundkit::core::capabilities::{Idempotency, Lookup};
use refundkit_generic::Profile;
use serde::Serialize;

use crate::failure::{Failure, exit};
use crate::output::{Column, Printer, Table};

#[derive(Serialize)]
struct ProfileJson<'a> {
    name: &'a str,
    title: &'a str,
    /// How a lost answer is found out.
    lookup: Lookup,
    shows_payments: bool,
    refund_key: Idempotency,
    /// How many of its facts nobody has confirmed.
    unverified: usize,
}

/// Lists the built-in profiles.
pub(super) fn run(printer: Printer) -> Result<u8, Failure> {
    let mut table = Table::of([
        Column::whole("name", 0),
        Column::text("title", 1),
        Column::text("a lost answer is found", 2),
        Column::whole("key repeated", 3),
        Column::whole("facts not confirmed", 4),
    ]);
    for name in Profile::builtins() {
        let profile = Profile::builtin(name).map_err(|error| Failure::input(&error))?;
        let can = profile.capabilities();
        if printer.is_json() {
            printer.json(&ProfileJson {
                name,
                title: profile.title(),
                lookup: can.lookup,
                shows_payments: can.shows_payments,
                refund_key: can.refund_key,
                unverified: profile.unverified().len(),
            })?;
            continue;
        }
        table.row([
            name.to_owned(),
            profile.title().to_owned(),
            found(&can).to_owned(),
            repeating(&can),
            profile.unverified().len().to_string(),
        ]);
    }
    if !printer.is_json() {
        printer.table(&table)?;
    }
    Ok(exit::DONE)
}

fn found(can: &Capabilities) -> &'static str {
    match (can.lookup, can.refund_key) {
        (_, Idempotency::Key { .. }) if !can.shows_payments => "by the key only; needs --paid",
        (_, Idempotency::None) if !can.shows_payments => "not at all; needs --paid",
        (Lookup::ByToken, _) => "by our token",
        (Lookup::Total, _) => "by the refunded total",
        (Lookup::No, Idempotency::Key { .. }) => "by the key only",
        (Lookup::No, Idempotency::None) => "not for certain",
    }
}

/// For how long the same key is sent again, in days and hours.
fn repeating(can: &Capabilities) -> String {
    let Some(window) = can.longest_window() else {
        return "none".to_owned();
    };
    let minutes = window.as_secs() / 60;
    match minutes {
        0..120 => format!("for {minutes} minutes"),
        120..2880 => format!("for {} hours", minutes / 60),
        _ => format!("for {} days", minutes / 1440),
    }
}
