//! Providers that list the refunds of the whole account.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use refundkit_core::ProviderRefund;
use refundkit_core::ports::ReadErrorKind;
use refundkit_core::reconcile::agrees;
use refundkit_core::{Cursor, Minor, Operation, PaymentId, RefundId, RefundPage, State};

use super::Run;
use super::checksums::Checksums;
use super::journal::Pages;
use crate::Error;

/// A list that shifts while it is read is read again, so often.
const READINGS: usize = 3;
/// A page that can't be read is asked for so often.
const TRIES: usize = 3;
/// A list is read no further: a million refunds where a page has a hundred, which is some hours of
/// reading. Who has more compares a shorter period.
const MOST_PAGES: usize = 10_000;
/// So many pages one after the other without a refund are the end of no list.
const MOST_EMPTY_PAGES: usize = 100;
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

/// What tells that a list has no end. It grows by sixteen bytes a page.
#[derive(Default)]
struct Endless {
    key: RandomState,
    pages: HashSet<u64>,
    cursors: HashSet<u64>,
    empty: usize,
}

impl Endless {
    /// Why nothing new comes after this page; nothing where something may.
    fn after(
        &mut self,
        page: &RefundPage,
        ids: &HashSet<RefundId>,
        asked: Option<&Cursor>,
    ) -> Option<&'static str> {
        self.cursors.insert(self.key.hash_one(asked));
        let comes_back = page.next.is_some()
            && self
                .cursors
                .contains(&self.key.hash_one(page.next.as_ref()));
        // The order of a page's refunds is no part of what it shows.
        let shown = ids.iter().map(|id| self.key.hash_one(id));
        let shown = shown.fold(0, |all, one| all ^ one);
        let again = !ids.is_empty() && !self.pages.insert(shown);
        self.empty = match page.refunds.as_slice() {
            [] => self.empty.saturating_add(1),
            _ => 0,
        };
        if comes_back || again {
            return Some("the list of refunds has no end: it begins anew");
        }
        (self.empty >= MOST_EMPTY_PAGES)
            .then_some("the list of refunds has no end: page after page shows nothing")
    }
}

impl Run<'_> {
    pub(super) async fn by_list(&mut self) -> Result<Listing, Error> {
        let mut examined = Examined::default();
        for _ in 0..READINGS {
            self.done.refunds = 0;
            let mut found = Checksums::new();
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
        found: &mut Checksums,
        examined: &mut Examined,
    ) -> Result<Reading, Error> {
        let mut cursor = None;
        // What shifts turns up on the next page once more.
        let mut before = HashSet::new();
        let mut read = Endless::default();
        for _ in 0..MOST_PAGES {
            let page = match self.page(cursor.clone()).await? {
                Ok(page) => page,
                Err(end) => return Ok(end),
            };
            let ids: HashSet<RefundId> = page
                .refunds
                .iter()
                .filter_map(|refund| refund.id.clone())
                .collect();
            if !ids.is_disjoint(&before) {
                return Ok(Reading::Shifted);
            }
            let sense = read.after(&page, &ids, cursor.as_ref());
            before = ids;
            for refund in &page.refunds {
                self.compare_listed(refund, found, examined).await?;
                if self.stopped {
                    return Ok(Reading::Stopped);
                }
            }
            self.progress();
            if page.next.is_none() {
                return Ok(Reading::Whole);
            }
            if let Some(why) = sense {
                self.incomplete(why);
                return Ok(Reading::Stopped);
            }
            cursor = page.next;
        }
        self.incomplete(&format!(
            "the list of refunds has more than {MOST_PAGES} pages: the rest was left out; compare a shorter period"
        ));
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
        refund: &ProviderRefund,
        found: &mut Checksums,
        examined: &mut Examined,
    ) -> Result<(), Error> {
        let made = refund.created_at;
        let (since, until) = (self.period.since, self.period.until);
        let early = made.is_some_and(|made| since.is_some_and(|since| made < since));
        let late = made.is_some_and(|made| until.is_some_and(|until| made >= until));
        if early || late {
            return Ok(());
        }
        self.done.refunds = self.done.refunds.saturating_add(1);
        let Some(payment) = &refund.payment else {
            self.incomplete("the list of refunds shows one without saying of which payment it is");
            return Ok(());
        };
        let operations = self.engine.of_payment(self.name, payment).await?;
        match agrees(&operations, refund) {
            // Each agrees, and together they are more than there was.
            Some(_) if is_overdrawn(&operations) => {
                self.once(payment, Some(refund), examined).await
            }
            Some(operation) => {
                if is_expected(operation) && self.is_in_period(operation) {
                    found.add(&operation.intent.id);
                }
                Ok(())
            }
            None => self.once(payment, Some(refund), examined).await,
        }
    }

    /// Disputes stand in payments, and those whose refunds agree were not read.
    fn remark_on_disputes(&mut self) {
        if self.adapter.capabilities().shows_disputes {
            self.remark("disputes show only of payments that were read one by one: with --payment, each can be");
        }
    }

    /// The operations whose refund the list should have shown, and didn't: their payments are read.
    async fn unseen(&mut self, found: &Checksums, examined: &mut Examined) -> Result<(), Error> {
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
        told: Option<&ProviderRefund>,
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
