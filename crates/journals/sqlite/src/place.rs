//! Where the journal is: one file, whichever names and links lead to it.

use std::ffi::OsString;
use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use refundkit_core::JournalError;

use crate::error::file;

/// More links than a path has that leads anywhere.
const LINKS: usize = 40;

/// The journal's path, as it was given and as it is.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    shown: PathBuf,
    /// As it was given, from the root on.
    asked: PathBuf,
    /// Where all links have led to. From the root on: SQLite takes `:memory:` and `file:x?mode=memory`
    /// for no files at all.
    pub(crate) real: PathBuf,
}

/// Which file it is, whatever it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    device: u64,
    inode: u64,
}

impl Place {
    pub(crate) fn resolve(shown: &Path) -> Result<Self, JournalError> {
        let asked = std::path::absolute(shown).map_err(file)?;
        let real = resolved(&asked).map_err(file)?;
        let shown = shown.to_owned();
        Ok(Self { shown, asked, real })
    }

    /// For people.
    pub(crate) fn location(&self) -> String {
        self.shown.display().to_string()
    }

    /// The file whose name is the journal's with `suffix` after it.
    pub(crate) fn beside(&self, suffix: &str) -> PathBuf {
        let mut name: OsString = self.real.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    }

    /// Which file the path leads to now; `None` where to none.
    pub(crate) fn identity(&self) -> Result<Option<Identity>, JournalError> {
        match std::fs::metadata(&self.asked) {
            Ok(found) => Ok(Some(Identity::of(&found))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(file(error)),
        }
    }

    /// Refuses to go on where the path leads to another file than the one that is open, or to none.
    pub(crate) fn is_still(&self, open: Identity) -> Result<(), JournalError> {
        if self.identity()? == Some(open) {
            return Ok(());
        }
        Err(JournalError::Replaced {
            location: self.location(),
        })
    }

    /// Refuses a file that has several names: each would have a log and locks of its own.
    pub(crate) fn has_one_name(&self) -> Result<(), JournalError> {
        match std::fs::metadata(&self.real) {
            Ok(found) if names(&found) > 1 => {
                Err(self.no_good("it has several names (hard links)"))
            }
            _ => Ok(()),
        }
    }

    pub(crate) fn no_good(&self, why: impl Into<String>) -> JournalError {
        JournalError::Unsafe {
            location: self.location(),
            why: why.into(),
        }
    }

    pub(crate) fn locked(&self) -> JournalError {
        JournalError::Locked {
            location: self.location(),
        }
    }

    pub(crate) fn restored(&self) -> JournalError {
        JournalError::Restored {
            location: self.location(),
        }
    }

    pub(crate) fn missing(&self) -> JournalError {
        JournalError::Missing {
            location: self.location(),
        }
    }

    pub(crate) fn not_a_journal(&self) -> JournalError {
        JournalError::NotAJournal {
            location: self.location(),
        }
    }
}

impl Identity {
    /// Where there are no such numbers, every file is the same.
    pub(crate) fn of(found: &Metadata) -> Self {
        #[cfg(unix)]
        let (device, inode) = {
            use std::os::unix::fs::MetadataExt;
            (found.dev(), found.ino())
        };
        #[cfg(not(unix))]
        let (device, inode) = {
            let _ = found;
            (0, 0)
        };
        Self { device, inode }
    }

    /// Whether `path` leads to the file that was opened.
    pub(crate) fn is_at(opened: &File, path: &Path) -> bool {
        let here = opened.metadata().map(|found| Self::of(&found));
        let there = std::fs::metadata(path).map(|found| Self::of(&found));
        matches!((here, there), (Ok(here), Ok(there)) if here == there)
    }
}

#[cfg(unix)]
fn names(found: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::nlink(found)
}

#[cfg(not(unix))]
fn names(_found: &Metadata) -> u64 {
    1
}

/// Follows all links, also one that leads to no file yet.
fn resolved(asked: &Path) -> io::Result<PathBuf> {
    let mut path = asked.to_owned();
    for _ in 0..LINKS {
        match path.canonicalize() {
            Ok(real) => return Ok(real),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        let folder = path.parent().unwrap_or(&path).canonicalize()?;
        match std::fs::read_link(&path) {
            // From the folder on, unless it begins at the root.
            Ok(target) => path = folder.join(target),
            Err(_) => {
                let name = path.file_name().ok_or(io::ErrorKind::InvalidFilename)?;
                return Ok(folder.join(name));
            }
        }
    }
    Err(io::ErrorKind::InvalidFilename.into())
}

/// Created for this user only: reasons and notes may be personal data.
pub(crate) fn private() -> OpenOptions {
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_lead_to_one_file_also_before_it_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::create_dir(at("deep")).unwrap();
        symlink("deep/journal.db", at("relative")).unwrap();
        symlink(at("relative"), at("twice")).unwrap();
        symlink(at("deep"), at("folder")).unwrap();
        let real = at("deep").canonicalize().unwrap().join("journal.db");
        for _ in 0..2 {
            for name in ["relative", "twice", "folder/journal.db", "deep/../relative"] {
                assert_eq!(Place::resolve(&at(name)).unwrap().real, real, "{name}");
            }
            std::fs::write(&real, "").unwrap();
        }
        symlink("round", at("round")).unwrap();
        assert!(Place::resolve(&at("round")).is_err());
        assert!(Place::resolve(&at("none/journal.db")).is_err());
    }
}
