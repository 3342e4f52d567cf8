use std::fmt;

use async_trait::async_trait;
use serde::Serialize;

use super::Lease;
use crate::codes::{Code, Coded};
use crate::ids::{OperationId, PaymentId, ProviderName, WorkerId};
use crate::money::Minor;
use crate::operation::{Evidence, Intent, Operation, State};
use crate::time::Timestamp;

/// Where operations are written down. Every method that returns `Ok` MUST have made its effect
/// durable before it returns, to the degree that the journal promises (an in-memory one: none).
///
/// - An operation, once begun, is never lost and never changed; evidence is only ever added.
/// - A journal keeps one budget per provider and payment: the sum of what is held by operations
///   whose [`State::holds_money`] is true. It MUST be checked and changed in the transaction that
///   adds the operation or the evidence, and never exceed what the budget allows.
/// - At most one attempt per payment is in flight: [`mark`](Self::mark) refuses a second one.
/// - Decisions need the payment's current [`Lease`], which MUST be checked in the transaction that
///   writes them down. Facts are taken from anyone.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Journal: Send + Sync + fmt::Debug {
    /// Grants `worker` the right to decide about the payment's operations, for [`LEASE`] from
    /// `now`. The present holder gets a new lease at once; its former one ends.
    ///
    /// [`LEASE`]: super::LEASE
    ///
    /// # Errors
    /// [`JournalError::Held`] while it is another worker's; [`JournalError`] where the journal
    /// can't be used.
    async fn claim(
        &self,
        provider: &ProviderName,
        payment: &PaymentId,
        worker: &WorkerId,
        now: Timestamp,
    ) -> Result<Lease, JournalError>;

    /// Gives the lease back before it runs out. One that was lost meanwhile is nobody's error.
    ///
    /// # Errors
    /// [`JournalError`] where the journal can't be used; the lease then runs out by itself.
    async fn release(&self, lease: &Lease) -> Result<(), JournalError>;

    /// Writes down an intent and reserves its amount, both or neither. Where an operation with
    /// this id exists already, it is returned and nothing is changed.
    ///
    /// # Errors
    /// [`JournalError::LeaseLost`]; [`JournalError::Damaged`] where what is stored of the payment
    /// contradicts itself; [`JournalError`] where it could not be written. Then nothing was, but for
    /// a commit whose own end isn't known, which is there wholly or not at all.
    async fn begin(
        &self,
        lease: &Lease,
        intent: &Intent,
        budget: Budget,
    ) -> Result<Begun, JournalError>;

    /// Writes down that the operation's next attempt is about to be sent, and lets the lease run
    /// from `at` again.
    ///
    /// # Errors
    /// [`JournalError::InFlight`] where an attempt for the same payment is; otherwise as `begin`.
    async fn mark(
        &self,
        lease: &Lease,
        operation: &OperationId,
        at: Timestamp,
    ) -> Result<Marked, JournalError>;

    /// Adds a fact and releases or keeps the reservation accordingly. Adding what is there
    /// already changes nothing. Returns the operation with it.
    ///
    /// # Errors
    /// [`JournalError::NoSuchOperation`]; [`JournalError::LeaseLost`] for a
    /// [decision](crate::Fact::is_decision), which needs a lease; otherwise as `begin`.
    async fn record(
        &self,
        operation: &OperationId,
        evidence: &Evidence,
    ) -> Result<Operation, JournalError>;

    /// Adds what was decided, or found out, under a lease; otherwise as [`record`](Self::record).
    ///
    /// # Errors
    /// [`JournalError::NoSuchOperation`]; otherwise as `begin`.
    async fn decide(
        &self,
        lease: &Lease,
        operation: &OperationId,
        evidence: &Evidence,
    ) -> Result<Operation, JournalError>;

    /// The operation with this id.
    ///
    /// # Errors
    /// [`JournalError`] where the journal can't be read.
    async fn operation(&self, operation: &OperationId) -> Result<Option<Operation>, JournalError>;

    /// All operations of a payment, oldest first.
    ///
    /// # Errors
    /// [`JournalError`] where the journal can't be read.
    async fn of_payment(
        &self,
        provider: &ProviderName,
        payment: &PaymentId,
    ) -> Result<Vec<Operation>, JournalError>;

    /// Operations that fit the filter, oldest first.
    ///
    /// # Errors
    /// [`JournalError`] where the journal can't be read.
    async fn list(&self, filter: &Filter) -> Result<Vec<Operation>, JournalError>;

    /// What kind of journal this is and how much is in it.
    ///
    /// # Errors
    /// [`JournalError`] where the journal can't be read.
    async fn info(&self) -> Result<JournalInfo, JournalError>;
}

/// What a payment has room for, from the reading that the plan was made of. Minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// The most that may be returned of the payment.
    pub cap: Minor,
    /// What of it was returned by others than this journal's operations.
    pub external: Minor,
}

/// What became of [`Journal::begin`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begun {
    /// It was written down, and the amount is reserved.
    New(Box<Operation>),
    /// It had been written down before.
    Existing(Box<Operation>),
    /// The payment has no room for it; nothing was written.
    OverBudget {
        /// What is left, in minor units.
        left: Minor,
    },
}

/// Proof that an attempt's mark is durable. Only a journal makes one, after its commit.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "the attempt that was marked must be sent, or its not being sent recorded"]
pub struct Marked {
    attempt: u32,
    at: Timestamp,
}

