//! The ports: what the engine needs from the outside. All are held as `Arc<dyn …>`.

mod clock;
mod journal_error;
mod listing;
mod mark;
mod provider;
mod store;
mod webhooks;

pub use clock::Clock;
pub use journal_error::JournalError;
pub use listing::{Count, Filter, JournalInfo, ListedOperation};
pub use mark::Marked;
pub use provider::{
    Attempt, Cursor, Detail, Period, Preview, Provider, ReadError, ReadErrorKind, RefundPage,
};
pub use store::{Commit, Committed, Durable, Hint, Message, REMEMBERED, Store};
pub use webhooks::Webhooks;

#[cfg(feature = "mock")]
pub use {clock::MockClock, provider::MockProvider, store::MockStore, webhooks::MockWebhooks};
