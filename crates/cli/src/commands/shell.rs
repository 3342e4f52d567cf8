//! Completions for shells and pages for `man`: both are made of the one description of the command line,
//! so that neither can say anything else than the parser.

use clap::{Command, CommandFactory};
use clap_complete::Shell;

use crate::args::Cli;
use crate::failure::{Failure, exit};
use crate::output::Printer;

/// The command's name, in completions and pages.
const NAME: &str = "refundkit";

/// Writes a shell's completions.
pub(super) fn completions(shell: Shell, printer: Printer) -> Result<u8, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), NAME, &mut script);
    text(printer, script)
}

/// Writes the page of the command, or that of one of its commands.
pub(super) fn man(names: &[String], printer: Printer) -> Result<u8, Failure> {
    let mut root = Cli::command();
    // Hands the options of every command down, and names the commands in full.
    root.build();
    let mut command = &root;
    for name in names {
        command = command.find_subcommand(name).ok_or_else(|| none(command))?;
    }
    let mut page = Vec::new();
    let written = clap_mangen::Man::new(command.clone()).render(&mut page);
    written.map_err(|error| Failure::io("the page could not be written", &error))?;
    text(printer, page)
}

fn none(of: &Command) -> Failure {
    let commands = of.get_subcommands().map(Command::get_name);
    let commands: Vec<&str> = commands.collect();
    let help = match commands.as_slice() {
        [] => "leave it out: the command before it has none of its own".to_owned(),
        names => format!("there are {}", names.join(", ")),
    };
    Failure::usage("RK4006", "there is no such command", help)
}

fn text(printer: Printer, bytes: Vec<u8>) -> Result<u8, Failure> {
    let text = String::from_utf8(bytes);
    let text = text.map_err(|error| {
        let error = std::io::Error::other(error);
        Failure::io("what was made is no text", &error)
    })?;
    printer.line(text.trim_end())?;
    Ok(exit::DONE)
}
