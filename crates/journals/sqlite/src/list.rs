//! Lists of operations.
//!
//! What has ended piles up, and what is open doesn't: where only open states are asked for, the index
//! of those leads to them, and the rest of the journal is left alone.

use refundkit_core::{Filter, JournalError, Operation, ProviderName, State};
use rusqlite::{Connection, OptionalExtension, params};

use crate::error::{damaged, storage};
use crate::rows::{self, Found, Stored, operations};
use crate::schema::is_open;

/// How many numbers are read ahead of each provider's and state's open operations.
const AHEAD: usize = 256;

pub(crate) fn list(
    connection: &Connection,
    filter: &Filter,
) -> Result<Vec<Operation>, JournalError> {
    let limit = filter.limit.unwrap_or(usize::MAX);
    let mut fitting = Vec::new();
    if limit == 0 {
        return Ok(fitting);
    }
    let keep = |found: Found| {
        if filter.fits(&found.operation) {
            fitting.push(found.operation);
        }
        Ok(fitting.len() < limit)
    };
    let open = !filter.states.is_empty() && !filter.states.iter().any(|state| state.is_final());
    if open {
        each_open(connection, filter, keep)?;
    } else {
        each(connection, filter, keep)?;
    }
    Ok(fitting)
}

/// Reads the operations that may fit, oldest first, for as long as `keep_on` says so.
///
/// Left out is only what stands in a state that is known and not asked for: a state that is gone or
/// garbled is read, and so noticed.
pub(crate) fn each(
    connection: &Connection,
    filter: &Filter,
    mut keep_on: impl FnMut(Found) -> Result<bool, JournalError>,
) -> Result<(), JournalError> {
    let asked = |state: &State| filter.states.is_empty() || filter.states.contains(state);
    let others = names(State::ALL.iter().filter(|state| !asked(state)))?;
    let provider = filter.provider.as_ref().map(ProviderName::as_str);
    let after = start(connection, filter)?;
    let mut statement = connection
        .prepare_cached(operations!(
            "WHERE coalesce(s.state, '') NOT IN (SELECT value FROM json_each(?1))
               AND (?2 IS NULL OR o.provider = ?2) AND o.seq > ?3 ORDER BY o.seq"
        ))
        .map_err(storage)?;
    let rows = statement
        .query_map(params![others, provider, after], Stored::of)
        .map_err(storage)?;
    for row in rows {
        if !keep_on(row.map_err(storage)?.checked(connection)?)? {
            break;
        }
    }
    Ok(())
}

/// As [`each`], where all states that are asked for are open ones. That a state is missing is noticed
/// where all are gone through: there are fewer of them then than were counted.
fn each_open(
    connection: &Connection,
    filter: &Filter,
    mut keep_on: impl FnMut(Found) -> Result<bool, JournalError>,
) -> Result<(), JournalError> {
    let groups = groups(connection, filter)?;
    let mut last = start(connection, filter)?;
    let mut gone_through = 0_usize;
    loop {
        let mut next = Vec::new();
        for group in &groups {
            next.extend(ahead(connection, group, last)?);
        }
        next.sort_unstable();
        next.truncate(AHEAD);
        for seq in &next {
            if !keep_on(rows::at(connection, *seq)?)? {
                return Ok(());
            }
            last = *seq;
        }
        gone_through = gone_through.saturating_add(next.len());
        if next.len() < AHEAD {
            break;
        }
    }
    let all =
        filter.after.is_some() || counted(connection, filter)? == u64::try_from(gone_through).ok();
    if all {
        return Ok(());
    }
    Err(damaged(
        "the index of its open operations doesn't have as many as were counted",
    ))
}

/// After which number the page begins.
fn start(connection: &Connection, filter: &Filter) -> Result<i64, JournalError> {
    match &filter.after {
        None => Ok(0),
        Some(id) => Ok(rows::need(connection, id)?.seq),
    }
}

fn names<'a>(states: impl Iterator<Item = &'a State>) -> Result<String, JournalError> {
    let names: Vec<&str> = states.map(|state| state.as_str()).collect();
    serde_json::to_string(&names).map_err(|error| JournalError::Storage(Box::new(error)))
}

/// The open operations of a provider in a state.
struct Group {
    provider: String,
    state: String,
}

impl Group {
    /// A state that is none is never left out.
    fn is_asked_for(&self, filter: &Filter) -> bool {
        let provider = filter.provider.as_ref().map(ProviderName::as_str);
        match self.state.parse::<State>() {
            Err(_) => true,
            Ok(state) => {
                filter.states.contains(&state)
                    && provider.is_none_or(|provider| provider == self.provider)
            }
        }
    }
}

/// The groups to read: a few, each found by one step in the index.
fn groups(connection: &Connection, filter: &Filter) -> Result<Vec<Group>, JournalError> {
    let mut statement = connection.prepare_cached(NEXT_GROUP).map_err(storage)?;
    let mut groups = Vec::new();
    let mut last = [String::new(), String::new()];
    loop {
        let next: Option<[String; 2]> = statement
            .query_row([&last[0], &last[1]], |row| Ok([row.get(0)?, row.get(1)?]))
            .optional()
            .map_err(storage)?;
        let Some(next) = next else {
            return Ok(groups);
        };
        last.clone_from(&next);
        let [provider, state] = next;
        let group = Group { provider, state };
        if group.is_asked_for(filter) {
            groups.push(group);
        }
    }
}

pub(crate) const NEXT_GROUP: &str = concat!(
    "SELECT provider, state FROM standing WHERE ",
    is_open!(),
    " AND (provider, state) > (?1, ?2) ORDER BY provider, state LIMIT 1"
);

/// The numbers of the group's operations that come next.
fn ahead(connection: &Connection, group: &Group, last: i64) -> Result<Vec<i64>, JournalError> {
    let limit = i64::try_from(AHEAD).unwrap_or(i64::MAX);
    connection
        .prepare_cached(NEXT_OF_GROUP)
        .and_then(|mut statement| {
            let which = params![group.provider, group.state, last, limit];
            statement.query_map(which, |row| row.get(0))?.collect()
        })
        .map_err(storage)
}

pub(crate) const NEXT_OF_GROUP: &str = concat!(
    "SELECT operation FROM standing WHERE ",
    is_open!(),
    " AND provider = ?1 AND state = ?2 AND operation > ?3 ORDER BY operation LIMIT ?4"
);

/// How many operations there are in the states that are asked for; `None` where that is no number.
fn counted(connection: &Connection, filter: &Filter) -> Result<Option<u64>, JournalError> {
    let states = names(filter.states.iter())?;
    let provider = filter.provider.as_ref().map(ProviderName::as_str);
    let count: i64 = connection
        .prepare_cached(
            "SELECT coalesce(sum(operations), 0) FROM tally
             WHERE state IN (SELECT value FROM json_each(?1)) AND (?2 IS NULL OR provider = ?2)",
        )
        .and_then(|mut statement| statement.query_row(params![states, provider], |row| row.get(0)))
        .map_err(storage)?;
    Ok(u64::try_from(count).ok())
}
