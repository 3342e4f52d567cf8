//! `refundkit.toml`: which providers, which journal, which namespace.

mod file;
mod journal_url;
mod providers;
mod secret;
mod signer;

pub(crate) use file::DEFAULT_FILE;
pub use file::{Config, ProviderSettings};
pub use journal_url::JournalUrl;
pub(crate) use providers::{Doubts, build, load_profile, read_profile, webhooks};
pub use secret::SecretSource;
