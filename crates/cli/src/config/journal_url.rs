//! Which journal a text such as `sqlite:refundkit.db` names. Nothing is opened here, and no error
//! repeats the text, which may hold a password.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::failure::Failure;

/// Which journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JournalUrl {
    /// In this process only.
    Memory,
    /// In a SQLite file.
    Sqlite(PathBuf),
}

impl JournalUrl {
    /// The journal where nothing else is said: in the configuration's folder.
    #[must_use]
    pub fn default_file(folder: &Path) -> Self {
        Self::Sqlite(folder.join("refundkit.db"))
    }

    /// The file that a text names, where it is one of a file.
    pub(super) fn file(text: &str) -> Option<&Path> {
        let path = text.strip_prefix("sqlite:").filter(|path| !path.is_empty());
        path.map(Path::new)
    }
}

impl FromStr for JournalUrl {
    type Err = Failure;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = |message: &str| {
            Err(Failure::usage(
                "RK4005",
                message,
                "write it as sqlite:PATH or memory:",
            ))
        };
        match text.split_once(':') {
            Some(("memory", "")) => Ok(Self::Memory),
            Some(("sqlite", "")) => wrong("the journal's path is empty"),
            Some(("sqlite", path)) => Ok(Self::Sqlite(path.into())),
            Some(("postgres" | "postgresql", _)) => {
                wrong("this refundkit is built without the PostgreSQL journal")
            }
            Some(_) | None => wrong("there is no such kind of journal"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn journals_are_named_by_url() {
        assert_eq!("memory:".parse(), Ok(JournalUrl::Memory));
        assert_eq!(
            "sqlite:a/b.db".parse(),
            Ok(JournalUrl::Sqlite("a/b.db".into()))
        );
        for bad in [
            "",
            "memory",
            "memory:x",
            "sqlite:",
            "refundkit.db",
            "mysql://x",
            "postgres://user:planted@h/d",
        ] {
            let failure = bad.parse::<JournalUrl>().unwrap_err();
            assert_eq!(failure.exit, 2);
            assert!(!failure.message.contains("planted"));
        }
    }
}
