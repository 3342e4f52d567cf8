//! The whole story on sandboxes of its own: what refundkit does, and that the books agree afterwards.

mod books;
mod story;

use std::sync::Arc;

use refundkit::Refunds;
use refundkit_dodo::{Dodo, DodoConfig};
use refundkit_dojo::{Dojo, DojoConfig};
use refundkit_generic::{Generic, GenericConfig, Profile};
use refundkit_http::{BaseUrl, ConfigError, Secret};
use refundkit_sandbox::{Sandbox, SandboxConfig};
use refundkit_sqlite::SqliteStore;

use crate::clock::{self, CommandClock};
use crate::failure::{Failure, exit};
use crate::output::Printer;

/// Tells the story on a fresh sandbox.
///
/// # Errors
/// A [`Failure`] where something could not be started, went otherwise than told, or the books differ.
pub async fn run(printer: Printer) -> Result<u8, Failure> {
    let mut config = SandboxConfig::default();
    config.ahead_ms = clock::ahead_ms();
    let sandbox = Sandbox::start(config)
        .await
        .map_err(|error| Failure::io("the sandbox could not start", &error))?;
    on(&sandbox, printer).await
}

/// Tells the story on this sandbox: the journal is new, so a ledger that was touched before shows.
///
/// # Errors
/// As [`run`].
pub async fn on(sandbox: &Sandbox, printer: Printer) -> Result<u8, Failure> {
    let folder = tempfile::tempdir()
        .map_err(|error| Failure::io("no temporary folder could be made", &error))?;
    let journal = SqliteStore::open(folder.path().join("demo.db")).await?;
    let addresses = sandbox.addresses();
    let failed = |error: ConfigError| Failure::input(&error);
    let key = Secret::new(addresses.api_key.as_str()).map_err(failed)?;
    let base = |url: &str| BaseUrl::parse(url).map_err(failed);
    let dojo = DojoConfig::new(key.clone()).base_url(base(&addresses.dojo)?);
    let dodo = DodoConfig::new(key.clone()).base_url(base(&addresses.dodo)?);
    let profile = Profile::builtin("primer").map_err(|error| Failure::input(&error))?;
    let primer = GenericConfig::new(profile, key)
        .base_url(base(&addresses.primer)?)
        .clock(Arc::new(CommandClock));
    let name = |text: &str| {
        text.parse()
            .map_err(|error: refundkit::core::IdError| Failure::input(&error))
    };
    let refunds = Refunds::builder()
        .namespace(
            "demo"
                .parse()
                .map_err(|error: refundkit::core::IdError| Failure::input(&error))?,
        )
        .journal(Arc::new(journal))
        .clock(Arc::new(CommandClock))
        .provider(name("dojo")?, Arc::new(Dojo::new(dojo).map_err(failed)?))
        .provider(name("dodo")?, Arc::new(Dodo::new(dodo).map_err(failed)?))
        .provider(
            name("primer")?,
            Arc::new(Generic::new(primer).map_err(failed)?),
        )
        .build()?;
    let told = story::tell(&refunds, sandbox, printer).await?;
    let agreed = books::compare(&refunds, sandbox, printer).await?;
    if told && agreed {
        if !printer.is_json() {
            printer.line("\nEvery penny in the journal is one in the providers' ledgers, and none is there twice.")?;
        }
        return Ok(exit::DONE);
    }
    let (message, help) = if agreed {
        (
            "the story went otherwise than it should have",
            "the rows marked NO show where",
        )
    } else {
        (
            "the journal and the providers' ledgers differ",
            "the payments marked NO show where",
        )
    };
    Err(Failure {
        exit: exit::DIFFERENCE,
        ..Failure::usage("RK4009", message, help)
    })
}
