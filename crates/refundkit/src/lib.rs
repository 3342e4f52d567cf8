//! Refunds that never guess with money.
//!
//! [`Refunds`] writes down what it is about to do before it does it, tells refused, accepted and
//! unknown apart, and asks the provider before it acts again. Providers and journals come in
//! through the builder: this crate names none of them.
//!
//! ```
//! use std::sync::Arc;
//! use refundkit::{MemoryStore, ProviderName, RefundRequest, Refunds, State};
//! # use refundkit::{Error, Provider};
//!
//! # async fn example(dojo: Arc<dyn Provider>) -> Result<(), Box<dyn std::error::Error>> {
//! let refunds = Refunds::builder()
//!     .namespace("acme-shop".parse()?)
//!     .provider("dojo".parse()?, dojo)
//!     .journal(Arc::new(MemoryStore::new()))
//!     .build()?;
//!
//! let request = RefundRequest::new("pi_123".parse()?, "order-7-refund-1".parse()?)
//!     .amount("10.00 GBP".parse()?);
//! let operation = refunds.refund(&"dojo".parse()?, &request).await?;
//! match operation.state() {
//!     State::Succeeded | State::Accepted => println!("on its way"),
//!     State::Unknown => println!("held until the provider has been asked; `resume` does that"),
//!     state => println!("{state}"),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! What is under way when a process dies is picked up by [`Refunds::resume`], and brought to its end
//! by a [`Worker`]. The same request
//! with the same key is always the same operation, however often and from wherever it is asked for.

mod builder;
mod clock;
mod error;
mod journal;
mod lanes;
mod memory;
mod refunds;
mod traced;
mod trouble;
mod watch;
mod worker;

pub use builder::Builder;
pub use clock::SystemClock;
pub use error::Error;
pub use journal::Taken;
pub use memory::MemoryStore;
pub use refunds::{Ask, Extent, Noticed, Planned, Reconciled, Refunds, Resolution};
pub use trouble::Trouble;
pub use watch::Transition;
pub use worker::{Round, Worker};

pub use refundkit_core as core;
pub use refundkit_core::{
    Capabilities, Clock, Code, Coded, Count, Currency, Difference, DifferenceKind, Filter, ItemId,
    ItemRequest, JournalError, Kind, Metadata, Minor, Money, Namespace, Operation, OperationId,
    OrderId, Payment, PaymentId, Period, Plan, Preview, Provider, ProviderName, ReadError,
    RefundId, RefundRequest, Refusal, RequestKey, ReversalRequest, Scope, State, Store, Text,
    Timestamp, WebhookError, Webhooks, WorkerId,
};
