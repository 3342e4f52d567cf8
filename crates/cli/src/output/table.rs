//! Rows for people: drawn to fit on a screen, with tabs between them in a pipe. What stands in them is up
//! to each command.
//!
//! On a screen an id is whole or isn't there: where the columns don't fit, the least important ones are
//! left out first, and only texts are broken, between words.

use comfy_table::presets::{NOTHING, UTF8_FULL_CONDENSED};
use comfy_table::{Attribute, Cell, Color, ColumnConstraint, ContentArrangement, Width};
use refundkit::State;

use super::paper::{Form, Ink, Paper};
use super::words::{longest_word, width_of, wrapped};

/// A column of text is never narrower than this.
const NARROWEST_TEXT: usize = 20;
/// Between a name and its value.
const GAP: usize = 2;

/// A column, and what becomes of it where there is little room.
#[derive(Clone, Debug)]
pub struct Column {
    name: &'static str,
    kind: Kind,
    rank: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Whole,
    Text,
}

impl Column {
    /// One whose cells are whole: ids, amounts, states. Those of a higher rank are left out first.
    #[must_use]
    pub const fn whole(name: &'static str, rank: u8) -> Self {
        let kind = Kind::Whole;
        Self { name, kind, rank }
    }

    /// One whose cells may be broken between words.
    #[must_use]
    pub const fn text(name: &'static str, rank: u8) -> Self {
        let kind = Kind::Text;
        Self { name, kind, rank }
    }
}

/// Rows for people.
#[derive(Debug, Default)]
pub struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
}

/// A table as text, and the columns that there was no room for.
#[derive(Debug, PartialEq, Eq)]
pub struct Drawn {
    /// The lines.
    pub text: String,
    /// The names of the columns that aren't there.
    pub left_out: Vec<&'static str>,
}

impl Table {
    /// A table with names over its columns, the first of which is always shown.
    #[must_use]
    pub fn of<const N: usize>(columns: [Column; N]) -> Self {
        Self {
            columns: columns.into(),
            rows: Vec::new(),
        }
    }

    /// A table of names and values.
    #[must_use]
    pub fn without_header() -> Self {
        Self::default()
    }

    /// Adds a row.
    pub fn row<const N: usize>(&mut self, row: [String; N]) {
        self.rows.push(row.to_vec());
    }

    /// Whether nothing stands in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The table as text.
    #[must_use]
    pub fn on(&self, paper: Paper) -> Drawn {
        let (text, left_out) = match paper.form {
            Form::Pipe => (self.plain(), Vec::new()),
            Form::Screen(columns) if self.columns.is_empty() => {
                (self.pairs(usize::from(columns), paper.ink), Vec::new())
            }
            Form::Screen(columns) => self.drawn(usize::from(columns), paper.ink),
        };
        Drawn { text, left_out }
    }

    fn plain(&self) -> String {
        let header: Vec<&str> = self.columns.iter().map(|column| column.name).collect();
        let header = (!header.is_empty()).then(|| header.join("\t"));
        let rows = self.rows.iter().map(|row| row.join("\t"));
        let lines: Vec<String> = header.into_iter().chain(rows).collect();
        lines.join("\n")
    }

    /// Names, and beside them their values; below them where the screen is too narrow for that.
    fn pairs(&self, columns: usize, ink: Ink) -> String {
        let name_of = |row: &[String]| row.first().map_or(0, |name| width_of(name));
        let names = self.rows.iter().map(|row| name_of(row)).max().unwrap_or(0);
        let below = columns.saturating_sub(GAP);
        let values = self.rows.iter().filter_map(|row| row.get(1));
        let longest = values.map(|value| longest_word(value, below)).max();
        let beside = columns.saturating_sub(names).saturating_sub(GAP);
        let stacks = beside < longest.unwrap_or(0).max(NARROWEST_TEXT);
        let mut lines = Vec::new();
        for row in &self.rows {
            let [name, value] = row.as_slice() else {
                continue;
            };
            let width = if stacks { below } else { beside };
            let indent = " ".repeat(if stacks {
                GAP
            } else {
                names.saturating_add(GAP)
            });
            let mut values = wrapped(value, width).into_iter();
            let shown = values.next().map(|first| toned(&first, ink));
            let shown = shown.unwrap_or_default();
            if stacks {
                lines.push(name.clone());
                lines.push([indent.as_str(), &shown].concat());
            } else {
                let pad = names.saturating_add(GAP).saturating_sub(width_of(name));
                lines.push([name, " ".repeat(pad).as_str(), &shown].concat());
            }
            lines.extend(values.map(|more| [indent.as_str(), &more].concat()));
        }
        lines.join("\n")
    }

