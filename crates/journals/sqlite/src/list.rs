//! Lists of operations and payments, and counts, in pieces: whoever reads for long keeps the log from
//! being begun anew.

use std::collections::BTreeMap;

use refundkit_core::{
    Count, Filter, JournalError, PaymentId, ProviderName, State, Timestamp, ports::ListedOperation,
};
use rusqlite::{Connection, Row, params};

use crate::error::{damaged, storage};
use crate::own::Own;
use crate::{ids, load, states};

/// How many operations a piece looks at.
const PIECE: i64 = 512;
/// The same where they are only counted.
const COUNTED: i64 = 20_000;

/// Part of a list, and after which number the next part begins; `None` at the end.
pub(crate) type Part<T> = (Vec<T>, Option<i64>);

/// After which number the page begins.
pub(crate) fn start(connection: &Connection, filter: &Filter) -> Result<i64, JournalError> {
    let Some(id) = &filter.after else {
        return Ok(0);
    };
    let found = load::operation(connection, id)?;
    found.ok_or_else(|| JournalError::NoSuchOperation(id.clone()))
}

/// The operations after this number that fit, at most `limit`, of those that one piece looks at.
///
/// What has ended piles up, and what is open doesn't: where only open states are asked for, the index of
/// those leads to them, and the rest of the journal is left alone.
pub(crate) fn operations(
    connection: &Connection,
    filter: &Filter,
    after: i64,
    limit: usize,
) -> Result<Part<ListedOperation>, JournalError> {
    let own = Own::read(connection)?;
    let open = !filter.states.is_empty() && !filter.states.iter().any(|state| state.is_final());
    let (mut fitting, mut last, mut looked_at) = (Vec::new(), after, 0_i64);
    let mut statement = connection
        .prepare_cached(if open { OPEN } else { ALL })
        .map_err(storage)?;
    let mut rows = statement.query([after, PIECE]).map_err(storage)?;
    while let Some(row) = rows.next().map_err(storage)? {
        if fitting.len() >= limit {
            return Ok((fitting, Some(last)));
        }
        let number = |at: usize| row.get::<_, i64>(at).map_err(storage);
        let (provider, state) = (own.name(number(1)?)?, states::state(number(2)?)?);
        if filter.takes(provider, state, time(number(3)?)?) {
            let id: Vec<u8> = row.get(4).map_err(storage)?;
            fitting.push(ListedOperation {
                operation: ids::unpack(&id)?,
                state,
                provider: provider.clone(),
                payment: name(row.get(5).map_err(storage)?)?,
            });
        }
        last = number(0)?;
        looked_at = looked_at.saturating_add(1);
    }
    Ok((fitting, (looked_at == PIECE).then_some(last)))
}

const ALL: &str = "SELECT o.seq, o.provider, o.state, o.created, o.id, p.ref
    FROM operation o LEFT JOIN payment p ON p.id = o.payment
    WHERE o.seq > ?1 ORDER BY o.seq LIMIT ?2";

/// The condition of the index word for word: SQLite uses it only for that.
pub(crate) const OPEN: &str = "SELECT o.seq, o.provider, o.state, o.created, o.id, p.ref
    FROM operation o LEFT JOIN payment p ON p.id = o.payment
    WHERE o.seq > ?1 AND o.state < 16 ORDER BY o.seq LIMIT ?2";

fn time(millis: i64) -> Result<Timestamp, JournalError> {
    Timestamp::from_unix_millis(millis).map_err(|_| damaged("an operation in it has no time"))
}

fn name(payment: Option<String>) -> Result<PaymentId, JournalError> {
    let name = payment.and_then(|payment| PaymentId::new(payment).ok());
    name.ok_or_else(|| damaged("an operation in it has no payment"))
}

/// The payments after this number, in the order in which they came.
pub(crate) fn payments(
    connection: &Connection,
    after: Option<&(ProviderName, PaymentId)>,
    limit: usize,
) -> Result<Vec<(ProviderName, PaymentId)>, JournalError> {
    let own = Own::read(connection)?;
    let start = match after {
        None => 0,
        Some((provider, payment)) => {
            let found = match own.account(provider) {
                Some(account) => load::number(connection, account, payment)?,
                None => None,
            };
            // No row comes after one that isn't there.
            found.unwrap_or(i64::MAX)
        }
    };
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows: Vec<(i64, String)> = connection
        .prepare_cached("SELECT provider, ref FROM payment WHERE id > ?1 ORDER BY id LIMIT ?2")
        .and_then(|mut statement| {
            let row = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
            statement.query_map([start, limit], row)?.collect()
        })
        .map_err(storage)?;
    let named = |(account, payment)| Ok((own.name(account)?.clone(), name(Some(payment))?));
    rows.into_iter().map(named).collect()
}

/// How many operations a provider has in a state, and when the oldest of them was begun.
#[derive(Debug, Default)]
pub(crate) struct Counts(BTreeMap<(ProviderName, &'static str), Counted>);

#[derive(Debug)]
struct Counted {
    state: State,
    operations: u64,
    oldest: i64,
}

impl Counts {
    /// Counts on from this number; where the next piece begins.
    pub(crate) fn add(
        &mut self,
        connection: &Connection,
        after: i64,
    ) -> Result<Option<i64>, JournalError> {
        let own = Own::read(connection)?;
        let upto = after.saturating_add(COUNTED);
        let mut statement = connection.prepare_cached(COUNT).map_err(storage)?;
        let mut rows = statement.query(params![after, upto]).map_err(storage)?;
        let mut any = false;
        while let Some(row) = rows.next().map_err(storage)? {
            let number = |at: usize| row.get::<_, i64>(at).map_err(storage);
            let (provider, state) = (own.name(number(0)?)?, states::state(number(1)?)?);
            let key = (provider.clone(), state.as_str());
            let more = u64::try_from(number(2)?).unwrap_or_default();
            let oldest = number(3)?;
            let count = self.0.entry(key).or_insert(Counted {
                state,
                operations: 0,
                oldest,
            });
            count.operations = count.operations.saturating_add(more);
            count.oldest = count.oldest.min(oldest);
            any = true;
        }
        // Numbers have no gaps.
        Ok(any.then_some(upto))
    }

    pub(crate) fn all(self) -> Result<Vec<Count>, JournalError> {
        let all = self.0.into_iter().map(|((provider, _), counted)| {
            let state = counted.state;
            let oldest = (!state.is_final()).then_some(counted.oldest);
            Ok(Count {
                provider,
                state,
                operations: counted.operations,
                oldest: oldest.map(time).transpose()?,
            })
        });
        all.collect()
    }
}

const COUNT: &str = "SELECT provider, state, count(*), min(created) FROM operation
    WHERE seq > ?1 AND seq <= ?2 GROUP BY provider, state";
