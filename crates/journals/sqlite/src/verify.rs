//! The whole journal, checked against itself.

use std::collections::BTreeMap;

use refundkit_core::{Filter, JournalError, Minor};
use rusqlite::Connection;

use crate::error::{damaged, storage};
use crate::{account, budget, chain, list, refunds, rows};

/// How many of the newest links are checked whenever a journal is opened.
const NEWEST: i64 = 1_000;
/// Up to so many links, the whole journal is checked whenever it is opened: ten thousand refunds of
/// three rows each, which takes about as long as one request to a provider.
pub(crate) const WHOLE_UP_TO: i64 = 30_000;

/// What a check of the whole journal has gone through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Links of the chain: rows of operations and evidence, and that of the namespace.
    pub links: u64,
    /// Operations whose state was folded anew.
    pub operations: usize,
}

/// The chain's links, at every opening: all up to `whole_up_to`, and the newest of more. Whether it
/// were all.
pub(crate) fn links(connection: &Connection, whole_up_to: i64) -> Result<bool, JournalError> {
    let (last, _) = chain::newest(connection)?;
    let whole = last <= whole_up_to;
    let from = if whole {
        1
    } else {
        last.saturating_sub(NEWEST).max(1)
    };
    chain::verify(connection, from)?;
    Ok(whole)
}

/// Everything.
pub(crate) fn all(connection: &Connection) -> Result<Verified, JournalError> {
    Ok(Verified {
        links: chain::verify(connection, 1)?,
        operations: what_follows(connection)?,
    })
}

/// Everything but the links: SQLite's own pages and indexes, what follows from the evidence, the budgets
/// and the refunds. How many operations there are.
pub(crate) fn what_follows(connection: &Connection) -> Result<usize, JournalError> {
    let pages: String = connection
        .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
        .map_err(storage)?;
    if pages != "ok" {
        return Err(damaged("SQLite finds its pages damaged"));
    }
    let mut operations = 0_usize;
    let mut held = BTreeMap::new();
    let mut counts = BTreeMap::new();
    let mut named = 0_u64;
    list::each(connection, &Filter::default(), |found| {
        let intent = &found.operation.intent;
        let provider = intent.provider.to_string();
        let count: &mut i64 = counts
            .entry((provider.clone(), found.state.as_str().to_owned()))
            .or_default();
        *count = count.saturating_add(1);
        let payment = (provider, intent.plan.payment().to_string());
        let sum: &mut Minor = held.entry(payment).or_default();
        *sum = budget::add(*sum, &found)?;
        named = named.saturating_add(refunds::verify(connection, &found)?);
        operations = operations.saturating_add(1);
        Ok(true)
    })?;
    hints(connection, &held)?;
    budgets(connection, held)?;
    tally(connection, counts)?;
    loose_states(connection, operations)?;
    loose_refunds(connection, named)?;
    account::verify(connection)?;
    Ok(operations)
}

/// Each operation had its state: more of them belong to none.
fn loose_states(connection: &Connection, operations: usize) -> Result<(), JournalError> {
    let states = rows::count(connection, "standing")?;
    if u64::try_from(operations) == Ok(states) {
        return Ok(());
    }
    Err(damaged("a state belongs to no operation"))
}

/// Each refund that the evidence names was there: more of them were never named.
fn loose_refunds(connection: &Connection, named: u64) -> Result<(), JournalError> {
    let stored: i64 = connection
        .query_row(
            "SELECT count(*) FROM refund WHERE operation IN (SELECT seq FROM operation)",
            [],
            |row| row.get(0),
        )
        .map_err(storage)?;
    if u64::try_from(stored) == Ok(named) && rows::count(connection, "refund")? == named {
        return Ok(());
    }
    Err(damaged("a refund follows from no evidence"))
}

