//! The suite of stores against the one in a file: beside it is one that was opened a second time, and
//! reopened it is one whose first opening has ended.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::path::PathBuf;
use std::sync::Arc;

use refundkit_conformance::StoreHarness;
use refundkit_core::Store;
use refundkit_sqlite::SqliteStore;
use tempfile::TempDir;

struct Kept {
    store: Arc<SqliteStore>,
    folder: TempDir,
}

impl Kept {
    fn path(&self) -> PathBuf {
        self.folder.path().join("journal.db")
    }
}

impl StoreHarness for Kept {
    fn store(&self) -> Arc<dyn Store> {
        self.store.clone()
    }

    async fn beside(&self) -> Arc<dyn Store> {
        Arc::new(SqliteStore::open(self.path()).await.unwrap())
    }

    async fn reopen(self) -> Self {
        let path = self.path();
        let Self { store, folder } = self;
        drop(store);
        let store = Arc::new(SqliteStore::open(path).await.unwrap());
        Self { store, folder }
    }
}

async fn make() -> Kept {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("journal.db"))
        .await
        .unwrap();
    let store = Arc::new(store);
    Kept { store, folder }
}

refundkit_conformance::store_suite!(make);
