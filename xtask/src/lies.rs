//! `cargo xtask lies`: the adapters and the engine where the provider's answers lie.

use clap::Args;

use crate::shell::{Outcome, cargo, root, run as run_command};

/// The crate, its program and the list of what that has to come to.
const PACKAGE: &str = "refundkit-simulation";
const PROGRAM: &str = "lies";
const LIST: &str = "crates/testing/simulation/lies.toml";

/// What to try.
#[derive(Args, Default)]
pub(crate) struct Options {
    /// Run this case only, and print its trace
    #[arg(long)]
    case: Option<String>,
    /// Run the cases whose names hold this, and compare nothing with the list
    #[arg(long, conflicts_with = "case")]
    only: Option<String>,
    /// Write the list of least counts anew
    #[arg(long, conflicts_with_all = ["case", "only"])]
    write: bool,
    /// Let broken promises pass that the list knows
    #[arg(long)]
    allow_known: bool,
    /// Name every case that is broken or left out
    #[arg(long)]
    all_names: bool,
    /// How many threads; as many as there are cores unless said otherwise
    #[arg(long)]
    threads: Option<u64>,
}

impl Options {
    /// The same for the program's own command line.
    fn arguments(&self) -> Vec<String> {
        let threads = self.threads.map(|threads| threads.to_string());
        let told = [
            ("--case", self.case.clone()),
            ("--only", self.only.clone()),
            ("--threads", threads),
        ];
        let flags = [
            ("--write", self.write),
            ("--allow-known", self.allow_known),
            ("--all-names", self.all_names),
        ];
        let told = told.into_iter();
        let told = told.filter_map(|(name, value)| Some([name.to_owned(), value?]));
        let flags = flags.into_iter().filter(|(_, given)| *given);
        told.flatten()
            .chain(flags.map(|(name, _)| name.to_owned()))
            .collect()
    }
}

/// All of it: it takes a minute or two.
pub(crate) fn in_ci() -> Outcome {
    run(&Options::default())
}

pub(crate) fn run(options: &Options) -> Outcome {
    run_command(
        cargo()
            .args(["run", "--quiet", "--release", "--locked"])
            .args(["--package", PACKAGE, "--bin", PROGRAM, "--", "--list"])
            .arg(root().join(LIST))
            .args(options.arguments()),
    )
}
