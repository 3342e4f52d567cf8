use clap::{Args, Subcommand};

/// What to do with profiles of generic providers.
#[derive(Debug, Subcommand)]
pub enum ProfileCommand {
    /// Lists the built-in profiles.
    List,
    /// Writes the text of a built-in profile, to begin one's own with.
    Show {
        /// Its name.
        name: String,
    },
    /// Tries a profile on one payment at a sandbox or in the provider's test environment: reads it,
    /// refunds, sends the same key once more where the profile claims that it is harmless, and reads it again.
    Test(TestArgs),
}

/// What to try.
#[derive(Debug, Args)]
pub struct TestArgs {
    /// A built-in profile's name, or a file that ends in .toml.
    #[arg(value_name = "FILE|NAME")]
    pub profile: String,
    /// Where: a sandbox on this machine, or an address that the profile names.
    #[arg(long, value_name = "URL")]
    pub against: String,
    /// The payment to refund.
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    pub payment: String,
    /// How much; all that is left without it.
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
    pub amount: Option<String>,
    /// What was captured, for providers that show no payments.
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
    pub paid: Option<String>,
    /// Why.
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    pub reason: Option<String>,
    /// A pair that the refund takes. Repeatable.
    #[arg(long, value_name = "K=V", allow_hyphen_values = true)]
    pub meta: Vec<String>,
    /// Where a secret is found: api_key=env:NAME or api_key=file:PATH. Repeatable. A sandbox on this machine gets its own key without it.
    #[arg(long, value_name = "NAME=env:VAR", allow_hyphen_values = true)]
    pub secret: Vec<String>,
    /// A setting that the profile names. Repeatable.
    #[arg(long, value_name = "NAME=VALUE", allow_hyphen_values = true)]
    pub setting: Vec<String>,
    /// Refunds without asking.
    #[arg(long)]
    pub yes: bool,
}
