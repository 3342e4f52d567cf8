//! The messages that have come, the payments that they have asked to read, and how many operations
//! stand where.

use refundkit_core::ports::REMEMBERED;
use refundkit_core::{
    Count, EventId, Hint, JournalError, PaymentId, ProviderName, State, Timestamp,
};
use rusqlite::{Connection, params};

use crate::error::{damaged, storage};

/// Remembers a message: its number, or `None` where it is known already.
pub(crate) fn remember(
    connection: &Connection,
    provider: &ProviderName,
    event: &EventId,
    at: Timestamp,
) -> Result<Option<i64>, JournalError> {
    let inserted = connection
        .prepare_cached(
            "INSERT INTO event (provider, id, at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        )
        .and_then(|mut statement| {
            statement.execute(params![provider.as_str(), event.as_str(), at.unix_millis()])
        })
        .map_err(storage)?;
    if inserted == 0 {
        return Ok(None);
    }
    let number = connection.last_insert_rowid();
    forget(connection, at)?;
    Ok(Some(number))
}

/// Two for each that comes, so that none has to wait for all of them.
fn forget(connection: &Connection, now: Timestamp) -> Result<(), JournalError> {
    let old = now.saturating_sub(REMEMBERED).unix_millis();
    connection
        .prepare_cached(
            "DELETE FROM event WHERE seq IN (SELECT seq FROM event ORDER BY seq LIMIT 2) AND at < ?1",
        )
        .and_then(|mut statement| statement.execute([old]))
        .map(drop)
        .map_err(storage)
}

pub(crate) fn ask_for(
    connection: &Connection,
    provider: &ProviderName,
    payment: &PaymentId,
    number: i64,
) -> Result<(), JournalError> {
    connection
        .prepare_cached(
            "INSERT INTO hint (provider, payment, event) VALUES (?1, ?2, ?3)
             ON CONFLICT (provider, payment) DO UPDATE SET event = ?3",
        )
        .and_then(|mut statement| {
            statement.execute(params![provider.as_str(), payment.as_str(), number])
        })
        .map(drop)
        .map_err(storage)
}

pub(crate) fn hints(connection: &Connection, limit: usize) -> Result<Vec<Hint>, JournalError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows: Vec<(String, String, i64)> = connection
        .prepare_cached("SELECT provider, payment, event FROM hint ORDER BY event LIMIT ?1")
        .and_then(|mut statement| {
            statement
                .query_map([limit], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
                .collect()
        })
        .map_err(storage)?;
    let hint = |(provider, payment, number): (String, String, i64)| {
        Some(Hint {
            provider: ProviderName::new(provider).ok()?,
            payment: PaymentId::new(payment).ok()?,
            number: u64::try_from(number).ok()?,
        })
    };
    let hints: Option<Vec<Hint>> = rows.into_iter().map(hint).collect();
    hints.ok_or_else(|| damaged("a payment that is to be read has no name"))
}

pub(crate) fn heed(connection: &Connection, hint: &Hint) -> Result<(), JournalError> {
    let number = i64::try_from(hint.number).unwrap_or(i64::MAX);
    connection
        .prepare_cached("DELETE FROM hint WHERE provider = ?1 AND payment = ?2 AND event <= ?3")
        .and_then(|mut statement| {
            statement.execute(params![
                hint.provider.as_str(),
                hint.payment.as_str(),
                number
            ])
        })
        .map(drop)
        .map_err(storage)
}

/// One row of the count: provider, state, how many, and when the oldest began.
type Row = (String, String, i64, Option<String>);

pub(crate) fn census(connection: &Connection) -> Result<Vec<Count>, JournalError> {
    let rows: Vec<Row> = connection
        .prepare_cached(
            "SELECT t.provider, t.state, t.operations,
                 (SELECT json_extract(o.intent, '$.created_at') FROM operation o WHERE o.seq =
                     (SELECT min(s.operation) FROM standing s JOIN operation p ON p.seq = s.operation
                      WHERE s.state NOT IN ('succeeded', 'failed', 'failed_late', 'rejected', 'refused', 'cancelled')
                        AND s.state = t.state AND p.provider = t.provider))
             FROM tally t WHERE t.operations > 0 ORDER BY t.provider, t.state",
        )
        .and_then(|mut statement| {
            statement
                .query_map([], |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
                })?
                .collect()
        })
        .map_err(storage)?;
    let count = |(provider, state, operations, oldest): Row| {
        Some(Count {
            provider: ProviderName::new(provider).ok()?,
            state: state.parse::<State>().ok()?,
            operations: u64::try_from(operations).ok()?,
            oldest: match oldest {
                None => None,
                Some(at) => Some(at.parse().ok()?),
            },
        })
    };
    let counts: Option<Vec<Count>> = rows.into_iter().map(count).collect();
    counts.ok_or_else(|| damaged("the count of its operations can't be read"))
}
