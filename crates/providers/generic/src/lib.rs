//! Any JSON or form provider for refundkit, described by a TOML profile: no Rust needed.
//!
//! Some twenty profiles are built in; [`Profile::builtins`] names them. A profile says where the
//! fields of a request and of an answer are, which words mean what, and which error answers are a
//! refusal; the rules stay in `refundkit-core`. Those who write one find in `refundkit-workbench` what is
//! wrong with it, what it means in prose, and a proof of it without a network.
//!
//! ```
//! use refundkit_generic::{Generic, GenericConfig, Profile};
//! use refundkit_http::Secret;
//!
//! let config = GenericConfig::new(Profile::builtin("primer")?, Secret::new("test_key")?);
//! let primer = Generic::new(config)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod language;
mod runtime;

pub use language::{Mistake, Profile, ProfileError};
pub use runtime::{
    Generic, GenericConfig, GenericWebhooks, SignError, SignedHeader, Signer, Unsigned, offline,
};
