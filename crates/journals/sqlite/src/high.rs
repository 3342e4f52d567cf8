//! How far the journal had come, written beside it: tells an older copy that was put back from the
//! journal itself.
//!
//! It is written after each commit and without waiting for the disk: it may fall behind the journal,
//! which is harmless, and never runs ahead of it. Whoever opens the journal for writing holds the lock on
//! it meanwhile, so that one opening at a time is judged.

use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::time::Duration;

use refundkit_core::JournalError;

use crate::error::file;
use crate::own::Id;
use crate::place::{Identity, Place, private};

const SUFFIX: &str = "-high";
/// How long an opening waits for another one, in steps of a millisecond.
const PATIENCE: usize = 5000;
/// How often a writer tries to get at it after a commit.
const TRIES: usize = 3;

/// The file.
#[derive(Debug)]
pub(crate) struct High {
    opened: File,
    written: Option<u64>,
}

/// What is in it: which journal, and how many entries it had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) id: Id,
    pub(crate) entries: u64,
}

impl High {
    /// What the file says, where there is one, before anything is opened.
    pub(crate) fn glance(place: &Place) -> Option<Known> {
        read(&File::open(place.beside(SUFFIX)).ok()?)
    }

    /// Opens the file, or makes an empty one, and waits for its lock.
    pub(crate) fn locked(place: &Place) -> Result<Self, JournalError> {
        let path = place.beside(SUFFIX);
        for _ in 0..PATIENCE {
            let opened = private().open(&path).map_err(file)?;
            match opened.try_lock() {
                Ok(()) if Identity::is_at(&opened, &path) => {
                    let written = None;
                    return Ok(Self { opened, written });
                }
                Ok(()) | Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => return Err(file(error)),
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        Err(place.locked())
    }

    /// A line that was torn counts as none.
    pub(crate) fn read(&self) -> Option<Known> {
        read(&self.opened)
    }

    /// Begins the file, and waits for the disk: from now on it has to be there.
    pub(crate) fn begin(&mut self, known: Known) -> Result<(), JournalError> {
        self.put(known)
            .and_then(|()| self.opened.sync_all())
            .map_err(file)
    }

    /// Lets others open the journal.
    pub(crate) fn unlock(&self) -> Result<(), JournalError> {
        self.opened.unlock().map_err(file)
    }

    /// Writes down how far the journal has come, unless it says so already. What can't be written
    /// protects less; the journal itself is none the worse for it.
    pub(crate) fn follow(&mut self, known: Known) {
        if self.written.is_some_and(|written| written >= known.entries) {
            return;
        }
        for _ in 0..TRIES {
            if self.opened.try_lock().is_ok() {
                let newer = |there: &Known| there.id != known.id || there.entries >= known.entries;
                if !self.read().is_some_and(|there| newer(&there)) {
                    let _ = self.put(known);
                }
                let _ = self.opened.unlock();
                return;
            }
            std::thread::yield_now();
        }
    }

    fn put(&mut self, known: Known) -> io::Result<()> {
        let hex: String = known.id.iter().map(|byte| format!("{byte:02x}")).collect();
        let line = format!("{hex} {:020}\n", known.entries);
        self.opened.seek(SeekFrom::Start(0))?;
        self.opened.write_all(line.as_bytes())?;
        self.written = Some(known.entries);
        Ok(())
    }
}

fn read(mut opened: &File) -> Option<Known> {
    let mut text = String::new();
    opened.seek(SeekFrom::Start(0)).ok()?;
    opened.take(200).read_to_string(&mut text).ok()?;
    let (hex, entries) = text.strip_suffix('\n')?.split_once(' ')?;
    let mut id = Id::default();
    if hex.len() != 32 || entries.len() != 20 {
        return None;
    }
    for (byte, digits) in id.iter_mut().zip(hex.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(Known {
        id,
        entries: entries.parse().ok()?,
    })
}

/// Whether a journal that says this of itself is the one that was here, or a later state of it.
pub(crate) fn fits(there: Option<Known>, journal: Known) -> bool {
    match there {
        Some(there) if there.id == journal.id => journal.entries >= there.entries,
        // One that was just made, also where that was tried before.
        Some(there) => there.entries == 0 && journal.entries == 0,
        None => journal.entries == 0,
    }
}

/// Whether the journal at this path was taken away: where there is none, and entries were in it.
pub(crate) fn is_owed(place: &Place) -> bool {
    High::glance(place).is_some_and(|known| known.entries > 0)
}

#[cfg(test)]
fn path(journal: &std::path::Path) -> std::path::PathBuf {
    let mut name = journal.as_os_str().to_owned();
    name.push(SUFFIX);
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_never_lowered_and_a_torn_line_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let journal = folder.path().join("journal.db");
        let place = Place::resolve(&journal).unwrap();
        let known = |entries| Known {
            id: [7; 16],
            entries,
        };
        let mut one = High::locked(&place).unwrap();
        assert_eq!(one.read(), None);
        one.begin(known(1)).unwrap();
        one.unlock().unwrap();
        let mut other = High::locked(&place).unwrap();
        other.unlock().unwrap();
        other.follow(known(9));
        one.follow(known(5));
        assert_eq!(High::glance(&place), Some(known(9)));
        one.follow(known(10));
        one.follow(Known {
            id: [8; 16],
            entries: 99,
        });
        assert_eq!(High::glance(&place), Some(known(10)));
        let whole = std::fs::read(path(&journal)).unwrap();
        std::fs::write(path(&journal), &whole[..40]).unwrap();
        assert_eq!(High::glance(&place), None);
    }

    #[test]
    fn a_journal_with_less_or_with_another_id_is_not_the_one_that_was_there() {
        let known = |id, entries| Known {
            id: [id; 16],
            entries,
        };
        for (there, journal, expected) in [
            (None, known(1, 0), true),
            (None, known(1, 1), false),
            (Some(known(1, 5)), known(1, 5), true),
            (Some(known(1, 5)), known(1, 6), true),
            (Some(known(1, 5)), known(1, 4), false),
            (Some(known(1, 5)), known(2, 9), false),
            (Some(known(1, 0)), known(2, 0), true),
            (Some(known(1, 0)), known(2, 1), false),
            (Some(known(1, 5)), known(2, 0), false),
        ] {
            assert_eq!(fits(there, journal), expected, "{there:?} {journal:?}");
        }
    }
}
