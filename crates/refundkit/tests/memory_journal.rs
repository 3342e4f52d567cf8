//! The journal suite against the in-memory journal.

use refundkit::{Journal, MemoryJournal};
use refundkit_conformance::JournalHarness;

struct Kept(MemoryJournal);

impl JournalHarness for Kept {
    fn journal(&self) -> &dyn Journal {
        &self.0
    }

    async fn reopen(self) -> Self {
        self
    }
}

async fn make() -> Kept {
    Kept(MemoryJournal::new())
}

refundkit_conformance::journal_suite!(make);
