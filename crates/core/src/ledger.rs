//! Everything the journal knows of one payment, and every rule for adding to it.
//!
//! Pure: no I/O, no clock. A [`Change`] is made on a ledger as it was loaded; a
//! [`Store`](crate::ports::Store) writes it down only where the ledger is still at the version that it
//! was made on. So the rules stand here once, and a store can't get them wrong: it doesn't know them.
//!
//! What a ledger holds follows from its entries alone. Whatever a store keeps beside them, so that it
//! finds things and that its constraints hold, is checked whenever a ledger is [read](PaymentLedger::replay).

mod change;
mod entry;
mod head;
mod seen;
mod stored;

pub use change::{Begun, Change, Indexed, Owned};
pub use entry::{Entry, Unreadable};
pub use head::Head;
pub use seen::{NotSeen, Seen};
pub use stored::{Held, Stored};

use std::collections::BTreeMap;

use crate::ids::{OperationId, PaymentId, ProviderName, RefundId, WorkerId};
use crate::money::Minor;
use crate::operation::{Operation, State};
use crate::plan::{Budget, Plan};
use crate::ports::JournalError;

/// What a decision rests on: it is written down only where the ledger is at this version still.
///
/// The timeline is the store's: it changes where acknowledged entries may have been lost, and with it
/// every ledger of the store is at another version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Version {
    /// The store's timeline.
    pub timeline: u32,
    /// How many entries the ledger has.
    pub entries: u64,
}

/// One payment's operations with all that is known of them, as of a [`Version`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentLedger {
    provider: ProviderName,
    payment: PaymentId,
    version: Version,
    head: Head,
    operations: Vec<Operation>,
    /// Who marked the newest attempt of each operation, in their order.
    markers: Vec<Option<WorkerId>>,
    owners: BTreeMap<RefundId, u32>,
}

impl PaymentLedger {
    /// The ledger of a payment of which nothing is known.
    #[must_use]
    pub fn new(provider: ProviderName, payment: PaymentId, timeline: u32) -> Self {
        let head = Head::beginning(&provider, &payment);
        Self {
            provider,
            payment,
            version: Version {
                timeline,
                entries: 0,
            },
            head,
            operations: Vec::new(),
            markers: Vec::new(),
            owners: BTreeMap::new(),
        }
    }

    /// The ledger as a store has kept it, checked: each entry is the one that was written, none is
    /// missing, and what is kept beside them follows from them.
    ///
    /// # Errors
    /// [`JournalError::Damaged`].
    pub fn replay(stored: &Stored) -> Result<Self, JournalError> {
        let (provider, payment) = (stored.provider.clone(), stored.payment.clone());
        let mut ledger = Self::new(provider, payment, stored.timeline);
        for body in &stored.entries {
            let entry = Entry::decode(body).map_err(|error| ledger.damaged(&error.to_string()))?;
            ledger.add(entry, body)?;
        }
        stored.agrees_with(&ledger)?;
        Ok(ledger)
    }

    /// The provider's configured name.
    #[must_use]
    pub const fn provider(&self) -> &ProviderName {
        &self.provider
    }

    /// The payment.
    #[must_use]
    pub const fn payment(&self) -> &PaymentId {
        &self.payment
    }

    /// What it is as of.
    #[must_use]
    pub const fn version(&self) -> Version {
        self.version
    }

    /// The hash over all its entries.
    #[must_use]
    pub const fn head(&self) -> &Head {
        &self.head
    }

    /// All operations of the payment, oldest first.
    #[must_use]
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// The operation with this id, where it is one of the payment's.
    #[must_use]
    pub fn operation(&self, id: &OperationId) -> Option<&Operation> {
        self.operations.iter().find(|known| known.intent.id == *id)
    }

    /// As [`operation`](Self::operation), where it has to be there.
    ///
    /// # Errors
    /// [`JournalError::NoSuchOperation`].
    pub fn need(&self, id: &OperationId) -> Result<&Operation, JournalError> {
        self.operation(id)
            .ok_or_else(|| JournalError::NoSuchOperation(id.clone()))
    }

