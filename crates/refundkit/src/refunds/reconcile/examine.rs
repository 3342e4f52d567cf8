//! One payment read from the provider, and compared whole.

use refundkit_core::ProviderRefund;
use refundkit_core::ports::ReadErrorKind;
use refundkit_core::reconcile::{Compared, asked, compare, gone};
use refundkit_core::{
    Detail, Difference, DifferenceKind, Kind, Operation, Payment, PaymentId, ReadError, RefundId,
};

use super::Run;
use crate::Error;

/// So many refunds of a payment are asked about one by one at most.
const MOST_ASKED: usize = 20;

impl Run<'_> {
    /// Reads the payment and tells what differs. `told` is what a list has said of one of its refunds.
    pub(super) async fn examine(
        &mut self,
        payment: &PaymentId,
        told: Option<&ProviderRefund>,
    ) -> Result<(), Error> {
        let now = self.engine.clock.now();
        // The payment first: what is written down meanwhile is too young to be missed in it.
        let read = match self.adapter.payment(payment, Detail::Sums).await {
            Ok(read) => Some(read),
            // A list that tells of a refund of it says otherwise: then neither can be leaned on.
            Err(error) if error.kind == ReadErrorKind::NotFound && told.is_none() => None,
            Err(error) => return self.or_stop(payment, error),
        };
        let unread = self.unread;
        self.done.payments = self.done.payments.saturating_add(1);
        let more = match &read {
            Some(read) => self.details(read, told).await,
            None => Ok(Vec::new()),
        };
        let told = match more {
            Ok(more) => told.cloned().into_iter().chain(more).collect::<Vec<_>>(),
            Err(error) => return self.or_stop(payment, error),
        };
        let operations = self.engine.of_payment(self.name, payment).await?;
        if read.is_none() && operations.is_empty() {
            self.incomplete(&format!(
                "neither the journal nor the provider knows payment {payment}"
            ));
        }
        let compared = match &read {
            Some(read) => compare(&operations, read, &told, self.adapter.capabilities(), now),
            None => gone(&operations, now),
        };
        let sums_up = read.is_some_and(|read| read.refunds.is_none());
        self.take(&operations, compared, sums_up).await?;
        if self.unread == unread {
            self.failures = 0;
        }
        Ok(())
    }

    /// `sums_up` says that what is missing is missing in a total.
    async fn take(
        &mut self,
        operations: &[Operation],
        compared: Compared,
        sums_up: bool,
    ) -> Result<(), Error> {
        let unread = self.unread;
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        self.done.young = self.done.young.saturating_add(count(compared.young));
        self.untold = self.untold.saturating_add(count(compared.untold));
        for difference in compared.differences {
            let of = |one: &&Operation| Some(&one.intent.id) == difference.operation.as_ref();
            let operation = operations.iter().find(of);
            match (difference.kind, operation) {
                // The payment has been named already.
                (DifferenceKind::Missing, Some(_)) if self.unread > unread => {}
                (DifferenceKind::Missing, Some(operation)) => {
                    let difference = self.ask_for(operation, difference, sums_up).await?;
                    self.hold_back(difference).await?;
                }
                (DifferenceKind::Extra | DifferenceKind::Dashboard, None) => {
                    self.hold_back(Some(difference)).await?;
                }
                _ => self.report(difference).await?,
            }
        }
        Ok(())
    }

    /// A refund isn't missing before it was asked for by itself: it may be another payment's, or have
    /// failed. What can't be asked for stays missing.
    async fn ask_for(
        &mut self,
        operation: &Operation,
        missing: Difference,
        sums_up: bool,
    ) -> Result<Option<Difference>, Error> {
        let plan = &operation.intent.plan;
        let Some(refund) = missing
            .refund
            .as_ref()
            .filter(|_| plan.kind() == Kind::Refund)
        else {
            return Ok(Some(missing));
        };
        match self.adapter.refund_status(plan.payment(), refund).await {
            Ok(fact) => {
                // It is there by itself, and the total is too small all the same.
                let sum = Difference {
                    kind: DifferenceKind::Sum,
                    shown: Some(fact.clone()),
                    note: format!("{}, though the refund is there by itself", missing.note),
                    ..missing
                };
                Ok(asked(operation, fact).or(sums_up.then_some(sum)))
            }
            Err(error) if tells_nothing(&error) => Ok(Some(missing)),
            Err(error) => {
                self.or_stop(plan.payment(), error)?;
                Ok(None)
            }
        }
    }

    /// What the payment leaves out of its refunds, where asking for them tells more.
    async fn details(
        &mut self,
        payment: &Payment,
        told: Option<&ProviderRefund>,
    ) -> Result<Vec<ProviderRefund>, ReadError> {
        let known = |id: &RefundId| told.is_some_and(|told| told.id.as_ref() == Some(id));
        let bare = |refund: &&ProviderRefund| refund.amount.is_none();
        let refunds = payment.shown().iter().filter(bare);
        let mut found = Vec::new();
        let mut asked: usize = 0;
        for refund in refunds {
            let Some(id) = refund.id.as_ref().filter(|id| !known(id)) else {
                continue;
            };
            if asked >= MOST_ASKED {
                self.untold = self.untold.saturating_add(1);
                continue;
            }
            asked = asked.saturating_add(1);
            match self.adapter.refund_status(&payment.id, id).await {
                Ok(fact) => found.push(ProviderRefund {
                    payment: Some(payment.id.clone()),
                    currency: fact.currency,
                    amount: fact.amount,
                    ..refund.clone()
                }),
                Err(error) if tells_nothing(&error) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    }

    /// Names a payment that can't be read, unless no other one could be either.
    fn or_stop(&mut self, payment: &PaymentId, error: ReadError) -> Result<(), Error> {
        if error.kind == ReadErrorKind::Configuration {
            return Err(error.into());
        }
        self.unreadable(payment, &error);
        Ok(())
    }
}

/// Whether the provider has answered that there is nothing to tell.
fn tells_nothing(error: &ReadError) -> bool {
    matches!(
        error.kind,
        ReadErrorKind::NotFound | ReadErrorKind::Unsupported
    )
}
