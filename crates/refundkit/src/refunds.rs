//! The engine: it carries out what core's plain functions decide.

mod command;
mod drive;
mod guard;
mod look;
mod observe;
mod reading;
mod reconcile;
mod resolve;

pub use command::{Planned, RefundCommand};
pub use reconcile::{Extent, Noticed, Reconciled};
pub use resolve::Resolution;

use std::collections::BTreeMap;
use std::sync::Arc;

use refundkit_core::operation::Fact;
use refundkit_core::{
    Capabilities, Clock, Count, Detail, Filter, JournalInfo, Namespace, Operation, OperationId,
    Origin, Payment, PaymentId, Provider, ProviderName, RefundRequest, ReversalRequest, State,
};

use crate::account::Account;
use crate::journal::Journal;
use crate::locks::PaymentLocks;
use crate::stop::Stop;
use crate::{Builder, Error};
use guard::MOST_ANEW;

/// Returns money, and knows what became of it. Share it behind an [`Arc`]; all methods take `&self`.
///
/// A call that is dropped half-way leaves the operation as a crash would: its mark is in the
/// journal, and the next call or [`resume`](Self::resume) finds out.
#[derive(Debug)]
pub struct Refunds {
    pub(crate) accounts: BTreeMap<ProviderName, Account>,
    pub(crate) journal: Journal,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) locks: PaymentLocks,
    pub(crate) stop: Stop,
}

impl Refunds {
    /// Starts with nothing.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Refunds what the request asks for. The same request again is the same operation again.
    ///
    /// An `Ok` says that the operation is in the journal, not that money moved: look at its
    /// [`state`](Operation::state).
    ///
    /// # Errors
    /// [`Error`] where there is no operation: a rule forbids it, the key was used for something
    /// else, or provider or journal can't be used. Nothing that moves money was sent then, except
    /// where [`Error::Journal`] came after the send.
    pub async fn refund(
        &self,
        provider: &ProviderName,
        request: &RefundRequest,
    ) -> Result<Operation, Error> {
        self.carry_out(provider, &RefundCommand::Refund(request.clone()))
            .await
    }

    /// Reverses a payment whole.
    ///
    /// # Errors
    /// As [`refund`](Self::refund).
    pub async fn reverse(
        &self,
        provider: &ProviderName,
        request: &ReversalRequest,
    ) -> Result<Operation, Error> {
        self.carry_out(provider, &RefundCommand::Reverse(request.clone()))
            .await
    }

    /// Reverses where that is legal and all is asked for, refunds where not; the plan's notices
    /// say which and why. There is no falling back from one to the other after the send.
    ///
    /// # Errors
    /// As [`refund`](Self::refund).
    pub async fn reverse_or_refund(
        &self,
        provider: &ProviderName,
        request: &RefundRequest,
    ) -> Result<Operation, Error> {
        self.carry_out(provider, &RefundCommand::ReverseOrRefund(request.clone()))
            .await
    }

    /// What the journal holds for an operation.
    ///
    /// # Errors
    /// [`JournalError::NoSuchOperation`](refundkit_core::JournalError::NoSuchOperation), or trouble with the journal.
    pub async fn status(&self, operation: &OperationId) -> Result<Operation, Error> {
        Ok(self.journal.operation(operation).await?)
    }

    /// Asks the provider what became of an operation, writes down what it says, and returns the
    /// operation with it. Sends nothing that moves money. A provider that shows no payments can be
    /// asked about a refund at most; where it can't, the operation comes back as the journal has it.
    ///
    /// # Errors
    /// As [`status`](Self::status), and [`Error::Read`] where the provider can't be asked.
    #[tracing::instrument(level = "debug", skip_all, fields(%operation))]
    pub async fn refresh(&self, operation: &OperationId) -> Result<Operation, Error> {
        let mut guard = self.lock_of(operation).await?;
        let provider = self.provider(guard.ledger.provider())?;
        guard.refresh_or_park(provider, operation).await
    }

    /// Operations in the journal, oldest first.
    ///
    /// # Errors
    /// Trouble with the journal.
    pub async fn list(&self, filter: &Filter) -> Result<Vec<Operation>, Error> {
        Ok(self.journal.list(filter).await?)
    }

    /// The operations of one payment, oldest first.
    ///
    /// # Errors
    /// Trouble with the journal.
    pub async fn of_payment(
        &self,
        provider: &ProviderName,
        payment: &PaymentId,
    ) -> Result<Vec<Operation>, Error> {
        Ok(self.journal.of_payment(provider, payment).await?)
    }

    /// A payment, as its provider describes it now.
    ///
    /// # Errors
    /// [`Error::UnknownProvider`], or [`Error::Read`]; always so, of kind `Unsupported`, at a
    /// provider that [shows no payments](Capabilities::shows_payments).
    pub async fn payment(
        &self,
        provider: &ProviderName,
        payment: &PaymentId,
    ) -> Result<Payment, Error> {
        Ok(self
            .provider(provider)?
            .payment(payment, Detail::Items)
            .await?)
    }

