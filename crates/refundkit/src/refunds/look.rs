//! Reads from the provider what became of operations, and writes down what that proves. Nothing is sent
//! that moves money.

use refundkit_core::operation::{
    Fact, Finding, Sight, Source, apply_reading, conclude, find, may_apply_reading,
};
use refundkit_core::ports::ReadErrorKind;
use refundkit_core::{
    Capabilities, Change, Detail, Evidence, JournalError, Kind, Operation, OperationId, PaymentId,
    Provider, ProviderName, RefundStatus, State, Timestamp,
};

use super::Refunds;
use super::guard::{Decided, LedgerGuard, MOST_ANEW};
use super::reading::Reading;
use crate::Error;
use crate::journal::Written;

impl Refunds {
    /// Reads a payment and brings all of its operations up to date with it, those that had ended
    /// too. Sends nothing that moves money. Returns the operations, oldest first.
    ///
    /// # Errors
    /// [`Error::UnknownProvider`], [`Error::Read`] where the payment can't be read, and trouble with
    /// the journal.
    #[tracing::instrument(level = "debug", skip_all, fields(%provider, %payment))]
    pub async fn refresh_payment(
        &self,
        provider: &ProviderName,
        payment: &PaymentId,
    ) -> Result<Vec<Operation>, Error> {
        let adapter = self.provider(provider)?;
        let mut guard = self.lock(provider, payment).await?;
        guard.refresh_payment(adapter).await?;
        Ok(guard.ledger.operations().to_vec())
    }
}

