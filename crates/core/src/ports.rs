//! The ports: what the engine needs from the outside. All are held as `Arc<dyn …>`.

mod clock;
mod journal;
mod lease;
mod provider;

pub use clock::Clock;
pub use journal::{Begun, Budget, Filter, Journal, JournalError, JournalInfo, Marked};
pub use lease::{LEASE, Lease, Leases};
pub use provider::{Attempt, Detail, Preview, Provider, ReadError, ReadErrorKind, SEND_WITHIN};

#[cfg(feature = "mock")]
pub use {clock::MockClock, journal::MockJournal, provider::MockProvider};
