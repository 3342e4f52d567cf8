//! The journal compared with what a provider shows, both ways.

mod apply;
mod checksums;
mod examine;
mod journal;
mod list;
mod unmatched;

use refundkit_core::timing::QUIESCENCE;
use refundkit_core::{
    Difference, Filter, Operation, PaymentId, Period, Provider, ProviderName, ReadError, Timestamp,
};

use super::Refunds;
use crate::Error;
use journal::Pages;
use list::Listing;
use unmatched::Unmatched;

/// What is named in [`Reconciled::remarks`] at most; more is only counted.
const MOST_REMARKS: usize = 20;

/// After so many payments in a row that can't be read, nothing more is asked.
const FAILURES_IN_A_ROW: usize = 20;

/// What to compare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Extent {
    /// What was begun or made in a period. Its end is no later than what has quiescent, a quarter of
    /// an hour ago. A payment that is looked at is compared whole.
    Period(Period),
    /// One payment, and all operations of it.
    Payment(PaymentId),
}

/// What is told while [`Refunds::reconcile`] goes on.
#[derive(Debug)]
pub enum Noticed<'a> {
    /// A difference, and whether its evidence was written down.
    Difference {
        /// The difference.
        difference: &'a Difference,
        /// Whether the evidence for it is in the journal now, and wasn't before.
        written: bool,
    },
    /// How far it has come.
    Progress(&'a Reconciled),
}

/// What a comparison came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reconciled {
    /// How many operations of the journal were gone through.
    pub operations: u64,
    /// How many refunds the provider's list has told of; none where it has no such list.
    pub refunds: u64,
    /// How many payments were read one by one.
    pub payments: u64,
    /// How many differences were found.
    pub differences: u64,
    /// For how many of them evidence was written down.
    pub written: u64,
    /// How many operations are too young to be compared. They are no difference.
    pub young: u64,
    /// How many operations were begun in the future, by this machine's clock: they are not compared.
    pub future: u64,
    /// How many payments could not be read.
    pub unread: u64,
    /// How many operations or refunds can't be told apart by what the provider shows.
    pub untold: u64,
    /// Whether all that was asked for could be compared.
    pub complete: bool,
    /// What could not be compared and why, and what nobody can see at this provider. At most twenty
    /// payments that can't be read are named.
    pub remarks: Vec<String>,
}

impl Refunds {
    /// Compares the journal with what `provider` shows, and tells every difference.
    ///
    /// A provider that lists the refunds of its account is read by that list, so that refunds show
    /// too of which the journal knows nothing; payments are read where the list and the journal don't
    /// say the same. Any other provider is read payment by payment, those of the journal's operations.
    /// Memory doesn't grow with the number of refunds, only with that of differences.
    ///
    /// Nothing is changed anywhere, unless `apply` is set: then the evidence that follows from
    /// differences is added to the journal. Never a decision, never an absence.
    ///
    /// # Errors
    /// [`Error::UnknownProvider`], [`Error::Read`] where the account itself is configured wrongly,
    /// and trouble with the journal. Payments that can't be read are no error: the result is then
    /// not [`complete`](Reconciled::complete).
    pub async fn reconcile(
        &self,
        provider: &ProviderName,
        extent: &Extent,
        apply: bool,
        mut tell: impl FnMut(Noticed<'_>) + Send,
    ) -> Result<Reconciled, Error> {
        let adapter = self.provider(provider)?;
        let quiescent = self.clock.now().saturating_sub(QUIESCENCE);
        let mut run = Run {
            engine: self,
            name: provider,
            adapter,
            period: until_quiescent(extent, quiescent),
            apply,
            tell: &mut tell,
            done: Reconciled {
                complete: true,
                ..Reconciled::default()
            },
            unmatched: Unmatched::default(),
            untold: 0,
            unread: 0,
            failures: 0,
            stopped: false,
        };
        run.all(extent).await?;
        (run.done.unread, run.done.untold) = (run.unread, run.untold);
        Ok(run.done)
    }
}

fn until_quiescent(extent: &Extent, quiescent: Timestamp) -> Period {
    match extent {
        Extent::Payment(_) => Period::default(),
        Extent::Period(period) => Period {
            since: period.since,
            until: Some(period.until.map_or(quiescent, |until| until.min(quiescent))),
        },
    }
}

/// One comparison under way.
struct Run<'a> {
    engine: &'a Refunds,
    name: &'a ProviderName,
    adapter: &'a dyn Provider,
    period: Period,
    apply: bool,
    tell: &'a mut (dyn FnMut(Noticed<'_>) + Send),
    done: Reconciled,
    unmatched: Unmatched,
    /// How many operations the provider shows nothing of that could be compared.
    untold: u64,
    /// How many payments could not be read.
    unread: u64,
    /// How many of them came just now, one after the other.
    failures: usize,
    /// Whether there is no use in going on.
    stopped: bool,
}

