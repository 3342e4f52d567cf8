//! What was there when a refund was planned, and what of a later reading is new beside it. Kept with
//! the plan, since a provider shows only what is there now.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::answer::RefundStatus;
use crate::ids::{ProviderKey, RefundId};
use crate::money::Minor;
use crate::payment::Payment;
use crate::plan::History;
use crate::provider_refund::ProviderRefund;

/// What a payment's reading showed when a refund of it was planned: what is new since then could be
/// that refund.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Before {
    /// The refunded total by the provider's word, in minor units; `None` where it stated none.
    pub total: Option<Minor>,
    /// The refunds that were shown, ours and others'.
    pub refunds: BTreeSet<RefundId>,
    /// How many were shown alive without an id and a token.
    pub nameless: usize,
}

impl Before {
    /// Nothing was there.
    #[must_use]
    pub const fn nothing() -> Self {
        Self {
            total: None,
            refunds: BTreeSet::new(),
            nameless: 0,
        }
    }

    pub(super) fn of(payment: &Payment) -> Self {
        let ids = payment.shown().iter().filter_map(|seen| seen.id.clone());
        Self {
            total: payment.total(),
            refunds: ids.collect(),
            nameless: nameless(payment.shown()).count(),
        }
    }

    /// A refund that is alive, new, and by neither id nor token that of an operation which is known:
    /// whatever its amount, it could be the one that was planned.
    pub(crate) fn new_in<'a>(
        &self,
        shown: &'a [ProviderRefund],
        history: &History,
    ) -> Option<&'a ProviderRefund> {
        let is_new = |seen: &&ProviderRefund| {
            let id = seen.id.as_ref();
            id.is_some_and(|id| !self.refunds.contains(id) && !history.owns(id))
        };
        let alive = |seen: &&ProviderRefund| {
            let known = |token: &ProviderKey| history.knows(token);
            let others = seen.token.as_ref().is_some_and(known);
            seen.status != RefundStatus::Failed && !others
        };
        let named = shown.iter().filter(alive).find(is_new);
        named.or_else(|| nameless(shown).nth(self.nameless))
    }

    /// Whether a whole list has all refunds that were there before.
    pub(crate) fn is_in(&self, shown: &[ProviderRefund]) -> bool {
        let is_shown = |id: &RefundId| shown.iter().any(|seen| seen.id.as_ref() == Some(id));
        self.refunds.iter().all(is_shown) && nameless(shown).count() >= self.nameless
    }

    /// By how much the total has grown that no refund explains which is new and an operation's.
    pub(crate) fn unexplained(&self, payment: &Payment, history: &History) -> Option<Minor> {
        let grown = payment.total()?.checked_sub(self.total?)?;
        let is_theirs = |seen: &&ProviderRefund| {
            let new = seen.id.as_ref().filter(|id| !self.refunds.contains(*id));
            new.is_some_and(|id| history.owns(id))
        };
        let theirs = payment.shown().iter().filter(is_theirs);
        let explained = Minor::checked_sum(theirs.filter_map(|seen| seen.amount));
        Some(grown.saturating_sub(explained.unwrap_or_default()))
    }
}

fn nameless(shown: &[ProviderRefund]) -> impl Iterator<Item = &ProviderRefund> {
    shown.iter().filter(|seen| {
        seen.id.is_none() && seen.token.is_none() && seen.status != RefundStatus::Failed
    })
}
