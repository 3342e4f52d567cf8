//! From what somebody wants to an operation that is begun: the payment is read, core plans, and intent
//! and first mark are written down together. The same request again is the same operation.

use refundkit_core::capabilities::Partial;
use refundkit_core::fingerprint::{self, Fingerprint};
use refundkit_core::ledger::Begun;
use refundkit_core::operation::{Sight, Step, Tries, step};
use refundkit_core::plan::{
    check_refund, check_reversal, plan_refund, plan_reversal, plan_reverse_or_refund,
    stated_payment,
};
use refundkit_core::{
    Capabilities, Change, Detail, Evidence, Intent, Marked, Operation, OperationId, Origin,
    Payment, PaymentId, Plan, Preview, Provider, ProviderName, RefundRequest, Refusal, RequestKey,
    ReversalRequest, Timestamp,
};

use super::Refunds;
use super::look::{apply, is_there_already};
use super::reading::Reading;
use super::turn::{MOST_ANEW, Turn};
use crate::Error;
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

impl Turn<'_> {
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

    /// Where it comes from.
    const fn origin(&self) -> &Origin {
        match self {
            Self::Refund(request) | Self::ReverseOrRefund(request) => &request.origin,
            Self::Reverse(request) => &request.origin,
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
        let operations = self.of_payment(provider, ask.payment()).await?;
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
        let mut turn = self.turn(provider, ask.payment()).await?;
        if let Some(done) = self.again(&mut turn, adapter, provider, ask).await? {
            return Ok(done);
        }
        let stated = ask.check(adapter.capabilities())?;
        for round in 0..MOST_ANEW {
            let known = turn.ledger.version();
            let reading = self.read(adapter, ask, stated.clone()).await?;
            let at = turn.reload().await?;
            // What others have written down meanwhile may be newer than the reading, which would be no
            // base for a total to be compared with. Where they never rest, it is planned on all the same.
            let is_overtaken = turn.ledger.version() != known && round < MOST_READINGS;
            let begun = if is_overtaken {
                Begins::Anew
            } else {
                self.begin(&mut turn, adapter, provider, ask, &reading, at)
                    .await?
            };
            match begun {
                Begins::Sends(id, marked) => return turn.drive_marked(adapter, &id, marked).await,
                Begins::Waits(id) => return Ok(turn.operation(&id)?.clone()),
                Begins::Refused(refusal) => return Err(refusal.into()),
                Begins::Anew => {}
            }
            // Another worker may have begun it meanwhile.
            if let Some(done) = self.again(&mut turn, adapter, provider, ask).await? {
                return Ok(done);
            }
        }
        turn.contended()
    }

    /// What the reading proves of the payment's operations, the plan, and its first mark: one change of
    /// the ledger, which was loaded after the reading was asked for, no earlier than at `at`.
    async fn begin(
        &self,
        turn: &mut Turn<'_>,
        adapter: &dyn Provider,
        provider: &ProviderName,
        ask: &Ask,
        reading: &Reading,
        at: Timestamp,
    ) -> Result<Begins, Error> {
        let capabilities = adapter.capabilities();
        let id = fingerprint::operation_id(self.journal.namespace(), ask.key())?;
        // Another worker has begun it meanwhile: no rule refuses what is there.
        if turn.ledger.operation(&id).is_some() {
            return Ok(Begins::Anew);
        }
        let mut change = turn.journal.change(&turn.ledger).await?;
        apply(&mut change, reading, capabilities)?;
        let earlier = change.ledger().operations().to_vec();
        let intent = match self.decide(ask, reading, &earlier, capabilities) {
            Ok(plan) => self.intent(provider, ask, plan)?,
            Err(refusal) => return turn.refused(change, refusal).await,
        };
        match change.begin(intent.clone())? {
            Begun::New => {}
            Begun::Existing => return Ok(Begins::Anew),
            Begun::OverBudget { left } => {
                let refusal = Refusal::over_budget(&intent.plan, left);
                return turn.refused(change, refusal).await;
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
        let sends = next == Step::Send && !turn.is_paused(&operation).await?;
        let marked = if sends { change.mark(&id, at) } else { Ok(()) };
        match turn.journal.commit(change).await? {
            Written::Conflict | Written::IdTaken => Ok(Begins::Anew),
            Written::Done(ledger, mark) => {
                turn.ledger = *ledger;
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
        turn: &mut Turn<'_>,
        adapter: &dyn Provider,
        provider: &ProviderName,
        ask: &Ask,
    ) -> Result<Option<Operation>, Error> {
        let id = fingerprint::operation_id(self.journal.namespace(), ask.key())?;
        let found = match turn.ledger.operation(&id) {
            Some(found) => found.clone(),
            None => match self.journal.find(&id).await? {
                Some(found) => found.ledger.need(&id)?.clone(),
                None => return Ok(None),
            },
        };
        if found.intent.fingerprint != ask.fingerprint(provider) {
            return Err(Error::KeyReused {
                key: ask.key().clone(),
                operation: found.intent.id,
            });
        }
        if turn.ledger.operation(&id).is_none() {
            turn.reload().await?;
        }
        turn.drive(adapter, &id).await.map(Some)
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
        let (payment, amount, kind) = (ask.payment(), plan.amount(), plan.kind());
        Ok(Intent {
            id: fingerprint::operation_id(self.journal.namespace(), ask.key())?,
            provider: provider.clone(),
            request_key: ask.key().clone(),
            fingerprint: ask.fingerprint(provider),
            key: fingerprint::provider_key(
                self.journal.namespace(),
                ask.key(),
                payment,
                amount,
                kind,
            )?,
            plan,
            created_at: self.clock.now(),
            origin: ask.origin().clone(),
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
