//! Dodo Payments for refundkit: refunds of a payment, of part of it, and of single items.
//!
//! ```
//! use refundkit_dodo::{Dodo, DodoConfig};
//! use refundkit_http::Secret;
//!
//! let dodo = Dodo::new(DodoConfig::new(Secret::new("test_key")?))?; // test mode; live is written out
//! # Ok::<(), refundkit_http::ConfigError>(())
//! ```
//!
//! What is particular about Dodo, and what this adapter does about it:
//!
//! - A refund has no amount of its own. All of a payment, or items; a partial refund by amount is
//!   spread over the line items by core's plan.
//! - There is no idempotency header. The attempt's key travels as a token, in the metadata and at
//!   the end of the reason (the only free text that a payment's list of refunds shows), and is
//!   looked for there before anything is sent again.
//! - Item amounts are read in the settlement currency unless `currency` is sent with them, so it
//!   always is. Where the payment was settled in another currency, the amount that a refund reports
//!   is not compared with the amount that was asked for.
//! - A payment lists all of its refunds and disputes. Where a list is missing, or has something in it
//!   that isn't understood, nothing is concluded from what it doesn't show. The account's list of
//!   refunds has no stated end: it is read until a page is empty.
//! - A dispute's amount is in a unit that isn't documented: while one is open or lost, all of the
//!   payment counts as gone.
//! - The codes of refusals are published, and the HTTP statuses that they come with aren't: each
//!   holds under any 4xx, and under no 5xx. An unlisted code is looked into, and ends with a person
//!   if nothing shows what became of the refund.
//!
//! What Dodo sends by itself (its webhooks) is checked and read by [`DodoWebhooks`]:
//!
//! ```
//! use refundkit_core::{Delivery, News, Timestamp, Webhooks};
//! use refundkit_dodo::DodoWebhooks;
//! use refundkit_http::Secret;
//!
//! let webhooks = DodoWebhooks::new(vec![Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?])?;
//! let headers: &[(&str, &[u8])] = &[
//!     ("webhook-id", b"msg_2KWPBgLlAfxdpx2AI54pPJ85f4W"),
//!     ("webhook-timestamp", b"1795167000"),
//!     ("webhook-signature", b"v1,tRXAfBhHklm1uNYwxyemYh2IpgyOUd9B2PJxlsPZpCA="),
//! ];
//! let delivery = Delivery::new(headers, br#"{"type":"payment.succeeded","data":{}}"#);
//! let now = Timestamp::from_unix_millis(1_795_167_002_000)?;
//! assert_eq!(webhooks.read(&delivery, now)?.news, News::Other);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

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
