use refundkit_core::capabilities::Partial;
use refundkit_core::fingerprint::{self, Fingerprint};
use refundkit_core::plan::{
    check_refund, check_reversal, plan_refund, plan_reversal, plan_reverse_or_refund,
    stated_payment,
};
use refundkit_core::{
    Begun, Capabilities, Detail, Intent, Operation, Payment, PaymentId, Plan, Preview, Provider,
    ProviderName, RefundRequest, Refusal, RequestKey, ReversalRequest,
};

use super::Refunds;
use super::reading::Reading;
use super::turn::Turn;
use crate::Error;

/// What somebody wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// A refund.
    Refund(RefundRequest),
    /// A reversal.
    Reverse(ReversalRequest),
    /// The legal one of the two.
    ReverseOrRefund(RefundRequest),
}

impl Ask {
    /// The payment it is about.
    #[must_use]
    pub const fn payment(&self) -> &PaymentId {
        match self {
            Self::Refund(request) | Self::ReverseOrRefund(request) => &request.payment,
            Self::Reverse(request) => &request.payment,
        }
    }

    /// The caller's key.
    #[must_use]
    pub const fn key(&self) -> &RequestKey {
        match self {
            Self::Refund(request) | Self::ReverseOrRefund(request) => &request.key,
            Self::Reverse(request) => &request.key,
        }
    }

    /// What can be refused before anything is read, and the payment where it is known by the
    /// caller's word only. A reversal-or-refund isn't known to be one of the two before a payment
    /// was read; where none can be read, it is a refund.
    fn check(&self, capabilities: &Capabilities) -> Result<Option<Payment>, Refusal> {
        match self {
            Self::Refund(request) => {
                check_refund(request, capabilities)?;
                stated_payment(request, capabilities)
            }
            Self::Reverse(request) => check_reversal(request, capabilities).map(|()| None),
            Self::ReverseOrRefund(request) => {
                let stated = stated_payment(request, capabilities)?;
                if stated.is_some() {
                    check_refund(request, capabilities)?;
                }
                Ok(stated)
            }
        }
    }

    fn fingerprint(&self, provider: &ProviderName) -> Fingerprint {
        match self {
            Self::Refund(request) => Fingerprint::of(provider, "refund", request),
            Self::Reverse(request) => Fingerprint::of(provider, "reverse", request),
            Self::ReverseOrRefund(request) => {
                Fingerprint::of(provider, "reverse-or-refund", request)
            }
        }
    }
}

/// What would be done, and what it would look like on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// The payment as just read, or as the request states it where the provider shows none.
    pub payment: Payment,
    /// The plan.
    pub plan: Plan,
    /// The exact request, credentials masked.
    pub preview: Preview,
}

impl Refunds {
    /// What [`refund`](Self::refund) and its kin would do: plans, and shows the exact request.
    /// Writes nothing down and sends nothing that changes anything.
    ///
    /// # Errors
    /// As [`refund`](Self::refund); a key that was used before doesn't matter here.
    pub async fn plan(&self, provider: &ProviderName, ask: &Ask) -> Result<Planned, Error> {
        let adapter = self.provider(provider)?;
        let stated = ask.check(adapter.capabilities())?;
        let reading = self.read(adapter, ask, stated).await?;
        let operations = self.journal.of_payment(provider, ask.payment()).await?;
        let plan = self.decide(ask, &reading, &operations, adapter.capabilities())?;
        let intent = self.intent(provider, ask, plan)?;
        let preview = adapter.preview(&intent.plan, &intent.key)?;
        Ok(Planned {
            payment: reading.payment,
            plan: intent.plan,
            preview,
        })
    }

    #[tracing::instrument(name = "carry out", level = "debug", skip_all, fields(%provider, payment = %ask.payment()))]
    pub(super) async fn carry_out(
        &self,
        provider: &ProviderName,
        ask: &Ask,
    ) -> Result<Operation, Error> {
        let adapter = self.provider(provider)?;
        let turn = self.turn(provider, ask.payment()).await?;
        let done = self.begin_or_go_on(&turn, adapter, provider, ask).await;
        turn.end(done).await
    }

