//! Connections to the file, each for one use.

use std::ffi::OsString;
use std::path::Path;
use std::time::{Duration, Instant};

use refundkit_core::JournalError;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::error::storage;

/// A cache of 16 MiB: pages that change again and again are then written into the log once for each
/// commit. The log is copied by a thread of its own. What a statement may have to undo stays in memory.
const FOR_SPEED: &str = "PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 0;
    PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = OFF;";
/// More than there are: none is prepared twice.
const STATEMENTS: usize = 64;

/// So long one waits for others.
const PATIENCE: Duration = Duration::from_secs(5);
/// So long the copying of the log waits for who writes, and keeps writers waiting where somebody reads an
/// old state.
const CHECKPOINT: Duration = Duration::from_millis(20);

/// For writing.
pub(crate) fn writing(real: &Path) -> Result<Connection, JournalError> {
    connect(real, OpenFlags::SQLITE_OPEN_READ_WRITE, PATIENCE)
}

/// For copying the log into the file.
pub(crate) fn checkpointing(real: &Path) -> Result<Connection, JournalError> {
    connect(real, OpenFlags::SQLITE_OPEN_READ_WRITE, CHECKPOINT)
}

/// For reading.
pub(crate) fn reading(real: &Path) -> Result<Connection, JournalError> {
    connect(real, OpenFlags::SQLITE_OPEN_READ_ONLY, PATIENCE)
}

/// For reading a file that nobody writes to, without any lock or log beside it.
pub(crate) fn reading_immutable(real: &Path) -> Result<Connection, JournalError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    connect(Path::new(&immutable(real)), flags, PATIENCE)
}

fn connect(real: &Path, flags: OpenFlags, patience: Duration) -> Result<Connection, JournalError> {
    let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(real, flags).map_err(storage)?;
    connection
        .busy_handler(Some(wait_for_others(patience)))
        .map_err(storage)?;
    // fullfsync: on macOS a plain fsync leaves the data in the drive's cache. Without effect elsewhere.
    connection
        .execute_batch(
            "PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON; PRAGMA synchronous = FULL;",
        )
        .map_err(storage)?;
    connection.execute_batch(FOR_SPEED).map_err(storage)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // Otherwise SQLite plans a statement anew whenever a parameter changes.
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
        .map_err(storage)?;
    Ok(connection)
}

/// Short sleeps of varying length. SQLite's own handler sleeps longer and longer, so that one of two
/// writers gets nothing for seconds.
#[allow(
    clippy::disallowed_methods,
    reason = "how long one has waited is no time that anything is decided by"
)]
fn wait_for_others(patience: Duration) -> impl FnMut(i32) -> bool + Send + 'static {
    let mut since = None;
    let mut spread = 0_u64;
    move |count| {
        let now = Instant::now();
        let began = *since.get_or_insert(now);
        let began = if count == 0 { now } else { began };
        since = Some(began);
        if now.saturating_duration_since(began) > patience {
            return false;
        }
        // Numbers that look random are enough.
        spread = spread
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(u64::from(now.elapsed().subsec_nanos()) | 1);
        let micros = 100_u64.saturating_add((spread >> 40) % 200);
        std::thread::sleep(Duration::from_micros(micros));
        true
    }
}

/// The file's path as SQLite takes options with it.
fn immutable(real: &Path) -> OsString {
    let mut uri = OsString::from("file:");
    for byte in real.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~".contains(byte) {
            uri.push(char::from(*byte).to_string());
        } else {
            uri.push(format!("%{byte:02X}"));
        }
    }
    uri.push("?immutable=1");
    uri
}
