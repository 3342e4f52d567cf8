//! Dodo's API as a provider and as webhooks. The rules are core's, the requests `refundkit-http`'s.
//!
#![doc = include_str!("../README.md")]

mod capabilities;
mod config;
mod provider;
mod request;
mod token;
mod translate;
mod webhooks;
mod wire;

pub use config::DodoConfig;
pub use provider::Dodo;
pub use webhooks::DodoWebhooks;
