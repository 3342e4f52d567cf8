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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::list::{NEXT_GROUP, NEXT_OF_GROUP};

    fn plan(sql: &str) -> Vec<String> {
        let mut connection = Connection::open_in_memory().unwrap();
        crate::schema::migrate(&mut connection, Path::new("none")).unwrap();
        let mut statement = connection
            .prepare(&["EXPLAIN QUERY PLAN ", sql].concat())
            .unwrap();
        let none = rusqlite::params_from_iter(vec![0; statement.parameter_count()]);
        let rows = statement.query_map(none, |row| row.get(3)).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    }

    #[test]
    fn the_count_and_the_open_ones_are_found_without_a_scan_of_the_journal() {
        let found = plan(COUNTS);
        let [tally, _, oldest] = &found[..] else {
            panic!("{found:?}");
        };
        assert_eq!(tally, "SCAN tally");
        let index = "SEARCH standing USING COVERING INDEX standing_open";
        assert_eq!(*oldest, [index, " (provider=? AND state=?)"].concat());
        for (sql, by) in [
            (NEXT_GROUP, " ((provider,state)>(?,?))"),
            (NEXT_OF_GROUP, " (provider=? AND state=? AND operation>?)"),
        ] {
            assert_eq!(plan(sql), [[index, by].concat()]);
        }
    }

    #[test]
    fn the_index_leaves_out_every_state_that_is_an_end_and_no_other() {
        for state in State::ALL {
            let named = is_open!().contains(&format!("<> '{state}'"));
            assert_eq!(named, state.is_final(), "{state}");
        }
    }
}
