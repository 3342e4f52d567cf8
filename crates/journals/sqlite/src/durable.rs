//! What SQLite leaves open between a commit and the disk.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use refundkit_core::JournalError;
use rusqlite::Connection;

use crate::error::{NoLog, file, storage};

/// How much of the log is rewritten at a time, in bytes.
const CHUNK: usize = 1 << 18;

/// Turns on SQLite's write-ahead log. In any other mode a loss of power may undo what was committed:
/// the removal of a rollback journal is not synced.
pub(crate) fn write_ahead(connection: &Connection) -> Result<(), JournalError> {
    // All rows are asked for, though there is one: the change is committed only after it.
    let modes = connection
        .prepare("PRAGMA journal_mode = WAL")
        .and_then(|mut statement| {
            statement
                .query_map([], |row| row.get(0))?
                .collect::<Result<Vec<String>, _>>()
        })
        .map_err(storage)?;
    if modes == ["wal"] {
        Ok(())
    } else {
        Err(JournalError::Storage(Box::new(NoLog)))
    }
}

/// Makes the names of the journal's files durable. SQLite does that too when it first syncs its log,
/// but passes over a failure: then all that is written there could be gone with the log's name.
pub(crate) fn sync_folder(real: &Path) -> Result<(), JournalError> {
    if cfg!(unix)
        && let Some(folder) = real.parent()
    {
        let folder = File::open(folder).map_err(file)?;
        folder.sync_all().map_err(file)?;
    }
    Ok(())
}

/// Writes a log that an earlier process left behind once more, and syncs it. Nobody may be writing to it.
///
/// That process may have died because a sync had failed. Linux then holds what was not written for
/// written: it can be read, SQLite takes it for committed, and a later sync passes over it. What is
/// committed after it would be lost together with it at a loss of power. (While any process
/// has the journal open, SQLite writes the place anew with the next commit.)
pub(crate) fn rewrite_log(log: &Path) -> Result<(), JournalError> {
    match File::options().read(true).write(true).open(log) {
        Ok(log) => rewrite(log).map_err(file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(file(error)),
    }
}

fn rewrite(mut log: File) -> io::Result<()> {
    let mut chunk = Vec::with_capacity(CHUNK);
    let mut at = 0_u64;
    loop {
        chunk.clear();
        let limit = u64::try_from(CHUNK).unwrap_or(u64::MAX);
        let read = Read::by_ref(&mut log).take(limit).read_to_end(&mut chunk)?;
        if read == 0 {
            return log.sync_all();
        }
        log.seek(SeekFrom::Start(at))?;
        log.write_all(&chunk)?;
        at = log.stream_position()?;
    }
}
