use refundkit_core::operation::{Fact, Step, Tries, step};
use refundkit_core::{Attempt, Evidence, Operation, Outcome, Plan, Provider, classify};

use super::Refunds;
use crate::Error;

impl Refunds {
    /// Takes an operation as far as is safe now. The caller is in the payment's lane.
    pub(super) async fn drive(
        &self,
        provider: &dyn Provider,
        mut operation: Operation,
    ) -> Result<Operation, Error> {
        let mut tries = Tries::default();
        loop {
            match step(&operation, provider.capabilities(), tries, self.clock.now()) {
                Step::Rest => return Ok(operation),
                Step::Interrupted { attempt } => {
                    operation = self.interrupted(operation, attempt).await?
                }
                Step::Park { why } => {
                    let attempt = operation.summary().last_attempt();
                    let why = why.to_owned();
                    operation = self.note(operation, Fact::Parked { attempt, why }).await?;
                }
                Step::Send => {
                    tries = Tries {
                        sends: tries.sends.saturating_add(1),
                        looked: false,
                    };
                    operation = self.send(provider, operation).await?;
                }
                Step::Look => {
                    tries.looked = true;
                    operation = self.look(provider, operation).await?;
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
        let marked = self.journal.mark(&intent.id, self.clock.now()).await?;
        let attempt = Attempt::new(intent, &marked);
        let answer = match &intent.plan {
            Plan::Refund(plan) => provider.refund(plan, &attempt).await,
            Plan::Reversal(plan) => provider.reverse(plan, &attempt).await,
        };
        let outcome = classify(&provider.capabilities().answers, &intent.plan, answer);
        self.answered(&operation, attempt.number(), outcome).await
    }

    async fn interrupted(&self, operation: Operation, attempt: u32) -> Result<Operation, Error> {
        let why = "the process ended before the answer was written down".to_owned();
        self.answered(&operation, attempt, Outcome::Unknown { why })
            .await
    }

    async fn answered(
        &self,
        operation: &Operation,
        attempt: u32,
        outcome: Outcome,
    ) -> Result<Operation, Error> {
        let evidence = Evidence {
            at: self.clock.now(),
            fact: Fact::Answered { attempt, outcome },
        };
        Ok(self.journal.record(&operation.intent.id, &evidence).await?)
    }
}
