//! The accounts that have asked to wait.

use refundkit_core::{JournalError, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

use crate::error::{damaged, storage};
use crate::own::Own;

/// Keeps the later of two times until which the account has asked to wait.
pub(crate) fn pause(
    connection: &Connection,
    account: i64,
    until: Timestamp,
) -> Result<(), JournalError> {
    connection
        .prepare_cached(
            "INSERT INTO pause (provider, until) VALUES (?1, ?2)
             ON CONFLICT (provider) DO UPDATE SET until = max(until, excluded.until)",
        )
        .and_then(|mut statement| statement.execute(params![account, until.unix_millis()]))
        .map(drop)
        .map_err(storage)
}

pub(crate) fn until(
    connection: &Connection,
    account: i64,
) -> Result<Option<Timestamp>, JournalError> {
    let until: Option<i64> = connection
        .prepare_cached("SELECT until FROM pause WHERE provider = ?1")
        .and_then(|mut statement| statement.query_row([account], |row| row.get(0)).optional())
        .map_err(storage)?;
    until.map(end).transpose()
}

/// Checks that each pause is a provider's, and ends.
pub(crate) fn verify(connection: &Connection, own: &Own) -> Result<(), JournalError> {
    let pauses: Vec<(i64, i64)> = connection
        .prepare_cached("SELECT provider, until FROM pause")
        .and_then(|mut statement| {
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            rows.collect()
        })
        .map_err(storage)?;
    for (account, until) in pauses {
        own.name(account)?;
        end(until)?;
    }
    Ok(())
}

fn end(until: i64) -> Result<Timestamp, JournalError> {
    Timestamp::from_unix_millis(until).map_err(|_| damaged("a pause has no end"))
}
