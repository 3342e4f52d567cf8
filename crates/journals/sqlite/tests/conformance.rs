//! The journal suite against the SQLite journal.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use refundkit_conformance::JournalHarness;
use refundkit_core::Journal;
use refundkit_sqlite::SqliteJournal;

struct Kept {
    journal: SqliteJournal,
    folder: tempfile::TempDir,
}

impl JournalHarness for Kept {
    fn journal(&self) -> &dyn Journal {
        &self.journal
    }

    async fn reopen(self) -> Self {
        let Self { journal, folder } = self;
        drop(journal);
        open(folder).await
    }
}

async fn make() -> Kept {
    open(tempfile::tempdir().unwrap()).await
}

async fn open(folder: tempfile::TempDir) -> Kept {
    let path = folder.path().join("journal.db");
    let journal = SqliteJournal::open(path).await.unwrap();
    Kept { journal, folder }
}

refundkit_conformance::journal_suite!(make);
