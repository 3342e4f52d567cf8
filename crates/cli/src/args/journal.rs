//! The subcommands of `refundkit journal`, with the texts that `--help` shows.

use clap::{Args, Subcommand, ValueEnum};

use super::examples;

/// The journal's own commands.
#[derive(Debug, Subcommand)]
pub enum JournalCommand {
    /// What the journal is and how much is in it.
    #[command(after_help = examples::JOURNAL_INFO)]
    Info,
    /// Goes on from an older copy of the journal, and asks the providers about all that is open in it.
    #[command(after_help = examples::JOURNAL_RECOVER)]
    Recover,
    /// Checks the whole journal against itself: pages, the chain of hashes, states, budgets.
    #[command(after_help = examples::JOURNAL_VERIFY)]
    Verify,
    /// Writes all entries of the journal to standard output.
    #[command(after_help = examples::JOURNAL_EXPORT)]
    Export(ExportArgs),
}

/// What to export.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// The form of the lines.
    #[arg(long, value_enum, default_value_t = ExportFormat::Jsonl)]
    pub format: ExportFormat,
    /// Only operations that were begun since this time (RFC 3339), or that long ago (such as 24h or 7d).
    #[arg(long, value_name = "T")]
    pub since: Option<String>,
}

/// The form of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// One JSON object a line, with the fields of `history`.
    Jsonl,
    /// A table for spreadsheets.
    Csv,
}
