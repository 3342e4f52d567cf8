//! Chores of the repository: `cargo xtask <command>`.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a chore talks to the person or the CI log that runs it"
)]

mod ci;
mod closures;
mod contract;
mod coverage;
mod dist;
mod layers;
mod lies;
mod metadata;
mod shell;
mod sim;
mod test;
mod tidy;
mod trial;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Chores of the repository")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Compare the edges between the workspace's crates with the table in the root manifest
    Layers,
    /// Prove what each public crate does not pull in, and compile an application with one adapter
    Closures,
    /// Judge what the built-in profiles send and read by their providers' OpenAPI documents
    Contract(contract::Options),
    /// Measure what of refundkit-core its own tests reach; all of what decides must be
    Coverage,
    /// Run every test and doc test; the last line is `N passed, N failed`
    Test,
    /// Check files' sizes and heads, error pages, unwanted words, stores, and what the pages for maintainers name
    Tidy,
    /// Build the release archive of the command, unpack it elsewhere and run its demo
    Dist,
    /// Simulate engine, providers, workers, clocks and journal from seeds, and look for broken promises
    Sim(sim::Options),
    /// Run the adapters and the engine where the provider's answers lie, and compare with its ledger
    Lies(lies::Options),
    /// Let a server, workers, shells and comparisons work on one journal for minutes, and kill them at random
    Trial(trial::Options),
    /// Format, lints, layers, closures, tidy, docs, simulation, lies, contract, tests: what CI runs, in its order
    Ci {
        /// Leave out the tests
        #[arg(long)]
        checks_only: bool,
    },
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Layers => layers::run(),
        Command::Closures => closures::run(),
        Command::Contract(options) => contract::run(&options),
        Command::Coverage => coverage::run(),
        Command::Test => return test::run(),
        Command::Tidy => tidy::run(),
        Command::Dist => dist::run(),
        Command::Sim(options) => sim::run(&options),
        Command::Lies(options) => lies::run(&options),
        Command::Trial(options) => trial::run(&options),
        Command::Ci { checks_only } => return ci::run(checks_only),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}
