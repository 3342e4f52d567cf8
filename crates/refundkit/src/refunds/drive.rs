use refundkit_core::operation::{Fact, Step, Tries, step};
use refundkit_core::{
    Attempt, Evidence, JournalError, Operation, Outcome, Plan, Provider, State, classify,
};

use super::look::Looked;
use super::turn::Turn;
use crate::Error;
use crate::trouble::said;

impl Turn<'_> {
    /// Takes an operation as far as is safe now.
    pub(super) async fn drive(
        &self,
        provider: &dyn Provider,
        operation: Operation,
    ) -> Result<Operation, Error> {
        self.drive_on(provider, operation, Tries::default()).await
    }

    /// The same for an operation that was begun after a reading of a moment ago.
    pub(super) async fn drive_new(
        &self,
        provider: &dyn Provider,
        operation: Operation,
    ) -> Result<Operation, Error> {
        let tries = Tries {
            looked: true,
            ..Tries::default()
        };
        self.drive_on(provider, operation, tries).await
    }

    async fn drive_on(
        &self,
        provider: &dyn Provider,
        mut operation: Operation,
        mut tries: Tries,
    ) -> Result<Operation, Error> {
        loop {
            match step(&operation, provider.capabilities(), tries, self.clock.now()) {
                Step::Rest => return Ok(operation),
                Step::Interrupted { attempt } => {
                    operation = self.interrupted(&operation, attempt).await?;
                }
                Step::Park { why } => {
                    let attempt = operation.summary().last_attempt();
                    let why = why.to_owned();
                    operation = self.note(operation, Fact::Parked { attempt, why }).await?;
                }
                Step::Send => {
                    tries = Tries {
                        sends: tries.sends.saturating_add(1),
                        ..Tries::default()
                    };
                    operation = self.send(provider, operation).await?;
                }
                Step::Look => {
                    tries.looked = true;
                    operation = match self.look(provider, operation).await? {
                        Looked::At(operation, no_room) => {
                            tries.no_room = no_room;
                            operation
                        }
                        // What may have been sent by another copy of the journal isn't sent unseen.
                        Looked::Away(operation) if operation.state() == State::Ready => {
                            return Ok(operation);
                        }
                        Looked::Away(operation) => operation,
                    };
                }
            }
        }
    }

    /// Mark, send, judge, write down: in this order, and nothing is sent unmarked.
    async fn send(
        &self,
        provider: &dyn Provider,
        operation: Operation,
    ) -> Result<Operation, Error> {
        let intent = &operation.intent;
        let (id, now) = (&intent.id, self.clock.now());
        let marked = match self.journal.mark(&self.lease, id, now).await {
            // A message needs no turn: it has told meanwhile what became of it.
            Err(JournalError::NotSendable { .. }) => {
                let found = self.journal.operation(id).await?;
                return found.ok_or_else(|| JournalError::NoSuchOperation(id.clone()).into());
            }
            marked => marked?,
        };
        let outcome = match Attempt::new(intent, &marked, self.clock.now()) {
            None => Outcome::NotSent {
                why: "too much time passed between its mark and its send".to_owned(),
            },
            Some(attempt) => {
                let answer = match &intent.plan {
                    Plan::Refund(plan) => provider.refund(plan, &attempt).await,
                    Plan::Reversal(plan) => provider.reverse(plan, &attempt).await,
                };
                classify(&provider.capabilities().answers, &intent.plan, answer)
            }
        };
        count_attempt(&operation, &outcome);
        self.answered(&operation, marked.attempt(), outcome).await
    }

    /// A fact: whoever has the lease by now, it is written down. Where it can't be, the caller is
    /// told what it was.
    async fn answered(
        &self,
        operation: &Operation,
        attempt: u32,
        outcome: Outcome,
    ) -> Result<Operation, Error> {
        let (id, answer) = (&operation.intent.id, said(&outcome));
        let evidence = self.now(Fact::Answered { attempt, outcome });
        let recorded = self.journal.record(id, &evidence).await;
        recorded.map_err(|source| Error::Unwritten {
            operation: id.clone(),
            answer,
            evidence: Box::new(evidence),
            source,
        })
    }

    /// That nobody will write down the answer is a conclusion, which needs the lease: under it,
    /// whoever marked the attempt is gone, or will find that it has lost its own.
    async fn interrupted(&self, operation: &Operation, attempt: u32) -> Result<Operation, Error> {
        let why = "the process ended before the answer was written down".to_owned();
        let outcome = Outcome::Unknown { why };
        let evidence = self.now(Fact::Answered { attempt, outcome });
        let id = &operation.intent.id;
        Ok(self.journal.decide(&self.lease, id, &evidence).await?)
    }

    fn now(&self, fact: Fact) -> Evidence {
        let at = self.clock.now();
        Evidence { at, fact }
    }
}

fn count_attempt(operation: &Operation, outcome: &Outcome) {
    let provider = operation.intent.provider.to_string();
    let word = match outcome {
        Outcome::NotSent { .. } => "not_sent",
        Outcome::Refused { .. } => "refused",
        Outcome::Accepted(_) => "accepted",
        Outcome::Executed(_) => "executed",
        Outcome::Exists => "exists",
        Outcome::Unknown { .. } => "unknown",
        Outcome::Contradiction { .. } => "contradiction",
    };
    metrics::counter!("refundkit_attempts_total", "provider" => provider, "outcome" => word)
        .increment(1);
}