    /// Calls off an operation that was never sent, or whose attempts were all turned away, and frees its
    /// money.
    ///
    /// # Errors
    /// [`Error::NotCancellable`] where it may have been sent, or has ended.
    pub async fn cancel(&self, operation: &OperationId) -> Result<Operation, Error> {
        self.cancel_by(operation, &Origin::default()).await
    }

    /// The same, and writes down who called it off, for whom, and the ticket. One that is cancelled
    /// already keeps what was written down first.
    ///
    /// # Errors
    /// As [`cancel`](Self::cancel).
    pub async fn cancel_by(
        &self,
        operation: &OperationId,
        origin: &Origin,
    ) -> Result<Operation, Error> {
        let mut guard = self.lock_of(operation).await?;
        for _ in 0..MOST_ANEW {
            let found = guard.operation(operation)?;
            let state = found.state();
            if state == State::Cancelled {
                return Ok(found.clone());
            }
            if state != State::Ready {
                return Err(Error::NotCancellable {
                    operation: operation.clone(),
                    state,
                });
            }
            let now = self.clock.now();
            // Where others have changed it meanwhile, it is looked at anew.
            let _ = guard
                .decide(operation, Fact::cancelled_by(origin), now)
                .await?;
        }
        guard.contended()
    }

    /// Picks up one operation where it was left: sends what is ready, and finds out about what is
    /// unknown as far as that is safe now.
    ///
    /// # Errors
    /// As [`status`](Self::status); [`Error::UnknownProvider`] where its provider isn't configured.
    #[tracing::instrument(level = "debug", skip_all, fields(%operation))]
    pub async fn resume_one(&self, operation: &OperationId) -> Result<Operation, Error> {
        let mut guard = self.lock_of(operation).await?;
        let provider = self.provider(guard.ledger.provider())?;
        guard.drive(provider, operation).await
    }

    /// Picks up every operation that has not ended, oldest first, and returns them as they are
    /// afterwards. Operations of providers that aren't configured are left as they are.
    ///
    /// # Errors
    /// Trouble with the journal ends it; trouble with one provider doesn't.
    pub async fn resume(&self) -> Result<Vec<Operation>, Error> {
        let open = State::ALL
            .into_iter()
            .filter(|state| !state.is_final() && *state != State::Parked);
        let filter = Filter {
            states: open.collect(),
            ..Filter::default()
        };
        let mut resumed = Vec::new();
        for operation in self.journal.list(&filter).await? {
            match self.resume_one(&operation.intent.id).await {
                Ok(operation) => resumed.push(operation),
                Err(error) if error.leaves_as_it_was() => resumed.push(operation),
                Err(error) => return Err(error),
            }
        }
        Ok(resumed)
    }

    /// How many operations there are, by provider and state, and when the oldest of those that have
    /// not ended was begun; what isn't listed is zero.
    ///
    /// # Errors
    /// Trouble with the journal.
    pub async fn counts(&self) -> Result<Vec<Count>, Error> {
        Ok(self.journal.store.counts().await?)
    }

    /// What the journal is and how much is in it.
    ///
    /// # Errors
    /// Trouble with the journal.
    pub async fn journal_info(&self) -> Result<JournalInfo, Error> {
        Ok(self.journal.store.info().await?)
    }

    /// Sends nothing new from now on: what is in flight is waited for by whoever has sent it, and its answer
    /// is written down. Calls end as soon as they can; one that would begin an operation ends with
    /// [`Error::Stopped`]. There is no way back.
    pub fn stop(&self) {
        self.stop.ask();
    }

    /// Whether [`stop`](Self::stop) was called.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.stop.is_asked()
    }

    /// Waits until [`stop`](Self::stop) is called.
    pub async fn stopping(&self) {
        self.stop.asked().await;
    }

    /// The operations with an attempt in flight from this engine: sent or about to be, and the answer isn't
    /// written down.
    #[must_use]
    pub fn in_flight(&self) -> Vec<OperationId> {
        self.stop.in_flight()
    }

    /// The namespace that all keys are derived in.
    #[must_use]
    pub const fn namespace(&self) -> &Namespace {
        self.journal.namespace()
    }

    /// The configured providers with what they can do, by name.
    pub fn providers(&self) -> impl Iterator<Item = (&ProviderName, &str, &Capabilities)> {
        self.accounts.iter().map(|(name, account)| {
            let adapter = account.adapter();
            (name, adapter.adapter(), adapter.capabilities())
        })
    }

    fn provider(&self, name: &ProviderName) -> Result<&dyn Provider, Error> {
        self.of(name).map(Account::adapter)
    }

    fn of(&self, name: &ProviderName) -> Result<&Account, Error> {
        self.accounts.get(name).ok_or_else(|| {
            let known: Vec<&str> = self.accounts.keys().map(ProviderName::as_str).collect();
            let known = if known.is_empty() {
                "none".to_owned()
            } else {
                known.join(", ")
            };
            Error::UnknownProvider {
                name: name.clone(),
                known,
            }
        })
    }
}