    /// With lines around the columns that there is room for; without the lines where not even the first
    /// one fits between them.
    fn drawn(&self, columns: usize, ink: Ink) -> (String, Vec<&'static str>) {
        let mut shown: Vec<usize> = (0..self.columns.len()).collect();
        let mut framed = true;
        while self.least(&shown, framed) > columns {
            let ranked = shown.iter().skip(1).copied();
            let last = ranked.max_by_key(|place| {
                let column = self.columns.get(*place);
                column.map_or(0, |column| column.rank)
            });
            match last {
                Some(last) => shown.retain(|place| *place != last),
                None if framed => framed = false,
                None => break,
            }
        }
        let text = self.draw(&shown, columns, framed, ink);
        let left_out = self.columns.iter().enumerate();
        let left_out = left_out.filter(|(place, _)| !shown.contains(place));
        (text, left_out.map(|(_, column)| column.name).collect())
    }

    /// The least width that these columns can be drawn in.
    fn least(&self, shown: &[usize], framed: bool) -> usize {
        let widths = shown.iter().map(|place| {
            let natural = self.natural(*place);
            match self.columns.get(*place).map(|column| column.kind) {
                Some(Kind::Text) => natural.min(NARROWEST_TEXT),
                Some(Kind::Whole) | None => natural,
            }
        });
        let content = widths.fold(0, usize::saturating_add);
        let frame = shown.len().saturating_mul(3).saturating_add(1);
        content.saturating_add(if framed { frame } else { 0 })
    }

    fn natural(&self, place: usize) -> usize {
        let name = self
            .columns
            .get(place)
            .map_or(0, |column| width_of(column.name));
        let cells = self.rows.iter().filter_map(|row| row.get(place));
        let cells = cells.map(|cell| width_of(cell));
        cells.max().unwrap_or(0).max(name)
    }

    fn draw(&self, shown: &[usize], columns: usize, framed: bool, ink: Ink) -> String {
        let mut table = comfy_table::Table::new();
        let preset = if framed { UTF8_FULL_CONDENSED } else { NOTHING };
        table
            .load_style(preset)
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(u16::try_from(columns).unwrap_or(u16::MAX));
        if ink == Ink::Coloured {
            table.enforce_styling();
        }
        let chosen = || shown.iter().filter_map(|place| self.columns.get(*place));
        table.set_header(chosen().map(|column| match ink {
            Ink::Coloured => Cell::new(column.name).add_attribute(Attribute::Bold),
            Ink::Plain => Cell::new(column.name),
        }));
        for row in &self.rows {
            let cells = shown.iter().filter_map(|place| row.get(*place));
            table.add_row(cells.map(|cell| match (ink, tone(cell)) {
                (Ink::Coloured, Some(tone)) => Cell::new(cell).fg(tone.comfy()),
                (Ink::Coloured | Ink::Plain, _) => Cell::new(cell),
            }));
        }
        for (drawn, column) in table.column_iter_mut().zip(chosen()) {
            drawn.set_constraint(match column.kind {
                Kind::Whole => ColumnConstraint::ContentWidth,
                Kind::Text => ColumnConstraint::LowerBoundary(Width::Fixed(10)),
            });
            if !framed {
                drawn.set_padding((0, 0));
            }
        }
        table.trim_fmt()
    }
}

/// What a state's colour says: the word says it too.
#[derive(Clone, Copy)]
enum Tone {
    Done,
    OnItsWay,
    Person,
    Wrong,
    Quiet,
}

impl Tone {
    const fn comfy(self) -> Color {
        match self {
            Self::Done => Color::Green,
            Self::OnItsWay => Color::Cyan,
            Self::Person => Color::Yellow,
            Self::Wrong => Color::Red,
            Self::Quiet => Color::DarkGrey,
        }
    }

    const fn escape(self) -> &'static str {
        match self {
            Self::Done => "\x1b[32m",
            Self::OnItsWay => "\x1b[36m",
            Self::Person => "\x1b[33m",
            Self::Wrong => "\x1b[31m",
            Self::Quiet => "\x1b[90m",
        }
    }
}

/// The tone of a cell that is a state's word, and no other's.
fn tone(cell: &str) -> Option<Tone> {
    let state: State = cell.parse().ok()?;
    Some(match state {
        State::Succeeded => Tone::Done,
        State::Ready | State::Attempting | State::Accepted => Tone::OnItsWay,
        State::Unknown | State::Parked => Tone::Person,
        State::Failed | State::FailedLate | State::Rejected | State::Refused => Tone::Wrong,
        State::Cancelled => Tone::Quiet,
    })
}

fn toned(text: &str, ink: Ink) -> String {
    match (ink, tone(text)) {
        (Ink::Coloured, Some(tone)) => [tone.escape(), text, "\x1b[0m"].concat(),
        (Ink::Coloured | Ink::Plain, _) => text.to_owned(),
    }
}

#[cfg(test)]
mod tests;
