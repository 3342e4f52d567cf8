//! What is missing at one payment and what is nobody's at another may be the same refund.

use std::collections::{HashMap, HashSet};

use refundkit_core::reconcile::elsewhere;
use refundkit_core::{Difference, Filter, OperationId, ProviderKey, RefundId};

use super::Run;
use super::journal::Pages;
use crate::Error;

/// So many are held back to be matched; what comes beyond is told at once.
const MOST_HELD: usize = 10_000;

/// Differences that wait for the end.
#[derive(Default)]
pub(super) struct Unmatched {
    /// Operations without a refund where they should have one.
    missing: Vec<Difference>,
    /// Refunds that are no operation's where they are.
    unowned: Vec<Difference>,
}

impl Run<'_> {
    pub(super) async fn hold_back(&mut self, difference: Option<Difference>) -> Result<(), Error> {
        let Some(difference) = difference else {
            return Ok(());
        };
        let held = if difference.operation.is_some() {
            &mut self.unmatched.missing
        } else {
            &mut self.unmatched.unowned
        };
        if held.len() >= MOST_HELD {
            return self.report(difference).await;
        }
        held.push(difference);
        Ok(())
    }

    /// Finds the operations whose refunds are at other payments, by their tokens and ids, and tells
    /// what is left.
    pub(super) async fn match_unmatched(&mut self) -> Result<(), Error> {
        let Unmatched { missing, unowned } = std::mem::take(&mut self.unmatched);
        let mut moved = HashSet::new();
        if !unowned.is_empty() {
            moved = self.claim(unowned).await?;
        }
        for difference in missing {
            let known = |id: &OperationId| moved.contains(id);
            if !difference.operation.as_ref().is_some_and(known) {
                self.report(difference).await?;
            }
        }
        Ok(())
    }

    async fn claim(&mut self, unowned: Vec<Difference>) -> Result<HashSet<OperationId>, Error> {
        let mut by_token: HashMap<ProviderKey, usize> = HashMap::new();
        let mut by_id: HashMap<RefundId, usize> = HashMap::new();
        for (place, one) in unowned.iter().enumerate() {
            by_token.extend(one.token.clone().map(|token| (token, place)));
            by_id.extend(one.refund.clone().map(|refund| (refund, place)));
        }
        let mut left: Vec<Option<Difference>> = unowned.into_iter().map(Some).collect();
        let mut moved = HashSet::new();
        let mut pages = Pages::of(Filter {
            provider: Some(self.name.clone()),
            ..Filter::default()
        });
        loop {
            let page = self.next(&mut pages).await?;
            if page.is_empty() {
                break;
            }
            for operation in page {
                let summary = operation.summary();
                let token = by_token.get(&operation.intent.key).copied();
                let ids = summary.refunds().filter_map(|id| by_id.get(id).copied());
                for place in token.into_iter().chain(ids) {
                    let unowned = left.get_mut(place).and_then(|slot| {
                        let found = elsewhere(&operation, slot.as_ref()?)?;
                        slot.take();
                        Some(found)
                    });
                    if let Some(found) = unowned {
                        moved.insert(operation.intent.id.clone());
                        self.report(found).await?;
                    }
                }
            }
        }
        for difference in left.into_iter().flatten() {
            self.report(difference).await?;
        }
        Ok(moved)
    }
}
