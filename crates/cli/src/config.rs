//! `refundkit.toml`: which providers, which journal, which namespace.

mod file;
mod journal_url;
mod providers;
mod secret;
#[cfg_attr(
    not(test),
    expect(dead_code, reason = "used by the generic provider's next settings")
)]
mod signer;

pub use file::{Config, ProviderSettings};
pub use journal_url::JournalUrl;
pub(crate) use providers::build;
pub use secret::SecretSource;
