//! What is kept of a payment, read back. What leads to it is checked on the way: the index to its row, each
//! row to the payment, each operation's id back to its row.

use refundkit_core::ledger::{Head, Held, Stored, Version};
use refundkit_core::{JournalError, Minor, OperationId, PaymentId, ProviderName, RefundId, State};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::error::{damaged, out_of_range, storage};
use crate::own::Own;
use crate::{body, ids, states};

/// A payment with the numbers of its rows.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) stored: Stored,
    /// Newest first.
    pub(crate) entries: Vec<i64>,
    /// Oldest first.
    pub(crate) operations: Vec<Numbered>,
}

/// What lists and counts need of an operation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Numbered {
    pub(crate) seq: i64,
    pub(crate) created: i64,
}

pub(crate) fn load(
    connection: &Connection,
    own: &Own,
    provider: &ProviderName,
    payment: &PaymentId,
) -> Result<Stored, JournalError> {
    let nothing = || Stored::nothing(provider.clone(), payment.clone(), own.timeline);
    let Some(account) = own.account(provider) else {
        return Ok(nothing());
    };
    let Some(id) = number(connection, account, payment)? else {
        return Ok(nothing());
    };
    let stored = at(connection, own, id)?.stored;
    if stored.provider == *provider && stored.payment == *payment {
        return Ok(stored);
    }
    Err(leads_elsewhere())
}

/// Where the payment's ledger stands.
pub(crate) fn version(
    connection: &Connection,
    own: &Own,
    provider: &ProviderName,
    payment: &PaymentId,
) -> Result<Version, JournalError> {
    let timeline = own.timeline;
    let Some(account) = own.account(provider) else {
        return Ok(Version {
            timeline,
            entries: 0,
        });
    };
    let entries: Option<i64> = connection
        .prepare_cached("SELECT version FROM payment WHERE provider = ?1 AND ref = ?2")
        .and_then(|mut statement| {
            let which = params![account, payment.as_str()];
            statement.query_row(which, |row| row.get(0)).optional()
        })
        .map_err(storage)?;
    let entries = u64::try_from(entries.unwrap_or_default()).map_err(|_| out_of_range())?;
    Ok(Version { timeline, entries })
}

fn leads_elsewhere() -> JournalError {
    damaged("an index in it leads to another row")
}

/// The number of the payment's row.
pub(crate) fn number(
    connection: &Connection,
    account: i64,
    payment: &PaymentId,
) -> Result<Option<i64>, JournalError> {
    connection
        .prepare_cached("SELECT id FROM payment WHERE provider = ?1 AND ref = ?2")
        .and_then(|mut statement| {
            let which = params![account, payment.as_str()];
            statement.query_row(which, |row| row.get(0)).optional()
        })
        .map_err(storage)
}

/// The payment of this number.
pub(crate) fn at(connection: &Connection, own: &Own, id: i64) -> Result<Loaded, JournalError> {
    let (mut stored, account, entry, operation) = row(connection, own, id)?;
    let mut loaded_entries = Vec::new();
    let mut seq = entry;
    for _ in 0..stored.version {
        let (prev, body) = an_entry(connection, seq, id)?;
        stored.entries.push(body);
        loaded_entries.push(seq);
        seq = earlier(seq, prev)?;
    }
    if seq != 0 {
        return Err(damaged(
            "a payment in it has more entries than were counted",
        ));
    }
    stored.entries.reverse();
    let mut operations = Vec::new();
    let mut seq = operation;
    while seq != 0 {
        let found = an_operation(connection, seq)?;
        if found.payment != id || found.account != account {
            return Err(damaged("an operation in it is another payment's"));
        }
        stored.operations.push((found.id, found.state));
        operations.push(Numbered {
            seq,
            created: found.created,
        });
        seq = earlier(seq, found.prev)?;
    }
    stored.operations.reverse();
    operations.reverse();
    stored.owners = owners(connection, id)?;
    Ok(Loaded {
        stored,
        entries: loaded_entries,
        operations,
    })
}

fn earlier(seq: i64, prev: i64) -> Result<i64, JournalError> {
    if (0..seq).contains(&prev) {
        return Ok(prev);
    }
    Err(damaged(
        "the rows of a payment in it lead round in a circle",
    ))
}

