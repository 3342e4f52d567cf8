//! Checking the whole journal against itself, while others may write to it.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};

use refundkit_core::JournalError;
use refundkit_core::ledger::PaymentLedger;
use rusqlite::Connection;

use crate::append::Newest;
use crate::error::{damaged, other, storage, thread_gone};
use crate::load::{self, Loaded};
use crate::open::connected;
use crate::own::Own;
use crate::pauses;
use crate::place::Place;
use crate::transaction::{Open, counted};

/// How many payments are read from one state.
const PIECE: i64 = 256;
/// More threads than the disk keeps up with.
const THREADS: usize = 8;

/// What was checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Payments, each of whose ledgers follows from its entries.
    pub payments: u64,
    /// Their operations.
    pub operations: u64,
    /// Their entries.
    pub entries: u64,
}

/// How far a check of the whole is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// How many payments were checked.
    pub payments: u64,
    /// How many there are.
    pub of: u64,
}

/// Everything that is there when it begins.
pub(crate) fn all(
    open: &Open,
    progress: impl FnMut(Progress) + Send,
) -> Result<Verified, JournalError> {
    open.check()?;
    let connection = connected(&open.place)?.connection;
    pages(&connection)?;
    let bounds = in_one_state(&connection, bounds)?;
    drop(connection);
    let work = Work {
        bounds,
        next: AtomicI64::new(0),
        so_far: Mutex::new((Verified::default(), progress)),
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let found = std::thread::scope(|scope| {
        let checkers: Vec<_> = (0..threads.min(THREADS))
            .map(|_| {
                let checker = std::thread::Builder::new().name("rk-checker".to_owned());
                checker.spawn_scoped(scope, || work.check(&open.place))
            })
            .collect();
        // All of them, so that none is left behind; then what the first has found.
        let ended = checkers.into_iter().map(|checker| match checker {
            Ok(checker) => checker.join().unwrap_or_else(|_| Err(thread_gone())),
            Err(error) => Err(other(error)),
        });
        let ended: Vec<_> = ended.collect();
        ended.into_iter().collect::<Result<(), _>>()
    });
    found?;
    let so_far = work.so_far.into_inner();
    complete(bounds, so_far.unwrap_or_else(PoisonError::into_inner).0)
}

/// What several threads do together.
struct Work<P> {
    bounds: Newest,
    /// The last payment of the newest piece that one of them has taken.
    next: AtomicI64,
    so_far: Mutex<(Verified, P)>,
}

impl<P: FnMut(Progress) + Send> Work<P> {
    /// Piece after piece, until none is left or something is found.
    fn check(&self, place: &Place) -> Result<(), JournalError> {
        let connection = connected(place)?.connection;
        loop {
            let after = self.next.fetch_add(PIECE, Ordering::Relaxed);
            if after >= self.bounds.payment {
                return Ok(());
            }
            if let Err(error) = self.piece(&connection, after) {
                // Nobody takes another one.
                self.next.store(self.bounds.payment, Ordering::Relaxed);
                return Err(error);
            }
        }
    }

    fn piece(&self, connection: &Connection, after: i64) -> Result<(), JournalError> {
        let upto = after.saturating_add(PIECE).min(self.bounds.payment);
        let loaded = in_one_state(connection, |connection| piece(connection, after, upto))?;
        let checked = checked(&loaded, self.bounds)?;
        let mut so_far = self.so_far.lock().unwrap_or_else(PoisonError::into_inner);
        let (sum, progress) = &mut *so_far;
        *sum = Verified {
            payments: sum.payments.saturating_add(checked.payments),
            operations: sum.operations.saturating_add(checked.operations),
            entries: sum.entries.saturating_add(checked.entries),
        };
        progress(Progress {
            payments: sum.payments,
            of: u64::try_from(self.bounds.payment).unwrap_or_default(),
        });
        Ok(())
    }
}

fn in_one_state<T>(
    connection: &Connection,
    read: impl FnOnce(&Connection) -> Result<T, JournalError>,
) -> Result<T, JournalError> {
    let transaction = connection.unchecked_transaction().map_err(storage)?;
    read(&transaction)
}

/// SQLite's own check: each page once, each index as its table.
fn pages(connection: &Connection) -> Result<(), JournalError> {
    let found: String = connection
        .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
        .map_err(storage)?;
    if found == "ok" {
        return Ok(());
    }
    Err(damaged(format!("SQLite finds: {found}")))
}

/// The newest rows when it begins. Later ones are left for the next time.
fn bounds(connection: &Connection) -> Result<Newest, JournalError> {
    let (own, newest) = (Own::read(connection)?, counted(connection)?);
    pauses::verify(connection, &own)?;
    messages(connection, &own)?;
    let strays: i64 = connection
        .query_row(
            "SELECT count(*) FROM (SELECT 1 FROM owner WHERE payment < 1 OR payment > ?1 LIMIT 1)",
            [newest.payment],
            |row| row.get(0),
        )
        .map_err(storage)?;
    if strays > 0 {
        return Err(damaged("a refund in it is no payment's"));
    }
    Ok(newest)
}

/// Each message is a provider's, and each payment that is to be read was asked for by a message.
fn messages(connection: &Connection, own: &Own) -> Result<(), JournalError> {
    crate::inbox::hints(connection, usize::MAX)?;
    let mut statement = connection
        .prepare("SELECT DISTINCT provider FROM event")
        .map_err(storage)?;
    let providers = statement
        .query_map([], |row| row.get(0))
        .and_then(Iterator::collect::<Result<Vec<i64>, _>>)
        .map_err(storage)?;
    for provider in providers {
        own.name(provider)?;
    }
    let unasked: i64 = connection
        .query_row(
            "SELECT count(*) FROM hint
             WHERE event < 1 OR event > (SELECT coalesce(max(seq), 0) FROM event)",
            [],
            |row| row.get(0),
        )
        .map_err(storage)?;
    if unasked > 0 {
        return Err(damaged(
            "no message has asked to read a payment that is to be read",
        ));
    }
    Ok(())
}

fn piece(connection: &Connection, after: i64, upto: i64) -> Result<Vec<Loaded>, JournalError> {
    let own = Own::read(connection)?;
    let first = after.saturating_add(1);
    // Numbers have no gaps: one that is missing is damage.
    (first..=upto)
        .map(|id| load::at(connection, &own, id))
        .collect()
}

/// Checks a piece by core's rules; how many of its rows were there when it began.
fn checked(piece: &[Loaded], bounds: Newest) -> Result<Verified, JournalError> {
    let mut all = Verified::default();
    for loaded in piece {
        one(loaded)?;
        let entries = loaded.entries.iter().filter(|seq| **seq <= bounds.entry);
        let operations = loaded.operations.iter();
        let operations = operations.filter(|row| row.seq <= bounds.operation);
        all.payments = plus(all.payments, 1);
        all.operations = plus(all.operations, operations.count());
        all.entries = plus(all.entries, entries.count());
    }
    Ok(all)
}

fn plus(sum: u64, count: usize) -> u64 {
    sum.saturating_add(u64::try_from(count).unwrap_or(u64::MAX))
}

fn one(loaded: &Loaded) -> Result<(), JournalError> {
    let ledger = PaymentLedger::replay(&loaded.stored)?;
    let created = loaded.operations.iter().map(|row| row.created);
    let intended = ledger.operations().iter();
    let intended = intended.map(|operation| operation.intent.created_at.unix_millis());
    if created.eq(intended) {
        return Ok(());
    }
    Err(damaged(
        "when an operation was begun doesn't follow from its entries",
    ))
}

/// Each row was one of a payment's. As each is so once only, none is left over where they are as many.
fn complete(bounds: Newest, checked: Verified) -> Result<Verified, JournalError> {
    let all = |count: u64, newest: i64| i64::try_from(count) == Ok(newest);
    if !all(checked.payments, bounds.payment) {
        return Err(damaged("a payment in it was not checked"));
    }
    if all(checked.operations, bounds.operation) && all(checked.entries, bounds.entry) {
        return Ok(checked);
    }
    Err(damaged("an entry or an operation in it is no payment's"))
}
