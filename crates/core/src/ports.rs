//! The ports: what the engine needs from the outside. All are held as `Arc<dyn …>`.

mod clock;
mod journal;
mod journal_error;
mod lease;
mod provider;
mod webhooks;

pub use clock::Clock;
pub use journal::{
    Begun, Budget, Count, Filter, Hint, Journal, JournalInfo, Marked, REMEMBERED, Taken,
};
pub use journal_error::JournalError;
pub use lease::{LEASE, Lease, Leases};
pub use provider::{
    Attempt, Cursor, Detail, Period, Preview, Provider, ReadError, ReadErrorKind, RefundPage,
    SEND_WITHIN,
};
pub use webhooks::Webhooks;

#[cfg(feature = "mock")]
pub use {clock::MockClock, journal::MockJournal, provider::MockProvider, webhooks::MockWebhooks};
