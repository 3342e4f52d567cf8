//! The command line. Values are taken as text and checked by the library, so that a bad one gets
//! the same code and the same words wherever it comes from.

mod examples;
mod journal;
mod profile;
mod reconcile;

pub use journal::{ExportArgs, ExportFormat, JournalCommand};
pub use reconcile::ReconcileArgs;

pub use profile::{AmountWay, AuthWay, BodyWay, NewArgs, ProfileCommand, TestArgs};

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::failure::Failure;

/// Returns money through payment providers, and never guesses.
#[derive(Debug, Parser)]
#[command(
    name = "refundkit",
    version,
    arg_required_else_help = true,
    propagate_version = true,
    max_term_width = 100,
    after_help = examples::TOP
)]
pub struct Cli {
    /// The configuration file; ./refundkit.toml without it, or else the one in the user's own folder.
    #[arg(
        long,
        global = true,
        help_heading = "Options of every command",
        env = "REFUNDKIT_CONFIG",
        value_name = "FILE"
    )]
    pub config: Option<PathBuf>,
    /// The journal: memory: or sqlite:PATH. Overrides the configuration file.
    #[arg(
        long,
        global = true,
        help_heading = "Options of every command",
        value_name = "URL"
    )]
    pub journal: Option<String>,
    /// How to answer on standard output.
    #[arg(long, global = true, help_heading = "Options of every command", value_enum, default_value_t = Output::Human)]
    pub output: Output,
    /// Tells more on standard error; up to -vvv.
    #[arg(short, global = true, help_heading = "Options of every command", action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Whether to colour what a person reads.
    #[arg(long, global = true, help_heading = "Options of every command", value_enum, default_value_t = Color::Auto)]
    pub color: Color,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Who reads the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// A person.
    Human,
    /// A program: one JSON object a line.
    Json,
}

