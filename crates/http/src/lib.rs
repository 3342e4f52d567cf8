//! One request, sent once: the client, its limits, and what keeps secrets out of every text.
//!
#![doc = include_str!("../README.md")]

mod base_url;
mod client;
mod config;
mod fresh;
mod guard;
mod leave;
mod masks;
mod method;
mod pace;
mod rate;
mod request;
mod response;
mod secret;
mod signature;
#[cfg(feature = "testing")]
mod testing;
mod translate;
mod transport;

pub use base_url::BaseUrl;
pub use client::HttpClient;
pub use config::{ConfigError, HttpConfig, Mode};
pub use leave::LeaveBy;
pub use masks::{Maskable, Masks};
pub use method::Method;
pub use rate::{Rate, RateError};
pub use request::Request;
pub use response::{NotJson, Response};
pub use secret::Secret;
pub use signature::{SigningKeys, hmac_sha256, hmac_sha512};
#[cfg(feature = "testing")]
pub use testing::{Reply, ScriptedTransport};
pub use transport::{SendError, Transport};
