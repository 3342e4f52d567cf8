//! Rules, plans, states and ports. What carries them out is in other crates.
//!
#![doc = include_str!("../README.md")]

pub mod answer;
pub mod capabilities;
pub mod codes;
pub mod fingerprint;
pub mod ids;
pub mod ledger;
pub mod money;
pub mod operation;
pub mod origin;
pub mod payment;
pub mod plan;
pub mod ports;
pub mod provider_refund;
pub mod reading;
pub mod reconcile;
pub mod redact;
pub mod references;
pub mod request;
pub mod text;
pub mod time;
pub mod timing;
pub mod webhook;

pub use answer::{Answer, Outcome, RefundStatus, classify};
pub use capabilities::Capabilities;
pub use codes::{Code, Coded};
pub use ids::{
    ActorId, EventId, IdError, ItemId, Namespace, OperationId, OrderId, PaymentId, ProviderKey,
    ProviderName, RefundId, RequestKey, WorkerId,
};
pub use ledger::{Change, PaymentLedger};
pub use money::{Currency, Minor, Money, MoneyError};
pub use operation::{Evidence, Fact, Intent, Operation, State};
pub use origin::{Actor, ActorKind, Origin};
pub use payment::{
    CaptureMode, Dispute, DisputeStage, Extent, LineItem, ListedRefunds, Payment, ReversalWindow,
    Stage,
};
pub use plan::{Budget, Kind, Notice, Plan, RefundPlan, Refusal, ReversalPlan};
pub use ports::{
    Attempt, Clock, Count, Cursor, Detail, Filter, Hint, JournalError, JournalInfo, Marked, Period,
    Preview, Provider, ReadError, RefundPage, Store, Webhooks,
};
pub use provider_refund::ProviderRefund;
pub use reconcile::{Difference, DifferenceKind};
pub use references::References;
pub use request::{ItemRequest, KeySource, RefundRequest, ReversalRequest, Scope};
pub use text::{Metadata, Text, TextError};
pub use time::Timestamp;
pub use webhook::{Delivery, EventContent, WebhookError, WebhookEvent};
