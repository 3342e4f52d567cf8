//! The journal's operations of the period, page by page.

use refundkit_core::{Filter, Operation};

use super::Run;
use crate::Error;

/// How many operations are read at once.
const PAGE: usize = 500;

/// Where the next page of operations begins.
#[derive(Default)]
pub(super) struct Pages {
    filter: Filter,
    ended: bool,
}

impl Pages {
    pub(super) fn of(filter: Filter) -> Self {
        let filter = Filter {
            limit: Some(PAGE),
            ..filter
        };
        Self {
            filter,
            ended: false,
        }
    }
}

impl Run<'_> {
    /// The provider's operations that were begun in the period.
    pub(super) fn filter(&self) -> Filter {
        Filter {
            provider: Some(self.name.clone()),
            since: self.period.since,
            until: self.period.until,
            ..Filter::default()
        }
    }

    /// The next operations; none at the end.
    pub(super) async fn next(&self, pages: &mut Pages) -> Result<Vec<Operation>, Error> {
        if pages.ended {
            return Ok(Vec::new());
        }
        let page = self.engine.journal.list(&pages.filter).await?;
        pages.ended = page.len() < PAGE;
        pages.filter.after = page.last().map(|last| last.intent.id.clone());
        Ok(page)
    }

    /// Reads every payment of the period's operations, once.
    pub(super) async fn by_payments(&mut self) -> Result<(), Error> {
        let mut pages = Pages::of(self.filter());
        loop {
            let page = self.next(&mut pages).await?;
            if page.is_empty() {
                return Ok(());
            }
            for operation in page {
                if self.stopped {
                    return Ok(());
                }
                self.done.operations = self.done.operations.saturating_add(1);
                if self.is_first(&operation).await? {
                    let payment = operation.intent.plan.payment();
                    self.examine(payment, None).await?;
                }
            }
            self.progress();
        }
    }

    /// Whether no other operation of the payment comes before it in the period. So no payment has to
    /// be remembered.
    async fn is_first(&self, operation: &Operation) -> Result<bool, Error> {
        let intent = &operation.intent;
        let payment = intent.plan.payment();
        let operations = self.engine.of_payment(self.name, payment).await?;
        let filter = self.filter();
        let first = operations.iter().find(|one| filter.fits(one));
        Ok(first.is_none_or(|first| first.intent.id == intent.id))
    }
}
