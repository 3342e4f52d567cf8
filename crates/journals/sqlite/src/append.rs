//! A change's rows. Whether they may be written is judged before the first of them is.

use refundkit_core::JournalError;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::error::{damaged, out_of_range, storage};
use crate::prepared::{Append, Begun, Moved};

/// The newest number of each table whose rows are only ever added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Newest {
    pub(crate) payment: i64,
    pub(crate) operation: i64,
    pub(crate) entry: i64,
}

impl Newest {
    pub(crate) fn read(connection: &Connection) -> Result<Self, JournalError> {
        connection
            .prepare_cached(
                "SELECT (SELECT coalesce(max(id), 0) FROM payment),
                    (SELECT coalesce(max(seq), 0) FROM operation),
                    (SELECT coalesce(max(seq), 0) FROM entry)",
            )
            .and_then(|mut statement| {
                statement.query_row([], |row| {
                    Ok(Self {
                        payment: row.get(0)?,
                        operation: row.get(1)?,
                        entry: row.get(2)?,
                    })
                })
            })
            .map_err(storage)
    }
}

/// A payment as it is there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Payment {
    id: i64,
    version: i64,
    entry: i64,
    operation: i64,
}

/// The payment, where there is one.
pub(crate) fn payment(
    connection: &Connection,
    account: Option<i64>,
    append: &Append,
) -> Result<Option<Payment>, JournalError> {
    let Some(account) = account else {
        return Ok(None);
    };
    connection
        .prepare_cached(
            "SELECT id, version, entry, operation FROM payment WHERE provider = ?1 AND ref = ?2",
        )
        .and_then(|mut statement| {
            let found = |row: &Row<'_>| {
                Ok(Payment {
                    id: row.get(0)?,
                    version: row.get(1)?,
                    entry: row.get(2)?,
                    operation: row.get(3)?,
                })
            };
            let which = params![account, append.payment.as_str()];
            statement.query_row(which, found).optional()
        })
        .map_err(storage)
}

/// Whether the change was made on what is there.
pub(crate) fn fits(append: &Append, there: Option<Payment>, timeline: u32) -> bool {
    append.timeline == timeline && append.expected == there.map_or(0, |there| there.version)
}

/// Whether an operation that it begins has the id of another.
pub(crate) fn is_taken(connection: &Connection, append: &Append) -> Result<bool, JournalError> {
    for begun in &append.begun {
        let found = connection
            .prepare_cached("SELECT 1 FROM operation WHERE id = ?1")
            .and_then(|mut statement| statement.query_row([&begun.id], |_| Ok(())).optional())
            .map_err(storage)?;
        if found.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Writes all of it.
pub(crate) fn write(
    connection: &Connection,
    account: i64,
    append: &Append,
    there: Option<Payment>,
    newest: &mut Newest,
) -> Result<(), JournalError> {
    let mut payment = match there {
        Some(there) => there,
        None => Payment {
            id: next(&mut newest.payment)?,
            version: 0,
            entry: 0,
            operation: 0,
        },
    };
    for moved in &append.moved {
        change_state(connection, payment, moved)?;
    }
    for begun in &append.begun {
        let seq = next(&mut newest.operation)?;
        begin(connection, account, payment, seq, begun)?;
        payment.operation = seq;
    }
    for body in &append.bodies {
        let seq = next(&mut newest.entry)?;
        connection
            .prepare_cached("INSERT INTO entry VALUES (?1, ?2, ?3, ?4)")
            .and_then(|mut statement| {
                statement.execute(params![seq, payment.id, payment.entry, body])
            })
            .map_err(storage)?;
        payment.entry = seq;
    }
    for (refund, operation) in &append.owned {
        connection
            .prepare_cached("INSERT INTO owner VALUES (?1, ?2, ?3)")
            .and_then(|mut statement| statement.execute(params![payment.id, refund, operation]))
            .map_err(storage)?;
    }
    if there.is_some() {
        update(connection, append, payment)
    } else {
        insert(connection, account, append, payment)
    }
}

fn next(newest: &mut i64) -> Result<i64, JournalError> {
    *newest = newest.checked_add(1).ok_or_else(out_of_range)?;
    Ok(*newest)
}

fn begin(
    connection: &Connection,
    account: i64,
    payment: Payment,
    seq: i64,
    begun: &Begun,
) -> Result<(), JournalError> {
    connection
        .prepare_cached("INSERT INTO operation VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")
        .and_then(|mut statement| {
            statement.execute(params![
                seq,
                payment.id,
                payment.operation,
                begun.id,
                account,
                begun.state,
                begun.created
            ])
        })
        .map(drop)
        .map_err(storage)
}

/// The operation is found from the payment's newest one on, which most are.
fn change_state(
    connection: &Connection,
    payment: Payment,
    moved: &Moved,
) -> Result<(), JournalError> {
    let mut seq = payment.operation;
    for _ in 0..moved.back {
        seq = connection
            .prepare_cached("SELECT prev FROM operation WHERE seq = ?1 AND payment = ?2")
            .and_then(|mut statement| statement.query_row([seq, payment.id], |row| row.get(0)))
            .map_err(storage)?;
    }
    let changed = connection
        .prepare_cached(
            "UPDATE operation SET state = ?1 WHERE seq = ?2 AND payment = ?3 AND state = ?4",
        )
        .and_then(|mut statement| statement.execute([moved.state, seq, payment.id, moved.before]))
        .map_err(storage)?;
    if changed == 1 {
        return Ok(());
    }
    Err(damaged(
        "an operation isn't where its payment says, or in another state",
    ))
}

fn update(connection: &Connection, append: &Append, payment: Payment) -> Result<(), JournalError> {
    let changed = connection
        .prepare_cached(
            "UPDATE payment SET version = ?2, head = ?3, cap = ?4, external = ?5, held = ?6,
                overdrawn = ?7, entry = ?8, operation = ?9 WHERE id = ?1",
        )
        .and_then(|mut statement| {
            statement.execute(params![
                payment.id,
                append.version,
                append.head,
                append.cap,
                append.external,
                append.held,
                append.overdrawn,
                payment.entry,
                payment.operation
            ])
        })
        .map_err(storage)?;
    if changed == 1 {
        return Ok(());
    }
    Err(damaged("a payment isn't where its index leads"))
}

fn insert(
    connection: &Connection,
    account: i64,
    append: &Append,
    payment: Payment,
) -> Result<(), JournalError> {
    connection
        .prepare_cached("INSERT INTO payment VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)")
        .and_then(|mut statement| {
            statement.execute(params![
                payment.id,
                account,
                append.payment.as_str(),
                append.version,
                append.head,
                append.cap,
                append.external,
                append.held,
                append.overdrawn,
                payment.entry,
                payment.operation
            ])
        })
        .map(drop)
        .map_err(storage)
}
