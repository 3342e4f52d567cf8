use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::answer::RefundStatus;
use crate::ids::RefundId;
use crate::money::Minor;
use crate::payment::{Payment, SeenRefund};
use crate::plan::History;

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

    /// A refund that is alive, new, carries no token and was made by no operation of ours that is
    /// known: whatever its amount, it could be the one that was planned.
    pub(crate) fn new_in<'a>(
        &self,
        shown: &'a [SeenRefund],
        history: &History,
    ) -> Option<&'a SeenRefund> {
        let is_new = |seen: &&SeenRefund| {
            let id = seen.id.as_ref();
            id.is_some_and(|id| !self.refunds.contains(id) && !history.owns(id))
        };
        let alive =
            |seen: &&SeenRefund| seen.token.is_none() && seen.status != RefundStatus::Failed;
        let named = shown.iter().filter(alive).find(is_new);
        named.or_else(|| nameless(shown).nth(self.nameless))
    }
}

fn nameless(shown: &[SeenRefund]) -> impl Iterator<Item = &SeenRefund> {
    shown.iter().filter(|seen| {
        seen.id.is_none() && seen.token.is_none() && seen.status != RefundStatus::Failed
    })
}
