//! `refundkit.toml`: which providers, which journal, which namespace.

mod file;
mod journal_url;
mod providers;
mod secret;

pub use file::{Config, ProviderSettings};
pub use journal_url::JournalUrl;
pub(crate) use providers::build;
pub use secret::SecretSource;
