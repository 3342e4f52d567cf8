//! Operations as they are read: each row as the chain has it.

use refundkit_core::{
    Evidence, Intent, JournalError, Operation, OperationId, PaymentId, ProviderName, State,
};
use rusqlite::{Connection, Params, Row};

use super::{Found, content};
use crate::chain::{Content, Link};
use crate::error::{damaged, storage};
use crate::{budget, refunds};

/// The rows of operations, each with its link, and with what was written down of its state.
macro_rules! operations {
    ($which:literal) => {
        concat!(
            "SELECT o.seq, o.intent, o.link, own.hash, previous.hash, s.provider, s.state, s.evidence
             FROM operation o LEFT JOIN chain own ON own.seq = o.link
             LEFT JOIN chain previous ON previous.seq = o.link - 1
             LEFT JOIN standing s ON s.operation = o.seq ",
            $which
        )
    };
}
pub(crate) use operations;

/// The operations that `sql` selects, which [`operations!`] makes.
pub(crate) fn select(
    connection: &Connection,
    sql: &str,
    which: impl Params,
) -> Result<Vec<Found>, JournalError> {
    let rows: Vec<Stored> = connection
        .prepare_cached(sql)
        .and_then(|mut statement| statement.query_map(which, Stored::of)?.collect())
        .map_err(storage)?;
    let found = rows.into_iter().map(|row| row.checked(connection));
    found.collect()
}

pub(crate) fn find(
    connection: &Connection,
    id: &OperationId,
) -> Result<Option<Found>, JournalError> {
    let sql = operations!("WHERE o.id = ?1");
    let found = select(connection, sql, [id.as_str()])?.pop();
    match &found {
        Some(other) if other.operation.intent.id != *id => Err(disagree(id)),
        _ => Ok(found),
    }
}

/// As [`find`], where it has to be there.
pub(crate) fn need(connection: &Connection, id: &OperationId) -> Result<Found, JournalError> {
    find(connection, id)?.ok_or_else(|| JournalError::NoSuchOperation(id.clone()))
}

/// The operation of a state, which has to be there.
pub(crate) fn at(connection: &Connection, seq: i64) -> Result<Found, JournalError> {
    let found = select(connection, operations!("WHERE o.seq = ?1"), [seq])?.pop();
    found.ok_or_else(|| damaged("a state belongs to no operation"))
}

pub(crate) fn of_payment(
    connection: &Connection,
    provider: &ProviderName,
    payment: &PaymentId,
) -> Result<Vec<Found>, JournalError> {
    let sql = operations!("WHERE o.provider = ?1 AND o.payment = ?2 ORDER BY o.seq");
    let found = select(connection, sql, [provider.as_str(), payment.as_str()])?;
    for Found { operation, .. } in &found {
        let intent = &operation.intent;
        if (&intent.provider, intent.plan.payment()) != (provider, payment) {
            return Err(disagree(&intent.id));
        }
    }
    Ok(found)
}

/// All operations of the intent's payment, where everything that leads to them agrees: the index of
/// ids, which `found` comes from, that of payments, the budget and the refunds. One of them that is damaged could
/// make an operation look as if it had never been begun.
pub(crate) fn agreed(
    connection: &Connection,
    intent: &Intent,
    found: Option<&Operation>,
) -> Result<Vec<Found>, JournalError> {
    let (provider, payment) = (&intent.provider, intent.plan.payment());
    let all = of_payment(connection, provider, payment)?;
    let mut operations = all.iter().map(|other| &other.operation);
    let by_payment = operations.find(|other| other.intent.id == intent.id);
    // An id of another payment's operation is the caller's to judge.
    let by_id = found.filter(|found| {
        (&found.intent.provider, found.intent.plan.payment()) == (provider, payment)
    });
    if by_payment != by_id {
        return Err(disagree(&intent.id));
    }
    budget::check(connection, provider, payment, &all)?;
    refunds::check(connection, provider, payment, &all)?;
    Ok(all)
}

fn disagree(id: &OperationId) -> JournalError {
    damaged(format!("its indexes disagree about operation {id}"))
}

/// An operation's row as it is stored, and what was written down of its state.
pub(crate) struct Stored {
    seq: i64,
    intent: String,
    link: Link,
    provider: Option<String>,
    state: Option<String>,
    evidence: Option<i64>,
}

impl Stored {
    pub(crate) fn of(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            seq: row.get(0)?,
            intent: row.get(1)?,
            link: Link::of(row, 2)?,
            provider: row.get(5)?,
            state: row.get(6)?,
            evidence: row.get(7)?,
        })
    }

    /// The operation with its evidence: each row as the chain has it, and as many as there were.
    pub(crate) fn checked(self, connection: &Connection) -> Result<Found, JournalError> {
        let seq = self.seq;
        let intent: Intent = serde_json::from_str(&self.intent)
            .map_err(|_| damaged(format!("the intent in row {seq} can't be read")))?;
        self.link.check(&content(&intent, &self.intent))?;
        let mut operation = Operation::new(intent);
        operation.evidence = evidence(connection, seq, &operation.intent.id)?;
        let state = operation.state();
        if self.stands(&operation, state) {
            return Ok(Found {
                seq,
                state,
                operation,
            });
        }
        let id = &operation.intent.id;
        Err(damaged(format!(
            "the state of operation {id} doesn't follow from its evidence"
        )))
    }

    /// Whether what was written down of the state is what follows.
    fn stands(&self, operation: &Operation, state: State) -> bool {
        let pieces = self
            .evidence
            .and_then(|pieces| usize::try_from(pieces).ok());
        self.state.as_deref() == Some(state.as_str())
            && self.provider.as_deref() == Some(operation.intent.provider.as_str())
            && pieces == Some(operation.evidence.len())
    }
}

/// What is known of an operation, in its order.
fn evidence(
    connection: &Connection,
    seq: i64,
    id: &OperationId,
) -> Result<Vec<Evidence>, JournalError> {
    let rows: Vec<(String, Link)> = connection
        .prepare_cached(
            "SELECT e.evidence, e.link, own.hash, previous.hash
             FROM evidence e LEFT JOIN chain own ON own.seq = e.link
             LEFT JOIN chain previous ON previous.seq = e.link - 1
             WHERE e.operation = ?1 ORDER BY e.seq",
        )
        .and_then(|mut statement| {
            statement
                .query_map([seq], |row| Ok((row.get(0)?, Link::of(row, 1)?)))?
                .collect()
        })
        .map_err(storage)?;
    let mut kept = Vec::with_capacity(rows.len());
    for (text, link) in rows {
        let content = Content::Evidence {
            operation: seq,
            evidence: &text,
        };
        link.check(&content)?;
        let evidence = serde_json::from_str(&text)
            .map_err(|_| damaged(format!("evidence of operation {id} can't be read")))?;
        kept.push(evidence);
    }
    Ok(kept)
}
