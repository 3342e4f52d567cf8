//! The command line. Values are taken as text and checked by the library, so that a bad one gets
//! the same code and the same words wherever it comes from.

mod profile;
mod reconcile;

pub use reconcile::ReconcileArgs;

pub use profile::{AmountWay, AuthWay, BodyWay, NewArgs, ProfileCommand, TestArgs};

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Returns money through payment providers, and never guesses.
#[derive(Debug, Parser)]
#[command(
    name = "refundkit",
    version,
    arg_required_else_help = true,
    propagate_version = true
)]
pub struct Cli {
    /// The configuration file; ./refundkit.toml unless said otherwise.
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
    Demo,
    /// Writes a commented refundkit.toml.
    Init {
        /// Where to.
        #[arg(default_value = "refundkit.toml")]
        file: PathBuf,
    },
    /// Serves simulated providers on loopback until interrupted.
    Sandbox(SandboxArgs),
    /// Shows the configured providers and what they can do.
    Providers,
    /// Shows what a refund or a reversal would do and why, with the exact request. Changes nothing.
    Plan {
        /// The way to return the money.
        #[arg(long, value_enum, default_value_t = Way::Refund)]
        kind: Way,
        /// What to plan.
        #[command(flatten)]
        ask: RefundArgs,
    },
    /// Refunds a payment: all that is left, an amount, or items.
    Refund(RefundArgs),
    /// Reverses a payment whole.
    Reverse(ReverseArgs),
    /// Reverses or refunds, whichever is legal, and says why.
    ReverseOrRefund(RefundArgs),
    /// Shows one operation, or all of a payment.
    Status(StatusArgs),
    /// Lists operations.
    List(ListArgs),
    /// Calls off an operation that was never sent, or whose attempts were all turned away.
    Cancel {
        /// The operation.
        operation: String,
    },
    /// Records what a person has decided about a parked operation.
    Resolve {
        /// The operation.
        operation: String,
        /// What happened: succeeded, rejected, or ready to be sent again.
        #[arg(long = "as", value_name = "DECISION")]
        decision: String,
        /// What the decision rests on, such as what the provider's dashboard shows.
        #[arg(long, value_name = "TEXT")]
        evidence: String,
        /// Who decides.
        #[arg(long, value_name = "WHO")]
        by: String,
        /// What was seen of it, as `status` shows it: what became known since has to be looked at first.
        /// Without it, a terminal shows the operation and asks.
        #[arg(long, value_name = "SEEN")]
        seen: Option<String>,
    },
    /// Resumes what was left, finds out about what is unknown, and asks about what is on its way.
    Work {
        /// Goes through all open operations once, instead of until interrupted.
        #[arg(long)]
        once: bool,
    },
    /// Compares the journal with what the providers show, both ways. Exit code 9 on any difference.
    Reconcile(ReconcileArgs),
    /// Takes in the providers' messages, works, and tells how it goes, until interrupted.
    Serve {
        /// Where to: an address of this machine with its port; port 0 is any free one.
        #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
        listen: String,
    },
    /// Looks after the journal.
    #[command(subcommand)]
    Journal(JournalCommand),
    /// Profiles of providers: writing, checking and trying them.
    #[command(subcommand)]
    Profile(ProfileCommand),
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
    #[arg(long, value_name = "K", allow_hyphen_values = true)]
    pub key: Option<String>,
    /// Why.
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    pub reason: Option<String>,
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

/// The journal's own commands.
#[derive(Debug, Subcommand)]
pub enum JournalCommand {
    /// What the journal is and how much is in it.
    Info,
    /// Goes on from an older copy of the journal, and asks the providers about all that is open in it.
    Recover,
    /// Checks the whole journal against itself: pages, the chain of hashes, states, budgets.
    Verify,
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
    pub settle_after: Option<String>,
}
