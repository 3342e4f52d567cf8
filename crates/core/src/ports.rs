//! The ports: what the engine needs from the outside. All are held as `Arc<dyn …>`.

mod clock;
mod journal;
mod provider;

pub use clock::Clock;
pub use journal::{Begun, Budget, Filter, Journal, JournalError, JournalInfo, Marked};
pub use provider::{Attempt, Detail, Preview, Provider, ReadError, ReadErrorKind};

#[cfg(feature = "mock")]
pub use {clock::MockClock, journal::MockJournal, provider::MockProvider};
