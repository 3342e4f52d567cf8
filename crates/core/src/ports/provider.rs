//! The port to a payment provider, with what an adapter MUST and SHOULD do, and the types that go
//! through it. What answers mean is decided elsewhere.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;

use super::Marked;
use crate::answer::Answer;
use crate::capabilities::Capabilities;
use crate::codes::{Code, Coded};
use crate::ids::{OperationId, PaymentId, ProviderKey, RefundId};
use crate::operation::Intent;
use crate::payment::Payment;
use crate::plan::{Plan, RefundPlan, Refusal, ReversalPlan};
use crate::provider_refund::ProviderRefund;

use crate::time::Timestamp;
use crate::timing::SEND_WITHIN;

/// A payment provider's account, as the engine sees it. An adapter translates and never decides.
///
/// - Every call MUST make at most one request that can move money, and never repeat it by itself.
/// - [`refund`](Self::refund) and [`reverse`](Self::reverse) MUST tell apart "no byte was sent"
///   from "may have been sent"; in doubt the latter.
/// - The same plan and the same attempt's key MUST give a byte-identical request.
/// - The key of the attempt MUST reach the provider wherever [`Capabilities`] say that a key or a
///   token is carried.
/// - No secret, no body and no card-like number may appear in `Debug`, in an answer or an error.
/// - Every call SHOULD end within the adapter's own deadline.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Provider: Send + Sync + fmt::Debug {
    /// The adapter's name, such as `dojo`.
    fn adapter(&self) -> &str;

    /// What this provider can do. Constant for the life of the adapter.
    fn capabilities(&self) -> &Capabilities;

    /// Reads a payment, and says what it states and nothing that it doesn't: what is missing stays
    /// `None`, a list is [whole](crate::ListedRefunds::whole) only where the provider says so, and whatever
    /// body came, its own id is handed on. Only the documented success (200 mostly) is a reading.
    /// Changes nothing at the provider.
    ///
    /// # Errors
    /// [`ReadError`] where it could not be read, or not be understood; of kind `Unsupported`,
    /// always and without asking, where [`Capabilities::shows_payments`] is false.
    async fn payment(&self, payment: &PaymentId, detail: Detail) -> Result<Payment, ReadError>;

    /// Asks about one refund or reversal by its own id. Changes nothing at the provider.
    ///
    /// # Errors
    /// [`ReadError`] where it could not be read; of kind `Unsupported` where the provider has no
    /// such call, or its answer tells no status.
    async fn refund_status(
        &self,
        payment: &PaymentId,
        refund: &RefundId,
    ) -> Result<ProviderRefund, ReadError>;

    /// One page of the account's refunds that were made in a period, whosever they are and in
    /// whatever order: the first without a cursor, each other one with the cursor of the one before.
    /// Changes nothing at the provider.
    ///
    /// A page MUST NOT be handed out with refunds left out, but for those that were made outside of
    /// the period.
    ///
    /// # Errors
    /// [`ReadError`] where it could not be read; of kind `Unsupported` where the provider has no such
    /// list.
    async fn refunds(
        &self,
        period: &Period,
        cursor: Option<Cursor>,
    ) -> Result<RefundPage, ReadError>;

    /// Sends a refund, once.
    async fn refund(&self, plan: &RefundPlan, attempt: Attempt) -> Answer;

    /// Sends a reversal, once.
    async fn reverse(&self, plan: &ReversalPlan, attempt: Attempt) -> Answer;

    /// The request that the plan would be sent as, credentials masked. Sends nothing.
    ///
    /// # Errors
    /// [`Refusal::Unwritable`] where no such request can be made. What is previewed is what would be
    /// sent, and nothing else.
    fn preview(&self, plan: &Plan, key: &ProviderKey) -> Result<Preview, Refusal>;
}

/// How much of a payment to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Its sums and refunds.
    Sums,
    /// Its line items too, at the price of another request where the provider needs one.
    Items,
}

/// From when until when. An end that is missing is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Period {
    /// From this moment on.
    pub since: Option<Timestamp>,
    /// Before this moment.
    pub until: Option<Timestamp>,
}

/// Where the next page of a list begins, in the adapter's own words.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cursor(pub String);

/// A part of the account's refunds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RefundPage {
    /// The refunds.
    pub refunds: Vec<ProviderRefund>,
    /// Where the next page begins; `None` on the last one.
    pub next: Option<Cursor>,
}

