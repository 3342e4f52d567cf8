//! `refundkit sandbox`: simulated providers until they are interrupted.

use refundkit_sandbox::{Fault, Sandbox, SandboxConfig};

use crate::args::SandboxArgs;
use crate::clock;
use crate::failure::{Failure, exit};
use crate::output::Printer;
use crate::signals::Signals;

/// Serves until interrupted. The first line is JSON in every output: scripts wait for it.
pub(super) async fn run(args: &SandboxArgs, printer: Printer) -> Result<u8, Failure> {
    let faults: Result<Vec<Fault>, _> = args.fault.iter().map(|text| text.parse()).collect();
    let mut config = SandboxConfig::default();
    config.faults = faults.map_err(|error| {
        Failure::usage(
            "RK4006",
            error.to_string(),
            "see `refundkit sandbox --help`",
        )
    })?;
    config.port = args.port.unwrap_or(0);
    config.payments = args.payments;
    config.more_providers = args.more_providers;
    config.seed = args.seed;
    if let Some(complete_after) = &args.complete_after {
        config.complete_after = crate::duration::parse("--complete-after", complete_after)?;
    }
    config.ahead_ms = clock::ahead_ms();
    let sandbox = Sandbox::start(config)
        .await
        .map_err(|error| Failure::address("the sandbox could not start", &error))?;
    let mut signals = Signals::listen()?;
    printer.json(sandbox.addresses())?;
    printer.note("save that line in a file, and `refundkit init --sandbox FILE` writes a configuration for it");
    signals.next().await;
    Ok(exit::DONE)
}
