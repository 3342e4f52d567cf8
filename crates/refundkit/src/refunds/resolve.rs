//! A person's word about an operation, beside a fresh reading.

use refundkit_core::ledger::Seen;
use refundkit_core::operation::{Decision, Fact, Source};
use refundkit_core::ports::ReadErrorKind;
use refundkit_core::timing::QUIESCENCE;
use refundkit_core::{
    Actor, Evidence, Kind, Operation, OperationId, Provider, RefundStatus, State, Text, Timestamp,
};

use super::Refunds;
use super::guard::LedgerGuard;
use crate::Error;
use crate::journal::Written;

/// What a person has decided about an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolution {
    /// What happened, by that person's word.
    pub decision: Decision,
    /// What the decision rests on.
    pub evidence: Text,
    /// Who decided, by that person's own word.
    pub by: Text,
    /// Who was logged in, where that was checked.
    pub actor: Option<Actor>,
    /// The ticket or the case that it belongs to.
    pub ticket: Option<Text>,
    /// What the person was shown: see [`Refunds::see`].
    pub seen: Seen,
}

impl Refunds {
    /// An operation as the journal has it now, for a person who is to decide about it.
    ///
    /// # Errors
    /// As [`status`](Self::status).
    pub async fn see(&self, operation: &OperationId) -> Result<(Operation, Seen), Error> {
        let found = self.status(operation).await?;
        let intent = &found.intent;
        let loaded = self
            .journal
            .load(&intent.provider, intent.plan.payment())
            .await?;
        let seen = Seen {
            version: loaded.ledger.version(),
            at: loaded.at,
        };
        Ok((loaded.ledger.need(operation)?.clone(), seen))
    }

    /// Writes down what a person has decided about an operation that has no end: one that waits for a
    /// person, that is unknown, or whose provider took it on and tells nothing more. The provider is
    /// asked once more first. Sends nothing: one that is `Ready` afterwards is sent when it is asked
    /// for again, or resumed.
    ///
    /// It holds for what the person has seen: where anything has become known of the payment since, it
    /// has to be looked at again. That it happened can be said at any time. That it did not, only of one
    /// that couldn't be on its way any more when the person looked, beside a reading that shows nothing
    /// of it (where the provider can be read at all); and it is never sent again once the provider has
    /// acknowledged it.
    ///
    /// # Errors
    /// [`Error::NotDecidable`] where that doesn't pause; [`Error::Read`] where the provider has to be
    /// read and can't be now.
    pub async fn resolve(
        &self,
        operation: &OperationId,
        resolution: Resolution,
    ) -> Result<Operation, Error> {
        let mut guard = self.lock_of(operation).await?;
        let provider = match self.provider(guard.ledger.provider()) {
            Ok(provider) => Some(provider),
            Err(_) if resolution.decision == Decision::Succeeded => None,
            Err(error) => return Err(error),
        };
        guard.resolve(provider, operation, resolution).await
    }
}

fn refuse<T>(operation: &Operation, because: &str) -> Result<T, Error> {
    Err(Error::NotDecidable {
        operation: operation.intent.id.clone(),
        state: operation.state(),
        because: because.to_owned(),
    })
}

const CHANGED: &str = "more has become known since it was looked at; look at it again";

/// What a fresh reading has shown of an operation.
#[derive(Default)]
struct Shown {
    fact: Option<(Fact, Timestamp)>,
    /// Whether the provider shows that it lives.
    lives: bool,
}