/// One attempt at an operation: proof that its mark is durable and fresh, and the key to send. It is
/// made of a [`Marked`], which is used up by it, and used up by the send:
///
/// ```compile_fail,E0382
/// # use refundkit_core::{Attempt, Provider, RefundPlan};
/// async fn send(provider: &dyn Provider, plan: &RefundPlan, attempt: Attempt) {
///     provider.refund(plan, attempt).await;
///     provider.refund(plan, attempt).await; // there is no second send of one mark
/// }
/// ```
#[derive(Debug, PartialEq, Eq)]
pub struct Attempt {
    operation: OperationId,
    key: ProviderKey,
    number: u32,
    leaves_within: Duration,
}

impl Attempt {
    /// The attempt that `marked` stands for; `None` where the clock is more than [`SEND_WITHIN`]
    /// away from the mark, so that it must not be sent any more, or the mark is that of another operation.
    #[must_use]
    pub fn new(intent: &Intent, marked: Marked, now: Timestamp) -> Option<Self> {
        let at = marked.at();
        let fresh = now.since(at) <= SEND_WITHIN && at.since(now) <= SEND_WITHIN;
        let may_leave = fresh && *marked.operation() == intent.id;
        may_leave.then(|| Self {
            operation: intent.id.clone(),
            key: intent.key.clone(),
            number: marked.attempt(),
            leaves_within: SEND_WITHIN.saturating_sub(now.since(at)),
        })
    }

    /// How soon its first byte has to leave, counted from when the attempt was handed over: later it
    /// MUST NOT be sent. Waiting for a rate and for a connection is part of it.
    #[must_use]
    pub const fn leaves_within(&self) -> Duration {
        self.leaves_within
    }

    /// The operation.
    #[must_use]
    pub const fn operation(&self) -> &OperationId {
        &self.operation
    }

    /// The idempotency key or token. The same for all attempts of an operation.
    #[must_use]
    pub const fn key(&self) -> &ProviderKey {
        &self.key
    }

    /// Which attempt this is, counted from 1. For logs: no request may depend on it.
    #[must_use]
    pub const fn number(&self) -> u32 {
        self.number
    }
}

/// A request as it would be sent, for people. Credentials are masked.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Preview {
    /// The HTTP method.
    pub method: String,
    /// The whole address.
    pub url: String,
    /// The headers, in the order in which they are set.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Option<String>,
}

/// What stood in the way of reading from a provider. Nothing was changed there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ReadError {
    /// What sort of trouble it is.
    pub kind: ReadErrorKind,
    /// What happened, in one line.
    pub message: String,
    /// How long the provider asks to wait.
    pub retry_after: Option<Duration>,
}

/// What sort of trouble reading met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReadErrorKind {
    /// The provider knows no such payment or refund.
    NotFound,
    /// The credentials, the version or another setting is wrong.
    Configuration,
    /// The provider could not be reached, or asks to wait.
    Unavailable,
    /// The answer could not be understood.
    Unreadable,
    /// The answer is about another payment or refund than the one that was asked for.
    AboutAnother,
    /// The provider offers no such reading.
    Unsupported,
}

impl ReadError {
    /// An error of `kind`; the message is redacted.
    #[must_use]
    pub fn new(kind: ReadErrorKind, message: &str) -> Self {
        Self {
            kind,
            message: crate::redact::message(message),
            retry_after: None,
        }
    }
}

impl Coded for ReadError {
    fn code(&self) -> Code {
        Code::new(match self.kind {
            ReadErrorKind::NotFound => "RK2001",
            ReadErrorKind::Configuration => "RK2002",
            ReadErrorKind::Unavailable => "RK2003",
            ReadErrorKind::Unreadable => "RK2004",
            ReadErrorKind::Unsupported => "RK2005",
            ReadErrorKind::AboutAnother => "RK2006",
        })
    }

    fn help(&self) -> Option<String> {
        let help = match self.kind {
            ReadErrorKind::NotFound => {
                "check the id, and that the key belongs to the account and the mode (test or live) of the payment"
            }
            ReadErrorKind::Configuration => {
                "check the provider's key and version in the configuration"
            }
            ReadErrorKind::Unavailable => "nothing was sent that moves money; try again later",
            ReadErrorKind::Unreadable => {
                "nothing was sent that moves money; check the adapter's version against the provider's API"
            }
            ReadErrorKind::AboutAnother => {
                "nothing was sent that moves money; a proxy or cache in between may mix up answers: look at the payment in the provider's dashboard"
            }
            ReadErrorKind::Unsupported => return None,
        };
        Some(help.to_owned())
    }
}
