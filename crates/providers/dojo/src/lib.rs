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
//! - `refundedAmount` may be null, and the oldest version doesn't have it. Then nothing tells that a
//!   refund didn't happen, and a lost answer ends with a person once its key is too old.
//! - No list of error codes is published. Refusals are: the one text that integrators have seen of a
//!   refund that was tried and turned down; a 400 that names wrong fields, as the documents show it;
//!   and 401, 403, 404 and 405, which the documents describe. Any other 4xx is looked into, and ends
//!   with a person if nothing shows what became of the refund.
//! - Disputes aren't shown at all: what is in dispute has to be known from elsewhere.
//!
//! What Dojo sends by itself (its webhooks) is checked and read by [`DojoWebhooks`]:
//!
//! ```
//! use refundkit_core::{Delivery, News, Timestamp, Webhooks};
//! use refundkit_dojo::DojoWebhooks;
//! use refundkit_http::Secret;
//!
//! let webhooks = DojoWebhooks::new(vec![Secret::new("PDYkJQq6sESYHp_zJuTTBQ")?])?;
//! let signature = "sha256=63-FC-3D-AB-AD-33-93-B2-72-04-26-B9-CB-6B-72-76\
//!     -67-2F-AE-B0-52-87-8D-2F-FB-E9-53-1F-4D-1B-3F-BC";
//! let headers: &[(&str, &[u8])] = &[("dojo-signature", signature.as_bytes())];
//! let delivery = Delivery::new(headers, br#"{"id":"evt_1","event":"order.created"}"#);
//! let now = Timestamp::from_unix_millis(1_795_167_002_000)?;
//! assert_eq!(webhooks.read(&delivery, now)?.news, News::Other);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

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
