//! Rows for people: with lines around them on a terminal, with tabs between them in a pipe. What stands
//! in them is up to each command.

use comfy_table::presets::{NOTHING, UTF8_FULL_CONDENSED};
use comfy_table::{Attribute, Cell, ContentArrangement};

/// How wide a drawn table is where there is no terminal to ask.
const PIPED_WIDTH: u16 = 150;

/// Rows for people: drawn with lines on a terminal, tab-separated when piped.
#[derive(Debug, Default)]
pub struct Table {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with names over its columns.
    #[must_use]
    pub fn with_header<const N: usize>(header: [&str; N]) -> Self {
        Self {
            header: header.into_iter().map(str::to_owned).collect(),
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

    /// The table as text.
    #[must_use]
    pub fn render(&self, terminal: bool, color: bool) -> String {
        if terminal {
            self.drawn(color)
        } else {
            self.plain()
        }
    }

    fn plain(&self) -> String {
        let header = (!self.header.is_empty()).then_some(&self.header);
        let lines: Vec<String> = header
            .into_iter()
            .chain(&self.rows)
            .map(|row| row.join("\t"))
            .collect();
        lines.join("\n")
    }

    /// The table with lines, wherever it goes.
    #[must_use]
    pub fn drawn(&self, color: bool) -> String {
        let mut table = comfy_table::Table::new();
        let preset = if self.header.is_empty() {
            NOTHING
        } else {
            UTF8_FULL_CONDENSED
        };
        table
            .load_style(preset)
            .set_content_arrangement(ContentArrangement::Dynamic);
        if !table.is_tty() {
            table.set_width(PIPED_WIDTH);
        }
        let bold = |text: &String| {
            let cell = Cell::new(text);
            if color {
                cell.add_attribute(Attribute::Bold)
            } else {
                cell
            }
        };
        if !self.header.is_empty() {
            table.set_header(self.header.iter().map(bold));
        }
        table.add_rows(&self.rows);
        table.trim_fmt()
    }
}
