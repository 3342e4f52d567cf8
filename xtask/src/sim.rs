//! `cargo xtask sim`: the seeded simulation and the enumeration, and whether they catch the wrong
//! variants of the protocol that are kept beside them.

mod mutants;
mod plant;
mod suite;

use clap::Args;

use crate::shell::{Outcome, cargo, run as run_command};

/// The crate, and its binary.
const PACKAGE: &str = "refundkit-simulation";

/// What to simulate.
#[derive(Args, Default)]
pub(crate) struct Options {
    /// How many seeds to run
    #[arg(long)]
    seeds: Option<u64>,
    /// Run this seed only, and print its trace
    #[arg(long, conflicts_with_all = ["seeds", "mutants"])]
    seed: Option<u64>,
    /// The first seed
    #[arg(long, conflicts_with = "seed")]
    from: Option<u64>,
    /// How many threads; as many as there are cores unless said otherwise
    #[arg(long)]
    threads: Option<u64>,
    /// Plant every wrong variant in a copy of the sources, and see whether each is caught
    #[arg(long)]
    mutants: bool,
    /// Of these only the ones with this in their names
    #[arg(long, requires = "mutants")]
    only: Option<String>,
}

impl Options {
    /// The same for the simulation's own command line.
    fn arguments(&self) -> Vec<String> {
        let told = [
            ("--seeds", self.seeds),
            ("--seed", self.seed),
            ("--from", self.from),
            ("--threads", self.threads),
        ];
        told.into_iter()
            .filter_map(|(name, value)| Some([name.to_owned(), value?.to_string()]))
            .flatten()
            .collect()
    }
}

/// The seeds of CI, and every wrong variant.
pub(crate) fn in_ci() -> Outcome {
    mutants::run(&Options {
        mutants: true,
        ..Options::default()
    })
}

pub(crate) fn run(options: &Options) -> Outcome {
    if options.mutants {
        return mutants::run(options);
    }
    run_command(
        cargo()
            .args(["run", "--quiet", "--release", "--locked"])
            .args(["--package", PACKAGE, "--"])
            .args(options.arguments()),
    )
}
