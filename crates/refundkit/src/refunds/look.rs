use refundkit_core::capabilities::Lookup;
use refundkit_core::operation::{Fact, Finding, Source, conclude, find, settle};
use refundkit_core::ports::ReadErrorKind;
use refundkit_core::{
    Detail, Kind, Operation, Payment, PaymentId, Provider, ProviderName, RefundFact, RefundStatus,
    State,
};

use super::Refunds;
use super::turn::Turn;
use crate::Error;

/// An operation after a look at its payment.
pub(super) enum Looked {
    /// With what the payment proves, and whether it has no room for it twice.
    At(Operation, bool),
    /// As it was: the payment could not be read.
    Away(Operation),
}

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
            let read = adapter.payment(payment, Detail::Sums).await?;
            let settled = self.settle_open(adapter, provider, &read).await?;
            if read.refunds.is_some() {
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
    async fn ask_refund(
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
        match provider.refund_status(payment, refund).await {
            Ok(fact) if fact.status != RefundStatus::Unstated => {
                Ok(Some(self.seen(operation.clone(), fact).await?))
            }
            Ok(_) => Ok(None),
            Err(error) if error.kind == ReadErrorKind::Unsupported => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Reads the payment and writes down what it proves; at a provider that shows no payments, what
    /// follows from there being nothing to read. A payment that can't be read proves
    /// nothing: the operation stays as it is, and its money held.
    pub(super) async fn look(
        &self,
        provider: &dyn Provider,
        operation: Operation,
    ) -> Result<Looked, Error> {
        if !provider.capabilities().shows_payments {
            let judged = self.conclude(provider, operation, Finding::Silent).await?;
            return Ok(Looked::At(judged, false));
        }
        match provider
            .payment(operation.intent.plan.payment(), Detail::Sums)
            .await
        {
            Ok(payment) => {
                let (judged, no_room) = self.judge(provider, operation, &payment).await?;
                Ok(Looked::At(judged, no_room))
            }
            Err(_) => Ok(Looked::Away(operation)),
        }
    }

    /// Writes down what a reading proves, and, once enough time has passed, what it doesn't show.
    /// Says too whether an unknown operation has no room to happen twice.
    async fn judge(
        &self,
        provider: &dyn Provider,
        operation: Operation,
        payment: &Payment,
    ) -> Result<(Operation, bool), Error> {
        if operation.state() != State::Unknown {
            let settled = self.settle_by(provider, operation, payment).await?;
            return Ok((settled, false));
        }
        let finding = find(&operation, payment, provider.capabilities());
        let no_room = finding == Finding::NoRoom;
        Ok((self.conclude(provider, operation, finding).await?, no_room))
    }

    /// Writes down what a finding proves, or what follows from its proving nothing.
    async fn conclude(
        &self,
        provider: &dyn Provider,
        operation: Operation,
        finding: Finding,
    ) -> Result<Operation, Error> {
        let now = self.clock.now();
        let concluded = conclude(&operation, &finding, provider.capabilities(), now);
        // A proof is a fact by itself, and nothing is concluded from it.
        match finding.proof().or(concluded) {
            Some(fact) => self.note(operation, fact).await,
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
            return self.conclude(provider, operation, Finding::Silent).await;
        }
        let payment = operation.intent.plan.payment();
        let payment = provider.payment(payment, Detail::Sums).await?;
        let (judged, _) = self.judge(provider, operation, &payment).await?;
        Ok(judged)
    }

    /// Brings the payment's operations, those that had ended too, up to date with a reading of it, and returns all of them.
    pub(super) async fn settle_open(
        &self,
        provider: &dyn Provider,
        name: &ProviderName,
        payment: &Payment,
    ) -> Result<Vec<Operation>, Error> {
        let mut operations = self.journal.of_payment(name, &payment.id).await?;
        for operation in &mut operations {
            *operation = self.settle_by(provider, operation.clone(), payment).await?;
        }
        Ok(operations)
    }

    /// An operation that was only just begun, if the payment shows its refund by our token.
    pub(super) async fn settle_new(
        &self,
        provider: &dyn Provider,
        operation: Operation,
        payment: &Payment,
    ) -> Result<Operation, Error> {
        let by_token = provider.capabilities().lookup == Lookup::ByToken;
        let found = find(&operation, payment, provider.capabilities()).proof();
        match found.filter(|_| by_token) {
            Some(fact) => self.note(operation, fact).await,
            None => Ok(operation),
        }
    }

    async fn settle_by(
        &self,
        provider: &dyn Provider,
        operation: Operation,
        payment: &Payment,
    ) -> Result<Operation, Error> {
        match settle(&operation, payment, provider.capabilities()) {
            Some(fact) => self.note(operation, fact).await,
            None => Ok(operation),
        }
    }

    async fn seen(&self, operation: Operation, refund: RefundFact) -> Result<Operation, Error> {
        let fact = Fact::seen(&operation.intent.plan, Source::Asked, refund);
        self.note(operation, fact).await
    }
}
