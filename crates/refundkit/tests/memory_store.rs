//! The suite of stores against the one in memory.

use std::sync::Arc;

use refundkit::{MemoryStore, Store};
use refundkit_conformance::StoreHarness;

struct Kept(Arc<MemoryStore>);

impl StoreHarness for Kept {
    fn store(&self) -> Arc<dyn Store> {
        self.0.clone()
    }

    async fn reopen(self) -> Self {
        self
    }
}

async fn make() -> Kept {
    Kept(Arc::new(MemoryStore::new()))
}

refundkit_conformance::store_suite!(make);