/// What is held of each payment, against what follows from its operations.
fn budgets(
    connection: &Connection,
    held: BTreeMap<(String, String), Minor>,
) -> Result<(), JournalError> {
    let held = held.into_iter().map(|(payment, sum)| (payment, sum.get()));
    let stored = "SELECT provider, payment, held FROM budget";
    match compare(connection, stored, held.collect())? {
        Fit::Same => Ok(()),
        Fit::Other((provider, payment)) => Err(damaged(format!(
            "the budget of payment {payment} at {provider} doesn't follow from its operations"
        ))),
        Fit::Missing((provider, payment)) => Err(damaged(format!(
            "payment {payment} at {provider} has no budget"
        ))),
    }
}

/// How many operations stand where, against what follows from their evidence.
fn tally(
    connection: &Connection,
    counts: BTreeMap<(String, String), i64>,
) -> Result<(), JournalError> {
    let stored = "SELECT provider, state, operations FROM tally WHERE operations <> 0";
    match compare(connection, stored, counts)? {
        Fit::Same => Ok(()),
        Fit::Other(_) | Fit::Missing(_) => Err(miscounted()),
    }
}

/// How stored numbers fit those that follow from the operations.
enum Fit {
    Same,
    /// Another number is stored for this one, or it should not be there.
    Other((String, String)),
    /// None is stored for this one.
    Missing((String, String)),
}

/// The numbers that `stored` selects, each after the two words of its key, against those that follow.
fn compare(
    connection: &Connection,
    stored: &str,
    mut follows: BTreeMap<(String, String), i64>,
) -> Result<Fit, JournalError> {
    let mut statement = connection.prepare(stored).map_err(storage)?;
    let rows = statement
        .query_map([], |row| {
            Ok(((row.get(0)?, row.get(1)?), row.get::<_, i64>(2)?))
        })
        .map_err(storage)?;
    for row in rows {
        let (key, number) = row.map_err(storage)?;
        if follows.remove(&key) != Some(number) {
            return Ok(Fit::Other(key));
        }
    }
    let missing = follows.into_keys().next();
    Ok(missing.map_or(Fit::Same, Fit::Missing))
}

fn miscounted() -> JournalError {
    damaged("the count of its operations doesn't fit their states")
}

/// Each payment that is to be read is one with operations, and a message asked for it.
fn hints(
    connection: &Connection,
    payments: &BTreeMap<(String, String), Minor>,
) -> Result<(), JournalError> {
    let mut statement = connection
        .prepare(
            "SELECT provider, payment, event > 0 AND event <= (SELECT coalesce(max(seq), 0) FROM event)
             FROM hint",
        )
        .map_err(storage)?;
    let rows = statement
        .query_map([], |row| {
            Ok(((row.get(0)?, row.get(1)?), row.get::<_, bool>(2)?))
        })
        .map_err(storage)?;
    for row in rows {
        let (payment, has_a_message) = row.map_err(storage)?;
        if !has_a_message || !payments.contains_key(&payment) {
            return Err(damaged(
                "a payment that is to be read has no operation, or no message",
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn a_journal_is_checked_whole_up_to_its_limit() {
        let mut connection = Connection::open_in_memory().unwrap();
        crate::schema::migrate(&mut connection, Path::new("none")).unwrap();
        for number in 1..=3 {
            let intent = refundkit_conformance::intent(number, "dojo", "pi_1", 100);
            budget::reserve(&connection, &intent, intent.plan.budget()).unwrap();
            rows::insert(&connection, intent).unwrap();
        }
        assert!(links(&connection, 3).unwrap());
        assert!(!links(&connection, 2).unwrap());
        assert_eq!(what_follows(&connection).unwrap(), 3);
        connection
            .execute_batch("DROP TRIGGER operation_stays; UPDATE operation SET amount = 99")
            .unwrap();
        for whole_up_to in [3, 2] {
            let found = links(&connection, whole_up_to);
            assert!(
                matches!(found, Err(JournalError::Damaged { .. })),
                "{found:?}"
            );
        }
    }
}
