//! What a commit writes, made ready by the caller, so that the thread that writes has less to do.

use refundkit_core::ledger::Held;
use refundkit_core::ports::{Commit, Message};
use refundkit_core::{Change, EventId, JournalError, PaymentId, ProviderName, State, Timestamp};

use crate::error::{damaged, out_of_range};
use crate::{body, ids, states};

/// All of a [`Commit`].
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) append: Option<Append>,
    pub(crate) message: Option<Received>,
}

/// Entries, and what is kept beside them.
#[derive(Debug)]
pub(crate) struct Append {
    pub(crate) provider: ProviderName,
    pub(crate) payment: PaymentId,
    pub(crate) timeline: u32,
    /// How many entries the payment has to have.
    pub(crate) expected: i64,
    pub(crate) version: i64,
    pub(crate) head: [u8; 32],
    pub(crate) cap: i64,
    pub(crate) external: i64,
    pub(crate) held: i64,
    pub(crate) overdrawn: bool,
    pub(crate) bodies: Vec<Vec<u8>>,
    pub(crate) begun: Vec<Begun>,
    pub(crate) moved: Vec<Moved>,
    pub(crate) owned: Vec<(String, u32)>,
}

#[derive(Debug)]
pub(crate) struct Begun {
    pub(crate) id: Vec<u8>,
    pub(crate) state: i64,
    pub(crate) created: i64,
}

/// An operation that is there, and its other state.
#[derive(Debug)]
pub(crate) struct Moved {
    /// How many of the payment's operations are newer.
    pub(crate) back: usize,
    pub(crate) before: i64,
    pub(crate) state: i64,
}

/// A message.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) provider: ProviderName,
    pub(crate) event: EventId,
    pub(crate) at: Timestamp,
    pub(crate) look: Option<PaymentId>,
}

impl Prepared {
    pub(crate) fn of(commit: &Commit) -> Result<Self, JournalError> {
        let change = commit.change.as_ref();
        Ok(Self {
            append: change.map(Append::of).transpose()?,
            message: commit.message.as_ref().map(Received::of),
        })
    }
}

impl Received {
    fn of(message: &Message) -> Self {
        let Message {
            provider,
            event,
            at,
            look,
        } = message.clone();
        Self {
            provider,
            event,
            at,
            look,
        }
    }
}

impl Append {
    fn of(change: &Change) -> Result<Self, JournalError> {
        let (ledger, expected) = (change.ledger(), change.expected());
        let Held {
            cap,
            external,
            held,
            overdrawn,
        } = ledger.holds();
        let (mut begun, mut moved) = (Vec::new(), Vec::<(u32, State, State)>::new());
        for row in change.indexed() {
            let intent = &row.operation.intent;
            match row.before {
                None => begun.push(Begun {
                    id: ids::pack(&intent.id),
                    state: states::number(row.state),
                    created: intent.created_at.unix_millis(),
                }),
                Some(before) => moved.push((row.place, before, row.state)),
            }
        }
        let known = ledger.operations().len().checked_sub(begun.len());
        let moved = moved.into_iter().map(|(place, before, state)| {
            let newer = known?.checked_sub(usize::try_from(place).ok()?)?;
            Some(Moved {
                back: newer.checked_sub(1)?,
                before: states::number(before),
                state: states::number(state),
            })
        });
        let moved: Option<Vec<Moved>> = moved.collect();
        let owned = change.owned().iter();
        Ok(Self {
            provider: ledger.provider().clone(),
            payment: ledger.payment().clone(),
            timeline: expected.timeline,
            expected: number(expected.entries)?,
            version: number(ledger.version().entries)?,
            head: *ledger.head().as_bytes(),
            cap: cap.get(),
            external: external.get(),
            held: held.get(),
            overdrawn,
            bodies: change.entries().map(|(_, body)| body::pack(body)).collect(),
            begun,
            moved: moved.ok_or_else(|| damaged("a change is about no operation"))?,
            owned: owned
                .map(|owned| (owned.refund.to_string(), owned.operation))
                .collect(),
        })
    }
}

fn number(entries: u64) -> Result<i64, JournalError> {
    i64::try_from(entries).map_err(|_| out_of_range())
}
