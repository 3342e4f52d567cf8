//! Any JSON or form provider for refundkit, described by a TOML profile: no Rust needed.
//!
//! Some twenty profiles are built in; [`Profile::builtins`] names them. A profile says where the
//! fields of a request and of an answer are, which words mean what, and which error answers are a
//! refusal; the rules stay in `refundkit-core`.
//!
//! ```
//! use refundkit_generic::{Generic, GenericConfig, Profile};
//! use refundkit_http::Secret;
//!
//! let config = GenericConfig::new(Profile::builtin("primer")?, Secret::new("test_key")?);
//! let primer = Generic::new(config)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod auth;
mod capabilities;
mod config;
#[cfg(feature = "tools")]
pub mod draft;
mod profile;
mod provider;
mod read;
mod send;
#[cfg(feature = "tools")]
pub mod tools;
mod units;
pub mod vectors;
mod webhooks;

pub use auth::signer::{SignError, SignedHeader, Signer, Unsigned};
pub use config::GenericConfig;
pub use profile::{Mistake, Profile, ProfileError};
pub use provider::Generic;
pub use webhooks::GenericWebhooks;
