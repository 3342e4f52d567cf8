//! Dojo for refundkit: refunds, reversals and payment intents, in the API's versions 2022-01-03 to 2026-02-27.
//!
//! ```
//! use refundkit_dojo::{Dojo, DojoConfig, Version};
//! use refundkit_http::Secret;
//!
//! let config = DojoConfig::new(Secret::new("sk_sandbox_example")?).version(Version::V2024_02_05);
//! let dojo = Dojo::new(config)?;
//! # Ok::<(), refundkit_http::ConfigError>(())
//! ```
//!
//! What Dojo's pages leave open, and what this adapter does about it:
//!
//! - A refund's answer states a status in version 2022-01-03 only. In later ones the payment
//!   intent's `refundedAmount` and `status` tell whether the money has gone back.
//! - How long an `idempotencyKey` is remembered isn't documented; core's careful assumption holds.
//! - A reversal takes no key. After a lost answer the payment intent is read: `Reversed` is proof.
//! - The zone of "the same calendar day" isn't documented: [`ReversalWindow`](refundkit_core::ReversalWindow).

mod capabilities;
mod config;
mod provider;
mod request;
mod translate;
mod window;
mod wire;

pub use config::{DojoConfig, Version};
pub use provider::Dojo;
