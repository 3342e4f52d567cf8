//! Questions to a person at a terminal. Which ones are asked, and what happens where there is no
//! terminal, is up to the caller.

use std::io::{BufRead, IsTerminal, Write};

use crate::failure::Failure;

/// The longest answer that is taken.
const LONGEST: u64 = 1000;

/// Asks on a terminal, a line each. Questions go to standard error: standard output is for answers of ours.
pub(super) struct Prompt<R, W> {
    input: R,
    output: W,
}

/// Whether there is anybody to ask.
pub(super) fn is_terminal() -> bool {
    std::io::stdin().is_terminal()
}

/// On this terminal.
pub(super) fn terminal() -> Prompt<impl BufRead, impl Write> {
    Prompt {
        input: std::io::stdin().lock(),
        output: std::io::stderr(),
    }
}

impl<R: BufRead, W: Write> Prompt<R, W> {
    /// The answer, or the default where nothing is typed. Without a default the question is asked again.
    pub(super) fn ask(&mut self, question: &str, default: &str) -> Result<String, Failure> {
        loop {
            let hint = match default {
                "" => String::new(),
                _ => format!(" [{default}]"),
            };
            let shown =
                write!(self.output, "{question}{hint}: ").and_then(|()| self.output.flush());
            shown.map_err(|error| Failure::io("the question could not be shown", &error))?;
            let mut line = String::new();
            let mut input = std::io::Read::take(&mut self.input, LONGEST);
            let read = input.read_line(&mut line);
            let read = read.map_err(|error| Failure::io("the answer could not be read", &error))?;
            match (read, line.trim(), default) {
                (0, ..) => return Err(unanswered("the answers ended before the questions")),
                (_, "", "") => {}
                (_, "", default) => return Ok(default.to_owned()),
                (_, answer, _) => return Ok(answer.to_owned()),
            }
        }
    }
}

/// Nobody was there to ask, or the answer was no.
pub(super) fn unanswered(message: &str) -> Failure {
    Failure::usage(
        "RK4010",
        message,
        "give all of it as options; `--help` shows them",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_and_defaults_are_taken_and_an_end_is_an_end() {
        let mut shown = Vec::new();
        let mut prompt = Prompt {
            input: "\nshop-pay\n\n".as_bytes(),
            output: &mut shown,
        };
        assert_eq!(prompt.ask("name", "").unwrap(), "shop-pay");
        assert_eq!(prompt.ask("auth", "bearer").unwrap(), "bearer");
        let failure = prompt.ask("path", "/refunds").unwrap_err();
        assert_eq!((failure.exit, failure.code.as_str()), (2, "RK4010"));
        let shown = String::from_utf8(shown).unwrap();
        assert_eq!(shown, "name: name: auth [bearer]: path [/refunds]: ");
    }
}
