//! The command line, the configuration and what is printed. What is done is the library's.
//!
#![doc = include_str!("../README.md")]

pub mod args;
mod clock;
pub mod commands;
pub mod config;
mod duration;
mod engine;
pub mod failure;
mod logging;
mod login;
pub mod output;
mod request;
mod signals;
mod usage;

use std::ffi::OsString;
use std::process::ExitCode;
use std::time::Duration;

use clap::{CommandFactory, FromArgMatches};

use crate::args::{Cli, Color};
use crate::failure::{Failure, exit};
use crate::output::Printer;

/// How long the end is waited for of what nobody waits for any more.
const LEFT_OVERS: Duration = Duration::from_secs(1);

/// Runs the command with these arguments, the program's name first, and returns its exit code.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    let cli = match parse(&args) {
        Ok(cli) => cli,
        Err(error) => return ExitCode::from(refuse(&args, &error)),
    };
    let printer = Printer::new(cli.output, cli.color);
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            let failure = Failure::io("the command could not start", &error);
            printer.failure(&failure);
            return ExitCode::from(failure.exit);
        }
    };
    let logging = match logging::start(cli.verbose, cli.color, runtime.handle()) {
        Ok(logging) => logging,
        Err(failure) => {
            printer.failure(&failure);
            return ExitCode::from(failure.exit);
        }
    };
    let done = runtime.block_on(commands::dispatch(&cli, printer));
    drop(logging);
    // What was left half-way, such as the look-up of a name, isn't waited for.
    runtime.shutdown_timeout(LEFT_OVERS);
    let code = match done {
        Ok(code) => code,
        Err(failure) => {
            printer.failure(&failure);
            failure.exit
        }
    };
    ExitCode::from(if cli.command.acts() {
        code
    } else {
        printer.told(code)
    })
}

/// The command line. Help is coloured as it says, also where it can't be read otherwise.
fn parse(args: &[OsString]) -> Result<Cli, clap::Error> {
    let command = Cli::command().color(match usage::color(args) {
        Color::Auto => clap::ColorChoice::Auto,
        Color::Always => clap::ColorChoice::Always,
        Color::Never => clap::ColorChoice::Never,
    });
    Cli::from_arg_matches(&command.try_get_matches_from(args)?)
}

/// A command line that can't be read, or a question about it.
fn refuse(args: &[OsString], error: &clap::Error) -> u8 {
    use clap::error::ErrorKind;
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    ) {
        let _ = error.print();
        return exit::DONE;
    }
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        let _ = error.print();
        return exit::USAGE;
    }
    let output = usage::output(args);
    let failure = usage::failure(args, error);
    Printer::new(output, Color::Never).failure(&failure);
    failure.exit
}
