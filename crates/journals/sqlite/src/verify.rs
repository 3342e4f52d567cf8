//! The whole journal, checked against itself.

use std::collections::BTreeMap;

use refundkit_core::{Filter, JournalError, Minor, Operation};
use rusqlite::Connection;

use crate::error::{damaged, storage};
use crate::{chain, rows};

/// How many of the newest links are checked whenever a journal is opened.
const CHECKED_ON_OPENING: i64 = 1_000;

/// What a check of the whole journal has gone through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Links of the chain: rows of operations and evidence.
    pub links: u64,
    /// Operations whose state was folded anew.
    pub operations: usize,
}

/// The newest rows, at every opening.
pub(crate) fn newest(connection: &Connection) -> Result<(), JournalError> {
    let (last, _) = chain::newest(connection)?;
    let from = last.saturating_sub(CHECKED_ON_OPENING).max(1);
    chain::verify(connection, from).map(drop)
}

/// Everything: SQLite's own pages, the chain, what follows from the evidence, and the budgets.
pub(crate) fn all(connection: &Connection) -> Result<Verified, JournalError> {
    let pages: String = connection
        .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
        .map_err(storage)?;
    if pages != "ok" {
        return Err(damaged("SQLite finds its pages damaged"));
    }
    let links = chain::verify(connection, 1)?;
    let operations = rows::list(connection, &Filter::default())?;
    if rows::count(connection, "operation")? != u64::try_from(operations.len()).unwrap_or(u64::MAX)
    {
        return Err(damaged("an operation has no state"));
    }
    states(connection, &operations)?;
    budgets(connection, &operations)?;
    Ok(Verified {
        links,
        operations: operations.len(),
    })
}

/// The states that were stored, against those that follow.
fn states(connection: &Connection, operations: &[Operation]) -> Result<(), JournalError> {
    let mut statement = connection
        .prepare(
            "SELECT o.id, s.state FROM operation o JOIN standing s ON s.operation = o.seq
             ORDER BY o.seq",
        )
        .map_err(storage)?;
    let mut rows = statement.query([]).map_err(storage)?;
    // Both are in the order of their rows, and equally many: `all` has counted them.
    for operation in operations {
        let row = rows.next().map_err(storage)?;
        let stored = row.map(|row| Ok((row.get(0)?, row.get(1)?)));
        let stored: Option<(String, String)> = stored.transpose().map_err(storage)?;
        let (id, state) = (operation.intent.id.as_str(), operation.state().as_str());
        if stored != Some((id.to_owned(), state.to_owned())) {
            return Err(damaged(format!(
                "the state of operation {id} doesn't follow from its evidence"
            )));
        }
    }
    Ok(())
}

fn budgets(connection: &Connection, operations: &[Operation]) -> Result<(), JournalError> {
    let mut held: BTreeMap<(String, String), Minor> = BTreeMap::new();
    for operation in operations {
        let intent = &operation.intent;
        let payment = (
            intent.provider.to_string(),
            intent.plan.payment().to_string(),
        );
        let sum = held.entry(payment).or_default();
        if operation.state().holds_money() {
            *sum = sum
                .checked_add(intent.plan.amount().minor())
                .ok_or_else(|| damaged("the sum of a payment's operations is too large"))?;
        }
    }
    let mut statement = connection
        .prepare("SELECT provider, payment, held FROM budget")
        .map_err(storage)?;
    let rows = statement
        .query_map([], |row| {
            Ok(((row.get(0)?, row.get(1)?), row.get::<_, i64>(2)?))
        })
        .map_err(storage)?;
    for row in rows {
        let (payment, stored) = row.map_err(storage)?;
        let follows = held.remove(&payment).map_or(0, Minor::get);
        if follows != stored {
            return Err(damaged(format!(
                "the budget of payment {} at {} doesn't follow from its operations",
                payment.1, payment.0
            )));
        }
    }
    match held.keys().next() {
        None => Ok(()),
        Some((provider, payment)) => Err(damaged(format!(
            "payment {payment} at {provider} has no budget"
        ))),
    }
}
