//! What a file is, by its first bytes: another file's are answered with an error before anything is
//! opened for writing.

use std::fs::File;
use std::io::Read;

use refundkit_core::JournalError;

use crate::error::file;
use crate::layout::APPLICATION_ID;
use crate::place::Place;

/// What a SQLite file begins with, and where the application's id stands in it (SQLite's file format).
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
const APPLICATION_ID_AT: usize = 68;
const SCHEMA_COOKIE_AT: usize = 40;
const HEADER: usize = 100;

/// What there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Nothing,
    /// A file in which nothing was ever created.
    Blank,
    Journal,
}

/// Looks at the file. It must not be open in this process: POSIX takes a process's locks on a file away
/// when the process closes any handle of it, which would silently cost SQLite its own.
pub(crate) fn look(place: &Place) -> Result<Found, JournalError> {
    let mut opened = match File::open(&place.real) {
        Ok(opened) => opened,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Found::Nothing),
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
        return Ok(Found::Blank);
    }
    let number = |at: usize| {
        let bytes = header.get(at..)?.first_chunk::<4>()?;
        Some(i32::from_be_bytes(*bytes))
    };
    let id = number(APPLICATION_ID_AT);
    if header.starts_with(MAGIC) && id == Some(APPLICATION_ID) {
        return Ok(Found::Journal);
    }
    // What a process leaves behind that dies while it makes a journal.
    if header.starts_with(MAGIC) && id == Some(0) && number(SCHEMA_COOKIE_AT) == Some(0) {
        return Ok(Found::Blank);
    }
    // What a loss of power leaves at that moment: room for the first page, which SQLite takes back.
    if header.iter().all(|byte| *byte == 0) && place.beside("-journal").exists() {
        return Ok(Found::Blank);
    }
    Err(place.not_a_journal())
}
