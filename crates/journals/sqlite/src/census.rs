//! How many operations stand where, without looking at them.

use refundkit_core::{Count, JournalError, ProviderName, State};
use rusqlite::Connection;

use crate::error::{damaged, storage};
use crate::rows;
use crate::schema::is_open;

/// The count, and the number of the oldest operation where the state is an open one.
const COUNTS: &str = concat!(
    "SELECT provider, state, operations,
         (SELECT operation FROM standing WHERE ",
    is_open!(),
    " AND standing.provider = tally.provider AND standing.state = tally.state ORDER BY operation LIMIT 1)
     FROM tally WHERE operations > 0 ORDER BY provider, state"
);

type Row = (String, String, i64, Option<i64>);

pub(crate) fn census(connection: &Connection) -> Result<Vec<Count>, JournalError> {
    let rows: Vec<Row> = connection
        .prepare_cached(COUNTS)
        .and_then(|mut statement| {
            statement
                .query_map([], |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
                })?
                .collect()
        })
        .map_err(storage)?;
    let counts = rows.into_iter().map(|row| count(connection, row));
    counts.collect()
}

fn count(connection: &Connection, row: Row) -> Result<Count, JournalError> {
    let wrong = || damaged("the count of its operations doesn't fit their states");
    let (provider, state, operations, oldest) = row;
    let provider = ProviderName::new(provider).map_err(|_| wrong())?;
    let state: State = state.parse().map_err(|_| wrong())?;
    let oldest = oldest.map(|seq| rows::at(connection, seq)).transpose()?;
    let fits = match &oldest {
        Some(found) => found.state == state && found.operation.intent.provider == provider,
        None => state.is_final(),
    };
    if !fits {
        return Err(wrong());
    }
    Ok(Count {
        provider,
        state,
        operations: u64::try_from(operations).map_err(|_| wrong())?,
        oldest: oldest.map(|found| found.operation.intent.created_at),
    })
}
