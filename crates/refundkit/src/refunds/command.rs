//! From what somebody wants to an operation that is begun: the payment is read, core plans, and intent
//! and first mark are written down together. The same request again is the same operation.

use refundkit_core::capabilities::Partial;
use refundkit_core::fingerprint::{self, Fingerprint};
use refundkit_core::ledger::Begun;
use refundkit_core::operation::{Sight, Step, Tries, step};
use refundkit_core::plan::{
    Content, check_refund, check_reversal, check_twin, plan_refund, plan_reversal,
    plan_reverse_or_refund, stated_payment,
};
use refundkit_core::{
    Capabilities, Change, Detail, Evidence, Intent, KeySource, Marked, Operation, OperationId,
    Origin, Payment, PaymentId, Plan, Preview, Provider, ProviderName, RefundRequest, Refusal,
    RequestKey, ReversalRequest, Timestamp,
};

use super::Refunds;
use super::guard::{LedgerGuard, MOST_ANEW};
use super::look::{apply, is_there_already};
use super::reading::Reading;
use crate::Error;
use crate::account::Account;
use crate::journal::Written;

/// So often a payment is read again because others work on it meanwhile.
const MOST_READINGS: usize = 4;

/// What becomes of a request that nothing has been begun for.
enum Begins {
    /// It is begun, and its first attempt is to be sent.
    Sends(OperationId, Marked),
    /// It is begun, and is not to be sent now.
    Waits(OperationId),
    /// A rule says no. What the reading has shown is written down.
    Refused(Refusal),
    /// Others have changed the ledger meanwhile.
    Anew,
}

impl LedgerGuard<'_> {
    /// Writes down what the reading has shown of other operations, and nothing of the one that a rule
    /// forbids.
    async fn refused(&mut self, change: Change, refusal: Refusal) -> Result<Begins, Error> {
        Ok(match self.journal.commit(change).await? {
            Written::Conflict | Written::IdTaken => Begins::Anew,
            Written::Done(ledger, _) => {
                self.ledger = *ledger;
                Begins::Refused(refusal)
            }
        })
    }
}

/// What somebody wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefundCommand {
    /// A refund.
    Refund(RefundRequest),
    /// A reversal.
    Reverse(ReversalRequest),
    /// The legal one of the two.
    ReverseOrRefund(RefundRequest),
}

impl RefundCommand {
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

    /// Where it comes from.
    const fn origin(&self) -> &Origin {
        match self {
            Self::Refund(request) | Self::ReverseOrRefund(request) => &request.origin,
            Self::Reverse(request) => &request.origin,
        }
    }

