//! Operations and evidence as rows.

use refundkit_core::{
    Evidence, Filter, Intent, JournalError, Operation, OperationId, PaymentId, ProviderName, State,
};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::chain::{self, Content};
use crate::error::{damaged, storage};

/// An operation with the number of its row.
pub(crate) struct Found {
    pub(crate) seq: i64,
    pub(crate) operation: Operation,
}

pub(crate) fn insert(connection: &Connection, intent: &Intent) -> Result<(), JournalError> {
    let text =
        serde_json::to_string(intent).map_err(|error| JournalError::Storage(Box::new(error)))?;
    let (id, provider) = (intent.id.as_str(), intent.provider.as_str());
    let payment = intent.plan.payment().as_str();
    let amount = intent.plan.amount().minor().get();
    let content = Content::Operation {
        id,
        provider,
        payment,
        amount,
        intent: &text,
    };
    let link = chain::extend(connection, &content)?;
    connection
        .prepare_cached(
            "INSERT INTO operation (link, id, provider, payment, amount, intent) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )
        .and_then(|mut statement| {
            statement.execute(params![link, id, provider, payment, amount, text])
        })
        .map_err(storage)?;
    let seq = connection.last_insert_rowid();
    set_state(connection, seq, State::Ready)
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

pub(crate) fn set_state(
    connection: &Connection,
    seq: i64,
    state: State,
) -> Result<(), JournalError> {
    connection
        .prepare_cached(
            "INSERT INTO standing (operation, state) VALUES (?1, ?2)
             ON CONFLICT (operation) DO UPDATE SET state = ?2",
        )
        .and_then(|mut statement| statement.execute(params![seq, state.as_str()]))
        .map(drop)
        .map_err(storage)
}

pub(crate) fn find(
    connection: &Connection,
    id: &OperationId,
) -> Result<Option<Found>, JournalError> {
    let row = connection
        .prepare_cached("SELECT seq, intent FROM operation WHERE id = ?1")
        .and_then(|mut statement| {
            statement
                .query_row([id.as_str()], seq_and_intent)
                .optional()
        })
        .map_err(storage)?;
    row.map(|row| with_evidence(connection, row)).transpose()
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
            "SELECT seq, intent FROM operation WHERE provider = ?1 AND payment = ?2 ORDER BY seq",
        )
        .and_then(|mut statement| {
            statement
                .query_map([provider.as_str(), payment.as_str()], seq_and_intent)?
                .collect::<Result<Vec<_>, _>>()
        })
        .map_err(storage)?;
    rows.into_iter()
        .map(|row| with_evidence(connection, row).map(|found| found.operation))
        .collect()
}

pub(crate) fn list(
    connection: &Connection,
    filter: &Filter,
) -> Result<Vec<Operation>, JournalError> {
    let states: Vec<&str> = filter.states.iter().map(|state| state.as_str()).collect();
    let states =
        serde_json::to_string(&states).map_err(|error| JournalError::Storage(Box::new(error)))?;
    let provider = filter.provider.as_ref().map(ProviderName::as_str);
    let mut statement = connection
        .prepare_cached(
            "SELECT o.seq, o.intent FROM operation o JOIN standing s ON s.operation = o.seq
             WHERE (?1 = '[]' OR s.state IN (SELECT value FROM json_each(?1)))
               AND (?2 IS NULL OR o.provider = ?2) ORDER BY o.seq",
        )
        .map_err(storage)?;
    let rows = statement
        .query_map(params![states, provider], seq_and_intent)
        .map_err(storage)?;
    let limit = filter.limit.unwrap_or(usize::MAX);
    let mut fitting = Vec::new();
    for row in rows {
        if fitting.len() >= limit {
            break;
        }
        let found = with_evidence(connection, row.map_err(storage)?)?;
        if filter.fits(&found.operation) {
            fitting.push(found.operation);
        }
    }
    Ok(fitting)
}

/// Another operation of the payment that may be under way at the provider.
pub(crate) fn other_in_flight(
    connection: &Connection,
    intent: &Intent,
) -> Result<bool, JournalError> {
    connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM operation o JOIN standing s ON s.operation = o.seq
             WHERE o.provider = ?1 AND o.payment = ?2 AND o.id <> ?3 AND s.state IN ('attempting', 'unknown'))",
        )
        .and_then(|mut statement| {
            let payment = intent.plan.payment();
            statement.query_row(
                [intent.provider.as_str(), payment.as_str(), intent.id.as_str()],
                |row| row.get(0),
            )
        })
        .map_err(storage)
}

pub(crate) fn count(connection: &Connection, table: &'static str) -> Result<u64, JournalError> {
    let sql = ["SELECT count(*) FROM ", table].concat();
    let count: i64 = connection
        .query_row(&sql, [], |row| row.get(0))
        .map_err(storage)?;
    u64::try_from(count).map_err(|_| damaged("a count is negative"))
}

fn seq_and_intent(row: &Row<'_>) -> rusqlite::Result<(i64, String)> {
    Ok((row.get(0)?, row.get(1)?))
}

fn with_evidence(
    connection: &Connection,
    (seq, intent): (i64, String),
) -> Result<Found, JournalError> {
    let intent: Intent = serde_json::from_str(&intent)
        .map_err(|_| damaged(format!("the intent in row {seq} can't be read")))?;
    let mut operation = Operation::new(intent);
    let texts = connection
        .prepare_cached("SELECT evidence FROM evidence WHERE operation = ?1 ORDER BY seq")
        .and_then(|mut statement| {
            statement
                .query_map([seq], |row| row.get::<_, String>(0))?
                .collect::<Result<Vec<_>, _>>()
        })
        .map_err(storage)?;
    for text in texts {
        let evidence = serde_json::from_str(&text).map_err(|_| {
            damaged(format!(
                "evidence of operation {} can't be read",
                operation.intent.id
            ))
        })?;
        operation.evidence.push(evidence);
    }
    Ok(Found { seq, operation })
}
