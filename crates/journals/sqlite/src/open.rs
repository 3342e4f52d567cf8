//! Opening the file: nothing of a file that isn't a journal is touched.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use refundkit_core::{JournalError, Namespace};
use rusqlite::{Connection, TransactionBehavior};

use crate::error::{LogUnreadable, file, is_busy, other, storage};
use crate::header::{self, Found};
use crate::high::{self, High};
use crate::own::Own;
use crate::place::{Identity, Place, private};
use crate::slot::Slot;
use crate::transaction::{Author, Open, check_namespace, counted, known};
use crate::{connect, durable, layout, mounts, reader};

/// Within a process, one opening at a time; and which files are open in it, each as often.
static OPEN_HERE: Mutex<Vec<Identity>> = Mutex::new(Vec::new());

/// How to open for writing.
pub(crate) enum Accept {
    /// Makes a journal where there is none.
    OrNew,
    OnlyExisting,
    /// A copy with this namespace, which was put back.
    AnOlderCopy(Namespace),
}

/// A journal that is open for writing.
pub(crate) struct Opened {
    pub(crate) open: Open,
    pub(crate) created: bool,
    pub(crate) author: Author,
    pub(crate) slot: Slot,
    pub(crate) high: High,
    pub(crate) writing: Connection,
    pub(crate) checkpointing: Connection,
    pub(crate) reading: Reading,
    pub(crate) here: Here,
}

/// A connection that reads.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) connection: Connection,
    /// Where it takes no locks: the place, to see whether somebody begins to write.
    pub(crate) without_locks: Option<Place>,
}

/// Tells that the file is open in this process, until it is dropped, which has to come last.
#[derive(Debug)]
pub(crate) struct Here(Identity);

impl Here {
    fn remember(open: &mut Vec<Identity>, identity: Identity) -> Self {
        open.push(identity);
        Self(identity)
    }
}

impl Drop for Here {
    fn drop(&mut self) {
        let mut open = OPEN_HERE.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = open.iter().position(|identity| *identity == self.0) {
            open.swap_remove(at);
        }
    }
}

/// Finds the file, and looks what it is, unless that was done by those who have it open here.
fn find(place: &Place, open: &[Identity]) -> Result<Found, JournalError> {
    if let Some(kind) = mounts::network(&place.real) {
        let why = format!("it is on a network file system ({kind})");
        return Err(place.no_good(why));
    }
    place.has_one_name()?;
    match place.identity()? {
        Some(identity) if cfg!(unix) && open.contains(&identity) => Ok(Found::Journal),
        _ => header::look(place),
    }
}

/// Opens the journal at `path` for writing.
pub(crate) fn writing(path: &Path, accept: &Accept) -> Result<Opened, JournalError> {
    let place = Place::resolve(path)?;
    let mut open = OPEN_HERE.lock().unwrap_or_else(PoisonError::into_inner);
    may_begin(&place, accept, find(&place, &open)?)?;
    let mut high = High::locked(&place)?;
    // Again, now that nobody else opens it.
    let found = find(&place, &open)?;
    may_begin(&place, accept, found)?;
    let slot = Slot::take(&place)?;
    if slot.is_alone(&place)? {
        durable::rewrite_log(&place.beside("-wal"))?;
    } else if matches!(accept, Accept::AnOlderCopy(_)) {
        return Err(place.locked());
    }
    if found == Found::Nothing {
        drop(private().open(&place.real).map_err(file)?);
    }
    let identity = place.identity()?.ok_or_else(|| place.missing())?;
    let mut writing = connect::writing(&place.real)?;
    place.is_still(identity)?;
    let locked = |error| locked(&place, error);
    durable::write_ahead(&writing)?;
    let created = layout::migrate(&mut writing, &place)?;
    durable::sync_folder(&place.real)?;
    let transaction = writing
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(locked)?;
    let life = begin(&transaction, &place, accept, &slot, &mut high)?;
    transaction.commit().map_err(storage)?;
    if let Accept::AnOlderCopy(_) = accept {
        let own = Own::read(&writing)?;
        high.begin(known(&own, counted(&writing)?.entry)?)?;
    }
    high.unlock()?;
    let author = Author {
        slot: slot.number,
        life,
    };
    let (checkpointing, reading) = (
        connect::checkpointing(&place.real)?,
        Reading {
            connection: connect::reading(&place.real)?,
            without_locks: None,
        },
    );
    // Last: where something is in the way before it, the file is closed again when others may look.
    let here = Here::remember(&mut open, identity);
    let open = Open { place, identity };
    Ok(Opened {
        open,
        created,
        author,
        slot,
        high,
        writing,
        checkpointing,
        reading,
        here,
    })
}