    /// Whether the caller has chosen the key.
    const fn key_source(&self) -> KeySource {
        match self {
            Self::Refund(request) | Self::ReverseOrRefund(request) => request.key_source,
            Self::Reverse(request) => request.key_source,
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
    pub async fn plan(
        &self,
        provider: &ProviderName,
        command: &RefundCommand,
    ) -> Result<Planned, Error> {
        let adapter = self.provider(provider)?;
        let stated = command.check(adapter.capabilities())?;
        let reading = self.read(adapter, command, stated).await?;
        let operations = self.of_payment(provider, command.payment()).await?;
        let capabilities = adapter.capabilities();
        let intent = self.decide(provider, command, &reading, &operations, capabilities)??;
        let preview = adapter.preview(&intent.plan, &intent.key)?;
        Ok(Planned {
            payment: reading.payment,
            plan: intent.plan,
            preview,
        })
    }

    #[tracing::instrument(name = "carry out", level = "debug", skip_all, fields(%provider, payment = %command.payment()))]
    pub(super) async fn carry_out(
        &self,
        provider: &ProviderName,
        command: &RefundCommand,
    ) -> Result<Operation, Error> {
        let account = self.of(provider)?;
        let adapter = account.adapter();
        let mut guard = self.lock(provider, command.payment()).await?;
        if let Some(done) = self.again(&mut guard, account, command).await? {
            return Ok(done);
        }
        let stated = command.check(adapter.capabilities())?;
        for round in 0..MOST_ANEW {
            if self.stop.is_asked() {
                return Err(Error::Stopped);
            }
            let known = guard.ledger.version();
            let reading = self.read(adapter, command, stated.clone()).await?;
            let at = guard.reload().await?;
            // What others have written down meanwhile may be newer than the reading, which would be no
            // base for a total to be compared with. Where they never rest, it is planned on all the same.
            let is_overtaken = guard.ledger.version() != known && round < MOST_READINGS;
            let begun = if is_overtaken {
                Begins::Anew
            } else {
                self.begin(&mut guard, account, command, &reading, at)
                    .await?
            };
            match begun {
                Begins::Sends(id, marked) => return guard.drive_marked(adapter, &id, marked).await,
                Begins::Waits(id) => return Ok(guard.operation(&id)?.clone()),
                Begins::Refused(refusal) => return Err(refusal.into()),
                Begins::Anew => {}
            }
            // Another worker may have begun it meanwhile.
            if let Some(done) = self.again(&mut guard, account, command).await? {
                return Ok(done);
            }
        }
        guard.contended()
    }

    /// What the reading proves of the payment's operations, the plan, and its first mark: one change of
    /// the ledger, which was loaded after the reading was asked for, no earlier than at `at`.
    async fn begin(
        &self,
        guard: &mut LedgerGuard<'_>,
        account: &Account,
        command: &RefundCommand,
        reading: &Reading,
        at: Timestamp,
    ) -> Result<Begins, Error> {
        let capabilities = account.adapter().capabilities();
        let id = fingerprint::operation_id(self.journal.namespace(), command.key())?;
        // Another worker has begun it meanwhile: no rule refuses what is there.
        if guard.ledger.operation(&id).is_some() {
            return Ok(Begins::Anew);
        }
        let mut change = guard.journal.change(&guard.ledger).await?;
        apply(&mut change, reading, capabilities)?;
        let earlier = change.ledger().operations().to_vec();
        let intent = match self.decide(&account.name, command, reading, &earlier, capabilities)? {
            Ok(intent) => intent,
            Err(refusal) => return guard.refused(change, refusal).await,
        };
        match change.begin(intent.clone())? {
            Begun::New => {}
            Begun::Existing => return Ok(Begins::Anew),
            Begun::OverBudget { left } => {
                let refusal = Refusal::over_budget(&intent.plan, left);
                return guard.refused(change, refusal).await;
            }
        }
        let operation = change.ledger().need(&id)?.clone();
        if let Some(fact) = is_there_already(&operation, &earlier, reading, capabilities) {
            let evidence = Evidence {
                at: reading.asked_at,
                fact,
            };
            change.note(&id, &evidence)?;
        }
        let operation = change.ledger().need(&id)?.clone();
        let just_read = Tries {
            sight: Sight::Clear,
            ..Tries::default()
        };
        let next = step(&operation, capabilities, just_read, self.clock.now());
        let sends = next == Step::Send && !guard.is_paused(&operation).await?;
        let marked = if sends { change.mark(&id, at) } else { Ok(()) };
        if self.stop.is_asked() {
            return Err(Error::Stopped);
        }
        match guard.journal.commit(change).await? {
            Written::Conflict | Written::IdTaken => Ok(Begins::Anew),
            Written::Done(ledger, mark) => {
                guard.ledger = *ledger;
                // It is begun, and another attempt for the payment goes first.
                marked?;
                Ok(mark.map_or(Begins::Waits(id.clone()), |mark| Begins::Sends(id, mark)))
            }
        }
    }

    /// Rule R8: the same key with the same content is the same operation, and is taken further; with
    /// other content, an error. `None` where nothing has been begun with it.
    async fn again(
        &self,
        guard: &mut LedgerGuard<'_>,
        account: &Account,
        command: &RefundCommand,
    ) -> Result<Option<Operation>, Error> {
        let id = fingerprint::operation_id(self.journal.namespace(), command.key())?;
        let found = match guard.ledger.operation(&id) {
            Some(found) => found.clone(),
            None => match self.journal.find(&id).await? {
                Some(found) => found.ledger.need(&id)?.clone(),
                None => return Ok(None),
            },
        };
        if found.intent.fingerprint != command.fingerprint(&account.name) {
            return Err(Error::KeyReused {
                key: command.key().clone(),
                operation: found.intent.id,
            });
        }
        if guard.ledger.operation(&id).is_none() {
            guard.reload().await?;
        }
        guard.drive(account.adapter(), &id).await.map(Some)
    }

    /// The payment as its provider shows it, or as the caller states it.
    async fn read(
        &self,
        adapter: &dyn Provider,
        command: &RefundCommand,
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
                Ok(Reading::of(adapter, clock, command.payment(), detail).await?)
            }
        }
    }

    /// What is to be done, or the rule's no. `operations` are those of the ledger that it is written to.
    fn decide(
        &self,
        provider: &ProviderName,
        command: &RefundCommand,
        reading: &Reading,
        operations: &[Operation],
        capabilities: &Capabilities,
    ) -> Result<Result<Intent, Refusal>, Error> {
        let fingerprint = command.fingerprint(provider);
        let twin = |plan: Option<&Plan>| {
            let content = Content {
                fingerprint: &fingerprint,
                plan,
            };
            check_twin(command.key_source(), content, operations, self.clock.now())
        };
        // The same words first: that it was done is more to say than that nothing is left of it.
        let planned = twin(None).and_then(|()| {
            let plan = self.plan_of(command, reading, operations, capabilities)?;
            twin(Some(&plan)).map(|()| plan)
        });
        Ok(match planned {
            Ok(plan) => Ok(self.intent(provider, command, plan)?),
            Err(refusal) => Err(refusal),
        })
    }

    fn plan_of(
        &self,
        command: &RefundCommand,
        reading: &Reading,
        operations: &[Operation],
        capabilities: &Capabilities,
    ) -> Result<Plan, Refusal> {
        let history = reading.history(operations);
        let (payment, now) = (&reading.payment, self.clock.now());
        match command {
            RefundCommand::Refund(request) => {
                plan_refund(payment, &history, request, capabilities).map(Plan::Refund)
            }
            RefundCommand::Reverse(request) => {
                plan_reversal(payment, &history, request, capabilities, now).map(Plan::Reversal)
            }
            RefundCommand::ReverseOrRefund(request) => {
                plan_reverse_or_refund(payment, &history, request, capabilities, now)
            }
        }
    }

    fn intent(
        &self,
        provider: &ProviderName,
        command: &RefundCommand,
        plan: Plan,
    ) -> Result<Intent, Error> {
        let (payment, amount, kind) = (command.payment(), plan.amount(), plan.kind());
        Ok(Intent {
            id: fingerprint::operation_id(self.journal.namespace(), command.key())?,
            provider: provider.clone(),
            request_key: command.key().clone(),
            fingerprint: command.fingerprint(provider),
            key: fingerprint::provider_key(
                self.journal.namespace(),
                command.key(),
                payment,
                amount,
                kind,
            )?,
            plan,
            created_at: self.clock.now(),
            origin: command.origin().clone(),
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
