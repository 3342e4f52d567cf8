//! The port to where ledgers are kept, with what a store MUST do, and the types that go through it:
//! commits, messages, hints. No rule of money stands here.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;

use super::JournalError;
use super::listing::{Count, Filter, JournalInfo, ListedOperation};
use crate::ids::{EventId, Namespace, OperationId, PaymentId, ProviderName, WorkerId};
use crate::ledger::{Change, Stored, Version};
use crate::time::Timestamp;

/// Where ledgers are kept. A store keeps what it is given and finds it again: it knows no rule of
/// money. All of those stand in [`ledger`](crate::ledger).
///
/// - Every method that returns `Ok` MUST have made its effect durable before it returns, to the degree
///   that the store promises (one in memory: none).
/// - [`commit`](Self::commit) MUST be atomic, and MUST compare the ledger's version in the transaction
///   that appends to it.
/// - Entries are only ever added. The same bytes MUST come back in the same order.
///
/// The suite `store_suite!` of `refundkit-conformance` holds a store to that.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Store: Send + Sync + fmt::Debug {
    /// Keeps the namespace that all keys are derived in, the first time; from then on the same one
    /// has to be given. In another one every request would be a new operation with a new key. It comes
    /// before anything else that changes the store, and one that is refused changes nothing.
    ///
    /// # Errors
    /// [`JournalError::OtherNamespace`] where the store was begun with another one; [`JournalError`]
    /// where it could not be written.
    async fn bind(&self, namespace: &Namespace) -> Result<(), JournalError>;

    /// A name for somebody who works with the store, from now on until the process ends. No two get the
    /// same one, whenever and in whichever process.
    ///
    /// # Errors
    /// [`JournalError`] where it could not be written.
    async fn join(&self) -> Result<WorkerId, JournalError>;

    /// Whether it is proved that this worker's process has ended. One of this process hasn't, and one of
    /// which nothing is known may live.
    ///
    /// # Errors
    /// [`JournalError`] where the store can't be read.
    async fn is_gone(&self, worker: &WorkerId) -> Result<bool, JournalError>;

    /// What is kept of a payment, as of one moment; [`Stored::nothing`] where nothing is. What others
    /// have committed before the call is part of it.
    ///
    /// # Errors
    /// [`JournalError`] where the store can't be read.
    async fn load(
        &self,
        provider: &ProviderName,
        payment: &PaymentId,
    ) -> Result<Stored, JournalError>;

    /// The version at which a payment's ledger is, for somebody who has it: where it is the same, there
    /// is nothing to load again. What others have committed before the call counts.
    ///
    /// # Errors
    /// [`JournalError`] where the store can't be read.
    async fn version(
        &self,
        provider: &ProviderName,
        payment: &PaymentId,
    ) -> Result<Version, JournalError>;

    /// Writes down all of it or nothing: the change's entries with what the store keeps beside them, and
    /// the message with what it asks for.
    ///
    /// # Errors
    /// [`JournalError`] where it could not be written. Then nothing was, but for a commit whose own end
    /// isn't known ([`JournalError::Uncertain`]), which is there wholly or not at all.
    async fn commit(&self, commit: &Commit) -> Result<Committed, JournalError>;

    /// The payment that has an operation of this id.
    ///
    /// # Errors
    /// [`JournalError`] where the store can't be read.
    async fn find(
        &self,
        operation: &OperationId,
    ) -> Result<Option<(ProviderName, PaymentId)>, JournalError>;

    /// The operations that fit the filter, in the order in which they were begun.
    ///
    /// # Errors
    /// [`JournalError::NoSuchOperation`] where the page is to begin after one that isn't there;
    /// [`JournalError`] where the store can't be read.
    async fn list(&self, filter: &Filter) -> Result<Vec<ListedOperation>, JournalError>;

    /// How many operations there are, by provider and state; what isn't listed is zero.
    ///
    /// # Errors
    /// [`JournalError`] where the store can't be read.
    async fn counts(&self) -> Result<Vec<Count>, JournalError>;

    /// The payments that messages have asked to read and that were not read since, at most `limit`:
    /// first the one whose newest message is the oldest.
    ///
    /// # Errors
    /// [`JournalError`] where the store can't be read.
    async fn hints(&self, limit: usize) -> Result<Vec<Hint>, JournalError>;

    /// The payment was read after the hint was handed out. One that came meanwhile stays.
    ///
    /// # Errors
    /// [`JournalError`] where it could not be written.
    async fn acknowledge(&self, hint: &Hint) -> Result<(), JournalError>;

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
    /// [`JournalError`] where the store can't be read.
    async fn paused_until(
        &self,
        provider: &ProviderName,
    ) -> Result<Option<Timestamp>, JournalError>;

    /// What kind of store this is and how much is in it.
    ///
    /// # Errors
    /// [`JournalError`] where the store can't be read.
    async fn info(&self) -> Result<JournalInfo, JournalError>;
}

/// What is to be written down together. One of the two is there at least.
#[derive(Debug, Default)]
pub struct Commit {
    /// The change of a payment's ledger. One that is [empty](Change::is_empty) is compared all the same:
    /// that nothing follows from the message holds for the ledger at that version. None where the message
    /// is about no payment.
    pub change: Option<Change>,
    /// The message that it follows from.
    pub message: Option<Message>,
}

impl From<Change> for Commit {
    fn from(change: Change) -> Self {
        Self {
            change: Some(change),
            message: None,
        }
    }
}

/// A provider's message, once.
///
/// A store may forget one [`REMEMBERED`] after it came. One that [nobody has
/// signed](EventId::is_unsigned) MUST NOT be remembered at all: it is never known, and however many of
/// them come, they take up no more than one hint for each payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The provider's configured name.
    pub provider: ProviderName,
    /// The message's id.
    pub event: EventId,
    /// When it came.
    pub at: Timestamp,
    /// The payment that it asks to read.
    pub look: Option<PaymentId>,
}

/// So long at least a store knows a message again: twice as long as the longest time after which a
/// provider is known to send one once more (Dodo's webhook page: two weeks).
pub const REMEMBERED: Duration = Duration::from_secs(28 * 24 * 60 * 60);

/// What became of [`Store::commit`].
#[derive(Debug, PartialEq, Eq)]
pub enum Committed {
    /// All of it is durable.
    Done(Durable),
    /// The ledger is at another version: nothing was written.
    Conflict,
    /// An operation that the change begins has the id of one of another payment: nothing was written.
    IdTaken,
    /// The message was known already: nothing was written.
    Known,
}

/// Proof that a change is durable. It is worth what the store's word is.
#[derive(Debug, PartialEq, Eq)]
#[must_use]
pub struct Durable(());

impl Durable {
    /// For stores, after their commit.
    pub const fn after_commit() -> Self {
        Self(())
    }
}

/// A payment that a message has asked to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The provider's configured name.
    pub provider: ProviderName,
    /// The payment.
    pub payment: PaymentId,
    /// The store's own number of the newest message about it.
    pub number: u64,
}
