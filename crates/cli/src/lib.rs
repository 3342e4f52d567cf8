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
pub mod output;
mod request;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

use crate::args::{Cli, Color, Output};
use crate::failure::{Failure, exit};
use crate::output::Printer;

/// Runs the command with these arguments, the program's name first, and returns its exit code.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    let cli = match Cli::try_parse_from(&args) {
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
    let logging = match logging::start(cli.verbose, runtime.handle()) {
        Ok(logging) => logging,
        Err(failure) => {
            printer.failure(&failure);
            return ExitCode::from(failure.exit);
        }
    };
    let done = runtime.block_on(commands::dispatch(&cli, printer));
    drop(logging);
    let code = match done {
        Ok(code) => code,
        Err(failure) => {
            printer.failure(&failure);
            failure.exit
        }
    };
    ExitCode::from(code)
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
    let json = args
        .windows(2)
        .any(|pair| matches!(pair, [name, value] if name == "--output" && value == "json"))
        || args.iter().any(|arg| arg == "--output=json");
    let output = if json { Output::Json } else { Output::Human };
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default();
    let message = line.trim_start_matches("error: ").trim_end_matches(':');
    let missing: Vec<&str> = text
        .lines()
        .skip(1)
        .take_while(|line| !line.trim().is_empty())
        .map(str::trim)
        .collect();
    let message = match missing.as_slice() {
        [] => message.to_owned(),
        names => format!("{message}: {}", names.join(", ")),
    };
    let failure = Failure::usage(
        "RK4001",
        message,
        "`refundkit --help` shows the commands, `refundkit COMMAND --help` their options",
    );
    Printer::new(output, Color::Never).failure(&failure);
    failure.exit
}
