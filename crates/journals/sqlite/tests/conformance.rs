//! The journal suite against the SQLite journal.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use refundkit_conformance::JournalHarness;
use refundkit_core::Journal;
use refundkit_sqlite::SqliteJournal;

struct Kept {
    journal: SqliteJournal,
    _folder: tempfile::TempDir,
}

impl JournalHarness for Kept {
    fn journal(&self) -> &dyn Journal {
        &self.journal
    }
}

async fn make() -> Kept {
    let folder = tempfile::tempdir().unwrap();
    Kept {
        journal: SqliteJournal::open(folder.path().join("journal.db"))
            .await
            .unwrap(),
        _folder: folder,
    }
}

refundkit_conformance::journal_suite!(make);