impl Run<'_> {
    async fn all(&mut self, extent: &Extent) -> Result<(), Error> {
        if !self.adapter.capabilities().shows_payments {
            self.incomplete("the provider shows no payments: there is nothing to compare with");
            return Ok(());
        }
        let Period { since, until } = self.period;
        if since
            .zip(until)
            .is_some_and(|(since, until)| since >= until)
        {
            self.incomplete("nothing of the period can be compared: it ends a quarter of an hour ago at the latest, and begins no sooner than it ends");
            return Ok(());
        }
        match extent {
            Extent::Payment(payment) => {
                let operations = self.engine.of_payment(self.name, payment).await?;
                let operations = u64::try_from(operations.len()).unwrap_or(u64::MAX);
                self.done.operations = operations;
                self.examine(payment, None).await?;
            }
            Extent::Period(_) => match self.by_list().await? {
                Listing::Read => {}
                Listing::Unsupported => {
                    self.by_payments().await?;
                    self.remark("refunds of payments without any operation in the journal can't be seen: the provider has no list of all refunds");
                }
            },
        }
        self.match_unmatched().await?;
        self.count_younger(extent).await?;
        if self.unread > 0 {
            let unread = self.unread;
            self.incomplete(&format!("{unread} payments could not be read"));
        }
        if self.untold > 0 {
            let untold = self.untold;
            self.incomplete(&format!(
                "{untold} operations or refunds could not be compared: what the provider shows doesn't tell them apart"
            ));
        }
        Ok(())
    }

    /// What was begun too lately, or in the future of this clock, is in no period that can be compared.
    async fn count_younger(&mut self, extent: &Extent) -> Result<(), Error> {
        let (Extent::Period(asked), Some(quiescent)) = (extent, self.period.until) else {
            return Ok(());
        };
        let now = self.engine.clock.now();
        let mut pages = Pages::of(Filter {
            since: Some(quiescent),
            until: asked.until,
            ..self.filter()
        });
        loop {
            let page = self.next(&mut pages).await?;
            if page.is_empty() {
                break;
            }
            for operation in &page {
                let count = if operation.intent.created_at > now {
                    &mut self.done.future
                } else {
                    &mut self.done.young
                };
                *count = count.saturating_add(1);
            }
        }
        if self.done.future > 0 {
            let future = self.done.future;
            self.incomplete(&format!(
                "{future} operations were begun in the future of this machine's clock: they were not compared"
            ));
        }
        Ok(())
    }

    /// Tells a difference, and writes down what follows from it where that is wanted.
    async fn report(&mut self, difference: Difference) -> Result<(), Error> {
        let written = self.apply && self.write_down(&difference).await?;
        self.done.differences = self.done.differences.saturating_add(1);
        self.done.written = self.done.written.saturating_add(u64::from(written));
        (self.tell)(Noticed::Difference {
            difference: &difference,
            written,
        });
        Ok(())
    }

    fn progress(&mut self) {
        (self.tell)(Noticed::Progress(&self.done));
    }

    fn remark(&mut self, text: &str) {
        if !self.done.remarks.iter().any(|known| known == text) {
            self.done.remarks.push(text.to_owned());
        }
    }

    fn incomplete(&mut self, why: &str) {
        self.done.complete = false;
        self.remark(why);
    }

    /// A payment that can't be read is named, and never passed over in silence.
    fn unreadable(&mut self, payment: &PaymentId, error: &ReadError) {
        self.unread = self.unread.saturating_add(1);
        self.failures = self.failures.saturating_add(1);
        if self.done.remarks.len() < MOST_REMARKS {
            self.incomplete(&format!("payment {payment} could not be read: {error}"));
        }
        if self.failures >= FAILURES_IN_A_ROW {
            self.stopped = true;
            self.incomplete(&format!(
                "{FAILURES_IN_A_ROW} payments in a row could not be read: the rest was not asked for"
            ));
        }
    }

    /// Whether the operation was begun in the period.
    fn is_in_period(&self, operation: &Operation) -> bool {
        self.filter().fits(operation)
    }
}
