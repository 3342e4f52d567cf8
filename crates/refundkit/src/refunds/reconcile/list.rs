//! Providers that list the refunds of the whole account.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use refundkit_core::ports::ReadErrorKind;
use refundkit_core::reconcile::agrees;
use refundkit_core::{Cursor, Minor, Operation, PaymentId, RefundId, RefundPage, Sighting, State};

use super::Run;
use super::journal::Pages;
use super::sums::Sums;
use crate::Error;

/// A list that shifts while it is read is read again, so often.
const READINGS: usize = 3;
/// A page that can't be read is asked for so often.
const TRIES: usize = 3;
/// No list has more pages.
const MOST_PAGES: usize = 1_000_000;
/// Of so many payments it is remembered that they were looked at.
const MOST_EXAMINED: usize = 1_000_000;

/// What became of the list.
pub(super) enum Listing {
    /// It was gone through, as far as it could be read.
    Read,
    /// The provider has none.
    Unsupported,
}

/// What became of one reading of it.
enum Reading {
    Whole,
    Shifted,
    Stopped,
    Unsupported,
}

/// The payments that were looked at one by one, so that each is told of once. It grows with the
/// differences, and by eight bytes each.
#[derive(Default)]
struct Examined {
    key: RandomState,
    payments: HashSet<u64>,
}

impl Examined {
    /// Whether it wasn't looked at before.
    fn is_new(&mut self, payment: &PaymentId) -> bool {
        self.payments.insert(self.key.hash_one(payment))
    }
}

