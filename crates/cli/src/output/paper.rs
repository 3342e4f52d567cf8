//! What a person's answer is written on: how wide it is, whether it is a screen, and whether it takes
//! colour. What is written is up to others.

use std::io::IsTerminal;

use crate::args::Color;

/// How wide a terminal is that doesn't say, or says that it has no column at all.
const USUAL_COLUMNS: u16 = 80;
/// How wide something drawn is where there is no terminal to ask.
const PIPED_COLUMNS: u16 = 150;

/// Whether colour is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// Letters alone.
    Plain,
    /// Letters in colour.
    Coloured,
}

impl Ink {
    /// The ink for a stream, as the command line says: `auto` colours a terminal whose user hasn't said
    /// otherwise.
    #[must_use]
    pub fn of(color: Color, stream: &impl IsTerminal) -> Self {
        let wanted = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => stream.is_terminal() && std::env::var_os("NO_COLOR").is_none(),
        };
        if wanted { Self::Coloured } else { Self::Plain }
    }
}

/// What lies before the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A screen of so many columns: tables are drawn to fit.
    Screen(u16),
    /// A pipe or a file: cells with tabs between them, all of them and whole.
    Pipe,
}

/// What answers are written on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paper {
    /// Screen or pipe.
    pub form: Form,
    /// With or without colour.
    pub ink: Ink,
}

impl Paper {
    /// Standard output, as it is.
    #[must_use]
    pub fn of_stdout(color: Color) -> Self {
        let stdout = std::io::stdout();
        let ink = Ink::of(color, &stdout);
        let form = match told_columns() {
            Some(columns) => Form::Screen(columns),
            None if stdout.is_terminal() => Form::Screen(columns()),
            None => Form::Pipe,
        };
        Self { form, ink }
    }

    /// The same for what only people read: drawn also where it is piped.
    #[must_use]
    pub const fn drawn(self) -> Self {
        match self.form {
            Form::Screen(_) => self,
            Form::Pipe => Self {
                form: Form::Screen(PIPED_COLUMNS),
                ..self
            },
        }
    }
}

/// How wide the terminal is by its own word.
fn columns() -> u16 {
    let told = comfy_table::Table::new().width();
    told.map_or(USUAL_COLUMNS, usable)
}

/// Some terminals, those of build servers above all, say that they have no columns.
const fn usable(columns: u16) -> u16 {
    if columns == 0 { USUAL_COLUMNS } else { columns }
}

/// Tests have no terminal: in the dev profile, and in it alone, a variable stands for one.
#[cfg(debug_assertions)]
fn told_columns() -> Option<u16> {
    let told = std::env::var("REFUNDKIT_TEST_COLUMNS").ok()?;
    told.parse().ok().map(usable)
}

#[cfg(not(debug_assertions))]
const fn told_columns() -> Option<u16> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_without_columns_is_as_wide_as_most() {
        assert_eq!(usable(0), 80);
        assert_eq!(usable(40), 40);
        let pipe = Paper {
            form: Form::Pipe,
            ink: Ink::Plain,
        };
        assert_eq!(pipe.drawn().form, Form::Screen(PIPED_COLUMNS));
    }
}
