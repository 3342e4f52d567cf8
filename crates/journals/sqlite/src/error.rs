use refundkit_core::JournalError;
use rusqlite::ErrorCode;

/// What SQLite reports, as the port names it.
pub(crate) fn storage(error: rusqlite::Error) -> JournalError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => JournalError::Full,
        Some(ErrorCode::DatabaseCorrupt) => JournalError::Damaged {
            what: "SQLite reports a corrupt file".to_owned(),
        },
        _ => JournalError::Storage(Box::new(error)),
    }
}

/// Something that refundkit can't have written.
pub(crate) fn damaged(what: impl Into<String>) -> JournalError {
    JournalError::Damaged { what: what.into() }
}

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
        storage(rusqlite::Error::SqliteFailure(
            rusqlite::ffi::Error::new(code),
            None,
        ))
    }

    #[test]
    fn a_full_disk_and_a_corrupt_file_have_their_own_errors() {
        assert!(matches!(of(rusqlite::ffi::SQLITE_FULL), JournalError::Full));
        assert!(matches!(
            of(rusqlite::ffi::SQLITE_CORRUPT),
            JournalError::Damaged { .. }
        ));
        assert!(matches!(
            of(rusqlite::ffi::SQLITE_IOERR),
            JournalError::Storage(_)
        ));
    }

    #[test]
    fn the_bundled_sqlite_is_free_of_the_wal_reset_bug() {
        assert!(rusqlite::version_number() >= 3_051_003);
    }
}
