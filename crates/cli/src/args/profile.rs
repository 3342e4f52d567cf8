//! The subcommands and options of `refundkit profile`, with the texts that `--help` shows. Values are
//! texts until the command reads them, except where only a few words are possible.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::examples;

/// What to do with profiles of generic providers.
#[derive(Debug, Subcommand)]
pub enum ProfileCommand {
    /// Shows all that is wrong with a profile, and tries the vectors beside it.
    #[command(after_help = examples::PROFILE_CHECK)]
    Check {
        /// The profile.
        file: PathBuf,
        /// The vectors; NAME.vectors.toml beside NAME.toml without it, where there is one.
        #[arg(long, value_name = "FILE")]
        vectors: Option<PathBuf>,
    },
    /// Says in prose what a profile does, and what nobody has confirmed of it.
    #[command(after_help = examples::PROFILE_EXPLAIN)]
    Explain {
        /// A built-in profile's name, or a file that ends in .toml.
        #[arg(value_name = "FILE|NAME")]
        profile: String,
    },
    /// Drafts a profile with vectors beside it, to be completed from the provider's documentation.
    #[command(after_help = examples::PROFILE_NEW)]
    New(NewArgs),
    /// Lists the built-in profiles.
    #[command(after_help = examples::PROFILE_LIST)]
    List,
    /// Writes the JSON Schema of profiles, for editors.
    #[command(after_help = examples::PROFILE_SCHEMA)]
    Schema,
    /// Writes the text of a built-in profile, to begin one's own with.
    #[command(after_help = examples::PROFILE_SHOW)]
    Show {
        /// Its name.
        name: String,
    },
    /// Tries a profile on one payment at a sandbox or in the provider's test environment: reads it,
    /// refunds, sends the same key once more where the profile claims that it is harmless, and reads it again.
    #[command(after_help = examples::PROFILE_TEST)]
    Test(TestArgs),
}

/// What to draft. What isn't given is asked for on a terminal; elsewhere only the name and the address have to be there.
#[derive(Debug, Args)]
pub struct NewArgs {
    /// Where to; NAME.toml without it.
    pub file: Option<PathBuf>,
    /// The profile's name: small letters, digits and dashes.
    #[arg(long)]
    pub name: Option<String>,
    /// The provider's name for people.
    #[arg(long)]
    pub title: Option<String>,
    /// The address for tests.
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// The address where real money moves.
    #[arg(long, value_name = "URL")]
    pub live_url: Option<String>,
    /// How requests show who sends them; bearer unless said otherwise.
    #[arg(long, value_enum)]
    pub auth: Option<AuthWay>,
    /// The header of `--auth header`; X-Api-Key unless said otherwise.
    #[arg(long, value_name = "NAME")]
    pub auth_header: Option<String>,
    /// The refund's path; /payments/{payment}/refunds unless said otherwise.
    #[arg(long, value_name = "PATH")]
    pub refund_path: Option<String>,
    /// A payment's path, or none; /payments/{payment} unless said otherwise.
    #[arg(long, value_name = "PATH")]
    pub payment_path: Option<String>,
    /// The path of a payment's refunds, or none; none unless said otherwise.
    #[arg(long, value_name = "PATH")]
    pub refunds_path: Option<String>,
    /// The header that takes an idempotency key, or none; none unless said otherwise.
    #[arg(long, value_name = "NAME")]
    pub key_header: Option<String>,
    /// How bodies are written; json unless said otherwise.
    #[arg(long, value_enum)]
    pub encoding: Option<BodyWay>,
    /// How amounts are written: 1000, or "10.00"; minor unless said otherwise.
    #[arg(long, value_enum)]
    pub amount: Option<AmountWay>,
}

/// How requests show who sends them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AuthWay {
    /// `Authorization: Bearer`
    Bearer,
    /// `Authorization: Basic`
    Basic,
    /// A header of the provider's own.
    Header,
}

/// How bodies are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum BodyWay {
    /// JSON.
    Json,
    /// A form.
    Form,
}

/// How amounts are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AmountWay {
    /// 1000
    Minor,
    /// "10.00"
    Major,
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
