//! `cargo xtask trial`: many processes on one journal for minutes, with windows that are as many times shorter.

use clap::Args;

use crate::shell::{Outcome, cargo, root, run as run_command};

/// How long, and what is drawn.
#[derive(Args)]
pub(crate) struct Options {
    /// How many minutes it goes on
    #[arg(long, default_value_t = 10)]
    minutes: u64,
    /// What kills and weather are drawn from
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

pub(crate) fn run(options: &Options) -> Outcome {
    let seconds = options
        .minutes
        .checked_mul(60)
        .ok_or("no trial goes on for so long")?;
    run_command(
        cargo()
            .args([
                "test",
                "--locked",
                "--package",
                "refundkit-cli",
                "--test",
                "together",
            ])
            .args(["--", "--nocapture"])
            // Another set of flags, in a folder of its own: what is built for anything else stays as it is.
            .env("CARGO_TARGET_DIR", root().join("target").join("hurried"))
            .env("RUSTFLAGS", "--cfg refundkit_hurried")
            .env("REFUNDKIT_TRIAL_SECONDS", seconds.to_string())
            .env("REFUNDKIT_TRIAL_SEED", options.seed.to_string()),
    )
}
