//! The simulated provider's books, and the truth that the checks compare with.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use refundkit::core::fingerprint::Fingerprint;
use refundkit::core::ledger::Seen;
use refundkit::core::{PaymentLedger, ProviderKey, RefundStatus};
use refundkit::{Kind, OperationId, PaymentId, Timestamp, WorkerId};

use crate::messages::check::Book;

/// A refund or a reversal that the provider has taken on.
#[derive(Clone, Debug)]
pub(crate) struct Effect {
    pub(crate) number: usize,
    /// `None` where somebody else made it.
    pub(crate) operation: Option<OperationId>,
    pub(crate) key: Option<ProviderKey>,
    /// Whether lists show the key.
    pub(crate) shows_key: bool,
    pub(crate) payment: PaymentId,
    pub(crate) kind: Kind,
    pub(crate) amount: i64,
    /// From when on it had which status, the future included; the first is when it was made.
    pub(crate) history: Vec<(u64, RefundStatus)>,
}

impl Effect {
    pub(crate) fn made_at(&self) -> u64 {
        self.history.first().map_or(0, |(at, _)| *at)
    }

    /// Its status at a time; `None` before it was made.
    pub(crate) fn status(&self, at: u64) -> Option<&RefundStatus> {
        let until = self.history.iter().take_while(|(since, _)| *since <= at);
        until.last().map(|(_, status)| status)
    }

    /// Whether money is on its way or has moved.
    pub(crate) fn is_alive(&self, at: u64) -> bool {
        self.status(at)
            .is_some_and(|status| *status != RefundStatus::Failed)
    }
}

/// What is really known about an operation of ours.
#[derive(Clone, Debug, Default)]
pub(crate) struct Truth {
    pub(crate) key: Option<ProviderKey>,
    /// When its requests left, by attempt.
    pub(crate) sent: BTreeMap<u32, u64>,
    /// Its marks, by attempt.
    pub(crate) marks: BTreeMap<u32, Mark>,
    /// Requests that have left, may have an effect, and haven't arrived.
    pub(crate) flying: u32,
    /// Decided when it first arrives, and the same ever after.
    pub(crate) refused: Option<bool>,
}

/// An attempt's mark.
#[derive(Clone, Debug)]
pub(crate) struct Mark {
    /// As of when, in milliseconds of the run.
    pub(crate) time: u64,
    /// The same by the marker's clock.
    pub(crate) at: Timestamp,
    pub(crate) by: WorkerId,
}

/// Whose a worker's name is.
#[derive(Clone, Debug)]
pub(crate) struct Lived {
    pub(crate) life: u32,
    /// From when on it is proved that the life has ended.
    pub(crate) proved_at: Option<u64>,
}

/// What a key was answered with, and since when it is known.
#[derive(Clone, Debug)]
pub(crate) struct KnownKey {
    pub(crate) since: u64,
    /// The number of the effect; `None` for a refusal.
    pub(crate) effect: Option<usize>,
}

#[derive(Debug, Default)]
pub(crate) struct Ledger {
    pub(crate) effects: Vec<Effect>,
    pub(crate) keys: BTreeMap<ProviderKey, KnownKey>,
    pub(crate) truth: BTreeMap<OperationId, Truth>,
    /// Sends that wait for an answer: payment, operation, and when the attempt was marked.
    pub(crate) under_way: Vec<(PaymentId, OperationId, u64)>,
    /// What was written down of each payment.
    pub(crate) kept: BTreeMap<PaymentId, PaymentLedger>,
    pub(crate) workers: BTreeMap<WorkerId, Lived>,
    /// When a life has last asked for a payment's ledger.
    pub(crate) loads: BTreeMap<(u32, PaymentId), u64>,
    /// Marks of a life whose commit failed, or came to an end that nobody knows.
    pub(crate) unsure: BTreeSet<(u32, OperationId, u32)>,
    /// Decisions that were not written down because the ledger had changed.
    pub(crate) conflicted: BTreeSet<String>,
    /// What people have been shown.
    pub(crate) seen: Vec<(OperationId, Seen)>,
    /// Operations that were seen to have succeeded.
    pub(crate) succeeded: BTreeSet<OperationId>,
    /// Payments that were read once as they had been long before.
    pub(crate) glitched: BTreeSet<PaymentId>,
    /// What was said to have been paid by each request that said so.
    pub(crate) stated: HashMap<Fingerprint, i64>,
    /// Operations that somebody was told about.
    pub(crate) acknowledged: BTreeSet<OperationId>,
    pub(crate) messages: Book,
}

impl Ledger {
    pub(crate) fn of_payment<'a>(
        &'a self,
        payment: &'a PaymentId,
    ) -> impl Iterator<Item = &'a Effect> {
        self.effects
            .iter()
            .filter(move |effect| effect.payment == *payment)
    }

    pub(crate) fn of_operation<'a>(
        &'a self,
        operation: &'a OperationId,
    ) -> impl Iterator<Item = &'a Effect> {
        self.effects
            .iter()
            .filter(move |effect| effect.operation.as_ref() == Some(operation))
    }

    /// Whether a refund of it has failed and another one counts now, or may: a total that counts
    /// what is on its way may have said success of either.
    pub(crate) fn failed_late_and_sent_since(&self, operation: &OperationId, now: u64) -> bool {
        let last = self.truth.get(operation);
        let last = last.and_then(|truth| truth.sent.values().max().copied());
        let effects = self.of_operation(operation).count();
        self.of_operation(operation).any(|effect| {
            let mut words = effect.history.iter().map(|(_, status)| status);
            let succeeded = words.any(|status| *status == RefundStatus::Succeeded);
            let sent_since = last.is_some_and(|last| last > effect.made_at());
            !effect.is_alive(now) && (effects > 1 || (succeeded && sent_since))
        })
    }

    /// What of a payment a total counts: refunds that are alive, or those of them that have arrived.
    pub(crate) fn refunded(&self, payment: &PaymentId, at: u64, settled_only: bool) -> i64 {
        let refunds = self.of_payment(payment).filter(|effect| {
            let arrived = effect.status(at) == Some(&RefundStatus::Succeeded);
            effect.kind == Kind::Refund && effect.is_alive(at) && (arrived || !settled_only)
        });
        refunds.map(|effect| effect.amount).sum()
    }

    /// How much of a payment has been returned or is on its way.
    pub(crate) fn returned(&self, payment: &PaymentId, at: u64) -> i64 {
        self.of_payment(payment)
            .filter(|effect| effect.is_alive(at))
            .map(|effect| effect.amount)
            .sum()
    }
}