impl LedgerGuard<'_> {
    async fn refresh_payment(&mut self, adapter: &dyn Provider) -> Result<(), Error> {
        if adapter.capabilities().shows_payments {
            let payment = self.ledger.payment().clone();
            let reading = self.read(adapter, &payment).await?;
            self.apply_reading(adapter, &reading).await?;
            if reading.payment.refunds.is_some() {
                return Ok(());
            }
            return self.read_refunds(adapter).await;
        }
        for id in self.ids() {
            self.refresh_from(adapter, &id).await?;
        }
        Ok(())
    }

    fn ids(&self) -> Vec<OperationId> {
        let operations = self.ledger.operations().iter();
        operations
            .map(|operation| operation.intent.id.clone())
            .collect()
    }

    /// Asks about each refund that has an id, of a payment that doesn't show them: that one has failed
    /// after all tells nothing else. One that can't be asked now stands in the way of no other.
    async fn read_refunds(&mut self, adapter: &dyn Provider) -> Result<(), Error> {
        let mut away = None;
        for id in self.ids() {
            let state = self.operation(&id)?.state();
            if !matches!(state, State::Accepted | State::Succeeded) {
                continue;
            }
            match self.read_refund(adapter, &id).await {
                Ok(_) => {}
                // It isn't known any more, which no later reading changes.
                Err(Error::Read(error)) if error.kind == ReadErrorKind::NotFound => {}
                Err(Error::Read(error)) => away = Some(error),
                Err(error) => return Err(error),
            }
        }
        away.map_or(Ok(()), |error| Err(error.into()))
    }

    /// Asks about the refund itself, and writes down what that tells; whether it told anything.
    pub(super) async fn read_refund(
        &mut self,
        provider: &dyn Provider,
        id: &OperationId,
    ) -> Result<Asked, Error> {
        let operation = self.operation(id)?;
        let summary = operation.summary();
        let is_refund = operation.intent.plan.kind() == Kind::Refund;
        let Some(refund) = summary.refund().filter(|_| is_refund) else {
            return Ok(Asked::Silent);
        };
        let payment = operation.intent.plan.payment();
        let asked_at = self.now();
        match provider.refund_status(payment, refund).await {
            Ok(fact) if fact.status != RefundStatus::Unstated => {
                let fact = Fact::seen(operation, Source::Asked, fact);
                self.record(id, fact, asked_at).await?;
                Ok(Asked::Told)
            }
            Ok(_) => Ok(Asked::Silent),
            Err(error) if error.kind == ReadErrorKind::Unsupported => Ok(Asked::Silent),
            Err(error) => Err(error.into()),
        }
    }

    pub(super) async fn read(
        &self,
        provider: &dyn Provider,
        payment: &PaymentId,
    ) -> Result<Reading, Error> {
        Ok(Reading::of(provider, self.clock, payment, Detail::Sums).await?)
    }

    /// What a reading shows of an operation, beside the others of its payment.
    pub(super) fn find(
        &self,
        provider: &dyn Provider,
        id: &OperationId,
        reading: &Reading,
    ) -> Result<Finding, Error> {
        let history = reading.history(self.ledger.operations());
        let capabilities = provider.capabilities();
        Ok(find(
            self.operation(id)?,
            &reading.payment,
            &history,
            capabilities,
        ))
    }

    /// Reads the payment and writes down what it proves; at a provider that shows no payments, what
    /// follows from there being nothing to read. A payment that can't be read proves
    /// nothing: the operation stays as it is, and its money held.
    pub(super) async fn look(
        &mut self,
        provider: &dyn Provider,
        id: &OperationId,
    ) -> Result<(Decided, Sight), Error> {
        if !provider.capabilities().shows_payments {
            let now = self.now();
            let decided = self.conclude(provider, id, Finding::Silent, now).await?;
            return Ok((decided, Sight::Dark));
        }
        let payment = self.operation(id)?.intent.plan.payment().clone();
        match Reading::of(provider, self.clock, &payment, Detail::Sums).await {
            Ok(reading) => self.judge(provider, id, reading).await,
            Err(_) => Ok((Decided::WrittenDown, Sight::Away)),
        }
    }

    /// Writes down what a reading proves, and, once enough time has passed, what it doesn't show. One
    /// that a message has overtaken with another word is taken once more.
    async fn judge(
        &mut self,
        provider: &dyn Provider,
        id: &OperationId,
        reading: Reading,
    ) -> Result<(Decided, Sight), Error> {
        let judged = self.judge_once(provider, id, &reading).await?;
        if !reading.is_overtaken(self.operation(id)?) {
            return Ok(judged);
        }
        let payment = &reading.payment.id;
        match Reading::of(provider, self.clock, payment, Detail::Sums).await {
            Ok(again) => self.judge_once(provider, id, &again).await,
            Err(_) => Ok(judged),
        }
    }

    async fn judge_once(
        &mut self,
        provider: &dyn Provider,
        id: &OperationId,
        reading: &Reading,
    ) -> Result<(Decided, Sight), Error> {
        let finding = self.find(provider, id, reading)?;
        let sight = finding.sight();
        let proves = matches!(finding, Finding::Proof(_));
        if proves && !may_apply_reading(self.operation(id)?, &reading.payment) {
            return Ok((Decided::WrittenDown, sight));
        }
        let decided = self
            .conclude(provider, id, finding, reading.asked_at)
            .await?;
        Ok((decided, sight))
    }

    /// Writes down what a finding proves, or what follows from its proving nothing. That is a decision,
    /// and holds for the ledger only that was there when the reading was asked for.
    async fn conclude(
        &mut self,
        provider: &dyn Provider,
        id: &OperationId,
        finding: Finding,
        asked_at: Timestamp,
    ) -> Result<Decided, Error> {
        let operation = self.operation(id)?;
        let concluded = conclude(operation, &finding, provider.capabilities(), asked_at);
        // A proof is a fact by itself, and nothing is concluded from it.
        match finding.proof().or(concluded) {
            Some(fact) => self.note(id, fact, asked_at).await,
            None => Ok(Decided::WrittenDown),
        }
    }

    /// Asks about the refund itself where that tells something, and about the payment where not,
    /// if the provider shows it.
    /// A reversal always shows in its payment; no provider has a reading of its own for it.
    pub(super) async fn refresh_from(
        &mut self,
        provider: &dyn Provider,
        id: &OperationId,
    ) -> Result<(), Error> {
        if self.read_refund(provider, id).await? == Asked::Told {
            return Ok(());
        }
        // Its word comes by webhook or report: until then all that is known stands in the journal.
        if !provider.capabilities().shows_payments {
            let now = self.now();
            // Where others have changed it meanwhile, there is nothing to conclude.
            let _ = self.conclude(provider, id, Finding::Silent, now).await?;
            return Ok(());
        }
        let payment = self.operation(id)?.intent.plan.payment().clone();
        let reading = self.read(provider, &payment).await?;
        let _ = self.judge(provider, id, reading).await?;
        Ok(())
    }

    /// Brings the payment's operations, those that had ended too, up to date with a reading of it.
    async fn apply_reading(
        &mut self,
        provider: &dyn Provider,
        reading: &Reading,
    ) -> Result<(), Error> {
        for _ in 0..MOST_ANEW {
            let mut change = self.journal.change(&self.ledger).await?;
            apply(&mut change, reading, provider.capabilities())?;
            if let Written::Done(ledger, _) = self.journal.commit(change).await? {
                self.ledger = *ledger;
                return Ok(());
            }
            self.reload().await?;
        }
        self.contended()
    }
}

/// Whether a refund that was asked for by itself has told something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    Told,
    Silent,
}

/// Adds what a reading proves of each operation of its payment.
pub(super) fn apply(
    change: &mut Change,
    reading: &Reading,
    capabilities: &Capabilities,
) -> Result<(), JournalError> {
    let history = reading.history(change.ledger().operations());
    let operations = change.ledger().operations().to_vec();
    for operation in &operations {
        if let Some(fact) = apply_reading(operation, &reading.payment, &history, capabilities) {
            let evidence = Evidence {
                at: reading.asked_at,
                fact,
            };
            change.note(&operation.intent.id, &evidence)?;
        }
    }
    Ok(())
}

/// What the reading from before its beginning proves of an operation: a refund with our token is this
/// one, whether the list that shows it is known to show all or not. A journal that was lost or restored
/// makes the same keys again.
pub(super) fn is_there_already(
    operation: &Operation,
    earlier: &[Operation],
    reading: &Reading,
    capabilities: &Capabilities,
) -> Option<Fact> {
    let is_listed = |fact: &Fact| {
        matches!(fact, Fact::Seen { by, .. } if *by == Source::Listed)
            || matches!(fact, Fact::Contradicted { .. })
    };
    let history = reading.history(earlier);
    let found = find(operation, &reading.payment, &history, capabilities).proof();
    found.filter(is_listed)
}