    /// Who has marked the operation's newest attempt.
    #[must_use]
    pub fn marker(&self, id: &OperationId) -> Option<&WorkerId> {
        self.markers.get(self.place(id)?)?.as_ref()
    }

    /// What is held of the payment by its operations, in minor units. Where the sum leaves the range of
    /// numbers, which no rule lets it come to, it is the largest there is: nothing more has room.
    #[must_use]
    pub fn held(&self) -> Minor {
        self.sum_held().unwrap_or(Minor::MAX)
    }

    fn sum_held(&self) -> Option<Minor> {
        let operations = self.operations.iter();
        let holding = operations.filter(|operation| operation.state().holds_money());
        Minor::checked_sum(holding.map(|operation| operation.intent.plan.amount().minor()))
    }

    /// What the newest operation was planned with.
    #[must_use]
    pub fn budget(&self) -> Budget {
        let newest = self
            .operations
            .last()
            .map(|operation| &operation.intent.plan);
        newest.map(Plan::budget).unwrap_or_default()
    }

    /// What the store keeps beside the entries, so that its own constraint holds.
    #[must_use]
    pub fn holds(&self) -> Held {
        let (held, Budget { cap, external }) = (self.held(), self.budget());
        let room = cap.saturating_sub(external);
        Held {
            cap,
            external,
            held,
            overdrawn: self.sum_held().is_none_or(|held| held > room),
        }
    }

    /// The provider's refunds that are known to be those of operations.
    pub fn owners(&self) -> impl Iterator<Item = (&RefundId, u32)> {
        self.owners
            .iter()
            .map(|(refund, operation)| (refund, *operation))
    }

    /// What a store's index holds of each operation, oldest first.
    pub fn indexed(&self) -> impl Iterator<Item = (&OperationId, State)> {
        self.operations
            .iter()
            .map(|operation| (&operation.intent.id, operation.state()))
    }

    fn place(&self, id: &OperationId) -> Option<usize> {
        self.operations
            .iter()
            .position(|known| known.intent.id == *id)
    }

    /// The other operation that has made the refund.
    fn owner_beside(&self, place: usize, refund: &RefundId) -> Option<&OperationId> {
        let owner = usize::try_from(*self.owners.get(refund)?).ok()?;
        let owner = self.operations.get(owner).filter(|_| owner != place)?;
        Some(&owner.intent.id)
    }

    /// Adds an entry as it is written down, without asking whether any rule allows it.
    fn add(&mut self, entry: Entry, body: &[u8]) -> Result<(), JournalError> {
        match entry {
            Entry::Begun { intent, .. } => {
                if self.provider != intent.provider || self.payment != *intent.plan.payment() {
                    return Err(self.damaged("an operation in it is another payment's"));
                }
                self.operations.push(Operation::new(*intent));
                self.markers.push(None);
            }
            Entry::Noted {
                by,
                operation,
                evidence,
            } => {
                let place = usize::try_from(operation).unwrap_or(usize::MAX);
                let (Some(known), Some(marker)) =
                    (self.operations.get_mut(place), self.markers.get_mut(place))
                else {
                    return Err(self.damaged("an entry is about no operation"));
                };
                if evidence.fact.is_mark() {
                    *marker = Some(by);
                }
                if let Some(refund) = evidence.fact.refund() {
                    self.owners.entry(refund.clone()).or_insert(operation);
                }
                known.evidence.push(*evidence);
            }
        }
        self.head = self.head.after(body);
        self.version.entries = self.version.entries.saturating_add(1);
        Ok(())
    }

    fn damaged(&self, what: &str) -> JournalError {
        let (provider, payment) = (&self.provider, &self.payment);
        JournalError::Damaged {
            what: format!("the ledger of payment {payment} at {provider}: {what}"),
        }
    }
}
