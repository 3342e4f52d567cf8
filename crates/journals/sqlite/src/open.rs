//! Opening the file: nothing of a file that isn't a journal is touched.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::Read;
use std::path::{Path, PathBuf};

use refundkit_core::JournalError;
use rusqlite::{Connection, OpenFlags};

use crate::error::storage;
use crate::schema;

/// What a SQLite file begins with, and where the application's id stands in it (SQLite's file format).
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
const APPLICATION_ID_AT: usize = 68;
const HEADER: usize = 100;

/// An open journal file with the lock that keeps others out.
pub(crate) struct Opened {
    pub(crate) connection: Connection,
    /// Held for as long as it lives.
    pub(crate) lock: File,
}

pub(crate) fn open(path: &Path) -> Result<Opened, JournalError> {
    check_header(path)?;
    let lock = lock(path)?;
    create(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(storage)?;
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;",
        )
        .map_err(storage)?;
    schema::migrate(&mut connection)?;
    Ok(Opened { connection, lock })
}

/// Reads the first bytes of an existing file: another file's are answered with an error before
/// anything is opened for writing.
fn check_header(path: &Path) -> Result<(), JournalError> {
    let io = |error| JournalError::Storage(Box::new(error));
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(io(error)),
    };
    let mut header = Vec::with_capacity(HEADER);
    let limit = u64::try_from(HEADER).unwrap_or(u64::MAX);
    Read::by_ref(&mut file)
        .take(limit)
        .read_to_end(&mut header)
        .map_err(io)?;
    if header.is_empty() {
        // Created and not written to yet.
        return Ok(());
    }
    let id = header
        .get(APPLICATION_ID_AT..)
        .and_then(|rest| rest.first_chunk::<4>())
        .map(|bytes| i32::from_be_bytes(*bytes));
    if header.starts_with(MAGIC) && id == Some(schema::APPLICATION_ID) {
        return Ok(());
    }
    Err(JournalError::NotAJournal {
        location: path.display().to_string(),
    })
}

fn lock(path: &Path) -> Result<File, JournalError> {
    let mut name: OsString = path.as_os_str().to_owned();
    name.push(".lock");
    let lock = private()
        .open(PathBuf::from(name))
        .map_err(|error| JournalError::Storage(Box::new(error)))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(JournalError::Locked {
            location: path.display().to_string(),
        }),
        Err(TryLockError::Error(error)) => Err(JournalError::Storage(Box::new(error))),
    }
}

fn create(path: &Path) -> Result<(), JournalError> {
    private()
        .open(path)
        .map(drop)
        .map_err(|error| JournalError::Storage(Box::new(error)))
}

/// Created for this user only: reasons and notes may be personal data.
fn private() -> OpenOptions {
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
