//! How far the journal had come, written beside it: tells an older copy that was put back from the
//! journal itself.
//!
//! It stands in the lock file, and is written after each commit and without waiting for the disk:
//! it may fall behind the journal, which is harmless, and never runs ahead of it.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use refundkit_core::JournalError;
use rusqlite::Connection;

use crate::chain::{self, Hash};

/// The lock file with the mark in it.
pub(crate) struct Mark {
    lock: File,
    written: i64,
}

impl Mark {
    pub(crate) const fn new(lock: File) -> Self {
        Self { lock, written: -1 }
    }

    /// Refuses a journal that has less in it than it once had, or something else.
    pub(crate) fn check(&self, connection: &Connection, shown: &Path) -> Result<(), JournalError> {
        let Some((link, hash)) = self.read() else {
            return Ok(());
        };
        if chain::hash(connection, link)? == Some(hash) {
            return Ok(());
        }
        Err(JournalError::Restored {
            location: shown.display().to_string(),
        })
    }

    /// Writes down how far the journal has come. A mark that can't be written protects less; the
    /// journal itself is none the worse for it.
    pub(crate) fn follow(&mut self, connection: &Connection) {
        let Ok((link, hash)) = chain::newest(connection) else {
            return;
        };
        if link == self.written {
            return;
        }
        let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        let line = format!("{link:020} {hex}\n");
        let mut lock = &self.lock;
        let written = lock
            .seek(SeekFrom::Start(0))
            .and_then(|_| lock.write_all(line.as_bytes()));
        if written.is_ok() {
            self.written = link;
        }
    }

    /// A line that was torn counts as none.
    fn read(&self) -> Option<(i64, Hash)> {
        let mut text = String::new();
        let mut lock = &self.lock;
        lock.seek(SeekFrom::Start(0)).ok()?;
        lock.take(200).read_to_string(&mut text).ok()?;
        let (link, hex) = text.strip_suffix('\n')?.split_once(' ')?;
        let mut hash = [0; 32];
        if hex.len() != 64 {
            return None;
        }
        for (byte, digits) in hash.iter_mut().zip(hex.as_bytes().chunks(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
        }
        Some((link.parse().ok()?, hash))
    }
}