/// Without entries, operations and owners; and the account, the newest entry and operation.
fn row(
    connection: &Connection,
    own: &Own,
    id: i64,
) -> Result<(Stored, i64, i64, i64), JournalError> {
    let mut statement = connection
        .prepare_cached(
            "SELECT provider, ref, version, head, cap, external, held, overdrawn, entry, operation
             FROM payment WHERE id = ?1",
        )
        .map_err(storage)?;
    let mut rows = statement.query([id]).map_err(storage)?;
    let row = rows.next().map_err(storage)?;
    let row = row.ok_or_else(|| damaged("a payment in it is missing"))?;
    let text = |at: usize| row.get::<_, String>(at).map_err(storage);
    let number = |at: usize| row.get::<_, i64>(at).map_err(storage);
    let money = |at: usize| Minor::new(number(at)?).ok_or_else(out_of_range);
    let account = number(0)?;
    let head: [u8; 32] = row.get(3).map_err(storage)?;
    let stored = Stored {
        provider: own.name(account)?.clone(),
        payment: PaymentId::new(text(1)?).map_err(|_| damaged("a payment in it has no name"))?,
        timeline: own.timeline,
        version: u64::try_from(number(2)?).map_err(|_| out_of_range())?,
        head: Head::from_bytes(head),
        entries: Vec::new(),
        held: Held {
            cap: money(4)?,
            external: money(5)?,
            held: money(6)?,
            overdrawn: row.get(7).map_err(storage)?,
        },
        operations: Vec::new(),
        owners: Vec::new(),
    };
    Ok((stored, account, number(8)?, number(9)?))
}

fn an_entry(
    connection: &Connection,
    seq: i64,
    payment: i64,
) -> Result<(i64, Vec<u8>), JournalError> {
    let mut statement = connection
        .prepare_cached("SELECT payment, prev, body FROM entry WHERE seq = ?1")
        .map_err(storage)?;
    let mut rows = statement.query([seq]).map_err(storage)?;
    let row = rows.next().map_err(storage)?;
    let row = row.ok_or_else(|| damaged("an entry in it is missing"))?;
    if row.get::<_, i64>(0).map_err(storage)? != payment {
        return Err(damaged("an entry in it is another payment's"));
    }
    let stored = row.get_ref(2).map_err(storage)?.as_blob();
    let stored = stored.map_err(|_| damaged("an entry in it has no body"))?;
    Ok((row.get(1).map_err(storage)?, body::unpack(stored)?))
}

struct Operation {
    payment: i64,
    prev: i64,
    id: OperationId,
    account: i64,
    state: State,
    created: i64,
}

fn an_operation(connection: &Connection, seq: i64) -> Result<Operation, JournalError> {
    let found = |row: &Row<'_>| {
        let (payment, prev, id) = (row.get(0)?, row.get(1)?, row.get::<_, Vec<u8>>(2)?);
        Ok((payment, prev, id, row.get(3)?, row.get(4)?, row.get(5)?))
    };
    let found = connection
        .prepare_cached(
            "SELECT payment, prev, id, provider, state, created FROM operation WHERE seq = ?1",
        )
        .and_then(|mut statement| statement.query_row([seq], found).optional())
        .map_err(storage)?;
    let found = found.ok_or_else(|| damaged("an operation in it is missing"))?;
    let (payment, prev, id, account, state, created) = found;
    if of_id(connection, &id)? != Some(seq) {
        return Err(leads_elsewhere());
    }
    Ok(Operation {
        payment,
        prev,
        id: ids::unpack(&id)?,
        account,
        state: states::state(state)?,
        created,
    })
}

/// The number of the operation with this id, by the index.
fn of_id(connection: &Connection, id: &[u8]) -> Result<Option<i64>, JournalError> {
    connection
        .prepare_cached("SELECT seq FROM operation WHERE id = ?1")
        .and_then(|mut statement| statement.query_row([id], |row| row.get(0)).optional())
        .map_err(storage)
}

/// As [`of_id`], from the row itself.
pub(crate) fn operation(
    connection: &Connection,
    id: &OperationId,
) -> Result<Option<i64>, JournalError> {
    let Some(seq) = of_id(connection, &ids::pack(id))? else {
        return Ok(None);
    };
    if an_operation(connection, seq)?.id == *id {
        return Ok(Some(seq));
    }
    Err(leads_elsewhere())
}

/// The payment that has the operation, where the payment's own index leads to it, too.
pub(crate) fn find(
    connection: &Connection,
    own: &Own,
    id: &OperationId,
) -> Result<Option<(ProviderName, PaymentId)>, JournalError> {
    let Some(seq) = operation(connection, id)? else {
        return Ok(None);
    };
    let found = an_operation(connection, seq)?;
    let (stored, account, ..) = row(connection, own, found.payment)?;
    let leads_back = number(connection, account, &stored.payment)? == Some(found.payment);
    if leads_back && account == found.account {
        return Ok(Some((stored.provider, stored.payment)));
    }
    Err(leads_elsewhere())
}

fn owners(connection: &Connection, payment: i64) -> Result<Vec<(RefundId, u32)>, JournalError> {
    let rows: Vec<(String, u32)> = connection
        .prepare_cached("SELECT refund, operation FROM owner WHERE payment = ?1")
        .and_then(|mut statement| {
            let row = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
            statement.query_map([payment], row)?.collect()
        })
        .map_err(storage)?;
    let named = |(refund, operation): (String, u32)| Some((RefundId::new(refund).ok()?, operation));
    let named: Option<Vec<_>> = rows.into_iter().map(named).collect();
    named.ok_or_else(|| damaged("a refund in it has no name"))
}
