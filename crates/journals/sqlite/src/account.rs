//! What the journal knows of its namespace, and of the accounts that have asked to wait.

use refundkit_core::{JournalError, Namespace, ProviderName, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::chain::{self, Content, Link};
use crate::error::{damaged, storage};

/// Takes the namespace for the journal's own the first time, and refuses another one later.
///
/// That there is none yet is believed only where no row is missing: each request would otherwise be
/// refunded once more under a namespace that was taken for the first.
pub(crate) fn bind(connection: &Connection, namespace: &Namespace) -> Result<(), JournalError> {
    let Some(held) = self::namespace(connection)? else {
        chain::verify(connection, 1)?;
        let name = namespace.as_str();
        let link = chain::extend(connection, &Content::Namespace { name })?;
        return connection
            .prepare_cached("INSERT INTO namespace (only, link, name) VALUES (1, ?1, ?2)")
            .and_then(|mut statement| statement.execute(params![link, name]))
            .map(drop)
            .map_err(storage);
    };
    if held == *namespace {
        return Ok(());
    }
    Err(JournalError::OtherNamespace {
        held,
        given: namespace.clone(),
    })
}

/// The namespace that the journal was begun with.
pub(crate) fn namespace(connection: &Connection) -> Result<Option<Namespace>, JournalError> {
    let held: Option<(String, Link)> = connection
        .prepare_cached(
            "SELECT n.name, n.link, own.hash, previous.hash
             FROM namespace n LEFT JOIN chain own ON own.seq = n.link
             LEFT JOIN chain previous ON previous.seq = n.link - 1",
        )
        .and_then(|mut statement| {
            let row = |row: &Row<'_>| Ok((row.get(0)?, Link::of(row, 1)?));
            statement.query_row([], row).optional()
        })
        .map_err(storage)?;
    let Some((name, link)) = held else {
        return Ok(None);
    };
    link.check(&Content::Namespace { name: &name })?;
    let namespace = Namespace::new(name).map_err(|_| damaged("its namespace is none"))?;
    Ok(Some(namespace))
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
    until.map(end).transpose()
}

/// Checks that the namespace and the pauses can be read.
pub(crate) fn verify(connection: &Connection) -> Result<(), JournalError> {
    let mut statement = connection
        .prepare("SELECT provider, until FROM pause")
        .map_err(storage)?;
    let pauses = statement
        .query_map([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))
        .map_err(storage)?;
    for pause in pauses {
        let (provider, until) = pause.map_err(storage)?;
        ProviderName::new(provider).map_err(|_| damaged("a pause is no provider's"))?;
        end(until)?;
    }
    namespace(connection).map(drop)
}

fn end(until: i64) -> Result<Timestamp, JournalError> {
    Timestamp::from_unix_millis(until).map_err(|_| damaged("a pause has no end"))
}
