//! `refundkit sandbox`: simulated providers until they are interrupted. How any command that runs until
//! it is stopped learns of that stands here too.

use refundkit_sandbox::{Fault, Sandbox, SandboxConfig};

use crate::args::SandboxArgs;
use crate::clock;
use crate::failure::{Failure, exit};
use crate::output::Printer;

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
    if let Some(settle_after) = &args.settle_after {
        config.settle_after = crate::duration::parse("--settle-after", settle_after)?;
    }
    config.ahead_ms = clock::ahead_ms();
    let sandbox = Sandbox::start(config)
        .await
        .map_err(|error| Failure::io("the sandbox could not start", &error))?;
    printer.json(sandbox.addresses())?;
    interrupted().await;
    Ok(exit::DONE)
}

/// Until Ctrl-C or SIGTERM. Who has called this gets them from then on, waited for or not.
#[cfg(unix)]
pub(super) fn interrupted() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let signals = [SignalKind::interrupt(), SignalKind::terminate()].map(signal);
    async {
        let [Ok(mut interrupt), Ok(mut terminate)] = signals else {
            let _ = tokio::signal::ctrl_c().await;
            return;
        };
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
pub(super) async fn interrupted() {
    let _ = tokio::signal::ctrl_c().await;
}
