use refundkit_core::operation::{
    Fact, LONGEST_WAIT, Sight, Step, Tries, is_still_to_come, overdue, step,
};
use refundkit_core::{
    Attempt, Evidence, JournalError, Operation, Outcome, Plan, Provider, State, classify,
};

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
            sight: Sight::Clear,
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
                    let fact = operation.parked(why);
                    operation = self.note(operation, fact).await?;
                }
                Step::Send if self.is_paused(&operation).await? => return Ok(operation),
                Step::Send => {
                    tries = Tries {
                        sends: tries.sends.saturating_add(1),
                        ..Tries::default()
                    };
                    operation = self.send(provider, operation).await?;
                }
                Step::Look => {
                    let (looked, sight) = self.look(provider, operation).await?;
                    operation = looked;
                    tries.sight = sight;
                    // What may have been sent by another copy of the journal isn't sent unseen.
                    if sight == Sight::Away && operation.state() == State::Ready {
                        return Ok(operation);
                    }
                }
            }
        }
    }

    /// Asks about an operation that is on its way or waits for a person. One that is on its way for
    /// longer than its provider ever takes waits for a person from then on, whether the provider can be
    /// asked or not.
    pub(super) async fn ask_or_park(
        &self,
        provider: &dyn Provider,
        operation: Operation,
    ) -> Result<Operation, Error> {
        let asked = self.ask_provider(provider, operation.clone()).await;
        let known = asked.as_ref().unwrap_or(&operation);
        if known.state() == State::Accepted
            && let Some(why) = overdue(known, provider.capabilities(), self.clock.now())
        {
            let fact = known.parked(why);
            return self.note(known.clone(), fact).await;
        }
        asked
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
        let (outcome, wait, pause) = match Attempt::new(intent, &marked, self.clock.now()) {
            None => {
                let why = "too much time passed between its mark and its send".to_owned();
                (Outcome::NotSent { why }, None, None)
            }
            Some(attempt) => {
                let answer = match &intent.plan {
                    Plan::Refund(plan) => provider.refund(plan, &attempt).await,
                    Plan::Reversal(plan) => provider.reverse(plan, &attempt).await,
                };
                let (wait, pause) = (answer.wait(), answer.account_wait());
                let rules = &provider.capabilities().answers;
                (classify(rules, intent, answer), wait, pause)
            }
        };
        count_attempt(&operation, &outcome);
        let provider = intent.provider.clone();
        let fact = Fact::answered(marked.attempt(), outcome, wait);
        let operation = self.answered(&operation, fact).await?;
        if let Some(pause) = pause {
            let until = self.clock.now().saturating_add(pause.min(LONGEST_WAIT));
            self.journal.pause(&provider, until).await?;
        }
        Ok(operation)
    }

    /// Whether the provider's account has asked to wait, by whichever operation's answer.
    async fn is_paused(&self, operation: &Operation) -> Result<bool, Error> {
        let until = self
            .journal
            .paused_until(&operation.intent.provider)
            .await?;
        let now = self.clock.now();
        Ok(until.is_some_and(|until| is_still_to_come(until, now)))
    }

    /// A fact: whoever has the lease by now, it is written down. Where it can't be, the caller is
    /// told what it was.
    async fn answered(&self, operation: &Operation, fact: Fact) -> Result<Operation, Error> {
        let id = &operation.intent.id;
        let answer = if let Fact::Answered { outcome, .. } = &fact {
            said(outcome)
        } else {
            String::new()
        };
        let evidence = self.now(fact);
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
        let evidence = self.now(Fact::answered(attempt, outcome, None));
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
        Outcome::Deferred { .. } => "deferred",
        Outcome::Unlisted { .. } => "unlisted",
        Outcome::Accepted(_) => "accepted",
        Outcome::Executed(_) => "executed",
        Outcome::Exists => "exists",
        Outcome::Unknown { .. } => "unknown",
        Outcome::Contradiction { .. } => "contradiction",
    };
    metrics::counter!("refundkit_attempts_total", "provider" => provider, "outcome" => word)
        .increment(1);
}
