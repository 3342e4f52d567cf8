use std::sync::Arc;

use refundkit::core::capabilities::{Idempotency, Lookup};
use refundkit::{Capabilities, Provider, SystemClock};
use refundkit_generic::{Generic, GenericConfig, Profile};
use refundkit_http::{BaseUrl, ConfigError, Secret};
use serde::Serialize;

use crate::commands::providers;
use crate::config::CommandSigner;
use crate::failure::{Failure, exit};
use crate::output::{Printer, Table};

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
    let mut table = Table::with_header(["name", "title", "lost answer", "key", "not confirmed"]);
    for name in Profile::builtins() {
        let profile = Profile::builtin(name).map_err(|error| Failure::input(&error))?;
        let can = capabilities(&profile).map_err(|error| Failure::input(&error))?;
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
            providers::lookup(&can).to_owned(),
            providers::repeating(&can),
            profile.unverified().len().to_string(),
        ]);
    }
    if !printer.is_json() {
        printer.table(&table)?;
    }
    Ok(exit::DONE)
}

/// What any account of the profile can do: that of one with made-up secrets, which asks nobody.
fn capabilities(profile: &Profile) -> Result<Capabilities, ConfigError> {
    let secret = Secret::new("made-up")?;
    let secrets = profile.secrets().map(|(name, _)| (name, secret.clone()));
    let mut config = GenericConfig::with_secrets(profile.clone(), secrets)
        .base_url(BaseUrl::parse("http://127.0.0.1:9")?)
        .clock(Arc::new(SystemClock));
    for (name, _) in profile.settings() {
        config = config.setting(name, "made-up");
    }
    if let Some(signer) = CommandSigner::new(&["made-up".to_owned()]) {
        config = config.signer(Arc::new(signer));
    }
    Ok(Generic::new(config)?.capabilities().clone())
}
