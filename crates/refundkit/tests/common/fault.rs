//! What the provider in memory can do wrong, what it has done, and what happens beside it.

use std::sync::Arc;
use std::time::Duration;

use super::store::TestStore;
use refundkit::core::operation::Fact;
use refundkit::core::{Kind, ProviderKey, RefundStatus};
use refundkit::{Money, OperationId, PaymentId, RefundId};

use super::TestClock;

/// What goes wrong, or differently, with one send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is carried out, and the answer doesn't come back.
    LoseAnswer,
    /// It may have arrived for all that the sender knows, and didn't.
    LoseRequest,
    /// No byte leaves.
    NotSent,
    /// The provider says no.
    Refuse,
    /// HTTP 500, and nothing is done.
    ServerError,
    /// HTTP 500, and yet it is carried out.
    ServerErrorAfterEffect,
    /// HTTP 429: turned away unread.
    Busy,
    /// The same, and it asks to wait for so long.
    Wait(Duration),
    /// The same from a gateway, in a page of its own.
    Page(Duration),
    /// HTTP 402, which its list of errors doesn't have.
    Unlisted,
    /// A proxy answers with what the first refund was answered with, and nothing is done.
    Stored,
    /// It is carried out, and the answer names one minor unit more.
    OtherAmount,
    /// It is taken on with this status.
    Status(RefundStatus),
    /// It is carried out, and the call never ends.
    Hang,
}

/// Money that the provider has returned, or is about to.
#[derive(Clone, Debug)]
pub(crate) struct Effect {
    pub(crate) id: RefundId,
    pub(crate) payment: PaymentId,
    pub(crate) kind: Kind,
    pub(crate) amount: Money,
    pub(crate) key: Option<ProviderKey>,
    pub(crate) status: RefundStatus,
}

/// What is written down while a payment is being read.
pub(crate) struct Meanwhile {
    pub(crate) clock: Arc<TestClock>,
    pub(crate) journal: Arc<TestStore>,
    pub(crate) operation: OperationId,
    pub(crate) fact: Fact,
}

impl std::fmt::Debug for Meanwhile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Meanwhile")
    }
}