impl Run<'_> {
    pub(super) async fn by_list(&mut self) -> Result<Listing, Error> {
        let mut examined = Examined::default();
        for _ in 0..READINGS {
            self.done.refunds = 0;
            let mut found = Sums::new();
            match self.read_list(&mut found, &mut examined).await? {
                Reading::Unsupported => return Ok(Listing::Unsupported),
                Reading::Stopped => return Ok(Listing::Read),
                Reading::Shifted => {}
                Reading::Whole => {
                    self.unseen(&found, &mut examined).await?;
                    self.remark_on_disputes();
                    return Ok(Listing::Read);
                }
            }
        }
        self.incomplete(&format!(
            "the list of refunds changed each of the {READINGS} times while it was read: what was found is true, and more may differ"
        ));
        Ok(Listing::Read)
    }

    /// Goes through the list, and sums up the operations that agree with it.
    async fn read_list(
        &mut self,
        found: &mut Sums,
        examined: &mut Examined,
    ) -> Result<Reading, Error> {
        let mut cursor = None;
        // What shifts turns up on the next page once more.
        let mut before = HashSet::new();
        for _ in 0..MOST_PAGES {
            let page = match self.page(cursor.clone()).await? {
                Ok(page) => page,
                Err(end) => return Ok(end),
            };
            let ids: HashSet<RefundId> = page
                .refunds
                .iter()
                .filter_map(|sighting| sighting.refund.id.clone())
                .collect();
            if !ids.is_disjoint(&before) {
                return Ok(Reading::Shifted);
            }
            before = ids;
            for sighting in &page.refunds {
                self.compare_listed(sighting, found, examined).await?;
                if self.stopped {
                    return Ok(Reading::Stopped);
                }
            }
            self.progress();
            if page.next.is_none() {
                return Ok(Reading::Whole);
            }
            if page.next == cursor {
                break;
            }
            cursor = page.next;
        }
        self.incomplete("the list of refunds has no end");
        Ok(Reading::Stopped)
    }

    async fn page(&mut self, cursor: Option<Cursor>) -> Result<Result<RefundPage, Reading>, Error> {
        let mut tries = 1;
        loop {
            let error = match self.adapter.refunds(&self.period, cursor.clone()).await {
                Ok(page) => return Ok(Ok(page)),
                Err(error) => error,
            };
            if error.kind == ReadErrorKind::Unsupported && cursor.is_none() {
                return Ok(Err(Reading::Unsupported));
            }
            if error.kind == ReadErrorKind::Configuration {
                return Err(error.into());
            }
            if tries >= TRIES {
                self.incomplete(&format!(
                    "the list of refunds could not be read to its end: {error}"
                ));
                return Ok(Err(Reading::Stopped));
            }
            tries = tries.saturating_add(1);
        }
    }

    async fn compare_listed(
        &mut self,
        sighting: &Sighting,
        found: &mut Sums,
        examined: &mut Examined,
    ) -> Result<(), Error> {
        let made = sighting.refund.created_at;
        let (since, until) = (self.period.since, self.period.until);
        let early = made.is_some_and(|made| since.is_some_and(|since| made < since));
        let late = made.is_some_and(|made| until.is_some_and(|until| made >= until));
        if early || late {
            return Ok(());
        }
        self.done.refunds = self.done.refunds.saturating_add(1);
        let payment = &sighting.payment;
        let operations = self.engine.of_payment(self.name, payment).await?;
        match agrees(&operations, sighting) {
            // Each agrees, and together they are more than there was.
            Some(_) if is_overdrawn(&operations) => {
                self.once(payment, Some(sighting), examined).await
            }
            Some(operation) => {
                if is_expected(operation) && self.is_in_period(operation) {
                    found.add(&operation.intent.id);
                }
                Ok(())
            }
            None => self.once(payment, Some(sighting), examined).await,
        }
    }

    /// Disputes stand in payments, and those whose refunds agree were not read.
    fn remark_on_disputes(&mut self) {
        if self.adapter.capabilities().shows_disputes {
            self.remark("disputes show only of payments that were read one by one: with --payment, each can be");
        }
    }

    /// The operations whose refund the list should have shown, and didn't: their payments are read.
    async fn unseen(&mut self, found: &Sums, examined: &mut Examined) -> Result<(), Error> {
        let mut expected = found.beside();
        let mut pages = Pages::of(self.filter());
        loop {
            let page = self.next(&mut pages).await?;
            if page.is_empty() {
                break;
            }
            for operation in &page {
                self.done.operations = self.done.operations.saturating_add(1);
                if is_expected(operation) {
                    expected.add(&operation.intent.id);
                }
            }
            self.progress();
        }
        if expected.is_same(found) {
            return Ok(());
        }
        let mut pages = Pages::of(self.filter());
        loop {
            let page = self.next(&mut pages).await?;
            if page.is_empty() || self.stopped {
                return Ok(());
            }
            for operation in page.iter().filter(|one| is_expected(one)) {
                if expected.differs_at(found, &operation.intent.id) && !self.stopped {
                    let payment = operation.intent.plan.payment();
                    self.once(payment, None, examined).await?;
                }
            }
        }
    }

    async fn once(
        &mut self,
        payment: &PaymentId,
        told: Option<&Sighting>,
        examined: &mut Examined,
    ) -> Result<(), Error> {
        if examined.payments.len() >= MOST_EXAMINED {
            self.stopped = true;
            self.incomplete("too many payments differ to look at each: compare a shorter period");
        } else if examined.is_new(payment) {
            self.examine(payment, told).await?;
        }
        Ok(())
    }
}

/// Whether the operations hold more of their payment than any of them knew to be captured.
fn is_overdrawn(operations: &[Operation]) -> bool {
    let held = operations
        .iter()
        .filter(|operation| operation.state().holds_money());
    let plans = || held.clone().map(|operation| &operation.intent.plan);
    let most = plans().map(|plan| plan.budget().cap).max();
    let sum = Minor::checked_sum(plans().map(|plan| plan.amount().minor()));
    most.is_some_and(|most| sum.is_none_or(|sum| sum > most))
}

/// Whether the journal says that the provider has taken it on.
fn is_expected(operation: &Operation) -> bool {
    matches!(operation.state(), State::Accepted | State::Succeeded)
}
