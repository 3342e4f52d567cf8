//! What is to be appended to a ledger, by the rules, or why not.

use super::{Entry, PaymentLedger, Version};
use crate::ids::{OperationId, RefundId, WorkerId};
use crate::money::Minor;
use crate::operation::{Evidence, Fact, Intent, Operation, State};
use crate::ports::{Durable, JournalError, Marked};
use crate::time::Timestamp;

/// Entries that belong together, with the ledger as it is with them: a store writes all of them down
/// where the ledger is still at [`expected`](Self::expected), and none where it isn't.
#[derive(Debug)]
#[must_use = "nothing is written down before a store has committed it"]
pub struct Change {
    by: WorkerId,
    expected: Version,
    before: Vec<State>,
    ledger: PaymentLedger,
    entries: Vec<(u32, Vec<u8>)>,
    owned: Vec<Owned>,
    mark: Option<(OperationId, u32, Timestamp)>,
}

/// What became of [`Change::begin`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begun {
    /// It is part of the change, and its amount is held.
    New,
    /// The ledger has it already; nothing was added.
    Existing,
    /// The payment has no room for it; nothing was added.
    OverBudget {
        /// What is left, in minor units.
        left: Minor,
    },
}

/// An operation that a change has begun, or brought into another state: a row of a store's index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Indexed<'a> {
    /// Its place among the payment's, counted from 0.
    pub place: u32,
    /// The operation, with the change.
    pub operation: &'a Operation,
    /// Its state before; `None` where it has just been begun.
    pub before: Option<State>,
    /// Its state.
    pub state: State,
}

/// A refund of the provider that is known from now on to be an operation's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owned {
    /// The refund.
    pub refund: RefundId,
    /// The operation's place among the payment's, counted from 0.
    pub operation: u32,
}

impl Change {
    /// A change by `by` of the ledger as it was loaded; nothing is in it yet.
    pub fn of(ledger: &PaymentLedger, by: &WorkerId) -> Self {
        Self {
            by: by.clone(),
            expected: ledger.version(),
            before: ledger.operations().iter().map(Operation::state).collect(),
            ledger: ledger.clone(),
            entries: Vec::new(),
            owned: Vec::new(),
            mark: None,
        }
    }

    /// The version that the ledger has to be at.
    #[must_use]
    pub const fn expected(&self) -> Version {
        self.expected
    }

    /// Who makes it.
    #[must_use]
    pub const fn by(&self) -> &WorkerId {
        &self.by
    }

    /// The ledger with the change.
    #[must_use]
    pub const fn ledger(&self) -> &PaymentLedger {
        &self.ledger
    }

