use std::io;
use std::sync::Arc;

use refundkit_core::JournalError;
use rusqlite::{ErrorCode, ffi};

/// What SQLite reports, as the port names it.
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
        _ => JournalError::Storage(Box::new(error)),
    }
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
        JournalError::Storage(Box::new(error))
    }
}

/// Something that refundkit can't have written.
pub(crate) fn damaged(what: impl Into<String>) -> JournalError {
    JournalError::Damaged { what: what.into() }
}

/// So it is on file systems where memory can't be shared.
#[derive(Debug, thiserror::Error)]
#[error("SQLite can't use a write-ahead log there: keep the journal on a local disk")]
pub(crate) struct NoLog;

/// The writing thread is gone; that takes a bug or a process that is ending.
#[derive(Debug, thiserror::Error)]
#[error("the journal's writer has ended")]
pub(crate) struct WriterGone;

pub(crate) fn writer_gone() -> JournalError {
    JournalError::Storage(Box::new(WriterGone))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(code: std::os::raw::c_int) -> JournalError {
        storage(rusqlite::Error::SqliteFailure(ffi::Error::new(code), None))
    }

    #[test]
    fn a_full_disk_and_a_corrupt_file_have_their_own_errors() {
        assert!(matches!(of(ffi::SQLITE_FULL), JournalError::Full));
        assert!(matches!(
            file(io::ErrorKind::StorageFull.into()),
            JournalError::Full
        ));
        for code in [ffi::SQLITE_CORRUPT, ffi::SQLITE_NOTADB] {
            assert!(matches!(of(code), JournalError::Damaged { .. }));
        }
        assert!(matches!(of(ffi::SQLITE_IOERR), JournalError::Storage(_)));
    }

    #[test]
    fn the_bundled_sqlite_is_free_of_the_wal_reset_bug() {
        assert!(rusqlite::version_number() >= 3_051_003);
    }
}
