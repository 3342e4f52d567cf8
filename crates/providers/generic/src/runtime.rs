//! What is done with a profile: requests are written and sent, answers and messages are read.

mod auth;
mod config;
pub mod offline;
mod provider;
mod read;
mod send;
mod units;
mod webhooks;

pub use auth::{SignError, SignedHeader, Signer, Unsigned};
pub use config::GenericConfig;
pub use provider::Generic;
pub use webhooks::GenericWebhooks;
