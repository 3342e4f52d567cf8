//! The options of `refundkit reconcile`, with the texts that `--help` shows. Ids and times are texts
//! until the command reads them.

use std::path::PathBuf;

use clap::Args;

/// What to compare.
#[derive(Debug, Args)]
pub struct ReconcileArgs {
    /// Only this provider; all that are configured without it.
    #[arg(long, value_name = "P")]
    pub provider: Option<String>,
    /// Only this payment, whole.
    #[arg(
        long,
        value_name = "ID",
        allow_hyphen_values = true,
        requires = "provider",
        conflicts_with_all = ["since", "until"]
    )]
    pub payment: Option<String>,
    /// Only what was begun or made since this time (RFC 3339), or that long ago (such as 24h or 7d).
    #[arg(long, value_name = "T")]
    pub since: Option<String>,
    /// Only what was begun or made before this time; never later than a quarter of an hour ago.
    #[arg(long, value_name = "T")]
    pub until: Option<String>,
    /// Writes all differences to this new CSV file.
    #[arg(long, value_name = "OUT.csv")]
    pub report: Option<PathBuf>,
    /// Adds the evidence that follows from the differences to the journal. Without it nothing is changed.
    #[arg(long)]
    pub apply: bool,
}
