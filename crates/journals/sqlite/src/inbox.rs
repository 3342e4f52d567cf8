//! The messages that have come, and the payments that they have asked to read.

use refundkit_core::ports::REMEMBERED;
use refundkit_core::webhook::{Told, told};
use refundkit_core::{
    Event, EventId, Evidence, Hint, JournalError, PaymentId, ProviderName, Taken, Timestamp,
};
use rusqlite::{Connection, params};

use crate::error::{damaged, storage};
use crate::rows::Found;
use crate::{budget, refunds, rows};

/// A message, what follows from it, and that it came: all of it or nothing.
pub(crate) fn take_in(
    connection: &Connection,
    provider: &ProviderName,
    event: &Event,
    at: Timestamp,
) -> Result<Taken, JournalError> {
    let number = if event.id.is_unsigned() {
        None
    } else {
        let number = remember(connection, provider, &event.id, at)?;
        let Some(number) = number else {
            return Ok(Taken::Known);
        };
        Some(number)
    };
    let Some(payment) = event.news.payment() else {
        return Ok(Taken::Nothing);
    };
    let found = rows::of_payment(connection, provider, payment)?;
    // An index that has lost one of them would make the message one about nothing of ours.
    budget::check(connection, provider, payment, &found)?;
    refunds::check(connection, provider, payment, &found)?;
    let (places, operations): (Vec<_>, Vec<_>) = found
        .into_iter()
        .map(
            |Found {
                 seq,
                 state,
                 operation,
             }| ((seq, state), operation),
        )
        .unzip();
    let Told { fact, look } = told(&operations, &event.news);
    if look {
        let number = match number {
            Some(number) => number,
            None => next_number(connection, provider, at)?,
        };
        ask_for(connection, provider, payment, number)?;
    }
    let Some((id, fact)) = fact else {
        return Ok(if look { Taken::Noted } else { Taken::Nothing });
    };
    let mut all = places.into_iter().zip(operations);
    let ((seq, before), operation) = all
        .find(|(_, operation)| operation.intent.id == id)
        .ok_or(JournalError::NoSuchOperation(id))?;
    let found = Found {
        seq,
        state: before,
        operation,
    };
    let operation = Box::new(rows::note(connection, found, &Evidence { at, fact })?);
    Ok(Taken::Told {
        operation,
        before,
        look,
    })
}

/// Remembers a message: its number, or `None` where it is known already.
fn remember(
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

/// The number of a message that isn't remembered. All of a provider's have one row, which the newest
/// takes: anybody can send them, and must not make the journal grow.
fn next_number(
    connection: &Connection,
    provider: &ProviderName,
    at: Timestamp,
) -> Result<i64, JournalError> {
    let id = EventId::unsigned();
    connection
        .prepare_cached("INSERT OR REPLACE INTO event (provider, id, at) VALUES (?1, ?2, ?3)")
        .and_then(|mut statement| {
            statement.execute(params![provider.as_str(), id.as_str(), at.unix_millis()])
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

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use refundkit_core::News;

    use super::*;

    fn remembered(connection: &Connection) -> Vec<i64> {
        let mut statement = connection
            .prepare("SELECT seq FROM event ORDER BY seq")
            .unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    }

    /// Messages at these days, each with its own id.
    fn come(connection: &Connection, days: &[u32]) {
        let provider = ProviderName::new("dojo").unwrap();
        for day in days {
            let number = remembered(connection).last().map_or(0, |last| *last);
            let id = EventId::new(format!("msg_{number}")).unwrap();
            let at =
                Timestamp::epoch().saturating_add(Duration::from_secs(86_400).saturating_mul(*day));
            assert!(remember(connection, &provider, &id, at).unwrap().is_some());
        }
    }

    fn empty() -> Connection {
        let mut connection = Connection::open_in_memory().unwrap();
        crate::schema::migrate(&mut connection, Path::new("none")).unwrap();
        connection
    }

    #[test]
    fn messages_are_forgotten_after_their_time_and_two_at_most_for_each_that_comes() {
        let connection = empty();
        come(&connection, &[1, 1, 1, 1, 1, 29]);
        assert_eq!(remembered(&connection), [1, 2, 3, 4, 5, 6]);
        come(&connection, &[30]);
        assert_eq!(remembered(&connection), [3, 4, 5, 6, 7]);
        come(&connection, &[30, 30]);
        assert_eq!(remembered(&connection), [6, 7, 8, 9]);
    }

    #[test]
    fn what_nobody_has_signed_takes_up_one_row_and_nothing_where_nothing_follows() {
        let connection = empty();
        let provider = ProviderName::new("adyen").unwrap();
        let at = Timestamp::epoch();
        let event = Event {
            id: EventId::unsigned(),
            at: None,
            news: News::Look(PaymentId::new("pi_other").unwrap()),
        };
        for _ in 0..3 {
            let taken = take_in(&connection, &provider, &event, at).unwrap();
            assert_eq!(taken, Taken::Nothing);
        }
        assert!(remembered(&connection).is_empty());
        let numbers = [1, 2, 3].map(|_| next_number(&connection, &provider, at).unwrap());
        assert_eq!(numbers, [1, 2, 3]);
        assert_eq!(remembered(&connection), [3]);
        come(&connection, &[1]);
        assert_eq!(next_number(&connection, &provider, at).unwrap(), 5);
        assert_eq!(remembered(&connection), [4, 5]);
    }

    #[test]
    fn one_from_the_future_keeps_nothing_behind_it() {
        let connection = empty();
        come(&connection, &[9999, 1, 2, 29]);
        assert_eq!(
            remembered(&connection),
            [1, 2, 3, 4],
            "it counts from day 1"
        );
        come(&connection, &[31, 31]);
        assert_eq!(remembered(&connection), [4, 5, 6]);
    }
}