/// When to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Tells the whole story on sandboxes of its own, in a temporary journal. Needs no configuration.
    #[command(after_help = examples::DEMO)]
    Demo,
    /// Writes a commented refundkit.toml.
    #[command(after_help = examples::INIT)]
    Init(InitArgs),
    /// Serves simulated providers on loopback until interrupted.
    #[command(after_help = examples::SANDBOX)]
    Sandbox(SandboxArgs),
    /// Shows the configured providers and what they can do.
    #[command(after_help = examples::PROVIDERS)]
    Providers,
    /// Shows what a refund or a reversal would do and why, with the exact request. Changes nothing.
    #[command(after_help = examples::PLAN)]
    Plan {
        /// The way to return the money.
        #[arg(long, value_enum, default_value_t = Way::Refund)]
        kind: Way,
        /// What to plan.
        #[command(flatten)]
        ask: RefundArgs,
    },
    /// Refunds a payment: all that is left, an amount, or items.
    #[command(after_help = examples::REFUND)]
    Refund(RefundArgs),
    /// Reverses a payment whole.
    #[command(after_help = examples::REVERSE)]
    Reverse(ReverseArgs),
    /// Reverses or refunds, whichever is legal, and says why.
    #[command(after_help = examples::REVERSE_OR_REFUND)]
    ReverseOrRefund(RefundArgs),
    /// Shows one operation, or all of a payment.
    #[command(after_help = examples::STATUS)]
    Status(StatusArgs),
    /// Lists operations.
    #[command(after_help = examples::LIST)]
    List(ListArgs),
    /// Shows all that the journal knows of an operation, entry by entry.
    #[command(after_help = examples::HISTORY)]
    History {
        /// The operation.
        operation: String,
    },
    /// Calls off an operation that was never sent, or whose attempts were all turned away.
    #[command(after_help = examples::CANCEL)]
    Cancel {
        /// The operation.
        operation: String,
        /// For whom, by your own word; the login is written down by itself.
        #[arg(long, value_name = "WHO", allow_hyphen_values = true)]
        by: Option<String>,
        /// The ticket or the case that it belongs to.
        #[arg(long, value_name = "T", allow_hyphen_values = true)]
        ticket: Option<String>,
    },
    /// Records what a person has decided about a parked operation.
    #[command(after_help = examples::RESOLVE)]
    Resolve {
        /// The operation.
        operation: String,
        /// What happened: succeeded, rejected, or ready to be sent again.
        #[arg(long = "as", value_name = "DECISION")]
        decision: String,
        /// What the decision rests on, such as what the provider's dashboard shows.
        #[arg(long, value_name = "TEXT")]
        evidence: String,
        /// Who decides; the login is written down by itself.
        #[arg(long, value_name = "WHO")]
        by: String,
        /// The ticket or the case that it belongs to.
        #[arg(long, value_name = "T", allow_hyphen_values = true)]
        ticket: Option<String>,
        /// What was seen of it, as `status` shows it: what became known since has to be looked at first.
        /// Without it, a terminal shows the operation and asks.
        #[arg(long, value_name = "SEEN")]
        seen: Option<String>,
    },
    /// Resumes what was left, finds out about what is unknown, and asks about what is on its way.
    #[command(after_help = examples::WORK)]
    Work {
        /// Goes through all open operations once, instead of until interrupted.
        #[arg(long)]
        once: bool,
        /// How long it may take to stop.
        #[command(flatten)]
        grace: Grace,
    },
    /// Compares the journal with what the providers show, both ways. Exit code 9 on any difference.
    #[command(after_help = examples::RECONCILE)]
    Reconcile(ReconcileArgs),
    /// Takes in the providers' messages, works, and tells how it goes, until interrupted.
    #[command(after_help = examples::SERVE)]
    Serve {
        /// Where to: an address of this machine with its port; port 0 is any free one.
        #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
        listen: String,
        /// How long it may take to stop.
        #[command(flatten)]
        grace: Grace,
    },
    /// Looks after the journal.
    #[command(subcommand, after_help = examples::JOURNAL)]
    Journal(JournalCommand),
    /// Profiles of providers: writing, checking and trying them.
    #[command(subcommand, after_help = examples::PROFILE)]
    Profile(ProfileCommand),
    /// Looks for what stands in the way: configuration, keys, clock, journal, and whether providers are reached.
    #[command(after_help = examples::DOCTOR)]
    Doctor,
    /// Shows an error's page, or lists all codes.
    #[command(after_help = examples::EXPLAIN)]
    Explain {
        /// The code, such as RK1203.
        code: Option<String>,
    },
    /// Writes the completions for a shell.
    #[command(after_help = examples::COMPLETIONS)]
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Writes the page for man, of this command or of one of its commands.
    #[command(after_help = examples::MAN)]
    Man {
        /// The command, such as refund, or journal verify.
        command: Vec<String>,
    },
}

impl Command {
    /// Whether it does something whose end its exit code tells, shown or not.
    pub(crate) fn acts(&self) -> bool {
        matches!(
            self,
            Self::Refund(_)
                | Self::Reverse(_)
                | Self::ReverseOrRefund(_)
                | Self::Cancel { .. }
                | Self::Resolve { .. }
                | Self::Work { .. }
                | Self::Serve { .. }
        )
    }
}

/// The ways to return money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Way {
    /// A refund.
    Refund,
    /// A reversal.
    Reverse,
    /// The legal one.
    ReverseOrRefund,
}

/// Where the first configuration goes.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// Where to; --config's file without it, or else refundkit.toml.
    pub file: Option<PathBuf>,
    /// Writes one for a running sandbox, from its first line: in a file, or - for standard input.
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "-")]
    pub sandbox: Option<PathBuf>,
}

/// How long stopping may take.
#[derive(Clone, Debug, Args)]
pub struct Grace {
    /// After Ctrl-C or SIGTERM nothing new is sent, and what is in flight is waited for so long.
    #[arg(long, value_name = "25s", default_value = Grace::USUAL)]
    pub grace: String,
}

impl Grace {
    /// Less than the 30 seconds after which a container is usually killed.
    const USUAL: &str = "25s";

    /// Where nobody has said how long.
    pub(crate) fn usual() -> Self {
        Self {
            grace: Self::USUAL.to_owned(),
        }
    }

    pub(crate) fn time(&self) -> Result<Duration, Failure> {
        crate::duration::parse("--grace", &self.grace)
    }
}

