use refundkit_core::operation::{Fact, Finding, Sight, Source, conclude, find, may_settle, settle};
use refundkit_core::plan::History;
use refundkit_core::ports::ReadErrorKind;
use refundkit_core::{
    Detail, Kind, Operation, PaymentId, Provider, ProviderName, RefundStatus, State, Timestamp,
};

use super::Refunds;
use super::reading::Reading;
use super::turn::Turn;
use crate::Error;

impl Refunds {
    /// Reads a payment and brings all of its operations up to date with it, those that had ended
    /// too. Sends nothing that moves money. Returns the operations, oldest first.
    ///
    /// # Errors
    /// [`Error::UnknownProvider`], [`Error::Read`] where the payment can't be read, and trouble with
    /// the journal.
    #[tracing::instrument(level = "debug", skip_all, fields(%provider, %payment))]
    pub async fn look_at(
        &self,
        provider: &ProviderName,
        payment: &PaymentId,
    ) -> Result<Vec<Operation>, Error> {
        let adapter = self.provider(provider)?;
        let turn = self.turn(provider, payment).await?;
        let done = turn.look_at(adapter, provider, payment).await;
        turn.end(done).await
    }
}

impl Turn<'_> {
    async fn look_at(
        &self,
        adapter: &dyn Provider,
        provider: &ProviderName,
        payment: &PaymentId,
    ) -> Result<Vec<Operation>, Error> {
        if adapter.capabilities().shows_payments {
            let read = self.read(adapter, payment, Detail::Sums).await?;
            let settled = self.settle_open(adapter, provider, &read).await?;
            if read.payment.refunds.is_some() {
                return Ok(settled);
            }
            return self.ask_refunds(adapter, settled).await;
        }
        let mut operations = self.journal.of_payment(provider, payment).await?;
        for operation in &mut operations {
            *operation = self.ask_provider(adapter, operation.clone()).await?;
        }
        Ok(operations)
    }

    /// Asks about each refund that has an id, of a payment that doesn't show them: that one has failed
    /// after all tells nothing else. One that can't be asked now stands in the way of no other.
    async fn ask_refunds(
        &self,
        adapter: &dyn Provider,
        mut operations: Vec<Operation>,
    ) -> Result<Vec<Operation>, Error> {
        let mut away = None;
        let may_turn = |state| matches!(state, State::Accepted | State::Succeeded);
        for operation in operations.iter_mut().filter(|one| may_turn(one.state())) {
            match self.ask_refund(adapter, operation).await {
                Ok(Some(told)) => *operation = told,
                Ok(None) => {}
                // It isn't known any more, which no later reading changes.
                Err(Error::Read(error)) if error.kind == ReadErrorKind::NotFound => {}
                Err(Error::Read(error)) => away = Some(error),
                Err(error) => return Err(error),
            }
        }
        away.map_or(Ok(operations), |error| Err(error.into()))
    }

    /// Asks about the refund itself; `None` where that tells nothing.
    pub(super) async fn ask_refund(
        &self,
        provider: &dyn Provider,
        operation: &Operation,
    ) -> Result<Option<Operation>, Error> {
        let summary = operation.summary();
        let is_refund = operation.intent.plan.kind() == Kind::Refund;
        let Some(refund) = summary.refund().filter(|_| is_refund) else {
            return Ok(None);
        };
        let payment = operation.intent.plan.payment();
        let asked_at = self.clock.now();
        match provider.refund_status(payment, refund).await {
            Ok(fact) if fact.status != RefundStatus::Unstated => {
                let fact = Fact::seen(operation, Source::Asked, fact);
                let told = self.note_as_of(operation.clone(), fact, asked_at).await?;
                Ok(Some(told))
            }
            Ok(_) => Ok(None),
            Err(error) if error.kind == ReadErrorKind::Unsupported => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    pub(super) async fn read(
        &self,
        provider: &dyn Provider,
        payment: &PaymentId,
        detail: Detail,
    ) -> Result<Reading, Error> {
        Ok(Reading::of(provider, self.clock, payment, detail).await?)
    }

    /// What a reading shows of an operation, beside the others of its payment.
    pub(super) async fn find(
        &self,
        provider: &dyn Provider,
        operation: &Operation,
        reading: &Reading,
    ) -> Result<Finding, Error> {
        let intent = &operation.intent;
        let all = self
            .journal
            .of_payment(&intent.provider, &reading.payment.id);
        let history = reading.history(&all.await?);
        let capabilities = provider.capabilities();
        Ok(find(operation, &reading.payment, &history, capabilities))
    }

    /// Reads the payment and writes down what it proves; at a provider that shows no payments, what
    /// follows from there being nothing to read. A payment that can't be read proves
    /// nothing: the operation stays as it is, and its money held.
    pub(super) async fn look(
        &self,
        provider: &dyn Provider,
        operation: Operation,
    ) -> Result<(Operation, Sight), Error> {
        if !provider.capabilities().shows_payments {
            let now = self.clock.now();
            let judged = self.conclude(provider, operation, Finding::Silent, now);
            return Ok((judged.await?, Sight::Dark));
        }
        let payment = operation.intent.plan.payment();
        match Reading::of(provider, self.clock, payment, Detail::Sums).await {
            Ok(reading) => self.judge(provider, operation, reading).await,
            Err(_) => Ok((operation, Sight::Away)),
        }
    }

    /// Writes down what a reading proves, and, once enough time has passed, what it doesn't show. One
    /// that a message has overtaken with another word is taken once more.
    async fn judge(
        &self,
        provider: &dyn Provider,
        operation: Operation,
        reading: Reading,
    ) -> Result<(Operation, Sight), Error> {
        let (judged, sight) = self.judge_once(provider, operation, &reading).await?;
        if !reading.is_overtaken(&judged) {
            return Ok((judged, sight));
        }
        let payment = &reading.payment.id;
        match Reading::of(provider, self.clock, payment, Detail::Sums).await {
            Ok(again) => self.judge_once(provider, judged, &again).await,
            Err(_) => Ok((judged, sight)),
        }
    }

    async fn judge_once(
        &self,
        provider: &dyn Provider,
        operation: Operation,
        reading: &Reading,
    ) -> Result<(Operation, Sight), Error> {
        let finding = self.find(provider, &operation, reading).await?;
        let sight = finding.sight();
        let proves = matches!(finding, Finding::Proof(_));
        if proves && !may_settle(&operation, &reading.payment) {
            return Ok((operation, sight));
        }
        let judged = self.conclude(provider, operation, finding, reading.asked_at);
        Ok((judged.await?, sight))
    }

    /// Writes down what a finding proves, or what follows from its proving nothing.
    async fn conclude(
        &self,
        provider: &dyn Provider,
        operation: Operation,
        finding: Finding,
        asked_at: Timestamp,
    ) -> Result<Operation, Error> {
        let concluded = conclude(&operation, &finding, provider.capabilities(), asked_at);
        // A proof is a fact by itself, and nothing is concluded from it.
        match finding.proof().or(concluded) {
            Some(fact) => self.note_as_of(operation, fact, asked_at).await,
            None => Ok(operation),
        }
    }

    /// Asks about the refund itself where that tells something, and about the payment where not,
    /// if the provider shows it.
    /// A reversal always shows in its payment; no provider has a reading of its own for it.
    pub(super) async fn ask_provider(
        &self,
        provider: &dyn Provider,
        operation: Operation,
    ) -> Result<Operation, Error> {
        if let Some(told) = self.ask_refund(provider, &operation).await? {
            return Ok(told);
        }
        // Its word comes by webhook or report: until then all that is known stands in the journal.
        if !provider.capabilities().shows_payments {
            let now = self.clock.now();
            return self
                .conclude(provider, operation, Finding::Silent, now)
                .await;
        }
        let payment = operation.intent.plan.payment();
        let reading = self.read(provider, payment, Detail::Sums).await?;
        let (judged, _) = self.judge(provider, operation, reading).await?;
        Ok(judged)
    }

    /// Brings the payment's operations, those that had ended too, up to date with a reading of it, and
    /// returns all of them.
    pub(super) async fn settle_open(
        &self,
        provider: &dyn Provider,
        name: &ProviderName,
        reading: &Reading,
    ) -> Result<Vec<Operation>, Error> {
        let mut operations = self.journal.of_payment(name, &reading.payment.id).await?;
        let history = reading.history(&operations);
        for operation in &mut operations {
            let settled = self.settle_by(provider, operation.clone(), reading, &history);
            *operation = settled.await?;
        }
        Ok(operations)
    }

    /// An operation that was only just begun, if the payment shows its refund by our token.
    pub(super) async fn settle_new(
        &self,
        provider: &dyn Provider,
        operation: Operation,
        reading: &Reading,
        history: &History,
    ) -> Result<Operation, Error> {
        let capabilities = provider.capabilities();
        // A refund with our token proves it, whether the list that shows it is known to show all or not.
        let is_listed = |fact: &Fact| {
            matches!(fact, Fact::Seen { by, .. } if *by == Source::Listed)
                || matches!(fact, Fact::Contradicted { .. })
        };
        let found = find(&operation, &reading.payment, history, capabilities).proof();
        match found.filter(is_listed) {
            Some(fact) => self.note_as_of(operation, fact, reading.asked_at).await,
            None => Ok(operation),
        }
    }

    async fn settle_by(
        &self,
        provider: &dyn Provider,
        operation: Operation,
        reading: &Reading,
        history: &History,
    ) -> Result<Operation, Error> {
        let capabilities = provider.capabilities();
        match settle(&operation, &reading.payment, history, capabilities) {
            Some(fact) => self.note_as_of(operation, fact, reading.asked_at).await,
            None => Ok(operation),
        }
    }
}
