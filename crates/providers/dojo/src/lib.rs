//! Dojo's API as a provider and as webhooks. The rules are core's, the requests `refundkit-http`'s.
//!
#![doc = include_str!("../README.md")]

mod capabilities;
mod config;
mod provider;
mod request;
mod translate;
mod webhooks;
mod window;
mod wire;

pub use config::{DojoConfig, Version};
pub use provider::Dojo;
pub use webhooks::DojoWebhooks;