impl LedgerGuard<'_> {
    async fn resolve(
        &mut self,
        provider: Option<&dyn Provider>,
        id: &OperationId,
        resolution: Resolution,
    ) -> Result<Operation, Error> {
        let decision = resolution.decision;
        let found = self.operation(id)?;
        check(found, &resolution, self.now())?;
        if self.ledger.version() != resolution.seen.version {
            return refuse(found, CHANGED);
        }
        let shown = match provider {
            Some(provider) => self.read_anew(provider, id).await,
            None => Ok(Shown::default()),
        };
        let shown = match (shown, decision) {
            (Ok(shown), _) => shown,
            (Err(Error::Read(_)), Decision::Succeeded) => Shown::default(),
            (Err(error), _) => return Err(error),
        };
        // What the reading shows and what the person says are one change of what was seen.
        let mut change = self.journal.change(&self.ledger).await?;
        if let Some((fact, at)) = shown.fact {
            change.note(id, &Evidence { at, fact })?;
        }
        let found = change.ledger().need(id)?.clone();
        // The provider may have told it by itself meanwhile.
        let told = found.state() == decision.state();
        let refused = match check(&found, &resolution, self.now()) {
            Ok(()) if shown.lives && decision != Decision::Succeeded => {
                refuse(&found, "the provider shows it")
            }
            checked => checked,
        };
        if !told && refused.is_ok() {
            let fact = Fact::Decided {
                attempt: found.summary().last_attempt(),
                decision,
                evidence: resolution.evidence,
                by: resolution.by,
                actor: resolution.actor,
                ticket: resolution.ticket,
                known: found.known(),
            };
            let at = self.now();
            change.note(id, &Evidence { at, fact })?;
        }
        match self.journal.commit(change).await? {
            Written::Done(ledger, _) => self.ledger = *ledger,
            Written::Conflict | Written::IdTaken => {
                self.reload().await?;
                return refuse(self.operation(id)?, CHANGED);
            }
        }
        if !told {
            refused?;
        }
        Ok(self.operation(id)?.clone())
    }

    /// Asks about the refund, and about the payment where that tells nothing of it.
    async fn read_anew(&self, provider: &dyn Provider, id: &OperationId) -> Result<Shown, Error> {
        let operation = self.operation(id)?;
        let payment = operation.intent.plan.payment();
        let summary = operation.summary();
        let is_refund = operation.intent.plan.kind() == Kind::Refund;
        if let Some(refund) = summary.refund().filter(|_| is_refund) {
            let asked_at = self.now();
            match provider.refund_status(payment, refund).await {
                Ok(fact) if fact.status != RefundStatus::Unstated => {
                    let fact = Fact::seen(operation, Source::Asked, fact);
                    return Ok(Shown::of(fact, asked_at));
                }
                Ok(_) => {}
                // It isn't known any more: the payment may show another one of it.
                Err(error) if error.kind == ReadErrorKind::NotFound => {}
                Err(error) if error.kind == ReadErrorKind::Unsupported => {}
                Err(error) => return Err(error.into()),
            }
        }
        if !provider.capabilities().shows_payments {
            return Ok(Shown::default());
        }
        let reading = self.read(provider, payment).await?;
        let proof = self.find(provider, id, &reading)?.proof();
        Ok(proof.map_or_else(Shown::default, |fact| Shown::of(fact, reading.asked_at)))
    }
}

impl Shown {
    fn of(fact: Fact, asked_at: Timestamp) -> Self {
        let lives = if let Fact::Seen { refund, .. } | Fact::Contradicted { refund, .. } = &fact {
            refund.status != RefundStatus::Failed
        } else {
            false
        };
        Self {
            fact: Some((fact, asked_at)),
            lives,
        }
    }
}

/// Whether a person can decide so by what is known.
fn check(operation: &Operation, resolution: &Resolution, now: Timestamp) -> Result<(), Error> {
    let summary = operation.summary();
    let state = summary.state();
    if !matches!(state, State::Parked | State::Unknown | State::Accepted) {
        return refuse(operation, "it doesn't wait for anybody");
    }
    if resolution.decision == Decision::Succeeded {
        return Ok(());
    }
    let acknowledged = summary.refunds().next().is_some() || summary.contradiction().is_some();
    if resolution.decision == Decision::Ready
        && (acknowledged || summary.provider_status().is_some())
    {
        let why = "the provider has acknowledged it: it is never sent again";
        return refuse(operation, why);
    }
    let quiet_at = operation
        .last_mark()
        .map(|last| last.saturating_add(QUIESCENCE));
    match quiet_at {
        Some(quiet_at) if now < quiet_at => {
            let why = format!("it may still be on its way until {quiet_at}");
            refuse(operation, &why)
        }
        Some(quiet_at) if resolution.seen.at < quiet_at => {
            let why = format!(
                "it may have been on its way when it was looked at; look again, after {quiet_at}"
            );
            refuse(operation, &why)
        }
        Some(_) | None => Ok(()),
    }
}
