//! Operations and evidence as rows.

mod stored;

use refundkit_core::{Evidence, Intent, JournalError, Operation, State};
use rusqlite::{Connection, ErrorCode, params};
pub(crate) use stored::{Stored, agreed, at, find, need, of_payment, operations};

use crate::chain::{self, Content};
use crate::error::{damaged, storage};
use crate::refunds::Owner;
use crate::{budget, refunds};

/// An operation with the number of its row, and its state, which was folded from its evidence.
pub(crate) struct Found {
    pub(crate) seq: i64,
    pub(crate) state: State,
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
    let stands = params![
        seq,
        operation.intent.provider.as_str(),
        operation.state().as_str()
    ];
    connection
        .prepare_cached(
            "INSERT INTO standing (operation, provider, state, evidence) VALUES (?1, ?2, ?3, 0)",
        )
        .and_then(|mut statement| statement.execute(stands))
        .map_err(storage)?;
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

/// Adds evidence, and with it whatever follows for the state, the budget and whose a refund is. What is
/// there already changes nothing.
pub(crate) fn note(
    connection: &Connection,
    found: Found,
    evidence: &Evidence,
) -> Result<Operation, JournalError> {
    let owner = match evidence.fact.refund() {
        Some(refund) => refunds::owner(connection, &found, refund)?,
        None => Owner::Nobody,
    };
    let other = match &owner {
        Owner::Other(other) => Some(other),
        Owner::Nobody | Owner::This => None,
    };
    let Some(evidence) = found.operation.to_add(evidence, other) else {
        return Ok(found.operation);
    };
    let Found {
        seq,
        state: before,
        mut operation,
    } = found;
    add(connection, seq, &evidence)?;
    if let (Owner::Nobody, Some(refund)) = (&owner, evidence.fact.refund()) {
        let intent = &operation.intent;
        refunds::own(
            connection,
            &intent.provider,
            intent.plan.payment(),
            refund,
            seq,
        )?;
    }
    operation.evidence.push(evidence);
    let after = operation.state();
    restand(connection, seq, &operation, after)?;
    if before.holds_money() != after.holds_money() {
        budget::adjust(connection, &operation.intent, after.holds_money())?;
    }
    Ok(operation)
}

/// Writes down the state that follows from the operation's evidence, which counts it anew.
fn restand(
    connection: &Connection,
    seq: i64,
    operation: &Operation,
    state: State,
) -> Result<(), JournalError> {
    let evidence = i64::try_from(operation.evidence.len()).unwrap_or(i64::MAX);
    let changed = connection
        .prepare_cached("UPDATE standing SET state = ?2, evidence = ?3 WHERE operation = ?1")
        .and_then(|mut statement| statement.execute(params![seq, state.as_str(), evidence]));
    match changed {
        Ok(1) => Ok(()),
        Ok(_) => Err(damaged("the state of an operation is gone")),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => Err(
            damaged("the count of its operations doesn't fit their states"),
        ),
        Err(error) => Err(storage(error)),
    }
}

pub(crate) fn count(connection: &Connection, table: &'static str) -> Result<u64, JournalError> {
    let sql = ["SELECT count(*) FROM ", table].concat();
    let count: i64 = connection
        .query_row(&sql, [], |row| row.get(0))
        .map_err(storage)?;
    u64::try_from(count).map_err(|_| damaged("a count is negative"))
}