    /// Whether there is nothing to write down.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entries in their order: which operation each is about, counted from 0, and its bytes.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = (u32, &[u8])> {
        self.entries
            .iter()
            .map(|(operation, body)| (*operation, body.as_slice()))
    }

    /// The operations that are new, or have another state than before.
    pub fn indexed(&self) -> impl Iterator<Item = Indexed<'_>> {
        let places = 0_u32..;
        let operations = places.zip(self.ledger.operations()).zip(
            self.before
                .iter()
                .copied()
                .map(Some)
                .chain(std::iter::repeat(None)),
        );
        operations.filter_map(|((place, operation), before)| {
            let state = operation.state();
            (before != Some(state)).then_some(Indexed {
                place,
                operation,
                before,
                state,
            })
        })
    }

    /// The refunds that were nobody's before.
    #[must_use]
    pub fn owned(&self) -> &[Owned] {
        &self.owned
    }

    /// Begins an operation and holds its amount, where the payment has room for it. The same id again
    /// changes nothing.
    ///
    /// # Errors
    /// [`JournalError::Damaged`] where the payment has more operations than can be counted.
    pub fn begin(&mut self, intent: Intent) -> Result<Begun, JournalError> {
        if self.ledger.operation(&intent.id).is_some() {
            return Ok(Begun::Existing);
        }
        let budget = intent.plan.budget();
        let gone = self.ledger.held().checked_add(budget.external);
        let left = gone.map_or(Minor::ZERO, |gone| budget.cap.saturating_sub(gone));
        if intent.plan.amount().minor() > left {
            return Ok(Begun::OverBudget { left });
        }
        let place = self.ledger.operations().len();
        let by = self.by.clone();
        self.append(
            place,
            Entry::Begun {
                by,
                intent: Box::new(intent),
            },
        )?;
        Ok(Begun::New)
    }

    /// Marks the operation's next attempt as about to be sent, as of `at`: the time at which the ledger
    /// was loaded, and no later one. It is sent only once that is [durable](Self::committed).
    ///
    /// # Errors
    /// [`JournalError::InFlight`] where an attempt for the same payment is under way,
    /// [`JournalError::NotSendable`] where there is nothing to send.
    pub fn mark(&mut self, id: &OperationId, at: Timestamp) -> Result<(), JournalError> {
        let operations = self.ledger.operations().iter();
        let mut others = operations.filter(|other| other.intent.id != *id);
        if others.any(|other| other.state().in_flight()) {
            return Err(JournalError::InFlight);
        }
        let attempt = self.ledger.need(id)?.next_mark()?;
        self.add(
            id,
            &Evidence {
                at,
                fact: Fact::Marked { attempt },
            },
        )?;
        self.mark = Some((id.clone(), attempt, at));
        Ok(())
    }

    /// Adds what is known of an operation, or was decided about it; whether that is new. What is there
    /// already adds nothing, nor does a word of the provider that the operation [ends
    /// with](Operation::ends_with). Where it names a refund that another operation of the payment is known
    /// to have made, it is added as [one of another](Fact::of_another).
    ///
    /// # Errors
    /// [`JournalError::NoSuchOperation`]; [`JournalError::Damaged`] for a mark, which only
    /// [`mark`](Self::mark) makes, and for a decision about an attempt that there isn't: it would settle
    /// one that is yet to be sent.
    pub fn note(&mut self, id: &OperationId, evidence: &Evidence) -> Result<bool, JournalError> {
        let operation = self.ledger.need(id)?;
        if evidence.fact.is_mark() {
            return Err(self.ledger.damaged("a mark was noted, and not made"));
        }
        let attempts = operation.summary().last_attempt();
        if decided_about(&evidence.fact).is_some_and(|attempt| attempt > attempts) {
            return Err(self
                .ledger
                .damaged("something was decided about an attempt that there isn't"));
        }
        if operation.ends_with(&evidence.fact) || operation.says_nothing_more(evidence) {
            return Ok(false);
        }
        self.add(id, evidence)
    }

    fn add(&mut self, id: &OperationId, evidence: &Evidence) -> Result<bool, JournalError> {
        let operation = self.ledger.need(id)?;
        let place = self.ledger.place(id).unwrap_or(usize::MAX);
        let owner = evidence
            .fact
            .refund()
            .and_then(|refund| self.ledger.owner_beside(place, refund));
        let Some(added) = operation.to_add(evidence, owner) else {
            return Ok(false);
        };
        let number = number(place)?;
        let entry = Entry::Noted {
            by: self.by.clone(),
            operation: number,
            evidence: Box::new(added),
        };
        self.append(place, entry)?;
        Ok(true)
    }

    /// The ledger with a change that was [empty](Self::is_empty), or isn't to be written down.
    #[must_use]
    pub fn into_ledger(self) -> PaymentLedger {
        self.ledger
    }

    /// The ledger with the change, and the proof that the attempt which it marks may be sent.
    #[must_use]
    pub fn committed(self, _durable: Durable) -> (PaymentLedger, Option<Marked>) {
        let marked = self
            .mark
            .map(|(operation, attempt, at)| Marked::new(operation, attempt, at));
        (self.ledger, marked)
    }

    fn append(&mut self, place: usize, entry: Entry) -> Result<(), JournalError> {
        let body = entry
            .encode()
            .map_err(|error| JournalError::Storage(Box::new(error)))?;
        let number = number(place)?;
        let refund = match &entry {
            Entry::Noted { evidence, .. } => evidence.fact.refund().cloned(),
            Entry::Begun { .. } => None,
        };
        let unowned = |refund: &RefundId| !self.ledger.owners.contains_key(refund);
        let refund = refund.filter(unowned);
        self.ledger.add(entry, &body)?;
        self.owned.extend(refund.map(|refund| Owned {
            refund,
            operation: number,
        }));
        self.entries.push((number, body));
        Ok(())
    }
}

/// The attempt that a decision is about.
const fn decided_about(fact: &Fact) -> Option<u32> {
    match fact {
        Fact::Absent { attempt }
        | Fact::NoRoom { attempt }
        | Fact::Parked { attempt, .. }
        | Fact::Decided { attempt, .. } => Some(*attempt),
        Fact::Marked { .. }
        | Fact::Answered { .. }
        | Fact::Seen { .. }
        | Fact::Contradicted { .. }
        | Fact::Cancelled { .. } => None,
    }
}

fn number(place: usize) -> Result<u32, JournalError> {
    u32::try_from(place).map_err(|_| JournalError::Damaged {
        what: "a payment has more operations than can be counted".to_owned(),
    })
}
