//! What SQLite and the file system report, as the port names it.

use std::error::Error;
use std::io;
use std::sync::Arc;

use refundkit_core::JournalError;
use rusqlite::{ErrorCode, ffi};

/// What SQLite reports.
pub(crate) fn storage(error: rusqlite::Error) -> JournalError {
    shared(Arc::new(error))
}

/// As [`storage`], for an error that several callers are told.
pub(crate) fn shared(error: Arc<rusqlite::Error>) -> JournalError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => JournalError::Full,
        // A file whose ids were a journal's before SQLite looked at the rest of it.
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            damaged("SQLite reports a corrupt file")
        }
        Some(ErrorCode::ConstraintViolation) => {
            damaged("what is to be written contradicts what is there")
        }
        // A row or a column that is always there.
        None if reads_otherwise(&error) => damaged("a row can't be read"),
        _ => JournalError::Storage(Box::new(error)),
    }
}

fn reads_otherwise(error: &rusqlite::Error) -> bool {
    matches!(
        error,
        rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::Utf8Error(..)
            | rusqlite::Error::QueryReturnedNoRows
    )
}

/// What the end of a commit is, where SQLite reports this of it. Frames that found no room, or whose
/// write failed, are not whole. After those are written, nothing tells whether the disk has them: so it is
/// where a sync fails.
pub(crate) fn end_of_commit(error: Arc<rusqlite::Error>) -> JournalError {
    let written = match error.sqlite_error() {
        Some(reported) if reported.code == ErrorCode::SystemIoFailure => {
            reported.extended_code != ffi::SQLITE_IOERR_WRITE
        }
        _ => false,
    };
    if written {
        JournalError::Uncertain(Box::new(error))
    } else {
        shared(error)
    }
}

/// Whether others held the file for longer than anybody waits.
pub(crate) fn is_busy(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
}

/// What the rest of a transaction is told that SQLite took back when `failed` happened.
pub(crate) fn taken_back(failed: Option<&JournalError>) -> rusqlite::Error {
    let code = match failed {
        Some(JournalError::Full) => ffi::SQLITE_FULL,
        Some(JournalError::Damaged { .. }) => ffi::SQLITE_CORRUPT,
        _ => ffi::SQLITE_ABORT_ROLLBACK,
    };
    rusqlite::Error::SqliteFailure(ffi::Error::new(code), None)
}

/// What the file system reports.
pub(crate) fn file(error: io::Error) -> JournalError {
    let full = [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded].contains(&error.kind());
    if full {
        JournalError::Full
    } else {
        other(error)
    }
}

pub(crate) fn other(error: impl Error + Send + Sync + 'static) -> JournalError {
    JournalError::Storage(Box::new(error))
}

/// Something that refundkit can't have written.
pub(crate) fn damaged(what: impl Into<String>) -> JournalError {
    JournalError::Damaged { what: what.into() }
}

/// A number that is too large for a column, or too small for what is read from it.
pub(crate) fn out_of_range() -> JournalError {
    damaged("a number in it is out of range")
}

/// So it is on file systems where memory can't be shared.
#[derive(Debug, thiserror::Error)]
#[error("SQLite can't use a write-ahead log there: keep the journal on a local disk")]
pub(crate) struct NoLog;

/// Its directory can't be written to, and what is in the log can't be read without.
#[derive(Debug, thiserror::Error)]
#[error(
    "the journal's log can't be read from a place that can't be written to: copy all its files"
)]
pub(crate) struct LogUnreadable;

/// A store that was opened for reading.
#[derive(Debug, thiserror::Error)]
#[error("the journal was opened for reading only")]
pub(crate) struct ReadOnly;

/// A thread of the store is gone; that takes a bug or a process that is ending.
#[derive(Debug, thiserror::Error)]
#[error("a thread of the journal has ended")]
pub(crate) struct ThreadGone;

pub(crate) fn thread_gone() -> JournalError {
    other(ThreadGone)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(code: std::os::raw::c_int) -> rusqlite::Error {
        rusqlite::Error::SqliteFailure(ffi::Error::new(code), None)
    }

    fn of(code: std::os::raw::c_int) -> JournalError {
        storage(failure(code))
    }

    #[test]
    fn a_full_disk_and_a_corrupt_file_have_their_own_errors() {
        assert!(matches!(of(ffi::SQLITE_FULL), JournalError::Full));
        assert!(matches!(
            file(io::ErrorKind::StorageFull.into()),
            JournalError::Full
        ));
        for code in [
            ffi::SQLITE_CORRUPT,
            ffi::SQLITE_NOTADB,
            ffi::SQLITE_CONSTRAINT_CHECK,
        ] {
            assert!(matches!(of(code), JournalError::Damaged { .. }));
        }
        assert!(matches!(of(ffi::SQLITE_IOERR), JournalError::Storage(_)));
    }

    #[test]
    fn only_where_a_commit_was_written_its_end_is_not_known() {
        let end = |code| end_of_commit(Arc::new(failure(code)));
        for code in [ffi::SQLITE_IOERR_FSYNC, ffi::SQLITE_IOERR_SHMMAP] {
            assert!(matches!(end(code), JournalError::Uncertain(_)));
        }
        assert!(matches!(end(ffi::SQLITE_FULL), JournalError::Full));
        for code in [ffi::SQLITE_IOERR_WRITE, ffi::SQLITE_BUSY] {
            assert!(matches!(end(code), JournalError::Storage(_)));
        }
    }

    #[test]
    fn the_bundled_sqlite_is_free_of_the_wal_reset_bug() {
        assert!(rusqlite::version_number() >= 3_051_003);
    }
}
