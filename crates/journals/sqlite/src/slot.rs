//! Who writes: each process that opens the journal for writing has a slot, for as long as it holds the
//! lock on the slot's file beside the journal. The system lets go of the lock when the process ends,
//! however it ends.

use std::fs::{File, TryLockError};
use std::io;
use std::path::PathBuf;

use refundkit_core::{JournalError, WorkerId};
use rusqlite::{Connection, OptionalExtension, params};

use crate::error::{damaged, file, other, out_of_range, storage};
use crate::place::{Identity, Place, private};

/// More writers than anybody has on one machine.
const SLOTS: u32 = 4096;
/// So many times a slot can be opened before the journal's timeline tells the lives apart again.
const LIVES: i64 = 1 << 20;

/// A slot, taken until it is dropped.
#[derive(Debug)]
pub(crate) struct Slot {
    pub(crate) number: u32,
    path: PathBuf,
    lock: File,
}

impl Slot {
    /// The lowest one that is free.
    pub(crate) fn take(place: &Place) -> Result<Self, JournalError> {
        for number in 0..SLOTS {
            if let Some(slot) = Self::try_take(place, number)? {
                return Ok(slot);
            }
        }
        Err(place.locked())
    }

    fn try_take(place: &Place, number: u32) -> Result<Option<Self>, JournalError> {
        let path = path(place, number);
        loop {
            let lock = private().open(&path).map_err(file)?;
            match lock.try_lock() {
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(error)) => return Err(file(error)),
                // Somebody may have removed it meanwhile: then this lock is on a file without a name.
                Ok(()) if !Identity::is_at(&lock, &path) => {}
                Ok(()) => return Ok(Some(Self { number, path, lock })),
            }
        }
    }

    /// Whether nobody else has a slot.
    pub(crate) fn is_alone(&self, place: &Place) -> Result<bool, JournalError> {
        let prefix = path_prefix(place);
        let folder = prefix.parent().unwrap_or(&prefix);
        let start = prefix.file_name().unwrap_or_default().as_encoded_bytes();
        for entry in std::fs::read_dir(folder).map_err(file)? {
            let name = entry.map_err(file)?.file_name();
            let number = name.as_encoded_bytes().strip_prefix(start);
            let number = number.and_then(|rest| std::str::from_utf8(rest).ok()?.parse().ok());
            let other = number.filter(|number: &u32| *number != self.number);
            if let Some(other) = other
                && matches!(free(place, other)?, Free::No)
            {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Begins a life of the slot: the next one that nobody has had.
    pub(crate) fn begin_life(
        &self,
        connection: &Connection,
        timeline: u32,
    ) -> Result<i64, JournalError> {
        let last = life(connection, self.number)?.unwrap_or(0);
        let base = i64::from(timeline).saturating_mul(LIVES);
        let next = last.max(base).checked_add(1).ok_or_else(out_of_range)?;
        connection
            .execute(
                "INSERT INTO writer VALUES (?1, ?2, 0) ON CONFLICT (slot) DO UPDATE SET life = ?2",
                params![self.number, next],
            )
            .map_err(storage)?;
        Ok(next)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        // While the lock is held, so that it is nobody else's.
        if Identity::is_at(&self.lock, &self.path) {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

fn path(place: &Place, number: u32) -> PathBuf {
    place.beside(&format!("-w{number}"))
}

/// What the names of all of them begin with.
fn path_prefix(place: &Place) -> PathBuf {
    place.beside("-w")
}

/// The slot's newest life; `None` where it never had one.
fn life(connection: &Connection, slot: u32) -> Result<Option<i64>, JournalError> {
    connection
        .prepare_cached("SELECT life FROM writer WHERE slot = ?1")
        .and_then(|mut statement| statement.query_row([slot], |row| row.get(0)).optional())
        .map_err(storage)
}

enum Free {
    Yes,
    No,
}

/// Whether nobody holds the slot. Asked with a shared lock, so that those who ask don't see each other.
fn free(place: &Place, number: u32) -> Result<Free, JournalError> {
    let lock = match File::open(path(place, number)) {
        Ok(lock) => lock,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Free::Yes),
        Err(error) => return Err(file(error)),
    };
    match lock.try_lock_shared() {
        Ok(()) => Ok(Free::Yes),
        Err(TryLockError::WouldBlock) => Ok(Free::No),
        Err(TryLockError::Error(error)) => Err(file(error)),
    }
}

/// A worker's name, taken apart: `<slot>-<life>.<number>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) slot: u32,
    pub(crate) life: i64,
    pub(crate) number: u64,
}

impl Name {
    pub(crate) fn id(self) -> Result<WorkerId, JournalError> {
        let Self { slot, life, number } = self;
        WorkerId::new(format!("{slot}-{life}.{number}")).map_err(other)
    }

    /// `None` where no slot has made it.
    pub(crate) fn of(worker: &WorkerId) -> Option<Self> {
        let (slot, rest) = worker.as_str().split_once('-')?;
        let (life, number) = rest.split_once('.')?;
        let name = Self {
            slot: slot.parse().ok()?,
            life: life.parse().ok()?,
            number: number.parse().ok()?,
        };
        (name.life > 0 && name.id().ok()? == *worker).then_some(name)
    }

    /// Whether it is proved that the process has ended in which the name was given.
    pub(crate) fn is_gone(
        self,
        connection: &Connection,
        place: &Place,
    ) -> Result<bool, JournalError> {
        let Some(newest) = life(connection, self.slot)? else {
            return Ok(false);
        };
        if newest < 1 {
            return Err(damaged("a writer in it never lived"));
        }
        match newest.cmp(&self.life) {
            std::cmp::Ordering::Greater => Ok(true),
            std::cmp::Ordering::Less => Ok(false),
            std::cmp::Ordering::Equal => Ok(!matches!(free(place, self.slot)?, Free::No)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_a_slot_has_made_are_taken_apart() {
        let name = Name {
            slot: 3,
            life: 12,
            number: 7,
        };
        assert_eq!(name.id().unwrap().as_str(), "3-12.7");
        assert_eq!(Name::of(&name.id().unwrap()), Some(name));
        for text in ["memory-1", "3-12", "03-12.7", "3-12.7.1", "x-1.1", "3--1.7"] {
            let worker = WorkerId::new(text).unwrap();
            assert_eq!(Name::of(&worker), None, "{text}");
        }
    }

    #[test]
    fn the_lowest_free_slot_is_taken_and_let_go_of() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::resolve(&folder.path().join("journal.db")).unwrap();
        let first = Slot::take(&place).unwrap();
        assert!(first.is_alone(&place).unwrap());
        let second = Slot::take(&place).unwrap();
        assert_eq!((first.number, second.number), (0, 1));
        assert!(!first.is_alone(&place).unwrap() && !second.is_alone(&place).unwrap());
        drop(first);
        assert!(second.is_alone(&place).unwrap());
        assert_eq!(Slot::take(&place).unwrap().number, 0);
        drop(second);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
