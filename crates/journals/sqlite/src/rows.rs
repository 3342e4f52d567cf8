//! Operations and evidence as rows.

use refundkit_core::{
    Evidence, Filter, Intent, JournalError, Operation, OperationId, PaymentId, ProviderName, State,
};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::budget;
use crate::chain::{self, Content};
use crate::error::{damaged, storage};

/// An operation with the number of its row.
pub(crate) struct Found {
    pub(crate) seq: i64,
    pub(crate) operation: Operation,
}

pub(crate) fn insert(connection: &Connection, intent: Intent) -> Result<Operation, JournalError> {
    let text =
        serde_json::to_string(&intent).map_err(|error| JournalError::Storage(Box::new(error)))?;
    let link = chain::extend(connection, &content(&intent, &text))?;
    let (id, provider) = (intent.id.as_str(), intent.provider.as_str());
    let payment = intent.plan.payment().as_str();
    let amount = intent.plan.amount().minor().get();
    connection
        .prepare_cached(
            "INSERT INTO operation (link, id, provider, payment, amount, intent) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )
        .and_then(|mut statement| {
            statement.execute(params![link, id, provider, payment, amount, text])
        })
        .map_err(storage)?;
    let seq = connection.last_insert_rowid();
    let operation = Operation::new(intent);
    stand(connection, seq, &operation)?;
    Ok(operation)
}

/// What the chain says of an operation's row.
fn content<'a>(intent: &'a Intent, text: &'a str) -> Content<'a> {
    Content::Operation {
        id: intent.id.as_str(),
        provider: intent.provider.as_str(),
        payment: intent.plan.payment().as_str(),
        amount: intent.plan.amount().minor().get(),
        intent: text,
    }
}

/// Adds evidence that is not there yet.
pub(crate) fn add(
    connection: &Connection,
    seq: i64,
    evidence: &Evidence,
) -> Result<(), JournalError> {
    let text =
        serde_json::to_string(evidence).map_err(|error| JournalError::Storage(Box::new(error)))?;
    let content = Content::Evidence {
        operation: seq,
        evidence: &text,
    };
    let link = chain::extend(connection, &content)?;
    connection
        .prepare_cached("INSERT INTO evidence (link, operation, evidence) VALUES (?1, ?2, ?3)")
        .and_then(|mut statement| statement.execute(params![link, seq, text]))
        .map(drop)
        .map_err(storage)
}

/// Writes down what follows from the operation's evidence.
pub(crate) fn stand(
    connection: &Connection,
    seq: i64,
    operation: &Operation,
) -> Result<(), JournalError> {
    let (state, evidence) = follows(operation);
    connection
        .prepare_cached(
            "INSERT INTO standing (operation, state, evidence) VALUES (?1, ?2, ?3)
             ON CONFLICT (operation) DO UPDATE SET state = ?2, evidence = ?3",
        )
        .and_then(|mut statement| statement.execute(params![seq, state, evidence]))
        .map(drop)
        .map_err(storage)
}

fn follows(operation: &Operation) -> (&'static str, i64) {
    let evidence = i64::try_from(operation.evidence.len()).unwrap_or(i64::MAX);
    (operation.state().as_str(), evidence)
}

pub(crate) fn find(
    connection: &Connection,
    id: &OperationId,
) -> Result<Option<Found>, JournalError> {
    let row = connection
        .prepare_cached("SELECT seq, link, intent FROM operation WHERE id = ?1")
        .and_then(|mut statement| statement.query_row([id.as_str()], Stored::of).optional())
        .map_err(storage)?;
    let found = row.map(|row| row.checked(connection)).transpose()?;
    match &found {
        Some(other) if other.operation.intent.id != *id => Err(disagree(id)),
        _ => Ok(found),
    }
}

/// As [`find`], where it has to be there.
pub(crate) fn need(connection: &Connection, id: &OperationId) -> Result<Found, JournalError> {
    find(connection, id)?.ok_or_else(|| JournalError::NoSuchOperation(id.clone()))
}

pub(crate) fn of_payment(
    connection: &Connection,
    provider: &ProviderName,
    payment: &PaymentId,
) -> Result<Vec<Operation>, JournalError> {
    let rows = connection
        .prepare_cached(
            "SELECT seq, link, intent FROM operation WHERE provider = ?1 AND payment = ?2 ORDER BY seq",
        )
        .and_then(|mut statement| {
            statement
                .query_map([provider.as_str(), payment.as_str()], Stored::of)?
                .collect::<Result<Vec<_>, _>>()
        })
        .map_err(storage)?;
    let mut operations = Vec::with_capacity(rows.len());
    for row in rows {
        let operation = row.checked(connection)?.operation;
        let intent = &operation.intent;
        if (&intent.provider, intent.plan.payment()) != (provider, payment) {
            return Err(disagree(&intent.id));
        }
        operations.push(operation);
    }
    Ok(operations)
}

/// All operations of the intent's payment, where everything that leads to them agrees: the index of
/// ids, which `found` comes from, that of payments, and the budget. One of them that is damaged could
/// make an operation look as if it had never been begun.
pub(crate) fn agreed(
    connection: &Connection,
    intent: &Intent,
    found: Option<&Operation>,
) -> Result<Vec<Operation>, JournalError> {
    let (provider, payment) = (&intent.provider, intent.plan.payment());
    let operations = of_payment(connection, provider, payment)?;
    let by_payment = operations.iter().find(|other| other.intent.id == intent.id);
    // An id of another payment's operation is the caller's to judge.
    let by_id = found.filter(|found| {
        (&found.intent.provider, found.intent.plan.payment()) == (provider, payment)
    });
    if by_payment != by_id {
        return Err(disagree(&intent.id));
    }
    budget::check(connection, provider, payment, &operations)?;
    Ok(operations)
}

fn disagree(id: &OperationId) -> JournalError {
    damaged(format!("its indexes disagree about operation {id}"))
}

pub(crate) fn list(
    connection: &Connection,
    filter: &Filter,
) -> Result<Vec<Operation>, JournalError> {
    let limit = filter.limit.unwrap_or(usize::MAX);
    let mut fitting = Vec::new();
    if limit > 0 {
        each(connection, filter, |operation| {
            if filter.fits(&operation) {
                fitting.push(operation);
            }
            Ok(fitting.len() < limit)
        })?;
    }
    Ok(fitting)
}

/// Reads the operations that may fit, oldest first, for as long as `keep_on` says so.
///
/// Left out is only what stands in a state that is known and not asked for: a state that is gone or
/// garbled is read, and so noticed.
pub(crate) fn each(
    connection: &Connection,
    filter: &Filter,
    mut keep_on: impl FnMut(Operation) -> Result<bool, JournalError>,
) -> Result<(), JournalError> {
    let asked = |state: &State| filter.states.is_empty() || filter.states.contains(state);
    let others = State::ALL.iter().filter(|state| !asked(state));
    let others: Vec<&str> = others.map(|state| state.as_str()).collect();
    let others =
        serde_json::to_string(&others).map_err(|error| JournalError::Storage(Box::new(error)))?;
    let provider = filter.provider.as_ref().map(ProviderName::as_str);
    let mut statement = connection
        .prepare_cached(
            "SELECT o.seq, o.link, o.intent FROM operation o LEFT JOIN standing s ON s.operation = o.seq
             WHERE coalesce(s.state, '') NOT IN (SELECT value FROM json_each(?1))
               AND (?2 IS NULL OR o.provider = ?2) AND o.seq > ?3 ORDER BY o.seq",
        )
        .map_err(storage)?;
    let after = match &filter.after {
        None => 0,
        Some(id) => need(connection, id)?.seq,
    };
    let rows = statement
        .query_map(params![others, provider, after], Stored::of)
        .map_err(storage)?;
    for row in rows {
        let found = row.map_err(storage)?.checked(connection)?;
        if !keep_on(found.operation)? {
            break;
        }
    }
    Ok(())
}

pub(crate) fn count(connection: &Connection, table: &'static str) -> Result<u64, JournalError> {
    let sql = ["SELECT count(*) FROM ", table].concat();
    let count: i64 = connection
        .query_row(&sql, [], |row| row.get(0))
        .map_err(storage)?;
    u64::try_from(count).map_err(|_| damaged("a count is negative"))
}

/// An operation's row as it is stored.
struct Stored {
    seq: i64,
    link: i64,
    intent: String,
}

impl Stored {
    fn of(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            seq: row.get(0)?,
            link: row.get(1)?,
            intent: row.get(2)?,
        })
    }

    /// The operation with its evidence: each row as the chain has it, and as many as there were.
    fn checked(self, connection: &Connection) -> Result<Found, JournalError> {
        let Self { seq, link, intent } = self;
        let text = intent;
        let intent: Intent = serde_json::from_str(&text)
            .map_err(|_| damaged(format!("the intent in row {seq} can't be read")))?;
        chain::check(connection, link, &content(&intent, &text))?;
        let mut operation = Operation::new(intent);
        for (link, text) in evidence(connection, seq)? {
            let content = Content::Evidence {
                operation: seq,
                evidence: &text,
            };
            chain::check(connection, link, &content)?;
            let evidence = serde_json::from_str(&text).map_err(|_| {
                damaged(format!(
                    "evidence of operation {} can't be read",
                    operation.intent.id
                ))
            })?;
            operation.evidence.push(evidence);
        }
        let (state, evidence) = follows(&operation);
        if standing(connection, seq)? == Some((state.to_owned(), evidence)) {
            return Ok(Found { seq, operation });
        }
        let id = &operation.intent.id;
        Err(damaged(format!(
            "the state of operation {id} doesn't follow from its evidence"
        )))
    }
}

fn evidence(connection: &Connection, seq: i64) -> Result<Vec<(i64, String)>, JournalError> {
    connection
        .prepare_cached("SELECT link, evidence FROM evidence WHERE operation = ?1 ORDER BY seq")
        .and_then(|mut statement| {
            statement
                .query_map([seq], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect()
        })
        .map_err(storage)
}

fn standing(connection: &Connection, seq: i64) -> Result<Option<(String, i64)>, JournalError> {
    connection
        .prepare_cached("SELECT state, evidence FROM standing WHERE operation = ?1")
        .and_then(|mut statement| {
            statement
                .query_row([seq], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()
        })
        .map_err(storage)
}
