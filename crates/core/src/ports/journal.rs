use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use serde::Serialize;

use super::{JournalError, Lease};
use crate::ids::{Namespace, OperationId, PaymentId, ProviderName, WorkerId};
use crate::money::Minor;
use crate::operation::{Evidence, Intent, Operation, State};
use crate::time::Timestamp;
use crate::webhook::Event;

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
    /// Keeps the namespace that all keys are derived in, the first time; from then on the same one
    /// has to be given. In another one every request would be a new operation with a new key. It comes
    /// before anything else that is asked of the journal, and one that is refused changes nothing.
    ///
    /// # Errors
    /// [`JournalError::OtherNamespace`] where the journal was begun with another one; otherwise as
    /// [`begin`](Self::begin), without a lease.
    async fn bind(&self, namespace: &Namespace) -> Result<(), JournalError>;

    /// Writes down that the provider's account has asked to wait: nothing is sent to it until then,
    /// by whichever process, also one that is started later. A later time that is there already stays;
    /// an account by another name is another one.
    ///
    /// # Errors
    /// [`JournalError`] where it could not be written.
    async fn pause(&self, provider: &ProviderName, until: Timestamp) -> Result<(), JournalError>;

    /// Until when the provider's account has asked to wait, where it has.
    ///
    /// # Errors
    /// [`JournalError`] where the journal can't be read.
    async fn paused_until(
        &self,
        provider: &ProviderName,
    ) -> Result<Option<Timestamp>, JournalError>;

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
    /// A journal holds each of a provider's refund ids once per payment: where the fact names a refund
    /// that another operation of the payment is known to have made, in whatever way it comes (here, by
    /// [`decide`](Self::decide) or by [`take_in`](Self::take_in)), it MUST be written down as [one of
    /// another](crate::Fact::of_another), decided in the same transaction.
    /// [`Operation::to_add`] tells what is to be written down.
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
    /// [`JournalError::NoSuchOperation`] where the page is to begin after one that isn't there;
    /// [`JournalError`] where the journal can't be read.
    async fn list(&self, filter: &Filter) -> Result<Vec<Operation>, JournalError>;

    /// Takes in a provider's message, once: one that is known already changes nothing. What
    /// [`told`](crate::webhook::told) makes of it is written down in the same transaction, the fact
    /// as of `at` and the need to read the payment as a [`Hint`].
    ///
    /// A journal may forget a message [`REMEMBERED`](crate::ports::REMEMBERED) after it came. One that
    /// [nobody has signed](crate::EventId::is_unsigned) MUST NOT be remembered at all: it is never
    /// known, and however many of them come, they take up no more than one hint for each payment that
    /// has operations.
    ///
    /// # Errors
    /// As [`begin`](Self::begin), without a lease.
    async fn take_in(
        &self,
        provider: &ProviderName,
        event: &Event,
        at: Timestamp,
    ) -> Result<Taken, JournalError>;

    /// The payments that messages have asked to read and that were not read since, at most `limit`:
    /// first the one whose newest message is the oldest.
    ///
    /// # Errors
    /// [`JournalError`] where the journal can't be read.
    async fn hints(&self, limit: usize) -> Result<Vec<Hint>, JournalError>;

    /// The payment was read after the hint was handed out. One that came meanwhile stays.
    ///
    /// # Errors
    /// [`JournalError`] where it could not be written.
    async fn heed(&self, hint: &Hint) -> Result<(), JournalError>;

    /// How many operations there are, by provider and state; what isn't listed is zero.
    ///
    /// # Errors
    /// [`JournalError`] where the journal can't be read.
    async fn census(&self) -> Result<Vec<Count>, JournalError>;

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
    /// Only those begun before this time.
    pub until: Option<Timestamp>,
    /// Only those that come after this one, in the order of the list: the next page.
    pub after: Option<OperationId>,
    /// At most this many.
    pub limit: Option<usize>,
}

impl Filter {
    /// Whether `operation` fits, its place in the list aside.
    #[must_use]
    pub fn fits(&self, operation: &Operation) -> bool {
        let intent = &operation.intent;
        (self.states.is_empty() || self.states.contains(&operation.state()))
            && self
                .provider
                .as_ref()
                .is_none_or(|provider| *provider == intent.provider)
            && self.since.is_none_or(|since| intent.created_at >= since)
            && self.until.is_none_or(|until| intent.created_at < until)
    }
}

/// What became of [`Journal::take_in`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// The message was known already.
    Known,
    /// Nothing follows from it: it is about nothing of ours, or says what was said last.
    Nothing,
    /// The payment is to be read, and that is written down.
    Noted,
    /// It is the provider's word about one of our operations, and that is written down.
    Told {
        /// The operation with it.
        operation: Box<Operation>,
        /// Its state before.
        before: State,
        /// Whether the payment is to be read all the same.
        look: bool,
    },
}

/// A payment that a message has asked to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The provider's configured name.
    pub provider: ProviderName,
    /// The payment.
    pub payment: PaymentId,
    /// The journal's own number of the newest message about it.
    pub number: u64,
}

/// How many operations of a provider are in a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// The provider's configured name.
    pub provider: ProviderName,
    /// The state.
    pub state: State,
    /// How many.
    pub operations: u64,
    /// When the oldest of them was begun; for [final](State::is_final) states nobody keeps it.
    pub oldest: Option<Timestamp>,
}

/// So long at least a journal knows a message again: twice as long as the longest time after which a
/// provider is known to send one once more (Dodo's webhook page: two weeks).
pub const REMEMBERED: Duration = Duration::from_secs(28 * 24 * 60 * 60);

/// What kind of journal it is and how much is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct JournalInfo {
    /// Such as `sqlite` or `memory`.
    pub kind: String,
    /// Where it is, for people.
    pub location: String,
    /// The namespace that it was begun with; `None` before that.
    pub namespace: Option<Namespace>,
    /// The version of its layout.
    pub schema: u32,
    /// The version of the storage engine, where there is one.
    pub engine: Option<String>,
    /// How many operations.
    pub operations: u64,
    /// How many pieces of evidence.
    pub evidence: u64,
}
