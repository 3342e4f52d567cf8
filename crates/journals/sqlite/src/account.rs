//! What the journal knows of its namespace, and of the accounts that have asked to wait.

use refundkit_core::{JournalError, Namespace, ProviderName, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

use crate::error::{damaged, storage};

/// Takes the namespace for the journal's own the first time, and refuses another one later.
pub(crate) fn bind(connection: &Connection, namespace: &Namespace) -> Result<(), JournalError> {
    let held: Option<String> = connection
        .query_row("SELECT name FROM namespace", [], |row| row.get(0))
        .optional()
        .map_err(storage)?;
    let Some(held) = held else {
        return connection
            .execute(
                "INSERT INTO namespace (only, name) VALUES (1, ?1)",
                [namespace.as_str()],
            )
            .map(drop)
            .map_err(storage);
    };
    if held == namespace.as_str() {
        return Ok(());
    }
    let held = Namespace::new(held).map_err(|_| damaged("its namespace is none"))?;
    Err(JournalError::OtherNamespace {
        held,
        given: namespace.clone(),
    })
}

/// Keeps the later of two times until which the account has asked to wait.
pub(crate) fn pause(
    connection: &Connection,
    provider: &ProviderName,
    until: Timestamp,
) -> Result<(), JournalError> {
    connection
        .prepare_cached(
            "INSERT INTO pause (provider, until) VALUES (?1, ?2)
             ON CONFLICT (provider) DO UPDATE SET until = max(until, excluded.until)",
        )
        .and_then(|mut statement| {
            statement.execute(params![provider.as_str(), until.unix_millis()])
        })
        .map(drop)
        .map_err(storage)
}

pub(crate) fn paused_until(
    connection: &Connection,
    provider: &ProviderName,
) -> Result<Option<Timestamp>, JournalError> {
    let until: Option<i64> = connection
        .prepare_cached("SELECT until FROM pause WHERE provider = ?1")
        .and_then(|mut statement| {
            statement
                .query_row([provider.as_str()], |row| row.get(0))
                .optional()
        })
        .map_err(storage)?;
    until
        .map(|until| Timestamp::from_unix_millis(until).map_err(|_| damaged("a pause has no end")))
        .transpose()
}