/// Which payment, under which key.
#[derive(Clone, Debug, Args)]
pub struct Target {
    /// The configured provider.
    #[arg(long, value_name = "P", allow_hyphen_values = true)]
    pub provider: String,
    /// The provider's id of the payment.
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    pub payment: String,
    /// The request key: the same key is the same operation, never a second one. Made up, and shown, without it.
    #[arg(long, value_name = "K")]
    pub key: Option<String>,
    /// Why.
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    pub reason: Option<String>,
    /// For whom, by your own word; the login is written down by itself.
    #[arg(long, value_name = "WHO", allow_hyphen_values = true)]
    pub by: Option<String>,
    /// The ticket or the case that it belongs to. No provider is told.
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    pub ticket: Option<String>,
    /// Sends without asking. Without a terminal to ask on, --key or this is needed.
    #[arg(long)]
    pub yes: bool,
    /// How long it may take to stop.
    #[command(flatten)]
    pub grace: Grace,
    /// Shows the plan and sends nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Waits for the end, at most that long.
    #[arg(long, value_name = "30s", num_args = 0..=1, require_equals = true, default_missing_value = "30s")]
    pub wait: Option<String>,
}

/// What to refund.
#[derive(Clone, Debug, Args)]
pub struct RefundArgs {
    /// Of which payment.
    #[command(flatten)]
    pub target: Target,
    /// How much, such as "10.00 GBP"; all that is left without it.
    #[arg(
        long,
        value_name = "AMOUNT",
        allow_hyphen_values = true,
        conflicts_with = "item"
    )]
    pub amount: Option<String>,
    /// What was captured of the payment, by your own books; for providers that show no payments.
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
    pub paid: Option<String>,
    /// An item, whole or in part, such as item_1 or item_1="5.00 GBP". Repeatable.
    #[arg(long, value_name = "ID[=AMOUNT]", allow_hyphen_values = true)]
    pub item: Vec<String>,
    /// The items' amounts are without tax; the provider adds it.
    #[arg(long, requires = "item")]
    pub tax_exclusive: bool,
    /// A note for the merchant's own people.
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    pub notes: Option<String>,
    /// The refund's own order id.
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    pub order_id: Option<String>,
    /// A pair of the caller's own. Repeatable.
    #[arg(long, value_name = "K=V", allow_hyphen_values = true)]
    pub meta: Vec<String>,
}

/// What to reverse.
#[derive(Clone, Debug, Args)]
pub struct ReverseArgs {
    /// Which payment.
    #[command(flatten)]
    pub target: Target,
}

/// What to show.
#[derive(Debug, Args)]
pub struct StatusArgs {
    /// The operation.
    #[arg(required_unless_present = "payment", conflicts_with_all = ["provider", "payment"])]
    pub operation: Option<String>,
    /// The configured provider.
    #[arg(long, value_name = "P", requires = "payment")]
    pub provider: Option<String>,
    /// The provider's id of a payment.
    #[arg(long, value_name = "ID", requires = "provider")]
    pub payment: Option<String>,
    /// Asks the provider first, and writes down what it says.
    #[arg(long)]
    pub ask: bool,
}

/// What to list.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Only operations in this state. Repeatable.
    #[arg(long, value_name = "S")]
    pub state: Vec<String>,
    /// Only this provider's.
    #[arg(long, value_name = "P")]
    pub provider: Option<String>,
    /// Only those begun since this time (RFC 3339), or that long ago (such as 24h or 7d).
    #[arg(long, value_name = "T")]
    pub since: Option<String>,
}

/// What to simulate.
#[derive(Debug, Args)]
pub struct SandboxArgs {
    /// The first of four ports: Dojo, Dodo, Primer and the admin port. Free ports without it.
    #[arg(long, value_name = "N")]
    pub port: Option<u16>,
    /// Simulates Stripe, Mollie and Polar too, on three more ports: to try profiles on.
    #[arg(long)]
    pub more_providers: bool,
    /// How many ordinary payments each provider starts with, beside the named ones.
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub payments: usize,
    /// What the payments and the faults are drawn from.
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
    /// A fault with its probability, or the numbers of the requests it hits: answer-lost=0.3, or answer-lost=#1,#3.
    #[arg(long, value_name = "NAME=P")]
    pub fault: Vec<String>,
    /// How long a refund stays pending, such as 30s. Without it, it has settled when it is next looked at.
    #[arg(long, value_name = "30s")]
    pub complete_after: Option<String>,
}
