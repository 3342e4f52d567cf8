//! Opening the file: nothing of a file that isn't a journal is touched.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use refundkit_core::{JournalError, Namespace};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::error::{file, storage};
use crate::mark::Mark;
use crate::{account, durable, schema, verify};

/// What a SQLite file begins with, and where the application's id stands in it (SQLite's file format).
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
const APPLICATION_ID_AT: usize = 68;
const SCHEMA_COOKIE_AT: usize = 40;
const HEADER: usize = 100;

/// A cache of 16 MiB, and a log of 32 MiB: pages that change again and again are then written into the
/// file once for many commits. What a statement may have to undo is kept in memory.
const FOR_SPEED: &str = "PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 8192;
    PRAGMA temp_store = MEMORY;";
/// More than there are: none is prepared twice.
const STATEMENTS: usize = 64;

/// Within a process, one opening at a time: see [`open`].
static OPENING: Mutex<()> = Mutex::new(());

/// An open journal file with the lock that keeps others out.
pub(crate) struct Opened {
    pub(crate) connection: Connection,
    /// Holds the lock for as long as it lives.
    pub(crate) mark: Mark,
}

/// Whether an older copy of the journal may be opened.
pub(crate) enum Accept {
    OnlyTheNewest,
    /// One that has this namespace.
    AnOlderCopy(Namespace),
}

/// Opens the journal at `path`, or makes one.
///
/// A lock that exists is tried before the journal itself is touched: POSIX takes a process's locks
/// on a file away when the process closes any handle of it, so that reading the header of a journal
/// that is open here would silently cost SQLite its own lock.
pub(crate) fn open(path: &Path, accept: &Accept) -> Result<Opened, JournalError> {
    let _one_at_a_time = OPENING.lock().unwrap_or_else(PoisonError::into_inner);
    // The lock stands beside the file itself, whatever link led to it.
    let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let lock_path = beside(&real, ".lock");
    let held = if lock_path.exists() {
        Some(lock(&lock_path, path)?)
    } else {
        None
    };
    check_header(&real, path)?;
    let lock = match held {
        Some(held) => held,
        None => lock(&lock_path, path)?,
    };
    private().open(&real).map(drop).map_err(file)?;
    // From the root on: SQLite takes `:memory:` and `file:x?mode=memory` for no files at all.
    let real = real.canonicalize().map_err(file)?;
    durable::rewrite_log(&beside(&real, "-wal"))?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(&real, flags).map_err(storage)?;
    // fullfsync: on macOS a plain fsync leaves the data in the drive's cache. Without effect elsewhere.
    connection
        .execute_batch(
            "PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON;
             PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;",
        )
        .map_err(storage)?;
    connection.execute_batch(FOR_SPEED).map_err(storage)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // Otherwise SQLite plans a statement anew whenever a parameter changes.
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
        .map_err(storage)?;
    durable::write_ahead(&connection)?;
    schema::migrate(&mut connection, path)?;
    let whole = verify::links(&connection, verify::WHOLE_UP_TO)?;
    durable::sync_folder(&real)?;
    let mut mark = Mark::new(lock);
    match accept {
        Accept::OnlyTheNewest => mark.check(&connection, path)?,
        Accept::AnOlderCopy(namespace) => {
            let transaction = connection.transaction().map_err(storage)?;
            account::bind(&transaction, namespace)?;
            transaction.commit().map_err(storage)?;
        }
    }
    // After the mark, which tells that the newest rows were taken away.
    if whole {
        verify::what_follows(&connection)?;
    }
    mark.follow(&connection);
    Ok(Opened { connection, mark })
}

/// Reads the first bytes of an existing file: another file's are answered with an error before
/// anything is opened for writing.
fn check_header(real: &Path, shown: &Path) -> Result<(), JournalError> {
    let mut opened = match File::open(real) {
        Ok(opened) => opened,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(file(error)),
    };
    let mut header = Vec::with_capacity(HEADER);
    let limit = u64::try_from(HEADER).unwrap_or(u64::MAX);
    Read::by_ref(&mut opened)
        .take(limit)
        .read_to_end(&mut header)
        .map_err(file)?;
    if header.is_empty() {
        // Created and not written to yet.
        return Ok(());
    }
    let number = |at: usize| {
        let bytes = header.get(at..)?.first_chunk::<4>()?;
        Some(i32::from_be_bytes(*bytes))
    };
    let id = number(APPLICATION_ID_AT);
    // What a process leaves behind that dies while it makes a journal: nothing was ever created in it.
    let blank = id == Some(0) && number(SCHEMA_COOKIE_AT) == Some(0);
    if header.starts_with(MAGIC) && (id == Some(schema::APPLICATION_ID) || blank) {
        return Ok(());
    }
    // What a loss of power leaves at that moment: room for the first page, which SQLite takes back.
    if header.iter().all(|byte| *byte == 0) && beside(real, "-journal").exists() {
        return Ok(());
    }
    Err(not_a_journal(shown))
}

pub(crate) fn not_a_journal(shown: &Path) -> JournalError {
    JournalError::NotAJournal {
        location: shown.display().to_string(),
    }
}

/// The file whose name is the journal's with `suffix` after it.
fn beside(real: &Path, suffix: &str) -> PathBuf {
    let mut name: OsString = real.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn lock(at: &Path, shown: &Path) -> Result<File, JournalError> {
    let lock = private().open(at).map_err(file)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(JournalError::Locked {
            location: shown.display().to_string(),
        }),
        Err(TryLockError::Error(error)) => Err(file(error)),
    }
}

/// Created for this user only: reasons and notes may be personal data.
fn private() -> OpenOptions {
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
