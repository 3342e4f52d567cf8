//! A language in which a provider is described, and what is done with a description.
//!
#![doc = include_str!("../README.md")]

pub mod language;
mod runtime;

pub use language::{Mistake, Profile, ProfileError};
pub use runtime::{
    Generic, GenericConfig, GenericWebhooks, SignError, SignedHeader, Signer, Unsigned, offline,
};