fn locked(place: &Place, error: rusqlite::Error) -> JournalError {
    if is_busy(&error) {
        place.locked()
    } else {
        storage(error)
    }
}

/// Whether what was found may be opened, or be made a journal of.
fn may_begin(place: &Place, accept: &Accept, found: Found) -> Result<(), JournalError> {
    match (found, accept) {
        (Found::Journal, _) => Ok(()),
        (_, Accept::AnOlderCopy(_)) => Err(place.missing()),
        // There was one, with entries.
        (_, Accept::OrNew | Accept::OnlyExisting) if high::is_owed(place) => Err(place.restored()),
        (_, Accept::OnlyExisting) => Err(place.missing()),
        (_, Accept::OrNew) => Ok(()),
    }
}

/// Compares the journal with how far it had come, and begins a life of the slot in it.
fn begin(
    connection: &Connection,
    place: &Place,
    accept: &Accept,
    slot: &Slot,
    high: &mut High,
) -> Result<i64, JournalError> {
    let mut own = Own::read(connection)?;
    let journal = known(&own, counted(connection)?.entry)?;
    match accept {
        Accept::AnOlderCopy(namespace) => {
            match &own.namespace {
                Some(held) => check_namespace(held, namespace)?,
                None => own.namespace = Some(namespace.clone()),
            }
            own = own.goes_on(connection)?;
            own.write(connection)?;
        }
        Accept::OrNew | Accept::OnlyExisting => {
            if !high::fits(high.read(), journal) {
                return Err(place.restored());
            }
            // Each time: where an earlier sync has failed, what can be read may not be on the disk.
            high.begin(journal)?;
        }
    }
    slot.begin_life(connection, own.timeline)
}

/// Opens the journal at `path` for reading. No journal is made, and nothing is written to one.
pub(crate) fn reading(path: &Path) -> Result<(Open, Reading, Here), JournalError> {
    let place = Place::resolve(path)?;
    let mut open = OPEN_HERE.lock().unwrap_or_else(PoisonError::into_inner);
    // Before the journal: it may go on meanwhile, and what stands beside it never runs ahead.
    let there = High::glance(&place);
    match find(&place, &open)? {
        Found::Journal => {}
        _ if high::is_owed(&place) => return Err(place.restored()),
        Found::Nothing | Found::Blank => return Err(place.missing()),
    }
    let identity = place.identity()?.ok_or_else(|| place.missing())?;
    let reading = connected(&place)?;
    place.is_still(identity)?;
    layout::check(&reading.connection)?;
    let in_one_state = reading
        .connection
        .unchecked_transaction()
        .map_err(storage)?;
    let own = Own::read(&in_one_state)?;
    let journal = known(&own, counted(&in_one_state)?.entry)?;
    drop(in_one_state);
    // One that was copied alone, to be looked at, has nothing beside it.
    if there.is_some() && !high::fits(there, journal) {
        return Err(place.restored());
    }
    let here = Here::remember(&mut open, identity);
    let open = Open { place, identity };
    Ok((open, reading, here))
}

/// A connection that can read. Where the log's files can't be made, as on a medium that can't be written
/// to, there has to be nothing in the log.
pub(crate) fn connected(place: &Place) -> Result<Reading, JournalError> {
    let reads = |connection: Connection| layout::found(&connection).map(|_| connection);
    let tried = connect::reading(&place.real).and_then(reads);
    let why = match tried {
        Ok(connection) => {
            return Ok(Reading {
                connection,
                without_locks: None,
            });
        }
        Err(why @ JournalError::Damaged { .. }) => return Err(why),
        Err(why) => why,
    };
    if reader::has_log(place)? {
        return Err(other(LogUnreadable));
    }
    let connection = connect::reading_immutable(&place.real).and_then(reads);
    Ok(Reading {
        // What was in the way first says more.
        connection: connection.map_err(|_| why)?,
        without_locks: Some(place.clone()),
    })
}