    async fn begin_or_go_on(
        &self,
        turn: &Turn<'_>,
        adapter: &dyn Provider,
        provider: &ProviderName,
        ask: &Ask,
    ) -> Result<Operation, Error> {
        let id = fingerprint::operation_id(&self.namespace, ask.key())?;
        if let Some(existing) = self.journal.operation(&id).await? {
            return self.again(turn, adapter, provider, ask, existing).await;
        }
        let stated = ask.check(adapter.capabilities())?;
        let reading = self.read(adapter, ask, stated).await?;
        let operations = turn.settle_open(adapter, provider, &reading).await?;
        let plan = match self.decide(ask, &reading, &operations, adapter.capabilities()) {
            Ok(plan) => plan,
            // Another worker may have begun it meanwhile, and what it did is in the way of ours.
            Err(refusal) => match self.journal.operation(&id).await? {
                Some(existing) => return self.again(turn, adapter, provider, ask, existing).await,
                None => return Err(refusal.into()),
            },
        };
        let budget = plan.budget();
        let intent = self.intent(provider, ask, plan)?;
        match self.journal.begin(&turn.lease, &intent, budget).await? {
            Begun::New(operation) => {
                // A journal that was lost or restored makes the same keys again: a refund that
                // carries ours already is this one, and is not sent a second time.
                let history = reading.history(&operations);
                let settled = turn.settle_new(adapter, *operation, &reading, &history);
                let operation = settled.await?;
                turn.drive_new(adapter, operation).await
            }
            Begun::Existing(existing) => self.again(turn, adapter, provider, ask, *existing).await,
            Begun::OverBudget { left } => {
                Err(Error::Refused(Refusal::over_budget(&intent.plan, left)))
            }
        }
    }

    /// Rule R8: the same key with the same content is the same operation; with other content, an error.
    async fn again(
        &self,
        turn: &Turn<'_>,
        adapter: &dyn Provider,
        provider: &ProviderName,
        ask: &Ask,
        existing: Operation,
    ) -> Result<Operation, Error> {
        if existing.intent.fingerprint != ask.fingerprint(provider) {
            return Err(Error::KeyReused {
                key: ask.key().clone(),
                operation: existing.intent.id,
            });
        }
        turn.drive(adapter, existing).await
    }

    /// The payment as its provider shows it, or as the caller states it.
    async fn read(
        &self,
        adapter: &dyn Provider,
        ask: &Ask,
        stated: Option<Payment>,
    ) -> Result<Reading, Error> {
        match stated {
            Some(payment) => Ok(Reading {
                payment,
                asked_at: self.clock.now(),
            }),
            None => {
                let detail = detail(adapter.capabilities());
                let clock = self.clock.as_ref();
                Ok(Reading::of(adapter, clock, ask.payment(), detail).await?)
            }
        }
    }

    fn decide(
        &self,
        ask: &Ask,
        reading: &Reading,
        operations: &[Operation],
        capabilities: &Capabilities,
    ) -> Result<Plan, Refusal> {
        let history = reading.history(operations);
        let (payment, now) = (&reading.payment, self.clock.now());
        match ask {
            Ask::Refund(request) => {
                plan_refund(payment, &history, request, capabilities).map(Plan::Refund)
            }
            Ask::Reverse(request) => {
                plan_reversal(payment, &history, request, capabilities, now).map(Plan::Reversal)
            }
            Ask::ReverseOrRefund(request) => {
                plan_reverse_or_refund(payment, &history, request, capabilities, now)
            }
        }
    }

    fn intent(&self, provider: &ProviderName, ask: &Ask, plan: Plan) -> Result<Intent, Error> {
        let generation = 0;
        let (payment, amount, kind) = (ask.payment(), plan.amount(), plan.kind());
        Ok(Intent {
            id: fingerprint::operation_id(&self.namespace, ask.key())?,
            provider: provider.clone(),
            request_key: ask.key().clone(),
            fingerprint: ask.fingerprint(provider),
            key: fingerprint::provider_key(
                &self.namespace,
                ask.key(),
                payment,
                amount,
                kind,
                generation,
            )?,
            generation,
            plan,
            created_at: self.clock.now(),
        })
    }
}

/// Items are read where a part may have to be spread over them.
const fn detail(capabilities: &Capabilities) -> Detail {
    if capabilities.by_item || matches!(capabilities.partial, Partial::SpreadOverItems) {
        Detail::Items
    } else {
        Detail::Sums
    }
}
