//! A person's word about an operation, beside a fresh reading.

use refundkit_core::operation::{Decision, Fact, QUIESCENCE};
use refundkit_core::ports::ReadErrorKind;
use refundkit_core::{Detail, Operation, OperationId, Provider, RefundStatus, State, Text};

use super::Refunds;
use super::turn::Turn;
use crate::Error;

impl Refunds {
    /// Writes down what a person has decided about an operation that has no end: one that waits for a
    /// person, that is unknown, or whose provider took it on and tells nothing more. The provider is
    /// asked once more first. Sends nothing: one that is `Ready` afterwards is sent when it is asked
    /// for again, or resumed.
    ///
    /// That it happened can be said at any time. That it did not, only of one that can't be on its way
    /// any more, beside a reading that shows nothing of it (where the provider can be read at all); and
    /// it is never sent again once the provider has acknowledged it.
    ///
    /// # Errors
    /// [`Error::NotDecidable`] where that doesn't hold; [`Error::Read`] where the provider has to be
    /// read and can't be now.
    pub async fn resolve(
        &self,
        operation: &OperationId,
        decision: Decision,
        evidence: Text,
        by: Text,
    ) -> Result<Operation, Error> {
        let found = self.status(operation).await?;
        let provider = self.provider(&found.intent.provider);
        let (turn, found) = self.turn_of(&found).await?;
        let said = Said {
            decision,
            evidence,
            by,
        };
        let done = match decision {
            Decision::Succeeded => turn.resolve(provider.ok(), found, said).await,
            Decision::Rejected | Decision::Ready => match provider {
                Ok(provider) => turn.resolve(Some(provider), found, said).await,
                Err(error) => Err(error),
            },
        };
        turn.end(done).await
    }
}

fn refuse<T>(operation: &Operation, because: &str) -> Result<T, Error> {
    Err(Error::NotDecidable {
        operation: operation.intent.id.clone(),
        state: operation.state(),
        because: because.to_owned(),
    })
}

/// A decision, what it rests on, and whose it is.
struct Said {
    decision: Decision,
    evidence: Text,
    by: Text,
}

impl Turn<'_> {
    async fn resolve(
        &self,
        provider: Option<&dyn Provider>,
        found: Operation,
        said: Said,
    ) -> Result<Operation, Error> {
        self.check(&found, said.decision)?;
        let asked = match provider {
            Some(provider) => self.ask_anew(provider, found.clone()).await,
            None => Ok((found.clone(), false)),
        };
        let (found, lives) = match (asked, said.decision) {
            (Ok(asked), _) => asked,
            (Err(Error::Read(_)), Decision::Succeeded) => (found, false),
            (Err(error), _) => return Err(error),
        };
        // The provider has told it by itself meanwhile.
        if found.state() == said.decision.state() {
            return Ok(found);
        }
        self.check(&found, said.decision)?;
        if lives && said.decision != Decision::Succeeded {
            return refuse(&found, "the provider shows it");
        }
        let fact = Fact::Decided {
            attempt: found.summary().last_attempt(),
            decision: said.decision,
            evidence: said.evidence,
            by: said.by,
            known: found.known(),
        };
        self.note(found, fact).await
    }

    /// Whether a person can decide so by what is known.
    fn check(&self, operation: &Operation, decision: Decision) -> Result<(), Error> {
        let summary = operation.summary();
        let state = summary.state();
        if !matches!(state, State::Parked | State::Unknown | State::Accepted) {
            return refuse(operation, "it doesn't wait for anybody");
        }
        if decision == Decision::Succeeded {
            return Ok(());
        }
        let acknowledged = summary.refunds().next().is_some() || summary.contradiction().is_some();
        if decision == Decision::Ready && (acknowledged || summary.provider_status().is_some()) {
            let why = "the provider has acknowledged it: it is never sent again";
            return refuse(operation, why);
        }
        let now = self.clock.now();
        let quiet_at = operation
            .last_mark()
            .map(|last| last.saturating_add(QUIESCENCE));
        match quiet_at {
            Some(quiet_at) if now < quiet_at => {
                let why = format!("it may still be on its way until {quiet_at}");
                refuse(operation, &why)
            }
            _ => Ok(()),
        }
    }

    /// Asks about the refund, and about the payment where that tells nothing of it; whether the
    /// provider shows that it lives.
    async fn ask_anew(
        &self,
        provider: &dyn Provider,
        operation: Operation,
    ) -> Result<(Operation, bool), Error> {
        let told = match self.ask_refund(provider, &operation).await {
            // It isn't known any more: the payment may show another one of it.
            Err(Error::Read(error)) if error.kind == ReadErrorKind::NotFound => None,
            told => told?,
        };
        if let Some(told) = told {
            let status = told.summary().provider_status();
            let lives = status.is_some_and(|status| status != RefundStatus::Failed);
            return Ok((told, lives));
        }
        if !provider.capabilities().shows_payments {
            return Ok((operation, false));
        }
        let payment = operation.intent.plan.payment();
        let reading = self.read(provider, payment, Detail::Sums).await?;
        let finding = self.find(provider, &operation, &reading).await?;
        let Some(fact) = finding.proof() else {
            return Ok((operation, false));
        };
        let lives = fact_lives(&fact);
        let operation = self.note_as_of(operation, fact, reading.asked_at).await?;
        Ok((operation, lives))
    }
}

fn fact_lives(fact: &Fact) -> bool {
    let (Fact::Seen { refund, .. } | Fact::Contradicted { refund, .. }) = fact else {
        return false;
    };
    refund.status != RefundStatus::Failed
}