impl Marked {
    /// For journals: the mark of attempt number `attempt`, made at `at`, is durable.
    pub const fn durable(attempt: u32, at: Timestamp) -> Self {
        Self { attempt, at }
    }

    /// Which attempt was marked, counted from 1.
    #[must_use]
    pub const fn attempt(&self) -> u32 {
        self.attempt
    }

    /// When.
    #[must_use]
    pub const fn at(&self) -> Timestamp {
        self.at
    }
}

/// Which operations to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only those in one of these states; all where empty.
    pub states: Vec<State>,
    /// Only this provider's.
    pub provider: Option<ProviderName>,
    /// Only those begun at or after this time.
    pub since: Option<Timestamp>,
    /// At most this many.
    pub limit: Option<usize>,
}

impl Filter {
    /// Whether `operation` fits, the limit aside.
    #[must_use]
    pub fn fits(&self, operation: &Operation) -> bool {
        let intent = &operation.intent;
        (self.states.is_empty() || self.states.contains(&operation.state()))
            && self
                .provider
                .as_ref()
                .is_none_or(|provider| *provider == intent.provider)
            && self.since.is_none_or(|since| intent.created_at >= since)
    }
}

/// What kind of journal it is and how much is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct JournalInfo {
    /// Such as `sqlite` or `memory`.
    pub kind: String,
    /// Where it is, for people.
    pub location: String,
    /// The version of its layout.
    pub schema: u32,
    /// The version of the storage engine, where there is one.
    pub engine: Option<String>,
    /// How many operations.
    pub operations: u64,
    /// How many pieces of evidence.
    pub evidence: u64,
}

/// What stood in the way of the journal. Nothing is sent when a journal can't be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// Another process works with this journal.
    #[error("the journal {location} is in use by another process")]
    Locked {
        /// Where it is.
        location: String,
    },
    /// The file is something else.
    #[error("{location} is not a refundkit journal")]
    NotAJournal {
        /// Where it is.
        location: String,
    },
    /// A journal of a newer refundkit.
    #[error("the journal has layout {found}; this refundkit knows layouts up to {known}")]
    Newer {
        /// Its layout.
        found: u32,
        /// The newest layout known here.
        known: u32,
    },
    /// No room to write.
    #[error("the journal could not be written: no space left")]
    Full,
    /// What was read can't have been written by refundkit.
    #[error("the journal is damaged: {what}")]
    Damaged {
        /// What is wrong.
        what: String,
    },
    /// Less is in it than there once was: an older copy was put back.
    #[error("the journal {location} is an older copy of what was there")]
    Restored {
        /// Where it is.
        location: String,
    },
    /// No operation with that id.
    #[error("there is no operation {0} in the journal")]
    NoSuchOperation(OperationId),
    /// Another attempt for the same payment is under way.
    #[error("another attempt for this payment is under way")]
    InFlight,
    /// Another worker is busy with the payment.
    #[error("another worker is busy with this payment, until {until} at the latest")]
    Held {
        /// When its lease runs out.
        until: Timestamp,
    },
    /// Another worker has taken over the payment, or a decision came without a lease.
    #[error("the right to decide about payment {payment} was lost to another worker")]
    LeaseLost {
        /// Which payment.
        payment: PaymentId,
    },
    /// The operation has ended or is on its way: there is nothing to send.
    #[error("operation {operation} is {state}: there is nothing to send")]
    NotSendable {
        /// Which operation.
        operation: OperationId,
        /// Its state.
        state: State,
    },
    /// Anything else that storage reports.
    #[error("the journal could not be used")]
    Storage(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Coded for JournalError {
    fn code(&self) -> Code {
        Code::new(match self {
            Self::Locked { .. } => "RK3001",
            Self::NotAJournal { .. } => "RK3002",
            Self::Newer { .. } => "RK3003",
            Self::Full => "RK3004",
            Self::Damaged { .. } => "RK3005",
            Self::NoSuchOperation(_) => "RK3006",
            Self::InFlight => "RK3007",
            Self::Storage(_) => "RK3008",
            Self::NotSendable { .. } => "RK3009",
            Self::Restored { .. } => "RK3010",
            Self::Held { .. } => "RK3011",
            Self::LeaseLost { .. } => "RK3012",
        })
    }

    fn help(&self) -> Option<String> {
        let help = match self {
            Self::Locked { .. } => "wait for the other process, stop it, or use another journal",
            Self::NotAJournal { .. } => {
                "give the path of a journal, or of a file that doesn't exist yet"
            }
            Self::Newer { .. } => "use the refundkit that wrote it, or a newer one",
            Self::Full => "make room on the disk; nothing is sent that can't be written down first",
            Self::Damaged { .. } => {
                "keep the file as it is and restore a copy; nothing is sent meanwhile"
            }
            Self::NoSuchOperation(_) => "look for it with `refundkit list`",
            Self::Held { .. } => {
                "try again in a few minutes, or look at it with `refundkit status`"
            }
            Self::LeaseLost { .. } => {
                "look at the operation with `refundkit status`: the other worker goes on with it"
            }
            Self::InFlight => "wait for it to end, or resume it if its process has died",
            Self::Restored { .. } => {
                "put the newest copy back, or go on from this one with `refundkit journal recover`, which asks the providers; nothing is sent until then"
            }
            Self::NotSendable { .. } => "look at it with `refundkit status`",
            Self::Storage(_) => {
                "check that the journal's folder exists and can be written; nothing is sent that can't be written down first"
            }
        };
        Some(help.to_owned())
    }
}
