//! A command line that can't be read: what is wrong with it in one line, and what was probably meant.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue};

use crate::args::{Color, Output};
use crate::failure::Failure;

/// Where options and commands are found.
const WHERE: &str =
    "`refundkit --help` shows the commands, `refundkit COMMAND --help` their options";

/// What is wrong, with the parser's own suggestion.
pub(crate) fn failure(args: &[OsString], error: &clap::Error) -> Failure {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default();
    let message = line.trim_start_matches("error: ").trim_end_matches(':');
    let missing: Vec<&str> = text
        .lines()
        .skip(1)
        .take_while(|line| !line.trim().is_empty())
        .map(str::trim)
        .filter(|line| !line.starts_with('['))
        .collect();
    let message = match missing.as_slice() {
        [] => message.to_owned(),
        names => format!("{message}: {}", names.join(", ")),
    };
    let tips = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("tip: "));
    let values = text.lines().filter_map(|line| {
        let values = line.trim().strip_prefix("[possible values: ")?;
        Some(["there are ", values.trim_end_matches(']')].concat())
    });
    let mut help: Vec<String> = tips.map(str::to_owned).chain(values).collect();
    help.extend(detached(args, error));
    help.push(WHERE.to_owned());
    Failure::usage("RK4001", message, help.join("; "))
}

/// `--wait 30s`: an option whose value may be left out takes it behind a sign only.
fn detached(args: &[OsString], error: &clap::Error) -> Option<String> {
    let Some(ContextValue::String(stray)) = error.get(ContextKind::InvalidArg) else {
        return None;
    };
    let before = args.windows(2).find_map(|pair| match pair {
        [before, value] if value == stray.as_str() => before.to_str(),
        _ => None,
    });
    (before == Some("--wait")).then(|| "write it in one word, such as --wait=30s".to_owned())
}

/// The output that is wanted, as far as it can be told.
pub(crate) fn output(args: &[OsString]) -> Output {
    match value(args, "--output") {
        Some("json") => Output::Json,
        Some(_) | None => Output::Human,
    }
}

/// The colour that is wanted, as far as it can be told.
pub(crate) fn color(args: &[OsString]) -> Color {
    match value(args, "--color") {
        Some("always") => Color::Always,
        Some("never") => Color::Never,
        Some(_) | None => Color::Auto,
    }
}

fn value<'a>(args: &'a [OsString], option: &str) -> Option<&'a str> {
    let apart = args.windows(2).find_map(|pair| match pair {
        [name, value] if name == option => value.to_str(),
        _ => None,
    });
    let joined = args.iter().filter_map(|arg| arg.to_str());
    let mut joined = joined.filter_map(|arg| arg.strip_prefix(option)?.strip_prefix('='));
    apart.or_else(|| joined.next())
}
