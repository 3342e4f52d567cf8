//! The engine over the ports of `refundkit-core`, its worker, and a store in memory.
//!
#![doc = include_str!("../README.md")]

mod account;
mod builder;
mod clock;
mod error;
mod journal;
mod locks;
mod memory;
mod problem;
mod refunds;
mod stop;
mod traced;
mod watch;
mod worker;

pub use builder::Builder;
pub use clock::SystemClock;
pub use error::Error;
pub use journal::Received;
pub use memory::MemoryStore;
pub use problem::Problem;
pub use refunds::{Extent, Noticed, Planned, Reconciled, RefundCommand, Refunds, Resolution};
pub use watch::Transition;
pub use worker::{Round, Worker};

pub use refundkit_core as core;
pub use refundkit_core::{
    Capabilities, Clock, Code, Coded, Count, Currency, Difference, DifferenceKind, Filter, ItemId,
    ItemRequest, JournalError, KeySource, Kind, Metadata, Minor, Money, Namespace, Operation,
    OperationId, OrderId, Payment, PaymentId, Period, Plan, Preview, Provider, ProviderName,
    ReadError, RefundId, RefundRequest, Refusal, RequestKey, ReversalRequest, Scope, State, Store,
    Text, Timestamp, WebhookError, Webhooks, WorkerId,
};
