//! The messages that have come, and the payments that they have asked to read.

use refundkit_core::ports::REMEMBERED;
use refundkit_core::{EventId, Hint, JournalError, PaymentId, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::error::{damaged, storage};
use crate::own::Own;
use crate::prepared::Received;

/// Whether the message has come before.
pub(crate) fn knows(
    connection: &Connection,
    account: i64,
    event: &EventId,
) -> Result<bool, JournalError> {
    let found = connection
        .prepare_cached("SELECT 1 FROM event WHERE provider = ?1 AND id = ?2")
        .and_then(|mut statement| {
            let which = params![account, event.as_str()];
            statement.query_row(which, |_| Ok(())).optional()
        });
    found.map(|found| found.is_some()).map_err(storage)
}

/// Writes down that the message came, and what it asks for.
pub(crate) fn take_in(
    connection: &Connection,
    account: i64,
    message: &Received,
) -> Result<(), JournalError> {
    let number = if message.event.is_unsigned() {
        None
    } else {
        Some(remember(connection, account, &message.event, message.at)?)
    };
    let Some(payment) = &message.look else {
        return Ok(());
    };
    let number = match number {
        Some(number) => number,
        None => next_number(connection, account, message.at)?,
    };
    ask_for(connection, account, payment, number)
}

/// Remembers a message; its number.
fn remember(
    connection: &Connection,
    account: i64,
    event: &EventId,
    at: Timestamp,
) -> Result<i64, JournalError> {
    connection
        .prepare_cached("INSERT INTO event (provider, id, at) VALUES (?1, ?2, ?3)")
        .and_then(|mut statement| {
            statement.execute(params![account, event.as_str(), at.unix_millis()])
        })
        .map_err(storage)?;
    let number = connection.last_insert_rowid();
    forget(connection, at)?;
    Ok(number)
}

/// The number of a message that isn't remembered. All of a provider's have one row, which the newest
/// takes: anybody can send them, and must not make the journal grow.
fn next_number(connection: &Connection, account: i64, at: Timestamp) -> Result<i64, JournalError> {
    let id = EventId::unsigned();
    connection
        .prepare_cached("INSERT OR REPLACE INTO event (provider, id, at) VALUES (?1, ?2, ?3)")
        .and_then(|mut statement| {
            statement.execute(params![account, id.as_str(), at.unix_millis()])
        })
        .map_err(storage)?;
    Ok(connection.last_insert_rowid())
}

/// Of the two oldest messages, those that came long enough ago: two for each that comes, so that none
/// has to wait for all of them. One from the future was written while the clock was wrong; it counts
/// from now on, lest those behind it stay until its time comes.
fn forget(connection: &Connection, now: Timestamp) -> Result<(), JournalError> {
    let oldest: Vec<(i64, i64)> = connection
        .prepare_cached("SELECT seq, at FROM event ORDER BY seq LIMIT 2")
        .and_then(|mut statement| {
            statement
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect()
        })
        .map_err(storage)?;
    let old = now.saturating_sub(REMEMBERED).unix_millis();
    let now = now.unix_millis();
    for (seq, at) in oldest {
        let changed = if at < old {
            let delete = connection.prepare_cached("DELETE FROM event WHERE seq = ?1");
            delete.and_then(|mut statement| statement.execute([seq]))
        } else if at > now {
            let update = connection.prepare_cached("UPDATE event SET at = ?2 WHERE seq = ?1");
            update.and_then(|mut statement| statement.execute([seq, now]))
        } else {
            Ok(0)
        };
        changed.map_err(storage)?;
    }
    Ok(())
}

fn ask_for(
    connection: &Connection,
    account: i64,
    payment: &PaymentId,
    number: i64,
) -> Result<(), JournalError> {
    connection
        .prepare_cached(
            "INSERT INTO hint (provider, payment, event) VALUES (?1, ?2, ?3)
             ON CONFLICT (provider, payment) DO UPDATE SET event = ?3",
        )
        .and_then(|mut statement| statement.execute(params![account, payment.as_str(), number]))
        .map(drop)
        .map_err(storage)
}

pub(crate) fn hints(connection: &Connection, limit: usize) -> Result<Vec<Hint>, JournalError> {
    let own = Own::read(connection)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows: Vec<(i64, String, i64)> = connection
        .prepare_cached("SELECT provider, payment, event FROM hint ORDER BY event LIMIT ?1")
        .and_then(|mut statement| {
            let row = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
            statement.query_map([limit], row)?.collect()
        })
        .map_err(storage)?;
    let nameless = || damaged("a payment that is to be read has no name");
    let hint = |(account, payment, number): (i64, String, i64)| {
        Ok(Hint {
            provider: own.name(account)?.clone(),
            payment: PaymentId::new(payment).map_err(|_| nameless())?,
            number: u64::try_from(number).map_err(|_| nameless())?,
        })
    };
    rows.into_iter().map(hint).collect()
}

pub(crate) fn acknowledge(
    connection: &Connection,
    account: i64,
    hint: &Hint,
) -> Result<(), JournalError> {
    let number = i64::try_from(hint.number).unwrap_or(i64::MAX);
    connection
        .prepare_cached("DELETE FROM hint WHERE provider = ?1 AND payment = ?2 AND event <= ?3")
        .and_then(|mut statement| {
            statement.execute(params![account, hint.payment.as_str(), number])
        })
        .map(drop)
        .map_err(storage)
}

#[cfg(test)]
mod tests;
